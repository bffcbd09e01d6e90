"""What went wrong on the line, sorted once: X wants us to wait, X refuses, or nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
from tweepy.errors import HTTPException, TwitterServerError

from adapters.x.problem import Problem, read_problem
from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.public.outcomes import NotDone, RateLimited, Refusal, Uncertain

FAILURES = (HTTPException, aiohttp.ClientError, TimeoutError, OSError)
"""What a call to X may end in; anything else is a mistake of ours."""

NO_FIGURE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(days=2)
BY_STATUS = {401: "disconnected", 402: "no_credit", 404: "gone"}
BY_WORDS = (
    ("not_summoned", ("have not been mentioned", "otherwise engaged by the author")),
    ("pictures", ("media ids are invalid", "media id is invalid")),
    ("gone", ("deleted or not visible", "not visible to you", "not found error", "could not find")),
    ("duplicate", ("duplicate content",)),
    ("too_long", ("too long", "a bit shorter")),
    ("suspended", ("suspended",)),
    ("no_credit", ("usage-capped", "credits")),
    (
        "not_entitled",
        (
            "unsupported-authentication",
            "client-forbidden",
            "client-not-enrolled",
            "appropriate oauth",
            "oauth1-permissions",
            "access level",
        ),
    ),
)
PHRASES = {
    "disconnected": "unauthorized for @{handle}",
    "no_credit": "no credit left",
    "suspended": "@{handle} is suspended",
    "forbidden": "forbidden for @{handle}",
    "not_entitled": "not covered by the app's plan or permissions for @{handle}",
}
"""What is wrong with the line itself; the other refusals concern one reply, or one question."""


@dataclass(frozen=True, slots=True)
class Wait:
    """X names a moment before which it does not want to hear of us."""

    until: datetime

    def as_error(self, now: datetime) -> DeliveryError:
        return TryLater(max(1.0, (self.until - now).total_seconds()))

    def as_outcome(self) -> NotDone:
        return RateLimited(self.until)

    def phrase(self, handle: str) -> str:
        return f"rate limited until {self.until:%H:%M}Z"


@dataclass(frozen=True, slots=True)
class No:
    """X will not; `code` is one of `plugin.public.outcomes.REFUSALS`."""

    code: str

    def as_error(self, now: datetime) -> DeliveryError:
        return Refused(self.code)

    def as_outcome(self) -> NotDone:
        return Refusal(self.code)

    def phrase(self, handle: str) -> str:
        return PHRASES.get(self.code, "").format(handle=handle)


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer, or none that says what happened."""

    why: str

    def as_error(self, now: datetime) -> DeliveryError:
        return Unknown(self.why)

    def as_outcome(self) -> NotDone:
        return Uncertain(self.why)

    def phrase(self, handle: str) -> str:
        return f"no answer: {self.why}"


Trouble = Wait | No | Silence


def sort(error: Exception, now: datetime) -> Trouble:
    """Which of the three `error` (one of `FAILURES`) is."""
    if isinstance(error, TimeoutError):
        return Silence("timeout")
    if not isinstance(error, HTTPException):
        return Silence("connection broken")
    answer = error.response
    if isinstance(error, TwitterServerError) or not 400 <= answer.status < 500:
        return Silence(f"HTTP {answer.status}")
    problem = read_problem(answer.payload)
    if answer.status == 429 and not problem.says("usage-capped"):
        return Wait(_until(answer.headers, now))
    return No(refusal(answer.status, problem))


def refusal(status: int, problem: Problem) -> str:
    """Why X refuses, in our words. X tells its many 403s apart by their English sentence only."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    named = next((code for code, phrases in BY_WORDS if problem.says(*phrases)), "")
    return named or ("forbidden" if status == 403 else "other")


def _until(headers: Mapping[str, str], now: datetime) -> datetime:
    """X sends no Retry-After. Beside the quarter of an hour it may name a day's limit that is used up."""
    windows = ["x-rate-limit"]
    windows += [
        w for w in ("x-user-limit-24hour", "x-app-limit-24hour") if headers.get(f"{w}-remaining") == "0"
    ]
    moments = [_moment(headers.get(f"{window}-reset", "")) for window in windows]
    known = [moment for moment in moments if moment and now < moment < now + LONGEST_WAIT]
    return max(known, default=now + NO_FIGURE)


def _moment(figure: str) -> datetime | None:
    if not (figure.isascii() and figure.isdigit() and len(figure) <= 11):
        return None
    return datetime.fromtimestamp(int(figure), UTC)
