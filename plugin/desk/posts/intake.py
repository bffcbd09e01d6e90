"""A citizen's public post becomes a report: nothing lost, nothing twice.

What makes a case is the pair (conversation, author). Whoever writes on in a conversation adds to the report
they have there, and wakes it when it was answered or closed. Somebody else in the same conversation, below
our reply or anywhere, has a complaint of their own until an official says otherwise: it becomes a report of
its own in that conversation, so that nobody's words disappear in a stranger's case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

import sqlalchemy as sa
from sqlmodel import Session

from plugin.desk.audit import record, system
from plugin.desk.handling import joins, waking
from plugin.desk.handling.cases import locked
from plugin.desk.measures import clocks, counts
from plugin.desk.posts import edits, lookups
from plugin.desk.posts.cleaning import key
from plugin.desk.posts.entries import (
    AccountFacts,
    Case,
    add_further,
    attach_photos,
    author,
    open_reports,
    wake,
)
from plugin.limits import Limits
from plugin.public.values import Page, Post
from plugin.store.tables import Report

__all__ = ["AccountFacts", "Stored", "own_ids", "store_page"]

LOCK = 0x7A67  # "posts of a channel are being stored", in PostgreSQL's advisory locks


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a page: new reports, reports that got a further post, those among them that wait again,
    and how many posts were nobody's complaint or known already; `changed` are the cards of what was edited."""

    account_id: int
    reports: tuple[int, ...] = ()
    followups: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()
    skipped: int = 0
    changed: tuple[str, ...] = ()


def store_page(
    session: Session,
    account: AccountFacts,
    page: Page,
    *,
    now: datetime,
    zone: tzinfo,
    limits: Limits,
    own_ids: frozenset[str],
) -> Stored:
    """Store the citizens' posts of `page`, whatever order they are in and however often they come.

    `own_ids` holds our accounts' platform ids, and `@handle` for those without one (see `own_ids`).
    """
    _one_at_a_time(session, account.channel)
    posts = _citizens(page.posts, own_ids)
    known = lookups.known(session, account.channel, _numbers(posts))
    posts, edited = edits.sorted_out(posts, known)
    changed = edits.take_in(session, account.channel, edited, now)
    cases = _cases(session, account.channel, [_at_its_beginning(post, known) for post in posts])
    fresh = [case for case in cases if case.first]
    further = [case for case in cases if case.more]
    woken = [case for case in further if not case.waits]
    due = clocks.first_answer(session, limits, {account.agency_id, *(c.agency_id for c in woken)}, now)
    open_reports(session, account, fresh, now, due[account.agency_id])
    clocks.opened(session, limits, account.agency_id, [case.id for case in fresh], now)
    add_further(session, account.channel, further)
    for case in woken:
        if case.joined:  # the incident has had its answer; who writes on has a case of their own again
            joins.part(session, locked(session, case.id), zone)
    wake(session, woken, due)
    attach_photos(session, cases)
    edits.remember(session, account.channel, [post for case in cases for post in case.posts])
    _count(session, account.agency_id, len(fresh), woken, now.astimezone(zone))
    _ask_again(session, woken, now)
    return Stored(
        account.id,
        tuple(case.id for case in fresh),
        tuple(case.id for case in further),
        tuple(case.id for case in woken),
        len(page.posts) - len(fresh) - sum(len(case.more) for case in further) - len(edited),
        changed,
    )


def own_ids(session: Session, channel: str, posts: Iterable[Post]) -> frozenset[str]:
    """Which of the authors of `posts` are our official accounts: platform ids, else `@handle`.

    A handle counts only while the account's id is unknown: handles change hands, ids do not.
    """
    authors = {key(post.author.id) for post in posts}
    return lookups.own(session, channel, authors, {_handle(post) for post in posts})


def _handle(post: Post) -> str:
    return key(post.author.handle.lstrip("@").casefold(), 80)


