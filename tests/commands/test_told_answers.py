"""What is said of an answer that a person tells a caller fits the telephone: no post, no account, no message."""

from __future__ import annotations

import pytest
from sqlmodel import select

from app import TEMPLATES
from plugin.desk.answers import ANSWERS, filled, needed
from plugin.desk.safety import Checks
from plugin.store.tables import Reply
from plugin.wording import Wording
from tests.desk import Conversation

PUBLIC = (
    "di sini",
    "balas",
    "DM",
    "@",
    "kiriman",
    "wonten mriki",
    "pesen pribadi",
    "Foto hasil",
    "Foto asil",
)
CHECKS = Checks(Wording(TEMPLATES))


async def note(talk: Conversation, channel: str = "telepon") -> None:
    await talk.say(f"/catat {channel}: Lampu jalan di depan pasar Alian mati", who="tono", room="pupr")


@pytest.mark.parametrize("folder", ["id", "jv"])
def test_no_ready_answer_speaks_of_a_post_where_there_is_no_account(folder: str) -> None:
    for path in sorted((TEMPLATES / "answers" / folder).glob("*.j2")):
        text = path.read_text().strip()
        if "akun" in needed(text):
            continue
        values = {name: "x" for name in ("nomor", "instansi", "pekerjaan", "data", "tempat", "telepon")}
        told = filled(text, values)

        assert not [word for word in PUBLIC if word in told], path.name


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("folder", ["id", "jv"])
def test_every_answer_has_words_that_need_no_account(name: str, folder: str) -> None:
    assert "akun" not in needed((TEMPLATES / "answers" / folder / f"{name}.txt.j2").read_text())


async def test_the_card_of_a_call_offers_ready_answers(talk: Conversation) -> None:
    await note(talk)
    await talk.say("/laporan 1", who="wati", room="pupr")
    listed = await talk.press("Jawaban siap pakai", who="wati", room="pupr")
    await talk.say("/tanggapi 1 jawaban selesai", who="wati", room="pupr")
    _, form = talk.chat.forms[-1]
    preview = await talk.fill_in(who="wati", room="pupr", pekerjaan="lampunya sudah diganti")

    assert "Jawaban siap pakai untuk laporan 1" in listed
    assert "di sini" not in form.intro
    assert "hubungi kami lagi" in preview
    assert "Sudah disampaikan" in talk.buttons("pupr")


async def test_photos_are_no_answer_to_a_call(talk: Conversation) -> None:
    await note(talk)
    listed = await talk.say("/tanggapi 1 jawaban", who="wati", room="pupr")

    assert "selesai-foto" not in listed


@pytest.mark.parametrize(
    ("text", "public", "told"),
    [
        ("Mohon sebutkan NIK Bapak.", "di depan umum", "Mintalah seperlunya"),
        ("NIK Bapak 3305131708900001 sudah cocok.", "pesan pribadi", "hanya kepada pemiliknya"),
        ("Silakan hubungi Pak Budi di 081234567890.", "pesan pribadi", "Pakai nomor kantor"),
    ],
)
def test_the_checks_speak_of_the_public_only_where_there_is_one(text: str, public: str, told: str) -> None:
    voices = [" ".join(_said(text, alone=alone)) for alone in (False, True)]

    assert public in voices[0]
    assert told in voices[1]
    assert not [word for word in ("pesan pribadi", "di depan umum", "di sini", "DM") if word in voices[1]]


def test_better_words_lead_to_no_post() -> None:
    [swap] = [f.swap for f in CHECKS("Jalannya pasti selesai.", campaign=False, alone=True) if f.swap]

    assert swap.text.endswith("perkembangannya kami kabarkan.")


async def test_whoever_calls_may_be_asked_for_what_the_case_needs(talk: Conversation) -> None:
    await note(talk)
    await talk.say("/tanggapi 1 Mohon sebutkan NIK Bapak, lalu kami cek.", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")
    [reply] = await talk.store.survey(lambda s: s.exec(select(Reply)).all())

    assert reply.state == "published"


@pytest.mark.parametrize("channel", ["facebook", "radio", "lainnya"])
async def test_on_a_page_that_others_read_it_is_public(talk: Conversation, channel: str) -> None:
    await note(talk, channel)
    preview = await talk.say("/tanggapi 1 Mohon tulis NIK Bapak di kolom komentar.", who="wati", room="pupr")

    assert "di depan umum" in preview


def _said(text: str, *, alone: bool) -> list[str]:
    """The reasons and better words that the checks give."""
    wording = Wording(TEMPLATES)
    found = CHECKS(text, campaign=False, alone=alone)
    return [
        part
        for f in found
        for part in (wording.text("safety/why.txt", why=f.why), f.swap.text if f.swap else "")
    ]


async def test_the_form_says_to_whom_the_answer_goes(talk: Conversation) -> None:
    await note(talk)
    await talk.say("/tanggapi 1", who="tono", room="pupr")
    form = talk.chat.forms[-1][1]

    assert form.fields[0].hint == "Tulis tanggapan yang akan disampaikan kepada pelapor"
    assert "/tanggapi 1 jawaban" in form.intro
