"""What a post says, as its author wrote it: X escapes three signs, shortens links, adds one for a photo."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Set

from adapters.x.shape import mapping, mappings, words

SHORT = re.compile(r"https?://t\.co/\w+", re.ASCII)
ESCAPED = re.compile(r"&(amp|lt|gt);")
PLAIN = {"amp": "&", "lt": "<", "gt": ">"}
ADDRESSED = re.compile(r"\A(?:\s*@\w{1,20}(?!\w))+", re.ASCII)
SCHEME = re.compile(r"\bhttps?://", re.IGNORECASE)
PICTURE = re.compile(r"\s*(?:https?://)?pic\.(?:x|twitter)\.com/\w+\s*\Z", re.ASCII | re.IGNORECASE)
LAST_SLASH = re.compile(r"/(?=\s|\Z)")


def full(post: Mapping[str, object]) -> Mapping[str, object]:
    """The part of a post that holds all of its text: long posts are cut short in the post itself."""
    for name in ("note_tweet", "note_post"):
        note = mapping(post.get(name))
        if words(note.get("text")):
            return note
    return post


def written(post: Mapping[str, object], shown: Set[str] = frozenset()) -> str:
    """The whole text with entities decoded and links as the author wrote them.

    `shown` are the media that stand beside the text anyway: their links are left out.
    """
    part = full(post)
    links = _links(part, shown) | _links(post, shown)
    text = SHORT.sub(lambda link: links.get(link[0], link[0]), words(part.get("text")))
    if "" in links.values():
        text = text.rstrip()
    # In one pass: whoever wrote `&amp;` is sent as `&amp;amp;`.
    return ESCAPED.sub(lambda sign: PLAIN[sign[1]], text)


def _links(part: Mapping[str, object], shown: Set[str]) -> dict[str, str]:
    """What stands for each short link: nothing for a shown photo, else the address as written, if X has it.

    Several photos share one link.
    """
    found: dict[str, str] = {}
    for link in mappings(mapping(part.get("entities")).get("urls")):
        short = words(link.get("url"))
        photo = words(link.get("media_key")) in shown or found.get(short) == ""
        found[short] = "" if photo else _address(link) or short
    return found


def _address(link: Mapping[str, object]) -> str:
    display = words(link.get("display_url"))
    return display if display and "…" not in display else words(link.get("expanded_url")) or display


def same(one: str, other: str) -> bool:
    """Whether X may have made one of the other: it adds leading @names and a link to the pictures behind the text,
    and rewrites links and spaces."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    said = PICTURE.sub("", text)
    said = ADDRESSED.sub("", unicodedata.normalize("NFC", said))
    said = LAST_SLASH.sub("", SCHEME.sub("", said))
    return " ".join(said.split()).casefold()
