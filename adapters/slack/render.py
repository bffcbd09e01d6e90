"""A message as Slack shows it: rich text, in which no sign means anything, and buttons.

Citizens' words never become mrkdwn: rich text elements are shown literally, so nothing in them can ping,
link or format. The fallback text, which notifications show, is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from adapters.slack.words import escape, head, shortened, units
from plugin.chat.markup import Block, Bullets, Buttons, MarkupError, Quote, Span, Text, parse
from plugin.chat.shortening import as_one
from plugin.chat.values import Action, Outgoing, Style

Json = dict[str, Any]  # Block Kit, as Slack's own JSON

LONGEST = 3000
"""UTF-16 units of visible text in one message; Slack's own advice is 4,000 for everything together."""
LONGEST_AS_ONE = 9000
"""A card, and whatever is amended, cannot become two, so it may be longer."""
HEAVIEST = 12_000
"""Signs of JSON in one message's blocks: Slack refuses somewhere above 13,000 (msg_blocks_too_long)."""
BLOCK, RUN, ELEMENT, STYLE, LINK, BUTTON, HEARD = 40, 50, 30, 25, 11, 130, 28
"""What each weighs without its words, and never less: a message is not cut in two before it must be."""
MOST_BLOCKS = 50
MOST_BUTTONS = 25
LONGEST_LABEL = 75
FALLBACK = 3900
SECTION, QUOTE, LIST = "rich_text_section", "rich_text_quote", "rich_text_list"
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f]")
ESCAPED = re.compile(r'["\\\n\t]')
STYLES: dict[tuple[bool, bool, bool], Json] = {
    (bold, italic, code): {
        name: True for name, on in (("bold", bold), ("italic", italic), ("code", code)) if on
    }
    for bold, italic, code in product((False, True), repeat=3)
}
CROWDED = 200
"""With less room than this a text begins on the next message instead."""


@dataclass(frozen=True, slots=True)
class Page:
    """One message of Slack's: its blocks and its fallback text, escaped."""

    blocks: tuple[Json, ...]
    text: str


def pages(message: Outgoing, longest: int = LONGEST) -> list[Page]:
    """`message` as one or several messages, nothing left out; a card as one. Raises MarkupError."""
    if message.rest is None:
        return _laid(parse(message.text), message.actions, longest)
    return list(as_one(message, lambda blocks, actions: _laid(blocks, actions, LONGEST_AS_ONE)))


def _laid(blocks: Sequence[Block], actions: Sequence[Action], longest: int) -> list[Page]:
    composer, shelf = _Composer(longest), _Shelf(actions)
    for block in blocks:
        match block:
            case Text(spans):
                composer.run(SECTION, spans)
            case Quote(spans):
                composer.run(QUOTE, spans)
            case Bullets(items):
                for item in items:
                    composer.run(LIST, item)
            case Buttons(names, labels):
                pairs = zip(names, labels, strict=True)
                composer.buttons([shelf.button(name, label, block.heard) for name, label in pairs])
    composer.buttons(shelf.left_over())
    return [sheet.page() for sheet in composer.sheets if sheet.blocks]


