"""A forgotten case is heard of, by the right people, once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from plugin.chat.rights import give, known
from plugin.chat.values import Person, Room
from plugin.errors import TryLater, Unknown
from plugin.rhythm import notices
from plugin.rhythm.notices import Notices, PerhapsTold
from plugin.store.tables import Alarm, Role, RoomRow, Subscription
from plugin.wording import View
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation


def wib(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=ZONE).astimezone(UTC)


async def pass_until(talk: Conversation, clock: MovableClock, until: str, minutes: int = 30) -> None:
    """Time goes by, with a sweep every half an hour."""
    while clock.now < wib(until):
        clock.move(minutes=minutes)
        await talk.sweep()


async def levels(talk: Conversation, number: int, clock: str = "first_answer") -> list[tuple[str, str]]:
    """Who has heard of the report, and when."""

    def look(session: Session) -> list[tuple[str, str]]:
        rows = session.connection().execute(
            sa.text(
                "SELECT alarm.level, alarm.at FROM alarm JOIN report_clock ON report_clock.id = alarm.clock_id"
                " WHERE alarm.report_id = :n AND report_clock.clock = :clock ORDER BY alarm.id"
            ).columns(level=sa.String, at=sa.inspect(Alarm).local_table.c.at.type),
            {"n": number, "clock": clock},
        )
        return [(row.level, row.at.astimezone(ZONE).strftime("%d %H.%M")) for row in rows]

    return await talk.store.survey(look)


async def change(talk: Conversation, statement: sa.Executable) -> None:
    await talk.store.write(lambda session: session.connection().execute(statement) and None)


async def test_it_climbs_from_the_room_to_the_top(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/disposisi {number} dpupr mohon dicek")  # given to the agency: it is held
    await pass_until(talk, clock, "2026-08-22 12.00")

    # 05.12 is night, so the warning waits until 06.00; nobody is bupati here, so the ladder ends with the Sekda.
    assert await levels(talk, number) == [
        ("warning", "19 06.00"), ("holder", "19 10.00"), ("kepala", "19 14.00"), ("sekda", "20 14.00"),
    ]  # fmt: skip


async def test_the_messages_name_the_clock_the_level_and_the_way_so_far(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/disposisi {number} dpupr mohon dicek")
    await pass_until(talk, clock, "2026-08-19 06.00")
    warned = talk.shown("pupr")[-1]
    await pass_until(talk, clock, "2026-08-20 14.00")
    above = talk.shown("setda")[-1]

    assert "1 laporan hampir habis waktunya" in warned
    assert "Tanggapan pertama paling lambat 19 Agustus 2026, 10.00 WIB" in warned
    assert "1 laporan terlambat" in above
    assert "Disampaikan kepada Sekda (Bu Sri Sekda)." in above
    assert "Sudah diingatkan: grup DPUPR, 19 Agustus 2026, 06.00 WIB;" in above
    assert "kepala instansi (Bu Wati), 19 Agustus 2026, 14.00 WIB." in above
    assert talk.buttons("setda") == [
        f"{label} {number}" for label in ("Tanggapi", "Disposisi", "Tunda", "Rincian")
    ]
    assert "keterlambatan disampaikan kepada Sekda (Bu Sri Sekda)" in await talk.say(f"/riwayat {number}")


async def test_what_nobody_was_given_climbs_first(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-20 12.00")

    assert await levels(talk, number) == [
        ("warning", "19 06.00"), ("holder", "19 10.00"), ("kepala", "19 10.00"), ("sekda", "20 10.00"),
    ]  # fmt: skip


async def test_who_took_it_is_waited_for_and_told_by_name(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    clock.now = wib("2026-08-19 03.00")
    await talk.say(f"/ambil {number}", who="tono", room="pupr")
    await pass_until(talk, clock, "2026-08-19 10.00")

    assert [level for level, _ in await levels(talk, number)] == ["warning", "holder"]
    assert "grup DPUPR (Tono), 19 Agustus 2026, 06.00 WIB" in talk.shown("pupr")[-1]


async def test_what_is_urgent_wakes_people(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen tanggul jebol")
    await talk.complain("@dpuprkebumen jalan rusak", author="warga2")
    await talk.say(f"/prioritas {number} darurat")
    await pass_until(talk, clock, "2026-08-19 05.30")

    assert await levels(talk, number) == [("warning", "19 05.30")]
    assert await levels(talk, number + 1) == []


async def test_an_answer_ends_the_ladder(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-19 07.00")
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await pass_until(talk, clock, "2026-08-21 12.00")

    assert await levels(talk, number) == [("warning", "19 06.00")]


async def test_the_whole_message_is_short(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-19 10.00")

    assert talk.shown("pupr")[-1] == (
        "1 laporan terlambat\n"
        "\n"
        "1 · DPUPR\n"
        "@dpuprkebumen jalan rusak\n"
        "Tanggapan pertama terlambat 1 menit (batas 19 Agustus 2026, 10.00 WIB; 24 jam).\n"
        "Disampaikan kepada kepala instansi (Bu Wati).\n"
        "Sudah diingatkan: grup DPUPR, 19 Agustus 2026, 06.00 WIB; grup DPUPR, 19 Agustus 2026, 10.00 WIB."
    )


async def test_what_comes_due_together_is_one_message(talk: Conversation, clock: MovableClock) -> None:
    for n in range(8):
        await talk.complain(f"@dpuprkebumen lubang {n}", author=f"warga{n}")
    before = len(talk.shown("pupr"))
    await pass_until(talk, clock, "2026-08-19 09.00")
    told = talk.shown("pupr")[before:]

    assert len(told) == 1
    assert "8 laporan hampir" in told[0] or "5 teratas dari 8" in told[0]


async def test_nobody_above_is_itself_an_alarm(talk: Conversation, clock: MovableClock) -> None:
    nobody = sa.update(Role).where(sa.column("role").in_(["sekda", "penanggung-jawab"]))
    await change(talk, nobody.values(ended_at=clock()))
    number = await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
    await pass_until(talk, clock, "2026-08-22 12.00")

    assert [level for level, _ in await levels(talk, number)] == ["warning", "holder", "nobody"]
    assert "Tidak ada pejabat di atas Dishub yang dapat diberi tahu" in talk.shown("setda")[-1]


async def test_without_any_role_the_highest_room_hears_that_nobody_is_above(
    talk: Conversation, clock: MovableClock
) -> None:
    await change(talk, sa.delete(Role))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-20 12.00", minutes=120)

    assert [level for level, _ in await levels(talk, number)] == ["warning", "holder", "nobody"]
    assert "Mohon admin memberi peran (/beri-peran)" in talk.shown("setda")[-1]


async def test_where_there_is_no_room_at_all_no_history_says_that_anybody_was_told(
    talk: Conversation, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    await change(talk, sa.delete(RoomRow))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-19 12.00", minutes=120)

    assert await levels(talk, number) == []
    assert "no group that could be told" in caplog.text


async def test_one_person_in_every_role_hears_once_for_each_and_two_of_one_rank_hear_together(
    talk: Conversation, clock: MovableClock
) -> None:
    def roles(session: Session) -> None:
        for key, *held in (("sri", "kepala", "bupati"), ("dua", "sekda")):
            person = known(session, Person("memory", key, key.title()))
            for role in held:
                give(session, person, 3 if role == "kepala" else 1, role, None, clock())
            chat = Subscription(official_id=person, platform="memory", room=f"pribadi-{key}", since=clock())
            session.add(chat)

    await talk.store.write(roles)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-22 12.00", minutes=120)
    told = [text for text in talk.shown("pribadi-sri") if "Tanggapan pertama" in text]

    assert [level for level, _ in await levels(talk, number)] == [
        "warning", "holder", "kepala", "sekda", "bupati",
    ]  # fmt: skip
    assert len(told) == 3
    assert "Disampaikan kepada bupati/wali kota (Sri)." in told[-1]
    assert "Disampaikan kepada Sekda (Sri, Dua)." in talk.shown("pribadi-dua")[0]


async def test_an_agency_without_a_room_is_told_in_the_room_above(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen puskesmas tutup")
    await talk.say(f"/disposisi {number} dinkes")
    await pass_until(talk, clock, "2026-08-19 06.00")

    assert "Dinkes" in talk.shown("setda")[-1]


async def test_the_head_hears_in_his_direct_chat_too(talk: Conversation, clock: MovableClock) -> None:
    await talk.say("/langganan-ringkasan", who="wati", room="pribadi-wati")
    await talk.complain("@dpuprkebumen jalan rusak")
    await pass_until(talk, clock, "2026-08-19 10.00")

    assert "1 laporan terlambat" in talk.shown("pribadi-wati")[-1]


async def test_a_snooze_has_a_reason_an_end_and_a_place_in_the_history(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    snoozed = await talk.say(f"/tunda {number} 2 hari menunggu aspal datang", who="wati", room="pupr")
    await pass_until(talk, clock, "2026-08-20 09.30")
    quiet = await levels(talk, number)
    late = await talk.say("/laporan-baru")
    await pass_until(talk, clock, "2026-08-20 11.00")

    assert "ditunda sampai 20 Agustus 2026, 10.00 WIB" in snoozed
    assert quiet == []
    assert "Terlambat" in late
    assert [level for level, _ in await levels(talk, number)] == ["holder", "kepala"]
    assert "pengingat ditunda sampai 20 Agustus 2026, 10.00 WIB: menunggu aspal" in await talk.say(
        f"/riwayat {number}"
    )


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("sampai 1-9-2026 menunggu aspal", "1 September 2026, 07.00"),
        ("sampai tanggal 1 September 2026, menunggu aspal", "1 September 2026, 07.00"),
        ("sampai 2026-09-01 menunggu aspal", "1 September 2026, 07.00"),
        ("1/9/2026: menunggu aspal", "1 September 2026, 07.00"),
        ("sampai lusa menunggu aspal", "20 Agustus 2026, 07.00"),
        ("2 minggu menunggu aspal", "1 September 2026, 10.00"),
        ("2 menunggu aspal", "20 Agustus 2026, 10.00"),
    ],
)
async def test_the_day_is_written_as_anywhere(talk: Conversation, typed: str, until: str) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    answer = await talk.say(f"/tunda {number} {typed}")

    assert f"ditunda sampai {until} WIB." in answer
    assert "Alasan: menunggu aspal" in answer


async def test_a_snooze_can_be_ended_early(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tunda {number} 9 hari menunggu aspal datang")
    assert "berjalan lagi" in await talk.press("Batalkan penundaan")
    await pass_until(talk, clock, "2026-08-19 06.00")

    assert [level for level, _ in await levels(talk, number)] == ["warning"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("nanti saja ya", "tidak menyebut berapa lama"),
        ("3 hari", "Sebutkan juga alasannya"),
        ("90 hari menunggu anggaran", "paling lama 30 hari"),
        ("0 hari menunggu aspal", "sudah lewat"),
        ("sampai 2026-08-01 menunggu aspal", "sudah lewat"),
        ("sampai 2026-02-30 menunggu aspal", "bukan tanggal yang ada"),
        ("20-8-26 menunggu aspal", "tidak menyebut berapa lama"),
        ("3 harİ menunggu aspal", "ditunda sampai 21 Agustus"),
    ],
)
async def test_what_cannot_be_snoozed_is_said(talk: Conversation, typed: str, says: str) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")

    assert says in await talk.say(f"/tunda {number} {typed}")


async def test_only_who_may_hand_on_may_snooze_and_a_form_asks(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    refused = await talk.say(f"/tunda {number} 3 hari menunggu aspal", who="joko", room="pupr")
    await talk.say(f"/tunda {number}")
    filled = await talk.fill_in(lasts="besok", reason="menunggu aspal")

    assert "belum berwenang" in refused
    assert "ditunda sampai 19 Agustus 2026, 07.00 WIB" in filled


async def test_what_is_closed_needs_no_snooze(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen selamat pagi")
    await talk.say(f"/bukan-laporan {number} salam saja")

    assert "tidak ada pengingat" in await talk.say(f"/tunda {number} 3 hari menunggu aspal")


async def test_a_busy_room_is_told_later_and_once(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    clock.now = wib("2026-08-19 05.59")
    await talk.sweep()
    talk.chat.trouble.append(TryLater(200))
    clock.move(minutes=1)
    await talk.sweep()
    missed = talk.shown("pupr")
    clock.move(minutes=2)
    await talk.sweep()
    early = talk.shown("pupr")
    clock.move(minutes=2)
    await talk.sweep()
    await talk.sweep()

    assert missed == early == []
    assert len(talk.shown("pupr")) == 1


@pytest.mark.parametrize("arrived", [True, False, None])
async def test_a_death_while_telling_tells_nothing_twice(
    talk: Conversation, clock: MovableClock, arrived: bool | None
) -> None:
    """`arrived`: what the platform can say of it afterwards."""
    sent: list[tuple[str, View]] = []

    async def deliver(room: Room, view: View, key: str) -> None:
        sent.append((key, view))
        if len(sent) == 1:
            raise Unknown("the line went dead")

    async def sent_before(room: Room, key: str) -> bool | None:
        return arrived

    async def compose(args: Mapping[str, Any]) -> View:
        return PerhapsTold(clock())

    def due(session: Session) -> list[int]:
        return notices.due(session, clock())

    place = Room("memory", "pupr")
    for _ in range(2):
        await talk.store.write(notices.put, [place], "test", {}, "test:1", clock())
    teller = Notices(
        talk.store, clock, owner="b", composers={"test": compose}, deliver=deliver, sent_before=sent_before
    )
    (number,) = await talk.store.survey(due)
    for _ in range(3):
        await teller.send(number)
        await teller.send(number)
        clock.move(minutes=2)

    again = {True: [], False: ["test:1:memory:pupr"], None: ["test:1:memory:pupr:perhaps"]}[arrived]
    assert [key for key, _ in sent] == ["test:1:memory:pupr", *again]
    assert await talk.store.survey(due) == []


async def test_what_could_not_be_made_yet_is_told_later(talk: Conversation, clock: MovableClock) -> None:
    """A moment's trouble before anything was sent is no doubt about whether it was."""
    sent: list[str] = []

    async def deliver(room: Room, view: View, key: str) -> None:
        sent.append(key)

    async def sent_before(room: Room, key: str) -> bool | None:
        return None

    async def compose(args: Mapping[str, Any]) -> View:
        if clock() < began + timedelta(seconds=30):
            raise OSError("the database is busy")
        return PerhapsTold(clock())

    began = clock()
    await talk.store.write(notices.put, [Room("memory", "pupr")], "test", {}, "test:1", began)
    teller = Notices(
        talk.store, clock, owner="b", composers={"test": compose}, deliver=deliver, sent_before=sent_before
    )
    for _ in range(3):
        for number in await talk.store.survey(lambda session: notices.due(session, clock())):
            await teller.send(number)
        clock.move(minutes=6)

    assert sent == ["test:1:memory:pupr"]


async def test_two_processes_tell_each_level_once(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    keeper = talk.desk.timekeeper
    for until in ("2026-08-19 06.00", "2026-08-19 10.00", "2026-08-20 10.00"):
        clock.now = wib(until)
        await asyncio.gather(keeper.tick(), keeper.tick(), keeper.tick())
        await talk.work()

    assert [level for level, _ in await levels(talk, number)] == ["warning", "holder", "kepala", "sekda"]
    assert len(talk.shown("setda")) == 1
    assert len(talk.shown("pupr")) == 2  # the warning; the breach with the head
