"""What citizens are told of accounts: which are agencies' own, and of one they ask about, what is known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plugin.chat.context import Services
from plugin.chat.paging import Turn
from plugin.registry.handles import CHANNELS, read_handle
from plugin.registry.ledger import HAVING, IMPOSTOR, OFFICIAL
from plugin.registry.snapshot import Node, Registry
from plugin.store.search import words as search_words
from plugin.wording import Wording

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One official account or contact."""

    agency: str
    channel: str
    handle: str


async def accounts_page(services: Services, wording: Wording, asked: str, page: int) -> str:
    """The page for what somebody typed: a handle, an address, or words of an agency's name."""
    registry = await services.registry.current()
    today = services.today
    every = registry.kept(("official lines", today), lambda: _official(registry, today))
    verdict, about = _known(registry, asked, today)
    lines = await asyncio.to_thread(_found, every, asked) if asked.strip() else every
    turn = Turn.to(page, len(lines), PER_PAGE)
    return wording.text(
        "official_page/page.html",
        government=registry.root.name, asked=asked.strip(), verdict=verdict, about=about,
        lines=turn.part(lines), turn=turn, every=len(every), now=services.clock(),
    )  # fmt: skip


def _there(node: Node, today: date) -> bool:
    """An office that was joined with another has no account any more: its successor has, once that is said."""
    return node.valid_to is None or node.valid_to >= today


def _official(registry: Registry, today: date) -> Sequence[Line]:
    return tuple(
        Line(registry.title(node), account.channel, account.handle)
        for node in registry.nodes
        for account in registry.accounts(node)
        if account.verdict == OFFICIAL and _there(node, today)
    )


def _known(registry: Registry, asked: str, today: date) -> tuple[str, Line | None]:
    """What is known of exactly this handle: official | impostor | unknown; blank where none was asked about."""
    text = asked.strip()
    if not text or (" " in text and "/" not in text):
        return "", None
    found = ""
    for node in registry.nodes:
        for account in registry.accounts(node):
            key = _key(account.channel, text)
            if key is None or key != account.handle.casefold():
                continue
            if account.state in HAVING and _there(node, today):
                return "official", Line(registry.title(node), account.channel, account.handle)
            if account.state == IMPOSTOR:
                found = "impostor"
    return found or ("unknown" if text.startswith("@") or "/" in text else ""), None


def _key(channel: str, text: str) -> str | None:
    read = read_handle(channel, text) if channel in CHANNELS else None
    return read.casefold() if read else None


def _found(lines: Sequence[Line], asked: str) -> Sequence[Line]:
    wanted = search_words(asked.replace("@", " "))
    return [
        line for line in lines if all(word in f"{line.agency} {line.handle}".casefold() for word in wanted)
    ]
