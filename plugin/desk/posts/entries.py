"""How a citizen's post is written down: the report, what is added to it later, its photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.desk.masking import searchable
from plugin.desk.posts.cleaning import address, fit, key, line
from plugin.public.values import Post
from plugin.store import numbers
from plugin.store.store import insert, insert_for
from plugin.store.tables import Followup, Photo, Report

MOST_SEARCHABLE = 100_000  # characters; PostgreSQL takes at most a megabyte
REPORT = SQLModel.metadata.tables[str(Report.__tablename__)]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account that was named, and whose it is: there its reports start."""

    id: int
    agency_id: int
    channel: str


@dataclass(slots=True)
class Case:
    """A report, perhaps still to be made, and what this page adds to it. `stood`: as what, before it woke."""

    first: Post | None = None
    id: int = 0
    agency_id: int = 0
    waits: bool = True
    joined: bool = False
    stood: Mapping[str, str] = field(default_factory=dict)
    more: list[Post] = field(default_factory=list)

    @property
    def posts(self) -> list[Post]:
        """What this page brings of it."""
        return [*([self.first] if self.first else []), *self.more]


def author(post: Post) -> str:
    """Who wrote it, as far as the channel lets us know; "" for nobody in particular."""
    return key(post.author.id or post.author.handle)


def open_reports(
    session: Session, account: AccountFacts, cases: list[Case], now: datetime, due: datetime
) -> None:
    """Make the reports of those cases that have none yet, and give each case its number."""
    if not cases:
        return
    rows = [_report(account, case.first, now, due) for case in cases if case.first]
    numbers.wake(session, now)
    first = numbers.upcoming(session, Report)
    if first is not None:
        rows = [row | {"id": first + place} for place, row in enumerate(rows)]
    made = session.connection().execute(_new_reports(session.get_bind().dialect.name), rows)
    ids = {post_id: number for post_id, number in made}
    for case, row in zip(cases, rows, strict=True):
        case.id, case.agency_id = ids[row["post_id"]], account.agency_id


@cache
def _new_reports(dialect: str) -> Any:
    statement = insert_for(dialect, REPORT)
    return statement.on_conflict_do_nothing().returning(REPORT.c.post_id, REPORT.c.id)


def _report(account: AccountFacts, post: Post, now: datetime, due: datetime) -> dict[str, Any]:
    text = fit(post.text)
    return {
        "channel": account.channel,
        "post_id": post.id,
        "conversation": post.conversation,
        "target_post": post.id,
        "account_id": account.id,
        "agency_id": account.agency_id,
        "author_id": author(post),
        "author_handle": line(post.author.handle, 80),
        "author_name": line(post.author.name, 120),
        "author": {fit(name): fit(fact) for name, fact in post.author.facts.items()},
        "text": text,
        "folded": searchable(text)[:MOST_SEARCHABLE],
        "url": address(post.url, 300),
        "place": line(post.place, 120),
        "mentions": named(post),
        "photos": len({photo.key for photo in post.photos}),
        "state": "new",
        "written_at": post.at,
        "received_at": now,
        "due_at": due,
        "answered_at": None,
        "closed_at": None,
    }


def named(post: Post) -> list[str]:
    """Whom a post names, as a column holds it."""
    return [key(name) for name in post.mentions]


def add_further(session: Session, channel: str, cases: list[Case]) -> None:
    """Put the further posts beside their reports, and their words where search finds them.

    What seemed to be no report stands among the others again, until triage has read what was added.
    """
    if not cases:
        return
    rows = [_followup(channel, case.id, post) for case in cases for post in case.more]
    session.connection().execute(insert(session, Followup).on_conflict_do_nothing(), rows)
    said = [{"case": case.id, "said": _words(case), "pictures": _pictures(case)} for case in cases]
    longer = sa.func.trim(REPORT.c.folded + " " + sa.bindparam("said", type_=sa.Text))
    statement = (
        sa.update(REPORT)
        .where(REPORT.c.id == sa.bindparam("case"))
        .values(
            folded=sa.func.substr(longer, 1, MOST_SEARCHABLE),
            photos=REPORT.c.photos + sa.bindparam("pictures"),
            aside=sa.false(),
        )
    )
    session.connection().execute(statement, said)


def _words(case: Case) -> str:
    return searchable(*(fit(post.text) for post in case.more))


def _pictures(case: Case) -> int:
    return len({photo.key for post in case.more for photo in post.photos})


def _followup(channel: str, report_id: int, post: Post) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "channel": channel,
        "post_id": post.id,
        "author_id": author(post),
        "author_handle": line(post.author.handle, 80),
        "text": fit(post.text),
        "url": address(post.url, 300),
        "written_at": post.at,
        "heard": "",
    }


def wake(session: Session, cases: list[Case], due: Mapping[int, datetime]) -> None:
    """Answered or closed reports wait again, for an answer to the post that woke them, until `due`."""
    for case in cases:
        again = {
            "state": "reopened",
            "answered_at": None,
            "closed_at": None,
            "due_at": due[case.agency_id],
        }
        target = {"target_post": case.more[0].id, "mentions": named(case.more[0])}
        session.connection().execute(
            sa.update(REPORT).where(REPORT.c.id == case.id).values(**again, **target)
        )


def attach_photos(session: Session, cases: list[Case]) -> None:
    """Note the photos that are still to be fetched (see `plugin.desk.posts.photos`)."""
    rows = [
        {
            "report_id": case.id,
            "post_id": post.id,
            "media_key": key(photo.key, 80),
            "url": fit(photo.url),
            "alt": fit(photo.alt)[:1000],
            "file": "",
            "state": "waiting",
            "tries": 0,
            "next_at": None,
        }
        for case in cases
        for post in case.posts
        for photo in post.photos
    ]
    if rows:
        session.connection().execute(insert(session, Photo).on_conflict_do_nothing(), rows)
