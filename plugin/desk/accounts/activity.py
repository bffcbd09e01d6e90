"""What an account does of late, asked of its channel: once a day at most, after a person has agreed to the price."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.desk.accounts.liveliness import Naming, Posts, seen
from plugin.desk.audit import Hand, hand, record
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.public.port import ActivitySource
from plugin.registry.snapshot import Account
from plugin.store.store import insert
from plugin.store.tables import AccountSample
from plugin.wording import Refusal, UserError

PATIENCE = timedelta(minutes=5)
"""After so long a reading that brought nothing has died; until then a second press would pay twice."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen of an account, and when."""

    at: datetime
    posts: Posts
    naming: Naming


@dataclass(frozen=True)
class NotTold(Refusal):
    """The channel does not tell now. `minutes`: when to ask again, where it says so."""

    channel: str
    handle: str
    minutes: int | None


@dataclass(frozen=True)
class BeingRead(Refusal):
    """Somebody else has pressed a moment ago."""

    channel: str
    handle: str


def price(context: Context, channel: str) -> tuple[float, float] | None:
    """What a look at an account costs on that channel; None where it tells nothing."""
    held = context.services.channels.get(channel)
    return held.can.activity_price if isinstance(held, ActivitySource) else None


async def read(context: Context, account: Account) -> None:
    """Look once, unless that was done today. Raises UserError where the channel does not tell."""
    store, day = context.services.store, context.today
    if not await store.write(_begin, hand(context), account, day):
        return
    try:
        found = await _ask(context, account)
    except DeliveryError as error:
        await store.write(_forget, account.id, day)
        minutes = round(error.after / 60) + 1 if isinstance(error, TryLater) else None
        raise UserError(NotTold(account.channel, account.handle, minutes)) from None
    await store.write(_keep, account.id, day, *found)


async def _ask(context: Context, account: Account) -> tuple[Posts, Naming]:
    channel = context.services.channels.get(account.channel)
    known = await context.services.account(account.id)
    if known is None or not isinstance(channel, ActivitySource):
        raise Refused("disconnected")
    return seen(await channel.activity(known))


def _begin(session: Session, by: Hand, account: Account, day: date) -> bool:
    """Make the day's row; False where it is filled already. Raises UserError while somebody else is at it."""
    new = insert(session, AccountSample).values(account_id=account.id, day=day, at=by.at, by=by.official_id)
    once = new.on_conflict_do_nothing().returning(col(AccountSample.day))
    made = session.connection().execute(once).first() is not None
    row = session.get_one(AccountSample, (account.id, day), with_for_update=True)
    if row.figures is not None:
        return False
    if not made and by.at - row.at < PATIENCE:
        raise UserError(BeingRead(account.channel, account.handle))
    row.at, row.by = by.at, by.official_id
    record(
        session, by, "activity_read", agency=account.agency_id, channel=account.channel, handle=account.handle
    )
    return True


def _keep(session: Session, account_id: int, day: date, posts: Posts, naming: Naming) -> None:
    figures: dict[str, Any] = {"posts": asdict(posts), "naming": asdict(naming)}
    for name in ("since", "last"):
        moment = figures["naming"][name]
        figures["naming"][name] = moment.isoformat() if moment else None
    session.get_one(AccountSample, (account_id, day), with_for_update=True).figures = figures


def _forget(session: Session, account_id: int, day: date) -> None:
    session.delete(session.get_one(AccountSample, (account_id, day)))


def newest(session: Session, account_id: int) -> Sample | None:
    """What was seen of an account last."""
    row = session.exec(
        select(AccountSample)
        .where(AccountSample.account_id == account_id, col(AccountSample.figures).is_not(None))
        .order_by(col(AccountSample.day).desc())
        .limit(1)
    ).first()
    if row is None or row.figures is None:
        return None
    naming = dict(row.figures["naming"])
    for name in ("since", "last"):
        naming[name] = datetime.fromisoformat(naming[name]) if naming[name] else None
    return Sample(row.at, Posts(**row.figures["posts"]), Naming(**naming))
