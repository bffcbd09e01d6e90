"""The page to hand over: a picture, a spreadsheet and a paper, all of the same figures."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from functools import partial
from html import unescape
from zoneinfo import ZoneInfo

from app import TEMPLATES
from plugin.clock import system_clock
from plugin.dates import FILTERS
from plugin.desk.accounts.recap import Recap, Row, points, recap
from plugin.desk.accounts.recap_papers import RecapPdf, RecapPicture, RecapTable
from plugin.drawing.sheet import Columns
from plugin.wording import View, Wording
from tests.desk import Conversation

WORDS = Wording(TEMPLATES, FILTERS(ZoneInfo("Asia/Jakarta"), system_clock))
NOW = datetime(2026, 8, 18, 3, tzinfo=UTC)


def said(view: View, block: str) -> str:
    return unescape(WORDS.part(view, block))


async def test_the_page_of_a_circular(talk: Conversation) -> None:
    await talk.say("/edaran baru 489/1; 3-8-2026; SKPD; x; 17-8-2026 19.00")
    answer = await talk.say("/rekap-akun")
    _, message = talk.newest()
    sheet, paper = message.files

    assert "Rekap akun Kebumen: 2 dari 4" in answer
    assert "Menurut SE 489/1, batas 17 Agustus 2026" in answer
    assert "Dinas: 2 dari 3" in answer
    assert [f.name for f in message.files] == ["akun-kebumen-2026-08-18.xlsx", "akun-kebumen-2026-08-18.pdf"]
    assert paper.content.startswith(b"%PDF")
    assert "2 dari 4" in message.pictures[0].alt
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "Dinas Pekerjaan Umum dan Penataan Ruang" in strings
    assert "x @dpuprkebumen" in strings


async def test_a_last_day_that_is_still_to_come_is_named_and_has_no_line(talk: Conversation) -> None:
    await talk.say("/edaran baru 489/1; 3-8-2026; SKPD; x; 31-8-2026 19.00")
    for until, said_so in (("31-8-2026", "(batas 31 Agustus 2026)"), ("17-8-2026", "(garis: batas 17")):
        await talk.say(f"/edaran 1 batas {until}")
        registry = await talk.desk.services.registry.current()
        made = await talk.store.survey(
            recap, registry, registry.by_id(1), registry.circulars[0], talk.clock(), ZoneInfo("Asia/Jakarta")
        )
        picture = RecapPicture(made)
        course, _ = picture.sheet(partial(said, picture)).panels

        assert said_so in course.title
        assert isinstance(course, Columns)
        assert (course.mark is None) == (until == "31-8-2026")
        assert course.labels[-1] == "18/8"


async def test_of_one_part_and_as_far_as_the_room_sees(talk: Conversation) -> None:
    assert "Rekap akun Kec. Alian: 0 dari 2" in await talk.say("/rekap-akun kec alian")
    assert "tidak ditemukan" in await talk.say("/rekap-akun kec alian", who="joko", room="hub")
    assert "tidak ada" in await talk.say("/rekap-akun 9")


def test_the_last_day_of_the_circular_is_among_the_points() -> None:
    start, today = date(2026, 7, 1), date(2026, 8, 18)
    due = date(2026, 8, 3)

    found = points(start, today, due)

    assert due in found
    assert found[0] == start
    assert found[-1] == today
    assert len(found) <= 10
    assert points(today, today, None) == [today]
    assert points(today - timedelta(days=1), today, today) == [today - timedelta(days=1), today]


def test_a_name_is_never_a_formula_and_strange_letters_are_printed() -> None:
    formula = Row(
        "dinas", '=HYPERLINK("http://x")', "", "official", "x @a", "telepon 0287", NOW.date(), "site", None
    )
    strange = Row("desa", "Desa Café – ꦏꦼꦧꦸꦩꦺꦤ꧀ " + "panjang " * 30, "Kec. A", "none", "", "", None, "", None)
    kinds, course = (("dinas", 1, 1), ("desa", 0, 1)), ((NOW.date(), 1),)
    made = Recap("Kebumen", "Pemkab", "33.05", NOW, "", None, 1, 2, kinds, course, (formula, strange))
    sheet, paper, picture = RecapTable(made), RecapPdf(made), RecapPicture(made)

    with zipfile.ZipFile(io.BytesIO(sheet.made(lambda b: said(sheet, b)).content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    assert paper.made(lambda b: said(paper, b)).content.startswith(b"%PDF")
    assert picture.sheet(lambda b: said(picture, b)).panels


async def test_a_name_that_fits_several_is_chosen_by_a_button(talk: Conversation) -> None:
    asked = await talk.say("/rekap-akun dinas")

    assert "cocok dengan beberapa instansi. Pilih salah satu" in asked
    assert "Rekap akun" in await talk.press(talk.buttons()[0])
