"""Bringing a confirmed answer into public: once, or not at all, or a person is asked.

No channel offers an idempotency key. So: claim the row (commit) → call → mark. Whatever is found `sending`
later, after a crash or an answer that never came, is looked up on the account's own timeline before anything
is sent again; where the look-up cannot tell, the answer becomes `unknown` and a person decides. The mark
checks owner and try, so that a process that woke up late cannot overwrite what another has found.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.clock import Clock
from plugin.desk import by_hand, clocks, counts, receipts, scoring, withdrawing
from plugin.desk.audit import Hand, hand, record, system
from plugin.desk.cases import locked
from plugin.desk.replies import PERHAPS, effective_mode
from plugin.desk.tokens import Tokens, is_lost
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.public.port import PublicChannel
from plugin.public.values import (
    PostRef,
    PublicAccount,
    Published,
    RateLimited,
    Refusal,
    Uncertain,
)
from plugin.store.store import Store
from plugin.store.tables import Account, Connection, Reply
from plugin.wording import UserError

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than any call may take, so that two processes are never inside the same call."""
SETTLE = timedelta(seconds=45)
"""How long a timeline may lag behind before an answer that is not on it counts as not sent."""
MOST_TRIES = 4
SOON = timedelta(seconds=30)
"""Until a look whether an account's tokens are good again."""
STALE = timedelta(days=3)
"""What waited longer for its account is sent only when a person says so once more."""
SWEEP = 60.0
"""Seconds between two sweeps: what leaves in between waits in a timer of its own."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An answer that is ours to send: a copy of what was confirmed.

    `again`: it is looked for before it is sent; `unsure`: for an earlier try of ours may have arrived.
    """

    reply_id: int
    report_id: int
    account: Account
    text: str
    target_post: str
    drafted_at: datetime
    tries: int
    again: bool
    companion_of: int | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: come back after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stale:
    """It waited too long for its account: a person looks at it once more."""

    report_id: int
    companion_of: int | None


