"""Our words as Telegram shows them: its HTML, in messages that are never too long, with nothing dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby

import regex

from plugin.chat.markup import Block, Bullets, Buttons, Quote, Span

LONGEST = 4000
"""UTF-16 units of one message after its markup is read: Telegram takes 4,096."""
LONGEST_CAPTION = 1000
MOST_STYLED = 90
"""Telegram silently ignores markup beyond about 100 places in one message."""


@dataclass(frozen=True, slots=True)
class Words:
    """One message's words: as Telegram's HTML, and plain for when Telegram does not understand that."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `quote` numbers the quotation it stands in."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""
    quote: int = 0

    @property
    def style(self) -> tuple[bool, bool, bool, str, int]:
        return self.bold, self.italic, self.code, self.href, self.quote

    @property
    def styled(self) -> int:
        """How many of Telegram's entities it costs; the quotation counts with each, to be safe."""
        return self.bold + self.italic + self.code + bool(self.href) + bool(self.quote)


def words(blocks: Iterable[Block], longest: int = LONGEST) -> tuple[Words, ...]:
    """The blocks as one or several messages. Telegram itself trims what is blank at a message's ends."""
    pages = _pages(_runs(blocks), longest)
    made = (Words(_html(page), "".join(run.text for run in page)) for page in pages)
    return tuple(page for page in made if page.plain.strip())


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# -- from blocks to runs --------------------------------------------------------------------------------


def _runs(blocks: Iterable[Block]) -> Iterator[Run]:
    first = True
    for number, block in enumerate(blocks, 1):
        if isinstance(block, Buttons):
            continue
        if not first:
            yield Run("\n")
        first = False
        yield from _block(block, number)


def _block(block: Block, number: int) -> Iterator[Run]:
    match block:
        case Bullets(items):
            for n, item in enumerate(items):
                yield Run("\n• " if n else "• ")
                yield from map(_run, item)
        case Quote(spans):
            yield from (replace(_run(span), quote=number) for span in spans)
        case Buttons():
            pass
        case text:
            yield from map(_run, text.spans)


COMMAND = re.compile(r"^/[a-z]+(?:-[a-z]+)*")
"""One of our commands, said in a template: Telegram knows it with underscores, and only out of code can it be
tapped."""


class Mention(str):
    """The address of a person, made by us: no text that came from outside can be one."""


def _run(span: Span) -> Run:
    """Only pages on the web become links: a `tg:` address would be a mention. Code takes no other style."""
    ours = isinstance(span.href, Mention)
    href = span.href if ours or span.href.startswith(("https://", "http://")) else ""
    if href or not span.code:
        return Run(span.text, span.bold, span.italic, href=href)
    said = COMMAND.sub(lambda found: found[0].replace("-", "_"), span.text)
    return Run(said, code=COMMAND.fullmatch(span.text) is None)


# -- from runs to pages ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Page:
    longest: int
    runs: list[Run] = field(default_factory=list)
    used: int = 0
    styled: int = 0

    def takes(self, line: list[Run]) -> bool:
        """Whether a line still fits; its first run may simply continue the page's last."""
        styled = sum(run.styled for run in line)
        if line and self.runs and self.runs[-1].style == line[0].style:
            styled -= line[0].styled
        return (
            self.used + sum(units(run.text) for run in line) <= self.longest
            and self.styled + styled <= MOST_STYLED
        )

    def add(self, line: list[Run]) -> None:
        for run in line:
            self.used += units(run.text)
            if self.runs and self.runs[-1].style == run.style:
                self.runs[-1] = replace(run, text=self.runs[-1].text + run.text)
            else:
                self.runs.append(run)
                self.styled += run.styled


def _pages(runs: Iterable[Run], longest: int) -> Iterator[list[Run]]:
    page = _Page(longest)
    for line in _lines(runs):
        for part in [line] if _Page(longest).takes(line) else _morsels(line, longest):
            if not page.takes(part):
                yield page.runs
                page = _Page(longest)
            page.add(part)
    yield page.runs


def _lines(runs: Iterable[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for run in runs:
        for text in run.text.splitlines(keepends=True) if "\n" in run.text else [run.text]:
            line.append(replace(run, text=text))
            if text.endswith("\n"):
                yield line
                line = []
    if line:
        yield line


def _morsels(line: list[Run], longest: int) -> Iterator[list[Run]]:
    """A line too long for any page: its words, and a word that is too long by what one sees as letters."""
    for run in line:
        for word in regex.findall(r"\s+|\S+", run.text):
            for piece in [word] if units(word) <= longest else _letters(word, longest):
                yield [replace(run, text=piece)]


def _letters(word: str, longest: int) -> Iterator[str]:
    """As many letters at a time as fit on a page; one that does not even fit alone is taken apart."""
    piece, size = "", 0
    for letter in regex.findall(r"\X", word):
        for sign in [letter] if units(letter) <= longest else letter:
            if size + units(sign) > longest:
                yield piece
                piece, size = "", 0
            piece, size = piece + sign, size + units(sign)
    yield piece


# -- from a page to HTML --------------------------------------------------------------------------------


def _html(page: list[Run]) -> str:
    out = []
    for quote, runs in groupby(page, key=lambda run: run.quote):
        inside = "".join(map(_tagged, runs))
        out.append(f"<blockquote>{inside}</blockquote>" if quote else inside)
    return "".join(out)


def _tagged(run: Run) -> str:
    text = escape(run.text, quote=False)
    if run.code:
        text = f"<code>{text}</code>"
    if run.href:
        text = f'<a href="{escape(run.href)}">{text}</a>'
    if run.italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.bold else text
