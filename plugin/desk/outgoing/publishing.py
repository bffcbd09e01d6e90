"""Bringing a confirmed answer into public: once, or not at all, or a person is asked.

No channel offers an idempotency key. So, for each part in its turn: claim the row (commit) → call → mark. A part
for which a call was begun whose end nobody knows, after a crash or an answer that never came, is looked up on the
account's own timeline before anything is sent again; where the look-up cannot tell, the answer becomes `unknown`
and a person decides. Where a chain cannot go on it is `stopped`: what stands and what does not is shown, and a
person says how it goes on. The rows are claimed in plugin/desk/outgoing/claims.py and marked in sending.py.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from plugin.chat.context import Context
from plugin.clock import Clock
from plugin.desk.accounts.tokens import Tokens
from plugin.desk.audit import hand
from plugin.desk.outgoing import by_hand, claims, sending
from plugin.desk.outgoing.claims import Claim, Stale, Wait
from plugin.desk.outgoing.parts import SETTLE
from plugin.desk.outgoing.sending import Out
from plugin.desk.replying import enclosures
from plugin.desk.replying.replies import effective_mode
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.public.approvals import Approvals
from plugin.public.outcomes import NotSent, Outcome, Published, RateLimited, Refusal, Uncertain
from plugin.public.port import PublicChannel
from plugin.public.values import Draft, PostRef, PublicAccount
from plugin.store.store import Store
from plugin.store.tables import Reply
from plugin.wording import UserError

log = logging.getLogger(__name__)

MOST_TRIES = 4
SOON = timedelta(seconds=30)
"""Until a look whether an account's tokens are good again."""
ON = -1.0
"""No time to wait: the next part may leave at once."""


