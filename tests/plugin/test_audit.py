"""The record: a changed, removed or inserted row is found, a cut-off tail, and with a mark also a chain made anew."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from plugin.desk.audit import Fault, Hand, Mark, mark, read_mark, record, verify
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


async def kept(store: Store) -> Mark:
    """The mark that somebody wrote down today."""
    found = read_mark(await store.survey(mark))
    assert found is not None
    return found


async def test_a_mark_of_another_day_holds_while_the_record_only_grows(
    store: Store, clock: MovableClock
) -> None:
    await write_five(store, clock)
    then = await kept(store)
    await write_five(store, clock)

    assert await store.survey(verify, [then, await kept(store)]) == (10, None)


async def test_a_tail_cut_off_with_its_head_set_back_is_found_by_a_mark(
    store: Store, clock: MovableClock
) -> None:
    await write_five(store, clock)
    then = await kept(store)
    await damage(store, "DELETE FROM audit WHERE seq > 3")
    back = "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit WHERE seq = 3)"

    assert await damage(store, back) is None
    assert await store.survey(verify, [then]) == (3, Fault(5, "shorter"))


async def test_a_chain_made_anew_is_found_by_a_mark(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)
    then = await kept(store)
    await damage(store, "DELETE FROM audit")
    await damage(store, "DELETE FROM audit_head")
    clock.move(minutes=-4)
    await write_five(store, clock)

    assert await store.survey(verify) == (5, None)
    assert await store.survey(verify, [then]) == (4, Fault(5, "rewritten"))


async def test_a_wiped_record_is_found_by_a_mark(store: Store, clock: MovableClock) -> None:
    await write_five(store, clock)
    then = await kept(store)
    await damage(store, "DELETE FROM audit")
    await damage(store, "DELETE FROM audit_head")

    assert await store.survey(mark) == ""
    assert await store.survey(verify, [then]) == (0, Fault(5, "shorter"))


@pytest.mark.parametrize(
    "typed", ["", "17", "17-", "17-abc", "x-" + "a" * 24, "17-" + "g" * 24, "-" + "a" * 24]
)
def test_what_is_no_mark(typed: str) -> None:
    assert read_mark(typed) is None


def test_a_mark_copied_from_a_telephone_is_read() -> None:
    assert read_mark(f" 17 - {'AB' * 12}\n") == Mark(17, "ab" * 12)
