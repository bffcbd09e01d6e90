"""What else the card of an answer offers: to see it anew, hold it back, send it again, give it up, throw it away."""

from __future__ import annotations

from plugin.chat.command import decision
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import show_called_off
from plugin.desk.handling.cases import case_of_reply, permit_reply
from plugin.desk.replying import guard, replies
from plugin.errors import DeliveryError
from plugin.wording import CardHere, CardOf


@decision("lihat-tanggapan", may=Right.LOOK)
async def lihat_tanggapan(context: Context, reply: int) -> CardOf:
    """An answer's card anew, with buttons that hold: the old one may be far above, or there never was one."""
    await case_of_reply(context, reply, Right.LOOK)
    return CardOf(f"reply:{reply}")


@decision("tahan", may=Right.DRAFT)
async def tahan(context: Context, reply: int) -> CardHere:
    """Whoever works on the case may stop an answer that has not left yet."""
    await case_of_reply(context, reply, Right.DRAFT)
    await context.services.store.write(replies.hold_back, hand(context), reply)
    await show_called_off(context.services, reply)
    return CardHere(f"reply:{reply}")


@decision("kirim-lagi", may=Right.PUBLISH)
async def kirim_lagi(context: Context, reply: int) -> CardHere:
    """A person has looked and decides that it is not out."""
    await permit_reply(context, Right.PUBLISH, reply)
    services = context.services
    flagged = await services.store.read(guard.is_flagged, reply, services.check, services.terms, context.now)
    await services.store.write(replies.send_again, hand(context), reply, services.terms, flagged=flagged)
    await services.publish(reply)
    return CardHere(f"reply:{reply}")


@decision("tidak-tampil", may=Right.PUBLISH)
async def tidak_tampil(context: Context, reply: int) -> CardHere:
    """A person has looked and it is not there: it is not sent any more. What the timeline shows counts for more."""
    row = await permit_reply(context, Right.PUBLISH, reply)
    services = context.services
    try:
        seen = replies.doubtful(row) and await services.look(reply)
    except DeliveryError:
        seen = False
    if not seen:
        await services.store.write(replies.give_up, hand(context), reply)
    for about in (f"reply:{row.companion_of or reply}", f"report:{row.report_id}"):
        await services.refresh(about)
    return CardHere(f"reply:{reply}")


@decision("batal", may=Right.DRAFT)
async def batal(context: Context, reply: int) -> CardHere:
    _, row = await case_of_reply(context, reply, Right.DRAFT)
    await context.services.store.write(replies.cancel, hand(context), reply)
    await show_called_off(context.services, reply)
    await context.services.refresh(f"report:{row.report_id}")
    return CardHere(f"reply:{reply}")
