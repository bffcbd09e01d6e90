"""What a room is told when clocks run out: which reports, how late, who has heard already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.desk.masking import excerpt
from plugin.desk.measures.clocks import Told, told
from plugin.limits import Limits
from plugin.registry.snapshot import Registry
from plugin.store.tables import Alarm, Report
from plugin.wording import Press, Say, View

SHOWN = 5
EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Step:
    """A level that has heard: its name, its agency, its people, and when."""

    level: str
    agency: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """A report whose time is nearly over, or over. `step` is who hears now, `before` who has heard already."""

    number: int
    agency: str
    excerpt: str
    clock: Told
    step: Step
    before: tuple[Step, ...]


@dataclass(frozen=True)
class Alarms(View):
    """One message about all that came due in one minute; `more` are those that it does not show."""

    lines: tuple[Late, ...]
    more: int
    now: datetime

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {"all": Say("/laporan-baru")}
        for line in self.lines:
            named[f"answer{line.number}"] = Say(f"/tanggapi {line.number}")
            named[f"dispose{line.number}"] = Say(f"/disposisi {line.number}")
            named[f"snooze{line.number}"] = Say(f"/tunda {line.number}")
            named[f"open{line.number}"] = Say(f"/laporan {line.number}")
        return named


async def alarms(services: Services, args: Mapping[str, Any]) -> Alarms | None:
    """The message about these alarms as of now; what was settled meanwhile is left out."""
    now, registry = services.clock(), await services.registry.current()
    lines = await services.store.survey(_lines, services.limits, registry, args["alarms"], now)
    lines.sort(key=lambda line: (line.clock.limit.due_at, line.number))
    return Alarms(tuple(lines[:SHOWN]), len(lines[SHOWN:]), now) if lines else None


def _lines(
    session: Session, limits: Limits, registry: Registry, ids: Sequence[int], now: datetime
) -> list[Late]:
    asked = session.exec(select(Alarm).where(col(Alarm.id).in_(ids)).order_by(col(Alarm.id))).all()
    numbers = {alarm.report_id for alarm in asked}
    reports = {r.id: r for r in session.exec(select(Report).where(col(Report.id).in_(numbers)))}
    past: dict[int, list[Alarm]] = {}
    all_ = select(Alarm).where(col(Alarm.report_id).in_(numbers)).order_by(col(Alarm.id))
    for alarm in session.exec(all_):
        past.setdefault(alarm.clock_id, []).append(alarm)
    clocks = told(session, limits, numbers, now)
    # Of several steps of one clock the last says it all.
    newest = {alarm.clock_id: alarm for alarm in asked}
    lines = []
    for alarm in newest.values():
        clock = next((c for c in clocks[alarm.report_id] if c.id == alarm.clock_id and not c.paused), None)
        if clock is None:
            continue
        report = reports[alarm.report_id]
        before = tuple(_step(registry, a) for a in past[alarm.clock_id] if a.step < alarm.step)
        label = registry.by_id(report.agency_id).label
        text = excerpt(report.text, EXCERPT)
        lines.append(Late(alarm.report_id, label, text, clock, _step(registry, alarm), before))
    return lines


def _step(registry: Registry, alarm: Alarm) -> Step:
    return Step(alarm.level, registry.by_id(alarm.agency_id).label, alarm.who, alarm.at)