@dataclass(slots=True)
class _Sheet:
    """A message that is being filled."""

    longest: int
    blocks: list[Json] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    units: int = 0
    weight: int = 0
    _run: list[Json] = field(default_factory=list)

    def holds(self, words: str, weight: int) -> bool:
        """Whether there is certainly room for all of `words` in elements that weigh so much."""
        most = 2 * len(words)  # no sign counts or weighs more than two
        return (
            (len(self.blocks) < MOST_BLOCKS or self._rich())
            and most + weight <= self._spare()
            and most <= self.longest - self.units
        )

    def bite(self, text: str) -> tuple[str, str]:
        """(what of `text` still fits, the rest). Cuts at a line's end or a space where it can."""
        if len(self.blocks) >= MOST_BLOCKS and not self._rich():
            return "", text
        spare = self._spare()
        room = min(self.longest - self.units, spare if _weight(text) <= spare else spare // 2)
        if units(text) <= room:
            return text, ""
        if self.blocks and room < CROWDED:
            return "", text
        return _cut(text, room)

    def put(self, kind: str, elements: Sequence[Json], words: str, weight: int, *, opens: bool) -> None:
        """Add elements, which say `words`, to the run of text that stands open, or open one."""
        if opens:
            self.lines.append("• " + words if kind == LIST else words)
            self._run = self._open(kind)["elements"]
        else:
            self.lines[-1] += words
        self._run += elements
        self.units += units(words)
        self.weight += weight + _weight(words)

    def add(self, block: Json) -> bool:
        """Add a block of buttons, if it fits."""
        weight = BLOCK + sum(map(_button_weight, block["elements"]))
        if self.blocks and (len(self.blocks) >= MOST_BLOCKS or self.weight + weight > HEAVIEST):
            return False
        self.blocks.append(block)
        self.weight += weight
        return True

    def page(self) -> Page:
        words = "\n".join(self.lines) or ", ".join(
            button["text"]["text"] for block in self.blocks for button in block["elements"]
        )
        return Page(tuple(self.blocks), _fallback(words))

    def _spare(self) -> int:
        return HEAVIEST - self.weight - 300

    def _rich(self) -> bool:
        return bool(self.blocks) and self.blocks[-1]["type"] == "rich_text"

    def _open(self, kind: str) -> Json:
        """A new element of the kind, in the last block or a new one; lists grow by an item."""
        self.weight += RUN
        if not self._rich():
            self.weight += BLOCK
            self.blocks.append({"type": "rich_text", "elements": []})
        elements: list[Json] = self.blocks[-1]["elements"]
        if kind != LIST:
            elements.append({"type": kind, "elements": []})
            return elements[-1]
        if not elements or elements[-1]["type"] != LIST:
            self.weight += RUN + BLOCK
            elements.append({"type": LIST, "style": "bullet", "elements": []})
        elements[-1]["elements"].append({"type": SECTION, "elements": []})
        item: Json = elements[-1]["elements"][-1]
        return item


class _Composer:
    """Fills one message after the other."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self.sheets = [_Sheet(longest)]

    def run(self, kind: str, spans: Sequence[Span]) -> None:
        """Put a line where it stands as one; where it finds no room, as many pieces as it needs."""
        words = "".join([span.text for span in spans])
        if not words.isprintable() and INVISIBLE.search(words):
            self._in_pieces(kind, [span._replace(text=INVISIBLE.sub("", span.text)) for span in spans])
            return
        elements = [_element(span, span.text) for span in spans if span.text]
        weight = sum([_bare_weight(element) for element in elements])
        if words and self.sheets[-1].holds(words, weight):
            self.sheets[-1].put(kind, elements, words, weight, opens=True)
        else:
            self._in_pieces(kind, spans)

    def _in_pieces(self, kind: str, spans: Sequence[Span]) -> None:
        opens = True
        for span in spans:
            rest = span.text
            while rest:
                fits, rest = self.sheets[-1].bite(rest)
                if fits:
                    element = _element(span, fits)
                    self.sheets[-1].put(kind, [element], fits, _bare_weight(element), opens=opens)
                    opens = False
                if rest:
                    self.sheets.append(_Sheet(self._longest))
                    opens = True

    def buttons(self, buttons: Sequence[Json]) -> None:
        for start in range(0, len(buttons), MOST_BUTTONS):
            block = {"type": "actions", "elements": list(buttons[start : start + MOST_BUTTONS])}
            if not self.sheets[-1].add(block):
                self.sheets.append(_Sheet(self._longest))
                self.sheets[-1].add(block)


def _weight(text: str) -> int:
    """How much JSON `text` makes: what must be escaped there weighs double."""
    doubled = '"' in text or "\\" in text or "\n" in text or "\t" in text
    return len(text) + (len(ESCAPED.findall(text)) if doubled else 0)


def _bare_weight(element: Json) -> int:
    """What an element of text weighs without its words."""
    link = LINK + _weight(element["url"]) if "url" in element else 0
    return ELEMENT + link + (STYLE * len(element["style"]) if "style" in element else 0)


def _button_weight(button: Json) -> int:
    leads = button.get("value") or button.get("url") or ""
    heard = HEARD + _weight(button["accessibility_label"]) if "accessibility_label" in button else 0
    return BUTTON + heard + _weight(button["text"]["text"] + button["action_id"] + leads)


def _cut(text: str, room: int) -> tuple[str, str]:
    fits = head(text, room) or text[: max(1, room // 2)]  # one sign longer than a message is an attack
    line, space = fits.rfind("\n"), fits.rfind(" ")
    if line > len(fits) // 2:
        return text[:line], text[line + 1 :]
    end = space + 1 if space > len(fits) // 2 else len(fits)
    return text[:end], text[end:]


def _element(span: Span, text: str) -> Json:
    element: Json = {"type": "text", "text": text}
    if span.href and span.href.startswith(("https://", "http://", "mailto:")) and len(span.href) <= 3000:
        element = {"type": "link", "url": span.href, "text": text}
    if span.bold or span.italic or span.code:
        element["style"] = STYLES[span.bold, span.italic, span.code]
    return element


class _Shelf:
    """The buttons of a message, taken as its text places them."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._actions = {action.name: action for action in actions}
        self._placed = set[str]()
        self._count = 0

    def button(self, name: str, label: str, heard: Callable[[str], str] = str) -> Json:
        """The button called `name`; Slack wants an id of its own for each, also where one stands twice."""
        action = self._actions.get(name)
        if action is None:
            raise MarkupError(f"no action is called {name!r}")
        self._placed.add(name)
        self._count += 1
        words = shortened(label or action.label, LONGEST_LABEL)
        button: Json = {
            "type": "button",
            "action_id": f"{self._count}.{name}",
            "text": {"type": "plain_text", "text": words, "emoji": False},
        }
        if (aloud := heard(words)) != words:
            button["accessibility_label"] = shortened(aloud, LONGEST_LABEL)
        if action.style is not Style.PLAIN:
            button["style"] = action.style.value
        button["url" if action.url else "value"] = action.url or action.token
        return button

    def left_over(self) -> list[Json]:
        """Those that the text did not place."""
        return [self.button(name, "") for name in self._actions if name not in self._placed]


def _fallback(words: str) -> str:
    text = escape(words)
    while len(text) > FALLBACK:  # entities make it longer than its words
        words = shortened(words, max(2, units(words) * 2 // 3))
        text = escape(words)
    return text
