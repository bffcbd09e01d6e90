"""Which ready-made answers fit a case, the fittest first."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.desk.answers.facts import Known
from plugin.desk.answers.kinds import ANSWERS, WITH_PHOTOS

THANKS = "terima_kasih"


def fitting(known: Known) -> tuple[str, ...]:
    """The answers for the case's state: first what its content asks for, then in the usual order."""
    fit = [name for name, states in ANSWERS.items() if known.state in states]
    if known.category != THANKS:
        fit = [name for name in fit if name != "terima-kasih"]
    if not known.proofs or "akun" not in known.values:  # nothing that a person tells shows photos
        fit = [name for name in fit if name != WITH_PHOTOS]
    first = [name for name in _called_for(known) if name in fit]
    return tuple(dict.fromkeys([*first, *fit]))


def _called_for(known: Known) -> Iterator[str]:
    if known.category == THANKS:
        yield "terima-kasih"
    if known.urgent:
        yield "darurat"
    if known.outside:
        yield from ("wewenang", "diteruskan")
    if known.proofs:
        yield from (WITH_PHOTOS, "selesai")
    if known.late:
        yield "maaf"
    if known.state in ("replied", "waiting"):
        yield from ("dikerjakan", "selesai")
