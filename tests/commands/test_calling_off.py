"""An answer that is thrown away, held back, taken back or put right reaches no other reporter of the incident."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from adapters.memory import MemoryChannel
from plugin.desk.audit import system, verify
from plugin.desk.replying import enclosures
from plugin.desk.replying.replies import send_again
from plugin.errors import Unknown
from plugin.public.outcomes import NotSent, Outcome, RateLimited, Refusal, Uncertain
from plugin.public.values import Draft, PostRef, PublicAccount, PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import AuditEntry, Reply, ReplyPicture
from plugin.wording import UserError
from tests.commands.test_chain import LONG
from tests.commands.test_pictures import photo
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

TEXT = "Petugas kami cek jembatannya."
CLEAR = "Tidak ada yang terkirim"


class Slow(MemoryChannel):
    """Below one post it takes its time: `begun` says that a call is there, `go` lets it end."""

    def __init__(self, can: PublicCapabilities | None = None) -> None:
        super().__init__(can)
        self.slow_below = ""
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        if target_id != self.slow_below:
            return await super().publish(account, draft, target_id, key=key)
        self.begun.set()
        await self.go.wait()
        return await super().publish(account, draft, target_id, key=key)

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        if target_id == self.slow_below:
            self.begun.set()
            await self.go.wait()
        return await super().find_published(account, text, target_id, since=since)


@pytest.fixture
def channel() -> Slow:
    return Slow()


@pytest.fixture
async def talk(store: Store, clock: MovableClock, channel: Slow, tmp_path: Path) -> Conversation:
    return await open_conversation(store, clock, channel=channel, media=tmp_path / "media")


async def incident(talk: Conversation, clock: MovableClock, reporters: int = 2) -> list[int]:
    numbers = []
    for n in range(1, reporters + 1):
        words = f"@dpuprkebumen jembatan Tembana ambrol {n}"
        more = {"author": f"warga{n}", "post": f"50{n}", "conversation": f"50{n}"}
        numbers.append(await talk.complain(words, **more))
        clock.move(minutes=10)
    for other in numbers[1:]:
        await talk.say(f"/gabung {other} dengan {numbers[0]}")
    return numbers


async def send(
    talk: Conversation, clock: MovableClock, *ends: Outcome | None, text: str = TEXT, reporters: int = 2
) -> list[int]:
    """The incident's answer is confirmed; so end the calls, first the one to whoever leads."""
    numbers = await incident(talk, clock, reporters)
    await talk.say(f"/tanggapi {numbers[0]} {text}", who="wati", room="pupr")
    talk.channel.outcomes += ends
    await talk.press("Kirim", who="wati")
    return numbers


def later(clock: MovableClock) -> RateLimited:
    return RateLimited(clock() + timedelta(minutes=15))


async def withdraw(talk: Conversation, number: int) -> str:
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    return await talk.press("Ya, tarik", who="wati")


async def correct(talk: Conversation, text: str) -> str:
    await talk.press("Perbaiki", who="wati")
    await talk.fill_in(who="wati", room="pupr", text=text)
    return await talk.press("Kirim", who="wati")


async def minutes(talk: Conversation, clock: MovableClock, n: int = 20) -> None:
    for _ in range(n):
        clock.move(minutes=1)
        await talk.sweep()


async def states(talk: Conversation) -> list[tuple[int, str]]:
    def look(session: Session) -> list[tuple[int, str]]:
        return [(r.report_id, r.state) for r in session.exec(select(Reply).order_by(col(Reply.id)))]

    return await talk.store.survey(look)


async def acts(talk: Conversation, number: int) -> Sequence[str]:
    def look(session: Session) -> Sequence[str]:
        mine = select(AuditEntry.act).where(AuditEntry.report_id == number)
        return session.exec(mine.order_by(col(AuditEntry.seq))).all()

    return await talk.store.survey(look)


