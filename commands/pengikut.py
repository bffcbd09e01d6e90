"""/pengikut: a list of followers, pasted or as a file: our own among them are proposed to people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.moments import read_past, split_per
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.cases import permit
from plugin.desk.followers import Given, Taken, take, text_given
from plugin.registry.sighted import Found
from plugin.wording import Decide, Press, Say, View

OF = re.compile(r"^\s*(?:dari\s+@?(?P<handle>\w{1,30}))?\s*$", re.IGNORECASE)
CHANNEL = "x"
SHORT = ("-", "")


@dataclass(frozen=True)
class Read(View):
    """What a list brought, and which of its lines could not be read."""

    number: int
    handle: str
    at: datetime
    total: int
    broken: tuple[tuple[int, str], ...]
    broken_count: int
    found: Found

    def presses(self) -> Mapping[str, Press]:
        return {"proposals": Say("/usulan")}


@dataclass(frozen=True)
class GiveList(Ask):
    """The form for a list that fits into one field."""

    under: str

    def then(self) -> Decide:
        return Decide("pengikut")

    def again(self) -> str:
        return "/pengikut"

    def asks(self) -> Sequence[Field]:
        return (
            Field("of", "", Shape.LINE, longest=60),
            Field("at", "", Shape.LINE, longest=60, required=False),
            Field("names", "", Shape.TEXT, longest=3000),
        )


@command("pengikut", may=Right.REGISTER)
async def pengikut(context: Context, *, daftar: str = "") -> Read | GiveList:
    assert context.node is not None
    await permit(context, Right.REGISTER, context.node)
    of, when, typed = _heading(daftar)
    text, source = await text_given(context, typed)
    if not text.strip():
        return GiveList(context.node.label)
    return await _take(context, of, when, text, source)


@decision("pengikut", may=Right.REGISTER)
async def pengikut_form(context: Context, of: str, names: str, at: str = "") -> Read:
    assert context.node is not None
    await permit(context, Right.REGISTER, context.node)
    return await _take(
        context, of.strip().lstrip("@")[:60], "" if at.strip() in SHORT else at, names, "paste"
    )


async def _take(context: Context, of: str, when: str, text: str, source: str) -> Read:
    assert context.node is not None
    at = read_past(when, context.services.zone, context.now) if when else context.now
    taken: Taken = await take(context, Given(context.node, of, CHANNEL, source, at), text)
    return Read(taken.number, of, at, taken.total, taken.broken, taken.broken_count, taken.found)


def _heading(text: str) -> tuple[str, str, str]:
    """(whose followers, as of when, the list): the first line may say the first two, or be part of the list."""
    first, _, rest = text.partition("\n")
    words, when = split_per(first)
    match = OF.match(words)
    return (match["handle"] or "", when, rest) if match else ("", "", text)
