"""Photos with an answer: seen before they are public, without what the camera noted, described, and confirmed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any  # a form's values are words, its media are not

import pytest
from PIL import Image

from adapters.memory import MemoryChannel
from plugin.chat.values import Capabilities, Media, MediaRef
from plugin.public.outcomes import NotSent, Uncertain
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from tests.commands.test_chain import LONG
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

TEXT = "Sudah kami tambal hari ini."


@pytest.fixture
async def talk(store: Store, clock: MovableClock, tmp_path: Path) -> Conversation:
    return await open_conversation(store, clock, media=tmp_path / "media")


def photo(talk: Conversation, key: str = "f1", shade: int = 90) -> MediaRef:
    """A photo as a telephone makes it, with what nobody is to know of it."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Kamera Dinas"
    Image.new("RGB", (400, 300), (shade, 120, 90)).save(out, "JPEG", exif=exif)
    talk.chat.files[key] = Media(f"{key}.jpg", "image/jpeg", out.getvalue())
    return MediaRef("memory", key, "image/jpeg")


def pictures(talk: Conversation) -> list[tuple[Media, ...]]:
    """The pictures of each public post."""
    return list(talk.channel.timelines["dpuprkebumen"].pictures.values())


async def drafted(talk: Conversation, *keys: str, text: str = TEXT) -> int:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    media = tuple(photo(talk, key, 40 * n) for n, key in enumerate(keys))
    await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr", media=media)
    return number


async def described(talk: Conversation, *alts: str) -> str:
    await talk.press("Keterangan foto", who="wati")
    said: dict[str, Any] = {f"alt{n}": alt for n, alt in enumerate(alts, 1)}
    return await talk.fill_in(who="wati", room="pupr", **said)


async def send(talk: Conversation) -> str:
    asked = await talk.press("Kirim", who="wati")
    assert "Tetap kirim?" in asked
    return await talk.press("Ya, tetap kirim", who="wati")


async def test_a_caption_puts_photos_to_the_answer(talk: Conversation) -> None:
    await drafted(talk, "f1", "f2")
    _, preview = talk.newest("pupr")
    shown = talk.shown("pupr")[-1]
    ready = await described(talk, "Jalan sesudah ditambal", "Alat berat")
    asked = await talk.press("Kirim", who="wati")
    early = talk.published()
    sent = await talk.press("Ya, tetap kirim", who="wati")
    [public] = pictures(talk)

    assert len(preview.pictures) == 2
    assert b"Kamera" not in preview.pictures[0].content
    assert "Foto 1: belum ada keterangan" in shown
    assert "wajah anak atau korban" in shown
    assert "Jalan sesudah ditambal" in ready
    assert "wajah anak atau korban" in asked
    assert "tanpa keterangan" not in asked
    assert early == []
    assert "Terkirim" in sent
    assert [p.alt for p in public] == ["Jalan sesudah ditambal", "Alat berat"]
    assert public[0].content == preview.pictures[0].content


async def test_without_a_word_of_what_they_show_somebody_says_so_knowingly(talk: Conversation) -> None:
    number = await drafted(talk, "f1")
    asked = await talk.press("Kirim", who="wati")
    await talk.press("Ya, tetap kirim", who="wati")

    assert "foto tanpa keterangan" in asked
    assert len(talk.published()) == 1
    assert "foto tanpa keterangan" in await talk.say(f"/riwayat {number}")


async def test_what_photos_are_said_to_show_is_checked_like_the_words(talk: Conversation) -> None:
    await drafted(talk, "f1", "f2")
    preview = await described(talk, "Jalan", "Rumah dengan NIK 3305121407830003, cek www.contoh.com")
    asked = await talk.press("Kirim", who="wati")
    waits = await talk.press("Ya, tetap kirim", who="wati")

    for shown in (preview, asked):
        assert "Jangan: Keterangan foto 2: “3305121407830003” · Nomor ini tampak seperti NIK" in shown
        assert "tautan" not in shown
        assert "Usul" not in shown
    assert "Menunggu persetujuan orang kedua" in waits
    assert talk.published() == []


