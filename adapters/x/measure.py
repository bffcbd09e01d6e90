"""How X counts a text: weighted, every link the same, 280 in all; by a library after X's twitter-text."""

from __future__ import annotations

import importlib.resources
import re
import sys
import unicodedata
from functools import cache
from types import ModuleType
from typing import Any

import regex

from plugin.public.values import Inspection, Link

LONGEST = 280
SCHEME = re.compile(r"https?://", re.IGNORECASE)
EMOJI = re.compile(rb"^([0-9A-F ]+?) *;.*$", re.MULTILINE)
"""A line of Unicode's list: `1F600 ; fully-qualified # 😀 grinning face`."""
REMARK = re.compile(rb"^#(?! group:| subgroup:| Status Counts).*$", re.MULTILINE)


@cache
def ruler() -> Any:  # the library ships no types
    """twitter_text, imported when first needed.

    It reads one file through `pkg_resources` without saying that it needs it; setuptools 82 no longer has
    that module, and older ones take most of a second to import it. A stand-in reads the file: Unicode's list of
    emoji, of which only the code points are made use of, and all of which would be kept.
    """
    before = sys.modules.get("pkg_resources")
    stand_in = ModuleType("pkg_resources")
    stand_in.resource_string = _resource  # type: ignore[attr-defined]  # a module made by hand
    sys.modules["pkg_resources"] = stand_in
    try:
        import twitter_text
    finally:
        del sys.modules["pkg_resources"]
        if before is not None:
            sys.modules["pkg_resources"] = before
    return twitter_text


def _resource(module: str, name: str) -> bytes:
    listed = importlib.resources.files(module.rpartition(".")[0]).joinpath(name).read_bytes()
    return REMARK.sub(b"#", EMOJI.sub(rb"\1; x #x", listed))


def inspect(text: str, summoned: bool | None) -> Inspection:
    """Weight, room and links of `text` as it would be sent.

    Everything in it counts. The @names that X puts before an answer by itself do not count, but they are not
    in our text either; an @name that the official types counts like any word ("@mentions added explicitly").
    """
    weight = weigh(text)
    fits = len(text) if weight <= LONGEST else _room(text)
    return Inspection(weight, LONGEST, fits, tuple(links(text)), summoned)


def weigh(text: str) -> int:
    """X's weighted length of `text`; it counts the composed form (NFC), whichever is sent."""
    weight: int = ruler().parse_tweet(_encodable(text)).weightedLength
    return weight


def links(text: str) -> list[Link]:
    """What X will make a link of, bare domains and missing spaces after a full stop included."""
    found = ruler().extract_urls_with_indices(unicodedata.normalize("NFC", _encodable(text)))
    urls = (link["url"] for link in found)
    return [Link(url, url if SCHEME.match(url) else f"https://{url}") for url in urls]


def _room(text: str) -> int:
    """How many characters may stand, never ending inside what a reader sees as one sign.

    Halving, so that a very long text does not hold up everybody: with links the weight may drop as a text
    grows, and the place found is one where it fits and one sign more does not.
    """
    ends: list[int] = [0, *(sign.end() for sign in regex.finditer(r"\X", text))]
    fitting, over = 0, 1
    while over < len(ends) - 1 and weigh(text[: ends[over]]) <= LONGEST:
        fitting, over = over, min(over * 2, len(ends) - 1)
    while over - fitting > 1:
        middle = (fitting + over) // 2
        if weigh(text[: ends[middle]]) <= LONGEST:
            fitting = middle
        else:
            over = middle
    return ends[fitting]


def _encodable(text: str) -> str:
    """Half a surrogate pair cannot be sent, but must not break the counting of a draft."""
    return text.encode("utf-8", "replace").decode()
