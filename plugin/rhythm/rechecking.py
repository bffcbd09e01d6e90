"""Once a day each citizen's post that we hold is looked up: what they deleted leaves us within 24 hours.

One row for each post says when it is due (`PostCheck`); so a crash or a second process need no path of their
own. What a channel says once may be a fault of the channel's: the words leave when it says so a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.clock import Clock
from plugin.desk.posts.leaving import remove_files, take_out
from plugin.desk.replying import enclosures
from plugin.errors import DeliveryError, TryLater
from plugin.public.port import PublicChannel
from plugin.public.values import PostRef, PublicAccount
from plugin.registry.ledger import IN_USE
from plugin.store.scrubbing import scrub
from plugin.store.store import Store, insert
from plugin.store.tables import Account, Followup, PostCheck, Report

log = logging.getLogger(__name__)

CHECK, REPORT, FOLLOWUP = (
    SQLModel.metadata.tables[str(table.__tablename__)] for table in (PostCheck, Report, Followup)
)
EVERY = timedelta(hours=22)
"""Two hours less than a day: for the second look, and for a channel that does not answer for a while."""
SECOND_LOOK = timedelta(minutes=30)
AGAIN = timedelta(minutes=15)
LEASE = timedelta(minutes=10)
DAY = timedelta(days=1)

BATCH = 100
MOST_BATCHES = 20  # in one turn; X allows 300 questions in 15 minutes
ENROLLED = 2000
MOST_ENROLMENTS = 10
OVERLAP = 2000
"""Numbers are given before they are committed: a post that is seen late has a number below the newest."""


class Rechecking:
    """Looks up what is due. Any number of processes may; what one has taken is its own for `LEASE`."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        connected: Callable[[int], Awaitable[PublicAccount | None]],
        *,
        media: Path,
        clock: Clock,
        zone: tzinfo,
        freshen: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._connected = connected
        self._media = media
        self._clock = clock
        self._zone = zone
        self._freshen = freshen
        self._behind: set[str] = set()

    async def tick(self) -> None:
        """Whatever is due now, in small pieces."""
        await self._enrol()
        for name, channel in self._channels.items():
            await self._look_up(name, channel)
        await self._freshen()
        await remove_files(self._store, self._media, self._clock())
        await enclosures.remove_files(self._store, self._media)
        await scrub(self._store)

    async def _enrol(self) -> None:
        """Posts that are new to us get their row here, so that taking them in costs nothing more."""
        for _ in range(MOST_ENROLMENTS):
            rows = await self._store.survey(_new_posts)
            if rows:
                await self._store.write(_add, rows)
            if len(rows) < ENROLLED:
                return

    async def _look_up(self, name: str, channel: PublicChannel) -> None:
        account = await self._asker(name, channel)
        for _ in range(MOST_BATCHES):
            now = self._clock()
            if account is None or not await self._store.read(_due, name, now):
                break
            ids = await self._store.write(_take, name, channel.can.rechecks_per_day, now)
            if not ids or not await self._ask(name, channel, account, ids):
                break
        await self._note_backlog(name)

    async def _asker(self, name: str, channel: PublicChannel) -> PublicAccount | None:
        number = await self._store.read(_account, name, channel.can.needs_tokens)
        try:
            return await self._connected(number) if number is not None else None
        except DeliveryError:  # its tokens are being renewed: the next minute will do
            return None

    async def _ask(self, name: str, channel: PublicChannel, account: PublicAccount, ids: list[str]) -> bool:
        """Look these posts up; False when the channel wants to be left alone for now."""
        seen: dict[str, str] = {}
        wait = AGAIN
        trouble: DeliveryError | None = None
        try:
            async for one in channel.recheck(account, [PostRef(key, "") for key in ids]):
                seen[one.ref.id] = one.state
        except DeliveryError as error:
            trouble = error
            wait = timedelta(seconds=error.after) if isinstance(error, TryLater) else AGAIN
            log.warning("%s does not tell what is still public: %s", name, error)
        await self._store.write(_note, name, ids, seen, self._clock(), wait, self._zone)
        return trouble is None

    async def _note_backlog(self, channel: str) -> None:
        """Said once when we fall behind, and once when we have caught up."""
        late = await self._store.read(_due, channel, self._clock() - (DAY - EVERY))
        if late and channel not in self._behind:
            log.warning("posts on %s are not rechecked within a day: allow more lookups, or mend it", channel)
        elif not late and channel in self._behind:
            log.warning("posts on %s are rechecked within a day again", channel)
        (self._behind.add if late else self._behind.discard)(channel)


