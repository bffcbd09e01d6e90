"""/hubungkan-akun dpupr x: connect the agency's official account by logging in at the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts.connected import is_connected
from plugin.desk.accounts.costs import Forecast, forecast
from plugin.desk.cards.connection_card import connects_here
from plugin.desk.handling.cases import permit
from plugin.public.money import Month
from plugin.public.port import Consenting, PublicChannel
from plugin.registry.handles import channel_named
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Account, Node
from plugin.rhythm import consents
from plugin.wording import Press, Refusal, Say, UserError, View, Visit


@dataclass(frozen=True)
class Invitation(View):
    """The way to the channel, for the asker alone. `writes`: posting is asked for; else reading, since the channel's
    approval is not on record. `connected`: it is connected already, and would be anew."""

    whisper = confidential = True

    account: str
    agency: str
    channel: str
    url: str
    until: datetime
    writes: bool
    needs_approval: bool
    connected: bool
    forecast: Forecast
    month: Month

    def presses(self) -> Mapping[str, Press]:
        return {"open": Visit(self.url)}


@dataclass(frozen=True)
class NothingToConnect(View):
    """A channel that asks for no tokens: the training room's own square."""

    whisper = True
    channel: str


@dataclass(frozen=True)
class NotPrepared(Refusal):
    """The operator has not prepared this channel for it (`there`: it is read and answered on all the same)."""

    agency: str
    code: str
    channel: str
    there: bool


@dataclass(frozen=True)
class NoneRegistered(Refusal):
    """The agency has no official account on that channel."""

    agency: str
    code: str
    channel: str

    def presses(self) -> Mapping[str, Press]:
        return {"ledger": Say(f"/akun {self.code}")}


@command("hubungkan-akun", may=Right.CONNECT)
async def hubungkan_akun(
    context: Context, instansi: Node | None = None, kanal: str = ""
) -> Invitation | NothingToConnect:
    node = instansi or context.node or context.registry.root
    await permit(context, Right.CONNECT, node)
    services, name = context.services, _channel(context, kanal)
    there = services.channels.get(name)
    if there is not None and not there.can.needs_tokens:
        return NothingToConnect(name)
    if there is None:
        raise UserError(NotPrepared(node.name, node.code, name, there=False))
    account = _registered(context, node, name)
    if not isinstance(there, Consenting) or not connects_here(services, name):
        raise UserError(NotPrepared(node.name, node.code, name, there=True))
    writes = services.approvals.allow(there)
    url = await consents.begin(context, account, there, writes=writes)
    cost = await services.store.survey(forecast, there, context.now)
    month = await services.store.survey(services.budget.of, name, context.now)
    return Invitation(
        account=account.handle,
        agency=node.name,
        channel=name,
        url=url,
        until=context.now + consents.LASTS,
        writes=writes,
        needs_approval=there.can.needs_approval,
        connected=await services.store.read(is_connected, account.id),
        forecast=cost,
        month=month,
    )


def _channel(context: Context, typed: str) -> str:
    """The channel that is meant; without a word the one that is connected by logging in, or the only one."""
    if typed:
        return channel_named(typed) or typed[:20]
    there: Mapping[str, PublicChannel] = context.services.channels
    offers = [name for name, channel in there.items() if channel.can.consent]
    return (offers or list(there) or ["x"])[0]


def _registered(context: Context, node: Node, channel: str) -> Account:
    held = context.registry.accounts(node)
    found = next((a for a in held if a.channel == channel and a.verdict == OFFICIAL), None)
    if found is None:
        raise UserError(NoneRegistered(node.name, node.code, channel))
    return found
