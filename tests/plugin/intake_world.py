"""A small government and its citizens, for tests about intake: two agencies, three accounts, posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from plugin.desk.posts.intake import AccountFacts, Stored, own_ids, store_page
from plugin.public.values import Author, Page, Post
from plugin.rhythm.limits import read_tables
from plugin.store.store import Store
from plugin.store.tables import Account, Agency, AgencyDay, AgencyOpen, Report

NOW = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)
WIB = timezone(timedelta(hours=7))
DAY = timedelta(hours=24)
LIMITS = read_tables(ZoneInfo("Asia/Jakarta"))

PUPR = AccountFacts(id=1, agency_id=1, channel="memory")
DISHUB = AccountFacts(id=2, agency_id=2, channel="memory")


def found(session: Session) -> None:
    """Agencies 1 (pupr) and 2 (dishub); their accounts 1 and 2; 3, an official account without a known id."""
    session.add_all(
        Agency(id=n, code=f"33.05.{n}", kind="dinas", name=name) for n, name in ((1, "DPUPR"), (2, "Dishub"))
    )
    session.flush()
    for n, agency, handle, platform_id in (
        (1, 1, "pupr", "101"),
        (2, 2, "dishub", "102"),
        (3, 2, "terminal", None),
    ):
        session.add(
            Account(
                id=n,
                agency_id=agency,
                channel="memory",
                handle=handle,
                handle_key=handle,
                platform_id=platform_id,
                verdict="official",
                mode="api",
                claimed_at=NOW,
            )
        )
    session.flush()


def post(key: str, text: str = "jalan rusak", *, by: str = "9", minute: int = 0, **more: Any) -> Post:
    """A citizen's post, written `minute` minutes after NOW."""
    author = more.pop("author", Author(by, f"warga{by}", f"Warga {by}"))
    return Post(key, author, text, NOW + timedelta(minutes=minute), **more)


async def take(
    store: Store, posts: Sequence[Post], account: AccountFacts = PUPR, *, now: datetime = NOW
) -> Stored:
    """Store one page as polling does."""

    def step(session: Session) -> Stored:
        return store_page(
            session,
            account,
            Page(tuple(posts), "1"),
            now=now,
            zone=WIB,
            limits=LIMITS,
            own_ids=own_ids(session, account.channel, posts),
        )

    return await store.write(step)


def everything(session: Session, table: type[Any]) -> list[Any]:
    return list(session.exec(sa.select(table).order_by(sa.inspect(table).primary_key[0])).scalars())  # type: ignore[call-overload]


async def rows(store: Store, table: type[Any]) -> list[Any]:
    """All rows of a table, by key."""
    return await store.read(everything, table)


def change(session: Session, number: int, /, **values: Any) -> None:
    session.connection().execute(sa.update(Report).where(sa.column("id") == number).values(**values))


async def waiting(store: Store) -> dict[int, int]:
    """What is kept: how many reports wait at each agency."""
    return {row.agency_id: row.waiting for row in await rows(store, AgencyOpen) if row.waiting}


async def days(store: Store) -> dict[tuple[str, int], tuple[int, int]]:
    """What is kept: (day, agency) -> (incoming, answered)."""
    return {(str(r.day), r.agency_id): (r.incoming, r.answered) for r in await rows(store, AgencyDay)}
