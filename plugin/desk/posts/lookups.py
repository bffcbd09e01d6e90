"""What the desk already knows of a page of posts: asked for all of them at once, by index, on both databases.

The statements are made once and only their parameters change: building them is what would take the time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.registry.ledger import OFFICIAL
from plugin.store.lists import among
from plugin.store.tables import Account, Followup, PostVersion, Reply, ReplyPart, Report

REPORT, FOLLOWUP, REPLY, PART, ACCOUNT, VERSION = (
    SQLModel.metadata.tables[str(t.__tablename__)]
    for t in (Report, Followup, Reply, ReplyPart, Account, PostVersion)
)

HELD = (
    "id", "conversation", "author_id", "agency_id", "joined_to", "state", "answered_at", "closed_at", "due_at",
)  # fmt: skip
"""What must be known of a report to which something is added."""


def own(session: Session, channel: str, ids: Collection[str], handles: Collection[str]) -> frozenset[str]:
    """Which of these authors are our official accounts: platform ids, and `@handle` where we know no id."""
    asked = {"channel": channel, "ids": ids, "handles": handles}
    return frozenset(key or f"@{handle}" for key, handle in _ask(session, _own, asked))


def known(session: Session, channel: str, ids: Collection[str]) -> dict[str, str]:
    """Those of the posts that are a report or part of one, or a version of such; and where posts were edited, the
    conversation in which we keep what is written below them."""
    found: dict[str, str] = {}
    for post_id, conversation in _ask(session, _known, {"channel": channel, "ids": ids}):
        found[post_id] = found.get(post_id) or conversation
    return found


def conversations(session: Session, channel: str, ids: Collection[str]) -> dict[str, str]:
    """In which conversation these posts stand: reports, citizens' further posts, our replies."""
    asked = {"channel": channel, "ids": ids}
    return {post_id: conversation for post_id, conversation in _ask(session, _conversations, asked)}


def reports(
    session: Session, channel: str, pairs: Collection[tuple[str, str]]
) -> list[sa.Row[*tuple[Any, ...]]]:
    """The reports of these (conversation, author), oldest first; the rows stay locked for us."""
    asked = {
        "channel": channel,
        "conversations": {conversation for conversation, _ in pairs},
        "authors": {author for _, author in pairs},
    }
    return [row for row in _ask(session, _reports, asked) if (row.conversation, row.author_id) in pairs]


def _ask(session: Session, made: Any, asked: dict[str, Any]) -> Iterable[sa.Row[*tuple[Any, ...]]]:
    connection = session.connection()
    lists = {name: value if isinstance(value, str) else list(value) for name, value in asked.items()}
    return connection.execute(made(connection.dialect.name), lists).all()


@cache
def _own(dialect: str) -> sa.Select[Any]:
    c = ACCOUNT.c
    by_id = among(dialect, c.platform_id, "ids")
    by_handle = c.platform_id.is_(None) & among(dialect, c.handle_key, "handles")
    return sa.select(c.platform_id, c.handle_key).where(
        c.channel == sa.bindparam("channel"), c.verdict == OFFICIAL, by_id | by_handle
    )


@cache
def _known(dialect: str) -> sa.CompoundSelect[Any]:
    return sa.union_all(
        *(
            sa.select(c.post_id, kept).where(
                c.channel == sa.bindparam("channel"), among(dialect, c.post_id, "ids")
            )
            for c, kept in (
                (REPORT.c, sa.literal_column("''")),
                (FOLLOWUP.c, sa.literal_column("''")),
                (VERSION.c, VERSION.c.conversation),
            )
        )
    )


@cache
def _conversations(dialect: str) -> sa.CompoundSelect[Any]:
    def at(key: sa.ColumnElement[str], *joined: sa.ColumnElement[bool]) -> sa.Select[Any]:
        return sa.select(key, REPORT.c.conversation).where(
            *joined, REPORT.c.channel == sa.bindparam("channel"), among(dialect, key, "ids")
        )

    return sa.union_all(
        at(REPORT.c.post_id),
        at(FOLLOWUP.c.post_id, FOLLOWUP.c.report_id == REPORT.c.id),
        at(PART.c.post_id, PART.c.reply_id == REPLY.c.id, REPLY.c.report_id == REPORT.c.id),
    )


@cache
def _reports(dialect: str) -> sa.Select[Any]:
    c = REPORT.c
    lead = REPORT.alias("lead")
    waits = c.answered_at.is_(None) & sa.case(
        (c.joined_to.is_(None), c.closed_at.is_(None)),
        else_=sa.exists().where(
            lead.c.id == c.joined_to, lead.c.answered_at.is_(None), lead.c.closed_at.is_(None)
        ),
    )
    return (
        sa.select(
            *(c[name] for name in HELD),
            waits.label("waits"),
        )
        .where(
            c.channel == sa.bindparam("channel"),
            among(dialect, c.conversation, "conversations"),
            # Not by index: both databases would otherwise try every author in every conversation.
            among(dialect, c.author_id + "", "authors"),
        )
        .order_by(c.id)
        .with_for_update()
    )
