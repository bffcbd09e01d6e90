"""What an account is called on each public channel, however somebody wrote it down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Naming:
    """A channel's rule for names: what they look like, and where its pages are."""

    pattern: re.Pattern[str]
    hosts: tuple[str, ...] = ()


NAMINGS: Mapping[str, Naming] = {
    "x": Naming(re.compile(r"[A-Za-z0-9_]{1,15}"), ("x.com", "twitter.com")),
    "facebook": Naming(re.compile(r"[A-Za-z0-9.]{5,50}"), ("facebook.com", "fb.com")),
    "instagram": Naming(re.compile(r"[A-Za-z0-9._]{1,30}"), ("instagram.com",)),
    "tiktok": Naming(re.compile(r"[A-Za-z0-9._]{2,24}"), ("tiktok.com",)),
    "youtube": Naming(re.compile(r"[A-Za-z0-9._-]{3,30}"), ("youtube.com",)),
    "alun-alun": Naming(re.compile(r"[A-Za-z0-9_.-]{1,30}")),
}
CHANNELS = tuple(NAMINGS)
CONTACTS = ("telepon", "call-center", "sms", "formulir")
"""Ways to reach an office that are no accounts: they count where a circular says so."""

ALSO = {"twitter": "x", "fb": "facebook", "ig": "instagram", "yt": "youtube", "alunalun": "alun-alun"}
SUBDOMAINS = ("www.", "m.", "mobile.")
NOT_NAMES = frozenset({"home", "i", "intent", "search", "explore", "settings", "share", "hashtag"})


def channel_named(text: str) -> str | None:
    """The channel that is meant by `X`, `Twitter`, `ig` …, or None."""
    name = text.strip().casefold().replace("_", "-")
    name = ALSO.get(name, name)
    return name if name in NAMINGS else None


def read_handle(channel: str, text: str) -> str | None:
    """The handle in `@DPUPRkebumen` or `https://x.com/DPUPRkebumen`, as written; None if it cannot be one."""
    naming = NAMINGS[channel]
    given = text.strip()
    if "/" in given:
        given = _from_address(given, naming)
    given = given.removeprefix("@")
    return given if naming.pattern.fullmatch(given) else None


def handle_key(handle: str) -> str:
    """What makes a handle unique on its channel: letters count the same in either case."""
    return handle.casefold()


def _from_address(address: str, naming: Naming) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    for prefix in SUBDOMAINS:
        host = host.removeprefix(prefix)
    name = parts.path.strip("/")
    return name if host in naming.hosts and name.casefold() not in NOT_NAMES else ""
