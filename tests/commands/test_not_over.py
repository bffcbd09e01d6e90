"""An answer that is not over stays within reach, tells that it stands still, and holds no post for good."""

from __future__ import annotations

import asyncio

from plugin.errors import Unknown
from plugin.public.outcomes import Refusal, Uncertain
from tests.conftest import MovableClock
from tests.desk import Conversation

TEXT = "Terima kasih, besok kami periksa."


async def unclear(talk: Conversation, clock: MovableClock) -> int:
    """An answer of which nobody knows whether it arrived; the report's number."""
    talk.channel.outcomes.extend([Uncertain("503")] * 4)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await settle(talk, clock)
    return number


async def settle(talk: Conversation, clock: MovableClock) -> None:
    for _ in range(4):
        clock.move(minutes=2)
        await talk.sweep()


async def unclear_along(talk: Conversation, clock: MovableClock) -> int:
    """Two reporters of one incident: one is answered, of the other's answer nobody knows; the other's report."""
    first = await talk.complain("@dpuprkebumen jembatan ambrol", author="warga1")
    second = await talk.complain("@dpuprkebumen jembatan Tembana ambrol", author="warga2")
    await talk.say(f"/gabung {second} dengan {first}", who="wati", room="pupr")
    talk.channel.outcomes.extend([None, *[Uncertain("503")] * 4])
    await talk.say(f"/tanggapi {first} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await settle(talk, clock)
    return second


async def test_what_is_not_over_is_found_again_when_its_buttons_have_lapsed(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await unclear(talk, clock)
    old = talk.button("Belum tampil, kirim lagi", "pupr")
    clock.move(days=8)
    assert "tidak berlaku" in await talk.press_token(old, who="wati")
    mine = await talk.say("/tugas-saya", who="wati", room="pupr")
    report = await talk.press(f"Rincian {number}", who="wati")
    card = await talk.press("Lihat tanggapan", who="wati")
    await talk.press("Belum tampil, kirim lagi", who="wati")

    assert "mungkin terkirim" in mine
    assert "Tanggapan mungkin terkirim · Bu Wati" in report
    assert "Mungkin terkirim" in card
    assert talk.published() == [TEXT]
    assert "Tanggapan mungkin" not in await talk.say(f"/laporan {number}")


async def test_who_was_first_is_one_press_away(talk: Conversation, clock: MovableClock) -> None:
    number = await unclear(talk, clock)
    clock.move(days=8)
    await talk.say(f"/tanggapi {number} Maaf, baru sekarang.", who="sri", room="setda")
    late = await talk.press("Kirim", who="sri")
    assert "belum selesai" in late
    whisper = talk.newest("setda")[0]
    card = await talk.press("Lihat tanggapan", who="sri", room="setda")
    await talk.press("Sudah tampil", who="sri", room="setda")

    assert TEXT in card
    assert "Bu Wati sudah lebih dulu" in talk.chat.board[whisper].text
    assert talk.published() == []


async def test_a_stranger_does_not_look_at_it(talk: Conversation, clock: MovableClock) -> None:
    number = await unclear(talk, clock)
    await talk.say(f"/laporan {number}", who="wati", room="pupr")
    see = talk.button("Lihat tanggapan", "pupr")
    await talk.say(f"/disposisi {number} dinkes", who="sri", room="setda")

    assert TEXT not in await talk.press_token(see, who="joko")


async def test_an_answer_that_went_along_is_found_at_its_own_report(
    talk: Conversation, clock: MovableClock
) -> None:
    second = await unclear_along(talk, clock)
    report = await talk.say(f"/laporan {second}", who="wati", room="pupr")
    await talk.press("Lihat tanggapan", who="wati", room="pupr")
    await talk.press("Belum tampil, kirim lagi", who="wati", room="pupr")

    assert "Tanggapan mungkin terkirim" in report
    assert len(talk.published()) == 2
    assert (await talk.report(second)).answered_at is not None
    assert "Terkirim" in talk.shown("pupr")[-1]


async def test_that_nobody_knows_is_told_once(talk: Conversation, clock: MovableClock) -> None:
    await unclear(talk, clock)
    cards = [words for words in talk.shown("pupr") if "Mungkin terkirim" in words]
    await settle(talk, clock)
    again = [words for words in talk.shown("pupr") if "Mungkin terkirim" in words]

    assert len(cards) == len(again) == 2  # the amended one, and one that can be heard


async def test_of_another_reporters_answer_its_own_card_tells(
    talk: Conversation, clock: MovableClock
) -> None:
    second = await unclear_along(talk, clock)
    card = talk.shown("pupr")[-1]
    await talk.press("Tidak tampil, jangan kirim", who="wati", room="pupr")

    assert f"Mungkin terkirim · laporan {second}" in card
    assert any(f"{second} @warga2 · tidak terkirim" in words for words in talk.shown("pupr"))


async def test_what_is_not_there_holds_nobody_up(talk: Conversation, clock: MovableClock) -> None:
    number = await unclear(talk, clock)
    twice = talk.button("Tidak tampil, jangan kirim", "pupr")
    card = await talk.press("Tidak tampil, jangan kirim", who="wati")
    await talk.press_token(twice, who="wati")
    offered = talk.buttons("pupr")
    clock.move(minutes=1)
    await talk.say(f"/tanggapi {number} Sudah kami tambal.", who="sri", room="setda")
    await talk.press("Kirim", who="sri")
    history = await talk.say(f"/riwayat {number}", room="setda")

    assert "Tidak terkirim" in card
    assert "tidak tampil, jadi tidak dikirim" in card
    assert offered == ["Coba lagi", "Ubah", "Batal"]
    assert talk.published() == ["Sudah kami tambal."]
    assert history.count("dicari di akunnya dan tidak tampil") == 1
    await talk.press("Coba lagi", who="wati", room="pupr")
    assert talk.published() == ["Sudah kami tambal."]


async def test_what_the_timeline_shows_counts_for_more(talk: Conversation, clock: MovableClock) -> None:
    number = await unclear(talk, clock)
    await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
    card = await talk.press("Tidak tampil, jangan kirim", who="wati")

    assert "Terkirim" in card
    assert (await talk.report(number)).answered_at is not None


async def test_where_the_timeline_cannot_be_asked_the_persons_word_stands(
    talk: Conversation, clock: MovableClock
) -> None:
    await unclear(talk, clock)
    assert "belum berwenang" in await talk.press("Tidak tampil, jangan kirim", who="tono")
    talk.channel.trouble.append(Unknown("503"))

    assert "Tidak terkirim" in await talk.press("Tidak tampil, jangan kirim", who="wati")


async def test_given_up_and_sent_again_at_once_it_is_out_once_at_most(
    talk: Conversation, clock: MovableClock
) -> None:
    await unclear(talk, clock)
    give_up, again = (
        talk.button(label, "pupr") for label in ("Tidak tampil, jangan kirim", "Belum tampil, kirim lagi")
    )
    await asyncio.gather(*[talk.press_token(b, who="wati") for b in (give_up, again) * 5])
    await talk.sweep()

    assert len(talk.published()) <= 1


async def test_what_waits_in_part_is_taken_back(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {'Lubang itu kami tambal malam ini. ' * 12}", who="wati", room="pupr")
    await talk.press("Jadikan 2 kiriman", who="wati")
    talk.channel.outcomes = [None, Refusal("disconnected")]
    await talk.press("Kirim", who="wati")
    waits, standing = talk.shown("pupr")[-1], len(talk.published())
    await talk.press("Tarik yang sudah tampil", who="wati")
    await talk.press("Ya, tarik", who="wati")

    assert "Menunggu akun" in waits
    assert standing == 1
    assert talk.published() == []
