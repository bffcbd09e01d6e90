"""What stands below a citizen's post is their answer, though this database knows nothing of it."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import verify
from plugin.errors import Refused, TryLater
from plugin.public.values import Author, Post
from plugin.store.store import Store
from plugin.store.tables import PollCursor, Reply
from plugin.terms import Terms
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, kept_and_counted, open_conversation

TEXT = "Sudah kami tambal pagi ini."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock, terms=Terms(ZONE))


async def answers_by_hand(talk: Conversation, target: str, *, at: datetime, text: str = TEXT) -> None:
    """Somebody answers in the platform's own app, or we did in a time that this database does not know."""
    await talk.post_by_hand("dpuprkebumen", text, target)
    posts = talk.channel.written["dpuprkebumen"]
    last = posts.pop()
    author = Author("101", "dpuprkebumen")
    posts.append(Post(last.id, author, text, at, last.url, answers=target))


async def hears(talk: Conversation) -> None:
    """The accounts are read, and what is to be looked over is."""
    while await talk.desk.polling.once():
        pass
    await talk.desk.looking_back.tick()


async def asked(store: Store) -> list[datetime | None]:
    def rows(session: Session) -> list[datetime | None]:
        return list(session.exec(select(PollCursor.own_since).order_by(col(PollCursor.account_id))))

    return await store.survey(rows)


async def test_who_was_answered_while_we_did_not_run_waits_no_longer(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", post="77")
    other = await talk.complain("@dpuprkebumen lampu mati", post="78", author="warga2")
    await hears(talk)
    clock.move(hours=9)
    await answers_by_hand(talk, "77", at=clock())
    clock.move(hours=1)
    await hears(talk)
    listed = await talk.say("/laporan-baru", room="pupr", who="tono")
    card = await talk.say(f"/laporan {number}", room="pupr", who="tono")
    kept, counted = await store.survey(kept_and_counted)

    assert "1 laporan belum ditanggapi" in listed
    assert "lampu mati" in listed
    assert "akun ini sudah menanggapi, tidak lewat aplikasi ini" in card
    assert (await talk.report(number)).answered_at == clock.now.replace(hour=clock.now.hour - 1)
    assert (await talk.report(other)).waits
    assert kept == counted
    assert "tidak lewat aplikasi ini" in await talk.say(f"/riwayat {number}", room="pupr")
    assert await asked(store) == [None, None]
    assert (await store.survey(verify))[1] is None


async def test_an_answer_of_ours_that_the_backup_holds_as_a_draft_is_public(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", post="77")
    await talk.say(f"/tanggapi {number} {TEXT}", room="pupr", who="tono")
    await hears(talk)
    clock.move(hours=9)
    await answers_by_hand(talk, "77", at=clock())
    await hears(talk)
    card = await talk.say(f"/laporan {number}", room="pupr", who="tono")

    assert "Terkirim" in "".join(talk.shown("pupr"))
    assert "tidak lewat aplikasi ini" not in card
    assert TEXT in card
    assert "Kirim" not in talk.buttons("pupr")


async def test_kirim_on_an_old_draft_after_a_silence_looks_before_it_sends(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", post="77")
    await talk.say(f"/tanggapi {number} {TEXT}", room="pupr", who="tono")
    await hears(talk)
    clock.move(hours=9)
    await answers_by_hand(talk, "77", at=clock())  # that night; then the backup with the draft was put back
    clock.move(minutes=1)
    await talk.press("Kirim", who="wati", room="pupr")  # before anything was read again
    clock.move(minutes=1)
    await talk.sweep()

    assert talk.published() == [TEXT]
    assert "Terkirim" in "".join(talk.shown("pupr"))


async def test_another_answer_that_is_about_to_leave_goes_back_to_its_author(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", post="77")
    await hears(talk)
    clock.move(hours=9)
    await answers_by_hand(talk, "77", at=clock())
    await talk.say(f"/tanggapi {number} Kami periksa.", room="pupr", who="tono")
    await talk.press("Kirim", who="wati", room="pupr")
    await hears(talk)
    clock.move(minutes=2)
    await talk.sweep()

    assert talk.published() == [TEXT]
    assert await store.survey(lambda s: s.exec(select(Reply.state)).all()) == ["drafted"]


@pytest.mark.parametrize("why", ["the citizen wrote again", "closed by a person", "taken back by us"])
async def test_what_is_no_answer_any_more_changes_nothing(
    talk: Conversation, clock: MovableClock, why: str
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", post="77", conversation="77")
    await hears(talk)
    clock.move(hours=9)
    if why == "taken back by us":
        await talk.say(f"/tanggapi {number} Kami cek.", room="pupr", who="tono")
        await talk.press("Kirim", who="wati", room="pupr")
        clock.move(minutes=1)
        await talk.sweep()
        await talk.say(f"/tarik {number}", room="pupr", who="wati")
        await talk.press("Ya, tarik", who="wati", room="pupr")
        del talk.channel.unseen["dpuprkebumen-1"]
    else:
        await answers_by_hand(talk, "77", at=clock())
    clock.move(minutes=1)
    if why == "the citizen wrote again":
        await talk.complain("masih rusak", post="79", conversation="77")
    if why == "closed by a person":
        await talk.say(f"/bukan-laporan {number} salah alamat", room="pupr", who="wati")
    await hears(talk)

    assert (await talk.report(number)).answered_at is None


async def test_a_channel_that_cannot_be_asked_is_asked_again_or_left(
    talk: Conversation, clock: MovableClock, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await hears(talk)
    await store.write(lambda s: s.connection().execute(sa.update(PollCursor).values(own_since=clock())))
    talk.channel.trouble += [TryLater(60), Refused("no_credit")]
    await talk.desk.looking_back.tick()

    assert [since is None for since in await asked(store)] == [False, True]
    assert "is not looked over: no_credit" in caplog.text
    await talk.desk.looking_back.tick()
    assert await asked(store) == [None, None]


async def test_a_short_pause_costs_nothing(talk: Conversation, clock: MovableClock, store: Store) -> None:
    await hears(talk)
    clock.move(minutes=5)
    await talk.desk.polling.once()

    assert await asked(store) == [None, None]
