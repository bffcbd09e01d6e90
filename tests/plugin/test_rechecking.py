"""Within a day what a citizen deleted has left us too; what the channel did not clearly say deletes nothing."""

from __future__ import annotations

import asyncio
import logging
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlmodel import Session, SQLModel, select

from adapters.memory import MemoryChannel
from plugin.chat.values import Media
from plugin.desk.posts.photos import fetch_waiting
from plugin.errors import Refused, TryLater, Unknown
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import Account, Photo
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

WORDS = "@dpuprkebumen jalan berlubang, rumah saya di Alian"


@pytest.fixture
async def talk(store: Store, clock: MovableClock, tmp_path: Path) -> Conversation:
    return await open_conversation(store, clock, media=tmp_path / "media")


async def days_pass(talk: Conversation, clock: MovableClock, hours: int = 24) -> None:
    """The minutes of a day, without the idle ones."""
    for _ in range(hours * 2):
        clock.move(minutes=30)
        await talk.recheck()


def everything(session: Session) -> str:
    """All that the database holds, but for the chats' own copies and what a button once meant."""
    tables = [t for name, t in SQLModel.metadata.tables.items() if name not in ("inbox", "action_token")]
    return repr([tuple(row) for table in tables for row in session.connection().execute(sa.select(table))])


async def test_a_deleted_post_leaves_within_a_day(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    number = await talk.complain(WORDS, post="77")
    await talk.say(f"/laporan {number}", room="pupr", who="tono")
    assert "berlubang" in talk.shown("pupr")[-1]
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)
    card = talk.shown("pupr")[-1]

    assert "Warga menghapus kirimannya" in card
    assert "berlubang" not in card
    assert "warga1" not in card
    assert "berlubang" not in await store.survey(everything)
    assert "warga1" not in (await store.survey(everything)).lower()
    assert "Tidak ada laporan" in await talk.say("/laporan-baru berlubang")
    assert "warga menghapus kirimannya" in await talk.say(f"/riwayat {number}", room="pupr")


async def test_every_card_forgets_it_even_where_the_platform_is_busy_at_first(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain(WORDS, post="77")
    for _ in range(5):
        await talk.say(f"/laporan {number}", room="pupr", who="tono")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock, hours=22)
    talk.chat.trouble += [TryLater(1000), TryLater(1000)]
    await days_pass(talk, clock, hours=2)

    assert not talk.chat.trouble
    assert not any("berlubang" in words for words in talk.shown("pupr"))