class Publishing:
    """The publisher of one process; `owner` is its name in leases.

    `withdraw` hastens taking back an answer that was corrected; the sweep does it too.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        tokens: Tokens,
        clock: Clock,
        *,
        zone: tzinfo,
        owner: str,
        approvals: Mapping[str, str],
        refresh: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._tokens = tokens
        self._clock = clock
        self._zone = zone
        self._owner = owner
        self._approvals = approvals
        self.withdraw: Callable[[int], Awaitable[None]] | None = None
        self._refresh = refresh

    async def publish(self, reply_id: int) -> float | None:
        """Bring one answer a step on; None when nothing is left to do, else the seconds until the next look.

        Safe to call at any time, any number of times, from any process.
        """
        claim = await self._store.write(_claim, reply_id, self._owner, self._clock())
        if isinstance(claim, Wait):
            return claim.seconds
        if claim is None:
            return None
        wait = await self._try(claim) if isinstance(claim, Claim) else None
        await self._refresh(f"reply:{claim.companion_of or reply_id}")
        await self._refresh(f"report:{claim.report_id}")
        return wait

    async def look(self, reply_id: int) -> bool:
        """Look for an answer that a person posted by hand, or that may be out; True when it was found."""
        claim = await self._store.read(_peek, reply_id)
        if claim is None:
            return True
        channel, account = self._channels[claim.account.channel], await self._account(claim)
        found = await self._found(claim, channel, account)
        if found is None:
            return False
        await self._done(claim, None, found)
        await self._refresh(f"reply:{reply_id}")
        await self._refresh(f"report:{claim.report_id}")
        return True

    async def attach(self, context: Context, reply_id: int, address: str) -> None:
        """Attach the post that a person made by hand. Raises UserError, or a delivery error to wait for."""
        claim = await self._store.read(_peek, reply_id)
        if claim is None:
            row = await self._store.read(lambda session: session.get(Reply, reply_id))
            raise UserError(by_hand.AttachedBefore(row.report_id if row else 0))
        channel, account = self._channels[claim.account.channel], await self._account(claim)
        ref, checked = await by_hand.find(channel, account, claim.report_id, address)
        corrected = await self._store.write(_attached, hand(context), reply_id, ref, checked, self._zone)
        if corrected is not None and self.withdraw is not None:
            await self.withdraw(corrected)
        await self._refresh(f"reply:{reply_id}")
        await self._refresh(f"report:{claim.report_id}")

    async def _account(self, claim: Claim) -> PublicAccount:
        """The account as its channel needs it. Raises TryLater while its tokens are being renewed."""
        assert claim.account.id is not None
        account = await self._tokens.account(claim.account.id)
        assert account is not None
        return account

    async def _try(self, claim: Claim) -> float | None:
        channel = self._channels.get(claim.account.channel)
        if channel is None or effective_mode(claim.account, channel, self._approvals) != "api":
            await self._refused(claim, "disconnected")
            return None
        account = None
        try:
            account = await self._account(claim)
            if channel.can.needs_tokens and not account.tokens:
                raise Refused("disconnected")
            found = await self._found(claim, channel, account) if claim.again else None
        except DeliveryError as error:
            return await self._stuck(claim, account, error)
        if found is not None:
            await self._done(claim, self._owner, found)
            return None
        return await self._send(claim, channel, account)

    async def _found(self, claim: Claim, channel: PublicChannel, account: PublicAccount) -> PostRef | None:
        since = claim.drafted_at - SETTLE
        return await channel.find_published(account, claim.text, claim.target_post, since=since)

    async def _stuck(self, claim: Claim, account: PublicAccount | None, error: DeliveryError) -> float | None:
        """Nothing can be asked on the account's behalf, now or until somebody connects it again."""
        match error:
            case TryLater():
                return await self._later(claim, self._clock() + timedelta(seconds=error.after))
            case Refused(why="disconnected"):
                return await self._disconnected(claim, account)
            case Refused(why="capped") if not claim.unsure:
                await self._refused(claim, "capped")
                return None
        log.warning("answer %d: the timeline cannot be read: %s", claim.reply_id, error)
        return await self._unsure(claim)

    async def _send(self, claim: Claim, channel: PublicChannel, account: PublicAccount) -> float | None:
        key = f"reply-{claim.reply_id}"
        outcome = await channel.publish(account, claim.text, claim.target_post, key=key)
        match outcome:
            case Published(ref):
                await self._done(claim, self._owner, ref)
            case RateLimited(until):
                return await self._later(claim, until)
            case Refusal("duplicate"):
                # The channel has this very text from us: an earlier try arrived. Find it; else a person looks.
                return await self._unsure(claim)
            case Refusal("disconnected"):
                return await self._disconnected(claim, account)
            case Refusal(code):
                await self._refused(claim, code)
            case Uncertain(why):
                log.warning("answer %d: no clear end (%s); looking again soon", claim.reply_id, why)
                return await self._unsure(claim)
        return None

    async def _done(self, claim: Claim, owner: str | None, ref: PostRef) -> None:
        corrected = await self._store.write(_published, claim, owner, ref, self._clock(), self._zone)
        if corrected is not None and self.withdraw is not None:
            await self.withdraw(corrected)

    async def _refused(self, claim: Claim, code: str) -> None:
        await self._store.write(_refused, claim, self._owner, code, self._clock())

    async def _disconnected(self, claim: Claim, account: PublicAccount | None) -> float | None:
        """The channel does not take the account's tokens. What was confirmed stays so, and leaves once it does."""
        if account is not None:
            await self._tokens.refused(account)
        now = self._clock()
        return await self._store.write(_waiting, claim, self._owner, now + SOON, now)

    async def _later(self, claim: Claim, until: datetime) -> float | None:
        state = "sending" if claim.again else "confirmed"
        return await self._store.write(_set_back, claim, self._owner, state, until, self._clock())

    async def _unsure(self, claim: Claim) -> float | None:
        if claim.tries >= MOST_TRIES:
            await self._store.write(_unknown, claim, self._owner, self._clock())
            return None
        until = self._clock() + SETTLE
        return await self._store.write(_set_back, claim, self._owner, "sending", until, self._clock())


def due(session: Session, now: datetime) -> list[int]:
    """Answers that should be on their way and whose time has come, or comes before the next sweep."""
    rows = session.exec(
        select(Reply)
        .outerjoin(Connection, col(Connection.account_id) == Reply.account_id)
        .where(
            sa.or_(
                col(Reply.state).in_(("confirmed", "sending")),
                (col(Reply.state) == "waiting") & col(Connection.lost_at).is_(None),
            )
        )
        .order_by(col(Reply.id))
        .limit(500)
    )
    return [r.id for r in rows if r.id is not None and _ready_in(r, now) <= SWEEP]


def _ready_in(reply: Reply, now: datetime) -> float:
    times = [t for t in (reply.not_before, reply.lease_until if reply.state == "sending" else None) if t]
    return max([(t - now).total_seconds() for t in times], default=0.0)


def _claim(session: Session, reply_id: int, owner: str, now: datetime) -> Claim | Stale | Wait | None:
    reply = _row(session, reply_id)
    if reply is None or reply.state not in ("confirmed", "sending", "waiting"):
        return None
    waited = reply.state == "waiting"
    if waited and is_lost(session, reply.account_id):
        return None
    seconds = _ready_in(reply, now)
    if seconds > 0:
        return Wait(seconds)
    if waited and reply.confirmed_at is not None and now - reply.confirmed_at > STALE:
        reply.state, reply.refusal, reply.not_before = "refused", "waited", None
        record(session, system(now), "refused", reply.report_id, reply=reply_id, code="waited")
        return Stale(reply.report_id, reply.companion_of)
    again = reply.state != "confirmed"  # what waited may have been posted by hand meanwhile
    unsure = reply.state == "sending" or reply.refusal == PERHAPS
    reply.state, reply.owner, reply.not_before = "sending", owner, None
    reply.lease_until, reply.tries = now + LEASE, reply.tries + 1
    return replace(_copy(session, reply, again), unsure=unsure)


