"""The kinds of agencies, in the order in which officials list them."""

from __future__ import annotations

KINDS = (
    "pemda",
    "kepala_daerah",
    "setda",
    "bagian",
    "setwan",
    "inspektorat",
    "dinas",
    "badan",
    "satpol",
    "rsud",
    "bumd",
    "kecamatan",
    "kelurahan",
    "desa",
    "vertikal",
    "luar",
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}

ROOTS = frozenset({"pemda", "vertikal", "luar"})
"""What may stand at the top of a tree; everything else stands below something."""

WITHOUT_OFFICE = frozenset({"pemda", "luar"})
"""A government as a whole is not an office, and what is outside our authority is not ours to remind."""


def rank(kind: str) -> int:
    """A kind's place in the officials' order; one we do not know comes last."""
    return RANK.get(kind, len(KINDS))
