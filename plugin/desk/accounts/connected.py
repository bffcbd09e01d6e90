"""How an account is connected, in its row: renewed by one at a time, doubted, lost, and found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from plugin.desk.audit import record, system
from plugin.public.values import PublicAccount
from plugin.registry.vault import Vault
from plugin.store.store import insert
from plugin.store.tables import Account, Connection

SOON = timedelta(minutes=10)
"""So long before their end tokens are renewed, and never on every call."""
LEASE = timedelta(seconds=60)
"""Longer than any call may take, so that two are never at it with the same token."""
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


def stored(session: Session, account_id: int) -> Held | None:
    """The account and how it is connected; None where there is no such account."""
    account = session.get(Account, account_id)
    return Held(account, session.get(Connection, account_id)) if account is not None else None


def take_turn(session: Session, account_id: int, owner: str, now: datetime) -> Turn | Held | float:
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


def keep(session: Session, turn: Turn, sealed: bytes, ends: datetime | None) -> None:
    """The new pair, before anybody uses it; nothing when the account was connected anew meanwhile."""
    row = _mine(session, turn)
    if row is None:
        return
    account = session.get_one(Account, turn.account.id)
    account.tokens = sealed
    row.expires_at, row.owner, row.lease_until, row.failures = ends, "", None, 0


def wait(session: Session, turn: Turn, until: datetime) -> None:
    """It could not be renewed: nobody tries before then."""
    row = _mine(session, turn)
    if row is not None:
        row.lease_until, row.failures = until, row.failures + 1


def lose(session: Session, turn: Turn, now: datetime) -> None:
    """The channel said no to renewing: somebody has to connect the account again."""
    row = _mine(session, turn)
    if row is not None:
        _lost(session, row, now)


def found(session: Session, account_id: int, now: datetime) -> bool:
    """The channel takes its tokens. Whether it had been lost."""
    row = _row(session, account_id, now)
    was, row.lost_at, row.doubted_at = row.lost_at, None, None
    if was is not None:
        account = session.get_one(Account, account_id)
        record(
            session, system(now), "account_found", agency=account.agency_id, channel=account.channel,
            handle=account.handle,
        )  # fmt: skip
    return was is not None


def doubt(session: Session, vault: Vault, used: PublicAccount, now: datetime) -> bool:
    """The channel refused these tokens. Whether they may be tried again; the second refusal loses the account."""
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
        _lost(session, row, now)
        return False
    row.doubted_at, account.health = now, "disconnected"  # until it is heard again
    if row.expires_at is not None:
        row.expires_at = now
    return True


def _row(session: Session, account_id: int, now: datetime) -> Connection:
    """The account's row, made where there is none yet, and locked."""
    new = insert(session, Connection).values(account_id=account_id, since=now, owner="", failures=0)
    session.connection().execute(new.on_conflict_do_nothing())
    mine = select(Connection).where(Connection.account_id == account_id).with_for_update()
    return session.exec(mine.execution_options(populate_existing=True)).one()


def _mine(session: Session, turn: Turn) -> Connection | None:
    row = session.exec(
        select(Connection)
        .where(Connection.account_id == turn.account.id, Connection.owner == turn.owner)
        .with_for_update()
    ).first()
    return row


def _lost(session: Session, row: Connection, now: datetime) -> None:
    row.lost_at, row.owner, row.lease_until = now, "", None
    account = session.get_one(Account, row.account_id)
    account.health = "disconnected"
    record(
        session, system(now), "account_lost", agency=account.agency_id, channel=account.channel,
        handle=account.handle,
    )  # fmt: skip
