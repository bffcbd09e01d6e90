"""How Telegram reads a text that a bot sends: its HTML, strictly, into plain words and entities."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
TAG = re.compile(r"""<(/?)([a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))*)\s*>""")
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
SIGN = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MOST_ENTITIES = 100


@dataclass(frozen=True)
class Entity:
    """A stretch with a meaning, in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""


class CannotParse(Exception):
    """Telegram's own sentence."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_text(text: str, parse_mode: str) -> tuple[str, list[Entity], int]:
    """(words, entities kept, entities dropped), trimmed as Telegram trims."""
    if not parse_mode:
        words, entities = text, list[Entity]()
    elif parse_mode.upper() == "HTML":
        words, entities = _read_html(text)
    else:
        raise CannotParse("unsupported parse_mode")
    return _trim(words, entities)


def _read_html(html: str) -> tuple[str, list[Entity]]:
    out: list[str] = []
    entities: list[Entity] = []
    opened: list[tuple[str, int, str]] = []
    at = length = 0

    def put(piece: str) -> None:
        nonlocal length
        out.append(piece)
        length += units(piece)

    while at < len(html):
        sign = SIGN.match(html, at)
        if sign:
            put(_decoded(sign))
            at = sign.end()
        elif html[at] == "<":
            tag = TAG.match(html, at)
            where = f"at byte offset {len(html[:at].encode('utf-8', 'surrogatepass'))}"
            if tag is None or tag[2].lower() not in TAGS:
                raise CannotParse(f'Unsupported start tag "{tag[2] if tag else ""}" {where}')
            if tag[1]:
                _close(tag[2].lower(), opened, entities, length, where)
            else:
                opened.append((tag[2].lower(), length, _href(tag[3])))
            at = tag.end()
        else:
            put(html[at])
            at += 1
    if opened:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return "".join(out), sorted(entities, key=lambda e: (e.offset, -e.length))


def _close(
    name: str, opened: list[tuple[str, int, str]], entities: list[Entity], end: int, where: str
) -> None:
    if not opened:
        raise CannotParse(f"Unexpected end tag {where}")
    wanted, start, url = opened.pop()
    if wanted != name:
        raise CannotParse(f'Unmatched end tag {where}, expected "</{wanted}>", found "</{name}>"')
    if name == "a" and not url:
        return
    kind = "text_mention" if url.startswith("tg://user?id=") else TAGS[name]
    if end > start:
        entities.append(Entity(kind, start, end - start, url))


def _href(attributes: str) -> str:
    found = HREF.search(attributes)
    raw = next((g for g in found.groups() if g is not None), "") if found else ""
    return SIGN.sub(_decoded, raw)


def _decoded(sign: re.Match[str]) -> str:
    if sign[1]:
        return NAMED[sign[1]]
    code = int(sign[2]) if sign[2] else int(sign[3], 16)
    return chr(code) if 0 < code < 0x110000 else ""


def _trim(words: str, entities: list[Entity]) -> tuple[str, list[Entity], int]:
    lead = units(words) - units(words.lstrip())
    words = words.strip()
    end = units(words)
    kept = []
    for entity in entities:
        start = max(entity.offset - lead, 0)
        stop = min(entity.offset + entity.length - lead, end)
        if stop > start:
            kept.append(Entity(entity.type, start, stop - start, entity.url))
    return words, kept[:MOST_ENTITIES], len(kept[MOST_ENTITIES:])
