"""/tegur, and the morning page's buttons: a word to who is late, on record, once a day."""

from __future__ import annotations

from sqlmodel import Session, select

from plugin.chat.values import Room
from plugin.rhythm.page import page_about
from plugin.rhythm.reprimands import reprimanding
from plugin.store.store import Store
from plugin.store.tables import Agency, AuditEntry, Official
from tests.conftest import MovableClock
from tests.desk import Conversation


async def a_late_report(talk: Conversation, clock: MovableClock) -> int:
    number = await talk.complain("jalan rusak")
    clock.move(hours=26)
    return number


async def acts(store: Store) -> list[str]:
    def read(session: Session) -> list[str]:
        return [row.act for row in session.exec(select(AuditEntry)) if row.act == "reprimanded"]

    return await store.read(read)


async def test_the_agency_reads_how_many_are_late_and_which_is_the_oldest(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    number = await a_late_report(talk, clock)
    said = await talk.say("/tegur dpupr mohon hari ini & <b>segera</b>")

    assert "Teguran disampaikan ke grup DPUPR." in said
    told = talk.shown("pupr")[-1]
    assert told.startswith("Teguran untuk DPUPR dari ")
    assert "mohon hari ini & <b>segera</b>" in told
    assert "Terlambat ditanggapi: 1 laporan." in told
    assert f"Terlama: laporan {number}, menunggu 1 hari." in told
    assert "Mohon ditanggapi hari ini." in told
    assert talk.buttons("pupr") == ["Yang terlambat", f"Lihat laporan {number}"]
    assert await acts(store) == ["reprimanded"]


async def test_a_superior_whose_name_no_platform_tells_is_called_by_the_key(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    await a_late_report(talk, clock)
    await talk.say("/tegur dpupr")

    def unname(session: Session) -> tuple[int, int]:
        sri = session.exec(select(Official).where(Official.key == "sri")).one()
        sri.name = ""
        return sri.id or 0, session.exec(select(Agency.id).where(Agency.code == "DPUPR")).one() or 0

    by, agency = await store.write(unname)
    told = await reprimanding(talk.desk.services, {"agency": agency, "by": by, "words": ""})

    assert told is not None
    assert told.by == "sri"


async def test_pressed_twice_it_is_said_once(store: Store, talk: Conversation, clock: MovableClock) -> None:
    await a_late_report(talk, clock)
    await talk.say("/tegur dpupr")
    again = await talk.say("/tegur dpupr")

    assert "sudah ditegur dengan kata yang sama hari ini" in again
    assert len(talk.shown("pupr")) == 1
    assert await acts(store) == ["reprimanded"]

    clock.move(days=1)
    await talk.say("/tegur dpupr")
    assert len(talk.shown("pupr")) == 2


async def test_nobody_is_blamed_for_nothing(talk: Conversation) -> None:
    await talk.complain("jalan rusak")

    assert "tidak punya laporan yang terlambat" in await talk.say("/tegur dpupr")
    assert talk.shown("pupr") == []


async def test_a_word_where_nothing_is_late_asks_for_no_answer(talk: Conversation) -> None:
    await talk.complain("jalan rusak")
    await talk.say("/tegur dpupr mohon lengkapi data")

    assert "mohon lengkapi data" in talk.shown("pupr")[-1]
    assert "Mohon ditanggapi" not in talk.shown("pupr")[-1]


async def test_only_who_stands_above_may(talk: Conversation, clock: MovableClock) -> None:
    await a_late_report(talk, clock)

    assert "belum berwenang" in await talk.say("/tegur dpupr", who="tono", room="pupr")
    assert "belum berwenang" in await talk.say("/tegur dishub", who="wati", room="pupr")
    assert "belum berwenang" in await talk.say("/tegur dpupr", who="tono")
    assert talk.shown("hub") == []


async def test_where_there_is_no_room_it_says_so(talk: Conversation) -> None:
    assert "Dinkes belum punya grup" in await talk.say("/tegur dinkes halo")


async def test_the_page_offers_what_the_sekda_would_do_next(talk: Conversation, clock: MovableClock) -> None:
    number = await a_late_report(talk, clock)
    said = await talk.say("/ringkasan")

    assert "• DPUPR: 1 menunggu, 1 terlambat" in said
    assert talk.buttons() == [
        "Tegur DPUPR", f"Disposisi {number}", f"Tunda {number}", "Laporan baru", "Rapor", "Belum punya akun",
    ]  # fmt: skip
    assert "Teguran disampaikan" in await talk.press("Tegur DPUPR")
    assert "Rapor Kebumen" in await talk.press("Rapor")
    assert (
        "Tegur DPUPR" not in (await talk.say("/ringkasan", who="wati", room="pupr"), talk.buttons("pupr"))[1]
    )


async def test_what_is_urgent_stands_on_the_page(talk: Conversation) -> None:
    first, second = await talk.complain("pohon tumbang"), await talk.complain("banjir", author="lain")
    await talk.say(f"/prioritas {second} darurat")

    assert f"Mendesak: 1, laporan {second}." in await talk.say("/ringkasan")
    assert first


async def test_by_itself_the_page_comes_with_its_picture(talk: Conversation) -> None:
    await talk.complain("jalan rusak")
    services = talk.desk.services
    registry = await services.registry.current()
    node = registry.root
    await services.send(
        Room("memory", "setda"), await page_about(services, registry, node, picture=True), "k"
    )

    (picture,) = talk.newest()[1].pictures
    assert picture.name == "ringkasan-2026-08-18.png"
    assert picture.alt.startswith("Laporan masuk dan ditanggapi per hari dari 5 Agustus 2026")
