"""An account's tokens whenever they are needed: opened, and renewed in time by one process alone.

A refresh token is good for one use, and whoever shows it again has the whole connection ended by the channel. So:
take the turn (commit) → ask → keep the new pair (commit) → only then use it. Where a process dies between the
channel's answer and the keeping, the pair is lost; the next turn hears that from the channel, and a person
connects the account again. As long as the channel says nothing clear, the same token may be shown again: if it
was used up, there is nothing left that this could end.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, select

from plugin.clock import Clock
from plugin.desk.audit import record, system
from plugin.errands import Errands
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.public.port import Consenting, PublicChannel
from plugin.public.values import Granted, PublicAccount
from plugin.registry.vault import Vault
from plugin.store.store import Store, insert
from plugin.store.tables import Account, Connection

log = logging.getLogger(__name__)

SOON = timedelta(minutes=10)
"""So long before their end tokens are renewed, and never on every call."""
LEASE = timedelta(seconds=60)
"""Longer than any call may take, so that two are never at it with the same token."""
FIRST_PAUSE = 30.0
LONGEST_PAUSE = 900.0
SAME_MOMENT = timedelta(seconds=20)
DOUBT = timedelta(hours=2)
PROBE = timedelta(hours=1)
"""So often tokens without an end are tried again: it may have been the app's keys, or our clock."""


@dataclass(frozen=True, slots=True)
class Held:
    """An account and how it is connected, as they are stored."""

    account: Account
    connection: Connection | None

    @property
    def lost(self) -> bool:
        return self.connection is not None and self.connection.lost_at is not None

    def probed(self, now: datetime) -> bool:
        """Whether lost tokens are worth another try."""
        row = self.connection
        if row is None or row.lost_at is None or row.expires_at is not None:
            return False
        return now - (row.doubted_at or row.lost_at) >= PROBE

    def ends_before(self, moment: datetime) -> bool:
        """Whether its tokens do not hold so long."""
        ends = self.connection.expires_at if self.connection else None
        return ends is not None and ends <= moment


@dataclass(frozen=True, slots=True)
class Turn:
    """It is ours to renew: nobody else does while the lease lasts."""

    owner: str
    account: Account
    failures: int


