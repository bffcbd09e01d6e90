"""The list narrowed to what reports are about, and to where they are."""

from __future__ import annotations

import pytest

from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    talk = await open_conversation(store, clock)
    await talk.complain(
        "@dpuprkebumen lampu jalan di bojongsari alian mati semua pak", post="1", conversation="1"
    )
    await talk.complain("@dpuprkebumen jalan rusak parah di krakal alian", post="2", conversation="2")
    await talk.complain("@dpuprkebumen jalan desa kalibangkang ayah hancur", post="3", conversation="3")
    await talk.triage()
    return talk


class TestNarrowed:
    @pytest.mark.parametrize(
        ("asked", "shown", "hidden"),
        [
            ("kategori jalan", ("krakal", "kalibangkang"), ("bojongsari",)),
            ("kategori lampu jalan", ("bojongsari",), ("krakal", "kalibangkang")),
            ("lampu jalan", ("bojongsari",), ("krakal", "kalibangkang")),
            ("di alian", ("bojongsari", "krakal"), ("kalibangkang",)),
            ("di Kec. ALIAN kategori jalan", ("krakal",), ("bojongsari", "kalibangkang")),
            ("kategori jalan di desa kalibangkang", ("kalibangkang",), ("krakal", "bojongsari")),
            ("di kali bangkang hari ini", ("kalibangkang",), ("krakal",)),
            ("dpupr di alian kategori jalan rusak", ("krakal",), ("kalibangkang",)),
        ],
    )
    async def test_by_category_and_place(
        self, talk: Conversation, asked: str, shown: tuple[str, ...], hidden: tuple[str, ...]
    ) -> None:
        said = await talk.say(f"/laporan-baru {asked}")

        assert [word for word in shown if word not in said] == []
        assert [word for word in hidden if word in said.split("\n", 1)[1]] == []

    async def test_it_says_what_it_shows(self, talk: Conversation) -> None:
        assert "kategori jalan · di Kecamatan Alian" in await talk.say(
            "/laporan-baru kategori jalan di alian"
        )
        nothing = await talk.say("/laporan-baru kategori pajak di kecamatan ayah")
        assert "Tidak ada laporan yang menunggu" in nothing
        assert "kategori pajak, di Kecamatan Ayah" in nothing


class TestUnknown:
    async def test_a_category_with_a_slip_is_answered_with_the_nearest(self, talk: Conversation) -> None:
        said = await talk.say("/laporan-baru kategori sampha")

        assert "kategori “sampha” tidak dikenal" in said
        assert "kategori sampah" in await talk.press("sampah", who="sri")

    async def test_a_place_with_a_slip_is_answered_with_the_nearest(self, talk: Conversation) -> None:
        said = await talk.say("/laporan-baru kategori jalan di aliyan")

        assert "“aliyan” tidak dikenal di sini" in said
        assert "krakal" in await talk.press("Alian", who="sri")
