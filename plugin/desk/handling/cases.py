"""A report as officials see it: who may touch it here, and how it may change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlmodel import Session, col, select

from plugin.chat.agencies import named
from plugin.chat.command import Reader, Usage, next_word
from plugin.chat.context import Context
from plugin.chat.refusals import BadArgument, LostNumber, MissingArgument, NoSuchReport, NotAllowed
from plugin.chat.rights import Right, who_can
from plugin.chat.values import Typed
from plugin.desk.audit import Hand, record
from plugin.desk.handling import orders, receipts
from plugin.desk.handling.promises import keep_all
from plugin.desk.measures import clocks, counts, scoring
from plugin.desk.sorting import learning
from plugin.registry.snapshot import Node
from plugin.store import numbers
from plugin.store.tables import Account, Agency, Disposition, Reply, Report
from plugin.wording import Press, Refusal, Say, UserError

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "new": frozenset({"disposed", "returned", "replied", "not_report"}),
    "disposed": frozenset({"disposed", "returned", "replied", "not_report"}),
    "returned": frozenset({"disposed", "returned", "replied", "not_report"}),
    "reopened": frozenset({"disposed", "returned", "replied", "not_report", "done"}),
    "replied": frozenset({"replied", "disposed", "returned", "waiting", "done", "reopened"}),
    "waiting": frozenset({"replied", "disposed", "returned", "done", "reopened"}),
    "done": frozenset({"reopened", "replied"}),
    "not_report": frozenset({"reopened", "disposed"}),
    "duplicate": frozenset(),
}
"""How a report may change. `done` and `waiting` (for the citizen) ask for a public answer first; a citizen's
further word reopens."""

AGAIN = timedelta(minutes=10)
"""Two orders alike whose deadlines are no further apart are one."""


# `17`, `#17`, `17.`, `no. 17`, `laporan nomor 17`, in quotes of any keyboard, in the brackets of a grammar, and
# with the wide figures of some keyboards. What follows a figure directly (17-18, 17/2, 17,5) makes it no number.
NUMBER = re.compile(
    r"""\s*[\[(<"'\u2018\u2019\u201c\u201d\u201e]*
    (?P<called>(?:(?:laporan|lap|nomor|nomer|no)(?![^\W\d])[.:]?\s*)*)
    [#\uff03]?(?P<number>\d{1,9})
    (?:[\])>"'\u2018\u2019\u201c\u201d]*[.,:;]*(?=\s|$)|[.:;](?=[^\W\d_]))""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Case:
    """A report that the sender may see here, with the agency it is with."""

    report: Report
    agency: Node

    @property
    def number(self) -> int:
        assert self.report.id is not None
        return self.report.id


@dataclass(frozen=True)
class CannotBecome(Refusal):
    """The report's state does not allow this step."""

    number: int
    state: str
    wanted: str


@dataclass(frozen=True)
class Joined(Refusal):
    """The report belongs to another one now: that is the one to work on."""

    number: int
    into: int

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.into}"), "split": Say(f"/pisah {self.number}")}


@dataclass(frozen=True)
class WhichReport(Refusal):
    """The card that is answered shows one report, and the line begins with the number of another: the number may be
    one of its words ("2 regu kami kirim"). `as_words` and `as_number` are what is left of the line then. A button
    carries no photos: those that came along have to be sent again."""

    command: str
    card: int
    number: int
    as_words: str
    as_number: str
    photos: bool

    def presses(self) -> Mapping[str, Press]:
        return {
            "card": Say(f"/{self.command} {self.card} {self.as_words}".rstrip()),
            "number": Say(f"/{self.command} {self.number} {self.as_number}".rstrip()),
        }


async def permit(context: Context, right: Right, agency: Node) -> None:
    """Raise NotAllowed, naming who can help, unless the sender may do `right` here for this agency."""
    if not context.allows(right, agency.id):
        near = [agency.id, *(n.id for n in reversed(context.registry.ancestors(agency)))]
        helpers = await context.services.store.read(who_can, right, near)
        raise UserError(NotAllowed(right.value, tuple(helpers)))


async def looked_at(context: Context, typed: str, line: str) -> Node:
    """The agency that was typed, else the one this room is bound to, if the sender may look at it.

    `line` is what is typed anew with the agency's code for {}, where several are meant.
    """
    node = named(context.registry, typed, context.here, line) if typed else context.here
    await permit(context, Right.LOOK, node)
    return node


async def permit_settings(context: Context, agency: Node) -> None:
    """Raise NotAllowed unless the sender may change settings of this agency, whatever this room sees."""
    if not context.standing.holds(Right.SETTINGS, agency.id, context.registry):
        ids = [n.id for n in context.registry.roots]
        helpers = await context.services.store.read(who_can, Right.SETTINGS, ids)
        raise UserError(NotAllowed(Right.SETTINGS.value, tuple(helpers)))


async def find_case(context: Context, number: int, right: Right) -> Case:
    """The report with that number, if this room sees it and the sender holds `right` for its agency."""
    report = await context.services.store.read(lambda s: s.get(Report, number))
    if report is None:
        raise UserError(await context.services.store.read(_missing, number))
    if not context.allows(Right.LOOK, report.agency_id):
        raise UserError(NoSuchReport(number))
    agency = context.registry.by_id(report.agency_id)
    await permit(context, right, agency)
    return Case(report, agency)


def _missing(session: Session, number: int) -> LostNumber | NoSuchReport:
    lost = numbers.gap_around(session, Report, number)
    return LostNumber(number, lost.since) if lost is not None else NoSuchReport(number)


async def find_reply(context: Context, number: int) -> Reply:
    """A reply that a button names."""
    return await context.services.store.read(lambda s: s.get_one(Reply, number))


async def case_of_reply(context: Context, number: int, right: Right) -> tuple[Case, Reply]:
    """A reply that a button names with its report, if this room sees that and the sender holds `right` for it."""
    row = await find_reply(context, number)
    return await find_case(context, row.report_id, right), row


async def permit_reply(context: Context, right: Right, reply: int) -> Reply:
    """Raise NotAllowed unless the sender holds `right` both for the case and for the account that speaks.

    The presser is checked, not the person the card was made for.
    """
    _, row = await case_of_reply(context, reply, right)
    account = await context.services.store.read(lambda s: s.get_one(Account, row.account_id))
    await permit(context, right, context.registry.by_id(account.agency_id))
    return row


async def _read_case(context: Context, usage: Usage, rest: str) -> tuple[Case, str]:
    match, about = NUMBER.match(rest), context.about
    if match is None and about is not None:
        return await find_case(context, about, usage.right), rest
    if match is not None:
        number, left = int(match["number"]), rest[match.end() :].lstrip(" ")
        if about in (None, number) or _pressed(context) or usage.right is Right.LOOK:
            said = rest if number == about and match["called"] else left
            return await find_case(context, number, usage.right), said
        case = await find_case(context, number, Right.LOOK)
        assert about is not None
        raise UserError(WhichReport(usage.name, about, case.number, rest, left, bool(context.media)))
    word, _ = next_word(rest)
    if word:
        raise UserError(BadArgument(usage.name, usage.parameter, word[:60], usage.usage))
    raise UserError(MissingArgument(usage.name, usage.parameter, usage.usage))


def _pressed(context: Context) -> bool:
    """A button says which report it means, whatever card it hangs on."""
    return isinstance(context.message.body, Typed) and context.message.body.pressed is not None


CASE_READER = Reader(_read_case, implied=True)
"""Reads a report's number as people write it; without a number the report whose card is answered."""


def dispose(
    session: Session,
    by: Hand,
    number: int,
    to_agency: int,
    instruction: str,
    due_at: datetime | None = None,
) -> tuple[Report, bool]:
    """Hand a report to an agency, on record; (the report, False) when it is there already with no new word.

    `due_at` is until when the order is to be carried out. Whoever hands on has received what came before.
    The clock of the first answer goes on: an assignment resets nothing.
    """
    report = locked(session, number)
    assert by.official_id is not None
    last = orders.newest(session, number)
    if report.agency_id == to_agency and (
        not (instruction or due_at) or _same(last, to_agency, instruction, by.official_id, due_at)
    ):
        return report, False
    step(report, "disposed")
    receipts.receive(session, by, report)
    session.add(
        Disposition(
            report_id=number,
            from_agency=report.agency_id,
            to_agency=to_agency,
            instruction=instruction,
            given_by=by.official_id,
            given_at=by.at,
            due_at=due_at,
        )
    )
    before = report.agency_id
    _go_to(session, report, to_agency, by.at)
    until = {"due_at": due_at.isoformat()} if due_at else {}
    record(session, by, "disposed", number, from_agency=before, to_agency=to_agency, **until)
    learning.decided(session, number, session.get_one(Agency, to_agency).code)
    return report, True


def _go_to(session: Session, report: Report, to_agency: int, now: datetime) -> None:
    """The report waits there now: nobody holds it yet, its clocks go on, and the counts follow."""
    before, report.agency_id = report.agency_id, to_agency
    if before != to_agency:
        report.held_by = report.held_until = None
    aside, report.closed_at = report.closed_at is not None, None
    session.flush()
    clocks.follow(session, report, now)
    if report.answered_at is None and aside:
        counts.reopened(session, to_agency)
    elif report.answered_at is None:
        counts.moved(session, before, to_agency)


def _same(
    last: Disposition | None, to_agency: int, instruction: str, official_id: int, due_at: datetime | None
) -> bool:
    """Whether this very act was the last one: a delivery worked off twice hands over once."""
    if last is None or (last.to_agency, last.instruction, last.given_by) != (
        to_agency, instruction, official_id
    ):  # fmt: skip
        return False
    if last.due_at is None or due_at is None:
        return last.due_at == due_at
    return abs(last.due_at - due_at) < AGAIN  # "6 jam" is counted from when it is worked off


def close(session: Session, by: Hand, number: int, state: str, note: str, zone: tzinfo) -> Report:
    """Close a report as `done` or `not_report`, on record."""
    report = locked(session, number)
    if state == "done" and report.answered_at is None:
        raise UserError(CannotBecome(number, report.state, "done_unanswered"))
    if state == "done" and left_out(session, number):
        raise UserError(CannotBecome(number, report.state, "done_reporters"))
    waiting = report.waits
    if report.listed and state == "not_report":
        scoring.set_aside(session, report, by.at, zone)
    step(report, state)
    receipts.receive(session, by, report)
    report.closed_at, report.held_by, report.held_until = by.at, None, None
    session.flush()
    clocks.follow(session, report, by.at)
    if waiting:
        counts.closed(session, report.agency_id)
    if state == "done":
        keep_all(session, by, number)
    record(session, by, state, number, note=note)
    return report


def left_out(session: Session, number: int) -> Sequence[Report]:
    """The reporters of the incident, whose posts are still public, that have no answer yet, the oldest first."""
    left = select(Report).where(
        Report.joined_to == number, col(Report.answered_at).is_(None), Report.author_id != ""
    )
    return session.exec(left.order_by(col(Report.id))).all()


def locked(session: Session, number: int) -> Report:
    """The report, held until the transaction ends."""
    report = session.exec(select(Report).where(Report.id == number).with_for_update()).first()
    if report is None:
        raise UserError(NoSuchReport(number))
    return report


def step(report: Report, state: str) -> None:
    """Bring the report into that state, if it may be. Whatever a person does with it, it stands apart no longer."""
    assert report.id is not None
    if report.joined_to is not None:
        raise UserError(Joined(report.id, report.joined_to))
    if state not in TRANSITIONS[report.state]:
        raise UserError(CannotBecome(report.id, report.state, state))
    report.state, report.aside = state, False


def overdue(report: Report, now: datetime) -> bool:
    """Whether the first answer is late."""
    return report.listed and report.due_at < now
