"""Taking a public answer back, and putting one right: both on record, nobody left without an answer unseen."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.memory import MemoryChannel
from plugin.public.outcomes import RateLimited, Refusal, Uncertain
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, kept_and_counted, open_conversation

TEXT = "Terima kasih, besok kami periksa."


async def answered(talk: Conversation, text: str = TEXT) -> int:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    return number


async def test_an_answer_is_taken_back_after_a_second_question(talk: Conversation) -> None:
    number = await answered(talk)
    asked = await talk.say(f"/tarik {number}", who="wati", room="pupr")
    assert TEXT in asked
    assert talk.published() == [TEXT]
    await talk.press("Ya, tarik", who="wati")

    assert talk.published() == []
    assert "Ditarik" in talk.shown("pupr")[0]
    report = await talk.report(number)
    assert (report.state, report.answered_at) == ("reopened", None)
    assert str(number) in await talk.say("/laporan-baru")
    history = await talk.say(f"/riwayat {number}", room="pupr")
    assert "tanggapan terkirim" in history
    assert "ditarik dari depan umum; laporan menunggu lagi" in history


async def test_taking_back_gives_no_new_time(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    due = (await talk.report(number)).due_at
    clock.move(hours=20)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(hours=2)
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press("Ya, tarik", who="wati")
    await talk.desk.timekeeper.tick()

    assert (await talk.report(number)).due_at == due


@pytest.mark.parametrize(
    ("handed_on", "state"),
    [("/disposisi {} dishub pasang rambu", "disposed"), ("/kembalikan {} bukan urusan kami", "returned")],
)
async def test_what_was_handed_on_since_waits_where_it_is(
    talk: Conversation, clock: MovableClock, handed_on: str, state: str
) -> None:
    number = await answered(talk)
    due = (await talk.report(number)).due_at
    if state == "returned":
        await talk.say(handed_on.format(number), who="wati", room="pupr")
    else:
        await talk.say(handed_on.format(number))
    clock.move(hours=2)
    await talk.say(f"/tarik {number}")
    await talk.press("Ya, tarik")
    await talk.desk.timekeeper.tick()

    report = await talk.report(number)
    assert (report.state, report.answered_at, report.due_at) == (state, None, due)
    assert "jalan rusak" in await talk.say("/laporan-baru")
    kept, counted = await talk.store.survey(kept_and_counted)
    assert kept == counted == {report.agency_id: 1}


async def test_only_who_may_send_takes_back(talk: Conversation) -> None:
    number = await answered(talk)
    for who, room in (("tono", "pupr"), ("nobody", "pupr")):
        assert "belum berwenang" in await talk.say(f"/tarik {number}", who=who, room=room)
    for who in ("tono", "joko"):
        assert "belum berwenang" in await talk.press("Tarik", who=who, room="pupr")

    assert talk.published() == [TEXT]


async def test_there_is_nothing_to_take_back(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    assert "tidak punya tanggapan" in await talk.say(f"/tarik {number}", who="wati", room="pupr")


async def test_pressed_by_many_it_goes_once(talk: Conversation) -> None:
    number = await answered(talk)
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    yes = talk.button("Ya, tarik", "pupr")
    await asyncio.gather(*[talk.press_token(yes, who=("wati", "sri")[n % 2]) for n in range(10)])

    assert talk.published() == []
    assert (await talk.say(f"/riwayat {number}", room="pupr")).count("ditarik dari depan umum") == 1


async def test_trouble_on_the_way_is_waited_out(talk: Conversation, clock: MovableClock) -> None:
    number = await answered(talk)
    lost = Uncertain("broken")
    talk.channel.arrives.append(lost)
    talk.channel.outcomes += [RateLimited(clock() + timedelta(minutes=3)), Uncertain("503"), lost]
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press("Ya, tarik", who="wati")
    assert talk.published() == [TEXT]
    assert "Sedang ditarik" in talk.shown("pupr")[0]
    for _ in range(4):
        clock.move(minutes=4)
        await talk.sweep()

    assert talk.published() == []
    assert "Ditarik" in talk.shown("pupr")[0]


async def test_where_the_channel_refuses_a_person_deletes_and_we_look(talk: Conversation) -> None:
    number = await answered(talk)
    talk.channel.outcomes.append(Refusal("forbidden"))
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press("Ya, tarik", who="wati")
    assert "hapus sendiri" in talk.shown("pupr")[0]
    assert (await talk.report(number)).state == "replied"
    assert "masih terlihat" in await talk.press("Sudah saya hapus", who="wati")
    [(_, _, ref)] = talk.channel.public("dpuprkebumen")
    talk.channel.unseen[ref.id] = "gone"
    await talk.press("Sudah saya hapus", who="wati")

    assert "Ditarik" in talk.shown("pupr")[0]
    assert (await talk.report(number)).state == "reopened"


async def test_an_account_without_a_line_is_deleted_by_hand(store: Store, clock: MovableClock) -> None:
    can = PublicCapabilities(longest=280, needs_approval=True, composer=True)
    talk = await open_conversation(store, clock, channel=MemoryChannel(can))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
    await talk.press("Sudah saya kirim", who="wati")
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press("Ya, tarik", who="wati")

    assert "tidak terhubung, jadi hapus sendiri" in talk.shown("pupr")[0]
    assert talk.published() == [TEXT]


async def test_another_answer_keeps_the_case_answered(talk: Conversation, clock: MovableClock) -> None:
    number = await answered(talk, "Kami cek.")
    clock.move(hours=1)
    await talk.say(f"/tanggapi {number} Sudah ditambal.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press("Ya, tarik", who="wati")

    assert talk.published() == ["Kami cek."]
    assert (await talk.report(number)).state == "replied"


class TestPuttingRight:
    async def correct(self, talk: Conversation, text: str) -> str:
        await talk.press("Perbaiki", who="wati")
        assert talk.chat.forms[-1][1].fields[0].initial == TEXT
        return await talk.fill_in(who="wati", room="pupr", text=text)

    async def test_the_new_one_goes_out_then_the_old_one_goes(self, talk: Conversation) -> None:
        number = await answered(talk)
        preview = await self.correct(talk, "Besok pukul 9 kami periksa.")
        assert "menggantikan yang sudah tampil" in preview
        assert talk.published() == [TEXT]
        await talk.press("Kirim", who="wati")

        assert talk.published() == ["Besok pukul 9 kami periksa."]
        assert "Diganti" in talk.shown("pupr")[0]
        assert (await talk.report(number)).state == "replied"
        assert "diganti dengan yang baru" in await talk.say(f"/riwayat {number}", room="pupr")

    async def test_a_correction_that_is_refused_leaves_the_old_one(self, talk: Conversation) -> None:
        await answered(talk)
        await self.correct(talk, "Besok pukul 9 kami periksa.")
        talk.channel.outcomes.append(Refusal("no_credit"))
        await talk.press("Kirim", who="wati")

        assert talk.published() == [TEXT]

    async def test_the_same_words_are_no_correction(self, talk: Conversation) -> None:
        await answered(talk)

        assert "masih sama" in await self.correct(talk, f" {TEXT.upper()} ")

    async def test_changed_once_more_it_still_corrects(self, talk: Conversation) -> None:
        await answered(talk)
        await self.correct(talk, "Besok pukul 9.")
        await talk.press("Ubah", who="wati")
        await talk.fill_in(who="wati", room="pupr", text="Besok pukul 10.")
        await talk.press("Kirim", who="wati")

        assert talk.published() == ["Besok pukul 10."]

    async def test_the_old_one_goes_although_we_died_in_between(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await answered(talk)
        await self.correct(talk, "Besok pukul 9.")
        talk.desk.publishing.withdraw = None  # nobody hastens it
        await talk.press("Kirim", who="wati")
        assert talk.published() == [TEXT, "Besok pukul 9."]
        await talk.sweep()

        assert talk.published() == ["Besok pukul 9."]