class Tokens:
    """Opens what the vault holds, for one process; `owner` is its name in leases.

    `on_lost` is called when an account may have lost its connection: whoever must hear of it need not wait for the
    minute.
    """

    def __init__(
        self, store: Store, channels: Mapping[str, PublicChannel], vault: Vault, clock: Clock, *, owner: str
    ) -> None:
        self._store = store
        self._channels = channels
        self._vault = vault
        self._clock = clock
        self._owner = owner[:40]
        self._probing: set[int] = set()
        self._renewals = Errands()
        self.on_lost: Callable[[], Awaitable[None]] | None = None

    async def account(self, account_id: int) -> PublicAccount | None:
        """The account as its channel needs it now: without tokens where it has none, or lost them.

        Raises TryLater while its tokens have ended and nobody has new ones yet.
        """
        held = await self._store.read(_held, account_id)
        if held is None:
            return None
        if held.probed(self._clock()):
            self._probing.add(account_id)
            return self._opened(replace(held, connection=None))
        if held.lost or not held.account.tokens or not held.ends_before(self._clock() + SOON):
            return self._opened(held)
        return await self._renewed(held)

    async def of(self, row: Account) -> PublicAccount:
        """The account of a row that is stored, as its channel needs it. Raises TryLater as `account` does."""
        assert row.id is not None
        account = await self.account(row.id)
        assert account is not None
        return account

    async def refused(self, account: PublicAccount) -> bool:
        """The channel does not take these tokens. Whether to try again soon: with new ones, or once more.

        A second refusal settles it: the account is lost, and somebody has to connect it again.
        """
        if not account.tokens:
            return False
        self._probing.discard(account.id)
        again = await self._store.write(_doubt, self._vault, account, self._clock())
        if not again:
            await self._tell()
        return again

    async def heard(self, account: PublicAccount) -> bool:
        """The channel took these tokens. Whether that is news: they were lost, and are good after all."""
        if account.id not in self._probing or not account.tokens:
            return False
        self._probing.discard(account.id)
        return await self._store.write(_found, account.id, self._clock())

    async def _renewed(self, held: Held) -> PublicAccount:
        account_id, channel = held.account.id, self._channels.get(held.account.channel)
        assert account_id is not None
        if not isinstance(channel, Consenting):
            return self._opened(held)
        owner = f"{self._owner}-{secrets.token_hex(8)}"
        turn = await self._store.write(_take_turn, account_id, owner, self._clock())
        if isinstance(turn, Held):
            return self._opened(turn)
        if isinstance(turn, float):
            return self._meanwhile(held, turn)
        # Once the channel has given new tokens the old ones are used up: whoever stops waits until they are kept.
        task: asyncio.Task[PublicAccount] = self._renewals.start(self._renew(channel, held, turn))
        return await asyncio.shield(task)

    async def stop(self, grace: float) -> None:
        """Let renewals that are under way end within `grace` seconds."""
        await self._renewals.stop(grace)

    async def _renew(self, channel: Consenting, held: Held, turn: Turn) -> PublicAccount:
        account_id = held.account.id
        assert account_id is not None
        try:
            granted = await channel.renew(self._open(turn.account))
        except Refused as refused:
            if refused.why != "disconnected":
                return await self._put_off(held, turn, refused, LONGEST_PAUSE)
            await self._store.write(_lose_turn, turn, self._clock())
            await self._tell()
        except DeliveryError as error:
            pause = error.after if isinstance(error, TryLater) else FIRST_PAUSE * 2 ** min(turn.failures, 5)
            return await self._put_off(held, turn, error, min(pause, LONGEST_PAUSE))
        else:
            sealed = self._vault.seal(account_id, granted.tokens)
            await self._store.write(_keep, turn, sealed, ends_at(granted, self._clock()))
        found = await self._store.read(_held, account_id)
        assert found is not None
        return self._opened(found)

    async def _tell(self) -> None:
        if self.on_lost is not None:
            await self.on_lost()

    async def _put_off(self, held: Held, turn: Turn, error: DeliveryError, pause: float) -> PublicAccount:
        log.warning("account %s: its tokens could not be renewed: %s", turn.account.id, error)
        await self._store.write(_wait, turn, self._clock() + timedelta(seconds=pause))
        return self._meanwhile(held, pause)

    def _meanwhile(self, held: Held, pause: float) -> PublicAccount:
        """The tokens that still hold for some minutes, while others are on their way."""
        if held.ends_before(self._clock()):
            raise TryLater(pause, "tokens are being renewed")
        return self._opened(held)

    def _opened(self, held: Held) -> PublicAccount:
        account = held.account
        assert account.id is not None
        tokens = {} if held.lost or not account.tokens else self._open(account)
        return PublicAccount(
            account.id, account.channel, account.handle, account.platform_id or "", tokens
        )  # fmt: skip

    def _open(self, account: Account) -> dict[str, str]:
        assert account.id is not None
        return self._vault.open(account.id, account.tokens or b"")


def ends_at(granted: Granted, now: datetime) -> datetime | None:
    """When these tokens end; None when they do not."""
    return now + timedelta(seconds=granted.lasts) if granted.lasts else None


def begin(session: Session, account_id: int, ends: datetime | None, now: datetime) -> None:
    """Note that an account is connected (anew): whatever was wrong with it is past."""
    row = _row(session, account_id, now)
    row.since, row.expires_at, row.doubted_at, row.lost_at = now, ends, None, None
    row.owner, row.lease_until, row.failures = "", None, 0


def is_lost(session: Session, account_id: int) -> bool:
    """Whether somebody has to connect the account again."""
    row = session.get(Connection, account_id)
    return row is not None and row.lost_at is not None


