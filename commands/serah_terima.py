"""/serah-terima dpupr x @budi: an account's login goes to another official, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.agencies import AGENCY_READER, PERSON_READER
from plugin.chat.command import Usage, command, next_word
from plugin.chat.context import Context
from plugin.chat.mentions import NOTHING, Unread
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Right
from plugin.desk.accounts import custody
from plugin.desk.accounts.custody import ITEMS, HandOver, NoSuchHandOver
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.registry.accounts import NoSuchAccount
from plugin.registry.handles import CONTACTS, channel_named
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Account, Node
from plugin.wording import Press, Say, UserError, View

PER_PAGE = 12
USAGE = "<instansi> [kanal] <orang>"


@dataclass(frozen=True)
class Unheld(View):
    """Official accounts that nobody holds, or whose holder no longer serves: (agency, channel, handle, who)."""

    total: int
    of: int
    lines: tuple[tuple[str, str, str, str], ...]
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        return self.turn.presses("/serah-terima")


@dataclass(frozen=True)
class Handing(View):
    """One hand-over: what is done, what is left, and who is to say that it was taken over."""

    id: int
    agency: str
    channel: str
    handle: str
    holder: str
    items: tuple[tuple[str, bool], ...]
    held_since: datetime | None

    def presses(self) -> Mapping[str, Press]:
        line = f"/serah-terima {self.id}"
        named: dict[str, Press] = {item: Say(f"{line} {item}", amend=True) for item, _ in self.items}
        return named | {"take": Say(f"{line} terima", amend=True)}


@command("serah-terima", may=Right.REGISTER, rare=True)
async def serah_terima(context: Context, *, akun_dan_orang: Unread = NOTHING) -> Unheld | Handing:
    typed, page = split_page(akun_dan_orang)
    word, rest = next_word(typed)
    if not word:
        return await _unheld(context, page)
    if word.isascii() and word.isdigit() and len(word) < 10:
        return await _go_on(context, int(word), rest.strip())
    return await _begin(context, typed)


async def _unheld(context: Context, page: int) -> Unheld:
    node, registry = context.here, context.registry
    held = await context.services.store.survey(custody.holders)
    official = [
        (n, a) for n in registry.subtree(node) for a in registry.accounts(n)
        if a.verdict == OFFICIAL and a.channel not in CONTACTS
    ]  # fmt: skip
    without = [
        (n.label, a.channel, a.handle, held[a.id].name if a.id in held else "")
        for n, a in official
        if a.id not in held or not held[a.id].serves
    ]
    turn = Turn.to(page, len(without), PER_PAGE)
    return Unheld(len(without), len(official), tuple(turn.part(without)), turn)


async def _begin(context: Context, typed: str) -> Handing:
    usage = Usage("serah-terima", Right.REGISTER, USAGE, "instansi", False)
    node, rest = await AGENCY_READER.read(context, usage, typed)
    await permit(context, Right.REGISTER, node)
    word, after = next_word(rest)
    channel = channel_named(word) if word else None
    person, _ = await PERSON_READER.read(context, usage, after if channel else rest)
    account = _account(context, node, channel)
    store = context.services.store
    number = await store.write(custody.begin, hand(context), account.id, person)
    return _handing(context, await store.read(custody.look, number))


async def _go_on(context: Context, number: int, what: str) -> Handing:
    store = context.services.store
    seen = await store.read(custody.look, number)
    await permit(context, Right.REGISTER, _agency_of(context, seen))
    if what == "terima":
        seen = await store.write(custody.take_over, hand(context), number)
    elif what in ITEMS:
        seen = await store.write(custody.tick, hand(context), number, what)
    elif what:
        raise UserError(NoSuchHandOver())
    return _handing(context, seen)


def _account(context: Context, node: Node, channel: str | None) -> Account:
    own = [a for a in context.registry.accounts(node) if a.verdict == OFFICIAL and a.channel not in CONTACTS]
    fit = [a for a in own if channel in (None, a.channel)]
    if not fit:
        raise UserError(NoSuchAccount())
    return fit[0]


def _agency_of(context: Context, seen: HandOver) -> Node:
    return context.registry.by_id(context.registry.account(seen.account_id).agency_id)


def _handing(context: Context, seen: HandOver) -> Handing:
    account = context.registry.account(seen.account_id)
    items = tuple((item, item in seen.done) for item in ITEMS)
    return Handing(
        seen.id, _agency_of(context, seen).name, account.channel, account.handle, seen.holder, items,
        seen.held_since,
    )  # fmt: skip
