"""A question names whom it asks: only for them does Telegram open the reply."""

from __future__ import annotations

from adapters.telegram.letter import parts
from plugin.chat.values import Outgoing, Person


def test_a_question_names_whom_it_asks() -> None:
    asked = Person("telegram", "77", "Tono <b>")
    [part] = parts(Outgoing("Isi tanggapan?", whisper_to=asked, asks="tulis di sini"))

    assert part.words is not None
    assert part.words.html.startswith('<a href="tg://user?id=77">Tono &lt;b&gt;</a>')
    assert part.below is not None


def test_an_ordinary_message_names_nobody() -> None:
    [part] = parts(Outgoing("Baik.", whisper_to=Person("telegram", "77", "Tono")))

    assert part.words is not None
    assert "tg://" not in part.words.html


def test_our_commands_are_said_as_telegram_knows_them() -> None:
    said = "Ketik <code>/laporan-baru</code> atau <code>/belum-punya-akun kec alian</code>, bukan a-b."
    [part] = parts(Outgoing(said))

    assert part.words is not None
    assert part.words.html == (
        "Ketik /laporan_baru atau <code>/belum_punya_akun kec alian</code>, bukan a-b."
    )
