"""/pengikut: a list of followers, pasted or as a file: our own among them are proposed to people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.accounts.followers import Given, Taken, take, text_given
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.errors import DeliveryError, Refused
from plugin.moments import read_past, split_per
from plugin.public.port import FollowerSource
from plugin.registry.ledger import OFFICIAL
from plugin.registry.sighted import Found
from plugin.rhythm import following
from plugin.wording import Decide, Press, Refusal, Say, UserError, View

OF = re.compile(r"^\s*(?:dari\s+@?(?P<handle>\w{1,30}))?\s*$", re.IGNORECASE)
ASKED = re.compile(r"^\s*baca\s+(?P<handle>@?\w{1,30})\s*$", re.IGNORECASE)
CHANNEL = "x"
MORE = 100
"""A few may have come since the price was shown; beyond them nothing is read."""
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


@dataclass(frozen=True)
class Price(View):
    """What reading the followers from the channel would cost, to be agreed to first. Dollars as text."""

    handle: str
    account_id: int
    count: int
    price: str
    own_price: str

    def presses(self) -> Mapping[str, Press]:
        args = {"account": self.account_id, "count": self.count}
        return {"read": Decide("pengikut-baca", args, lasts=timedelta(hours=1))}


@dataclass(frozen=True)
class Ordered(View):
    """It will be read; the room is told when it is done."""

    replaces = True
    handle: str
    count: int
    by: str


@dataclass(frozen=True)
class NotToldByChannel(Refusal):
    """The channel does not tell, and `why`, or the account is not registered: a list has to be pasted or sent."""

    handle: str
    why: str = ""


@command("pengikut", may=Right.REGISTER)
async def pengikut(context: Context, *, daftar: str = "") -> Read | GiveList | Price:
    await permit(context, Right.REGISTER, context.here)
    if asked := ASKED.match(daftar):
        return await _price(context, asked["handle"])
    of, when, typed = _heading(daftar)
    text, source = await text_given(context, typed)
    if not text.strip():
        return GiveList(context.here.label)
    return await _take(context, of, when, text, source)


@decision("pengikut", may=Right.REGISTER)
async def pengikut_form(context: Context, of: str, names: str, at: str = "") -> Read:
    await permit(context, Right.REGISTER, context.here)
    return await _take(
        context, of.strip().lstrip("@")[:60], "" if at.strip() in SHORT else at, names, "paste"
    )


@decision("pengikut-baca", may=Right.VOUCH)
async def pengikut_baca(context: Context, account: int, count: int) -> Ordered:
    held = context.registry.account(account)
    agency = context.registry.by_id(held.agency_id)
    await permit(context, Right.VOUCH, agency)
    wanted = following.Order(
        context.here.id, account, held.channel, held.handle, count + MORE, context.room, context.today
    )
    await context.services.store.write(following.order, hand(context), wanted)
    return Ordered(held.handle, count, context.sender.name)


async def _price(context: Context, handle: str) -> Price:
    """Ask the channel how many there are; that alone costs next to nothing."""
    node, registry = context.here, context.registry
    named = handle.removeprefix("@").casefold()
    fit = [
        a for n in registry.subtree(node) for a in registry.accounts(n)
        if a.channel == CHANNEL and a.verdict == OFFICIAL and a.handle.casefold() == named
    ]  # fmt: skip
    channel = context.services.channels.get(CHANNEL)
    if (
        not fit
        or channel is None
        or channel.can.follower_price is None
        or not isinstance(channel, FollowerSource)
    ):
        raise UserError(NotToldByChannel(handle[:40]))
    try:
        account = await context.services.account(fit[0].id)
        if account is None:
            raise Refused("disconnected")
        count = await channel.audience(account)
    except Refused as refused:
        raise UserError(NotToldByChannel(handle[:40], refused.why)) from None
    except DeliveryError:
        raise UserError(NotToldByChannel(handle[:40], "trouble")) from None
    price, own = (f"{count * each:.2f}".replace(".", ",") for each in channel.can.follower_price)
    return Price(fit[0].handle, fit[0].id, count, price, own)


async def _take(context: Context, of: str, when: str, text: str, source: str) -> Read:
    at = read_past(when, context.services.zone, context.now) if when else context.now
    taken: Taken = await take(context, Given(context.here, of, CHANNEL, source, at), text)
    return Read(taken.number, of, at, taken.total, taken.broken, taken.broken_count, taken.found)


def _heading(text: str) -> tuple[str, str, str]:
    """(whose followers, as of when, the list): the first line may say the first two, or be part of the list."""
    first, _, rest = text.partition("\n")
    words, when = split_per(first)
    match = OF.match(words)
    return (match["handle"] or "", when, rest) if match else ("", "", text)
