"""What is told often and kept once: of equal values that are read one by one, the first serves for all."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)


class Once:
    """Gives back what was given, or what was equal to it before. Values of one kind, please: 1 is equal to 1.0."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def __call__(self, value: T) -> T:
        return self._kept.setdefault(value, value)  # type: ignore[no-any-return]  # an equal value of its type
