"""What one row of a file says: an agency, an official in a role, an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency as the file describes it. A parent is named by its code; `aliases` in the file's order."""

    line: int
    code: str
    parent: str
    kind: str
    name: str
    short: str
    contact: str
    valid_from: date | None
    valid_to: date | None
    former_code: str
    former_name: str
    former_short: str
    former_until: date | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """A person in a role at an agency, which is named by code or in words."""

    line: int
    platform: str
    user_id: str
    name: str
    role: str
    agency: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of an agency, which is named by code or in words. Blank says nothing about what is there."""

    line: int
    agency: str
    channel: str
    handle: str
    platform_id: str
    verdict: str
    since: date | None
    mode: str
    evidence: str


Row = AgencyRow | OfficialRow | AccountRow


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file whose every row makes sense by itself. `headings`: our column's name → the file's."""

    kind: str
    rows: tuple[Row, ...]
    headings: Mapping[str, str] = field(default_factory=dict)

    def heading(self, column: str) -> str:
        """What the file calls a column."""
        return self.headings.get(column, column)
