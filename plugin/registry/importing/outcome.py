"""What an import did, or would do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One column of something that was there already: what stood in it and what stands in it now."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing added or changed. `key` is what it is known by; without changes it is new."""

    line: int
    key: str
    name: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file meant for the registry. `left_alone`: what is registered but not in the file, and stays.

    With `dry_run` nothing was written.
    """

    kind: str
    added: int
    changed: int
    unchanged: int
    left_alone: int
    details: tuple[Detail, ...]
    dry_run: bool


def changes(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    """What differs, column by column."""
    return tuple(
        Change(column, before[column], value) for column, value in after.items() if before[column] != value
    )
