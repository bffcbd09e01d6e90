"""The door: nobody without a name commands, nothing is lost in a crash, nothing happens twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from adapters.memory import MemoryChat
from plugin.chat import inbox
from plugin.chat.rooms import row_of
from plugin.chat.values import Incoming, Kind, MessageRef, Moved, Opener, Outgoing, Person, Room, Typed
from plugin.errors import Refused, TryLater, Unknown
from plugin.store.store import Store
from plugin.store.tables import Disposition, Inbox
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


class Blocked(MemoryChat):
    """A platform that lets nothing through until it `opens`; `reached` by whoever waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.opens = asyncio.Event(), asyncio.Event()

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        self.reached.set()
        await self.opens.wait()
        return await super().send(room, message, key=key)


def typed(talk: Conversation, text: str, key: str = "k1", who: str = "wati", room: str = "pupr") -> Incoming:
    place, person = talk.room(room), Person("memory", who, who.title())
    opener = Opener(place, person, "opener")
    return Incoming(key, place, person, talk.clock(), Typed(text), MessageRef(place, "in-x"), opener)


async def test_chatter_is_none_of_our_business(talk: Conversation) -> None:
    for text in ("halo semua", "jam berapa rapat?", "1", "batal", "/ tidak", "lihat /laporan 1"):
        assert await talk.say(text) == ""


async def test_an_official_who_writes_to_us_alone_is_told_how(talk: Conversation) -> None:
    answer = await talk.say("laporan baru dong", who="wati", room="pribadi:wati")
    listed = await talk.press("Laporan baru", who="wati", room="pribadi:wati")

    assert "hanya memahami perintah" in answer
    assert "Tidak ada laporan yang menunggu" in listed


async def test_a_citizen_who_writes_to_us_alone_learns_that_nobody_reads_it(talk: Conversation) -> None:
    answer = await talk.say("Pak, jalan di Alian rusak", who="warga", room="pribadi:warga")

    assert "tidak dibaca siapa pun" in answer
    assert "112" in answer
    assert await talk.say("Pak, jalan di Alian rusak", who="warga", room="pupr") == ""


async def test_an_answer_may_come_before_its_question_is_noted(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, can=replace(MemoryChat().can, forms=False))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.desk.dispatcher.receive(typed(talk, f"/tanggapi {number}"))
    while not talk.chat.board:
        await asyncio.sleep(0)
    [question] = talk.chat.board
    answer = replace(typed(talk, "", "k2"), body=Typed("Tim kami sedang ke sana.", question))
    await talk.desk.dispatcher.receive(answer)
    await talk.desk.dispatcher.settle()

    assert "Tim kami sedang ke sana." in talk.shown("pupr")[-1]


async def test_an_answer_given_twice_because_the_next_question_never_came(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock, can=replace(MemoryChat().can, forms=False))
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say("/disposisi 1")
    question, _ = talk.newest()
    talk.chat.trouble = [Unknown("timeout")]
    assert await talk.say("dpupr", answers=question) == ""
    asked = await talk.say("dishub", answers=question)
    instruction, _ = talk.newest()
    await talk.say("mohon dicek", answers=instruction)
    until, _ = talk.newest()
    await talk.say("-", answers=until)
    orders = await talk.store.survey(
        lambda s: [(d.to_agency, d.instruction) for d in s.exec(select(Disposition))]
    )

    assert "Perintah" in asked
    assert [words for _, words in orders] == ["mohon dicek"]
    assert (await talk.report(1)).agency_id == orders[0][0]
    assert "Dishub" in await talk.say("/laporan 1")


async def test_an_unknown_command_names_the_nearest(talk: Conversation) -> None:
    answer = await talk.say("/tangapi 3 halo")

    assert "/tangapi" in answer
    assert talk.buttons()[0] == "/tanggapi"


async def test_what_is_passed_on_commands_nothing_and_answers_no_question(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock, can=replace(MemoryChat().can, forms=False))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    receive = talk.desk.dispatcher.receive
    passed_on = typed(talk, "")
    command = await receive(replace(passed_on, body=Typed(f"/tanggapi {number} Sudah.", relayed=True)))
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")
    [question] = talk.chat.board
    answer = await receive(replace(passed_on, key="k2", body=Typed("Sudah.", question, relayed=True)))
    chatter = await receive(replace(passed_on, key="k3", body=Typed("lihat ini", relayed=True)))
    await talk.desk.dispatcher.settle()

    assert command is not None
    assert answer is not None
    assert "pesan terusan" in command.text
    assert "pesan terusan" in answer.text
    assert chatter is None
    assert list(talk.chat.board) == [question]