def _peek(session: Session, reply_id: int) -> Claim | None:
    reply = session.get(Reply, reply_id)
    over = reply is None or reply.state in ("published", "withdrawing", "withdrawn")
    return None if reply is None or over else _copy(session, reply, True)


def _copy(session: Session, reply: Reply, again: bool) -> Claim:
    account = session.get(Account, reply.account_id)
    assert account is not None
    assert reply.id is not None
    return Claim(
        reply.id,
        reply.report_id,
        account,
        reply.text,
        reply.target_post,
        reply.drafted_at,
        reply.tries,
        again,
        reply.companion_of,
    )


def _row(session: Session, reply_id: int) -> Reply | None:
    return session.exec(select(Reply).where(Reply.id == reply_id).with_for_update()).first()


def _mine(session: Session, claim: Claim, owner: str) -> Reply | None:
    """The row, if it is still ours: same owner, same try."""
    reply = _row(session, claim.reply_id)
    ours = reply is not None and (reply.state, reply.owner, reply.tries) == ("sending", owner, claim.tries)
    return reply if ours else None


def _published(
    session: Session, claim: Claim, owner: str | None, ref: PostRef, now: datetime, zone: tzinfo
) -> int | None:
    """It is public; the answer that it corrects, if there is one, is to be taken back now."""
    reply = _row(session, claim.reply_id) if owner is None else _mine(session, claim, owner)
    if reply is None or reply.state in ("published", "withdrawing", "withdrawn"):
        return None
    return became_public(session, reply, ref, now, zone)


def became_public(session: Session, reply: Reply, ref: PostRef, now: datetime, zone: tzinfo) -> int | None:
    """The answer stands there: the citizen waits no longer. Gives the answer that it corrects, if any."""
    reply.state, reply.post_id, reply.url, reply.published_at = "published", ref.id, ref.url, now
    reply.lease_until, reply.not_before, reply.refusal = None, None, ""
    report = locked(session, reply.report_id)
    waited = report.answered_at is None and report.closed_at is None
    if report.answered_at is None:
        report.answered_at = now
    if report.state != "done" and report.joined_to is None:
        report.state = "replied"
    receipts.answered(session, report, reply.confirmed_by, now)
    session.flush()
    if waited:
        scoring.first_answer(session, report, now, zone)
    clocks.follow(session, report, now)
    if waited:
        counts.answered(session, report.agency_id, now.astimezone(zone).date())
    record(session, system(now), "published", reply.report_id, reply=reply.id, post=ref.id)
    return _corrected(session, reply, now)


def _attached(
    session: Session, by: Hand, reply_id: int, ref: PostRef, checked: bool, zone: tzinfo
) -> int | None:
    reply = _row(session, reply_id)
    assert reply is not None
    by_hand.check_free(session, reply, ref)
    reply.confirmed_by, reply.confirmed_at = by.official_id, by.at
    record(session, by, "attached", reply.report_id, reply=reply_id, post=ref.id, checked=checked)
    return became_public(session, reply, ref, by.at, zone)


def _corrected(session: Session, reply: Reply, now: datetime) -> int | None:
    old = _row(session, reply.corrects) if reply.corrects is not None else None
    if old is None or old.state != "published":
        return None
    withdrawing.begin(old, reply.confirmed_by)
    record(session, system(now), "corrected", reply.report_id, reply=old.id, better=reply.id)
    return old.id


def _refused(session: Session, claim: Claim, owner: str, code: str, now: datetime) -> None:
    reply = _mine(session, claim, owner)
    if reply is None:
        return
    reply.state, reply.refusal, reply.lease_until = "refused", code, None
    record(session, system(now), "refused", claim.report_id, reply=claim.reply_id, code=code)


def _waiting(session: Session, claim: Claim, owner: str, until: datetime, now: datetime) -> float | None:
    """It stays confirmed and waits for its account: nothing is lost, and nobody has to write it again."""
    reply = _mine(session, claim, owner)
    if reply is None:
        return None
    reply.state, reply.lease_until, reply.not_before = "waiting", None, until
    reply.tries, reply.refusal = 0, PERHAPS if claim.unsure else ""
    record(
        session, system(now), "account_waits", claim.report_id, reply=claim.reply_id, account=reply.account_id
    )
    return None if is_lost(session, reply.account_id) else max((until - now).total_seconds(), 0.0)


def _unknown(session: Session, claim: Claim, owner: str, now: datetime) -> None:
    reply = _mine(session, claim, owner)
    if reply is None:
        return
    reply.state, reply.lease_until = "unknown", None
    record(session, system(now), "unknown", claim.report_id, reply=claim.reply_id)


def _set_back(
    session: Session, claim: Claim, owner: str, state: str, until: datetime, now: datetime
) -> float | None:
    reply = _mine(session, claim, owner)
    if reply is None:
        return None
    reply.state, reply.lease_until, reply.not_before = state, until, until
    if state == "confirmed":
        reply.tries -= 1
    return max((until - now).total_seconds(), 0.0)
