"""What the morning page says, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from plugin.chat.markup import parse, plain
from plugin.dates import FILTERS
from plugin.desk.lists.queue import Span
from plugin.desk.measures import counts
from plugin.drawing.sheet import Columns, Rows, Sheet
from plugin.rhythm.digest import Behind, Digest, Page, digest
from plugin.rhythm.waiting import Oldest
from plugin.store.store import Store
from plugin.store.tables import (
    Account,
    Agency,
    AgencyDay,
    Gap,
    Official,
    Promise,
    Reply,
    Report,
    Rise,
)
from plugin.wording import Say, Wording

TEMPLATES = Path(__file__).parents[2] / "templates"
WIB = ZoneInfo("Asia/Jakarta")
SEVEN = datetime(2026, 8, 18, 0, 0, tzinfo=UTC)  # Tuesday, 07.00 WIB
TODAY, YESTERDAY = date(2026, 8, 18), date(2026, 8, 17)
ALL = Span()


def path(*ids: int) -> str:
    return "".join(f"{n:08x}" for n in ids)


def tree(session: Session) -> None:
    """A kabupaten (1) with DPUPR (2), Dishub (3), a kecamatan (4) with a desa (5); and their accounts."""
    for id_, above, short in [
        (1, (), "Kebumen"), (2, (1,), "DPUPR"), (3, (1,), "Dishub"), (4, (1,), "Kec. Alian"), (5, (1, 4), ""),
    ]:  # fmt: skip
        parent = above[-1] if above else None
        session.add(
            Agency(
                id=id_, code=f"33.05.{id_}", parent_id=parent, path=path(*above, id_), kind="dinas",
                name=f"Instansi {id_} dengan nama yang panjang", short=short,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Account(
                id=id_, agency_id=id_, channel="x", handle=f"a{id_}", handle_key=f"a{id_}", claimed_at=SEVEN
            )
        )
    session.flush()


def waits(
    session: Session, id_: int, agency: int, *, hours: float, due: float, text: str = "Jalan rusak"
) -> None:
    """A report that came `hours` ago and is due in `due` hours."""
    at = SEVEN - timedelta(hours=hours)
    session.add(
        Report(
            id=id_, channel="x", post_id=str(id_), account_id=agency, agency_id=agency, author_id="9",
            text=text, written_at=at, received_at=at, due_at=SEVEN + timedelta(hours=due),
        )
    )  # fmt: skip
    session.flush()
    counts.reopened(session, agency)


def happened(session: Session, day: date, agency: int, incoming: int, answered: int) -> None:
    session.add(AgencyDay(day=day, agency_id=agency, incoming=incoming, answered=answered))


def gap(
    session: Session, account: int, began: float, ended: float, closed: float | None, *, lost: bool = False
) -> None:
    """A gap by hours before now."""
    began_at, ended_at = SEVEN - timedelta(hours=began), SEVEN - timedelta(hours=ended)
    closed_at = None if closed is None else SEVEN - timedelta(hours=closed)
    session.add(Gap(account_id=account, began_at=began_at, ended_at=ended_at, closed_at=closed_at, lost=lost))


def a_morning(session: Session) -> None:
    tree(session)
    happened(session, YESTERDAY, 2, 10, 6)
    happened(session, YESTERDAY, 5, 2, 3)
    happened(session, TODAY, 3, 1, 1)
    happened(session, date(2026, 8, 16), 2, 99, 99)
    waits(session, 11, 2, hours=72, due=-48, text="Jalan\nrusak <b>parah</b>, hub 0812-3456-7890 ya pak")
    waits(session, 12, 2, hours=30, due=-6)
    waits(session, 13, 3, hours=2, due=22)
    waits(session, 14, 5, hours=1, due=-1)
    gap(session, 2, 4.8333, 1.3333, 1.1333)


async def page(store: Store, span: Span = ALL, accounts: tuple[int, int] = (431, 460)) -> Digest:
    return await store.read(digest, span, SEVEN, WIB, accounts)


def said(made: Digest) -> list[str]:
    wording = Wording(TEMPLATES, FILTERS(WIB, lambda: SEVEN))
    return plain(parse(wording.say(Page(made)))).split("\n")


async def test_the_whole_page(store: Store) -> None:
    await store.write(a_morning)

    assert said(await page(store)) == [
        "Ringkasan Selasa, 18 Agustus 2026, 07.00 WIB",
        "Baru: 12 kemarin, 1 hari ini.",
        "Menunggu tanggapan: 4 di 3 instansi, terlambat 3.",
        "Ditanggapi kemarin: 9.",
        "Terlama: laporan 11, DPUPR, 3 hari.",
        "Jalan rusak <b>parah</b>, hub ••• ya pak",
        "• DPUPR: 2 menunggu, 2 terlambat",
        "• Instansi 5 dengan nama…: 1 menunggu, 1 terlambat",
        "• Dishub: 1 menunggu",
        "Belum punya akun: 431 dari 460.",
        "Kiriman tidak terbaca 02.10–05.40 WIB, tersusul 05.52.",
    ]


async def test_a_room_sees_its_own_subtree(store: Store) -> None:
    await store.write(a_morning)
    made = await page(store, Span(path(1, 4), path(1, 4) + "g"), (3, 4))

    assert (made.new_yesterday, made.answered_yesterday, made.waiting, made.overdue) == (2, 3, 1, 1)
    assert made.oldest is not None
    assert made.oldest.number == 14
    assert made.missed == ()
    assert await page(store, Span(path(1), path(1) + "g")) == await page(store)


async def test_an_empty_day_is_one_line(store: Store) -> None:
    await store.write(tree)

    assert said(await page(store)) == [
        "Selasa, 18 Agustus 2026, 07.00 WIB: tidak ada laporan baru atau yang menunggu."
    ]


async def test_the_day_is_the_governments(store: Store) -> None:
    await store.write(a_morning)
    papua = await store.read(digest, ALL, SEVEN - timedelta(hours=8), ZoneInfo("Asia/Jayapura"), (0, 0))
    jakarta = await store.read(digest, ALL, SEVEN - timedelta(hours=8), WIB, (0, 0))

    assert (papua.day, papua.new_today) == (TODAY, 1)
    assert (jakarta.day, jakarta.new_today) == (YESTERDAY, 12)


async def test_the_fullest_page_fits_a_telephone(store: Store) -> None:
    def full(session: Session) -> None:
        session.add(Official(id=1, platform="memory", key="sri"))
        for n in range(1, 30):
            name = f"Dinas Pekerjaan Umum dan Penataan Ruang {n}"
            session.add(Agency(id=n, code=str(n), path=path(n), kind="dinas", name=name, short=name))
            session.flush()
            session.add(
                Account(id=n, agency_id=n, channel="x", handle=str(n), handle_key=str(n), claimed_at=SEVEN)
            )
            session.flush()
            waits(session, n, n, hours=2400, due=-n, text="👨‍👩‍👧‍👦 Jembatan gantung " * 40)
            session.exec(select(Report).where(Report.id == n)).one().priority = 1
            happened(session, YESTERDAY, n, 40000, 40000)
            happened(session, TODAY, n, 40000, 40000)
            session.add(
                Reply(
                    id=n, report_id=n, account_id=n, target_post=str(n), text="", text_hash="", drafted_by=1,
                    drafted_at=SEVEN,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                Promise(
                    report_id=n, reply_id=n, agency_id=n, words="minggu ini", day=YESTERDAY, made_at=SEVEN,
                    due_at=SEVEN + timedelta(minutes=n), state="broken" if n > 20 else "kept",
                )
            )  # fmt: skip
        for place, hours in (("Alian", 5), ("*", 9), ("Gombong", 30)):
            began = SEVEN - timedelta(hours=hours)
            session.add(
                Rise(
                    category="pju", place=place, agency_id=1, reports=17, usual=0.2, began_at=began,
                    last_at=began, ended_at=began,
                )
            )  # fmt: skip
        gap(session, 1, 60, 40, 3, lost=True)
        gap(session, 2, 2, 1, 0.5, lost=True)

    await store.write(full)
    lines = said(await page(store, accounts=(8123, 8900)))

    assert len(lines) <= 12
    assert max(len(line) for line in lines if "👨" not in line) <= 65
    assert "Menunggu tanggapan: 29 di 29 instansi, terlambat 29." in lines
    assert "Janji lewat batas: 9, laporan 29, 28, 27, …" in lines
    assert "Mendesak: 29, laporan 29, 28, 27, …" in lines
    assert "Ramai: lampu jalan di Kec. Alian, 17 laporan, +1 lagi." in lines
    assert lines[-1] == "Kiriman tidak terbaca 05.00–06.00 WIB, sebagian hilang, +1 lagi."


async def test_gaps_that_overlap_are_one_and_old_ones_are_not_told_again(store: Store) -> None:
    def gaps(session: Session) -> None:
        tree(session)
        gap(session, 1, 30, 26, 25)  # closed the day before yesterday's page: told already
        gap(session, 1, 10, 8, 7.9)
        gap(session, 2, 9.5, 7.5, 7.2)
        gap(session, 3, 3, 2, None)
        gap(session, 4, 2.5, 1, 0.9)
        gap(session, 4, 50, 49, None)

    await store.write(gaps)
    made = await page(store)
    began = [round((SEVEN - m.began_at) / timedelta(hours=1), 1) for m in made.missed]
    ended = [round((SEVEN - m.ended_at) / timedelta(hours=1), 1) for m in made.missed]

    assert (began, ended) == ([50, 10, 3], [49, 7.5, 1])
    assert [m.closed_at is None for m in made.missed] == [True, False, True]
    assert "Kiriman tidak terbaca 04.00–06.00 WIB, belum tersusul, +2 lagi." in said(made)


async def test_one_outage_of_all_accounts_is_one_gap(store: Store) -> None:
    def outage(session: Session) -> None:
        tree(session)
        for n in range(1, 6):
            gap(session, n, 5 + n / 10, 2 - n / 10, 1 - n / 10, lost=n == 3)

    await store.write(outage)
    (missed,) = (await page(store)).missed

    assert missed.began_at == SEVEN - timedelta(hours=5.5)
    assert missed.ended_at == SEVEN - timedelta(hours=1.5)
    assert missed.lost


@pytest.mark.parametrize(
    "text", ["<!channel> {{7*7}}", "<b>x", "", "   ", "\u202eabc", "a" * 10_000, "👩‍🚒" * 400]
)
async def test_hostile_words_are_shown_as_words(store: Store, text: str) -> None:
    def one(session: Session) -> None:
        tree(session)
        waits(session, 1, 2, hours=1, due=1, text=text)

    await store.write(one)
    lines = said(await page(store))

    assert len(lines) <= 12
    assert "\u202e" not in "".join(lines)
    assert lines[4] == "Terlama: laporan 1, DPUPR, 1 jam."


def test_its_buttons_are_commands() -> None:
    oldest = Oldest(11, "DPUPR", SEVEN, "Jalan rusak")
    behind = (Behind("Kebumen", 3, 3, "33.05"), Behind("DPUPR", 1, 1, "DPUPR"))
    view = Page(Digest(TODAY, SEVEN, 0, 0, 1, 0, 0, oldest, behind, 0, (), 1, 2), code="33.05")
    text = Wording(TEMPLATES, FILTERS(WIB, lambda: SEVEN)).say(view)

    assert view.presses() == {
        "new": Say("/laporan-baru"), "dispose": Say("/disposisi 11"), "snooze": Say("/tunda 11"),
        "blame": Say("/tegur DPUPR"), "detail": Say("/rapor"), "none": Say("/belum-punya-akun"),
    }  # fmt: skip
    assert all(f'name="{name}"' in text for name in view.presses())


def drawn(view: Page) -> Sheet:
    wording = Wording(TEMPLATES, FILTERS(WIB, lambda: SEVEN))
    (drawing,) = view.drawings()
    return drawing.sheet(lambda block: wording.part(drawing, block))


async def test_its_picture_shows_fourteen_days_and_where_it_is_late(store: Store) -> None:
    await store.write(a_morning)
    sheet = drawn(Page(await page(store), "Kebumen", picture=True))
    incoming, answered, late = sheet.panels

    assert sheet.title == "Kebumen, 18 Agustus 2026"
    assert isinstance(incoming, Columns)
    assert isinstance(answered, Columns)
    assert isinstance(late, Rows)
    assert incoming.labels == tuple(str(n) for n in range(5, 19))
    assert incoming.values == (*[0] * 11, 99, 12, 1)
    assert answered.values == (*[0] * 11, 99, 9, 1)
    assert (late.labels, late.values) == (("DPUPR", "Instansi 5 dengan nama…"), (2, 1))
    assert "Masuk: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99, 12, 1." in sheet.alt
    assert "Terlambat: DPUPR 2, Instansi 5 dengan nama… 1." in sheet.alt


async def test_where_nothing_is_late_the_picture_says_so(store: Store) -> None:
    def one(session: Session) -> None:
        tree(session)
        waits(session, 1, 2, hours=1, due=1)

    await store.write(one)
    *_, late = drawn(Page(await page(store), "Kebumen", picture=True)).panels

    assert isinstance(late, Rows)
    assert (late.values, late.nothing) == ((), "Tidak ada yang terlambat.")


async def test_an_empty_day_and_a_page_somebody_waits_for_have_no_picture(store: Store) -> None:
    await store.write(tree)
    assert Page(await page(store), "Kebumen", picture=True).drawings() == ()

    await store.write(lambda session: waits(session, 1, 2, hours=1, due=1))
    assert Page(await page(store), "Kebumen").drawings() == ()
