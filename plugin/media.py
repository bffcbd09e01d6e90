"""A file: on a platform, or in hand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file on a platform, not fetched yet."""

    platform: str
    key: str
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file in hand."""

    name: str
    mime: str
    content: bytes = field(repr=False)
    alt: str = ""
