"""What people really type on a phone: each slip is understood, or answered with the way on; nothing meets silence."""

from __future__ import annotations

import pytest

from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

WORDS = "Terima kasih, sedang kami periksa."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    talk = await open_conversation(store, clock)
    await talk.complain("@dpuprkebumen jalan rusak", author="warga1")
    await talk.complain("@dpuprkebumen got mampet", author="warga2")
    return talk


@pytest.mark.parametrize(
    "number",
    [
        "1", "#1", "1.", "1,", "1:", "(1)", "<1>", "[1]", '"1"', "\u201c1\u201d", "\u20181\u2019", "\uff11",
        "\uff03\uff11", "no 1", "No. 1", "no.1", "no1", "nomor 1", "Nomer: 1", "laporan 1",
        "Laporan no. 1", "laporan #1,",
    ],
)  # fmt: skip
async def test_a_number_is_read_as_people_write_it(talk: Conversation, number: str) -> None:
    card = await talk.say(f"/tanggapi {number} {WORDS}", who="wati", room="pupr")

    assert "Pratinjau tanggapan laporan 1" in card
    assert f"\n{WORDS}\n" in card


async def test_a_number_needs_no_space_behind_its_dot(talk: Conversation) -> None:
    assert f"\n{WORDS}\n" in await talk.say(f"/tanggapi 1.{WORDS}", who="wati", room="pupr")


@pytest.mark.parametrize("number", ["17-18", "1/2", "1,5", "satu", "nomor"])
async def test_what_is_no_number_is_answered_with_an_example(talk: Conversation, number: str) -> None:
    answer = await talk.say(f"/tanggapi {number} {WORDS}", who="wati", room="pupr")

    assert "tidak terbaca sebagai nomor laporan" in answer
    assert "Contoh: /tanggapi 17" in answer
    assert "<" not in answer


async def test_without_a_number_the_list_is_one_press_away(talk: Conversation) -> None:
    answer = await talk.say("/tanggapi", who="wati", room="pupr")
    listed = await talk.press("Laporan baru", who="wati", room="pupr")

    assert "Mohon sertakan nomor laporan. Contoh: /tanggapi 17" in answer
    assert "2 laporan belum ditanggapi" in listed


@pytest.mark.parametrize(
    "typed", ["/laporan baru", "/laporanbaru", "/LAPORAN BARU", "/laporan-baru.", "/laporan_baru?"]
)
async def test_the_list_comes_however_it_is_asked_for(talk: Conversation, typed: str) -> None:
    assert "2 laporan belum ditanggapi" in await talk.say(typed, who="wati", room="pupr")


@pytest.mark.parametrize(
    "typed", ["/bantuan laporan baru", "/bantuan /laporan-baru", "/bantuan Laporan_Baru"]
)
async def test_help_knows_the_same_names(talk: Conversation, typed: str) -> None:
    assert "Menampilkan laporan yang belum ditanggapi" in await talk.say(typed, who="wati", room="pupr")


async def test_a_slip_in_the_name_costs_one_press_and_no_word(talk: Conversation) -> None:
    await talk.say(
        f"/tangapi 1 {WORDS} Petugas kami datang sebelum siang, mohon ditunggu.", who="wati", room="pupr"
    )
    card = await talk.press("/tanggapi", who="wati", room="pupr")

    assert "Pratinjau tanggapan laporan 1" in card
    assert f"{WORDS} Petugas kami datang" in card


async def test_another_word_for_a_command_is_answered_with_its_name(talk: Conversation) -> None:
    for typed, name in (
        ("/balas 1 x", "/tanggapi"),
        ("/teruskan 1 dishub", "/disposisi"),
        ("/tutup 1", "/selesai"),
    ):
        await talk.say(typed, who="wati", room="pupr")

        assert talk.buttons("pupr") == [name]