def _new_posts(session: Session) -> list[dict[str, Any]]:
    """Reports and further posts without a row yet."""
    connection = session.connection()
    newest = sa.select(CHECK.c.report_id).where(CHECK.c.followup_id.is_(None))
    reached = connection.execute(newest.order_by(CHECK.c.report_id.desc()).limit(1)).scalar() or 0
    rows = connection.execute(_without_row(REPORT, REPORT.c.received_at, reached))
    made = [_row(r.channel, r.post_id, r.id, None, r.at) for r in rows]
    latest = sa.select(sa.func.max(CHECK.c.followup_id))
    reached = connection.execute(latest).scalar() or 0
    rows = connection.execute(_without_row(FOLLOWUP, FOLLOWUP.c.written_at, reached, FOLLOWUP.c.report_id))
    return made + [_row(r.channel, r.post_id, r.report_id, r.id, r.at) for r in rows]


def _without_row(table: sa.Table, at: Any, reached: int, *more: Any) -> Any:
    has = sa.select(CHECK.c.post_id).where(
        CHECK.c.channel == table.c.channel, CHECK.c.post_id == table.c.post_id
    )
    return (
        sa.select(table.c.id, table.c.channel, table.c.post_id, at.label("at"), *more)
        .where(table.c.id > reached - OVERLAP, ~has.exists())
        .order_by(table.c.id)
        .limit(ENROLLED)
    )


def _row(channel: str, post_id: str, report_id: int, followup_id: int | None, at: datetime) -> dict[str, Any]:
    return {
        "channel": channel,
        "post_id": post_id,
        "report_id": report_id,
        "followup_id": followup_id,
        "due_at": at + EVERY,
    }


def _add(session: Session, rows: list[dict[str, Any]]) -> None:
    session.connection().execute(insert(session, PostCheck).on_conflict_do_nothing(), rows)


def _account(session: Session, channel: str, needs_tokens: bool) -> int | None:
    """Who asks: an account that is well, if there is one."""
    ours = select(Account.id).where(Account.channel == channel, *IN_USE)
    if needs_tokens:
        ours = ours.where(col(Account.tokens).is_not(None))
    well = sa.case((col(Account.health).in_(("", "ok")), 0), else_=1)
    return session.exec(ours.order_by(well, col(Account.id))).first()


def _due(session: Session, channel: str, now: datetime) -> bool:
    c = CHECK.c
    waiting = sa.select(c.post_id).where(c.channel == channel, c.due_at <= now, c.gone_at.is_(None))
    return session.connection().execute(waiting.limit(1)).first() is not None


def _take(session: Session, channel: str, per_day: int, now: datetime) -> list[str]:
    """Those that are due: second looks first, then as many as the day's allowance still has."""
    c = CHECK.c
    due = (
        sa.select(c.post_id)
        .where(c.channel == channel, c.due_at <= now, c.gone_at.is_(None))
        .order_by(c.due_at)
        .with_for_update(skip_locked=True)
    )
    missed = due.where(c.missed_at.is_not(None)).limit(BATCH)
    ids = [post_id for (post_id,) in session.connection().execute(missed)]
    most = min(BATCH - len(ids), _allowance(session, channel, per_day, now))
    if most > 0:
        first = due.where(c.missed_at.is_(None)).limit(most)
        ids += [post_id for (post_id,) in session.connection().execute(first)]
    _set(session, channel, ids, due_at=now + LEASE)
    return ids


def _allowance(session: Session, channel: str, per_day: int, now: datetime) -> int:
    """How many posts may still be shown to us today: a post that is not there costs nothing."""
    if not per_day:
        return BATCH
    c = CHECK.c
    shown = sa.select(sa.func.count()).where(c.channel == channel, c.seen_at > now - DAY)
    return per_day - int(session.connection().execute(shown).scalar_one())


def _note(  # each is one thing of the answer
    session: Session, channel: str, ids: list[str], seen: Mapping[str, str], now: datetime, wait: timedelta,
    zone: tzinfo,
) -> None:  # fmt: skip
    """Write down what the channel said."""
    there = [key for key in ids if seen.get(key) == "there"]
    _set(session, channel, there, due_at=now + EVERY, seen_at=now, missed_at=None)
    _set(session, channel, [key for key in ids if key not in seen], due_at=now + wait)
    for key in ids:
        if seen.get(key, "there") != "there":
            _missed(session, channel, key, seen[key], now, zone)


def _missed(session: Session, channel: str, post_id: str, state: str, now: datetime, zone: tzinfo) -> None:
    mine = select(PostCheck).where(PostCheck.channel == channel, PostCheck.post_id == post_id)
    check = session.exec(mine.with_for_update()).one()
    if check.gone_at is not None:
        return
    check.due_at = now + SECOND_LOOK
    if check.missed_at is None:
        check.missed_at = now
    else:
        take_out(session, check, state, now, zone)


def _set(session: Session, channel: str, ids: list[str], **values: Any) -> None:
    if ids:
        mine = (CHECK.c.channel == channel) & CHECK.c.post_id.in_(ids) & CHECK.c.gone_at.is_(None)
        session.connection().execute(sa.update(CHECK).where(mine).values(**values))
