"""A number that people type or a button carries is given out once, also when yesterday's backup is put back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from plugin.store import numbers
from plugin.store.store import Store
from plugin.store.tables import AgencyDay, Circular, NumberGap, Proposal, Report
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


async def test_a_button_of_the_lost_hours_acts_upon_no_stranger(
    talk: Conversation, clock: MovableClock
) -> None:
    """Report 2 came in after the backup; its card still hangs in the chat."""
    await talk.store.write(numbers.watch, clock())
    await talk.complain("@dpuprkebumen jalan rusak")
    clock.move(hours=9)  # the backup is put back: of these hours we know nothing
    fresh = await talk.complain("@dpuprkebumen lampu mati", author="warga2")
    further = await talk.complain("@dpuprkebumen parit mampet", author="warga3")
    answer = await talk.say("/bukan-laporan 2 salah alamat", room="pupr", who="wati")

    assert "nomor 2 tidak dipakai lagi" in answer
    assert "hilang saat cadangan dipulihkan" in answer
    assert (fresh, further) == (201, 202)
    assert (await talk.report(fresh)).waits
    assert "tidak ada" in await talk.say("/laporan 203", room="pupr")


async def test_a_restart_leaves_no_gap(talk: Conversation, clock: MovableClock) -> None:
    await talk.store.write(numbers.watch, clock())
    first = await talk.complain("@dpuprkebumen jalan rusak")
    clock.move(minutes=4)
    await talk.store.write(numbers.watch, clock())
    second = await talk.complain("@dpuprkebumen lampu mati", author="warga2")

    assert (first, second) == (1, 2)


async def test_a_gap_is_wide_enough_for_the_busiest_days(talk: Conversation, clock: MovableClock) -> None:
    await talk.store.write(numbers.watch, clock())
    await talk.complain("@dpuprkebumen jalan rusak")

    def busy(session: Session) -> None:
        session.add(AgencyDay(day=(clock() - timedelta(days=3)).date(), agency_id=1, incoming=700))

    await talk.store.write(busy)
    clock.move(hours=30)
    await talk.store.write(numbers.watch, clock())

    assert await talk.complain("@dpuprkebumen lampu mati", author="warga2") == 2901


async def test_putting_back_twice_leaves_two_gaps(talk: Conversation, clock: MovableClock) -> None:
    """The second backup was made right behind the first gap: what was numbered behind it is lost as well."""
    await talk.store.write(numbers.watch, clock())
    await talk.complain("@dpuprkebumen jalan rusak")
    for _ in range(2):
        clock.move(hours=9)
        await talk.store.write(numbers.watch, clock())

    assert await talk.complain("@dpuprkebumen lampu mati", author="warga2") == 401


async def test_proposals_and_circulars_are_numbered_once_as_well(
    talk: Conversation, clock: MovableClock
) -> None:
    """`/usulan 3 resmi` stands on a button; of another account it would make an official one."""

    def made(session: Session) -> None:
        session.add(
            Circular(number="1/2026", dated=clock().date(), issuer="Sekda", agency_id=1, kinds=[], channels=[],
                particulars=[], due_at=clock(), made_by=1, made_at=clock())
        )  # fmt: skip

    await talk.store.write(numbers.watch, clock())
    await talk.store.write(made)
    clock.move(hours=9)
    await talk.store.write(numbers.watch, clock())

    def behind(session: Session) -> set[str]:
        return set(session.exec(select(NumberGap.name)))

    assert await talk.store.survey(behind) == {"circular"}
    first = await talk.store.write(numbers.upcoming, Circular)
    assert first in (201, None)  # PostgreSQL's own sequence stands there
    assert await talk.store.survey(numbers.upcoming, Proposal) is None
    assert await talk.store.survey(numbers.upcoming, Report) is None
