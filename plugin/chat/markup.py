"""Our tiny HTML: what templates write and every adapter turns into its platform's own form.

    b i code a[href]        inside a line
    blockquote  ul li       blocks
    actions button[name]    where buttons stand; style is plain, primary or danger
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

from plugin.errors import TanggapError

__all__ = [
    "Block", "Bullets", "Buttons", "MarkupError", "Quote", "Span", "Text", "escape", "parse", "plain",
]  # fmt: skip

INLINE = frozenset({"b", "i", "code", "a"})
BLOCKS = frozenset({"blockquote", "ul", "li", "actions", "button", "details"})
TAGS = INLINE | BLOCKS
PLACES = frozenset({"actions", "button", "ul", "li"})
TAG = re.compile(r"""<(/?)([a-z]+)((?:\s+[a-z]+=(?:"[^"]*"|'[^']*'))*)\s*/?>""")
GIVEN = re.compile(r"""([a-z]+)=(?:"([^"]*)"|'([^']*)')""")


class MarkupError(TanggapError):
    """A template wrote something that is not our tiny HTML."""


@dataclass(frozen=True, slots=True)
class Span:
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
    """The buttons that stand here: names as in `Outgoing.actions`, labels and styles from the template."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    styles: tuple[str, ...] = ()


Block = Text | Quote | Bullets | Buttons


@lru_cache(maxsize=32)  # a message is read twice: for its buttons, and by the adapter that sends it
def parse(text: str) -> tuple[Block, ...]:
    """Read tiny HTML into blocks. Raises MarkupError on anything that is not ours."""
    reader = _Reader()
    first, *parts = TAG.split(text)
    reader.words(first)
    for end, tag, given, words in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        if end:
            reader.closes(tag)
        else:
            reader.opens(tag, _given(given) if given else {})
        if words:
            reader.words(words)
    return reader.finish()


def _given(attributes: str) -> dict[str, str]:
    return {name: unescape(one or other) for name, one, other in GIVEN.findall(attributes)}


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


@dataclass(slots=True)
class _Open:
    """A tag that stands open, and what it and those around it make of the words inside."""

    tag: str
    style: tuple[bool, bool, bool, str] = (False, False, False, "")
    place: str = ""

    def inside(self, tag: str, href: str) -> _Open:
        bold, italic, code, link = self.style
        style = (bold or tag == "b", italic or tag == "i", code or tag == "code", href or link)
        return _Open(tag, style, tag if tag in PLACES else self.place)


class _Reader:
    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._spans: list[Span] = []
        self._items: list[tuple[Span, ...]] = []
        self._names: list[str] = []
        self._labels: list[str] = []
        self._styles: list[str] = []
        self._open = [_Open("")]
        self._spare = False

    def opens(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._say("\n")
            return
        if tag not in TAGS:
            raise MarkupError(f"<{tag}> is not in our markup")
        if tag in {"blockquote", "ul", "actions", "details"}:
            self._flush(Text)
        if tag == "button":
            self._names.append(given["name"])
            self._labels.append("")
            self._styles.append(given.get("style", "plain"))
        self._open.append(self._open[-1].inside(tag, given.get("href", "")))
        self._spare = self._spare or tag == "details"

    def closes(self, tag: str) -> None:
        if self._open[-1].tag != tag:
            raise MarkupError(f"</{tag}> closes nothing")
        self._open.pop()
        if tag == "blockquote":
            self._flush(Quote)
        elif tag == "details":
            self._flush(Text)
            self._spare = False
        elif tag == "li":
            self._items.append(_trimmed(self._spans))
            self._spans = []
        elif tag == "ul":
            self._spans = []
            self._blocks.append(Bullets(tuple(self._items), self._spare))
            self._items = []
        elif tag == "actions":
            labels = tuple(x.strip() for x in self._labels)
            self._blocks.append(Buttons(tuple(self._names), labels, tuple(self._styles)))
            self._names, self._labels, self._styles, self._spans = [], [], [], []

    def words(self, escaped: str) -> None:
        """What stands between two tags."""
        if "<" in escaped:
            raise MarkupError("an angle bracket that begins nothing of ours")
        if escaped:
            self._say(unescape(escaped) if "&" in escaped else escaped)

    def finish(self) -> tuple[Block, ...]:
        if len(self._open) > 1:
            raise MarkupError(f"<{self._open[-1].tag}> is not closed")
        self._flush(Text)
        return tuple(self._blocks)

    def _say(self, text: str) -> None:
        here = self._open[-1]
        if here.place == "button":
            self._labels[-1] += text
        elif here.place not in ("actions", "ul"):  # there only buttons and items say something
            self._spans.append(Span(text, *here.style))

    def _flush(self, kind: type[Text] | type[Quote]) -> None:
        spans = _trimmed(self._spans)
        if spans:
            self._blocks.append(kind(spans, self._spare))
        self._spans = []


def _trimmed(spans: list[Span]) -> tuple[Span, ...]:
    """Without the line breaks that only separate blocks in the template."""
    kept = [s for s in spans if s.text]
    while kept and not kept[0].text.strip("\n"):
        kept.pop(0)
    while kept and not kept[-1].text.strip("\n"):
        kept.pop()
    if kept:
        kept[0] = _with(kept[0], kept[0].text.lstrip("\n"))
        kept[-1] = _with(kept[-1], kept[-1].text.rstrip("\n"))
    return tuple(kept)


def _with(span: Span, text: str) -> Span:
    return span if text == span.text else Span(text, span.bold, span.italic, span.code, span.href)