class TestWhatHasNotLeft:
    async def test_thrown_away_while_the_account_is_lost_nobody_gets_it(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second = await send(talk, clock, Refusal("disconnected"), Refusal("disconnected"))
        card = await talk.press("Batal", who="wati")
        await minutes(talk, clock)

        assert CLEAR in card
        assert talk.published() == []
        assert await states(talk) == [(1, "cancelled"), (2, "cancelled")]
        assert "held_back" in await acts(talk, second)
        assert "pengiriman dibatalkan sebelum terkirim" in await talk.say(f"/riwayat {second}")

    async def test_taken_back_it_does_not_come_afterwards(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second, third = await send(talk, clock, None, later(clock), later(clock), reporters=3)
        asked = await talk.say(f"/tarik {first}", who="wati", room="pupr")
        card = await talk.press("Ya, tarik", who="wati")
        await minutes(talk, clock)

        assert f"kepada 2 pelapor lain tidak jadi dikirim: laporan {second} @warga2, laporan {third}" in asked
        assert "ikut ditarik" not in asked
        assert "Ditarik" in card
        assert talk.published() == []
        assert await states(talk) == [(1, "withdrawn"), (2, "cancelled"), (3, "cancelled")]
        assert f"{second} @warga2 (belum dijawab)" in await talk.say(f"/laporan {first}")
        assert (await talk.store.survey(verify))[1] is None

    async def test_what_was_refused_cannot_be_tried_again_then(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, _ = await send(talk, clock, None, Refusal("forbidden"))
        await withdraw(talk, first)

        assert await states(talk) == [(1, "withdrawn"), (2, "cancelled")]

    async def test_held_back_the_draft_says_whom_it_has_reached(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second, third = await send(talk, clock, later(clock), None, later(clock), reporters=3)
        card = await talk.press("Jangan kirim dulu", who="wati")
        await minutes(talk, clock)
        held = talk.published()
        await talk.press("Kirim", who="wati")
        await minutes(talk, clock)

        assert f"sudah ada tanggapan tersendiri: laporan {second} @warga2 (terkirim)" in card
        assert f"/tarik {second}" in card
        assert "Juga dikirim kepada 1 pelapor lain" in card
        assert held == [f"{TEXT} #{second}"]
        assert sorted(talk.published()) == [TEXT, f"{TEXT} #{second}", f"{TEXT} #{third}"]

    async def test_thrown_away_the_card_says_whom_it_has_reached(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second = await send(talk, clock, Refusal("forbidden"), None)
        card = await talk.press("Batal", who="wati")

        assert CLEAR not in card
        assert f"Kepada 1 pelapor lain: laporan {second} @warga2 (terkirim)" in card
        await withdraw(talk, second)
        assert talk.published() == []
        assert CLEAR in talk.shown("pupr")[-2]

    async def test_changed_after_a_refusal_everybody_gets_the_new_words(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second = await send(talk, clock, Refusal("forbidden"), later(clock))
        await talk.press("Ubah", who="wati")
        await talk.fill_in(who="wati", room="pupr", text="Jembatan kami tutup dulu.")
        await talk.press("Kirim", who="wati")
        await minutes(talk, clock)

        assert talk.published() == ["Jembatan kami tutup dulu.", f"Jembatan kami tutup dulu. #{second}"]

    async def test_apart_again_its_reporter_does_not_get_it(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second = await send(talk, clock, None, later(clock))
        await talk.say(f"/pisah {second}")
        await minutes(talk, clock)

        assert talk.published() == [TEXT]
        assert (await talk.report(second)).state == "new"


class TestPuttingRight:
    async def test_who_still_waits_for_the_wrong_words_gets_the_right_ones(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second, third = await send(talk, clock, None, None, later(clock), reporters=3)
        await correct(talk, "Jembatan kami tutup dulu.")
        await minutes(talk, clock)

        assert sorted(talk.published()) == [
            "Jembatan kami tutup dulu.",
            f"Jembatan kami tutup dulu. #{second}",
            f"Jembatan kami tutup dulu. #{third}",
        ]
        assert (await states(talk))[:3] == [(1, "withdrawn"), (2, "withdrawn"), (3, "cancelled")]

    async def test_put_right_again_before_the_first_correction_has_reached_them(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        _, second = await send(talk, clock)
        talk.channel.outcomes += [None, later(clock), None]  # the old one goes with the third call
        await correct(talk, "Jembatan kami tutup dulu.")
        talk.channel.outcomes.clear()
        await correct(talk, "Jembatan kami tutup sampai Senin.")
        await minutes(talk, clock)

        assert sorted(talk.published()) == [
            "Jembatan kami tutup sampai Senin.",
            f"Jembatan kami tutup sampai Senin. #{second}",
        ]

    async def test_taken_back_before_it_has_reached_them_the_first_words_go_as_well(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, _ = await send(talk, clock)
        talk.channel.outcomes += [None, later(clock), None]
        await correct(talk, "Jembatan kami tutup dulu.")
        await withdraw(talk, first)
        await minutes(talk, clock)

        assert talk.published() == []

    async def test_who_was_answered_separately_keeps_that_answer(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, second = await send(talk, clock)
        await withdraw(talk, second)
        await talk.say(f"/tanggapi {second} Kami sudah ke rumah Bapak.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        await talk.say(f"/tarik {first}", who="wati", room="pupr")
        await correct(talk, "Jembatan kami tutup dulu.")
        await minutes(talk, clock)

        assert sorted(talk.published()) == ["Jembatan kami tutup dulu.", "Kami sudah ke rumah Bapak."]


LOST = Uncertain("hung up")
"""As this one ends the post is there all the same."""
ENDS: dict[str, Callable[[MovableClock], Outcome | None]] = {
    "published": lambda _: None,
    "refused": lambda _: Refusal("forbidden"),
    "disconnected": lambda _: Refusal("disconnected"),
    "busy": later,
    "not sent": lambda _: NotSent("upload"),
    "unclear": lambda _: Uncertain("503"),
    "lost": lambda _: LOST,
}


class TestACallUnderWay:
    async def begun(self, talk: Conversation, clock: MovableClock, channel: Slow) -> asyncio.Task[list[int]]:
        channel.slow_below = "502"
        sending = asyncio.create_task(send(talk, clock))
        await channel.begun.wait()
        return sending

    @pytest.mark.parametrize("end", ENDS)
    async def test_what_it_has_published_goes_at_once(
        self, talk: Conversation, clock: MovableClock, channel: Slow, end: str
    ) -> None:
        came_out = end in ("published", "lost")
        sending = await self.begun(talk, clock, channel)
        card = await withdraw(talk, 1)
        assert "laporan 2 @warga2 (sedang ditarik)" in card
        channel.outcomes.append(ENDS[end](clock))
        channel.arrives.append(LOST)
        channel.go.set()
        await sending
        if end == "published":
            assert talk.published() == []  # not only with the next sweep
        channel.slow_below = ""
        await minutes(talk, clock)

        assert talk.published() == []
        assert await states(talk) == [(1, "withdrawn"), (2, "withdrawn" if came_out else "cancelled")]
        assert ("part_out" in await acts(talk, 2)) == came_out
        assert "sedang ditarik" not in "".join(talk.shown("pupr")[-2:])

    @pytest.mark.parametrize("arrived", [True, False])
    async def test_killed_in_it_we_look_whether_there_is_anything(
        self, talk: Conversation, clock: MovableClock, channel: Slow, arrived: bool
    ) -> None:
        sending = await self.begun(talk, clock, channel)
        await withdraw(talk, 1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        channel.slow_below = ""
        if arrived:
            await talk.post_by_hand("dpuprkebumen", f"{TEXT} #2", "502")
        await talk.sweep()
        early = await states(talk)
        await minutes(talk, clock, 3)

        assert early == [(1, "withdrawn"), (2, "withdrawing")]  # it may still be on the line
        assert talk.published() == []
        assert await states(talk) == [(1, "withdrawn"), (2, "withdrawn" if arrived else "cancelled")]

    async def test_what_was_only_being_looked_for_is_not_sent_any_more(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        await send(talk, clock, None, Uncertain("503"))
        channel.slow_below = "502"
        clock.move(minutes=1)
        looking = asyncio.create_task(talk.sweep())
        await channel.begun.wait()
        await withdraw(talk, 1)
        channel.go.set()
        await looking
        channel.slow_below = ""
        await minutes(talk, clock)

        assert talk.published() == []
        assert "part_out" not in await acts(talk, 2)
        assert await states(talk) == [(1, "withdrawn"), (2, "cancelled")]

    async def test_it_is_called_off_for_a_correction_too(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        sending = await self.begun(talk, clock, channel)
        channel.slow_below = ""
        await correct(talk, "Jembatan kami tutup dulu.")
        channel.go.set()
        await sending
        await minutes(talk, clock)

        assert sorted(talk.published()) == ["Jembatan kami tutup dulu.", "Jembatan kami tutup dulu. #2"]


class TestWhatMayBeOut:
    @pytest.mark.parametrize("arrived", [True, False])
    async def test_it_is_looked_for_and_taken_back(
        self, talk: Conversation, clock: MovableClock, channel: Slow, arrived: bool
    ) -> None:
        channel.arrives += [LOST] if arrived else []
        first, _ = await send(talk, clock, None, LOST)
        await withdraw(talk, first)
        await minutes(talk, clock, 3)

        assert talk.published() == []
        assert await states(talk) == [(1, "withdrawn"), (2, "withdrawn" if arrived else "cancelled")]

    async def test_also_where_a_person_was_to_look(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        first, _ = await send(talk, clock, None, *[Uncertain("503")] * 4)
        await minutes(talk, clock, 5)
        unknown = await states(talk)
        await talk.post_by_hand("dpuprkebumen", f"{TEXT} #2", "502")
        await withdraw(talk, first)
        await minutes(talk, clock, 3)

        assert unknown == [(1, "published"), (2, "unknown")]
        assert talk.published() == []

    async def test_where_nobody_can_tell_the_card_goes_on_saying_so(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        first, _ = await send(talk, clock, None, Uncertain("503"))
        await withdraw(talk, first)
        channel.trouble += [Unknown("503")] * 20
        await minutes(talk, clock, 10)

        assert await states(talk) == [(1, "withdrawn"), (2, "unknown")]
        assert any("laporan 2 @warga2 (mungkin terkirim)" in words for words in talk.shown("pupr"))
        with pytest.raises(UserError):
            await talk.store.write(send_again, system(clock()), 2, talk.frame.terms)
        assert "kirim lagi" not in " ".join(talk.buttons("pupr"))
        channel.trouble.clear()
        await talk.post_by_hand("dpuprkebumen", f"{TEXT} #2", "502")
        await talk.say("/laporan 2", who="wati", room="pupr")
        await talk.press("Lihat tanggapan", who="wati")
        assert "dicari dulu" in await talk.press("Cari dan tarik", who="wati")
        await talk.press("Ya, tarik", who="wati")
        await minutes(talk, clock, 2)
        assert talk.published() == []
        assert await states(talk) == [(1, "withdrawn"), (2, "withdrawn")]

    async def test_where_the_channel_cannot_be_asked_at_all_a_persons_word_ends_it(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        first, _ = await send(talk, clock, None, Uncertain("503"))
        await withdraw(talk, first)
        channel.trouble += [Unknown("503")] * 20
        await minutes(talk, clock, 10)
        await talk.press("Tidak tampil", who="wati", room="pupr")

        assert await states(talk) == [(1, "withdrawn"), (2, "cancelled")]

    async def test_where_it_is_kept_the_card_says_so(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        first, second = await send(talk, clock)
        channel.outcomes += [None, Refusal("forbidden")]
        await withdraw(talk, first)
        await minutes(talk, clock, 2)

        assert f"laporan {second} @warga2 (belum dapat ditarik)" in talk.shown("pupr")[-1]
        assert f"/tarik {second}" in talk.shown("pupr")[-1]
        await withdraw(talk, second)
        assert talk.published() == []

    async def test_half_a_chain_goes_with_the_rest(
        self, talk: Conversation, clock: MovableClock, channel: Slow
    ) -> None:
        first, _ = await incident(talk, clock)
        await talk.say(f"/tanggapi {first} {LONG}", who="wati", room="pupr")
        await talk.press("Jadikan 3 kiriman", who="wati")
        channel.outcomes += [None, None, None, None, later(clock)]
        await talk.press("Kirim", who="wati")
        assert len(talk.published()) == 4
        await withdraw(talk, first)
        await minutes(talk, clock)

        assert talk.published() == []
        assert await states(talk) == [(1, "withdrawn"), (2, "withdrawn")]


class TestPictures:
    async def thrown_away(self, talk: Conversation, clock: MovableClock, *ends: Outcome | None) -> int:
        """How many picture files are left after Batal on a refused answer with a photo."""
        first, _ = await incident(talk, clock)
        media = (photo(talk),)
        await talk.say(f"/tanggapi {first} {TEXT}", who="wati", room="pupr", media=media)
        talk.channel.outcomes += ends
        await talk.press("Kirim", who="wati")
        await talk.press("Ya, tetap kirim", who="wati")
        await talk.press("Batal", who="wati")
        await enclosures.remove_files(talk.store, talk.frame.media)
        await minutes(talk, clock)
        return len(list(talk.frame.media.glob("tanggapan-*")))

    async def test_no_reporter_gets_the_words_without_the_photo(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        left = await self.thrown_away(talk, clock, Refusal("forbidden"), later(clock))

        assert left == 0
        assert talk.published() == []

    async def test_a_photo_that_is_public_stays_with_the_answer(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        left = await self.thrown_away(talk, clock, Refusal("forbidden"), None)

        assert left == 1
        assert talk.published() == [f"{TEXT} #2"]

    @pytest.mark.parametrize("change", ["take it off", "describe it anew", "add another"])
    async def test_what_becomes_of_a_draft_that_was_held_back_changes_nothing_of_what_is_public(
        self, talk: Conversation, clock: MovableClock, change: str
    ) -> None:
        first, _ = await incident(talk, clock)
        await talk.say(f"/tanggapi {first} {TEXT}", who="wati", room="pupr", media=(photo(talk),))
        await talk.press("Keterangan foto", who="wati")
        await talk.fill_in(who="wati", room="pupr", alt1="Jembatan")
        talk.channel.outcomes += [later(clock), None]
        await talk.press("Kirim", who="wati")
        await talk.press("Ya, tetap kirim", who="wati")
        await talk.press("Jangan kirim dulu", who="wati")
        if change == "take it off":
            await talk.press("Hapus foto", who="wati")
        elif change == "describe it anew":
            await talk.press("Keterangan foto", who="wati")
            await talk.fill_in(who="wati", room="pupr", alt1="Sungai")
        else:
            await talk.press("Tambah foto", who="wati")
            await talk.fill_in(who="wati", room="pupr", media=(photo(talk, "f2", 10),))
        await enclosures.remove_files(talk.store, talk.frame.media)

        def gone_along(session: Session) -> Sequence[ReplyPicture]:
            return enclosures.of(session, session.exec(select(Reply).where(Reply.companion_of == 1)).one())

        shown = await enclosures.load(talk.frame.media, await talk.store.survey(gone_along))
        assert talk.published() == [f"{TEXT} #2"]
        assert shown is not None
        assert [picture.alt for picture in shown] == ["Jembatan"]


class TestTogether:
    async def test_taking_back_and_sending_at_once_leave_nothing(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first, _, _ = await send(talk, clock, None, later(clock), later(clock), reporters=3)
        await talk.say(f"/tarik {first}", who="wati", room="pupr")
        clock.move(minutes=15)
        others = [talk.another(f"n{n}") for n in range(3)]
        await asyncio.gather(
            talk.press("Ya, tarik", who="wati"),
            *(other.publishing.publish(reply) for other in others for reply in (2, 3)),
        )
        await minutes(talk, clock, 4)

        assert talk.published() == []
        assert (await talk.store.survey(verify))[1] is None
