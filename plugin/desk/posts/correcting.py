"""What was taken down by mistake is put right: the channel, or a word of the citizen's that was taken for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import Hand, hand, record
from plugin.desk.cards.telling import refresh
from plugin.desk.handling.cases import find_case, locked
from plugin.desk.masking import excerpt
from plugin.desk.outgoing import parts
from plugin.desk.posts import recording
from plugin.desk.posts.dictation import Change
from plugin.desk.posts.edits import UNCONFIRMED, find_by_new_words
from plugin.desk.posts.notes import ASKED, EXCERPT
from plugin.desk.posts.recording import NotRecorded
from plugin.desk.sorting.proposals import judge_anew
from plugin.public.recorded import is_recorded
from plugin.registry.desks import desk_of
from plugin.store.tables import Account, AuditEntry, Followup, PostCheck, Reply
from plugin.wording import Decide, Press, Say, UserError, View

CHANGED, GIVEN_BACK = "channel_changed", "word_given_back"


@dataclass(frozen=True)
class Channel(View):
    """By which channel a report came, with the others to choose from. `word` was taken for the channel, and may be
    one of the citizen's own."""

    whisper = True
    number: int
    channel: str
    channels: tuple[str, ...]
    word: str

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {c: Say(f"/catat ubah {self.number} kanal {c}") for c in self.channels}
        return named | {"word": Decide("kata-kembali", {"number": self.number})}


@dataclass(frozen=True)
class Corrected(View):
    """The channel is another one now, or the word stands where it was said. `word` as above."""

    number: int
    channel: str
    excerpt: str
    word: str

    def presses(self) -> Mapping[str, Press]:
        return {
            "open": Say(f"/laporan {self.number}"),
            "word": Decide("kata-kembali", {"number": self.number}),
        }


async def correct(context: Context, change: Change) -> Channel | Corrected:
    """Put the channel right; asks for it where none was named."""
    case = await find_case(context, change.number, Right.DRAFT)
    store, now = context.services.store, case.report.channel
    if not is_recorded(now):
        raise UserError(NotRecorded(change.number, now))
    word = await store.read(taken_word, change.number)
    if change.channel is None:
        others = tuple(channel for channel in ASKED if channel != now)
        return Channel(change.number, now, others, word)
    moved = await store.write(change_channel, hand(context), change.number, change.channel)
    await _show(context, change.number, moved)
    return Corrected(change.number, change.channel, "", word)


async def give_back(context: Context, number: int) -> Corrected:
    """Let the word that was taken for the channel stand at the beginning of what was said."""
    await find_case(context, number, Right.DRAFT)
    await context.services.store.write(give_word_back, hand(context), number)
    context.services.came_in()
    await _show(context, number, ())
    report = (await find_case(context, number, Right.DRAFT)).report
    return Corrected(number, report.channel, excerpt(report.text, EXCERPT), "")


def change_channel(session: Session, by: Hand, number: int, channel: str) -> Sequence[int]:
    """Let the report have come by this channel, on record; the drafts that are told there now. What was told already
    was told as it was."""
    report = locked(session, number)
    if not is_recorded(report.channel):
        raise UserError(NotRecorded(number, report.channel))
    before = report.channel
    if before == channel:
        return ()
    agency = session.get_one(Account, report.account_id).agency_id
    report.channel, report.account_id = channel, _desk(session, channel, agency, by)
    for table in (Followup, PostCheck):
        mine = sa.update(table).where(col(table.report_id) == number)
        session.connection().execute(mine.values(channel=channel))
    record(session, by, CHANGED, number, before=before, after=channel)
    return [_move(session, by, reply, channel) for reply in _drafts(session, number)]


def give_word_back(session: Session, by: Hand, number: int) -> None:
    """The word that was taken for the channel stands before the others, on record, once."""
    report = locked(session, number)
    word = taken_word(session, number)
    if not word:
        return
    report.text = f"{word} {report.text}"
    judge_anew(session, report)
    find_by_new_words(session, report)
    record(session, by, GIVEN_BACK, number, word=word)


def taken_word(session: Session, number: int) -> str:
    """The word that was taken for the channel though it may be one of the citizen's; "" where there is none."""
    of = select(AuditEntry).where(AuditEntry.report_id == number)
    entries = session.exec(of.where(col(AuditEntry.act).in_((recording.ACT, GIVEN_BACK)))).all()
    given_back = any(entry.act == GIVEN_BACK for entry in entries)
    words = [str(entry.detail["word"]) for entry in entries if "word" in entry.detail]
    return words[0] if words and not given_back else ""


def _drafts(session: Session, number: int) -> Sequence[Reply]:
    mine = select(Reply).where(Reply.report_id == number, col(Reply.state).in_(UNCONFIRMED))
    return session.exec(mine.order_by(col(Reply.id)).with_for_update()).all()


def _move(session: Session, by: Hand, reply: Reply, channel: str) -> int:
    """The draft is told at the same agency's desk for that channel; whoever saw it before looks again."""
    reply.account_id = _desk(session, channel, session.get_one(Account, reply.account_id).agency_id, by)
    parts.seal(session, reply)
    return reply.id or 0


def _desk(session: Session, channel: str, agency_id: int, by: Hand) -> int:
    desk = desk_of(session, channel, agency_id, by.at)
    assert desk.id is not None
    return desk.id


async def _show(context: Context, number: int, replies: Sequence[int]) -> None:
    await refresh(context, number)
    for reply in replies:
        await context.services.refresh(f"reply:{reply}")
