"""Searching everything one may see: the same on both databases, masked, marked, paged."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from plugin.desk.posts.refolding import refold
from plugin.store.search import folded
from plugin.store.store import Store
from plugin.store.tables import Followup, Report
from tests.conftest import MovableClock
from tests.desk import Conversation


async def test_finds_what_waits_and_what_is_closed_the_newest_first(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jembatan Karangsambung retak")
    closed = await talk.complain("@dpuprkebumen JEMBATAN gantung putus", author="w2")
    await talk.complain("@dpuprkebumen lampu mati", author="w3")
    await talk.say(f"/bukan-laporan {closed} sudah dilaporkan")
    answer = await talk.say("/cari jembat")

    assert "2 laporan" in answer
    assert answer.index("gantung") < answer.index("Karangsambung")
    assert "bukan laporan" in answer
    assert "lampu" not in answer


async def test_marks_the_words_wherever_they_stand(talk: Conversation) -> None:
    await talk.complain(
        "@dpuprkebumen " + "panjang sekali ceritanya " * 20 + "di Jembatan Luk Ulo ada re\u200btak besar"
    )
    await talk.say("/cari retak jembatan")
    _, message = talk.newest()

    assert "<b>Jembatan</b>" in message.text
    assert "<b>re\u200btak</b>" in message.text
    assert "…" in message.text


async def test_a_room_finds_its_own_only(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.complain("@dishubkbm jalan gelap", to="dishubkbm")

    assert "1 laporan" in await talk.say("/cari jalan", who="joko", room="hub")
    assert "rusak" not in await talk.say("/cari jalan", who="joko", room="hub")
    assert "2 laporan" in await talk.say("/cari jalan")
    assert "belum diikat" in await talk.say("/cari jalan", who="joko", room="liar")


async def test_an_agency_first_narrows_it_down(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.complain("@dishubkbm jalan gelap", to="dishubkbm")
    narrowed = await talk.say("/cari dishub jalan")

    assert "1 laporan · Dishub · “jalan”" in narrowed
    assert "gelap" in narrowed
    assert "Tidak ada laporan" in await talk.say("/cari dpupr gelap")


async def test_an_agency_as_a_word_is_found_as_a_word(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen bojongsari banjir")

    assert "bojongsari banjir" in await talk.say("/cari bojongsari banjir")
    assert "bojongsari banjir" in await talk.say("/cari Bojongsari")


async def test_personal_data_is_masked_and_not_found_out(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak hub 081234567890 ya")
    answer = await talk.say("/cari jalan")

    assert "081234567890" not in answer
    assert "•••" in answer
    for probe in ("081234567890", "0812345", "jalan 0812345", "０８１２３４５"):
        assert "tidak dapat dicari" in await talk.say(f"/cari {probe}")
        assert "tidak dapat dicari" in await talk.say(f"/laporan-baru {probe}")
    await talk.say("/cari 0812")
    assert "<b>" not in talk.newest()[1].text.partition("<blockquote>")[2]


@pytest.mark.parametrize("number", ["0812 0000 1234", "nol delapan satu dua nol nol nol nol satu dua tiga"])
async def test_no_word_of_what_is_masked_finds_it(talk: Conversation, number: str) -> None:
    await talk.complain(f"@dpuprkebumen jalan rusak hub {number} ya", conversation="c")
    await talk.complain("atau AA 1234 ZX", conversation="c")
    for probe in ("0812", "1234", "081", "0812 0000", "nol", "nol delapan", "zx", "aa"):
        assert "Tidak ada laporan" in await talk.say(f"/cari rusak {probe}")
        assert "jalan rusak" not in await talk.say(f"/laporan-baru rusak {probe}", who="wati", room="pupr")

    assert "jalan rusak" in await talk.say("/cari rusak hub")


async def test_what_search_knew_before_it_forgets(talk: Conversation, store: Store) -> None:
    await talk.complain("@dpuprkebumen jalan rusak hub 0812 0000 1234", conversation="c")
    await talk.complain("samping pasar", conversation="c")
    for n in range(3):
        await talk.complain(f"@dpuprkebumen lampu {n}", author=f"w{n}")
    await store.write(_know_everything)
    assert "jalan rusak" in await talk.say("/cari 0812")
    await refold(store, rest=0)
    await refold(store, rest=0)

    assert "Tidak ada laporan" in await talk.say("/cari 0812")
    assert "jalan rusak" in await talk.say("/cari rusak samping")


def _know_everything(session: Session) -> None:
    for report in session.exec(select(Report)):
        further = session.exec(select(Followup.text).where(Followup.report_id == report.id))
        report.folded = folded(" ".join([report.text, *further]))


async def test_a_hit_in_what_the_citizen_added_later_is_told(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak", post="500", conversation="500")
    await talk.complain("di depan balai desa", conversation="500", answers="500")
    answer = await talk.say("/cari balai")

    assert "jalan rusak" in answer
    assert "kiriman berikutnya" in answer


async def test_pages_turn_and_end(talk: Conversation) -> None:
    for n in range(8):
        await talk.complain(f"@dpuprkebumen jalan nomor{n} rusak", author=f"w{n}")
    first = await talk.say("/cari jalan")
    second = await talk.press("Berikutnya ›")

    assert "nomor7" in first
    assert "nomor2" in first
    assert "nomor1" in second
    assert "Halaman 2 dari 2" in second
    assert await talk.say("/cari jalan hal 9") == second


@pytest.mark.parametrize(
    "nonsense", ["!!!", "'; DROP TABLE report; --", '"" OR *', "\u200b", "a" * 3000, "%_"]
)
async def test_nonsense_finds_nothing_and_breaks_nothing(talk: Conversation, nonsense: str) -> None:
    await talk.complain("@dpuprkebumen selamat pagi")

    answer = await talk.say(f"/cari {nonsense}")
    assert "Tidak ada laporan" in answer or "kata yang dicari" in answer


async def test_without_a_word_it_asks_for_one(talk: Conversation) -> None:
    assert "kata yang dicari" in await talk.say("/cari")


class TestNarrowed:
    @pytest.fixture
    async def told(self, talk: Conversation, clock: MovableClock) -> dict[str, int]:
        """Of each the number; the first is a month older than the others."""
        krakal = await talk.complain("@dpuprkebumen jalan rusak berlubang di desa Krakal")
        clock.move(days=30)
        kalibangkang = await talk.complain("@dpuprkebumen jalan rusak di desa Kalibangkang", author="w2")
        market = await talk.complain("@dpuprkebumen jalan rusak di depan pasar", author="w3")
        await talk.triage()
        return {"krakal": krakal, "kalibangkang": kalibangkang, "pasar": market}

    @pytest.mark.parametrize(
        ("asked", "found", "title"),
        [
            ("rusak kurang 7 hari", ("kalibangkang", "pasar"), "“rusak” · sejak"),
            ("rusak lebih 7 hari", ("krakal",), "· sebelum"),
            ("rusak di alian", ("krakal",), "· di Kecamatan Alian"),
            ("rusak kategori jalan di desa kalibangkang", ("kalibangkang",), "kategori jalan · di Desa"),
            ("dpupr rusak kurang 7 hari di desa kalibangkang", ("kalibangkang",), "· sejak"),
            ("rusak di depan pasar", ("pasar",), "“rusak di depan pasar”"),
            ("kurang 7 hari", (), "“kurang 7 hari”"),
        ],
    )
    async def test_to_an_age_a_place_or_a_category(
        self, talk: Conversation, told: dict[str, int], asked: str, found: tuple[str, ...], title: str
    ) -> None:
        answer = await talk.say(f"/cari {asked}")

        assert title in answer
        shown = {action.name for action in talk.newest()[1].actions}
        assert {name for name, number in told.items() if f"open{number}" in shown} == set(found)
