"""What has come in since a room last heard: new complaints, and answered ones about which the citizen wrote again.

The rooms nearest to the agency hear, at once if they have not heard for a while; what comes meanwhile is gathered, so
that a flood is one message and not a hundred. One report is shown as its card, several as a list. Until when a room
has heard stands in its last notice; whoever works on that notice first tells it, whichever process that is.

A danger hangs its card at once (plugin/desk/sorting/warning.py); further tellings of the same incident are gathered
here, in one line with their numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.context import Services
from plugin.chat.rooms import nearest_each, row_of
from plugin.chat.values import Room
from plugin.clock import Clock, Night
from plugin.desk.handling import waking
from plugin.desk.lists.queue import SHOWN
from plugin.desk.masking import excerpt
from plugin.desk.posts import recording
from plugin.desk.posts.further import last_words
from plugin.desk.sorting import dangers
from plugin.registry.paths import below, ways_to
from plugin.rhythm import notices
from plugin.store.store import Store
from plugin.store.tables import AuditEntry, CaseProposal, Followup, Notice, Report
from plugin.store.tables.desk import UNHEARD
from plugin.wording import CardOf, Press, Say, View

KIND = "arrived"

LOOK_BACK = timedelta(days=1)
"""A room that has never heard hears of what came since then."""
JUDGING = timedelta(minutes=2)
"""So long a report waits to be judged: what triage sets apart is no news. It is told unjudged after that."""
NEWEST = 5_000
"""Among so many of the newest reports, notices and entries of the record the last ones are looked for."""
IN_FULL = 5
EXCERPT = 90
WAITS_NEW = ("new", "reopened")
"""Whom a person handed a report to, or gave it back, hears of it by that."""


@dataclass(frozen=True, slots=True)
class Item:
    """One report of several; `again`: the citizen wrote on after the answer."""

    number: int
    agency: str
    again: bool
    excerpt: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Further tellings of a danger that has its card: `lead` is the report to which they belong."""

    lead: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Arrived(View):
    """Reports that a room has not heard of; so many `more` than are shown."""

    agency: str
    incidents: tuple[Incident, ...]
    items: tuple[Item, ...]
    more: int
    again: int

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {f"open{i.number}": Say(f"/laporan {i.number}") for i in self.items}
        for one in self.incidents:
            named[f"open{one.lead}"] = Say(f"/laporan {one.lead}")
            named[f"join{one.lead}"] = Say(f"/gabung {one.lead} dengan {', '.join(map(str, one.numbers))}")
        return named | {"all": Say("/laporan-baru")}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that came, or woke, at this moment; `ready` once triage has read what was said.

    `shown`: the rooms, by their addresses, in which it hangs as a danger.
    """

    number: int
    agency_id: int
    at: datetime
    ready: bool
    shown: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What a room that has heard until `after` is to hear now."""

    room: Room
    after: datetime
    until: datetime
    reports: tuple[int, ...]


