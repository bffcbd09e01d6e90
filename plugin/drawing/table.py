"""Figures in rows and columns, on paper or in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Cell = str | int | float | date | None
"""None is a figure that there is not: an empty cell, a dash on paper."""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the names of the columns, and the rows. Words stand left, figures right."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to print: what stands on top, lines of text, a picture, tables, and what is to be known of it all."""

    title: str
    subtitle: str
    lines: tuple[str, ...]
    picture: bytes
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    foot: str
