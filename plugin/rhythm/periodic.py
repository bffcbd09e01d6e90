"""The weekly and the monthly page: once to each recipient, on their day or as soon as somebody runs after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.clock import Clock
from plugin.desk.measures.scores import LEAST
from plugin.registry.snapshot import Registry
from plugin.rhythm import notices
from plugin.rhythm.figures import (
    Figures,
    Part,
    Parts,
    days_before,
    each_of,
    figures,
    month_before,
    parts_of,
)  # fmt: skip
from plugin.rhythm.papers import MonthPdf, MonthPicture, MonthSheet
from plugin.rhythm.recipients import wanted
from plugin.rhythm.waiting import DayFigures
from plugin.rhythm.wishes import USUAL, wishes
from plugin.store.store import Store
from plugin.wording import Drawing, Paper, Press, Say, View

WEEKLY, MONTHLY = "weekly", "monthly"

LATEST = {WEEKLY: timedelta(days=2), MONTHLY: timedelta(days=5)}
"""How long after its hour a page is still worth sending."""
AT_EACH_END = 3


@dataclass(frozen=True)
class PeriodPage(View):
    """What a week or a month was like. `busiest` is its fullest day, `change` how much more came in, in percent.

    `best` and `worst` are the ends of the ranking of what is below; where it is short, `best` is all of it.
    """

    figures: Figures
    monthly: bool
    change: int | None
    busiest: DayFigures | None
    best: tuple[Part, ...]
    worst: tuple[Part, ...]
    unranked: int
    least: int
    agencies: tuple[Part, ...] = ()

    def presses(self) -> Mapping[str, Press]:
        return {"card": Say("/rapor"), "late": Say("/laporan-baru terlambat")}

    def drawings(self) -> Sequence[Drawing]:
        return (MonthPicture(self.figures),)

    def papers(self) -> Sequence[Paper]:
        if not self.monthly:
            return ()
        return (MonthPdf(self.figures, self.least), MonthSheet(self.figures, self.agencies))


@dataclass(frozen=True, slots=True)
class Due:
    """A page whose day has come: for the days from `first` to `last`, to whoever was to get it at `opens`."""

    kind: str
    first: date
    last: date
    opens: datetime

    @property
    def key(self) -> str:
        """The page's own name, the same whoever puts it."""
        return f"{self.kind}:{self.first.isoformat()}"


def due(now: datetime, zone: ZoneInfo, at: time) -> list[Due]:
    """The pages that should be out by now: the week's since Monday, the month's since the first."""
    today = now.astimezone(zone).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    month_end = first - timedelta(days=1)
    pages = (
        Due(
            WEEKLY, monday - timedelta(days=7), monday - timedelta(days=1), datetime.combine(monday, at, zone)
        ),
        Due(MONTHLY, month_end.replace(day=1), month_end, datetime.combine(first, at, zone)),
    )
    return [page for page in pages if page.opens <= now < page.opens + LATEST[page.kind]]


class Periodical:
    """Has the pages sent that are due. To be called every minute, by any number of processes."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        zone: ZoneInfo,
        at: time,
        registry: Callable[[], Awaitable[Registry]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._at = at
        self._registry = registry
        self._put: set[str] = set()

    async def tick(self) -> None:
        """Put what is due; the notices bring it on its way."""
        now = self._clock()
        for page in due(now, self._zone, self._at):
            if page.key not in self._put:
                await self._store.write(put, await self._registry(), page, now)
                self._put.add(page.key)


def put(session: Session, registry: Registry, page: Due, now: datetime) -> None:
    """A notice for everybody who is to have the page: whoever asked for it, else those with agencies below them."""
    said = wishes(session)
    for room, agency in wanted(session, page.opens).items():
        wish = said.get(room, USUAL)
        asked = wish.weekly if page.kind == WEEKLY else wish.monthly
        if agency in registry and (asked or (asked is None and registry.children(registry.by_id(agency)))):
            args = {"agency": agency, "first": page.first.isoformat(), "last": page.last.isoformat()}
            notices.put(session, [room], page.kind, args, page.key, now)


async def period_page(services: Services, kind: str, args: Mapping[str, Any]) -> PeriodPage | None:
    """The page as a notice asks for it."""
    registry = await services.registry.current()
    if args["agency"] not in registry:
        return None
    node = registry.by_id(args["agency"])
    first, last = date.fromisoformat(args["first"]), date.fromisoformat(args["last"])
    monthly = kind == MONTHLY
    compared = month_before(first, last) if monthly else days_before(first, last)
    now, zone, store = services.clock(), services.zone, services.store

    async def read(parts: Parts) -> Figures:
        return await store.survey(figures, parts, first, last, compared, now, zone)

    made = await read(parts_of(registry, node))
    agencies = (await read(each_of(registry, node))).parts if monthly else ()
    return _page(made, monthly, node.code, agencies)


def _page(made: Figures, monthly: bool, code: str, agencies: tuple[Part, ...]) -> PeriodPage:
    ranking = made.ranking
    ends = len(ranking) > 2 * AT_EACH_END
    busiest = max(made.course, key=lambda day: day.incoming)
    return PeriodPage(
        figures=made,
        monthly=monthly,
        change=made.change,
        busiest=busiest if busiest.incoming else None,
        best=tuple(ranking[:AT_EACH_END] if ends else ranking),
        worst=tuple(reversed(ranking[-AT_EACH_END:])) if ends else (),
        unranked=sum(not part.tally.enough for part in made.parts if part.code != code),
        least=LEAST,
        agencies=agencies,
    )
