"""Every official account: how its answers leave, how it is connected, and what it costs this month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from plugin.chat.rooms import are_shut
from plugin.desk.accounts.costs import Forecast, forecast
from plugin.desk.accounts.spending import Spendings, by_account
from plugin.public.approvals import Approvals
from plugin.public.money import MICRO, Month
from plugin.public.port import Budget, PublicChannel
from plugin.registry.ledger import OFFICIAL
from plugin.store.tables import Account, Agency, Connection


@dataclass(frozen=True, slots=True)
class Listed:
    """An official account. `tie`: none | tokens (without end) | login (renewed) | lost."""

    agency: str
    channel: str
    handle: str
    mode: str
    health: str
    tie: str = "none"
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Shut:
    """An agency's group that takes nothing, and the platform's words for it."""

    agency: str
    platform: str
    why: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The accounts by agency, and the channels that cost something: this month, and what is to be expected.

    `unapproved`: channels whose approval for government use is not on record. `shut`: the groups that take no
    message of ours any more.
    """

    rows: tuple[Listed, ...]
    months: tuple[tuple[Month, Forecast], ...] = ()
    unapproved: tuple[str, ...] = ()
    shut: tuple[Shut, ...] = ()


def overview(
    session: Session,
    channels: Mapping[str, PublicChannel],
    spendings: Spendings,
    approvals: Approvals,
    now: datetime,
) -> Overview:
    """All of it, as of now."""
    month = spendings.month(now)
    cost = {name: by_account(session, name, month) for name in channels}
    rows = session.exec(
        select(Account, Agency.code, Connection)
        .join(Agency, col(Agency.id) == Account.agency_id)
        .outerjoin(Connection, col(Connection.account_id) == col(Account.id))
        .where(Account.verdict == OFFICIAL)
        .order_by(Agency.code, Account.channel)
    ).all()
    listed = [
        Listed(
            code, a.channel, a.handle, a.mode, a.health, tie(a, connection),
            cost.get(a.channel, {}).get(a.id or 0, 0) / MICRO,
        )
        for a, code, connection in rows
    ]  # fmt: skip
    months, missing = months_of(session, channels, spendings, now), approvals.missing(channels)
    return Overview(tuple(listed), months, missing, shut(session))


def shut(session: Session) -> tuple[Shut, ...]:
    """The agencies' groups that take nothing, the longest first."""
    return tuple(
        Shut(session.get_one(Agency, row.agency_id).code, row.platform, row.shut_why)
        for row in are_shut(session)
    )


def months_of(
    session: Session, channels: Mapping[str, PublicChannel], budget: Budget, now: datetime
) -> tuple[tuple[Month, Forecast], ...]:
    """What each channel that has prices costs this month, and what is to be expected."""
    priced = {name: channel for name, channel in channels.items() if channel.can.prices}
    return tuple((budget.of(session, n, now), forecast(session, c, now)) for n, c in priced.items())


def tie(account: Account, connection: Connection | None) -> str:
    """How an account is connected."""
    if not account.tokens:
        return "none"
    if connection is None:
        return "tokens"
    if connection.lost_at is not None:
        return "lost"
    return "login" if connection.expires_at is not None else "tokens"
