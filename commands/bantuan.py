"""/bantuan: what this person may do here, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from plugin.chat.command import command
from plugin.chat.context import Context, Offered
from plugin.chat.names import Names, canonical
from plugin.chat.rights import Right
from plugin.wording import View

ALL = "semua"


@dataclass(frozen=True, slots=True)
class Topic:
    """What belongs together, of what this person may use here."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Overview(View):
    """The commands this person may use here: those of every day explained, the others by topic; or `full`,
    each explained. `rare`: those that Slack's menu has no room for. `unknown`: what was typed, and is no command."""

    whisper = True
    everyday: Topic | None
    topics: tuple[Topic, ...]
    rare: tuple[str, ...]
    full: bool
    unknown: str


@dataclass(frozen=True)
class Explained(View):
    """One command. `usage` is its grammar. `rare`: Slack's menu has no room for it."""

    whisper = True
    name: str
    usage: str
    rare: bool


@command("bantuan", may=Right.ANY, at_once=True)
async def bantuan(context: Context, *, perintah: str = "") -> Overview | Explained:
    offered = context.services.offered
    first, _, further = perintah.lstrip("/").partition(" ")
    name, _ = Names(one.name for one in offered).meant(canonical(first), further)
    for one in offered:
        if one.name == name:
            return Explained(name, one.usage, one.rare)
    allowed = [one for one in offered if context.standing.somewhere(one.may)]
    everyday = offered[0].topic
    topics = _by_topic(allowed)
    return Overview(
        next((t for t in topics if t.key == everyday), None),
        tuple(t for t in topics if t.key != everyday),
        tuple(one.name for one in allowed if one.rare),
        name == ALL,
        "" if name == ALL else perintah[:40],
    )


def _by_topic(offered: Sequence[Offered]) -> tuple[Topic, ...]:
    grouped = groupby(offered, lambda one: one.topic)
    return tuple(Topic(key, tuple(one.name for one in those)) for key, those in grouped)
