"""A picture before it is drawn: panels one below the other, each a few figures with their names.

Sizes are in pixels of a telephone that is 390 of them wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WIDTH = 390


class Tone(Enum):
    """What a panel's figures are: as common as rain, good news, or a reason to act."""

    PLAIN = "#3b6ea5"
    GOOD = "#2e7d5b"
    BAD = "#b3402f"


@dataclass(frozen=True, slots=True)
class Columns:
    """One upright bar for each day or hour. Where there are many, only the highest one's figure is written.

    Columns of one picture share their scale, so that they can be compared. `part` bars at the end are not over yet.
    `mark` is the bar of a deadline: a line stands at it.
    """

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    tone: Tone = Tone.PLAIN
    part: int = 0
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """One lying bar for each name, the first on top. `nothing` is said where there is none."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    tone: Tone = Tone.PLAIN
    nothing: str = ""


Panel = Columns | Rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture: its file's name, what stands on top, its panels, and what it shows for those who cannot see it."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    alt: str
