"""Closing a case shows what was done, and some citizens are asked whether it is so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from plugin.chat.values import Media, MediaRef
from plugin.store.store import Store
from plugin.terms import Terms
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation

Open = Callable[..., Awaitable[Conversation]]


def terms(proof: str, ask_back: int) -> Terms:
    return Terms(ZONE, window=timedelta(0), proof=proof, ask_back=ask_back)


@pytest.fixture
def opened(store: Store, clock: MovableClock, tmp_path: Path) -> Open:
    async def made(proof: str, ask_back: int = 0) -> Conversation:
        return await open_conversation(store, clock, media=tmp_path / "media", terms=terms(proof, ask_back))

    return made


def photo(talk: Conversation, key: str = "f1", content: bytes = b"") -> tuple[MediaRef, ...]:
    """A photo that somebody attaches, with a place in it that must not stay."""
    if not content:
        out = BytesIO()
        exif = Image.Exif()
        exif[0x010F] = "Kamera Dinas"
        Image.new("RGB", (80, 60), "green").save(out, "JPEG", exif=exif)
        content = out.getvalue()
    talk.chat.files[key] = Media(f"{key}.jpg", "image/jpeg", content)
    return (MediaRef("memory", key, "image/jpeg"),)


async def answered(talk: Conversation) -> int:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Kami tambal.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    return number


async def test_where_it_is_required_nothing_closes_without_proof(opened: Open, tmp_path: Path) -> None:
    talk = await opened("wajib")
    number = await answered(talk)
    refused = await talk.say(f"/selesai {number} sudah ditambal")
    still = (await talk.report(number)).closed_at
    closed = await talk.say(f"/selesai {number} sudah ditambal", media=photo(talk))
    kept = list((tmp_path / "media").iterdir())

    assert f"Belum ada bukti untuk laporan {number}" in refused
    assert still is None
    assert "1 berkas bukti dicatat" in closed
    assert len(kept) == 1
    assert b"Kamera" not in kept[0].read_bytes()
    assert "1 bukti" in await talk.say(f"/laporan {number}")
    assert "bukti ditambahkan" in await talk.say(f"/riwayat {number}")


async def test_proof_may_come_first(opened: Open) -> None:
    talk = await opened("wajib")
    number = await answered(talk)
    kept = await talk.say(
        f"/bukti {number}", who="tono", room="pupr", media=photo(talk, content=b"%PDF-1.4 x")
    )

    assert "1 berkas bukti" in kept
    assert "selesai" in await talk.say(f"/selesai {number}")


async def test_a_repeated_delivery_keeps_it_once(opened: Open) -> None:
    talk = await opened("tanya")
    number = await answered(talk)
    for _ in range(2):
        await talk.say(f"/bukti {number}", media=photo(talk), key="same")

    assert (await talk.say(f"/riwayat {number}")).count("bukti ditambahkan") == 1


async def test_where_it_is_asked_for_it_closes_all_the_same(opened: Open) -> None:
    talk = await opened("tanya")
    number = await answered(talk)

    assert "Ada foto sesudah dikerjakan?" in await talk.say(f"/selesai {number}")
    assert (await talk.report(number)).state == "done"


@pytest.mark.parametrize("content", [b"MZ no picture", b"<svg/>", b""])
async def test_what_is_no_picture_is_said(opened: Open, content: bytes) -> None:
    talk = await opened("tanya")
    number = await answered(talk)
    media = photo(talk, content=content or b"\x00")

    assert "tidak dapat dibaca" in await talk.say(f"/bukti {number}", media=media)
    assert f"Belum ada bukti untuk laporan {number}" in await talk.say(f"/bukti {number}")


async def test_another_agency_adds_nothing(opened: Open) -> None:
    talk = await opened("tanya")
    number = await answered(talk)

    refused = await talk.say(f"/bukti {number}", who="joko", room="setda", media=photo(talk))
    assert "belum berwenang" in refused


async def test_a_sample_is_asked_back_through_the_ordinary_preview(opened: Open, clock: MovableClock) -> None:
    talk = await opened("tidak", 100)
    number = await answered(talk)
    clock.move(hours=1)
    closed = await talk.say(f"/selesai {number}", who="wati", room="pupr")
    preview = await talk.press("Siapkan pertanyaan", who="wati")
    await talk.press("Kirim", who="wati")

    assert "ditanyakan kembali kepada warga" in closed
    assert "Apakah di lapangan memang sudah beres?" in preview
    assert "Apakah di lapangan memang sudah beres?" in talk.published()[-1]
    assert (await talk.report(number)).state == "done"


def test_the_sample_is_as_large_as_it_was_set() -> None:
    half = sum(terms("tanya", 25).samples(n) for n in range(1, 10_001))

    assert 2_200 < half < 2_800
    assert not any(terms("tanya", 0).samples(n) for n in range(1, 500))
    assert all(terms("tanya", 100).samples(n) for n in range(1, 500))


async def test_the_photos_that_show_the_work_go_with_the_answer_that_speaks_of_them(opened: Open) -> None:
    talk = await opened("tanya")
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/bukti {number}", who="wati", room="pupr", media=photo(talk))
    await talk.say(f"/tanggapi {number} jawaban selesai-foto indonesia", who="wati", room="pupr")
    preview = await talk.fill_in(who="wati", room="pupr", pekerjaan="jalan sudah ditambal")

    assert "Foto hasilnya kami sertakan" in preview
    assert "Foto 1:" in preview
    asked = await talk.press("Kirim", who="wati", room="pupr")
    assert "Foto" in asked
    await talk.press("Ya, tetap kirim", who="wati")
    [pictures] = talk.channel.timelines["dpuprkebumen"].pictures.values()
    assert [picture.mime.partition("/")[0] for picture in pictures] == ["image"]
    assert b"Kamera Dinas" not in pictures[0].content
