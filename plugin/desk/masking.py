"""What people must not leave lying in a card, a digest or an index: numbers that lead to a person.

Masked is everything that the check of an answer would point at (plugin/desk/safety/identifiers.py), and what may
be such a thing: telephone numbers of whomever, NIK and KK, other long numbers (bank, customer, NIP) and e-mail
addresses, however they are broken up. Short numbers of offices (112, 14045), dates, sums of money and web
addresses stay.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import regex

from plugin.desk.safety.identifiers import Identifiers
from plugin.desk.safety.tables import read_identifiers
from plugin.store.search import folded

MASK = "•••"

SHORTEST = 9  # digits of a number that somebody can be reached by
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
UNSEEN = regex.compile(f"[{INVISIBLE}]")
MAY_BE_MAIL = regex.compile(r"@[\p{L}\p{N}\-]+\.")
MAIL = regex.compile(r"[\p{L}\p{N}._%+\-]{1,64}@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+")
URL = regex.compile(r"https?://\S+", regex.I)
LEADS_TO_A_PERSON = regex.compile(r"^https?://(?:[\w.]*\.)?(?:wa\.me|whatsapp\.com|wa\.link)\b|tel:", regex.I)
BETWEEN = rf"[\s./()+\-{INVISIBLE}]{{0,4}}"
# A date stands alone, or a time of the day follows it; else it may be the middle of a number.
DATE = regex.compile(
    rf"(?<!\d{BETWEEN})\d{{1,2}}([-/.])\d{{1,2}}\1(?:19|20)\d\d"
    rf"(?!{BETWEEN}\d(?!\d?[.:]\d\d(?!{BETWEEN}\d)))"
)
MONEY = regex.compile(r"\bRp\.?\s*[1-9]\d{0,2}(?:\.\d{3})+(?!\.?\d)", regex.I)
# Digits with little between them: what somebody typed as one number, or several in a row.
CLUSTER = regex.compile(rf"\+?\(?\d(?:{BETWEEN}\d)*")
LONG_CLUSTER = regex.compile(rf"\d(?:{BETWEEN}\d){{{SHORTEST - 1}}}")  # few texts have one
LONG_RUN = regex.compile(r"\d{10,}")
GROUP = regex.compile(r"(?<!\d)\d")
NUMBER_OF_SOMEBODY = regex.compile(r"(?:62|0[2-9]|8[1-9])\d{6,}")
BIDI = regex.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def mask(text: str) -> str:
    """The text with every such number and address replaced by three dots."""
    shadow = _ascii_digits(text)
    spans = _identifiers().spans(text)
    spans += [m.span() for m in MAIL.finditer(shadow)] if MAY_BE_MAIL.search(shadow) else []
    if LONG_CLUSTER.search(shadow):
        spans += [span for piece in _pieces(shadow, _kept(shadow)) for span in _numbers(shadow, *piece)]
    return _replaced(text, spans) if spans else text


def searchable(*texts: str) -> str:
    """The texts' words as search knows them: nothing that is masked can be found, or found out digit by digit."""
    return folded(" ".join(mask(text) for text in texts if text))


@lru_cache(maxsize=1024)  # lists and cards show the same reports over and over
def presentable(text: str) -> str:
    """A citizen's text as a card shows it: masked, and without signs that turn the order of letters around."""
    masked = mask(text)
    return masked if masked.isascii() else BIDI.sub("", masked)


def forget_presented() -> None:
    """What was shown so far is kept in memory no longer."""
    presentable.cache_clear()


def excerpt(text: str, most: int) -> str:
    """One line of the text, presentable, not longer than `most` signs as a reader counts them."""
    return shortened(" ".join(presentable(text).split()), most)


def shortened(text: str, most: int) -> str:
    """The text up to `most` signs as a reader counts them; what is cut off is marked."""
    if len(text) <= most:
        return text
    if text.isascii() and "\r" not in text:  # then every sign is one character
        return text[: most - 1].rstrip() + "…"
    signs = regex.findall(r"\X", text)
    if len(signs) <= most:
        return text
    return "".join(signs[: most - 1]).rstrip() + "…"


@cache
def _identifiers() -> Identifiers:
    """The tables never change while the program runs."""
    return read_identifiers()


def _ascii_digits(text: str) -> str:
    """The text, as long as before, with every script's digits and every dash in their plain form."""
    return text if text.isascii() else text.translate(_PLAIN)


class _Plain(dict[int, str]):
    """The plain form of each sign that was ever asked for."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain(chr(code))
        return self[code]


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.digit(sign))
    return {"Pd": "-", "Zs": " "}.get(category, "@" if sign == "＠" else sign)


_PLAIN = _Plain()


def _kept(shadow: str) -> list[tuple[int, int]]:
    """Where digits stand that lead to nobody: dates, sums, pages of the web."""
    spans = [m.span() for m in URL.finditer(shadow) if not LEADS_TO_A_PERSON.match(m[0])]
    spans += [m.span() for m in DATE.finditer(shadow)]
    spans += [m.span() for m in MONEY.finditer(shadow)]
    return sorted(spans)


def _pieces(shadow: str, kept: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches between what is kept."""
    pieces, start = [], 0
    for begin, end in kept:
        if begin > start:
            pieces.append((start, begin))
        start = max(start, end)
    return [*pieces, (start, len(shadow))]


def _numbers(shadow: str, begin: int, end: int) -> list[tuple[int, int]]:
    found = CLUSTER.finditer(shadow, begin, end)
    return [m.span() for m in found if _is_somebodys(m[0])]


def _is_somebodys(cluster: str) -> bool:
    if len(cluster) < SHORTEST:
        return False
    cluster = UNSEEN.sub("", cluster)
    if len(_digits(cluster)) >= 16 or LONG_RUN.search(cluster):
        return True
    tails = [_digits(cluster[group.start() :]) for group in GROUP.finditer(cluster)]
    return any(len(tail) >= SHORTEST and NUMBER_OF_SOMEBODY.match(tail) for tail in tails)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _replaced(text: str, spans: list[tuple[int, int]]) -> str:
    made, at = [], 0
    for begin, end in sorted(spans):
        if begin >= at:
            made += [text[at:begin], MASK]
        at = max(at, end)
    return "".join([*made, text[at:]])
