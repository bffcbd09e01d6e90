"""A circular as officials see it and what they do to it, each act on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page
from plugin.desk.audit import Hand, record
from plugin.moments import read_past, split_per, split_since
from plugin.registry import duties
from plugin.registry.duties import Grant, Standing, as_of, day_then, progress, standings, standings_now
from plugin.registry.kinds import rank
from plugin.registry.listing import Line, line
from plugin.registry.snapshot import Circular, Node
from plugin.registry.units import Day
from plugin.store.tables import CircularException
from plugin.wording import Press, Say, View

PER_PAGE = 20
MOST_EXCEPTED = 8


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody just did to a circular: excepted | bound | due | ended; `changed` is False where it was so.

    `agency`: whom it is about. `before`: the deadline that it had.
    """

    kind: str
    changed: bool = True
    agency: str = ""
    before: datetime | None = None


@dataclass(frozen=True)
class Opened(View):
    """One circular: what it says, how far those it binds have come, and who has not done it yet.

    `past`: the moment as typed, where it is as of an earlier one; `early`: it was not issued then. `act`: what was
    just done to it, if anything. `kinds`: (kind, done, bound). `excepted`: (agency, why, since when; None where the
    circular itself names it).
    """

    id: int
    number: str
    dated: date
    issuer: str
    under: str
    whom: tuple[str, ...]
    channels: tuple[str, ...]
    particulars: tuple[str, ...]
    due_at: datetime
    ended_at: datetime | None
    at: datetime
    past: str
    early: bool
    act: Act | None
    done: int
    bound: int
    kinds: tuple[tuple[str, int, int], ...]
    states: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, tuple[Line, ...]], ...]
    excepted: tuple[tuple[str, str, datetime | None], ...]
    more_excepted: int
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        past = f" per {self.past}" if self.past else ""
        return {**self.turn.presses(f"/edaran {self.id}{past}"), "all": Say("/edaran")}


async def opened(context: Context, circular: Circular, typed: str = "", act: Act | None = None) -> Opened:
    """The circular, on the page and as of the moment that was typed behind its number. Raises UserError."""
    node = context.here
    typed, page = split_page(typed)
    _, past = split_per(f" {typed}")
    at, circular, found = await _standings(context, circular, node, past)
    left = [s for s in found if not s.done]
    turn = Turn.to(page, len(left), PER_PAGE)
    registry, excepted = context.registry, await context.services.store.read(_exceptions, circular)
    names = [(registry.by_id(n).label, why, since) for n, why, since in excepted if n in registry]
    return Opened(
        id=circular.id, number=circular.number, dated=circular.dated, issuer=circular.issuer,
        under=context.registry.by_id(circular.agency_id).label, whom=tuple(sorted(circular.kinds, key=rank)),
        channels=circular.channels, particulars=circular.particulars, due_at=circular.due_at,
        ended_at=circular.ended_at, at=at, past=past,
        early=at.astimezone(context.services.zone).date() < circular.dated, act=act,
        done=len(found) - len(left), bound=len(found),
        kinds=tuple((kind, done, size) for kind, (done, size) in progress(found).items()),
        states=_states(left), left=_groups(context, turn.part(left)),
        excepted=tuple(names[:MOST_EXCEPTED]), more_excepted=max(0, len(names) - MOST_EXCEPTED),
        turn=turn,
    )  # fmt: skip


async def _standings(
    context: Context, circular: Circular, node: Node, past: str
) -> tuple[datetime, Circular, Sequence[Standing]]:
    zone, registry = context.services.zone, context.registry
    if not past:
        today = context.today
        return context.now, circular, standings_now(registry, circular, node, today)
    at = read_past(past, zone, context.now)
    then: Day = await context.services.store.survey(day_then, registry, at, zone)
    circular = await context.services.store.survey(as_of, circular, at)
    return at, circular, standings(registry, circular, node, then)


def _states(left: Sequence[Standing]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for standing in left:
        counts[standing.state] = counts.get(standing.state, 0) + 1
    return tuple(sorted(counts.items()))


def _groups(context: Context, left: Sequence[Standing]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    return tuple(
        (kind, tuple(line(context.registry, s.unit, s.state, s.account) for s in some))
        for kind, some in groupby(left, key=lambda s: s.unit.kind)
    )


def _exceptions(session: Session, circular: Circular) -> list[tuple[int, str, datetime | None]]:
    row, found = CircularException, {}
    rows = session.exec(
        select(row.agency_id, row.why, row.since).where(row.circular_id == circular.id).order_by(col(row.id))
    )
    for agency_id, why, since in rows:
        if agency_id in circular.excepted:  # as of then; the newest row of an agency is the one that counts
            found[agency_id] = (agency_id, why, since)
    return list(found.values())


# -- acts, each on record ------------------------------------------------------------------------------------


def granted(context: Context, agency_id: int, said: str) -> Grant:
    """An exception as somebody words it: `sejak 5-8-2026 masih dibangun`; without a day it holds from now on."""
    since, why = split_since(said, context.services.zone, context.now)
    return Grant(agency_id, why[:300], since or context.now)


def issue(session: Session, by: Hand, draft: duties.Draft) -> int:
    """Put a circular on record; its number."""
    number = duties.issue(session, draft, by=by.official_id, now=by.at)
    record(
        session, by, "circular_issued", agency=draft.agency_id, circular=number, due=draft.due_at.isoformat()
    )
    return number


def leave_out(session: Session, by: Hand, number: int, grant: Grant) -> bool:
    """Let it not bind an agency; False when it did not already."""
    changed = duties.except_agency(session, number, grant, by=by.official_id, now=by.at)
    if changed:
        record(
            session, by, "circular_excepted", agency=grant.agency_id, circular=number, why=grant.why,
            since=grant.since.isoformat(),
        )  # fmt: skip
    return changed


def take_in(session: Session, by: Hand, number: int, agency_id: int, why: str) -> bool:
    """Let it bind an agency again; False when it did already."""
    changed = duties.bind_again(session, number, agency_id, by.at)
    if changed:
        record(session, by, "circular_binds", agency=agency_id, circular=number, why=why)
    return changed


def prolong(session: Session, by: Hand, number: int, due_at: datetime) -> datetime:
    """Set another deadline; the one before."""
    before = duties.move_deadline(session, number, due_at, by=by.official_id, now=by.at)
    record(session, by, "circular_due", circular=number, before=before.isoformat(), due=due_at.isoformat())
    return before


def withdraw(session: Session, by: Hand, number: int, why: str) -> None:
    """End it: it stays to look up and binds nobody any more."""
    duties.withdraw(session, number, by.at)
    record(session, by, "circular_withdrawn", circular=number, why=why)
