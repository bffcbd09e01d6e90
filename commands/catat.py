"""/catat telepon …: write down what a citizen said by telephone, at the counter, in a letter: a report like any."""

from __future__ import annotations

from collections.abc import Sequence

from plugin.chat.command import command, decision
from plugin.chat.compose import filled
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.handling.cases import permit
from plugin.desk.posts import noting
from plugin.desk.posts.cleaning import fit
from plugin.desk.posts.dictation import more_in
from plugin.desk.posts.notes import ASKED, Added, Recorded, WhichChannel, WhoseWords, WriteDown, WriteMore
from plugin.desk.posts.recording import Citizen
from plugin.public.recorded import OTHER, channel_named, split
from plugin.wording import UserError


@command("catat", may=Right.DRAFT)
async def catat(context: Context, *, isi: str = "") -> Recorded | WriteDown | Added | WriteMore:
    await permit(context, Right.DRAFT, context.here)
    more = more_in(isi)
    if more is not None and not more.sure:
        raise UserError(WhoseWords(more.number, fit(more.words), fit(more.anew), bool(context.media)))
    if more is not None:
        return await noting.add(context, more.number, more.words)
    channel, text = split(isi)
    if not text:
        return WriteDown(channel or "", context.media)
    if channel is None:
        raise UserError(WhichChannel(fit(text), ASKED, bool(context.media)))
    return await noting.write_down(context, channel, text, Citizen())


@decision("catat", may=Right.DRAFT)
async def catat_form(  # what was filled in, and what came before
    context: Context,
    channel: str,
    text: str,
    name: str = "",
    contact: str = "",
    sent: Sequence[Sequence[str]] = (),
) -> Recorded:
    """A channel that we have no name for is some other one: what was said is not lost for it."""
    await permit(context, Right.DRAFT, context.here)
    citizen = Citizen(filled(name), filled(contact))
    channel = channel_named(channel) or OTHER
    return await noting.write_down(context, channel, text, citizen, noting.refs(sent))


@decision("catat-lagi", may=Right.DRAFT)
async def catat_lagi(
    context: Context, number: int, text: str, sent: Sequence[Sequence[str]] = ()
) -> Added | WriteMore:
    return await noting.add(context, number, text, noting.refs(sent))
