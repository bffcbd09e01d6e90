"""What is wrong at the moment, in a few short phrases for the operator."""

from __future__ import annotations

import time

REMEMBERED = 3600.0


class Health:
    """Each concern is well or has a phrase. What was given up is remembered for an hour."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}
        self._skipped: list[float] = []

    def well(self, concern: str) -> None:
        self._wrong.pop(concern, None)

    def wrong(self, concern: str, phrase: str) -> None:
        self._wrong[concern] = phrase

    def skipped(self) -> None:
        """An update was given up."""
        self._skipped.append(time.monotonic())

    def __str__(self) -> str:
        since = time.monotonic() - REMEMBERED
        self._skipped = [at for at in self._skipped if at > since]
        lost = [f"updates skipped: {len(self._skipped)}"] if self._skipped else []
        return "; ".join([*self._wrong.values(), *lost]) or "ok"
