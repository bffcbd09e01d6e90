"""The operator connects an agency's account: its tokens are checked on the channel, sealed, and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.errors import DeliveryError, OperatorError
from plugin.public.port import PublicChannel
from plugin.public.values import PublicAccount
from plugin.registry import accounts
from plugin.registry.find import Candidates, Found, find
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Node, Registry, load
from plugin.registry.vault import Vault
from plugin.store.store import Store
from plugin.store.tables import Account, Agency

TOKENS = ("access_token", "access_token_secret")


@dataclass(frozen=True, slots=True)
class Listed:
    """An official account as the operator sees it."""

    agency: str
    channel: str
    handle: str
    mode: str
    health: str


@dataclass(frozen=True, slots=True)
class Connected:
    """What was connected, and how its answers will leave."""

    account_id: int
    handle: str
    agency: str
    mode: str


def listed(session: Session) -> list[Listed]:
    """Every official account, by agency."""
    rows = session.exec(
        select(Account, Agency.code)
        .join(Agency, col(Agency.id) == Account.agency_id)
        .where(Account.verdict == "official")
        .order_by(Agency.code, Account.channel)
    )
    return [Listed(code, a.channel, a.handle, a.mode, a.health) for a, code in rows]


async def connect_account(
    store: Store,
    channel: PublicChannel,
    vault: Vault,
    agency: str,
    ask: Callable[[str], Sequence[str]],
    *,
    now: datetime,
    zone: tzinfo,
    approved: bool,
) -> Connected:
    """Connect the registered account of `agency`; `ask` gives its two tokens for a handle.

    Without the channel's approval it is connected for reading, and answers are posted by hand. Raises
    OperatorError, with nothing kept, when the tokens are refused or belong to another account.
    """
    registry = await store.survey(load, zone)
    node = meant(registry, agency)
    account = next(
        (a for a in registry.accounts(node) if a.channel == channel.name and a.verdict == OFFICIAL),
        None,
    )
    if account is None:
        raise OperatorError("no_account", agency=node.name, channel=channel.name)
    vault.seal(account.id, {})  # without a key there is no need to ask
    tokens = [t for t in ask(account.handle) if t]
    if len(tokens) != len(TOKENS):
        raise OperatorError("bad_tokens")
    secrets = dict(zip(TOKENS, tokens, strict=True))
    try:
        found_id, found = await channel.identify(
            PublicAccount(account.id, channel.name, account.handle, account.platform_id or "", secrets)
        )
    except DeliveryError as error:
        raise OperatorError("channel_said", channel=channel.name, why=str(error)) from None
    same = (
        found_id == account.platform_id
        if account.platform_id
        else found.casefold() == account.handle.casefold()
    )
    if not same:
        raise OperatorError("other_account", found=found, wanted=account.handle)
    mode = "api" if approved else "manual"
    await store.write(_keep, account.id, vault.seal(account.id, secrets), found_id, mode, now)
    return Connected(account.id, account.handle, node.name, mode)


def _keep(
    session: Session, account_id: int, sealed: bytes, platform_id: str, mode: str, now: datetime
) -> None:
    changed = accounts.connect(session, account_id, tokens=sealed, platform_id=platform_id, mode=mode)
    by = Hand("operator", "terminal", now)
    record(session, by, "account_connected", to_agency=changed.agency_id, handle=changed.handle, mode=mode)


def meant(registry: Registry, typed: str) -> Node:
    """The agency that an operator named; OperatorError when it is none, or one of several."""
    match find(registry, typed):
        case Found(node):
            return node
        case Candidates(nodes):
            raise OperatorError("which_agency", given=typed, codes=[n.code for n in nodes])
        case _:
            raise OperatorError("no_agency", given=typed)
