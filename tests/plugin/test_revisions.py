"""The numbers that all processes share: counted up, held, put back."""

from __future__ import annotations

import asyncio

from sqlmodel import Session

from plugin.store import revisions
from plugin.store.store import Store


async def test_each_number_counts_for_itself(store: Store) -> None:
    counted = [await store.write(revisions.bump, name) for name in ("a", "a", "b")]

    assert counted == [1, 2, 1]
    assert [await store.read(revisions.read, name) for name in ("a", "b", "c")] == [2, 1, 0]


async def test_what_is_held_begins_where_it_is_told_to_and_may_be_put_elsewhere(store: Store) -> None:
    def move(session: Session, to: int) -> int:
        before = revisions.hold(session, "a", 7)
        revisions.note(session, "a", to)
        return before

    assert [await store.write(move, to) for to in (5, 9)] == [7, 5]
    assert await store.read(revisions.read, "a") == 9


async def test_who_holds_a_number_lets_nobody_else_hold_it(store: Store, database_url: str) -> None:
    def one_more(session: Session) -> None:
        revisions.note(session, "a", revisions.hold(session, "a") + 1)

    other = Store(database_url)
    await asyncio.gather(*(s.write(one_more) for s in (store, other) * 10))
    await other.aclose()

    assert await store.read(revisions.read, "a") == 20
