"""How a line of /catat is read: a new report, more of one that is here already, or a channel to be put right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plugin.public.recorded import channel_named

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
CHANGE = re.compile(
    r"""\s*(?:ubah|ganti|ralat|koreksi)\s+(?:kanal(?:nya)?\s+)?(?:laporan\s+)?\#?(?P<number>\d{1,9})\b[\s,:]*
    (?P<said>(?:kanal|saluran)(?:nya)?\b[\s,:]*)?(?:(?:ke|jadi|menjadi|lewat|dengan)\b\s*)?(?P<channel>.*)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""`ubah 17 kanal loket`."""


@dataclass(frozen=True, slots=True)
class Change:
    """Report `number` came by another channel; None where it was not said by which."""

    number: int
    channel: str | None


def change_in(line: str) -> Change | None:
    """The channel that a line puts right; None where it seems to be a citizen's words ("ubah 3 lampu jadi LED")."""
    found = CHANGE.match(line)
    if found is None:
        return None
    rest = found["channel"].strip(" .:,")
    channel = channel_named(rest)
    return Change(int(found["number"]), channel) if channel or found["said"] or not rest else None


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
