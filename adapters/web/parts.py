"""Cutting a long message into several: between lines or words where it goes, never inside a sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from plugin.chat.markup import Block, Bullets, Buttons, Quote, Span, Text

Line = tuple[Span, ...]


def split(blocks: Iterable[Block], longest: int) -> list[tuple[Block, ...]]:
    """The blocks as messages of at most `longest` characters each; the last one carries the buttons."""
    parts: list[list[Block]] = [[]]
    left = longest
    whole = tuple(blocks)
    if sum(map(_size, whole)) <= longest:
        return [whole]
    for piece in (p for b in whole if not isinstance(b, Buttons) for p in _pieces(b, longest)):
        if parts[-1] and _size(piece) > left:
            parts.append([])
            left = longest
        parts[-1].append(piece)
        left -= _size(piece)
    parts[-1] += [b for b in whole if isinstance(b, Buttons)]
    return [tuple(part) for part in parts]


def _size(block: Block) -> int:
    match block:
        case Text(spans) | Quote(spans):
            return _length(spans)
        case Bullets(items):
            return sum(_length(item) + 1 for item in items)
        case Buttons():
            return 0


def _pieces(block: Block, longest: int) -> Iterator[Block]:
    match block:
        case Text(spans) | Quote(spans):
            for lines in _groups(_lines(spans, longest), longest):
                yield type(block)(_joined(lines))
        case Bullets(items):
            short = [line for item in items for line in _lines(item, longest)]
            for lines in _groups(short, longest):
                yield Bullets(tuple(lines))
        case Buttons():
            yield block


def _groups(lines: Iterable[Line], longest: int) -> Iterator[list[Line]]:
    group: list[Line] = []
    size = 0
    for line in lines:
        if group and size + _length(line) + 1 > longest:
            yield group
            group, size = [], 0
        group.append(line)
        size += _length(line) + 1
    if group:
        yield group


def _lines(spans: Iterable[Span], longest: int) -> Iterator[Line]:
    """The spans line by line; a line that is too long for one message is cut between signs."""
    line: list[Span] = []
    room = longest - 1
    for span in spans:
        for number, text in enumerate(span.text.split("\n")):
            if number:
                yield tuple(line)
                line, room = [], longest - 1
            for sign in _runs(text, room, longest - 1):
                if line and len(sign) > room:
                    yield tuple(line)
                    line, room = [], longest - 1
                line.append(span._replace(text=sign))
                room -= len(sign)
    yield tuple(line)


def _runs(text: str, first: int, longest: int) -> Iterator[str]:
    """The text in runs of at most `first`, then `longest` characters: whole signs, and whole words if it goes."""
    run: list[str] = []
    size, most = 0, first
    if len(text) <= first:
        yield text
        return
    for sign in regex.findall(r"\X", text):
        if run and size + len(sign) > most:
            end = _last_word(run)
            yield "".join(run[:end])
            run, most = run[end:], longest
            size = sum(map(len, run))
        run.append(sign)
        size += len(sign)
    yield "".join(run)


def _last_word(run: list[str]) -> int:
    """Where the last word begins, unless that is in the first half; then where the run ends."""
    for n in range(len(run), len(run) // 2, -1):
        if run[n - 1] == " ":
            return n
    return len(run)


def _joined(lines: list[Line]) -> Line:
    """Lines as running text again."""
    spans: list[Span] = []
    for number, line in enumerate(lines):
        spans += [Span("\n")] if number else []
        spans += [s for s in line if s.text]
    return tuple(spans)


def _length(spans: Iterable[Span]) -> int:
    return sum(len(s.text) for s in spans)