async def test_an_anonymous_administrator_is_told_why(talk: Conversation) -> None:
    assert "admin anonim" in await talk.say("/laporan-baru", kind=Kind.ANONYMOUS)
    assert "admin anonim" in await talk.say("/tanggapi 1 ya", kind=Kind.ANONYMOUS)


@pytest.mark.parametrize("kind", [Kind.BOT, Kind.CHANNEL])
async def test_bots_and_channels_command_nothing(talk: Conversation, kind: Kind) -> None:
    assert await talk.say("/laporan-baru", kind=kind) == ""


async def test_a_name_gives_no_rights(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    twin = Person("memory", "other-id", "Bu Wati")
    message = Incoming("k9", talk.room("pupr"), twin, talk.clock(), Typed("/tanggapi 1 ya"))
    await talk.desk.dispatcher.receive(message)
    await talk.desk.dispatcher.settle()

    assert "belum berwenang" in talk.shown("pupr")[-1]


async def test_the_same_id_on_another_platform_is_somebody_else(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    twin = Person("slack", "wati", "Bu Wati")
    message = Incoming("k9", talk.room("pupr"), twin, talk.clock(), Typed("/tanggapi 1 ya"))
    await talk.desk.dispatcher.receive(message)
    await talk.desk.dispatcher.settle()

    assert "belum berwenang" in talk.shown("pupr")[-1]


async def test_what_was_stored_before_a_crash_is_worked_off_after_it(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    message = typed(talk, "/tanggapi 1 Kami cek.")
    await talk.store.write(inbox.store, message, "test", talk.clock())
    assert talk.shown("pupr") == []
    await talk.desk.dispatcher.start()
    await talk.desk.dispatcher.settle()

    assert "Kami cek." in talk.shown("pupr")[-1]


async def test_another_process_takes_over_what_a_dead_one_left(
    talk: Conversation, clock: MovableClock
) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.store.write(inbox.store, typed(talk, "/tanggapi 1 Kami cek."), "dead", clock())
    await talk.desk.dispatcher.start()
    await talk.desk.dispatcher.settle()
    assert talk.shown("pupr") == []
    clock.move(minutes=2)
    await talk.desk.dispatcher.recover()
    await talk.desk.dispatcher.settle()

    assert "Kami cek." in talk.shown("pupr")[-1]


async def test_what_waits_for_its_platform_is_not_begun_again(store: Store, clock: MovableClock) -> None:
    chat = Blocked()
    talk = await open_conversation(store, clock, chat=chat)
    await talk.complain("@dpuprkebumen jalan rusak")
    before = len(chat.board)
    await talk.desk.dispatcher.receive(typed(talk, "/prioritas 1 tinggi"))
    await chat.reached.wait()
    for _ in range(7):
        clock.move(seconds=95)
        await talk.desk.dispatcher.recover()
        await talk.another("other").dispatcher.recover()
    chat.opens.set()
    await talk.desk.dispatcher.settle()

    assert len(chat.board) == before + 1


async def test_what_nobody_survives_is_given_up_and_the_sender_hears_of_it(
    talk: Conversation, clock: MovableClock
) -> None:
    await talk.store.write(inbox.store, typed(talk, "/laporan 1"), "dead", clock())
    for n in range(4):
        clock.move(minutes=2)
        await talk.store.write(inbox.take_over, f"dead-{n}", clock())
    clock.move(minutes=2)
    await talk.desk.dispatcher.recover()

    assert "Maaf" in talk.shown("pupr")[-1]
    assert await talk.store.survey(lambda s: [row.done_at for row in s.exec(select(Inbox))]) == [clock()]


async def test_what_cannot_be_read_any_more_keeps_nothing_from_starting(
    talk: Conversation, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.store.write(inbox.store, typed(talk, "/laporan 1 rahasia"), "test", clock())
    await talk.store.write(lambda s: setattr(s.exec(select(Inbox)).one(), "body", {"text": "rahasia"}))
    await talk.store.write(inbox.store, replace(typed(talk, "/laporan 1"), key="k2"), "test", clock())
    await talk.desk.dispatcher.start()
    await talk.desk.dispatcher.settle()

    assert "jalan rusak" in talk.shown("pupr")[-1]
    assert "rahasia" not in caplog.text


async def test_work_done_twice_makes_one_draft_and_one_card(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    message = typed(talk, "/tanggapi 1 Kami cek.")
    for _ in range(2):
        await talk.desk.dispatcher._answer(message)

    assert len(talk.shown("pupr")) == 1


async def test_the_words_of_a_delivery_are_forgotten_when_it_is_done(talk: Conversation) -> None:
    await talk.say("/laporan 99 rahasia", key="k1")
    rows = await talk.store.survey(lambda s: s.connection().exec_driver_sql("SELECT body FROM inbox").all())

    assert [r[0] for r in rows] in ([None], ["null"])


async def test_a_busy_platform_is_waited_for(talk: Conversation) -> None:
    talk.chat.trouble.append(TryLater(0))

    assert "tidak ada" in await talk.say("/laporan 99")


@pytest.mark.parametrize("trouble", [Refused("channel_not_found"), Unknown("timeout")])
async def test_a_platform_that_refuses_does_not_stop_the_desk(
    talk: Conversation, trouble: Refused | Unknown
) -> None:
    talk.chat.trouble.append(trouble)
    await talk.say("/laporan 99")

    assert "tidak ada" in await talk.say("/laporan 99")


async def test_a_room_that_moved_keeps_its_agency(talk: Conversation) -> None:
    new = Room("memory", "supergroup")
    for key in ("m1", "m1", "m2"):
        moved = Incoming(
            key, talk.room("pupr"), Person("memory", "x", kind=Kind.BOT), talk.clock(), Moved(new)
        )
        await talk.desk.dispatcher.receive(moved)
        await talk.desk.dispatcher.settle()
    await talk.complain("@dpuprkebumen jalan rusak")

    assert "jalan rusak" in await talk.say("/laporan-baru", room="supergroup")
    old = await talk.store.survey(row_of, talk.room("pupr"))
    assert old is not None
    assert old.agency_id is None


async def test_a_lapsed_button_says_so(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say("/tanggapi 1 Kami cek.", who="wati", room="pupr")
    clock.move(days=8)

    assert "tidak berlaku" in await talk.press("Kirim", who="wati")
    assert talk.published() == []


async def test_a_forged_button_does_nothing(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say("/tanggapi 1 Kami cek.", who="wati", room="pupr")
    ref, action = talk.button("Kirim", "pupr")
    for token in ("t:xxxxxxxxxxxxxxxxxxxxxx", "", "t:", action.token + "a", "kirim", "c:", "a:/"):
        forged = type(action)("send", "Kirim", token)
        await talk.press_token((ref, forged), who="wati")

    assert talk.published() == []


async def test_our_own_fault_is_told_politely_and_logged_once(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.complain("@dpuprkebumen rahasia sekali")
    talk.desk.courier.truth = None
    broken = talk.desk.services.registry.current

    async def fail(_: object) -> None:
        raise IntegrityError("INSERT …", ("jalan rahasia",), Exception("boom"))

    talk.desk.services.registry.current = fail  # type: ignore[method-assign, assignment]
    answer = await talk.say("/laporan 1")
    talk.desk.services.registry.current = broken  # type: ignore[method-assign]

    assert "gangguan" in answer
    [said] = [r.getMessage() for r in caplog.records]
    assert "failed: IntegrityError at " in said
    assert f"{__file__}:" in said
    assert "rahasia" not in caplog.text


async def test_of_many_cards_in_a_room_the_newest_are_kept_true(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    for _ in range(5):
        talk.clock.move(minutes=1)  # type: ignore[attr-defined]
        await talk.say("/laporan 1", who="tono", room="pupr")
    await talk.say("/ambil 1", who="tono", room="pupr")
    cards = [words for words in talk.shown("pupr") if "jalan rusak" in words]

    assert ["ditangani" in words.casefold() or "Tono" in words for words in cards] == [False] * 2 + [True] * 3
