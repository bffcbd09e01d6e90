"""What is true now of a reply, as a card: in every room that shows it, always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from plugin.chat.context import Services
from plugin.desk.cards.connection_card import connects_here
from plugin.desk.cards.reply_reading import CHECKED, answer
from plugin.desk.masking import excerpt
from plugin.desk.outgoing import parts
from plugin.desk.replying import companions, enclosures, preview, voices
from plugin.desk.replying.companions import Companion
from plugin.desk.replying.fellows import inspect, judged
from plugin.desk.replying.guard import Examined, examined
from plugin.desk.replying.preview import PostShown
from plugin.desk.replying.replies import effective_mode
from plugin.media import Media
from plugin.public.port import PublicChannel
from plugin.public.values import Inspection
from plugin.store.tables import Reply, ReplyPart
from plugin.wording import Decide, Press, Say, View, Visit

ASKED = 120
"""Signs of what the citizen wrote: enough to see whether the answer is one to it."""


@dataclass(frozen=True)
class ReplyCard(View):
    """A reply in whatever state it is: preview, with a second person, on its way, public, refused, unsure.
    One card, one truth.

    `asked` is the beginning of what the citizen wrote last. `posts` are exactly what will appear, `text` is all that
    was written. `extra` is what of a single post is too long (empty when it fits); `cuts` are the posts that it could
    become. `mode` says how it leaves: api, manual, told (a person tells it the citizen) or off. `needs` says why a
    second person must agree yet (see plugin/desk/replying/approvals.py); `why` says why this account speaks
    (plugin/desk/replying/voices.py), `corrects` and `corrected` which answer takes the place of which.
    `leaves_at` until when it can be held back, `goes_on_at` when the channel takes the rest.
    `of_another`: the account is not the assigned agency's. `along`: what goes to the incident's other reporters;
    `apart`: what they have been told, or will be, without this draft.
    `examined`: what the checks say of the text. `photos` go with the first post; `room` is for so many more.
    `capped`: the month's money does not reach for it. `lost`: the account has to be connected again, which is
    done in the chat where it `connects`.
    """

    number: int
    reply_id: int
    shown: str
    state: str
    mode: str
    account: str
    account_agency: str
    why: str
    agency: str
    channel: str
    to: str
    asked: str
    text: str
    posts: tuple[PostShown, ...]
    fitting: str
    extra: str
    cuts: tuple[str, ...]
    inspection: Inspection
    answered_before: bool
    examined: Examined
    link_price: float
    compose_url: str
    url: str
    refusal: str
    of_another: bool
    drafted_by: str
    needs: tuple[str, ...]
    approved_by: str
    approved_until: datetime | None
    returned_by: str
    note: str
    leaves_at: datetime | None
    goes_on_at: datetime | None
    corrects: bool
    corrected: bool
    withdrawn_by: str
    confirmed_by: str
    confirmed_at: datetime | None
    published_at: datetime | None
    along: tuple[Companion, ...]
    apart: tuple[Companion, ...]
    photos: tuple[Media, ...]
    room: int
    capped: bool
    lost: bool
    connects: bool
    account_code: str

    @property
    def about(self) -> str:
        return f"reply:{self.reply_id}"

    def pictures(self) -> Sequence[Media]:
        return self.photos

    def presses(self) -> Mapping[str, Press]:
        what = {"reply": self.reply_id, "shown": self.shown}
        return {
            "send": Decide("kirim", what),
            "edit": Decide("ubah", {"reply": self.reply_id}),
            "cut": Decide("bagi", {"reply": self.reply_id}),
            "add_photo": Decide("tambah-foto", {"reply": self.reply_id}),
            "describe": Decide("keterangan-foto", {"reply": self.reply_id}),
            "no_photos": Decide("hapus-foto", {"reply": self.reply_id}),
            "cancel": Decide("batal", {"reply": self.reply_id}),
            "withdraw": Decide("tarik", {"reply": self.reply_id}),
            "correct": Decide("perbaiki", {"reply": self.reply_id}),
            "deleted": Decide("sudah-dihapus", {"reply": self.reply_id}),
            "hold": Decide("tahan", {"reply": self.reply_id}),
            "open_anyway": Decide("tetap-buka", what),
            **{
                f"take{n}": Decide("pakai-usulan", what | {"start": swap.start, "end": swap.end})
                for n, swap in enumerate(self.examined.proposals, 1)
            },
            "approve": Decide("setujui", what),
            "give_back": Decide("kembalikan-konsep", {"reply": self.reply_id}),
            "posted": Decide("sudah-terkirim", what),
            "paste": Decide("alamat", {"reply": self.reply_id}),
            "not_there": Decide("tidak-tampil", {"reply": self.reply_id}),
            "retry": Decide("kirim-lagi", {"reply": self.reply_id}),
            "compose": Visit(self.compose_url),
            "open": Visit(self.url),
            "report": Say(f"/laporan {self.number}"),
            "contact": Decide("kontak", {"number": self.number}),
            "connect": Say(f"/hubungkan-akun {self.account_code} {self.channel}"),
        }


async def reply_card(services: Services, reply_id: int) -> ReplyCard:
    """The reply as it would appear or has appeared."""
    of = await services.store.read(answer, services, reply_id)
    reply, report, account = of.reply, of.report, of.account
    registry = await services.registry.current()
    channel = services.channels.get(account.channel)
    why = voices.why(report, account, summons=channel is not None and channel.can.summons)
    along = await judged(services, account, of.fellows, of.found)
    look = partial(inspect, services, account=account, report=report)
    posts = preview.posts(of.parts, reply.text, of.found, along, look)
    checked = preview.together(posts)
    is_single_and_long = checked.too_long and len(posts) == 1
    fits = posts[0].inspection.fits
    may_be_cut = checked.too_long and reply.state in CHECKED
    mode = _way(effective_mode(account, channel, services.approvals), why, channel, len(of.pictures))
    compose = _compose(channel, reply, of.parts)
    return ReplyCard(
        number=reply.report_id,
        reply_id=reply_id,
        shown=companions.shown(reply, along),
        state=reply.state,
        mode="manual" if of.capped and mode == "api" and compose else mode,
        why=why,
        account=account.handle,
        account_agency=registry.by_id(account.agency_id).name,
        agency=registry.by_id(report.agency_id).label,
        channel=account.channel,
        to=report.author_handle,
        asked=excerpt(of.asked, ASKED),
        text=reply.text,
        posts=posts,
        fitting=reply.text[:fits] if is_single_and_long else reply.text,
        extra=reply.text[fits:] if is_single_and_long else "",
        cuts=preview.cut(reply.text, along, look) if may_be_cut else (),
        inspection=checked,
        answered_before=report.answered_at is not None,
        link_price=channel.can.link_price if channel else 0.0,
        examined=examined(reply.text, of.found, services.terms),
        compose_url=compose,
        url=reply.url,
        refusal=reply.refusal,
        of_another=account.agency_id != report.agency_id and mode != "told",
        drafted_by=of.name(reply.drafted_by),
        needs=of.needs,
        corrects=reply.corrects is not None,
        corrected=of.corrected,
        withdrawn_by=of.name(reply.withdrawn_by),
        approved_by=of.name(reply.approved_by),
        approved_until=reply.approved_at + services.terms.approval_lasts if reply.approved_at else None,
        returned_by=of.name(reply.returned_by),
        note=reply.note,
        leaves_at=reply.not_before if reply.state == "confirmed" else None,
        goes_on_at=_goes_on_at(reply, parts.upcoming(of.parts)),
        confirmed_by=of.name(reply.confirmed_by),
        confirmed_at=reply.confirmed_at,
        published_at=reply.published_at,
        along=along,
        apart=tuple(of.apart),
        capped=of.capped and mode == "api",
        lost=of.lost and mode == "api",
        connects=connects_here(services, account.channel),
        account_code=registry.by_id(account.agency_id).code,
        photos=await enclosures.load(services.media, of.pictures) or (),
        room=enclosures.most_of(channel) - len(of.pictures),
    )


def _goes_on_at(reply: Reply, following: ReplyPart | None) -> datetime | None:
    """When the rest of a chain leaves, where the channel wants us to wait."""
    waits = reply.state == "sending" and following is not None and following.place > 1 and not following.begun
    return reply.not_before if waits else None


def _compose(channel: PublicChannel | None, reply: Reply, mine: Sequence[ReplyPart]) -> str:
    """Where a person posts the part that is next."""
    part = parts.upcoming(mine)
    if channel is None or not channel.can.composer or part is None:
        return ""
    before = mine[part.place - 2].post_id if part.place > 1 else None
    return channel.compose_url(part.text, part.target or before or reply.target_post)


def _way(mode: str, why: str, channel: PublicChannel | None, pictures: int) -> str:
    """What nobody called for, or shows what the channel does not take from us, is posted by a person."""
    refused = channel is not None and (why == "uncalled" or pictures > channel.can.pictures)
    by_hand = mode == "api" and refused and channel is not None and channel.can.composer
    return "manual" if by_hand else mode
