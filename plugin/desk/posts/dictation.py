"""How a line is read that a citizen is quoted in: a new report, or more of one that is here already."""

from __future__ import annotations

import re
from dataclasses import dataclass

AGAIN = re.compile(
    r"""\s*(?:lagi|tambahan)\s+(?P<called>laporan\s+|(?=\#))?\#?(?P<number>\d{1,9})\b(?P<mark>\s*:)?[\s,]*""",
    re.IGNORECASE | re.VERBOSE,
)
"""`lagi 17 …`: more of a citizen whose report was written down."""
MEASURE = re.compile(
    r"(?:hari|jam|menit|minggu|bulan|tahun|malam|kali|orang|warga|kk|keluarga|rumah|toko|tiang|titik|lampu|pohon|meter|km"
    r"|unit|buah|ekor|truk|mobil|motor|rt|rw|desa|dusun)\b",
    re.IGNORECASE,
)
"""Behind a number these make it one of the citizen's words: `lagi 3 hari listrik mati`."""


@dataclass(frozen=True, slots=True)
class More:
    """More of report `number`. `anew` is what a report of its own would say; not `sure`: it may be meant."""

    number: int
    words: str
    anew: str
    sure: bool


def more_in(line: str) -> More | None:
    """What a line adds to a report that is here already; None where it names none."""
    found = AGAIN.match(line)
    if found is None:
        return None
    words = line[found.end() :].strip()
    sure = bool(found["called"] or found["mark"]) or not MEASURE.match(words)
    return More(int(found["number"]), words, line[found.start("number") :].strip(), sure)