async def test_a_word_that_resembles_nothing_is_not_guessed_at(talk: Conversation) -> None:
    answer = await talk.say("/ok", who="wati", room="pupr")

    assert "/bantuan" in answer
    assert talk.buttons("pupr") == []


async def test_two_commands_in_one_message_are_pressed_one_by_one(talk: Conversation) -> None:
    answer = await talk.say(f"/tanggapi 1 {WORDS}\n/tanggapi 2 Kami bersihkan.", who="wati", room="pupr")
    second = talk.button("/tanggapi 2 Kami bersihkan.", "pupr")
    first = await talk.press(f"/tanggapi 1 {WORDS}"[:27] + "\u2026", who="wati", room="pupr")

    assert "belum ada yang dijalankan" in answer
    assert second[1] in talk.chat.board[second[0]].actions  # the other button still stands there
    assert "Kami bersihkan" not in first
    assert "laporan 1" in first
    assert "Pratinjau tanggapan laporan 2" in await talk.press_token(second, who="wati")


async def test_a_number_that_is_not_the_cards_is_asked_about(talk: Conversation) -> None:
    """The wrong citizen would have been answered: "2 regu" is no report."""
    await talk.say("/laporan 1", who="wati", room="pupr")
    card, _ = talk.newest("pupr")
    asked = await talk.say("/tanggapi 2 regu kami kirim pagi ini.", who="wati", room="pupr", answers=card)
    other = talk.button("Laporan 2", "pupr")
    shown = await talk.press("Laporan 1", who="wati", room="pupr")

    assert "Laporan mana yang dimaksud?" in asked
    assert "Pratinjau tanggapan laporan 1" in shown
    assert "2 regu kami kirim pagi ini." in shown
    assert "Pratinjau tanggapan laporan 2" in await talk.press_token(other, who="wati")


async def test_the_cards_own_number_may_begin_the_answer(talk: Conversation) -> None:
    await talk.say("/laporan 1", who="wati", room="pupr")
    card, _ = talk.newest("pupr")
    typed = await talk.say(f"/tanggapi 1 {WORDS}", who="wati", room="pupr", answers=card)
    words = await talk.say("/tanggapi Laporan 1 sudah kami terima.", who="wati", room="pupr", answers=card)
    look = await talk.say("/laporan 2", who="wati", room="pupr", answers=card)

    assert f"\n{WORDS}\n" in typed
    assert "\nLaporan 1 sudah kami terima.\n" in words
    assert "got mampet" in look


@pytest.mark.parametrize("agency", ["ke dishub", "kepada Dinas Perhubungan", "Ke: dishub", "DISHUB"])
async def test_an_agency_is_read_as_people_say_it(talk: Conversation, agency: str) -> None:
    said = await talk.say(f"/disposisi 1 {agency} mohon dicek", who="sri")

    assert "Laporan 1 diteruskan ke Dinas Perhubungan" in said
    assert "Perintah: mohon dicek" in said


async def test_a_slip_that_fits_one_agency_is_not_called_several(talk: Conversation) -> None:
    said = await talk.say("/disposisi 1 ke dishhub mohon dicek", who="sri")
    done = await talk.press("Dishub", who="sri")

    assert "instansi \u201cdishhub\u201d tidak ada. Mungkin maksud Anda:" in said
    assert "beberapa" not in said
    assert "Perintah: mohon dicek" in done


async def test_what_is_so_already_is_not_called_impossible(talk: Conversation) -> None:
    await talk.say("/bukan-laporan 1 iklan", who="wati", room="pupr")
    again = await talk.say("/bukan-laporan 1 iklan", who="wati", room="pupr")

    assert "Laporan 1 memang tercatat \u201cbukan laporan\u201d" in again


async def test_an_agencys_accounts_are_those_of_the_group_it_is_asked_in(talk: Conversation) -> None:
    said = await talk.say("/akun", who="wati", room="pupr")

    assert "Akun Dinas Pekerjaan Umum dan Penataan Ruang" in said
    assert "@dpuprkebumen" in said