async def test_the_form_takes_photos_as_well(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")
    await talk.fill_in(who="wati", room="pupr", media=(photo(talk),), text=TEXT)

    assert len(talk.newest("pupr")[1].pictures) == 1


async def test_photos_that_came_before_the_form_are_kept(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr", media=(photo(talk),))
    await talk.fill_in(who="wati", room="pupr", media=(photo(talk, "f2", 10),), text=TEXT)

    assert len(talk.newest("pupr")[1].pictures) == 2


async def test_a_button_adds_photos_and_another_takes_them_off(talk: Conversation) -> None:
    await drafted(talk)
    seen = talk.button("Kirim", "pupr")
    await talk.press("Tambah foto", who="wati")
    await talk.fill_in(who="wati", room="pupr", media=(photo(talk),))
    with_photo = talk.newest("pupr")[1].pictures
    stale = await talk.press_token(seen, who="wati")
    await talk.press("Hapus foto", who="wati")
    await talk.press("Kirim", who="wati")

    assert len(with_photo) == 1
    assert "berubah" in stale or "Tetap kirim?" in stale
    assert talk.published() == [TEXT]
    assert pictures(talk) == [()]


async def test_what_was_seen_without_the_photo_is_not_sent_with_it(talk: Conversation) -> None:
    await drafted(talk, "f1")
    await talk.press("Kirim", who="wati")
    sure = talk.button("Ya, tetap kirim", None)
    await described(talk, "Jalan")
    await talk.press_token(sure, who="wati")

    assert talk.published() == []


async def test_where_there_are_no_forms_the_question_is_answered_with_photos(
    store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    can = Capabilities(longest=4000, forms=False, whispers=False)
    talk = await open_conversation(store, clock, can=can, media=tmp_path / "media")
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")
    question, _ = talk.newest("pupr")
    await talk.say(TEXT, who="wati", room="pupr", answers=question)
    await talk.press("Tambah foto", who="wati")
    question, _ = talk.newest("pupr")
    refused = await talk.say("ini fotonya", who="wati", room="pupr", answers=question)
    for n in range(3):  # an album arrives one by one, each in answer to the question
        await talk.say("", who="wati", room="pupr", answers=question, media=(photo(talk, f"a{n}", n),))

    assert "Belum ada foto" in refused
    assert len(talk.newest("pupr")[1].pictures) == 3


async def test_no_more_than_the_channel_takes_and_the_words_are_kept(
    store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    channel = MemoryChannel(PublicCapabilities(longest=280, pictures=1))
    talk = await open_conversation(store, clock, channel=channel, media=tmp_path / "media")
    await drafted(talk, "f1", "f2")
    told = talk.shown("pupr")

    assert any("paling banyak 1 foto" in said for said in told)
    assert TEXT in told[-1]
    assert "Tambah foto" in talk.buttons("pupr")


async def test_what_is_no_photo_is_told_and_the_words_are_kept(talk: Conversation) -> None:
    talk.chat.files["x"] = Media("x.jpg", "image/jpeg", b"not a photo")
    number = await talk.complain("@dpuprkebumen jalan rusak")
    media = (MediaRef("memory", "x", "image/jpeg"),)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr", media=media)
    told = talk.shown("pupr")

    assert any("bukan foto" in said for said in told)
    assert TEXT in told[-1]


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
async def test_a_telephones_own_kind_of_photo_is_asked_for_as_jpg(talk: Conversation, brand: bytes) -> None:
    content = b"\x00\x00\x00\x24ftyp" + brand + b"\x00\x00\x00\x00mif1heic"
    talk.chat.files["x"] = Media("IMG_0017.HEIC", "image/heic", content)
    media = (MediaRef("memory", "x", "image/heic"),)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr", media=media)
    told = talk.shown("pupr")

    assert any("kirim sebagai JPG" in said for said in told)
    assert TEXT in told[-1]
    assert "kirim sebagai JPG" in await talk.say(f"/bukti {number}", who="wati", room="pupr", media=media)
    assert "kirim sebagai JPG" in await talk.say("/daftar-akun dinkes x @dinkeskbm", media=media)


async def test_changed_words_keep_their_photos(talk: Conversation) -> None:
    await drafted(talk, "f1")
    await described(talk, "Jalan sesudah ditambal")
    await talk.press("Ubah", who="wati")
    await talk.fill_in(who="wati", room="pupr", text="Sudah kami tambal kemarin.")
    await send(talk)
    [[public]] = pictures(talk)

    assert public.alt == "Jalan sesudah ditambal"
    assert talk.published() == ["Sudah kami tambal kemarin."]


async def test_what_was_taken_off_or_thrown_away_leaves_the_house(talk: Conversation, tmp_path: Path) -> None:
    def files() -> int:
        return len(list((tmp_path / "media").glob("tanggapan-*")))

    await drafted(talk, "f1")
    await talk.press("Ubah", who="wati")
    await talk.fill_in(who="wati", room="pupr", text="Sudah kami tambal kemarin.")
    await talk.recheck()
    carried = files()
    await talk.press("Hapus foto", who="wati")
    await talk.recheck()
    taken_off = files()
    await drafted(talk, "f2")
    await talk.press("Batal", who="wati")
    await talk.recheck()

    assert (carried, taken_off, files()) == (1, 0, 0)


async def test_only_its_author_changes_the_photos(talk: Conversation) -> None:
    await drafted(talk, "f1")
    for label in ("Tambah foto", "Hapus foto", "Keterangan foto"):
        assert "ditulis Bu Wati" in await talk.press(label, who="tono")


async def test_a_chain_shows_them_with_its_first_post_and_each_reporter_sees_them(talk: Conversation) -> None:
    first = await talk.complain("@dpuprkebumen jalan rusak depan pasar")
    second = await talk.complain("@dpuprkebumen jalan pasar rusak", author="warga2")
    await talk.say(f"/gabung {second} dengan {first}")
    media = (photo(talk),)
    await talk.say(f"/tanggapi {first} {LONG}", who="wati", room="pupr", media=media)
    await talk.press("Jadikan 3 kiriman", who="wati")
    await send(talk)

    assert [len(p) for p in pictures(talk)] == [1, 0, 0, 1, 0, 0]


async def test_an_upload_that_breaks_off_is_done_again(talk: Conversation, clock: MovableClock) -> None:
    await drafted(talk, "f1")
    talk.channel.outcomes = [NotSent("upload"), Uncertain("503")]
    await send(talk)
    for _ in range(3):
        clock.move(seconds=50)
        await talk.sweep()

    assert talk.published() == [TEXT]


async def test_an_upload_that_never_works_is_no_doubt_but_a_refusal(
    talk: Conversation, clock: MovableClock
) -> None:
    await drafted(talk, "f1")
    talk.channel.outcomes = [NotSent("upload")] * 4
    await send(talk)
    for _ in range(4):
        clock.move(seconds=50)
        await talk.sweep()
    shown = talk.shown("pupr")

    assert any("Tidak terkirim" in said and "tidak dapat dihubungi" in said for said in shown)
    assert talk.published() == []


async def test_a_photo_that_is_no_longer_here_is_not_left_out_silently(
    talk: Conversation, tmp_path: Path
) -> None:
    await drafted(talk, "f1")
    await talk.press("Kirim", who="wati")
    for file in (tmp_path / "media").glob("tanggapan-*"):
        file.write_bytes(b"another")
    await talk.press("Ya, tetap kirim", who="wati")

    assert talk.published() == []
    assert any("Fotonya tidak diterima" in said for said in talk.shown("pupr"))


async def test_where_the_channel_takes_none_a_person_posts_them(
    store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    channel = MemoryChannel(PublicCapabilities(longest=280, composer=True))
    talk = await open_conversation(store, clock, channel=channel, media=tmp_path / "media")
    number = await drafted(talk, "f1")
    shown, (_, message) = talk.shown("pupr")[-1], talk.newest("pupr")
    await talk.press("Tetap lanjutkan", who="wati")
    await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
    done = await talk.press("Sudah saya kirim", who="wati")

    assert "simpan foto di pesan ini" in shown
    assert len(message.pictures) == 1
    assert "Terkirim" in done