class Arrivals:
    """Looks every minute for what rooms have not heard of; `gap` is the least time between two messages to one."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        gap: timedelta,
        quiet: Night,
        put: Callable[[str, int], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._gap = gap
        self._quiet = quiet
        self._put = put

    async def tick(self) -> None:
        """Have the rooms told that are to hear now; nothing where the operator wants none, nor at night."""
        now = self._clock()
        if not self._gap or self._quiet.holds(now) or not await self._store.survey(due, self._gap, now):
            return
        for notice in await self._store.write(tell, self._gap, now):
            await self._put("notice", notice)


def tell(session: Session, gap: timedelta, now: datetime) -> list[int]:
    """Make the notices that are due now; their numbers."""
    made = list[int]()
    for news in due(session, gap, now):
        row = row_of(session, news.room)
        args = {"agency": row.agency_id if row else None, "reports": list(news.reports)}
        # Two processes see the same last moment: the name made of it is taken once.
        key = f"{KIND}:{news.after.isoformat()}"
        made += notices.put(session, [news.room], KIND, args, key, news.until)
    return made


def due(session: Session, gap: timedelta, now: datetime) -> list[News]:
    """What each room that heard long enough ago is to hear now."""
    came = arrivals(session, now - LOOK_BACK, now)
    if not came:
        return []
    heard, found = _heard_until(session), list[News]()
    for room, theirs in _by_room(session, came).items():
        after = heard.get(room.address, now - LOOK_BACK)
        unready = min((one.at for one in theirs if one.at > after and not one.ready), default=None)
        until = now if unready is None else unready - timedelta(microseconds=1)
        new = tuple(dict.fromkeys(one.number for one in theirs if after < one.at <= until))
        if new and now - after >= gap:
            found.append(News(room, after, until, new))
    return found


def arrivals(session: Session, since: datetime, now: datetime) -> list[Arrival]:
    """What waits and has come or woken since then, the oldest first."""
    new = (
        sa.select(col(Report.id), col(Report.agency_id), col(Report.received_at), col(CaseProposal.report_id))
        .outerjoin(CaseProposal, col(CaseProposal.report_id) == col(Report.id))
        .where(*SHOWN, col(Report.gone_at).is_(None), col(Report.state) == "new")
        .where(col(Report.id) > _newest(session, col(Report.id)), col(Report.received_at) > since)
        .where(sa.func.coalesce(col(CaseProposal.urgent), sa.false()) == sa.false())
    )
    rows = [*session.connection().execute(new), *_woken(session, since)]
    found = [
        Arrival(n or 0, agency, at, bool(judged) or now - at > JUDGING) for n, agency, at, judged in rows
    ]
    found += _dangers(session, since, now)
    return sorted(found, key=lambda one: (one.at, one.number))


def _dangers(session: Session, since: datetime, now: datetime) -> list[Arrival]:
    """Dangers, as of when the rooms concerned were told: where that was by another card of the same incident, it is
    news there. Those that are being told this moment are not ready.
    """
    told = sa.func.coalesce(col(CaseProposal.told_at), col(CaseProposal.judged_at))
    query = (
        sa.select(col(Report.id), col(Report.agency_id), told, col(CaseProposal.told_at))
        .join(Report, col(Report.id) == col(CaseProposal.report_id))
        .where(col(CaseProposal.report_id) > _newest(session, col(CaseProposal.report_id)))
        .where(col(CaseProposal.urgent) == sa.true(), told > since)
        .where(*SHOWN, col(Report.gone_at).is_(None), col(Report.state).in_(WAITS_NEW))
    )
    rows = session.connection().execute(query).all()
    hung = dangers.warned(session, [number or 0 for number, *_ in rows], since - dangers.ONE_INCIDENT)
    return [
        Arrival(n or 0, agency, at, done is not None or now - at > JUDGING, hung.get(n or 0, ()))
        for n, agency, at, done in rows
    ]


def _woken(session: Session, since: datetime) -> list[tuple[int | None, int, datetime, bool]]:
    """What waits because the citizen wrote again, when that was, and whether triage has read it: found from the
    record, since few of all that wait were woken."""
    entries = (
        sa.select(col(AuditEntry.report_id), sa.func.max(col(AuditEntry.at)))
        .where(col(AuditEntry.seq) > _newest(session, col(AuditEntry.seq)), col(AuditEntry.at) > since)
        .where(col(AuditEntry.act) == waking.ACT)
        .group_by(col(AuditEntry.report_id))
    )
    woke = {number: at for number, at in session.connection().execute(entries)}
    unread = sa.select(col(Followup.id)).where(
        col(Followup.report_id) == col(Report.id), sa.text(UNHEARD), col(Followup.gone_at).is_(None)
    )
    still = (
        sa.select(col(Report.id), col(Report.agency_id), ~unread.exists())
        .where(col(Report.id).in_(woke), col(Report.state) == "reopened")
        .where(*SHOWN, col(Report.gone_at).is_(None))
    )
    rows = session.connection().execute(still) if woke else ()
    return [(number, agency, woke[number], read) for number, agency, read in rows]


async def arrived(services: Services, args: Mapping[str, Any]) -> View | None:
    """What the notice shows now: what nobody has taken up meanwhile."""
    registry = await services.registry.current()
    rows, words, incidents = await services.store.survey(_still, args["agency"], args["reports"])
    if not rows and not incidents:
        return None
    if len(rows) == 1 and not incidents:
        return CardOf(f"report:{rows[0].id}")
    items = [
        Item(r.id or 0, registry.by_id(r.agency_id).label, r.state == "reopened", excerpt(text, EXCERPT))
        for r, text in zip(rows, words, strict=True)
    ]
    shown = tuple(items[:IN_FULL])
    again = sum(item.again for item in items)
    label = registry.by_id(args["agency"]).label
    return Arrived(label, tuple(incidents), shown, len(items) - len(shown), again)


def _still(
    session: Session, agency_id: int, numbers: Collection[int]
) -> tuple[Sequence[Report], list[str], list[Incident]]:
    """Those of these that still wait for somebody there, with the citizens' newest words.

    Further tellings of a danger stand apart, by their incidents.
    """
    query = (
        sa.select(Report)
        .where(*SHOWN, col(Report.gone_at).is_(None), col(Report.id).in_(numbers))
        .where(col(Report.state).in_(WAITS_NEW))
        .where(col(Report.agency_id).in_(below(session, agency_id)))
        .order_by(col(Report.id))
    )
    every = session.execute(query).scalars().all()
    incidents = _incidents(session, [r.id or 0 for r in every])
    gathered = {number for one in incidents for number in one.numbers}
    rows = [r for r in every if r.id not in gathered]
    last = last_words(session, [r.id or 0 for r in rows if r.state == "reopened"])
    return rows, [last[r.id or 0].text if r.id in last else r.text for r in rows], incidents


def _incidents(session: Session, numbers: Collection[int]) -> list[Incident]:
    """Which of these are further tellings of a danger that waits, by the report to which they belong."""
    lead = sa.func.coalesce(col(Report.joined_to), col(Report.id))
    query = (
        sa.select(lead, col(CaseProposal.report_id))
        .join(Report, col(Report.id) == col(CaseProposal.alike))
        .where(col(CaseProposal.report_id).in_(numbers), col(CaseProposal.urgent) == sa.true())
        .order_by(lead, col(CaseProposal.report_id))
    )
    found = groupby(session.connection().execute(query), key=lambda row: row[0])
    return [Incident(number, tuple(row[1] for row in rows)) for number, rows in found]


def _heard_until(session: Session) -> dict[str, datetime]:
    """Until when each room has heard."""
    query = (
        sa.select(col(Notice.platform), col(Notice.room), sa.func.max(col(Notice.made_at)))
        .where(col(Notice.id) > _newest(session, col(Notice.id)), col(Notice.kind) == KIND)
        .group_by(col(Notice.platform), col(Notice.room))
    )
    return {Room(p, key).address: at for p, key, at in session.connection().execute(query)}


def _newest(session: Session, number: Any) -> int:  # Any: a column of whatever table
    return (session.connection().execute(sa.select(sa.func.max(number))).scalar() or 0) - NEWEST


def _by_room(session: Session, came: Sequence[Arrival]) -> dict[Room, list[Arrival]]:
    """The rooms that are to hear, with what each is to hear of."""
    rooms: dict[Room, list[Arrival]] = defaultdict(list)
    ways = ways_to(session, {one.agency_id for one in came})
    theirs = dict(zip(ways, nearest_each(session, list(ways.values())), strict=True))
    written_down = _written_down(session)
    for one in came:
        for room in theirs[one.agency_id]:
            if room.address not in (*one.shown, written_down.get(one.number)):
                rooms[room].append(one)
    return rooms


def _written_down(session: Session) -> dict[int | None, str]:
    """In which room an official wrote a report down of late, or what its citizen said later: there it is no news."""
    entries = (
        sa.select(col(AuditEntry.report_id), col(AuditEntry.room))
        .where(col(AuditEntry.seq) > _newest(session, col(AuditEntry.seq)))
        .where(col(AuditEntry.act) == recording.ACT)
        .order_by(col(AuditEntry.seq))
    )
    return {number: room for number, room in session.connection().execute(entries)}
