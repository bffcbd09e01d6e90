"""A report that was written down under the wrong channel is put right, and so is a word that was taken for it."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import col, select

from plugin.desk.audit import of_report
from plugin.desk.posts.dictation import Change, change_in
from plugin.public.recorded import word_taken
from plugin.store.tables import Account, Followup, PostCheck, Reply
from tests.desk import Conversation

SAID = "rumah sakit tidak diangkat sejak pagi"
TEXT = "Terima kasih, sambungannya kami perbaiki."


async def note(talk: Conversation, line: str = f"telepon {SAID}") -> str:
    return await talk.say(f"/catat {line}", who="tono", room="pupr")


async def channels(talk: Conversation) -> tuple[str, str]:
    """The channel of the report, and of the desk at which it is answered."""
    report = await talk.report(1)
    desk = await talk.store.survey(lambda s: s.get_one(Account, report.account_id))
    return report.channel, desk.channel


async def acts(talk: Conversation) -> list[str]:
    return [entry.act for entry in await talk.store.survey(of_report, 1)]


async def test_a_wrong_channel_is_put_right_by_typing(talk: Conversation) -> None:
    await note(talk)
    told = await talk.say("/catat ubah 1 kanal loket", who="tono", room="pupr")

    assert "Laporan 1 sekarang tercatat lewat loket" in told
    assert await channels(talk) == ("loket", "loket")
    assert "loket, dicatat petugas" in await talk.say("/laporan 1", who="tono", room="pupr")
    assert "kanal diperbaiki dari telepon menjadi loket · Tono" in await talk.say(
        "/riwayat 1", who="tono", room="pupr"
    )


async def test_a_wrong_channel_is_put_right_by_pressing(talk: Conversation) -> None:
    await note(talk)
    asked = await talk.press("Ubah kanal", who="tono", room="pupr")
    labels = [action.label for action in talk.newest("pupr")[1].actions]
    told = await talk.press("WhatsApp", who="tono", room="pupr")

    assert "Laporan 1 tercatat lewat telepon" in asked
    assert "Telepon" not in labels
    assert {"SMS", "Loket", "Surat", "Masukkan kata itu"} < set(labels)
    assert "lewat WhatsApp" in told


async def test_the_word_that_was_taken_for_the_channel_is_given_back_once(talk: Conversation) -> None:
    await note(talk)
    await talk.triage()
    told = await talk.say("/catat ubah 1 loket", who="tono", room="pupr")
    button = talk.button("Masukkan kata itu", "pupr")
    given = await asyncio.gather(*(talk.press_token(button, who="tono") for _ in range(2)))
    report = await talk.report(1)

    assert "Kata “telepon” tidak ikut dalam isi laporan" in told
    assert f"telepon {SAID}" in given[0]
    assert (report.text, report.channel) == (f"telepon {SAID}", "loket")
    assert (await acts(talk)).count("word_given_back") == 1
    assert SAID in await talk.say("/cari telepon", who="tono", room="pupr")
    assert "Masukkan kata itu" not in await talk.say("/catat ubah 1 surat", who="tono", room="pupr")


async def test_a_number_among_the_words_is_not_told_by_it(talk: Conversation) -> None:
    await note(talk, f"telepon {SAID}, hubungi 0812-3456-7890")
    await talk.press("Ubah kanal", who="tono", room="pupr")

    assert "3456" not in await talk.press("Masukkan kata itu", who="tono", room="pupr")


@pytest.mark.parametrize("line", [f"telepon: {SAID}", f"lewat telepon {SAID}", f"telepon, {SAID}"])
async def test_a_channel_that_was_certain_has_taken_no_word(talk: Conversation, line: str) -> None:
    await note(talk, line)
    asked = await talk.say("/catat ubah 1", who="tono", room="pupr")

    assert "tidak ikut dalam isi laporan" not in asked


async def test_what_belongs_to_it_goes_along(talk: Conversation) -> None:
    await note(talk)
    await note(talk, "lagi 1 masih belum diangkat")
    await talk.recheck()
    await talk.say(f"/tanggapi 1 {TEXT}", who="wati", room="pupr")
    old = talk.button("Sudah disampaikan", "pupr")
    await talk.say("/catat ubah 1 ke loket", who="tono", room="pupr")
    changed = await talk.press_token(old, who="wati")
    preview = talk.shown("pupr")
    told = await talk.press("Sudah disampaikan", who="wati", room="pupr")
    rows = await talk.store.survey(
        lambda s: (s.exec(select(Followup.channel)).all(), s.exec(select(PostCheck.channel)).all())
    )

    assert rows[0] == ["loket"]
    assert set(rows[1]) <= {"loket"}
    assert "berubah" in changed
    assert any("Untuk pelapor lewat loket" in one for one in preview)
    assert "jawaban laporan 1 lewat loket" in told


async def test_what_was_told_stays_as_it_was(talk: Conversation) -> None:
    await note(talk)
    await talk.say(f"/tanggapi 1 {TEXT}", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")
    await talk.say("/catat ubah 1 loket", who="tono", room="pupr")
    told = select(Account.channel).join(Reply, col(Reply.account_id) == col(Account.id))

    assert await channels(talk) == ("loket", "loket")
    assert (await talk.report(1)).state == "replied"
    assert await talk.store.survey(lambda s: s.exec(told).all()) == ["telepon"]


async def test_the_same_channel_again_changes_nothing(talk: Conversation) -> None:
    await note(talk)
    for _ in range(2):
        await talk.say("/catat ubah 1 telepon", who="tono", room="pupr")

    assert await acts(talk) == ["recorded"]


async def test_only_who_may_write_down_puts_it_right(talk: Conversation) -> None:
    await note(talk)
    for who in ("joko", "nobody", "adi"):
        await talk.say("/catat ubah 1 loket", who=who, room="setda")

    assert await channels(talk) == ("telepon", "telepon")


async def test_what_a_citizen_posted_came_by_its_channel(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    refused = await talk.say("/catat ubah 1 loket", who="tono", room="pupr")

    assert "Laporan 1 datang dari" in refused
    assert (await talk.report(1)).channel == "x"


async def test_a_channel_that_we_have_no_name_for_is_asked_about(talk: Conversation) -> None:
    await note(talk)

    assert "Lewat apa warga" in await talk.say("/catat ubah 1 kanal merpati", who="tono", room="pupr")


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("ubah 17 kanal loket", Change(17, "loket")),
        ("ubah 17 loket", Change(17, "loket")),
        ("ubah laporan 17 jadi WA", Change(17, "whatsapp")),
        ("Ganti kanal #17 ke tatap muka.", Change(17, "loket")),
        ("ralat 17: kanalnya surat", Change(17, "surat")),
        ("ubah 17", Change(17, None)),
        ("ubah 17 kanal merpati", Change(17, None)),
        ("ubah 3 lampu jadi LED", None),
        ("ubah jadwal truk sampah", None),
        ("ganti 2 tiang yang miring", None),
    ],
)
def test_what_puts_a_channel_right_is_told_from_a_citizens_words(line: str, change: Change | None) -> None:
    assert change_in(line) == change


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("telepon rumah sakit tidak diangkat", "telepon"),
        ("WA grup desa tidak dibalas", "WA"),
        ("telepon: jalan rusak", ""),
        ("lewat telepon jalan rusak", ""),
        ("telepon", ""),
        ("jalan rusak", ""),
        ("surat tanah belum jadi", ""),
    ],
)
def test_a_word_is_taken_only_where_it_may_be_one_of_the_others(line: str, word: str) -> None:
    assert word_taken(line) == word
