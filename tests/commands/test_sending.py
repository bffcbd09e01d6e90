"""Who may send, and when it really leaves: the window, the second person, the account of another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from adapters.memory import MemoryChannel, MemoryChat
from plugin.chat.values import MessageRef, Outgoing, Room
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.claims import claim, due
from plugin.errors import Unknown
from plugin.public.outcomes import Refusal
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import Reply
from plugin.terms import Terms
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation

TEXT = "Terima kasih, besok kami periksa."


class Busy(MemoryChat):
    """The agency's group takes nothing for a while."""

    busy = False

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        if self.busy and room.key == "pupr":
            raise Unknown("timeout")
        return await super().send(room, message, key=key)


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    """A desk where half a minute passes between Kirim and sending."""
    return await open_conversation(store, clock, terms=Terms(ZONE))


async def preview(talk: Conversation, *, who: str = "wati", room: str = "pupr") -> int:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who=who, room=room)
    return number


class TestTheWindow:
    async def test_what_was_sent_leaves_half_a_minute_later(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await preview(talk)
        card = await talk.press("Kirim", who="wati")
        assert "Akan terkirim pukul 10.00.30 WIB" in card
        assert talk.buttons("pupr") == ["Jangan kirim dulu"]
        clock.move(seconds=29)
        await talk.sweep()
        assert talk.published() == []
        clock.move(seconds=1)
        await talk.sweep()

        assert talk.published() == [TEXT]
        assert "Terkirim" in talk.shown("pupr")[-1]

    async def test_held_back_it_is_the_draft_it_was(self, talk: Conversation, clock: MovableClock) -> None:
        number = await preview(talk)
        await talk.press("Kirim", who="wati")
        card = await talk.press("Jangan kirim dulu", who="tono")
        clock.move(minutes=5)
        await talk.sweep()

        assert "Pratinjau" in card
        assert talk.published() == []
        assert talk.buttons("pupr") == ["Kirim", "Ubah", "Batal", "Tambah foto"]
        assert "dibatalkan sebelum terkirim" in await talk.say(f"/riwayat {number}", room="pupr")
        await talk.press("Kirim", who="wati")
        clock.move(seconds=30)
        await talk.sweep()
        assert talk.published() == [TEXT]

    async def test_sent_again_after_holding_back_waits_anew(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati")
        await talk.press("Jangan kirim dulu", who="wati")
        clock.move(seconds=20)
        await talk.press("Kirim", who="wati")
        clock.move(seconds=15)  # the first window would be over by now
        await talk.sweep()
        assert talk.published() == []
        clock.move(seconds=15)
        await talk.sweep()

        assert talk.published() == [TEXT]

    async def test_too_late_says_so(self, talk: Conversation, clock: MovableClock) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati")
        hold = talk.button("Jangan kirim dulu", "pupr")
        clock.move(seconds=30)
        await talk.sweep()

        assert "Sudah terlambat" in await talk.press_token(hold, who="wati")
        assert talk.published() == [TEXT]

    async def test_strangers_to_the_case_hold_nothing_back(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati")
        for stranger in ("joko", "nobody"):
            assert "belum berwenang" in await talk.press("Jangan kirim dulu", who=stranger)
        clock.move(seconds=30)
        await talk.sweep()

        assert talk.published() == [TEXT]

    async def test_holding_back_and_sending_at_once_do_one_of_both(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati")
        hold = talk.button("Jangan kirim dulu", "pupr")
        clock.move(seconds=30)
        _, said = await asyncio.gather(talk.sweep(), talk.press_token(hold, who="wati"))
        await talk.sweep()

        assert talk.published() == ([TEXT] if "terlambat" in said or "Terkirim" in said else [])

    async def test_after_a_restart_it_leaves_at_its_time(
        self, talk: Conversation, clock: MovableClock, store: Store
    ) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati")
        talk.jobs.clear()  # the process ended, and its timers with it
        clock.move(seconds=10)
        assert len(await store.survey(due, clock())) == 1
        clock.move(seconds=20)
        await talk.sweep()

        assert talk.published() == [TEXT]

    async def test_what_should_have_left_long_ago_is_looked_for_first(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        """Yesterday's backup was put back: in it the answer is confirmed, in public it stands already."""
        await preview(talk)
        await talk.press("Kirim", who="wati")
        await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(1)).post_id)
        clock.move(hours=9)
        await talk.sweep()

        assert talk.published() == [TEXT]
        assert "Terkirim" in talk.shown("pupr")[-1]

    async def test_a_clock_that_is_set_back_keeps_nothing_from_leaving(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati")
        clock.move(hours=7)
        assert await talk.store.write(claim, 1, "dead", clock()) is not None
        clock.move(hours=-7, minutes=1)
        await talk.sweep()

        assert talk.published() == [TEXT]


async def test_a_row_that_is_ours_is_as_others_left_it_and_as_we_changed_it(talk: Conversation) -> None:
    await preview(talk)

    def waited(session: Session) -> tuple[str, str]:
        read_before = session.exec(select(Reply)).one()
        assert read_before.id is not None
        read_before.note = "ours"
        # What another transaction has committed by the time ours has the lock.
        session.connection().execute(sa.update(Reply).values(state="confirmed"))
        reply = parts.locked_reply(session, read_before.id)
        return reply.state, reply.note

    assert await talk.store.write(waited) == ("confirmed", "ours")


class TestASecondPerson:
    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        return await open_conversation(store, clock)

    async def rule(self, talk: Conversation, mode: str, agency: str = "dpupr") -> str:
        return await talk.say(f"/persetujuan {agency} {mode}", who="adi", room="setda")

    async def test_an_author_alone_does_not_send(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        await preview(talk)
        assert "orang kedua perlu menyetujuinya" in talk.shown("pupr")[-1]
        card = await talk.press("Kirim", who="wati")

        assert "Menunggu persetujuan orang kedua" in card
        assert "selalu memakai dua orang" in card
        assert talk.buttons("pupr") == ["Setujui", "Kembalikan", "Ubah", "Batal"]
        assert "tulis sendiri" in await talk.press("Setujui", who="wati")
        assert "belum berwenang" in await talk.press("Setujui", who="tono")
        assert talk.published() == []
        card = await talk.press("Setujui", who="sri")
        assert "disetujui Bu Sri Sekda" in card
        await talk.press("Kirim", who="wati")
        assert talk.published() == [TEXT]

    async def test_one_person_in_two_chats_is_not_two(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        await talk.say("/beri-peran @1 penanggung-jawab dpupr", who="adi", mentions=("ibu_wati",))
        await preview(talk)
        await talk.press("Kirim", who="ibu_wati", room="pupr")
        card = talk.shown("pupr")[-1]
        refused = await talk.press("Setujui", who="ibu_wati", room="pupr")

        assert "Menunggu persetujuan orang kedua" in card
        assert "ditulis dengan nama yang sama dengan nama Anda" in refused
        assert talk.published() == []

    async def test_whoever_sends_what_another_wrote_is_the_second_person(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        await preview(talk, who="tono")
        await talk.press("Kirim", who="wati")

        assert talk.published() == [TEXT]

    async def test_a_draft_goes_back_with_a_note_and_only_its_author_changes_it(
        self, talk: Conversation
    ) -> None:
        await self.rule(talk, "selalu")
        number = await preview(talk)
        await talk.press("Kirim", who="wati")
        edit = talk.button("Ubah", "pupr")
        assert "hanya penulisnya yang dapat mengubahnya" in await talk.press_token(edit, who="sri")
        await talk.press("Kembalikan", who="sri")
        card = await talk.fill_in(who="sri", room="pupr", note="Sebut <jalan> apa.")
        assert "Dikembalikan kepada Bu Wati" in card
        assert "Sebut <jalan> apa." in card
        await talk.press("Ubah", who="wati")
        await talk.fill_in(who="wati", room="pupr", text="Jalan Alian kami cek.")
        await talk.press("Kirim", who="wati")
        assert talk.published() == []
        await talk.press("Setujui", who="sri")
        await talk.press("Kirim", who="sri")

        assert talk.published() == ["Jalan Alian kami cek."]
        assert "dikembalikan: Sebut <jalan> apa." in await talk.say(f"/riwayat {number}", room="pupr")

    async def test_what_was_approved_is_what_leaves(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        await preview(talk)
        await talk.press("Kirim", who="wati")
        approve = talk.button("Setujui", "pupr")
        await talk.press("Ubah", who="wati")
        await talk.fill_in(who="wati", room="pupr", text="Sesuatu yang lain.")
        assert "tidak sedang menunggu" in await talk.press_token(approve, who="sri")
        await talk.press("Kirim", who="wati")

        assert talk.published() == []

    async def test_an_approval_lapses(self, talk: Conversation, clock: MovableClock) -> None:
        await self.rule(talk, "selalu")
        number = await preview(talk)
        await talk.press("Kirim", who="wati")
        await talk.press("Setujui", who="sri")
        clock.move(hours=12)
        card = await talk.press("Kirim", who="wati")

        assert "Menunggu persetujuan" in card
        assert talk.published() == []
        assert "sudah kedaluwarsa" in await talk.say(f"/riwayat {number}", room="pupr")
        await talk.press("Setujui", who="sri")
        await talk.press("Kirim", who="wati")
        assert talk.published() == [TEXT]

    async def test_a_new_author_asks_until_five_answers_are_public(self, talk: Conversation) -> None:
        await self.rule(talk, "perlu")
        for n in range(5):
            number = await talk.complain(f"@dpuprkebumen lubang {n}", author=f"warga{n}")
            await talk.say(f"/tanggapi {number} Jawaban {n}.", who="wati", room="pupr")
            assert "penulisnya masih baru" in await talk.press("Kirim", who="wati")
            await talk.press("Setujui", who="sri")
            await talk.press("Kirim", who="wati")
        await preview(talk)
        await talk.press("Kirim", who="wati")

        assert talk.published()[-1] == TEXT

    async def test_at_night_an_author_asks(self, store: Store, clock: MovableClock) -> None:
        terms = Terms(ZONE, window=timedelta(0), newcomer=0)
        talk = await open_conversation(store, clock, terms=terms)
        await self.rule(talk, "perlu")
        await preview(talk)
        await talk.press("Kirim", who="wati")
        assert talk.published() == [TEXT]
        clock.move(hours=11)  # 21.00 WIB
        number = await talk.complain("@dpuprkebumen lampu mati", author="warga2")
        await talk.say(f"/tanggapi {number} Malam ini dicek.", who="wati", room="pupr")
        assert "malam hari" in await talk.press("Kirim", who="wati")
        clock.move(hours=9)  # 06.00
        await talk.say(f"/tanggapi {number} Pagi ini dicek.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati", room="pupr")

        assert talk.published() == [TEXT, "Pagi ini dicek."]

    async def test_the_rule_holds_below_until_a_nearer_one(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu", "33.05")
        assert "Setiap tanggapan" in await talk.say("/persetujuan dpupr", who="sri")
        await self.rule(talk, "tidak", "dpupr")
        await preview(talk)
        await talk.press("Kirim", who="wati")

        assert talk.published() == [TEXT]

    async def test_only_those_above_set_the_rule(self, talk: Conversation) -> None:
        assert "belum berwenang" in await talk.say("/persetujuan dpupr tidak", who="wati", room="pupr")
        assert "tidak dikenal" in await self.rule(talk, "kadang")

    async def test_the_agencys_group_sees_what_waits(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/tanggapi {number} {TEXT}", who="sri", room="setda")
        await talk.press("Kirim", who="sri", room="setda")
        assert "Menunggu persetujuan" in talk.shown("pupr")[-1]
        await talk.press("Setujui", who="wati", room="pupr")
        await talk.press("Kirim", who="wati", room="pupr")

        assert talk.published() == [TEXT]
        assert "Terkirim" in talk.shown("setda")[-1]

    async def written_in_private(self, talk: Conversation) -> int:
        await self.rule(talk, "selalu")
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pribadi-wati")
        return number

    async def test_a_group_that_takes_nothing_now_sees_it_later_and_the_author_hears_at_once(
        self, store: Store, clock: MovableClock
    ) -> None:
        chat = Busy()
        talk = await open_conversation(store, clock, chat=chat)
        await self.written_in_private(talk)
        chat.busy = True
        told = await talk.press("Kirim", who="wati")
        seen = talk.shown("pupr")
        chat.busy = False
        clock.move(minutes=1)
        await talk.sweep()

        assert "Menunggu persetujuan" in told
        assert seen == []
        assert [words.splitlines()[0][:20] for words in talk.shown("pupr")] == ["Menunggu persetujuan"]

    async def test_a_press_worked_off_twice_asks_once(self, talk: Conversation) -> None:
        await self.written_in_private(talk)
        send = talk.button("Kirim", "pribadi-wati")
        await asyncio.gather(*[talk.press_token(send, who="wati") for _ in range(3)])
        await talk.sweep()

        assert sum("Menunggu persetujuan" in words for words in talk.shown("pupr")) == 1

    async def test_what_lapsed_is_asked_anew(self, talk: Conversation, clock: MovableClock) -> None:
        await self.written_in_private(talk)
        await talk.press("Kirim", who="wati")
        await talk.press("Setujui", who="sri", room="pupr")
        clock.move(hours=12)
        before = len(talk.shown("pupr"))
        await talk.press("Kirim", who="wati", room="pribadi-wati")

        assert len(talk.shown("pupr")) == before + 1

    async def test_where_the_agency_has_no_group_the_nearest_above_sees_it(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        number = await talk.complain("@dpuprkebumen puskesmas tutup")
        await talk.say(f"/disposisi {number} dinkes", who="sri", room="setda")
        await talk.say(f"/tanggapi {number} {TEXT}", who="sri", room="pribadi-sri")
        await talk.press("Kirim", who="sri", room="pribadi-sri")
        await talk.fill_in(who="sri", room="pribadi-sri", handle="dpuprkebumen")

        assert "Menunggu persetujuan" in talk.shown("setda")[-1]

    async def test_it_stands_at_its_report(self, talk: Conversation) -> None:
        number = await self.written_in_private(talk)
        await talk.press("Kirim", who="wati")

        assert "menunggu persetujuan orang kedua" in await talk.say(f"/laporan {number}")

    async def test_fifty_presses_of_every_kind_send_once(self, talk: Conversation) -> None:
        await self.rule(talk, "selalu")
        await preview(talk)
        send = talk.button("Kirim", "pupr")
        await talk.press("Kirim", who="wati")
        approve = talk.button("Setujui", "pupr")
        presses = [(send, "wati"), (approve, "sri"), (send, "sri"), (approve, "wati"), (send, "wati")]
        await asyncio.gather(*[talk.press_token(b, who=who) for b, who in presses * 10])

        assert talk.published() == [TEXT]


class TestASecondPersonAtTheSecondTry:
    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        talk = await open_conversation(store, clock)
        talk.channel.outcomes.append(Refusal("no_credit"))
        return talk

    async def rule(self, talk: Conversation) -> None:
        await talk.say("/persetujuan dpupr selalu", who="adi", room="setda")

    async def refused(self, talk: Conversation) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati", room="pupr")
        await talk.press("Setujui", who="sri", room="pupr")
        await talk.press("Kirim", who="wati", room="pupr")
        assert "Tidak terkirim" in talk.shown("pupr")[-1]

    async def test_an_approval_that_holds_serves_again(self, talk: Conversation) -> None:
        await self.rule(talk)
        await self.refused(talk)
        await talk.press("Coba lagi", who="wati", room="pupr")

        assert talk.published() == [TEXT]

    async def test_one_that_has_lapsed_does_not(self, talk: Conversation, clock: MovableClock) -> None:
        await self.rule(talk)
        await self.refused(talk)
        clock.move(hours=12)
        alone = await talk.press("Coba lagi", who="wati", room="pupr")
        before = talk.published()
        await talk.press("Coba lagi", who="sri", room="pupr")

        assert "sudah lewat waktunya" in alone
        assert before == []
        assert talk.published() == [TEXT]

    async def test_a_rule_made_meanwhile_holds(self, talk: Conversation) -> None:
        await preview(talk)
        await talk.press("Kirim", who="wati", room="pupr")
        await self.rule(talk)
        alone = await talk.press("Coba lagi", who="wati", room="pupr")

        assert "perlu dilihat orang kedua" in alone
        assert talk.published() == []

    async def test_what_the_checks_block_asks_for_a_second_person_again(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/tanggapi {number} NIK 3305012505900001 sudah kami catat", who="wati", room="pupr")
        await talk.press("Kirim", who="wati", room="pupr")
        await talk.press("Ya, tetap kirim", who="wati", room="pupr")
        await talk.press("Setujui", who="sri", room="pupr")
        await talk.press("Kirim", who="wati", room="pupr")
        assert "Tidak terkirim" in talk.shown("pupr")[-1]
        clock.move(hours=12)

        assert "sudah lewat waktunya" in await talk.press("Coba lagi", who="wati", room="pupr")
        assert talk.published() == []


class TestASecondPersonWhereAPersonPosts:
    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        can = PublicCapabilities(longest=280, needs_approval=True, composer=True)
        talk = await open_conversation(store, clock, channel=MemoryChannel(can))
        await talk.say("/persetujuan dpupr selalu", who="adi", room="setda")
        return talk

    async def post(self, talk: Conversation, number: int) -> str:
        await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
        return await talk.press("Sudah saya kirim", who="wati")

    async def test_the_author_asks_before_the_composer_opens(self, talk: Conversation) -> None:
        number = await preview(talk)
        offered, card = talk.buttons("pupr"), talk.shown("pupr")[-1]
        asked = await talk.press("Lanjutkan", who="wati")
        waiting = talk.buttons("pupr")
        await talk.press("Setujui", who="sri", room="pupr")
        approved = talk.buttons("pupr")

        assert offered == ["Lanjutkan", "Ubah", "Batal", "Tambah foto"]
        assert "orang kedua perlu menyetujuinya" in card
        assert "Menunggu persetujuan orang kedua" in asked
        assert waiting == ["Setujui", "Kembalikan", "Ubah", "Batal"]
        assert approved[:3] == ["Buka X", "Sudah saya kirim", "Tempel alamat"]
        assert "Terkirim" in await self.post(talk, number)

    async def test_whoever_posts_what_another_wrote_is_the_second_person(self, talk: Conversation) -> None:
        number = await preview(talk, who="tono")
        await talk.press("Lanjutkan", who="wati")

        assert talk.buttons("pupr") == ["Buka X", "Sudah saya kirim", "Tempel alamat"]
        assert "Terkirim" in await self.post(talk, number)

    async def test_an_approval_lapses(self, talk: Conversation, clock: MovableClock) -> None:
        number = await preview(talk)
        await talk.press("Lanjutkan", who="wati")
        await talk.press("Setujui", who="sri", room="pupr")
        clock.move(hours=12)
        await talk.say(f"/laporan {number}", who="wati", room="pupr")
        card = await talk.press("Lihat tanggapan", who="wati", room="pupr")

        assert "berlaku sampai" not in card
        assert "Menunggu persetujuan" in await talk.press("Lanjutkan", who="wati", room="pupr")


class TestTheAccountOfAnother:
    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        return await open_conversation(store, clock)

    async def foreign(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen puskesmas tutup")
        await talk.say(f"/disposisi {number} dinkes", who="sri", room="setda")
        await talk.say(f"/tanggapi {number} {TEXT}", who="sri", room="setda")
        await talk.press("Kirim", who="sri", room="setda")

    async def test_its_name_is_typed_first(self, talk: Conversation) -> None:
        await self.foreign(talk)
        assert talk.published() == []
        assert "@dpuprkebumen" in talk.chat.forms[-1][1].intro
        assert "Tidak ada yang terkirim" in await talk.fill_in(handle="dinkes")
        assert talk.published() == []
        await talk.press("Kirim", who="sri", room="setda")
        await talk.fill_in(handle=" @DPUPRKebumen ")

        assert talk.published() == [f"{TEXT}\n– Dinkes"]

    async def test_it_is_typed_also_where_the_case_moved_behind_a_warning(self, talk: Conversation) -> None:
        text = "Kerugian Bapak kami ganti penuh."
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/tanggapi {number} {text}")
        await talk.press("Kirim")
        anyway = talk.button("Ya, tetap kirim", None)
        await talk.say(f"/disposisi {number} dishub ini urusan rambu")
        await talk.press_token(anyway, who="sri")
        asked, before = talk.chat.forms[-1][1].intro, talk.published()
        await talk.fill_in(handle="dpuprkebumen")
        await talk.press("Ya, tetap kirim")

        assert before == []
        assert "@dpuprkebumen" in asked
        assert "Dishub" in asked
        assert len(talk.published()) == 1

    async def test_nobody_else_types_it(self, talk: Conversation) -> None:
        await self.foreign(talk)

        assert "untuk orang lain" in await talk.fill_in(who="joko", handle="dpuprkebumen")
        assert talk.published() == []
