"""The weekly and the monthly page: their figures, their papers, and that they come once."""

from __future__ import annotations

import itertools
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from plugin.chat.values import Outgoing
from plugin.drawing.pdf import write_pdf
from plugin.drawing.table import Document, Table
from plugin.drawing.xlsx import write_xlsx
from plugin.errors import TryLater
from plugin.rhythm import notices
from plugin.rhythm.periodic import Due, Periodical, due
from plugin.store.store import Store
from plugin.store.tables import Notice
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation

SEVEN = time(7)
TEXT = "Terima kasih, sudah kami tangani."


@pytest.fixture
def periodical(store: Store, clock: MovableClock, talk: Conversation) -> Periodical:
    return reopened(talk)


def reopened(talk: Conversation) -> Periodical:
    """Another process' own."""
    registry = talk.desk.services.registry.current
    return Periodical(talk.store, talk.clock, zone=ZONE, at=SEVEN, registry=registry)


async def deliver(talk: Conversation) -> None:
    """What the minute does with notices."""
    talk.jobs += [("notice", n) for n in await talk.store.survey(notices.due, talk.clock())]
    await talk.work()


async def july(talk: Conversation, clock: MovableClock) -> None:
    """Three reports in July, two of them answered, and one in August."""
    clock.now = datetime(2026, 7, 6, 3, tzinfo=UTC)
    for author in ("a", "b"):
        number = await talk.complain("jalan rusak", author=author)
        clock.move(hours=2)
        await talk.say(f"/tanggapi {number} {TEXT} {author}", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
    await talk.complain("lampu", to="dishubkbm", author="c")
    clock.now = datetime(2026, 8, 18, 3, tzinfo=UTC)
    await talk.complain("baru", author="d")


def cells(content: bytes) -> list[list[list[str]]]:
    """What is written in a spreadsheet, sheet by sheet, as a program that opens it reads it."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(BytesIO(content)) as book:
        words = [
            "".join(t.text or "" for t in item.iter(f"{space}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        sheets = [ElementTree.fromstring(book.read(name)) for name in names]

    def said(cell: ElementTree.Element) -> str:
        value = cell.findtext(f"{space}v") or ""
        return words[int(value)] if cell.get("t") == "s" else value

    return [[[said(c) for c in row] for row in sheet.iter(f"{space}row")] for sheet in sheets]


def newest_with_files(talk: Conversation, room: str = "setda") -> Outgoing:
    return next(m for r, m in reversed(talk.chat.board.items()) if r.room.key == room and m.files)


async def test_a_month_comes_with_a_picture_a_paper_and_a_spreadsheet(
    talk: Conversation, clock: MovableClock
) -> None:
    await july(talk, clock)
    said = await talk.say("/laporan-bulanan")

    assert "sedang disusun" in said
    assert "Laporan bulan Juli 2026, Kebumen" in said
    assert "Masuk: 3" in said
    assert "Ditanggapi: 2." in said
    assert "Tepat waktu: 66 persen, 2 dari 3 laporan yang dinilai." in said
    message = newest_with_files(talk)
    assert [p.name for p in message.pictures] == ["statistik-2026-07-01.png"]
    assert [f.name for f in message.files] == ["laporan-kebumen-2026-07.pdf", "laporan-kebumen-2026-07.xlsx"]
    assert message.files[0].content.startswith(b"%PDF-")


async def test_the_spreadsheet_says_the_same_as_the_page(talk: Conversation, clock: MovableClock) -> None:
    await july(talk, clock)
    await talk.say("/laporan-bulanan juli")
    parts, agencies, days = cells(newest_with_files(talk).files[1].content)

    assert parts[0][:5] == ["Instansi", "Kode", "Masuk", "Dinilai", "Tepat waktu (%)"]
    assert {row[0]: row[2:5] for row in parts[1:]} == {
        "DPUPR": ["2", "2", "100"], "Dishub": ["1", "1", "0"],
    }  # fmt: skip
    assert sum(int(row[2]) for row in agencies[1:]) == 3
    assert len(days) == 1 + 31
    assert [sum(int(row[n]) for row in days[1:]) for n in (1, 2)] == [3, 2]


async def test_a_room_gets_the_month_of_its_own(talk: Conversation, clock: MovableClock) -> None:
    await july(talk, clock)
    said = await talk.say("/laporan-bulanan juli 2026", who="tono", room="pupr")

    assert "Laporan bulan Juli 2026, DPUPR" in said
    assert "Masuk: 2" in said
    assert "Dishub" not in str(cells(newest_with_files(talk, "pupr").files[1].content))


async def test_what_is_no_month_is_asked_for_again(talk: Conversation) -> None:
    assert "tidak terbaca sebagai nama bulan" in await talk.say("/laporan-bulanan kemarin")
    assert talk.jobs == []


async def test_a_delivery_worked_off_twice_sends_one_page(talk: Conversation, clock: MovableClock) -> None:
    await july(talk, clock)
    await talk.say("/laporan-bulanan", key="same")
    await talk.say("/laporan-bulanan", key="same")

    assert len([m for m in talk.chat.board.values() if m.files]) == 1


async def test_a_busy_platform_gets_it_later(talk: Conversation, clock: MovableClock) -> None:
    await july(talk, clock)
    await talk.store.write(
        lambda s: notices.put(
            s,
            [talk.room("setda")],
            "monthly",
            {"agency": 1, "first": "2026-07-01", "last": "2026-07-31"},
            "k",
            clock(),
        )
    )
    talk.chat.trouble = [TryLater(200)]
    await deliver(talk)
    assert not any(m.files for m in talk.chat.board.values())

    clock.move(seconds=201)
    await deliver(talk)
    assert any(m.files for m in talk.chat.board.values())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ("2026-08-17T06:59", []), ("2026-08-17T07:00", ["weekly"]), ("2026-08-19T06:59", ["weekly"]),
        ("2026-08-19T07:00", []), ("2026-09-01T06:59", ["weekly"]), ("2026-09-01T07:00", ["weekly", "monthly"]),
        ("2026-09-06T06:59", ["monthly"]), ("2026-09-06T07:00", []), ("2026-01-01T09:00", ["monthly"]),
    ],
)  # fmt: skip
def test_each_page_has_its_day_and_is_worth_sending_for_some(now: str, kinds: list[str]) -> None:
    assert [page.kind for page in due(at(now), ZONE, SEVEN)] == kinds


def test_a_page_is_about_the_days_before() -> None:
    week, month = due(at("2026-09-01T08:00"), ZONE, SEVEN)

    assert (week.first, week.last) == (date(2026, 8, 24), date(2026, 8, 30))
    assert (month.first, month.last) == (date(2026, 8, 1), date(2026, 8, 31))
    assert due(at("2027-01-01T08:00"), ZONE, SEVEN)[-1] == Due(
        "monthly", date(2026, 12, 1), date(2026, 12, 31), at("2027-01-01T07:00")
    )


def test_the_day_begins_with_the_government() -> None:
    moment = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)  # 07.30 in Jayapura, 05.30 in Jakarta

    assert [p.kind for p in due(moment, ZoneInfo("Asia/Jayapura"), SEVEN)] == ["weekly", "monthly"]
    assert [p.kind for p in due(moment, ZONE, SEVEN)] == ["weekly"]


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_a_year_has_every_week_and_every_month_once(zone: str) -> None:
    """However seldom somebody runs (here every 31 hours), and always for the days just before."""
    there, seen = ZoneInfo(zone), dict[str, Due]()
    now = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    while now < datetime(2027, 1, 1, tzinfo=UTC):
        for page in due(now, there, SEVEN):
            assert page.opens.astimezone(there).hour == 7
            assert page.last < page.opens.astimezone(there).date()
            assert seen.setdefault(page.key, page) == page
        now += timedelta(hours=31)

    weeks = sorted(page.first for page in seen.values() if page.kind == "weekly")
    months = sorted(page.first for page in seen.values() if page.kind == "monthly")
    assert {b - a for a, b in itertools.pairwise(weeks)} == {timedelta(days=7)}
    assert len(weeks) in (52, 53)
    assert [m.month for m in months] == [12, *range(1, 12)]


async def test_everybody_gets_each_page_once_whatever_happens(
    talk: Conversation, clock: MovableClock, periodical: Periodical
) -> None:
    clock.now = at("2026-08-30T12:00").astimezone(UTC)
    await talk.complain("jalan rusak")
    for hour in range(24 * 10):
        clock.move(hours=1)
        await periodical.tick()
        if hour % 5 == 0:
            periodical = reopened(talk)
        await deliver(talk)

    said = talk.shown()
    assert len([s for s in said if s.startswith("Laporan minggu")]) == 2
    assert [s.splitlines()[0] for s in said if s.startswith("Laporan minggu")] == [
        "Laporan minggu 24 Agustus 2026 sampai 30 Agustus 2026, Kebumen",
        "Laporan minggu 31 Agustus 2026 sampai 6 September 2026, Kebumen",
    ]
    assert len([s for s in said if s.startswith("Laporan bulan")]) == 1
    assert not any(s.startswith("Laporan") for s in talk.shown("pupr"))  # nobody is below


async def test_nobody_is_told_of_a_week_long_past(
    store: Store, talk: Conversation, clock: MovableClock, periodical: Periodical
) -> None:
    clock.now = at("2026-08-20T12:00").astimezone(UTC)
    await periodical.tick()

    def count(session: Session) -> int:
        return len(session.exec(select(Notice)).all())

    assert await store.read(count) == 0


def test_a_paper_can_be_made_of_anything() -> None:
    names = ("=1+1", "<b>&amp;", "👩‍🚒 Damkar", "عربي", "", "Dinas " * 40, "a\nb")
    rows = tuple((name, n, None, 0.5, date(2026, 8, 18)) for n, name in enumerate(names * 40))
    table = Table("Menurut [instansi]: a/b*?", ("Instansi", "1", "2", "3", "4"), rows)
    paper = Document("<Judul> & co", "x", ("baris & <i>",), b"", (table,), ("catatan",), "kaki")

    assert write_pdf(paper) == write_pdf(paper)
    book = write_xlsx((table,), datetime(2026, 8, 18, tzinfo=UTC))
    assert [row[0] for row in cells(book)[0][1:8]] == list(names)
    assert b"<f>" not in zipfile.ZipFile(BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_an_empty_paper_is_still_one() -> None:
    table = Table("Kosong", ("Instansi",), ())

    assert write_pdf(Document("", "", (), b"", (table,), (), "")).startswith(b"%PDF-")
    assert cells(write_xlsx((table,), datetime(2026, 8, 18, tzinfo=UTC))) == [[["Instansi"]]]
