"""Our tiny HTML: what templates write and every adapter turns into its platform's own form.

    b i code a[href]        inside a line
    blockquote  ul li       blocks
    actions[of] button[name] where buttons stand; style is plain, primary or danger; `of` is heard behind each label
    details                 around what a card can do without, where it would not be one message
    br                      a line break; so is a line break in the text

White space counts as written, so that a citizen's or an official's words come through unchanged.
Anything else in angle brackets is a mistake in a template and raises `MarkupError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import NamedTuple

from plugin.errors import TanggapError

__all__ = [
    "Block", "Bullets", "Buttons", "MarkupError", "Quote", "Span", "Text", "escape", "parse", "plain",
]  # fmt: skip

GIVEN = r"""=(?:"([^"]*)"|'([^']*)')"""
BLOCK = re.compile(rf"<(blockquote|ul|actions)(?:(?<=s)\s+of{GIVEN})?>(.*?)</\1>|<(/?)details>", re.S)
ITEM = re.compile(r"<li>(.*?)</li>", re.S)
BUTTON = re.compile(rf"<button\s+name{GIVEN}(?:\s+style{GIVEN})?>([^<]*)</button>")
INLINE = re.compile(rf"<(/?)(b|i|code|a|br)(?:\s+href{GIVEN})?\s*/?>")


class MarkupError(TanggapError):
    """A template wrote something that is not our tiny HTML."""


class Span(NamedTuple):
    """A run of text in one style. `text` is plain, nothing in it is markup."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Running text; line breaks are in the spans. `spare`: it stands among details."""

    spans: tuple[Span, ...]
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    spans: tuple[Span, ...]
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is a line of spans."""

    items: tuple[tuple[Span, ...], ...]
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """The buttons that stand here: names as in `Outgoing.actions`, labels and styles from the template.

    `of`: what they are about ("laporan 17"), for those who hear buttons instead of seeing where they stand.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    styles: tuple[str, ...] = ()
    of: str = ""

    def heard(self, label: str) -> str:
        """How a button with this label is read aloud."""
        return f"{label}, {self.of}" if self.of else label


Block = Text | Quote | Bullets | Buttons
_Style = tuple[bool, bool, bool, str]


@lru_cache(maxsize=32)  # a message is read twice: for its buttons, and by the adapter that sends it
def parse(text: str) -> tuple[Block, ...]:
    """Read tiny HTML into blocks. Raises MarkupError on anything that is not ours."""
    blocks: list[Block] = []
    spare, at = False, 0
    for found in BLOCK.finditer(text):
        _add(blocks, Text, text[at : found.start()], spare)
        at = found.end()
        kind, one, other, inside, end = found.groups()
        if kind == "blockquote":
            _add(blocks, Quote, inside, spare)
        elif kind == "ul":
            items = (_trimmed(_spans(item)) for item in _parts(ITEM, inside)[1::2])
            blocks.append(Bullets(tuple(items), spare))
        elif kind == "actions":
            blocks.append(_buttons(inside, unescape(one or other or "")))
        elif spare is bool(end):
            spare = not end
        else:
            raise MarkupError("<details> or its end stands where the other should")
    _add(blocks, Text, text[at:], spare)
    if spare:
        raise MarkupError("<details> is not closed")
    return tuple(blocks)


def _add(blocks: list[Block], kind: type[Text] | type[Quote], inside: str, spare: bool) -> None:
    spans = _trimmed(_spans(inside))
    if spans:
        blocks.append(kind(spans, spare))


def _buttons(inside: str, of: str) -> Buttons:
    parts = _parts(BUTTON, inside)
    names = [one or other for one, other in zip(parts[1::6], parts[2::6], strict=True)]
    styles = [one or other or "plain" for one, other in zip(parts[3::6], parts[4::6], strict=True)]
    given, labels, looks = (tuple(map(_words, some)) for some in (names, map(str.strip, parts[5::6]), styles))
    return Buttons(given, labels, looks, of)


def _parts(kind: re.Pattern[str], inside: str) -> list[str]:
    """The items or buttons of a block, taken apart; between them may stand blanks, nothing else."""
    parts: list[str] = kind.split(inside)
    if "".join(parts[:: kind.groups + 1]).strip():
        raise MarkupError("something stands between the parts of a block")
    return parts


def _words(escaped: str) -> str:
    """What stands between two tags."""
    if "<" in escaped:
        raise MarkupError("an angle bracket that begins nothing of ours")
    return unescape(escaped) if "&" in escaped else escaped


def _spans(text: str) -> list[Span]:
    """Running text: its runs, each in the style of the tags that stand open around it."""
    first, *parts = INLINE.split(text)
    found = [Span(_words(first))] if first else []
    styles: list[tuple[str, _Style]] = [("", (False, False, False, ""))]
    for end, tag, one, other, words in zip(*(parts[n::5] for n in range(5)), strict=True):
        if tag == "br":
            found.append(Span("\n", *styles[-1][1]))
        elif not end:
            styles.append((tag, _inside(styles[-1][1], tag, unescape(one or other or ""))))
        elif styles.pop()[0] != tag:
            raise MarkupError(f"</{tag}> closes nothing")
        if words:
            found.append(Span(_words(words), *styles[-1][1]))
    if len(styles) > 1:
        raise MarkupError(f"<{styles[-1][0]}> is not closed")
    return found


def _inside(around: _Style, tag: str, href: str) -> _Style:
    """The style inside that tag."""
    bold, italic, code, link = around
    return bold or tag == "b", italic or tag == "i", code or tag == "code", href or link


def plain(blocks: tuple[Block, ...]) -> str:
    """The words alone: for fallback texts, notifications and tests."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Text(spans) | Quote(spans):
                lines.append("".join(s.text for s in spans))
            case Bullets(items):
                lines.extend("• " + "".join(s.text for s in item) for item in items)
            case Buttons():
                pass
    return "\n".join(lines)


def _trimmed(spans: list[Span]) -> tuple[Span, ...]:
    """Without the line breaks that only separate blocks in the template."""
    while spans and not (first := spans[0].text.lstrip("\n")):
        spans.pop(0)
    while spans and not (last := spans[-1].text.rstrip("\n")):
        spans.pop()
    if spans:
        spans[0] = _with(spans[0], first)
        spans[-1] = _with(spans[-1], last if len(spans) > 1 else first.rstrip("\n"))
    return tuple(spans)


def _with(span: Span, text: str) -> Span:
    return span if text == span.text else Span(text, *span[1:])
