"""A group bound to the wrong agency reads strangers' cases: what it was is said, and one press leads back."""

from __future__ import annotations

import pytest

from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


async def test_a_new_group_hears_who_reads_there(talk: Conversation) -> None:
    said = await talk.say("/ikat-grup dinkes", who="adi", room="baru")

    assert "Grup ini sekarang milik Dinas Kesehatan." in said
    assert "Semua anggota grup ini dapat membaca laporannya" in said
    assert talk.buttons("baru") == ["Laporan baru"]


async def test_a_slip_is_put_back_with_one_press(talk: Conversation) -> None:
    said = await talk.say("/ikat-grup dishub", who="adi", room="pupr")
    back = await talk.press("Kembalikan ke DPUPR", who="adi", room="pupr")

    assert "Sebelumnya milik DPUPR." in said
    assert "Grup ini sekarang milik Dinas Pekerjaan Umum dan Penataan Ruang." in back
    assert "belum berwenang" in await talk.press("Kembalikan ke Dishub", who="wati", room="pupr")


async def test_the_same_again_changes_nothing(talk: Conversation) -> None:
    assert "Sebelumnya" not in await talk.say("/ikat-grup dpupr", who="adi", room="pupr")
