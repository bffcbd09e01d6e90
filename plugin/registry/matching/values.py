"""A follower as a list of followers describes it, and what is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plugin.registry.ledger import IMPOSTOR, OFFICIAL, PERSONAL

OTHER_GOVERNMENT = "other_government"
OTHER = "other"
VERDICTS = (OFFICIAL, PERSONAL, OTHER_GOVERNMENT, IMPOSTOR, OTHER)


@dataclass(frozen=True, slots=True)
class Follower:
    """One account. Only the handle is sure to be there; a number that is not known is None."""

    username: str
    name: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    user_id: str = ""
    created_at: date | None = None
    followers: int | None = None
    following: int | None = None
    tweets: int | None = None
    default_image: bool = False
    government_mark: bool = False
    blue_mark: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A proposal. `agency` is the code in force on the day asked about; a reason is `code:matched words`."""

    username: str
    verdict: str
    agency: str | None
    score: float
    reasons: tuple[str, ...]
