"""Taking a public answer back: asked for by a person, done by the channel, both on record.

To delete what is gone already harms nobody, so whatever has no clear end is simply asked again. Where the
channel does not let us, a person deletes it by hand and we look whether it is gone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from plugin.clock import Clock
from plugin.desk.audit import Hand, record, system
from plugin.desk.cases import TRANSITIONS, locked
from plugin.desk.replies import NotPublic, effective_mode
from plugin.desk.steps import wait_anew
from plugin.desk.tokens import Tokens
from plugin.errors import TryLater
from plugin.limits import Limits
from plugin.public.port import PublicChannel
from plugin.public.values import PostRef, PublicAccount, RateLimited, Refusal, Withdrawn
from plugin.store.store import Store
from plugin.store.tables import Account, Reply
from plugin.wording import UserError

AGAIN = timedelta(seconds=30)
MOST_TRIES = 5
SWEEP = 60.0


@dataclass(frozen=True, slots=True)
class _Task:
    reply_id: int
    report_id: int
    account: Account
    ref: PostRef


class Withdrawing:
    """Takes answers back. Any process may, at any time, as often as it likes."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        tokens: Tokens,
        clock: Clock,
        *,
        limits: Limits,
        approvals: Mapping[str, str],
        refresh: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._tokens = tokens
        self._clock = clock
        self._limits = limits
        self._approvals = approvals
        self._refresh = refresh

    async def withdraw(self, reply_id: int) -> float | None:
        """Bring one withdrawal a step on; None when nothing is left to do, else seconds until the next try."""
        task = await self._store.read(_task, reply_id, self._clock())
        if task is None or isinstance(task, float):
            return task
        wait = await self._try(task)
        await self._show(task)
        return wait

    async def look(self, reply_id: int) -> bool:
        """Whether an answer that a person deleted by hand is gone; if so, it counts as taken back."""
        task = await self._store.read(_peek, reply_id)
        channel = self._channels[task.account.channel]
        seen = [a async for a in channel.recheck(await self._account(task), [task.ref])]
        gone = bool(seen) and seen[0].state != "there"
        if gone:
            await self._store.write(_gone, reply_id, self._limits, self._clock())
            await self._show(task)
        return gone

    async def _try(self, task: _Task) -> float | None:
        now, channel = self._clock(), self._channels.get(task.account.channel)
        if channel is None or effective_mode(task.account, channel, self._approvals) != "api":
            await self._store.write(_back, task.reply_id, "by_hand", now)
            return None
        try:
            account = await self._account(task)
        except TryLater as busy:
            until = now + timedelta(seconds=busy.after)
            return await self._store.write(_later, task.reply_id, until, now, False)
        match await channel.withdraw(account, task.ref):
            case Withdrawn():
                await self._store.write(_gone, task.reply_id, self._limits, now)
            case RateLimited(until):
                return await self._store.write(_later, task.reply_id, until, now, False)
            case Refusal("disconnected") if await self._tokens.refused(account):
                return await self._store.write(_later, task.reply_id, now + AGAIN, now, True)
            case Refusal(code):
                await self._store.write(_back, task.reply_id, code, now)
            case _:
                return await self._store.write(_later, task.reply_id, now + AGAIN, now, True)
        return None

    async def _account(self, task: _Task) -> PublicAccount:
        assert task.account.id is not None
        account = await self._tokens.account(task.account.id)
        assert account is not None
        return account

    async def _show(self, task: _Task) -> None:
        await self._refresh(f"reply:{task.reply_id}")
        await self._refresh(f"report:{task.report_id}")


def ask(session: Session, by: Hand, reply_id: int) -> None:
    """A person wants it back. Asked again, nothing changes."""
    reply = session.exec(select(Reply).where(Reply.id == reply_id).with_for_update()).one()
    if reply.state in ("withdrawing", "withdrawn"):
        return
    if reply.state != "published":
        raise UserError(NotPublic(reply.report_id))
    begin(reply, by.official_id)
    record(session, by, "withdrawal_asked", reply.report_id, reply=reply_id, post=reply.post_id)
    along = select(Reply).where(Reply.companion_of == reply_id, Reply.state == "published")
    for other in session.exec(along.with_for_update()):
        begin(other, by.official_id)
        record(session, by, "withdrawal_asked", other.report_id, reply=other.id, post=other.post_id)


