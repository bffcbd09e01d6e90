"""/statistik: the figures of one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.refusals import BadArgument
from plugin.chat.rights import Right
from plugin.moments import read_month
from plugin.rhythm.figures import Figures, figures, month_before, parts_of
from plugin.rhythm.papers import TOP, MonthPicture
from plugin.rhythm.waiting import DayFigures
from plugin.wording import Drawing, Press, Say, UserError, View


@dataclass(frozen=True)
class Month(View):
    """A month, as far as it has come. `compared` are the days it is compared with, `busiest` its fullest day."""

    figures: Figures
    running: bool
    compared: tuple[date, date]
    change: int | None
    busiest: DayFigures | None
    most: int

    def presses(self) -> Mapping[str, Press]:
        first = self.figures.first
        pressed = {"before": Say(f"/statistik {first - timedelta(days=1):%Y-%m}"), "card": Say("/rapor")}
        later = {} if self.running else {"after": Say(f"/statistik {first + timedelta(days=31):%Y-%m}")}
        return pressed | later

    def drawings(self) -> Sequence[Drawing]:
        return () if self.figures.quiet else (MonthPicture(self.figures, self.running),)


@command("statistik", may=Right.LOOK)
async def statistik(context: Context, *, bulan: str = "") -> Month:
    today = context.today
    first = read_month(bulan, today) if bulan.strip() else today.replace(day=1)
    if first is None or first > today:
        raise UserError(BadArgument("statistik", "bulan", bulan.strip()[:60], "[bulan]"))
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    last = min(end, today)
    compared = month_before(first, last)
    made = await context.services.store.survey(
        figures, parts_of(context.registry, context.here), first, last, compared, context.now,
        context.services.zone,
    )  # fmt: skip
    busiest = max(made.course, key=lambda day: day.incoming)
    return Month(
        made,
        last == today,
        compared,
        made.change,
        busiest if busiest.incoming else None,
        TOP,
    )
