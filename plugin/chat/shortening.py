"""How a card stays one message: less and less of it, until the platform shows it as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import regex

from plugin.chat.markup import Block, Bullets, Buttons, Quote, Span, Text, parse
from plugin.chat.values import Action, Outgoing

T = TypeVar("T")

Lay = Callable[[tuple[Block, ...], tuple[Action, ...]], Sequence[T]]
"""Lays blocks and buttons out as the messages that a platform needs for them."""

QUOTES = (2000, 1000, 500, 250, 100)
"""Characters that are left of each quotation, step by step; the first step takes nothing from an answer on X."""
ANYTHING = (500, 200, 80, 30)
"""... and when that does not help either, of everything that is said."""


def as_one(message: Outgoing, lay: Lay[T]) -> Sequence[T]:
    """The card `message` as the one message it is, laid out; nothing where it says nothing.

    First goes what stands among details, from the beginning (what is newest stands last); then quotations are cut;
    then all words. Buttons stay. Whoever makes a card of more buttons than the platform takes gets the first part.
    """
    blocks = parse(message.text)
    pages = lay(blocks, message.actions)
    if len(pages) <= 1 or message.rest is None:
        return pages
    actions = (*message.actions, *message.rest.actions)
    rest = parse(message.rest.text)
    for shorter in _shorter(blocks):
        found = _first_that_fits(shorter, lambda some: lay(_with_rest(some, rest), actions))
        if found is not None:
            return [found]
    bare = tuple(block for block in blocks if isinstance(block, Buttons))
    return lay(_with_rest(bare, rest), actions)[:1]


def _shorter(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    for most in QUOTES:
        yield tuple(_cut(block, most) if isinstance(block, Quote) else block for block in blocks)
    for most in ANYTHING:
        yield tuple(_cut(block, most) for block in blocks)


def _first_that_fits(blocks: tuple[Block, ...], lay: Callable[[tuple[Block, ...]], Sequence[T]]) -> T | None:
    """With as few details missing as it needs; None where it does not even fit without any."""
    spare = [n for n, block in enumerate(blocks) if getattr(block, "spare", False)]

    def without(count: int) -> Sequence[T]:
        gone = set(spare[:count])
        return lay(tuple(block for n, block in enumerate(blocks) if n not in gone))

    few, many = 0, len(spare)
    best = without(many)
    if len(best) != 1:
        return None
    while few < many:
        middle = (few + many) // 2
        pages = without(middle)
        if len(pages) == 1:
            best, many = pages, middle
        else:
            few = middle + 1
    return best[0]


def _with_rest(blocks: tuple[Block, ...], rest: tuple[Block, ...]) -> tuple[Block, ...]:
    """What is missing is said above the last buttons."""
    end = next((n for n in range(len(blocks), 0, -1) if not isinstance(blocks[n - 1], Buttons)), 0)
    return (*blocks[:end], *rest, *blocks[end:])


def _cut(block: Block, most: int) -> Block:
    match block:
        case Text(spans) | Quote(spans):
            return replace(block, spans=_head(spans, most))
        case Bullets(items):
            each = max(1, most // max(1, len(items)))
            return replace(block, items=tuple(_head(item, each) for item in items))
        case Buttons():
            return block


def _head(spans: Sequence[Span], most: int) -> tuple[Span, ...]:
    """The beginning of what the spans say, never part of what a reader sees as one sign."""
    if sum(len(span.text) for span in spans) <= most:
        return tuple(spans)
    kept: list[Span] = []
    left = most - 1
    for span in spans:
        text = span.text if len(span.text) <= left else _signs(span.text, left)
        kept.append(span._replace(text=text))
        left -= len(text)
        if len(text) < len(span.text):
            break
    return (*kept, Span("…"))


def _signs(text: str, most: int) -> str:
    end = 0
    for sign in regex.finditer(r"\X", text):
        if sign.end() > most:
            break
        end = sign.end()
    return text[:end].rstrip()
