"""After a citizen has deleted a post, its words stand nowhere in the database: in no table, index or log."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from adapters.memory import MemoryChat
from plugin.chat.values import Capabilities
from plugin.desk.masking import presentable
from plugin.store.store import Store
from plugin.store.tables import ActionToken, Reply
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

MARK = "qzxwerangka"
WORDS = f"@dpuprkebumen lubang besar di depan {MARK}, hub 0800 1234 5678, rumah saya nomor dua"
POOR = Capabilities(longest=4000, forms=False, whispers=False, history=True, answers_at_once=True)


@pytest.fixture(params=["forms", "questions"])
async def talk(
    request: pytest.FixtureRequest, store: Store, clock: MovableClock, tmp_path: Path
) -> Conversation:
    chat = MemoryChat(POOR) if request.param == "questions" else MemoryChat()
    return await open_conversation(store, clock, media=tmp_path / "media", chat=chat)


async def days_pass(talk: Conversation, clock: MovableClock, hours: int = 24) -> None:
    for _ in range(hours * 2):
        clock.move(minutes=30)
        await talk.recheck()


def tables_with(session: Session, word: str) -> list[str]:
    """The tables of which any column of any row says that word, the database's own helpers included."""
    connection = session.connection()
    names = sa.inspect(connection).get_table_names()
    if connection.dialect.name == "sqlite":
        made = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.exec_driver_sql(made)]
    found = []
    for name in names:
        rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
        said = "".join(
            bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
            for row in rows
            for value in row
        )
        if word in said.lower():
            found.append(name)
    return found


def on_disk(store: Store, word: str) -> list[str]:
    """The files of a SQLite database that hold that word, wherever in them."""
    if not store.is_sqlite:
        return []
    path = Path(str(store.url.database))
    files = [path, path.with_name(f"{path.name}-wal")]
    return [file.name for file in files if file.exists() and word.encode() in file.read_bytes()]


async def test_a_deleted_posts_words_stand_nowhere(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    number = await talk.complain(WORDS, post="77", conversation="c", author=f"{MARK}77")
    await talk.complain(f"sudah seminggu, {MARK}", post="78", conversation="c", author=f"{MARK}77")
    await talk.triage()
    await talk.say(f"/laporan {number}", who="tono", room="pupr")
    await talk.say(f"/laporan-baru {MARK}", who="tono", room="pupr")
    await talk.say(f"/cari {MARK}", who="tono", room="pupr")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")
    await talk.say(
        f"/tanggapi {number} Lubang besar di depan {MARK}, hub kami lagi ya.", who="wati", room="pupr"
    )
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    assert len(await store.survey(tables_with, MARK)) > 2
    talk.channel.unseen["77"] = talk.channel.unseen["78"] = "gone"
    await days_pass(talk, clock)

    assert await store.survey(tables_with, MARK) == []
    assert await store.survey(tables_with, "12345678") == []
    assert on_disk(store, MARK) == []
    assert not any(MARK in words for words in talk.shown("pupr") if "Laporan" in words.splitlines()[0])


async def test_a_deleted_posts_words_leave_memory_too(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain(WORDS, post="77", conversation="c")
    await talk.say(f"/laporan {number}", who="tono", room="pupr")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)
    known = presentable.cache_info().hits
    presentable(WORDS)

    assert presentable.cache_info().hits == known


async def test_what_an_earlier_change_left_in_the_index_goes_too(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    await talk.complain(WORDS, post="77", conversation="c")
    for n in range(20):
        await talk.complain(f"tambahan {n}", conversation="c")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)

    assert await store.survey(tables_with, MARK) == []
    assert "tambahan 3" in await talk.say("/cari tambahan 3")
    assert "Tidak ada laporan" in await talk.say(f"/cari {MARK}")


async def test_a_draft_that_quotes_it_goes_and_another_stays(
    talk: Conversation, clock: MovableClock, store: Store
) -> None:
    number = await talk.complain(WORDS, post="77", conversation="c")
    await talk.complain("tolong cepat", post="79", conversation="c")
    await talk.say(
        f"/tanggapi {number} Soal lubang besar di depan {MARK}: kami cek.", who="wati", room="pupr"
    )
    await talk.say(f"/tanggapi {number} Lubangnya kami tutup besok.", who="wati", room="pupr")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)
    kept = await store.survey(lambda s: s.exec(select(Reply.text, Reply.state).order_by(Reply.id)).all())  # type: ignore[arg-type]  # a column

    assert kept == [("", "cancelled"), ("Lubangnya kami tutup besok.", "drafted")]


async def test_a_question_about_it_that_is_answered_later_says_that_it_lapsed(
    store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    talk = await open_conversation(store, clock, media=tmp_path, chat=MemoryChat(POOR))
    number = await talk.complain(WORDS, post="77")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")
    asked, _ = talk.newest("pupr")
    talk.channel.unseen["77"] = "gone"
    await days_pass(talk, clock)

    assert "tidak berlaku" in await talk.say("Kami cek.", who="wati", room="pupr", answers=asked)


async def test_the_words_of_a_question_are_not_kept(talk: Conversation, store: Store) -> None:
    number = await talk.complain(WORDS, post="77")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")

    kept = await store.survey(lambda s: repr(s.exec(select(ActionToken.args, ActionToken.answers)).all()))
    assert MARK not in kept