def is_connected(session: Session, account_id: int) -> bool:
    """Whether the account has tokens that are good, as far as we know."""
    account = session.get(Account, account_id)
    return account is not None and bool(account.tokens) and not is_lost(session, account_id)


def _held(session: Session, account_id: int) -> Held | None:
    account = session.get(Account, account_id)
    return Held(account, session.get(Connection, account_id)) if account is not None else None


def _row(session: Session, account_id: int, now: datetime) -> Connection:
    """The account's row, made where there is none yet, and locked."""
    new = insert(session, Connection).values(account_id=account_id, since=now, owner="", failures=0)
    session.connection().execute(new.on_conflict_do_nothing())
    mine = select(Connection).where(Connection.account_id == account_id).with_for_update()
    return session.exec(mine.execution_options(populate_existing=True)).one()


def _take_turn(session: Session, account_id: int, owner: str, now: datetime) -> Turn | Held | float:
    """Our turn; or the account, where somebody has renewed it; or seconds to wait, where somebody is at it."""
    row = _row(session, account_id, now)
    account = session.exec(
        select(Account).where(Account.id == account_id).execution_options(populate_existing=True)
    ).one()
    held = Held(account, row)
    if held.lost or not account.tokens or not held.ends_before(now + SOON):
        return held
    if row.lease_until is not None and row.lease_until > now:
        return max(1.0, (row.lease_until - now).total_seconds())
    row.owner, row.lease_until = owner, now + LEASE
    return Turn(owner, account, row.failures)


def _mine(session: Session, turn: Turn) -> Connection | None:
    row = session.exec(
        select(Connection)
        .where(Connection.account_id == turn.account.id, Connection.owner == turn.owner)
        .with_for_update()
    ).first()
    return row


def _keep(session: Session, turn: Turn, sealed: bytes, ends: datetime | None) -> None:
    """The new pair, before anybody uses it; nothing when the account was connected anew meanwhile."""
    row = _mine(session, turn)
    if row is None:
        return
    account = session.get_one(Account, turn.account.id)
    account.tokens = sealed
    row.expires_at, row.owner, row.lease_until, row.failures = ends, "", None, 0


def _wait(session: Session, turn: Turn, until: datetime) -> None:
    row = _mine(session, turn)
    if row is not None:
        row.lease_until, row.failures = until, row.failures + 1


def _lose_turn(session: Session, turn: Turn, now: datetime) -> None:
    row = _mine(session, turn)
    if row is not None:
        _lose(session, row, now)


def _lose(session: Session, row: Connection, now: datetime) -> None:
    row.lost_at, row.owner, row.lease_until = now, "", None
    account = session.get_one(Account, row.account_id)
    account.health = "disconnected"
    record(
        session, system(now), "account_lost", agency=account.agency_id, channel=account.channel,
        handle=account.handle,
    )  # fmt: skip


def _found(session: Session, account_id: int, now: datetime) -> bool:
    row = _row(session, account_id, now)
    was, row.lost_at, row.doubted_at = row.lost_at, None, None
    if was is not None:
        account = session.get_one(Account, account_id)
        record(
            session, system(now), "account_found", agency=account.agency_id, channel=account.channel,
            handle=account.handle,
        )  # fmt: skip
    return was is not None


def _doubt(session: Session, vault: Vault, used: PublicAccount, now: datetime) -> bool:
    row = _row(session, used.id, now)
    account = session.get(Account, used.id, populate_existing=True)
    if row.lost_at is not None:
        row.doubted_at = now
    if account is None or not account.tokens or row.lost_at is not None:
        return False
    if vault.open(used.id, account.tokens).get("access_token") != used.tokens.get("access_token"):
        return True  # it has had other tokens since
    if row.doubted_at is not None and now - row.doubted_at < SAME_MOMENT:
        return True  # two calls met the same refusal
    if row.doubted_at is not None and now - row.doubted_at < DOUBT:
        _lose(session, row, now)
        return False
    row.doubted_at, account.health = now, "disconnected"  # until it is heard again
    if row.expires_at is not None:
        row.expires_at = now
    return True
