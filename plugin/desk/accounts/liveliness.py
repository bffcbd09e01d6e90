"""Whether an account is alive or only kept for form's sake: figures with the size of their sample, never a grade."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from plugin.public.values import Activity, Post
from plugin.store.tables import AgencyDay

LEAST = 20
"""Below so many nothing is said of a share: three posts are no habit."""
DAYS = 90
MOST_POSTS = 500
LINK = re.compile(r"(?:https?://|www\.|t\.co/)\S+", re.IGNORECASE)
BESIDE = re.compile(r"(?:[@#]\w+|\bvia\b|[^\w\s]|_)", re.IGNORECASE)
FEW_WORDS = 2
DATED = re.compile(r"^\s*\d{1,2}[-/. ][\w]+[-/. ]\d{2,4}\s*[:|·-]?\s*")


@dataclass(frozen=True, slots=True)
class Mentions:
    """What citizens wrote to an agency in the last `DAYS` days, how much of it was answered, and when last."""

    incoming: int
    answered: int
    last: date | None

    @property
    def share(self) -> int | None:
        """In per cent; None where the sample is too small."""
        return round(100 * self.answered / self.incoming) if self.incoming >= LEAST else None


@dataclass(frozen=True, slots=True)
class Posts:
    """A sample of an account's own posts: how many are nothing but a link, how many speak to somebody."""

    total: int
    links: int
    answers: int

    @property
    def link_share(self) -> int | None:
        """In per cent; None where the sample is too small."""
        return round(100 * self.links / self.total) if self.total >= LEAST else None

    @property
    def answer_share(self) -> int | None:
        """In per cent; None where the sample is too small."""
        return round(100 * self.answers / self.total) if self.total >= LEAST else None


@dataclass(frozen=True, slots=True)
class Naming:
    """Of the newest posts of others that name an account: how many it answered, and when it last wrote to somebody.

    `since`: when the oldest of them was written. `last`: only words count, no bare link.
    """

    total: int
    answered: int
    since: datetime | None
    last: datetime | None

    @property
    def share(self) -> int | None:
        """In per cent; None where the sample is too small."""
        return round(100 * self.answered / self.total) if self.total >= LEAST else None


def seen(activity: Activity) -> tuple[Posts, Naming]:
    """Figures of what a channel told of an account. What it only passed on is none of its own posts."""
    own = [post for post in activity.own if not post.is_repost]
    answers = _answers(own)
    posts = Posts(len(own), sum(link_only(post.text) for post in own), len(answers))
    naming = _within_sight(activity)
    answered = {post.answers for post in answers}
    spoken = {post.conversation: post.at for post in reversed(answers) if post.conversation}
    done = sum(
        p.id in answered or (p.conversation in spoken and spoken[p.conversation] >= p.at) for p in naming
    )
    last = max((post.at for post in answers if not link_only(post.text)), default=None)
    return posts, Naming(len(naming), done, min((p.at for p in naming), default=None), last)


def _answers(own: Sequence[Post]) -> list[Post]:
    """Posts that answer somebody else; a thread of one's own speaks to nobody."""
    ids = {post.id for post in own}
    return [post for post in own if post.answers and post.answers not in ids]


def _within_sight(activity: Activity) -> list[Post]:
    """Who named it, since the oldest of its own posts that we see: what was answered before is beyond the sample."""
    ids = {post.id for post in activity.own}
    since = min((post.at for post in activity.own), default=None)
    others = [p for p in activity.naming if not p.is_repost and p.id not in ids]
    return [p for p in others if since is None or p.at >= since] if len(activity.own) >= LEAST else others


def mentions(session: Session, agency_ids: Sequence[int], today: date) -> Mentions:
    """From the kept day figures: as quick at a million reports as at ten."""
    days = [today - timedelta(days=n) for n in range(DAYS)]
    rows = session.exec(
        select(AgencyDay).where(col(AgencyDay.day).in_(days), col(AgencyDay.agency_id).in_(agency_ids))
    ).all()
    answering = [row.day for row in rows if row.answered]
    return Mentions(
        sum(r.incoming for r in rows), sum(r.answered for r in rows), max(answering, default=None)
    )


def posts_in(text: str) -> Posts:
    """A sample as somebody pasted it: one post a line, or JSON lines with `text`."""
    posts = [post for post in map(_text, text.splitlines()) if post][:MOST_POSTS]
    return sample(posts)


def sample(posts: Iterable[str]) -> Posts:
    """Figures of these posts."""
    some = list(posts)
    return Posts(len(some), sum(map(link_only, some)), sum(post.lstrip().startswith("@") for post in some))


def link_only(post: str) -> bool:
    """Whether a post says nothing beside its link; who is named and hashtags say nothing."""
    words = BESIDE.sub(" ", LINK.sub(" ", post)).split()
    return LINK.search(post) is not None and len(words) <= FEW_WORDS


def _text(line: str) -> str:
    line = line.strip()
    if line.startswith("{"):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            return ""
        return str(found.get("text") or "")[:2000] if isinstance(found, dict) else ""
    return DATED.sub("", line)[:2000]
