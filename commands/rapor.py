"""/rapor: how quickly an agency answers the public, and how those below it compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.handling.cases import permit
from plugin.desk.measures.scores import LEAST, Tally
from plugin.desk.measures.scoring import edge
from plugin.drawing.sheet import Columns, Rows, Sheet, Tone
from plugin.registry.snapshot import Node
from plugin.rhythm.figures import Figures, Part, days_before, figures, parts_of
from plugin.wording import Drawing, Press, Say, View

DAYS = 30
DRAWN = 14
AT_EACH_END = 3
LADDER = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72))


@dataclass(frozen=True)
class ReportCard(View):
    """An agency's last thirty days. `place` is where it stands among its neighbours, of how many; 0 is nowhere.

    `best` and `worst` are the ends of the ranking of what is below it, `unranked` counts who has too few cases.
    """

    figures: Figures
    least: int
    place: int
    of: int
    best: tuple[Part, ...]
    worst: tuple[Part, ...]
    unranked: int

    def presses(self) -> Mapping[str, Press]:
        return {f"card_{n}": Say(f"/rapor {part.code}") for n, part in enumerate(self.worst)}

    def drawings(self) -> Sequence[Drawing]:
        return () if self.figures.quiet else (CardPicture(self.figures),)


@dataclass(frozen=True)
class CardPicture(Drawing):
    """Two weeks of what came in and was answered, and within what time the month's reports were answered."""

    figures: Figures

    def sheet(self, say: Callable[[str], str]) -> Sheet:
        course = self.figures.course[-DRAWN:]
        days = tuple(str(d.day.day) for d in course)
        tally = self.figures.tally
        counted = within_ladder(tally)
        labels = (*(say(f"step_{n}") for n in range(len(counted))), say("never"))
        return Sheet(
            f"rapor-{self.figures.last}",
            say("title"),
            (
                Columns(say("incoming"), days, tuple(d.incoming for d in course), part=1),
                Columns(say("answered"), days, tuple(d.answered for d in course), Tone.GOOD, part=1),
                Rows(say("spans"), labels, (*counted, tally.never), Tone.PLAIN),
            ),
            say("alt"),
        )


def within_ladder(tally: Tally) -> tuple[int, ...]:
    """How many were answered within each time of the ladder (and not within the one before), the rest last.

    About so many: what is kept are steps, and a step belongs where the middle of it lies.
    """
    counted = [0] * (len(LADDER) + 1)
    for span, n in tally.spans.items():
        counted[sum(edge(span + 0.5) >= time for time in LADDER)] += n
    return tuple(counted)


@command("rapor", may=Right.LOOK)
async def rapor(context: Context, instansi: Node | None = None) -> ReportCard:
    node = instansi or context.here
    await permit(context, Right.LOOK, node)
    made = await _figures(context, node)
    ranking = made.ranking if context.registry.children(node) else []
    ends = len(ranking) > 2 * AT_EACH_END
    below = [part for part in made.parts if part.code != node.code]
    place, of = await _place(context, node)
    return ReportCard(
        made,
        LEAST,
        place,
        of,
        tuple(ranking[:AT_EACH_END] if ends else ranking),
        tuple(reversed(ranking[-AT_EACH_END:])) if ends else (),
        sum(not part.tally.enough for part in below),
    )


async def _figures(context: Context, node: Node) -> Figures:
    last = context.today
    first = last - timedelta(days=DAYS - 1)
    return await context.services.store.survey(
        figures, parts_of(context.registry, node), first, last, days_before(first, last), context.now,
        context.services.zone,
    )  # fmt: skip


async def _place(context: Context, node: Node) -> tuple[int, int]:
    """Where the agency stands among those beside it that this room may see, and of how many."""
    above = context.registry.parent(node)
    if above is None or not context.allows(Right.LOOK, above.id):
        return 0, 0
    ranking = [part.code for part in (await _figures(context, above)).ranking]
    return (ranking.index(node.code) + 1 if node.code in ranking else 0), len(ranking)
