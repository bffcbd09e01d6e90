"""What citizens propose, gathered for the planning meetings."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from plugin.desk.sorting import aspirations
from plugin.desk.sorting.wishes import is_wish
from tests.desk import ZONE, Conversation

WISH = "@dpuprkebumen mohon dibangun jembatan di bojongsari alian, nomor saya 081234567890"


async def gathered(talk: Conversation) -> None:
    await talk.triage()
    await talk.store.write(aspirations.gather, ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "Usul pak, lampu di pertigaan", "mohon dibangun jembatan gantung", 
        "Semoga ada dan bisa dibangun taman bermain",
        "kapan jalan desa kami diaspal?", "perlu ditambah tempat sampah di pasar",
        "Kami mengusulkan pengadaan ambulans desa", "pembangunan drainase sangat dibutuhkan",
    ],
)  # fmt: skip
def test_a_wish_is_recognised(text: str) -> None:
    assert is_wish(text)


@pytest.mark.parametrize(
    "text", ["jalan rusak parah", "lampu mati tiga hari", "", "bangunan liar di trotoar"]
)
def test_a_plain_complaint_is_none(text: str) -> None:
    assert not is_wish(text)


async def test_they_are_gathered_by_kecamatan_and_theme(talk: Conversation) -> None:
    await talk.complain(WISH)
    await talk.complain("@dpuprkebumen jalan rusak parah di ambal", author="warga2")
    for _ in range(2):  # again after a restart
        await gathered(talk)
    told = await talk.say("/aspirasi")

    assert "1 usulan warga · Kebumen" in told
    assert "Alian: " in told
    assert "0 sudah dipastikan" in told


async def test_an_official_says_what_is_one(talk: Conversation) -> None:
    number = await talk.complain(WISH)
    other = await talk.complain("@dpuprkebumen jalan berlubang di alian", author="warga2")
    await gathered(talk)
    await talk.say("/aspirasi")
    no = await talk.press(f"Bukan {number}", who="wati", room="setda")
    yes = await talk.say(f"/aspirasi {other}", who="wati", room="pupr")
    again = await talk.say(f"/aspirasi {other}", who="wati", room="pupr")

    assert f"Laporan {number} bukan usulan" in no
    assert f"Laporan {other} dicatat sebagai usulan untuk Kecamatan Alian" in yes == again
    assert "1 usulan warga" in await talk.say("/aspirasi")
    assert (await talk.say(f"/riwayat {other}")).count("dicatat sebagai usulan") == 1


async def test_the_files_have_each_of_them_and_nobodys_number(talk: Conversation) -> None:
    await talk.complain(WISH)
    await talk.complain("=@dpuprkebumen usul: taman di alian", author="warga2")
    await gathered(talk)
    await talk.say("/aspirasi")
    await talk.press("Unduh Excel dan CSV")
    _, message = talk.newest()
    files = {file.name: file.content for file in message.files}
    table = list(csv.reader(io.StringIO(files["usulan-2026-08-18.csv"].decode("utf-8-sig"))))
    book = zipfile.ZipFile(io.BytesIO(files["usulan-2026-08-18.xlsx"]))

    assert table[0][:4] == ["Laporan", "Tanggal", "Kecamatan", "Desa/kelurahan"]
    assert len(table) == 3
    assert all(row[2] == "Alian" for row in table[1:])
    assert not any("081234567890" in cell for row in table for cell in row)
    assert not any(cell.startswith("=") for row in table for cell in row)
    assert "warga2" not in str(table)
    assert b"081234567890" not in b"".join(book.read(name) for name in book.namelist())


async def test_a_room_sees_what_concerns_it(talk: Conversation) -> None:
    await talk.complain(WISH)
    await gathered(talk)

    assert "Belum ada usulan" in await talk.say("/aspirasi", who="joko", room="hub")
    assert "tidak" in (await talk.say("/aspirasi 1", who="joko", room="hub")).casefold()


@pytest.mark.parametrize("typed", ["unduh semua", "999", "1 mungkin", "entah"])
async def test_what_makes_no_sense_is_said(talk: Conversation, typed: str) -> None:
    await talk.complain(WISH)

    assert "dicatat" not in await talk.say(f"/aspirasi {typed}")


async def test_an_empty_list_is_a_sentence(talk: Conversation) -> None:
    assert "Belum ada usulan" in await talk.say("/aspirasi")
    assert "berkasnya kosong" in await talk.say("/aspirasi unduh")
