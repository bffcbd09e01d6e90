"""A figure, what the same work costs bare, and what it should be: a line of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figure:
    """One thing measured, round by round. `goal` is a limit: at most, or at least where `more_is_better`."""

    name: str
    unit: str
    rounds: Sequence[float]
    bare: Sequence[float] = ()
    bare_name: str = ""
    goal: float | None = None
    more_is_better: bool = False
    note: str = ""
    others: float = 0.0
    """The share of the app's core that other processes took meanwhile."""

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        met = self.value >= self.goal if self.more_is_better else self.value <= self.goal
        return "PASS" if met else "FAIL"

    @property
    def ratio(self) -> str:
        if not self.bare or not median(self.bare):
            return ""
        return f"{self.value / median(self.bare):.2f}"


@dataclass
class Table:
    """The figures of one measurement, and what has to be said about them."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def text(self) -> str:
        """As Markdown."""
        head = "| figure | ours, median (min–max) | bare, median (min–max) | ours / bare | goal | | others' CPU |"
        lines = [f"### {self.title}", "", head, "|---|---|---|---|---|---|---|"]
        lines += [_line(figure) for figure in self.figures]
        return "\n".join([*lines, "", *self.remarks, *([""] if self.remarks else [])])


def _line(f: Figure) -> str:
    bare = f"{_spread(f.bare, f.unit)} {f.bare_name}" if f.bare else ""
    sign = "≥" if f.more_is_better else "≤"
    goal = f"{sign} {_number(f.goal)} {f.unit}" if f.goal is not None else ""
    name = f"{f.name} ({f.note})" if f.note else f.name
    return (
        f"| {name} | **{_spread(f.rounds, f.unit)}** | {bare} | {f.ratio} | {goal} | {f.verdict} "
        f"| {f.others * 100:.0f} % |"
    )


def _spread(rounds: Sequence[float], unit: str) -> str:
    middle = f"{_number(median(rounds))} {unit}"
    return middle if len(rounds) < 2 else f"{middle} ({_number(min(rounds))}–{_number(max(rounds))})"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"
