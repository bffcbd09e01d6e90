"""A changed wording tried with examples before it counts: length on every channel, and the checks of any answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from plugin.chat.context import Services
from plugin.desk.answers.book import Book
from plugin.desk.answers.grammar import filled
from plugin.findings import BLOCK, WARN, Finding, heaviest
from plugin.public.port import PublicChannel
from plugin.public.values import Author, Post, PublicAccount

ANY_POST = Post("", Author("", ""), "", datetime(2000, 1, 1, tzinfo=UTC))
"""Only the length is asked for."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it. `text` is the answer with examples in it; `too_long` names (channel, weight, longest)."""

    text: str
    too_long: tuple[tuple[str, int, int], ...]
    findings: tuple[Finding, ...]

    @property
    def unfit(self) -> bool:
        """It is not kept like this."""
        return bool(self.too_long) or heaviest(self.findings) == BLOCK

    @property
    def doubtful(self) -> bool:
        """It is kept only if somebody says so twice."""
        return heaviest(self.findings) == WARN


def try_out(services: Services, book: Book, text: str) -> Tried:
    """Fill it with the examples, and look. Raises `grammar.Fault` for what cannot be filled at all."""
    words = filled(text, book.examples)
    number = int(book.examples["nomor"])
    campaign = services.terms.campaign(services.clock())
    found = services.check(words, campaign=campaign, number=number, numbered=False)
    return Tried(words, tuple(_too_long(services.channels, words)), found)


def _too_long(channels: Mapping[str, PublicChannel], words: str) -> list[tuple[str, int, int]]:
    found = []
    for name, channel in channels.items():
        seen = channel.inspect(words, PublicAccount(0, name, ""), ANY_POST)
        if seen.too_long:
            found.append((name, seen.weight, seen.longest))
    return found
