"""The operator connects an agency's account: its tokens are checked on the channel, sealed, and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session

from plugin.desk.accounts import connected
from plugin.desk.audit import Hand, operator, record
from plugin.desk.outgoing import claims
from plugin.errors import DeliveryError, OperatorError
from plugin.public.port import PublicChannel
from plugin.public.values import PublicAccount
from plugin.registry import accounts
from plugin.registry.find import only
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Account as Registered
from plugin.registry.snapshot import load
from plugin.registry.vault import Vault
from plugin.store.store import Store

TOKENS = ("access_token", "access_token_secret")


@dataclass(frozen=True, slots=True)
class Connected:
    """What was connected, and how its answers will leave."""

    account_id: int
    handle: str
    agency: str
    mode: str


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
    node = only(registry, agency)
    account = next(
        (a for a in registry.accounts(node) if a.channel == channel.name and a.verdict == OFFICIAL),
        None,
    )
    if account is None:
        raise OperatorError("no_account", agency=node.name, channel=channel.name)
    vault.seal(account.id, {})  # without a key there is no need to ask
    given = [t for t in ask(account.handle) if t]
    if len(given) != len(TOKENS):
        raise OperatorError("bad_tokens")
    secrets = dict(zip(TOKENS, given, strict=True))
    try:
        found_id, found = await channel.identify(
            PublicAccount(account.id, channel.name, account.handle, account.platform_id or "", secrets)
        )
    except DeliveryError as error:
        raise OperatorError("channel_said", channel=channel.name, why=str(error)) from None
    if not is_it(account, found_id, found):
        raise OperatorError("other_account", found=found, wanted=account.handle)
    mode = "api" if approved else "manual"
    await store.write(keep, operator(now), account.id, vault.seal(account.id, secrets), found_id, mode)
    return Connected(account.id, account.handle, node.name, mode)


def keep(
    session: Session,
    by: Hand,
    account_id: int,
    sealed: bytes,
    platform_id: str,
    mode: str,
    ends: datetime | None = None,
) -> None:
    """Keep an account's tokens, which hold until `ends`. Raises UserError like `accounts.connect`."""
    changed = accounts.connect(session, account_id, tokens=sealed, platform_id=platform_id, mode=mode)
    connected.begin(session, account_id, ends, by.at)
    claims.free(session, account_id)
    record(session, by, "account_connected", to_agency=changed.agency_id, handle=changed.handle, mode=mode)


def is_it(account: Registered, found_id: str, found: str) -> bool:
    """Whether who logged in is the registered account: by the platform's id where it is known, else by name."""
    if account.platform_id:
        return found_id == account.platform_id
    return found.casefold() == account.handle.casefold()
