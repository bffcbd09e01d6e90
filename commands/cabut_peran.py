"""/cabut-peran @orang petugas dpupr: take a role back, when somebody moves on.

Whoever has left the chat cannot be named with @ any more: they are found by name or number, and a list of who holds
which role shows both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.chat.agencies import named
from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.mentions import NOTHING, Unread, spelled_out
from plugin.chat.names import canonical
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Holder, Right, holders
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling.cases import permit_settings
from plugin.registry.find import Nothing, find
from plugin.registry.persons import answers_to, bare_name
from plugin.registry.snapshot import Node, Registry
from plugin.rhythm.dismissing import Ended, dismiss
from plugin.roles import ROLES
from plugin.wording import Press, Refusal, Say, UserError, View

PER_PAGE = 8


@dataclass(frozen=True)
class Taken(View):
    """The role is over. `freed`: the reports that its holder was at work on are nobody's again."""

    name: str
    role: str
    agency: str
    freed: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """One role that somebody holds; `number` is the person's, to type instead of the name."""

    number: int
    name: str
    platform: str
    role: str
    agency: str
    code: str


@dataclass(frozen=True)
class Roles(View):
    """Who holds which role, as far as the sender may take it: of those who fit what was typed, or of all."""

    given: str
    typed: str
    total: int
    lines: tuple[Line, ...]
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses(f"/cabut-peran {self.typed}"))
        for place, line in enumerate(self.lines):
            named[f"take{place}"] = Say(f"/cabut-peran {line.number} {line.role} {line.code}")
        return named | {"all": Say("/cabut-peran")}


@dataclass(frozen=True)
class NotHeld(Refusal):
    """There was no such role to take back."""

    name: str
    role: str
    agency: str


@dataclass(frozen=True, slots=True)
class Meant:
    """What was typed: whom, which role, where. `sure`: the person is named by key or number, or by the whole name."""

    who: str
    role: str
    where: str
    sure: bool
    held: Sequence[Holder]


@command("cabut-peran", may=Right.SETTINGS, rare=True)
async def cabut_peran(context: Context, *, orang_peran_instansi: Unread = NOTHING) -> Taken | Roles:
    typed, page = split_page(orang_peran_instansi)
    meant = _meant(context, typed, await context.services.store.survey(holders))
    node = await _where(context, meant)
    held = [h for h in meant.held if node is None or h.agency_id == node.id]
    if node is None or not meant.role or not meant.sure or len({h.official_id for h in held}) > 1:
        return _listed(context, typed, meant.who, held, page)
    ended = await _end(context, held[0]) if held else None
    if ended is None:
        raise UserError(NotHeld(meant.who, meant.role, node.label))
    return Taken(held[0].shown, meant.role, node.label, ended.freed)


async def _end(context: Context, held: Holder) -> Ended | None:
    services = context.services
    ended = await services.store.write(dismiss, hand(context), held, context.origin)
    for number in ended.freed if ended else ():
        await refresh(context, number)
    for notice in ended.notices if ended else ():
        await services.notify(notice)
    return ended


def _meant(context: Context, typed: str, all_held: Sequence[Holder]) -> Meant:
    who, role, where = _split(context.registry, typed)
    held = [h for h in all_held if role in ("", h.role)]
    word = who.removeprefix("@")
    if mentioned := [p for n, p in enumerate(context.mentions, 1) if who in ("", f"@{n}")]:
        person = mentioned[0]
        return Meant(
            person.shown,
            role,
            where,
            True,
            [h for h in held if (h.platform, h.key) == (person.platform, person.key)],
        )
    if (digits := who.lstrip("#")).isascii() and digits.isdigit():
        return Meant(who, role, where, True, [h for h in held if str(h.official_id) == digits])
    if whole := [h for h in held if bare_name(h.name) == bare_name(word) != ""]:
        return Meant(who, role, where, not who.startswith("@"), whole)
    return Meant(who, role, where, False, [h for h in held if not who or answers_to(h.shown, word)])


def _split(registry: Registry, typed: str) -> tuple[str, str, str]:
    """(whom, which role, where): the role is the first word that is one and has an agency behind it."""
    words = typed.split()
    roles = [n for n, word in enumerate(words) if canonical(word) in ROLES]
    placed = [n for n in roles if not isinstance(find(registry, " ".join(words[n + 1 :])), Nothing)]
    for n in (placed or roles)[:1]:
        return " ".join(words[:n]), canonical(words[n]), " ".join(words[n + 1 :])
    return " ".join(words), "", ""


async def _where(context: Context, meant: Meant) -> Node | None:
    if not meant.where:
        return None
    who = meant.held[0].official_id if len({h.official_id for h in meant.held}) == 1 else meant.who
    node = named(context.registry, meant.where, None, f"/cabut-peran {who} {meant.role} {{}}")
    await permit_settings(context, node)
    return node


def _listed(context: Context, typed: str, who: str, held: Sequence[Holder], page: int) -> Roles:
    registry, standing = context.registry, context.standing
    mine = [
        h for h in held
        if h.agency_id in registry and standing.holds(Right.SETTINGS, h.agency_id, registry)
    ]  # fmt: skip
    turn = Turn.to(page, len(mine), PER_PAGE)
    lines = []
    for h in turn.part(mine):
        node = registry.by_id(h.agency_id)
        lines.append(Line(h.official_id, h.shown, h.platform, h.role, node.label, node.code))
    return Roles(who, spelled_out(typed, context.mentions), len(mine), tuple(lines), turn)