async def test_a_post_that_stays_is_asked_about_once_a_day(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain(WORDS, post="77")
    asked: list[str] = []
    recheck = talk.channel.recheck

    def counted(account: object, refs: list[object]) -> object:
        asked.extend(str(ref) for ref in refs)
        return recheck(account, refs)  # type: ignore[arg-type]  # as the desk gives them

    talk.channel.recheck = counted  # type: ignore[assignment, method-assign]
    await days_pass(talk, clock, hours=24 * 3)

    assert len(asked) == 3
    assert (await talk.report(number)).text == WORDS


async def test_what_is_missed_once_may_be_the_channels_fault(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain(WORDS, post="77")
    talk.channel.unseen["77"] = "gone"
    clock.move(hours=22)
    await talk.recheck()
    assert (await talk.report(number)).text == WORDS
    del talk.channel.unseen["77"]
    await days_pass(talk, clock, hours=30)

    assert (await talk.report(number)).text == WORDS


@pytest.mark.parametrize("trouble", [Unknown("503"), TryLater(600), Refused("disconnected")])
async def test_a_channel_in_trouble_deletes_nothing_and_is_asked_again(
    talk: Conversation, clock: MovableClock, trouble: Exception
) -> None:
    number = await talk.complain(WORDS, post="77")
    talk.channel.unseen["77"] = "gone"
    clock.move(hours=22)
    talk.channel.trouble.append(trouble)  # type: ignore[arg-type]  # one of ours
    await talk.recheck()
    await talk.recheck()
    assert (await talk.report(number)).text == WORDS
    for _ in range(3):
        clock.move(minutes=31)
        await talk.recheck()

    assert (await talk.report(number)).text == ""


async def test_a_hidden_account_is_honoured_too(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain(WORDS, post="77")
    talk.channel.unseen["77"] = "hidden"
    await days_pass(talk, clock)

    assert "tidak dapat dilihat umum lagi" in await talk.say(f"/laporan {number}")


async def test_only_the_deleted_part_of_a_case_goes(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain(WORDS, post="77", conversation="c")
    await talk.complain("nomor saya lama sekali", post="78", conversation="c")
    await talk.complain("tolong cepat", post="79", conversation="c")
    talk.channel.unseen["78"] = "gone"
    await days_pass(talk, clock)
    card = await talk.say(f"/laporan {number}")
    whole = await talk.press("Selengkapnya")

    assert "berlubang" in card
    assert "tolong cepat" in card
    assert "kemudian dihapusnya" in whole
    assert "lama sekali" not in card
    assert "@warga1" in card
    assert "Tidak ada laporan" in await talk.say("/laporan-baru sekali")
    assert "cepat" in await talk.say("/laporan-baru cepat")


async def test_the_answer_goes_below_what_is_still_public(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain(WORDS, post="77", conversation="c")
    await talk.complain("tolong cepat", post="79", conversation="c")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")

    assert [target for _, target, _ in talk.channel.public("dpuprkebumen")] == ["79"]


async def test_where_nothing_is_left_nothing_is_answered_but_our_answers_stay(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain(WORDS, post="77")
    await talk.say(f"/tanggapi {number} Kami cek jalannya.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)

    card = await talk.say(f"/laporan {number}", room="pupr", who="wati")
    assert "Kami cek jalannya." in card
    assert "Tanggapi" not in talk.buttons("pupr")
    assert "sudah tidak ada" in await talk.say(f"/tanggapi {number} Halo.", who="wati", room="pupr")
    assert (await talk.report(number)).state == "replied"


async def test_photos_leave_the_folder(
    talk: Conversation, clock: MovableClock, store: Store, tmp_path: Path
) -> None:
    out = BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    talk.channel.pictures["memory:1"] = Media("foto.png", "image/png", out.getvalue())
    kept = await talk.complain("@dpuprkebumen lampu mati", post="76", photo="memory:1")
    number = await talk.complain(WORDS, post="77", photo="memory:1")
    await fetch_waiting(store, {"x": talk.channel}, tmp_path / "media", clock)
    assert len(list((tmp_path / "media").iterdir())) == 2
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)

    assert len(list((tmp_path / "media").iterdir())) == 1
    assert (await talk.report(number)).photos == 0
    assert (await talk.report(kept)).photos == 1
    assert await store.survey(lambda s: list(s.exec(select(Photo.report_id)))) == [kept]


async def test_a_photo_that_is_being_fetched_meanwhile_leaves_as_well(
    talk: Conversation, clock: MovableClock, store: Store, tmp_path: Path
) -> None:
    await talk.complain(WORDS, post="77", photo="memory:1")
    clock.move(hours=23)

    class Slow(MemoryChannel):
        async def fetch(self, photo: object, *, most_bytes: int) -> Media:
            talk.channel.unseen["77"] = "gone"
            await talk.recheck()
            clock.move(minutes=31)
            await talk.recheck()
            out = BytesIO()
            Image.new("RGB", (9, 9), "red").save(out, "PNG")
            return Media("foto.png", "image/png", out.getvalue())

    await fetch_waiting(store, {"x": Slow()}, tmp_path / "media", clock)
    assert len(list((tmp_path / "media").iterdir())) == 1
    clock.move(minutes=10)
    await talk.recheck()

    assert list((tmp_path / "media").iterdir()) == []


async def test_the_daily_allowance_is_kept_and_falling_behind_is_said(
    store: Store, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    channel = MemoryChannel(PublicCapabilities(longest=280, rechecks_per_day=2))
    talk = await open_conversation(store, clock, channel=channel)
    numbers = [await talk.complain(f"{WORDS} {n}", post=str(70 + n)) for n in range(5)]
    for n in (2, 3, 4):
        channel.unseen[str(70 + n)] = "gone"
    caplog.set_level(logging.WARNING)
    await days_pass(talk, clock)
    assert "not rechecked within a day" in caplog.text
    await days_pass(talk, clock, hours=24)

    assert [n for n in numbers if (await talk.report(n)).text] == numbers[:2]
    assert "within a day again" in caplog.text


async def test_two_processes_delete_once(talk: Conversation, clock: MovableClock, store: Store) -> None:
    number = await talk.complain(WORDS, post="77")
    talk.channel.unseen["77"] = "gone"
    clock.move(hours=22)
    await asyncio.gather(talk.recheck(), talk.recheck())
    clock.move(minutes=31)
    await asyncio.gather(talk.recheck(), talk.recheck())

    assert (await talk.say(f"/riwayat {number}", room="pupr")).count("menghapus kirimannya") == 1


async def test_without_an_account_to_ask_with_nothing_is_asked(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    def disconnect(session: Session) -> None:
        session.connection().execute(sa.update(Account).values(tokens=None))

    number = await talk.complain(WORDS, post="77")
    await store.write(disconnect)
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)

    assert (await talk.report(number)).text == WORDS
