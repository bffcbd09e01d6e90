"""Channels that nothing reads for us: what came in there an official writes down, and answers there in person.

Half of what citizens say comes by telephone, at the counter, in a letter or on a page that no program may read. It
is a report like any other; only its answer is spoken, or written there, by a person, who says so afterwards.
"""

from __future__ import annotations

import re

CHANNELS = (
    "telepon", "sms", "whatsapp", "radio", "loket", "surat", "email", "lapor", "facebook", "instagram", "tiktok",
    "youtube", "lainnya",
)  # fmt: skip
"""By their names in the tables; `lapor` is SP4N-LAPOR!, `lainnya` whatever else people use."""
OTHER = "lainnya"
ALONE = frozenset({"telepon", "sms", "whatsapp", "loket", "surat", "email"})
"""Where an answer reaches its citizen and nobody else; of the rest some are public."""
ALSO = {
    "telpon": "telepon", "telp": "telepon", "tlp": "telepon", "tilpun": "telepon", "call-center": "telepon",
    "wa": "whatsapp", "wasap": "whatsapp", "fb": "facebook", "ig": "instagram", "yt": "youtube",
    "tatap-muka": "loket", "e-mail": "email", "surel": "email", "sp4n": "lapor",
    "sp4n-lapor": "lapor", "lapor!": "lapor", "sp4n-lapor!": "lapor", "lain": OTHER,
}  # fmt: skip
WORDS = frozenset({"surat", "loket", "lapor", "email", "radio", "lain", "lainnya"})
"""Names with which a complaint may begin as well ("surat tanah belum jadi", "lapor, jalan rusak"): alone they name no
channel."""
NAMED = re.compile(
    r"""\s*(?P<by>(?:dari|lewat|via|melalui)\s+)?
    (?P<name>(?:tatap|call|sp4n)[\s_-]+[^\s:,]+|[^\s:,]+)
    (?P<mark>\s*[:,]\s*|\s+|$)""",
    re.IGNORECASE | re.VERBOSE,
)
"""`telepon: …`, `lewat WA …`, `tatap muka, …`: the channel, with what people put around it."""


def is_recorded(channel: str) -> bool:
    """Whether what came by this channel is written down by a person."""
    return channel in CHANNELS


def is_told_alone(channel: str) -> bool:
    """Whether nobody but the citizen reads or hears an answer there."""
    return channel in ALONE


def channel_named(text: str) -> str | None:
    """The channel that somebody means by `WA`, `telp.`, `tatap muka` …; None where it is none of these."""
    name = re.sub(r"[\s_-]+", "-", text.strip().casefold()).strip(".")
    name = ALSO.get(name, name)
    return name if name in CHANNELS else None


def split(line: str) -> tuple[str | None, str]:
    """(the channel that a line begins with, the rest); the whole line where it begins with none for sure."""
    found = NAMED.match(line)
    channel = channel_named(found["name"]) if found else None
    if found is None or channel is None:
        return None, line.strip()
    rest = line[found.end() :].strip()
    is_sure = found["by"] or ":" in found["mark"] or not rest
    return (channel, rest) if is_sure or found["name"].casefold() not in WORDS else (None, line.strip())


def word_taken(line: str) -> str:
    """The first word where `split` takes it for the channel though it may be one of the others ("telepon rumah sakit
    tidak diangkat"); "" where the channel is certain, or none was found."""
    found, (channel, rest) = NAMED.match(line), split(line)
    sure = found is None or channel is None or found["by"] or found["mark"].strip() or not rest
    return "" if sure or found is None else found["name"]
