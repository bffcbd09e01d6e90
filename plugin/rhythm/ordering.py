"""An order's own deadline is watched: its agency is reminded the working day before, and when it has passed both the
agency and whoever gave the order hear, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any  # a notice's arguments, as its row holds them

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.chat.rooms import nearest
from plugin.chat.values import Room
from plugin.desk.audit import record, system
from plugin.desk.handling.owed import owed
from plugin.registry.paths import codes_at, way_to
from plugin.rhythm import notices
from plugin.rhythm.limits import Tables
from plugin.rhythm.workdays import Calendar
from plugin.store.prepared import Prepared
from plugin.store.tables import Disposition, Role, Snooze
from plugin.wording import Press, Say, View

KIND = "order"
AHEAD = timedelta(days=21)
"""No holidays are so long that the working day before a deadline is further away."""
MANY = 200


@dataclass(frozen=True)
class OrderDue(View):
    """An order whose deadline is near, or over (`late`)."""

    number: int
    agency: str
    instruction: str
    due_at: datetime
    late: bool

    def presses(self) -> Mapping[str, Press]:
        return {"answer": Say(f"/tanggapi {self.number}"), "open": Say(f"/laporan {self.number}")}


def watch(session: Session, limits: Tables, now: datetime) -> None:
    """Tell what is due now. A person who said "not now" (`/tunda`) is heard."""
    for order in _to_watch(session, now):
        assert order.due_at is not None
        if order.due_at <= now:
            _tell_late(session, order, now)
        else:
            _tell_near(session, limits, order, order.due_at, now)


def _tell_late(session: Session, order: Disposition, now: datetime) -> None:
    assert order.due_at is not None
    order.overdue_at = now
    record(
        session, system(now), "order_overdue", order.report_id,
        to_agency=order.to_agency, due_at=order.due_at.isoformat(), disposition=order.id,
    )  # fmt: skip
    _tell(session, [order.to_agency, *_givers(session, order)], order, "late", now)


def _tell_near(session: Session, limits: Tables, order: Disposition, due_at: datetime, now: datetime) -> None:
    calendar = limits.calendars.of(codes_at(session, order.to_agency))
    eve = _working_day_before(calendar, calendar.local_date(due_at))
    if calendar.local_date(now) < eve:
        return
    order.reminded_at = now
    if calendar.local_date(order.given_at) < eve:  # else it has only just come
        _tell(session, [order.to_agency], order, "near", now)


def _unheard(now: Any) -> sa.ColumnElement[bool]:
    """That nobody has been told yet what there is to tell of the order at that moment."""
    unreminded = sa.or_(col(Disposition.reminded_at).is_(None), col(Disposition.due_at) <= now)
    return sa.and_(col(Disposition.overdue_at).is_(None), unreminded)


def _numbers() -> Prepared:
    """Asked every minute, and nearly always answered with none."""
    snoozed = sa.select(col(Snooze.report_id)).where(
        col(Snooze.report_id) == col(Disposition.report_id), col(Snooze.until) > sa.bindparam("now")
    )
    near = col(Disposition.due_at) <= sa.bindparam("until")
    unheard = _unheard(sa.bindparam("now"))
    return Prepared(owed(col(Disposition.id)).where(near, unheard, ~snoozed.exists()).limit(MANY))


_NUMBERS = _numbers()


def _to_watch(session: Session, now: datetime) -> Iterable[Disposition]:
    """The orders that are over or near, ours until the transaction ends."""
    found = [number for [number] in _NUMBERS.rows(session, {"now": now, "until": now + AHEAD})]
    if not found:
        return ()
    query = select(Disposition).where(col(Disposition.id).in_(found), _unheard(now))
    return session.exec(query.order_by(col(Disposition.id)).with_for_update(skip_locked=True)).all()


def _working_day_before(calendar: Calendar, day: date) -> date:
    day -= timedelta(days=1)
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def _givers(session: Session, order: Disposition) -> list[int]:
    """Where whoever gave it serves."""
    serves = select(Role.agency_id).where(Role.official_id == order.given_by, col(Role.ended_at).is_(None))
    return list(session.exec(serves.order_by(col(Role.id))))


def _tell(session: Session, agencies: Iterable[int], order: Disposition, why: str, now: datetime) -> None:
    rooms = dict.fromkeys(room for agency in agencies for room in _rooms(session, agency))
    notices.put(session, rooms, KIND, {"order": order.id}, f"{KIND}:{order.id}:{why}", now)


def _rooms(session: Session, agency_id: int) -> Iterable[Room]:
    return nearest(session, way_to(session, agency_id))


async def order_due(services: Services, args: Mapping[str, Any]) -> OrderDue | None:
    """As it is now; nothing where it was carried out meanwhile."""
    order = await services.store.read(_still_owed, int(args["order"]))
    if order is None or order.due_at is None:
        return None
    agency = (await services.registry.current()).by_id(order.to_agency).label
    late = order.due_at <= services.clock()
    return OrderDue(order.report_id, agency, order.instruction, order.due_at, late)


def _still_owed(session: Session, order_id: int) -> Disposition | None:
    here = owed(col(Disposition.id)).where(col(Disposition.id) == order_id)
    found = session.connection().execute(here).scalar()
    return session.get(Disposition, found) if found is not None else None