def _one_at_a_time(session: Session, channel: str) -> None:
    # Two accounts named in one post are read by two processes: without this, each could take the same
    # conversation for a new one. SQLite has one writer anyway.
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, sa.func.hashtext(channel))))


def _citizens(posts: Sequence[Post], own_ids: frozenset[str]) -> list[Post]:
    """The posts that may be complaints, oldest first, each once, with keys that a column can hold."""
    found = {
        key(post.id): post
        for post in posts
        if not post.is_repost and key(post.author.id) not in own_ids and f"@{_handle(post)}" not in own_ids
    }
    by_age = sorted(found.items(), key=lambda item: (item[1].at, len(item[0]), item[0]))
    return [_with_fit_keys(post) for _, post in by_age]


def _with_fit_keys(post: Post) -> Post:
    id, conversation, answers = key(post.id), key(post.conversation), key(post.answers)
    versions = tuple(key(number) for number in post.versions)
    if (id, conversation, answers, versions) == (post.id, post.conversation, post.answers, post.versions):
        return post
    return replace(post, id=id, conversation=conversation, answers=answers, versions=versions)


def _numbers(posts: Sequence[Post]) -> set[str]:
    """Whatever number these posts, and what they are written below, may be known by."""
    return {number for post in posts for number in (post.id, post.conversation, *post.versions) if number}


def _at_its_beginning(post: Post, known: Mapping[str, str]) -> Post:
    """What is written below any version of an edited post belongs to one conversation."""
    kept = known.get(post.conversation)
    return replace(post, conversation=kept) if kept else post


def _cases(session: Session, channel: str, posts: list[Post]) -> list[Case]:
    """Each post at its case, oldest first: the author's report in that conversation, or a new one."""
    threaded = _in_conversations(session, channel, posts)
    found = _existing(session, channel, threaded)
    nobody = (Case(post) for post in threaded if not author(post))
    for post in threaded:
        if not (who := author(post)):
            continue
        if case := found.get((post.conversation, who)):
            case.more.append(post)
        else:
            found[post.conversation, who] = Case(post)
    return [case for case in (*found.values(), *nobody) if case.first or case.more]


def _in_conversations(session: Session, channel: str, posts: list[Post]) -> list[Post]:
    """The posts, each with its conversation's key, also where the channel only says what they answer."""
    loose = [post.answers for post in posts if post.answers and not post.conversation]
    known = lookups.conversations(session, channel, loose) if loose else {}
    for n, post in enumerate(posts):
        if not post.conversation:
            posts[n] = replace(post, conversation=known.get(post.answers) or post.answers or post.id)
        known[post.id] = posts[n].conversation
    return posts


def _existing(session: Session, channel: str, posts: list[Post]) -> dict[tuple[str, str], Case]:
    """The reports these authors have in these conversations."""
    pairs = {(post.conversation, author(post)) for post in posts}
    return {
        (row.conversation, row.author_id): Case(
            id=row.id,
            agency_id=row.agency_id,
            waits=bool(row.waits),
            joined=row.joined_to is not None,
            stood=waking.stood(row),
        )
        for row in lookups.reports(session, channel, pairs)
    }


def _ask_again(session: Session, woken: list[Case], now: datetime) -> None:
    """The clocks of cases that wait again, and on record how each stood before."""
    for case in woken:
        report = session.get_one(Report, case.id, populate_existing=True)
        clocks.follow(session, report, now, asked_again=True)
        record(session, system(now), waking.ACT, case.id, post=case.more[0].id, **case.stood)


def _count(session: Session, agency_id: int, new: int, woken: list[Case], day: datetime) -> None:
    """In the order of agencies, so that two transactions never wait for each other in turn."""
    again: dict[int, int] = {agency_id: 0}
    for case in woken:
        again[case.agency_id] = again.get(case.agency_id, 0) + 1
    for agency, n in sorted(again.items()):
        if agency == agency_id and new:
            counts.opened(session, agency, day.date(), new)
        if n:
            counts.reopened(session, agency, n)
