"""How a call to a public channel ended: done, refused, not yet, or nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin.public.values import PostRef


@dataclass(frozen=True, slots=True)
class Published:
    """It is public."""

    ref: PostRef


@dataclass(frozen=True, slots=True)
class Refusal:
    """The channel refused it for good. `code` names the reason in our words (see `REFUSALS`)."""

    code: str


REFUSALS = frozenset(
    {
        "not_summoned",
        "gone",
        "duplicate",
        "too_long",
        "suspended",
        "disconnected",
        "no_credit",
        "capped",
        "forbidden",
        "not_entitled",
        "pictures",
        "trouble",
        "other",
    }
)
"""not_summoned: the author did not name this account. gone: the citizen's post was deleted or hidden.
duplicate: the channel has the same text from this account already. disconnected: the tokens are no longer
valid. no_credit: the operator's balance is used up. capped: the government's own limit for the month is
reached, and the channel was not asked. forbidden: the channel does not say why. not_entitled: the app's plan, or
what the account consented to, does not cover it.
pictures: it does not take them, or they are no longer here. trouble: it could not be reached again and again."""


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Not sent; the channel wants us to wait until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not sent, for something went wrong before: it may be tried again."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Perhaps sent: the call ended without an answer. To be looked up before anything is sent again."""

    why: str = ""


NotDone = Refusal | RateLimited | NotSent | Uncertain
Outcome = Published | NotDone


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It is not public (any more)."""


Withdrawal = Withdrawn | NotDone
