"""The record: a changed, removed or inserted row is found, and so is a cut-off tail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from plugin.desk.audit import Fault, Hand, record, verify
from plugin.store.store import Store
from tests.conftest import MovableClock


async def write_five(store: Store, clock: MovableClock) -> None:
    for n in range(5):
        by = Hand("slack:U1", "slack:C1", clock())
        await store.write(lambda s, n=n, by=by: record(s, by, "disposed", n, note=f"catatan {n} ✓"))  # type: ignore[misc]
        clock.move(minutes=1)


async def damage(store: Store, statement: str) -> Fault | None:
    await store.write(lambda s: s.connection().execute(sa.text(statement)))
    return (await store.survey(verify))[1]


async def test_a_sound_record_is_sound(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)

    assert await store.survey(verify) == (5, None)


async def test_an_empty_record_is_sound(store: Store) -> None:
    assert await store.survey(verify) == (0, None)


async def test_a_changed_row_is_found(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)

    assert await damage(store, "UPDATE audit SET actor = 'slack:U2' WHERE seq = 3") == Fault(3, "changed")


async def test_a_changed_detail_is_found(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)

    assert await damage(store, "UPDATE audit SET detail = '{}' WHERE seq = 2") == Fault(2, "changed")


async def test_a_removed_row_is_found(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)

    assert await damage(store, "DELETE FROM audit WHERE seq = 3") == Fault(3, "missing")


async def test_a_removed_first_row_is_found(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)

    assert await damage(store, "DELETE FROM audit WHERE seq = 1") == Fault(1, "missing")


async def test_a_cut_off_tail_is_found(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)

    assert await damage(store, "DELETE FROM audit WHERE seq > 3") == Fault(4, "cut")


async def test_an_inserted_row_is_found(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)
    copy = (
        "INSERT INTO audit (seq, at, actor, act, report_id, room, detail, previous, hash) "
        "SELECT 6, at, actor, act, report_id, room, detail, previous, hash FROM audit WHERE seq = 5"
    )

    assert await damage(store, copy) == Fault(6, "inserted")


async def test_entries_of_a_failed_step_are_not_kept(store: Store, clock: MovableClock) -> None:
    def fails(session: Session) -> None:
        record(session, Hand("a", "b", clock()), "disposed", 1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.write(fails)

    assert await store.survey(verify) == (0, None)
