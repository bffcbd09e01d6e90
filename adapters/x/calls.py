"""Calls to X: as which account, paid for beforehand, and what went wrong sorted and remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tweepy.errors import BadRequest

from adapters.x import prices
from adapters.x.client import Line, XClient
from adapters.x.health import Health
from adapters.x.prices import Kinds, Toll
from adapters.x.problem import read_problem
from adapters.x.read import read_id
from adapters.x.signing import keys_in
from adapters.x.trouble import FAILURES, No, Silence, Trouble, Wait, refusal, sort
from adapters.x.walk import CursorRefused
from plugin.clock import Clock
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.public.values import PublicAccount

CURSOR_PARAMETERS = {"since_id", "until_id", "pagination_token"}

Call = Callable[[XClient], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Said:
    """X did it, and this is what it says."""

    answer: object


class Calls:
    """What all questions and all acts have in common."""

    def __init__(self, line: Line, toll: Toll, clock: Clock) -> None:
        self.health = Health(clock)
        self._line = line
        self._toll = toll
        self._clock = clock
        self._clients: dict[int, XClient] = {}

    def client(self, account: PublicAccount) -> XClient:
        """One client for each account, made anew only when it has other tokens."""
        keys = keys_in(account.tokens)
        known = self._clients.get(account.id)
        if known is None or known.account != keys:
            known = self._clients[account.id] = XClient(self._line, keys)
        return known

    async def ask(self, account: PublicAccount, call: Call, most: Kinds) -> object:
        """Ask something that may bring as much as `most`; what is asked for comes first in it."""
        client = self.client(account)
        if not client.account and not self._line.app.bearer_token:
            raise Refused("disconnected")
        bill = await self._toll.claim(account.id, most)
        try:
            answer = await call(client)
        except FAILURES as error:
            await self._toll.settle(bill, {})
            if isinstance(error, BadRequest):
                _raise_for_cursor(error)
            now = self._clock()
            raise self.health.note(account, sort(error, now)).as_error(now) from error
        await self._toll.settle(bill, prices.used(answer, next(iter(most))))
        self.health.well(account)
        return answer

    async def write(
        self, account: PublicAccount, kind: str, call: Callable[[], Awaitable[object]]
    ) -> Said | Trouble:
        """Do something as the account. What X did not do costs nothing; what nobody knows of may have.

        `kind` is what it costs, "" where it costs nothing.
        """
        try:
            bill = await self._toll.claim(account.id, {kind: 1}) if kind else None
        except Refused as refused:
            return No(refused.why)
        except TryLater as busy:
            return Wait(self._clock() + timedelta(seconds=busy.after))
        try:
            answer = await call()
        except FAILURES as error:
            trouble = sort(error, self._clock())
            await self._toll.settle(bill, {kind: int(isinstance(trouble, Silence))})
            return self.health.note(account, trouble)
        await self._toll.settle(bill, {kind: 1})
        self.health.well(account)
        return Said(answer)

    def someone(self, account: PublicAccount, answer: object) -> str:
        found = read_id(answer)
        if not found:
            raise self.nothing(account, answer)
        return found

    def nothing(self, account: PublicAccount, answer: object) -> DeliveryError:
        """X says 200 for an account that is gone or suspended, and puts the problem inside."""
        problem = read_problem(answer)
        trouble = No(refusal(200, problem)) if problem.said else Silence("unreadable answer")
        return self.health.note(account, trouble).as_error(self._clock())

    def passed_over(self, account: PublicAccount, names: Sequence[str]) -> DeliveryError:
        """X gave posts that nobody can judge, so it must not look as if they had been read."""
        return self.health.note(account, Silence(f"posts without {', '.join(names)}")).as_error(self._clock())


def _raise_for_cursor(error: BadRequest) -> None:
    problem = read_problem(error.response.payload)
    if problem.parameters & CURSOR_PARAMETERS or any("since_id" in said for said in problem.complaints):
        raise CursorRefused("other") from error
