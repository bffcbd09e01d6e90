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


ACCOUNTS: Mapping[str, Naming] = {
    "x": Naming(re.compile(r"[A-Za-z0-9_]{1,15}"), ("x.com", "twitter.com")),
    "facebook": Naming(re.compile(r"[A-Za-z0-9.]{5,50}"), ("facebook.com", "fb.com")),
    "instagram": Naming(re.compile(r"[A-Za-z0-9._]{1,30}"), ("instagram.com",)),
    "tiktok": Naming(re.compile(r"[A-Za-z0-9._]{2,24}"), ("tiktok.com",)),
    "youtube": Naming(re.compile(r"[A-Za-z0-9._-]{3,30}"), ("youtube.com",)),
    "alun-alun": Naming(re.compile(r"[A-Za-z0-9_.-]{1,30}")),
}
MOBILE = re.compile(r"08\d{8,11}")
"""A mobile number leads to a person; an office has it only on a card of its own."""
NUMBERS: Mapping[str, re.Pattern[str]] = {
    "telepon": re.compile(r"0(?!8)\d{8,11}"),
    "call-center": re.compile(r"1\d{2,6}|0800\d{6,8}|0(?!8)\d{8,11}"),
    "sms": re.compile(r"\d{4,6}|08\d{8,11}"),
}
"""A landline with its area code; short numbers of a call centre; for SMS a short number or an office's card."""
FORM = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:go|desa)\.id(?:/[A-Za-z0-9._~/-]*)?")
CONTACTS = (*NUMBERS, "formulir")
"""Ways to reach an office that are no accounts: they count where a circular says so."""
ACCOUNT_CHANNELS = tuple(ACCOUNTS)
CHANNELS = (*ACCOUNTS, *CONTACTS)

ALSO = {
    "twitter": "x", "fb": "facebook", "ig": "instagram", "yt": "youtube", "alunalun": "alun-alun",
    "telpon": "telepon", "telp": "telepon", "tlp": "telepon", "callcenter": "call-center",
    "call-centre": "call-center", "web": "formulir", "situs": "formulir", "formulir-web": "formulir",
}  # fmt: skip
SUBDOMAINS = ("www.", "m.", "mobile.")
NOT_NAMES = frozenset({"home", "i", "intent", "search", "explore", "settings", "share", "hashtag"})


def channel_named(text: str) -> str | None:
    """The channel that is meant by `X`, `Twitter`, `ig` …, or None."""
    name = text.strip().casefold().replace("_", "-")
    name = ALSO.get(name, name)
    return name if name in CHANNELS else None


def read_handle(channel: str, text: str) -> str | None:
    """The handle in `@DPUPRkebumen` or `https://x.com/DPUPRkebumen`, as written; None if it cannot be one."""
    if channel in CONTACTS:
        return _read_contact(channel, text)
    naming = ACCOUNTS[channel]
    given = text.strip()
    if "/" in given:
        given = _from_address(given, naming)
    given = given.removeprefix("@")
    return given if naming.pattern.fullmatch(given) else None


def handle_key(handle: str) -> str:
    """What makes a handle unique on its channel: letters count the same in either case."""
    return handle.casefold()


def account_key(channel: str, handle: str, agency_id: int) -> str:
    """The same for any channel: a switchboard may serve several offices, an account only one."""
    return f"{agency_id}:{handle_key(handle)}"[:80] if channel in CONTACTS else handle_key(handle)


def is_mobile(channel: str, text: str) -> bool:
    """Whether a number leads to somebody's own telephone."""
    return channel in NUMBERS and MOBILE.fullmatch(_digits(text)) is not None


def _read_contact(channel: str, text: str) -> str | None:
    if channel == "formulir":
        given = re.sub(r"^https?://", "", text.strip(), flags=re.IGNORECASE).rstrip("/")
        return given if FORM.fullmatch(given) and len(given) <= 70 else None
    digits = _digits(text)
    return digits if NUMBERS[channel].fullmatch(digits) else None


def _digits(text: str) -> str:
    """`(0287) 381-234` and `+62 287 381234` as 0287381234."""
    bare = re.sub(r"[\s().-]", "", text)
    return re.sub(r"^(?:\+62|62(?=\d{9}))", "0", bare)


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
