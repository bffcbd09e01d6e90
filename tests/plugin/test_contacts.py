"""What a caller told of themselves stays not in buttons and half-filled forms, nor longer than the case needs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session

from adapters.memory import MemoryChat
from plugin.chat import forms
from plugin.chat.values import Capabilities
from plugin.desk.audit import of_report, system
from plugin.desk.posts.recording import forget_citizens
from plugin.store import revisions
from plugin.store.scrubbing import SOILED, scrub
from plugin.store.store import Store
from tests.commands.test_bukti import photo
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation
from tests.plugin.test_forgotten import on_disk, tables_with

MARK = "qzxwerangka"
NUMBER = "081234567890"
POOR = Capabilities(longest=4000, forms=False, whispers=False)
ROOM = "pribadi-tono"


@pytest.fixture
async def talk(store: Store, clock: MovableClock, tmp_path: Path) -> Conversation:
    return await open_conversation(store, clock, media=tmp_path / "media", chat=MemoryChat(POOR))


async def answer(talk: Conversation, *answers: str) -> str:
    """Answer the questions of a form one by one."""
    told = ""
    for text in answers:
        question, _ = talk.newest(ROOM)
        told = await talk.say(text, who="tono", room=ROOM, answers=question)
    return told


async def named(talk: Conversation, *, close: bool = True) -> int:
    """A caller who told a name and a number, called back, and the case closed."""
    await talk.say("/catat telepon lampu jalan di pasar mati", who="tono", room=ROOM)
    await talk.press("Isi nama dan kontak pelapor", who="tono", room=ROOM)
    await answer(talk, f"Bu {MARK}", NUMBER)
    if close:
        await talk.say("/tanggapi 1 Sudah kami perbaiki.", who="wati", room="pupr")
        await talk.press("Sudah disampaikan", who="wati", room="pupr")
        await talk.say("/selesai 1", who="wati", room="pupr")
    return 1


async def an_hour_passes(talk: Conversation, clock: MovableClock, **time: float) -> list[int]:
    """What is done each hour, after so much time; whose contacts it took out."""
    clock.move(**time)

    def hour(session: Session) -> list[int]:
        forms.forget(session, clock())
        kept = talk.desk.services.terms.contact_lasts
        return list(forget_citizens(session, system(clock()), clock() - kept))

    return await talk.store.write(hour)


async def holding(talk: Conversation, word: str = MARK) -> list[str]:
    return await talk.store.survey(tables_with, word)


# -- words that wait for a choice -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        (f"jalan di {MARK} rusak sejak hari Senin yang lalu", ["Loket"]),
        (f"lagi 1 hari lampu di {MARK} mati dan tidak ada yang datang", ["Tambahan laporan 1"]),
        (f"lagi 1 hari lampu di {MARK} mati dan tidak ada yang datang", ["Laporan baru", "SMS"]),
    ],
)
async def test_words_wait_once_and_go_when_they_are_chosen(
    talk: Conversation, line: str, choices: list[str]
) -> None:
    await talk.say("/catat telepon: got mampet", who="tono", room=ROOM)
    await talk.say(f"/catat {line}", who="tono", room=ROOM)
    before = await holding(talk)
    for choice in choices:
        await talk.press(choice, who="tono", room=ROOM)

    assert before == ["action_token"]
    assert "action_token" not in await holding(talk)
    assert {"report", "followup"} & set(await holding(talk))


async def test_who_chooses_twice_is_shown_what_it_has_become(talk: Conversation) -> None:
    await talk.say("/catat telepon: got mampet", who="tono", room=ROOM)
    await talk.say("/catat lagi 1 hari lampu mati", who="tono", room=ROOM)
    button = talk.button("Tambahan laporan 1", ROOM)
    told = [await talk.press_token(button, who="tono") for _ in range(2)]

    assert "hari lampu mati" in told[0]
    assert "Sudah ditambahkan ke laporan 1" in told[1]


async def test_photos_wait_with_their_words(talk: Conversation) -> None:
    await talk.say("/catat jalan di pasar rusak", who="tono", room=ROOM, media=photo(talk))
    told = await talk.press("Loket", who="tono", room=ROOM)

    assert "tidak ikut tersimpan" not in told
    assert (await talk.report(1)).photos == 1


async def test_words_that_nobody_chose_for_go_after_a_day(talk: Conversation, clock: MovableClock) -> None:
    await talk.say(f"/catat jalan di {MARK} rusak", who="tono", room=ROOM)
    await talk.say(
        f"/catta telepon jalan di {MARK} rusak sejak hari Senin yang lalu sekali", who="tono", room=ROOM
    )
    await an_hour_passes(talk, clock, hours=23)
    early = await holding(talk)
    await an_hour_passes(talk, clock, hours=2)

    assert early == ["action_token"]
    assert await holding(talk) == []
    assert "tidak berlaku" in await talk.press("Loket", who="tono", room=ROOM)


# -- questions that are asked one by one ----------------------------------------------------------------


async def test_answers_go_when_they_are_worked_off(talk: Conversation) -> None:
    await named(talk, close=False)

    assert await holding(talk) == ["report"]
    assert await holding(talk, NUMBER) == ["report"]


async def test_a_question_that_was_used_says_that_it_lapsed(talk: Conversation) -> None:
    await talk.say("/catat telepon", who="tono", room=ROOM)
    await answer(talk, f"lampu di {MARK} mati", "Bu Sari")
    question, _ = talk.newest(ROOM)
    await talk.say(NUMBER, who="tono", room=ROOM, answers=question)

    assert "tidak berlaku" in await talk.say("0899", who="tono", room=ROOM, answers=question)
    assert (await talk.report(1)).author == {"contact": NUMBER}


async def test_taking_a_contact_out_reaches_half_a_form(talk: Conversation) -> None:
    await named(talk, close=False)
    await talk.say("/laporan 1", who="tono", room=ROOM)
    await talk.press("Lihat pelapor", who="tono", room=ROOM)
    await talk.press("Ubah atau hapus nama dan kontak", who="tono", room=ROOM)
    await answer(talk, f"Bu {MARK} Baru")
    await talk.say(
        f"/catat jalan rusak, hubungi {NUMBER} setelah pukul lima sore ya Pak", who="tono", room=ROOM
    )
    half = await holding(talk)
    await talk.press("Ubah atau hapus nama dan kontak", who="tono", room=ROOM)
    await answer(talk, "-", "-")
    await scrub(talk.store)

    assert "action_token" in half
    assert await holding(talk) == []
    assert await holding(talk, NUMBER) == []
    assert on_disk(talk.store, MARK) == []


async def test_a_colleague_who_is_writing_the_answer_is_not_disturbed_by_it(talk: Conversation) -> None:
    await named(talk, close=False)
    await talk.say("/tanggapi 1", who="wati", room="pupr")
    question, _ = talk.newest("pupr")
    await talk.say("/laporan 1", who="tono", room=ROOM)
    await talk.press("Lihat pelapor", who="tono", room=ROOM)
    await talk.press("Ubah atau hapus nama dan kontak", who="tono", room=ROOM)
    await answer(talk, "-", "-")

    assert "Jawaban laporan 1" in await talk.say("Kami cek.", who="wati", room="pupr", answers=question)


# -- how long it is kept --------------------------------------------------------------------------------


async def test_a_contact_goes_some_time_after_the_case_was_closed(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await named(talk)
    early = await an_hour_passes(talk, clock, days=89)
    gone = await an_hour_passes(talk, clock, days=2)
    again = await an_hour_passes(talk, clock, hours=1)
    report = await talk.report(number)

    assert (early, gone, again) == ([], [number], [])
    assert (report.author_name, report.author) == ("", {})
    assert "lampu jalan" in report.text
    assert await holding(talk) == []
    assert await talk.store.read(revisions.read, SOILED) == 1
    assert [e.act for e in await talk.store.survey(of_report, number)].count("contact_lapsed") == 1
    assert "masa simpannya habis" in await talk.say(f"/riwayat {number}", who="wati", room="pupr")


async def test_a_case_that_is_open_keeps_it(talk: Conversation, clock: MovableClock) -> None:
    await named(talk, close=False)

    assert await an_hour_passes(talk, clock, days=400) == []


async def test_a_case_that_was_opened_again_keeps_it(talk: Conversation, clock: MovableClock) -> None:
    await named(talk)
    clock.move(days=80)
    await talk.say("/buka-lagi 1 belum beres", who="wati", room="pupr")

    assert await an_hour_passes(talk, clock, days=400) == []


async def test_who_was_joined_to_another_case_is_known_as_long_as_that_one_is_open(
    talk: Conversation, clock: MovableClock
) -> None:
    lead = await talk.complain("@dpuprkebumen lampu jalan di pasar mati")
    await named(talk, close=False)
    await talk.say(f"/gabung {lead} dengan 2", who="wati", room="pupr")
    waiting = await an_hour_passes(talk, clock, days=100)
    await talk.say(f"/bukan-laporan {lead} sudah ditangani", who="wati", room="pupr")
    gone = await an_hour_passes(talk, clock, days=91)

    assert waiting == []
    assert gone == [2]


async def test_what_citizens_posted_is_no_contact_of_ours(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", author="warga1")
    await talk.say(f"/bukan-laporan {number} sudah", who="wati", room="pupr")

    assert await an_hour_passes(talk, clock, days=400) == []
    assert (await talk.report(number)).author_name == "Warga1"
