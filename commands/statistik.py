"""/statistik: the figures of one month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.refusals import BadArgument
from plugin.chat.rights import Right
from plugin.dates import read_month
from plugin.drawing.sheet import Columns, Rows, Sheet, Tone
from plugin.rhythm.digest import DayFigures
from plugin.rhythm.figures import Figures, figures, month_before, parts_of
from plugin.wording import Drawing, Press, Say, UserError, View

TOP = 5
EVERY = 5


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
        return (MonthPicture(self.figures, self.running),)


@dataclass(frozen=True)
class MonthPicture(Drawing):
    """A month day by day, and where most reports came in."""

    figures: Figures
    running: bool

    def sheet(self, say: Callable[[str], str]) -> Sheet:
        f, part = self.figures, int(self.running)
        days = tuple(
            str(d.day.day) if d.day.day == 1 or d.day.day % EVERY == 0 or len(f.course) <= 16 else ""
            for d in f.course
        )
        parts = [part for part in f.parts if part.incoming][:TOP]
        return Sheet(
            f"statistik-{f.first:%Y-%m}",
            say("title"),
            (
                Columns(say("incoming"), days, tuple(d.incoming for d in f.course), part=part),
                Columns(say("answered"), days, tuple(d.answered for d in f.course), Tone.GOOD, part=part),
                Rows(
                    say("where"), tuple(p.name for p in parts), tuple(p.incoming for p in parts),
                    nothing=say("nothing"),
                ),
            ),
            say("alt"),
        )  # fmt: skip


@command("statistik", may=Right.LOOK)
async def statistik(context: Context, *, bulan: str = "") -> Month:
    today = context.now.astimezone(context.services.zone).date()
    first = read_month(bulan, today) if bulan.strip() else today.replace(day=1)
    if first is None or first > today:
        raise UserError(BadArgument("statistik", "bulan", bulan.strip()[:60], "[bulan]"))
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    last = min(end, today)
    compared = month_before(first, last)
    assert context.node is not None
    made = await context.services.store.survey(
        figures, parts_of(context.registry, context.node), first, last, compared, context.now,
        context.services.zone,
    )  # fmt: skip
    busiest = max(made.course, key=lambda day: day.incoming)
    return Month(
        made,
        last == today,
        compared,
        round(100 * (made.incoming - made.before[0]) / made.before[0]) if made.before[0] else None,
        busiest if busiest.incoming else None,
        TOP,
    )