def begin(reply: Reply, official_id: int | None) -> None:
    """Let a public answer be taken back from now on."""
    reply.state, reply.refusal, reply.withdrawn_by = "withdrawing", "", official_id
    reply.tries, reply.not_before = 0, None


def due(session: Session, now: datetime) -> list[int]:
    """Withdrawals that are not done: what the sweep starts again."""
    rows = session.exec(select(Reply).where(Reply.state == "withdrawing").order_by(col(Reply.id)).limit(500))
    return [r.id for r in rows if r.id is not None and _wait(r, now) <= SWEEP]


def newest_public(session: Session, report_id: int) -> Reply | None:
    """The answer that stands in public last."""
    public = select(Reply).where(Reply.report_id == report_id, Reply.state == "published")
    return session.exec(public.order_by(col(Reply.published_at).desc(), col(Reply.id).desc())).first()


def _wait(reply: Reply, now: datetime) -> float:
    return (reply.not_before - now).total_seconds() if reply.not_before else 0.0


def _task(session: Session, reply_id: int, now: datetime) -> _Task | float | None:
    reply = session.get(Reply, reply_id)
    if reply is None or reply.state != "withdrawing":
        return None
    seconds = _wait(reply, now)
    return seconds if seconds > 0 else _peek(session, reply_id)


def _peek(session: Session, reply_id: int) -> _Task:
    reply = session.get(Reply, reply_id)
    assert reply is not None
    account = session.get(Account, reply.account_id)
    assert account is not None
    return _Task(reply_id, reply.report_id, account, PostRef(reply.post_id or "", reply.url))


def _locked(session: Session, reply_id: int) -> Reply:
    """The row as it is now, whatever was read before we had to wait for it."""
    mine = select(Reply).where(Reply.id == reply_id).with_for_update()
    return session.exec(mine.execution_options(populate_existing=True)).one()


def _gone(session: Session, reply_id: int, limits: Limits, now: datetime) -> None:
    """It is out of public. Was it the only answer, the citizen waits again, and has all along."""
    first = session.get(Reply, reply_id)
    assert first is not None
    report = locked(session, first.report_id)
    reply = _locked(session, reply_id)
    if reply.state not in ("withdrawing", "published"):
        return
    reply.state, reply.withdrawn_at, reply.not_before, reply.refusal = "withdrawn", now, None, ""
    session.flush()
    answered = report.answered_at is not None or report.closed_at is not None
    alone = newest_public(session, reply.report_id) is None
    if alone and answered and "reopened" in TRANSITIONS[report.state]:
        wait_anew(session, limits, report, now)
    elif alone and report.joined_to is not None:
        report.answered_at = None  # of the incident's reporters, this one has no answer any more
    record(
        session, system(now), "withdrawn", reply.report_id, reply=reply_id, post=reply.post_id, alone=alone
    )


def _back(session: Session, reply_id: int, code: str, now: datetime) -> None:
    """The channel does not take it back for us: it stands there still, and a person has to delete it."""
    reply = _locked(session, reply_id)
    if reply.state == "withdrawing":
        reply.state, reply.refusal, reply.not_before = "published", code, None
        record(session, system(now), "withdrawal_refused", reply.report_id, reply=reply_id, code=code)


def _later(session: Session, reply_id: int, until: datetime, now: datetime, counted: bool) -> float | None:
    reply = _locked(session, reply_id)
    if reply.state != "withdrawing":
        return None
    if counted and reply.tries + 1 >= MOST_TRIES:
        _back(session, reply_id, "other", now)
        return None
    reply.tries, reply.not_before = reply.tries + counted, until
    return max((until - now).total_seconds(), 0.0)