class Publishing:
    """The publisher of one process; `owner` is its name in leases.

    `withdraw` hastens taking back an answer that was corrected, or called off too late; the sweep does it too.
    """

    def __init__(  # noqa: PLR0913  # each is one thing that publishing needs
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        tokens: Tokens,
        clock: Clock,
        *,
        zone: tzinfo,
        owner: str,
        approvals: Approvals,
        media: Path,
        refresh: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._tokens = tokens
        self._clock = clock
        self._zone = zone
        self._owner = owner
        self._approvals = approvals
        self._media = media
        self.withdraw: Callable[[int], Awaitable[None]] | None = None
        self._refresh = refresh

    async def publish(self, reply_id: int) -> float | None:
        """Bring one answer on, part by part; None when nothing is left to do, else the seconds until the next look.

        Safe to call at any time, any number of times, from any process.
        """
        wait: float | None = ON
        while wait == ON:
            claim = await self._store.write(claims.claim, reply_id, self._owner, self._clock())
            if isinstance(claim, Wait):
                return claim.seconds
            if claim is None:
                return None
            wait = await self._try(claim) if isinstance(claim, Claim) else None
            await self._show(claim)
        return wait

    async def look(self, reply_id: int) -> bool:
        """Look for the part that a person posted by hand, or that may be out; True when it was found."""
        claim = await self._store.read(claims.peek, reply_id)
        if claim is None:
            return True
        channel, account = self._channel(claim), await self._tokens.of(claim.account)
        found = await self._find(claim, channel, account)
        if found is None:
            return False
        await self._done(claim, None, found)
        await self._show(claim)
        return True

    async def attach(self, context: Context, reply_id: int, address: str) -> None:
        """Attach the post that a person made by hand. Raises UserError, or a delivery error to wait for."""
        claim = await self._store.read(claims.peek, reply_id)
        if claim is None:
            row = await self._store.read(lambda session: session.get(Reply, reply_id))
            raise UserError(by_hand.AttachedBefore(row.report_id if row else 0))
        channel, account = self._channel(claim), await self._tokens.of(claim.account)
        answered = await self._store.read(by_hand.below, claim)
        ref, checked = await by_hand.find(channel, account, claim.report_id, address, answered)
        out = await self._store.write(by_hand.attach, hand(context), claim, ref, checked, self._zone)
        await self._go_on(out)
        await self._show(claim)

    def _channel(self, claim: Claim) -> PublicChannel:
        """Where to look. Raises Refused while that channel is not in use."""
        channel = self._channels.get(claim.account.channel)
        if channel is None:
            raise Refused("disconnected")
        return channel

    async def _try(self, claim: Claim) -> float | None:
        channel = self._channels.get(claim.account.channel)
        if channel is None or effective_mode(claim.account, channel, self._approvals) != "api":
            return await self._refused(claim, "disconnected")
        account = None
        try:
            account = await self._tokens.of(claim.account)
            if channel.can.needs_tokens and not account.tokens:
                raise Refused("disconnected")
            found = await self._find(claim, channel, account) if claim.again else None
        except DeliveryError as error:
            return await self._stuck(claim, account, error)
        if found is not None:
            return await self._done(claim, self._owner, found)
        return await self._send(claim, channel, account)

    async def _stuck(self, claim: Claim, account: PublicAccount | None, error: DeliveryError) -> float | None:
        """Nothing can be asked on the account's behalf, now or until somebody connects it again."""
        match error:
            case TryLater():
                return await self._back(claim, self._clock() + timedelta(seconds=error.after))
            case Refused(why="disconnected"):
                return await self._disconnected(claim, account)
            case Refused(why="capped") if not claim.unsure:
                return await self._refused(claim, "capped")
        log.warning("answer %d: the timeline cannot be read: %s", claim.reply_id, error)
        return await self._unsure(claim)

    async def _find(self, claim: Claim, channel: PublicChannel, account: PublicAccount) -> PostRef | None:
        since = claim.drafted_at - SETTLE
        return await channel.find_published(account, claim.text, claim.target_post, since=since)

    async def _send(self, claim: Claim, channel: PublicChannel, account: PublicAccount) -> float | None:
        pictures = await enclosures.load(self._media, claim.pictures)
        if pictures is None:
            return await self._refused(claim, "pictures")
        # Renewing tokens and looking for the post take their time.
        if await self._store.read(sending.is_called_off, claim.reply_id):
            return await self._refused(claim, "")
        # A channel that knows keys may know this one from before there were chains.
        key = f"reply-{claim.reply_id}" + (f"-{claim.place}" if claim.place > 1 else "")
        outcome = await channel.publish(account, Draft(claim.text, pictures), claim.target_post, key=key)
        return await self._ended(claim, account, outcome)

    async def _ended(self, claim: Claim, account: PublicAccount, outcome: Outcome) -> float | None:
        match outcome:
            case Published(ref):
                return await self._done(claim, self._owner, ref)
            case RateLimited(until):
                return await self._back(claim, until)
            case NotSent(why):
                return await self._not_sent(claim, why)
            case Refusal("disconnected"):
                return await self._disconnected(claim, account)
            case Refusal(code) if code != "duplicate" or not claim.again:
                return await self._refused(claim, code)
            case Uncertain(why):
                log.warning("answer %d: no clear end (%s); looking again soon", claim.reply_id, why)
        # A duplicate: an earlier try has arrived, or somebody's hand was quicker. Find it; else a person looks.
        return await self._unsure(claim, "duplicate" if isinstance(outcome, Refusal) else "")

    async def _done(self, claim: Claim, owner: str | None, ref: PostRef) -> float | None:
        out = await self._store.write(sending.posted, claim, owner, ref, self._clock(), self._zone)
        await self._go_on(out)
        return ON if out is not None and out.more else None

    async def _go_on(self, out: Out | None) -> None:
        if out is not None and out.back is not None and self.withdraw is not None:
            await self.withdraw(out.back)

    async def _refused(self, claim: Claim, code: str) -> float | None:
        elsewhere = await self._store.write(sending.refused, claim, self._owner, code, self._clock())
        return ON if elsewhere else None

    async def _disconnected(self, claim: Claim, account: PublicAccount | None) -> float | None:
        """The channel does not take the account's tokens. What was confirmed stays so, and leaves once it does."""
        if account is not None:
            await self._tokens.refused(account)
        now = self._clock()
        return await self._store.write(sending.waiting, claim, self._owner, now + SOON, now)

    async def _back(self, claim: Claim, until: datetime) -> float | None:
        """The channel wants us to wait; whether it went out before is as unknown as it was."""
        return await self._store.write(
            sending.set_back,
            claim,
            self._owner,
            until,
            self._clock(),
            called=claim.unsure,
            counted=claim.unsure,
        )

    async def _not_sent(self, claim: Claim, why: str) -> float | None:
        log.warning("answer %d: not sent (%s)", claim.reply_id, why)
        if claim.tries >= MOST_TRIES and not claim.again:
            return await self._refused(claim, "trouble")
        if claim.tries >= MOST_TRIES:
            return await self._unsure(claim)
        until = self._clock() + SETTLE
        return await self._store.write(
            sending.set_back, claim, self._owner, until, self._clock(), called=claim.again, counted=True
        )

    async def _unsure(self, claim: Claim, code: str = "") -> float | None:
        if claim.tries >= MOST_TRIES:
            await self._store.write(sending.unknown, claim, self._owner, code, self._clock())
            return None
        until = self._clock() + SETTLE
        return await self._store.write(
            sending.set_back, claim, self._owner, until, self._clock(), called=True, counted=True
        )

    async def _show(self, claim: Claim | Stale) -> None:
        for reply in filter(None, (claim.reply_id, claim.companion_of)):
            await self._refresh(f"reply:{reply}")
        await self._refresh(f"report:{claim.report_id}")
