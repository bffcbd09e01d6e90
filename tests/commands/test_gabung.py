"""Several tellings of one incident: one case, one answer to everybody, counted once, apart again if wrong."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from adapters.memory import MemoryChannel
from plugin.chat.rights import known
from plugin.chat.values import Person
from plugin.desk.audit import Hand, verify
from plugin.desk.cards.reply_card import ReplyCard, reply_card
from plugin.desk.measures.counts import recount
from plugin.desk.replying.replies import confirm as confirm_reply
from plugin.public.outcomes import RateLimited
from plugin.public.outcomes import Refusal as Refused
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import AgencyDay, AgencyOpen, CaseProposal, Photo, Reply
from plugin.wording import UserError
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation
from tests.plugin.test_rechecking import days_pass


async def three(talk: Conversation, clock: MovableClock) -> list[int]:
    numbers = []
    for n in (1, 2, 3):
        numbers.append(
            await talk.complain(
                f"@dpuprkebumen jembatan Tembana ambrol {n}",
                author=f"warga{n}",
                post=f"50{n}",
                conversation=f"50{n}",
            )
        )
        clock.move(minutes=10)
    return numbers


async def incident(talk: Conversation, clock: MovableClock) -> list[int]:
    """The same, and the second is joined to the first."""
    first, second, third = await three(talk, clock)
    await talk.say(f"/gabung {second} dengan {first}")
    return [first, second, third]


async def answer(talk: Conversation, number: int, words: str = "Kami cek.") -> None:
    await talk.say(f"/tanggapi {number} {words}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")


def figures(session: Session) -> tuple[int, int, int]:
    """(waiting, came in, answered), all agencies and days together."""
    waiting = sum(row.waiting for row in session.exec(select(AgencyOpen)))
    days = session.exec(select(AgencyDay)).all()
    return waiting, sum(d.incoming for d in days), sum(d.answered for d in days)


async def kept(talk: Conversation) -> tuple[int, int, int]:
    """The figures as they are kept; the waiting ones are what counting anew would give."""
    before = await talk.store.survey(figures)
    await talk.store.write(recount)
    assert await talk.store.survey(figures) == before
    return before


def replies(session: Session) -> list[tuple[int, str, str]]:
    return [
        (r.report_id, r.state, r.target_post) for r in session.exec(select(Reply).order_by(col(Reply.id)))
    ]


class TestJoining:
    async def test_two_become_one_case_with_its_weight(self, talk: Conversation, clock: MovableClock) -> None:
        first, second, third = await three(talk, clock)
        answer = await talk.say(f"/gabung {second} dengan {first}")
        await talk.say(f"/gabung {third} ke #{first}")
        listed = await talk.say("/laporan-baru")

        assert f"digabung dengan laporan {first}: 2 pelapor" in answer
        assert "1 laporan belum ditanggapi" in listed
        assert "3 pelapor" in listed
        assert "ambrol 2" not in listed
        card = await talk.say(f"/laporan {first}")
        assert f"Pelapor lain: {second} @warga2 (belum dijawab), {third} @warga3" in card
        assert f"Digabung dengan laporan {first}" in await talk.say(f"/laporan {second}")
        assert await kept(talk) == (1, 1, 0)
        assert (await talk.store.survey(verify))[1] is None

    async def test_the_leading_card_counts_the_others_photos_and_leads_to_them(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await three(talk, clock)
        for other in (second, third):
            await talk.say(f"/gabung {other} dengan {first}")
        sent = (
            (first, "stored"),
            (second, "stored"),
            (third, "stored"),
            (third, "stored"),
            (third, "failed"),
        )
        rows = [Photo(report_id=n, media_key=f"m{i}", state=state) for i, (n, state) in enumerate(sent)]
        await talk.store.write(lambda session: session.add_all(rows))
        card = await talk.say(f"/laporan {first}")

        assert "3 foto dari 2 pelapor lain" in card
        assert f"1 foto laporan {second}" in talk.buttons()
        assert f"Laporan {third}" in await talk.press(f"2 foto laporan {third}")

    async def test_the_one_due_first_leads_whatever_the_order(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)
        due = (await talk.report(first)).due_at
        await talk.say(f"/gabung {first} dengan {second}")

        assert (await talk.report(second)).joined_to == first
        assert (await talk.report(first)).due_at == due

    async def test_twice_is_once_and_one_person_counts_once(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)
        again = await talk.complain("@dpuprkebumen jembatan itu lagi", author="warga1", conversation="777")
        await talk.say(f"/gabung {second} dengan {first}")
        assert "2 pelapor" in await talk.say(f"/gabung {second} dengan {first}")
        assert "2 pelapor" in await talk.say(f"/gabung {again} dengan {first}")
        assert (await talk.say(f"/riwayat {first}")).count("digabung ke sini") == 2
        assert await kept(talk) == (2, 2, 0)

    async def test_those_that_were_joined_to_the_joined_come_along(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await three(talk, clock)
        await talk.say(f"/gabung {third} dengan {second}")
        assert "3 pelapor" in await talk.say(f"/gabung {second} dengan {first}")

        assert (await talk.report(third)).joined_to == first
        assert await kept(talk) == (1, 1, 0)

    async def test_what_must_not_disappear_is_not_joined(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await three(talk, clock)
        assert "dua nomor yang berbeda" in await talk.say(f"/gabung {first} dengan {first}")
        assert "nomor berapa" in await talk.say(f"/gabung {first} dengan sebelah")
        assert "tidak ada, atau bukan urusan" in await talk.say(f"/gabung {first} dengan 999")
        assert "belum berwenang" in await talk.say(f"/gabung {first} dengan {second}", who="joko")
        await talk.say(f"/bukan-laporan {third} uji")
        assert "sudah ditutup" in await talk.say(f"/gabung {third} dengan {first}")
        await answer(talk, first)
        assert f"/tanggapi {second}" in await talk.say(f"/gabung {second} dengan {first}")

        assert (await talk.report(second)).state == "new"

    async def test_work_goes_on_at_the_one_that_leads(self, talk: Conversation, clock: MovableClock) -> None:
        first, second, _ = await incident(talk, clock)

        for line in (f"/disposisi {second} dishub", f"/ambil {second}", f"/kembalikan {second} bukan kami"):
            assert f"sudah digabung dengan laporan {first}" in await talk.say(line)
        assert (await talk.report(second)).agency_id == (await talk.report(first)).agency_id


class TestProposal:
    async def test_a_button_joins_what_triage_takes_for_the_same(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)

        def propose(session: Session) -> None:
            session.add(
                CaseProposal(
                    report_id=second, is_report=True, category="jalan_jembatan", agencies=["DPUPR"], alike=first,
                    judged_at=clock(),
                )
            )  # fmt: skip

        await talk.store.write(propose)
        assert f"Mungkin kejadian yang sama dengan laporan {first}" in await talk.say(f"/laporan {second}")
        assert "2 pelapor" in await talk.press(f"Gabung dengan {first}")
        assert "Mungkin kejadian" not in await talk.say(f"/laporan {second}")


class TestProposed:
    async def test_also_when_both_tellings_came_at_once(self, talk: Conversation) -> None:
        first = await talk.complain(
            "@dpuprkebumen jalan di Desa Krakal berlubang dalam dekat SD", author="w1"
        )
        await talk.complain("@dpuprkebumen makasih pak, jalan di Krakal sudah mulus", author="w2")
        third = await talk.complain("@dpuprkebumen dalane neng Krakal bolong jero cedhak SD", author="w3")
        await talk.triage()

        assert f"Mungkin kejadian yang sama dengan laporan {first}" in await talk.say(f"/laporan {third}")
        assert "Mungkin kejadian" not in await talk.say(f"/laporan {first}")


class TestOneAnswer:
    async def test_reaches_every_reporter_in_words_of_their_own(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await three(talk, clock)
        for other in (second, third):
            await talk.say(f"/gabung {other} dengan {first}")
        preview = await talk.say(f"/tanggapi {first} Kami cek hari ini.", who="wati", room="pupr")
        assert "Juga dikirim kepada 2 pelapor lain" in preview
        assert f"Kami cek hari ini. #{second}" in preview
        assert talk.published() == []
        await talk.press("Kirim", who="wati")

        assert sorted(talk.published()) == [  # in no order of their own
            "Kami cek hari ini.",
            f"Kami cek hari ini. #{second}",
            f"Kami cek hari ini. #{third}",
        ]
        assert [t for _, _, t in await talk.store.survey(replies)] == ["501", "502", "503"]
        assert "(sudah dijawab)" in await talk.say(f"/laporan {first}")
        assert talk.shown("pupr")[-1].count("terkirim") >= 2
        assert await kept(talk) == (0, 1, 1)
        assert "selesai" in await talk.say(f"/selesai {first}")

    async def test_pressed_twice_it_reaches_each_once(self, talk: Conversation, clock: MovableClock) -> None:
        first, second, _ = await incident(talk, clock)
        await talk.say(f"/tanggapi {first} Kami cek.", who="wati", room="pupr")
        button = talk.button("Kirim", "pupr")
        await talk.press_token(button, who="wati")
        await talk.press_token(button, who="wati")
        await talk.sweep()

        assert sorted(talk.published()) == ["Kami cek.", f"Kami cek. #{second}"]

    async def test_a_reporter_who_came_after_the_preview_is_shown_first(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)
        await talk.say(f"/tanggapi {first} Kami cek.", who="wati", room="pupr")
        button = talk.button("Kirim", "pupr")
        await talk.say(f"/gabung {second} dengan {first}")
        await talk.press_token(button, who="wati")

        assert talk.published() == []

    async def one_is_gone(
        self, store: Store, clock: MovableClock
    ) -> tuple[Conversation, tuple[int, int, int]]:
        class Gone(MemoryChannel):
            async def publish(self, account, draft, target, *, key):  # type: ignore[no-untyped-def]
                if target == "502":
                    return Refused("gone")
                return await super().publish(account, draft, target, key=key)

        talk = await open_conversation(store, clock, channel=Gone())
        first, second, third = await three(talk, clock)
        for other in (second, third):
            await talk.say(f"/gabung {other} dengan {first}")
        await answer(talk, first)
        return talk, (first, second, third)

    async def test_it_does_not_close_by_itself_while_one_waits(
        self, store: Store, clock: MovableClock
    ) -> None:
        talk, (first, second, third) = await self.one_is_gone(store, clock)

        def heard() -> list[str]:
            return [
                text for text in talk.shown("pupr") if "belum dijawab" in text and "Mohon dijawab" in text
            ]

        for _ in range(20):
            clock.move(days=1)
            await talk.sweep()
        assert [(await talk.report(n)).state for n in (first, second, third)] == [
            "replied", "duplicate", "duplicate"
        ]  # fmt: skip
        assert len(heard()) == 1
        assert f"{second} @warga2" in heard()[0]
        assert talk.button(f"Tanggapi {second}", "pupr")
        for _ in range(15):
            clock.move(days=1)
            await talk.sweep()
        assert len(heard()) == 2
        await talk.say(f"/pisah {second}")
        for _ in range(20):
            clock.move(days=1)
            await talk.sweep()

        assert (await talk.report(first)).state == "done"
        assert len(heard()) == 2
        assert await talk.store.survey(lambda s: verify(s)[1]) is None

    async def test_one_that_fails_leaves_the_others_and_is_not_forgotten(
        self, store: Store, clock: MovableClock
    ) -> None:
        talk, (first, second, third) = await self.one_is_gone(store, clock)

        assert talk.published() == ["Kami cek.", f"Kami cek. #{third}"]
        assert "belum dijawab" in await talk.say(f"/selesai {first}")
        assert f"{second} @warga2 (belum dijawab)" in await talk.say(f"/laporan {first}")

    async def test_whom_this_account_cannot_answer_is_named(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first = await talk.complain("@dpuprkebumen lampu mati", author="w1")
        clock.move(minutes=5)
        other = await talk.complain("@dishubkbm lampu mati", to="dishubkbm", author="w2")
        await talk.say(f"/gabung {other} dengan {first}")
        preview = await talk.say(f"/tanggapi {first} Kami cek.", who="wati", room="pupr")

        assert f"Laporan {other} tidak dapat dijawab dari akun ini" in preview
        await talk.press("Kirim", who="wati")
        assert talk.published() == ["Kami cek."]
        await talk.say(f"/tanggapi {other} Kami juga cek.", who="sri")
        await talk.press("Kirim", who="sri")
        assert talk.published("dishubkbm") == ["Kami juga cek."]
        assert await kept(talk) == (0, 1, 1)


class TestTwoAnswersAtOnce:
    async def confirmed(self, talk: Conversation, clock: MovableClock) -> tuple[dict[int, ReplyCard], Hand]:
        """A draft to a report that was joined since, and one to the report that leads: as on their cards."""
        first, second, _ = await three(talk, clock)
        await talk.say(f"/tanggapi {second} Kami cek sore ini.", who="wati", room="pupr")
        await talk.say(f"/gabung {second} dengan {first}")
        await talk.say(f"/tanggapi {first} Petugas sudah di lokasi.", who="wati", room="pupr")
        cards = [await reply_card(talk.desk.services, number) for number in (1, 2)]
        who = await talk.store.write(known, Person("memory", "wati", "Bu Wati"))
        return {card.number: card for card in cards}, Hand("memory:wati", "memory:pupr", clock(), who)

    @pytest.mark.parametrize("begins", [0, 1], ids=["the joined one first", "the one that leads first"])
    async def test_a_reporter_gets_one_of_them(
        self, talk: Conversation, clock: MovableClock, begins: int
    ) -> None:
        cards, by = await self.confirmed(talk, clock)
        begun = threading.Event()

        def confirm(session: Session, card: ReplyCard, seconds: float) -> None:
            confirm_reply(session, by, card.reply_id, card.shown, talk.frame.terms, card.along)
            session.flush()
            begun.set()
            time.sleep(seconds)

        first, second = [cards[n] for n in sorted(cards, reverse=not begins)]
        holds = asyncio.create_task(talk.store.write(confirm, first, 0.4))
        await asyncio.to_thread(begun.wait, 5)
        with pytest.raises(UserError):
            await talk.store.write(confirm, second, 0)
        await holds
        await talk.sweep()

        answered = [target for _, target, _ in talk.channel.public("dpuprkebumen")]
        assert answered.count("502") == 1


class TestEachIsLookedAt:
    async def of_three(self, talk: Conversation, clock: MovableClock) -> tuple[int, int, int]:
        first, second, third = await three(talk, clock)
        for other in (second, third):
            await talk.say(f"/gabung {other} dengan {first}")
        return first, second, third

    async def test_each_names_the_report_of_whoever_reads_it(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await self.of_three(talk, clock)
        await talk.say(
            f"/tanggapi {first} Laporan nomor {first} kami cek. Jalan {first}. (#{first})",
            who="wati",
            room="pupr",
        )
        await talk.press("Kirim", who="wati")

        assert talk.published() == [
            f"Laporan nomor {n} kami cek. Jalan {first}. (#{n})" for n in (first, second, third)
        ]

    async def test_what_is_too_long_with_its_number_stays_and_is_named(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await self.of_three(talk, clock)
        text = ("Kami cek ke lapangan. " * 20)[: 280 - 1]
        preview = await talk.say(f"/tanggapi {first} {text}", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")

        for other in (second, third):
            assert f"Laporan {other} tidak ikut dijawab: dengan nomornya teks ini terlalu panjang" in preview
        assert "Juga dikirim" not in preview
        assert talk.published() == [text.strip()]
        assert "belum dijawab" in await talk.say(f"/selesai {first}")

    async def test_who_did_not_call_the_account_is_not_answered_through_the_api(
        self, store: Store, clock: MovableClock
    ) -> None:
        talk = await open_conversation(
            store, clock, channel=MemoryChannel(PublicCapabilities(longest=280, summons=True, composer=True))
        )
        first = await talk.complain("@dpuprkebumen jembatan ambrol", author="w1")
        other = await talk.complain("jembatan ambrol juga", author="w2", named="no")
        await talk.say(f"/gabung {other} dengan {first}")
        preview = await talk.say(f"/tanggapi {first} Kami cek.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")

        assert f"Laporan {other} tidak menyebut akun ini, jadi tidak dapat dijawab dari sini" in preview
        assert talk.published() == ["Kami cek."]

    async def test_what_the_checks_find_only_in_one_of_them_does_not_leave(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await self.of_three(talk, clock)
        text = "Kami sudah memeriksa kamar melati"  # with a number it is a patient's room
        preview = await talk.say(f"/tanggapi {first} {text}", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")

        for other in (second, third):
            assert f"Laporan {other} tidak ikut dijawab: pemeriksaan menemukan hal lain" in preview
        assert talk.published() == [text]

    async def test_what_was_found_in_the_answer_itself_is_asked_about_once(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, _, _ = await self.of_three(talk, clock)
        await talk.say(f"/tanggapi {first} Besok pasti selesai.", who="wati", room="pupr")
        assert "Tetap kirim?" in await talk.press("Kirim", who="wati")
        await talk.press("Ya, tetap kirim", who="wati")

        assert len(talk.published()) == 3

    async def test_the_words_of_another_agency_lately_are_known_for_each(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        other = await talk.complain("@dishubkbm lampu", to="dishubkbm", author="x")
        text = "Terima kasih atas laporannya, petugas kami segera mengecek ke lokasi hari ini."
        await talk.say(f"/tanggapi {other} {text}", who="joko", room="hub")
        await talk.press("Kirim", who="joko")
        first, _, _ = await self.of_three(talk, clock)
        preview = await talk.say(f"/tanggapi {first} {text}", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        await talk.press("Ya, tetap kirim", who="wati")

        assert "hampir sama" in preview
        assert len(set(talk.published())) == 3


class TestTakenBack:
    async def test_it_is_taken_back_from_everybody(self, talk: Conversation, clock: MovableClock) -> None:
        first, second, _ = await incident(talk, clock)
        await answer(talk, first)
        asked = await talk.say(f"/tarik {first}", who="wati", room="pupr")
        assert f"kepada 1 pelapor lain kejadian ini ikut ditarik: laporan {second} @warga2." in asked
        await talk.press("Ya, tarik", who="wati")
        await talk.sweep()

        assert talk.published() == []
        assert f"{second} @warga2 (belum dijawab)" in await talk.say(f"/laporan {first}")
        assert await kept(talk) == (2, 2, 0)

    async def test_from_one_reporter_alone_the_incident_is_done_no_longer(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await incident(talk, clock)
        await answer(talk, first)
        await talk.say(f"/selesai {first} sudah dicek", who="wati", room="pupr")
        assert (await talk.report(first)).state == "done"
        before = await kept(talk)
        await talk.say(f"/tarik {second}", who="wati", room="pupr")
        await talk.press("Ya, tarik", who="wati")

        lead = await talk.report(first)
        assert (lead.state, lead.closed_at) == ("replied", None)
        assert lead.answered_at is not None
        assert (await talk.report(second)).answered_at is None
        assert f"pelapor laporan {second} tidak punya tanggapan lagi" in await talk.say(f"/riwayat {first}")
        assert "belum dijawab" in await talk.say(f"/selesai {first}")
        assert await kept(talk) == before

    async def test_it_is_put_right_for_everybody(self, talk: Conversation, clock: MovableClock) -> None:
        first, second, _ = await incident(talk, clock)
        await answer(talk, first)
        await talk.say(f"/tarik {first}", who="wati", room="pupr")
        await talk.press("Perbaiki", who="wati")
        await talk.fill_in(who="wati", room="pupr", text="Kami cek besok.")
        await talk.press("Kirim", who="wati")
        await talk.sweep()

        assert sorted(talk.published()) == ["Kami cek besok.", f"Kami cek besok. #{second}"]


class TestWritingOn:
    async def test_before_the_answer_it_adds_to_the_incident(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await incident(talk, clock)
        await talk.complain("masih ambrol", author="warga2", conversation="502", answers="502")

        assert (await talk.report(second)).joined_to == first
        assert await kept(talk) == (2, 2, 0)

    async def test_after_the_answer_it_is_a_case_of_its_own_again(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await incident(talk, clock)
        await answer(talk, first, "Sudah kami perbaiki.")
        await talk.complain("di tempat saya belum", author="warga2", conversation="502", answers="502")

        report = await talk.report(second)
        assert (report.joined_to, report.state) == (None, "reopened")
        assert (await talk.report(first)).reporters == 1
        assert "di tempat saya belum" in await talk.say(f"/laporan {second}")
        assert await kept(talk) == (2, 3, 2)


class TestSplitting:
    async def test_it_waits_since_the_citizen_wrote(self, talk: Conversation, clock: MovableClock) -> None:
        first, second, _ = await three(talk, clock)
        due = (await talk.report(second)).due_at
        await talk.say(f"/gabung {second} dengan {first}")
        clock.move(hours=30)
        answer = await talk.say(f"/pisah {second}")
        await talk.sweep()

        report = await talk.report(second)
        assert "menjadi laporan sendiri" in answer
        assert (report.state, report.joined_to, report.due_at) == ("new", None, due)
        assert (await talk.report(first)).reporters == 1
        assert await kept(talk) == (3, 3, 0)
        assert "dipisahkan dari laporan" in await talk.say(f"/riwayat {second}")
        assert "tidak sedang digabung" in await talk.say(f"/pisah {second}")

    async def test_what_had_its_answer_counts_as_answered(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await incident(talk, clock)
        await answer(talk, first)
        await talk.say(f"/pisah {second}")

        assert (await talk.report(second)).state == "replied"
        assert await kept(talk) == (1, 3, 2)

    async def test_it_came_in_where_and_when_it_came_in(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)
        await talk.say(f"/disposisi {second} dishub")
        clock.move(days=2)
        await talk.say(f"/gabung {second} dengan {first}")
        await talk.say(f"/pisah {second}")

        days = await talk.store.survey(
            lambda s: [(d.day, d.incoming) for d in s.exec(select(AgencyDay)) if d.incoming]
        )
        assert days == [(date(2026, 8, 18), 3)]
        assert (await talk.report(second)).state == "disposed"


class TestWhenTheLeadingPostIsDeleted:
    """What its citizen deletes must not take the other reporters of the incident out of sight with it."""

    async def test_the_next_reporter_leads_and_everybody_left_is_answered(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await three(talk, clock)
        await talk.say(f"/disposisi {first} dpupr perbaiki")
        await talk.say(f"/gabung {second} {first}")
        await talk.say(f"/gabung {third} {first}")
        talk.channel.unseen["501"] = "gone"
        await days_pass(talk, clock)
        listed = await talk.say("/laporan-baru", room="pupr", who="tono")
        card = await talk.say(f"/laporan {second}", room="pupr", who="tono")
        left = await talk.say(f"/laporan {first}", room="pupr", who="tono")
        before = await kept(talk)
        await talk.say(f"/tanggapi {second} Jembatan kami periksa.", room="pupr", who="tono")
        await talk.press("Kirim", who="wati", room="pupr")

        assert "1 laporan belum ditanggapi" in listed
        assert "ambrol 2" in listed
        assert "3 pelapor" in card
        assert "perbaiki" in card
        assert f"Digabung dengan laporan {second}" in left
        assert "/bukan-laporan" not in left
        assert before == (1, 1, 0)
        assert await kept(talk) == (0, 1, 1)
        assert [target for _, target, _ in talk.channel.public("dpuprkebumen")] == ["502", "503"]
        assert f"menggantikan laporan {first}" in await talk.say(f"/riwayat {second}", room="pupr")
        assert (await talk.store.survey(verify))[1] is None

    async def test_it_waits_since_its_own_citizen_wrote(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await three(talk, clock)
        await talk.say(f"/gabung {second} {first}")
        await talk.say(f"/gabung {third} {first}")
        due = (await talk.report(second)).due_at
        talk.channel.unseen["501"] = "gone"
        await days_pass(talk, clock)
        await talk.desk.timekeeper.tick()

        assert (await talk.report(second)).due_at == due
        assert (await talk.report(third)).joined_to == second

    async def test_while_its_answer_is_on_its_way_nothing_moves(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)
        await talk.say(f"/gabung {second} {first}")
        await talk.say(f"/tanggapi {first} Jembatan kami periksa.", room="pupr", who="tono")
        talk.channel.outcomes = [RateLimited(clock() + timedelta(days=9))] * 2
        await talk.press("Kirim", who="wati", room="pupr")
        talk.channel.unseen["501"] = "gone"
        await days_pass(talk, clock)

        assert (await talk.report(second)).joined_to == first
        card = await talk.say(f"/laporan {first}", room="pupr", who="tono")
        assert "/bukan-laporan" not in card
        assert f"{second} @warga2 (belum dijawab)" in card

    async def test_who_has_nobody_beside_them_leaves_alone(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, _ = await three(talk, clock)
        await talk.say(f"/gabung {second} {first}")
        talk.channel.unseen |= {"501": "gone", "502": "gone"}
        await days_pass(talk, clock)
        [lead] = [n for n in (first, second) if (await talk.report(n)).joined_to is None]

        assert f"/bukan-laporan {lead}" in await talk.say(f"/laporan {lead}", room="pupr", who="tono")
        assert "2 laporan belum ditanggapi" in await talk.say("/laporan-baru", room="pupr", who="tono")


@pytest.mark.parametrize(
    "typed", ["1 dengan 2 dan 3", "1 2 3", "1, 2, 3", "3 dengan laporan 1, no. 2.", "2 dengan 1,3"]
)
async def test_several_are_joined_at_once(talk: Conversation, clock: MovableClock, typed: str) -> None:
    await three(talk, clock)
    said = await talk.say(f"/gabung {typed}", who="wati", room="pupr")

    assert "2 laporan (" in said
    assert "digabung dengan laporan 1: 3 pelapor" in said
    assert talk.buttons("pupr") == ["Tanggapi 1", "Lihat laporan"]
    assert [(await talk.report(n)).joined_to for n in (1, 2, 3)] == [None, 1, 1]


async def test_one_that_cannot_be_joined_keeps_the_others_from_nothing(
    talk: Conversation, clock: MovableClock
) -> None:
    await three(talk, clock)
    await talk.say("/tanggapi 2 Kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")
    said = await talk.say("/gabung 1 dengan 2, 3", who="wati", room="pupr")

    assert "Laporan 3 digabung dengan laporan 1: 2 pelapor" in said
    assert "2: sudah ditanggapi" in said


async def test_where_none_can_be_joined_nothing_is_said_to_be(
    talk: Conversation, clock: MovableClock
) -> None:
    await three(talk, clock)
    await talk.say("/tanggapi 1 Kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")
    said = await talk.say("/gabung 1 dengan 2, 3", who="wati", room="pupr")

    assert "Laporan 1 sudah ditanggapi" in said
    assert [(await talk.report(n)).joined_to for n in (1, 2, 3)] == [None, None, None]


async def test_a_number_of_somebody_elses_joins_nothing(talk: Conversation, clock: MovableClock) -> None:
    await three(talk, clock)
    await talk.complain("@dishubkbm bangjo mati", to="dishubkbm", author="w9")
    said = await talk.say("/gabung 1 dengan 2, 4", who="wati", room="pupr")

    assert "laporan 4 tidak ada" in said
    assert (await talk.report(2)).joined_to is None
