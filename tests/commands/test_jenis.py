"""What kind of report it is, and how long it may take: proposed, said by a person, never silently longer."""

from __future__ import annotations

from tests.desk import Conversation


async def told(talk: Conversation, text: str) -> int:
    number = await talk.complain(text)
    await talk.triage()
    return number


async def test_a_question_is_proposed_as_one_and_counts_after_a_press(talk: Conversation) -> None:
    number = await told(talk, "@dpuprkebumen apa saja syarat mengurus izin galian jalan ya pak?")
    shown = await talk.read_all(number)
    assert "Tampaknya permintaan informasi" in shown
    assert "Penyelesaian pengaduan" in shown

    done = await talk.press("Ya, permintaan informasi", who="sri")

    assert f"Laporan {number} dicatat sebagai permintaan informasi" in done
    assert "26 Agustus 2026" in done
    shown = await talk.read_all(number)
    assert "Jenis: permintaan informasi." in shown
    assert "Penyelesaian permintaan informasi" in shown
    assert "jenis menjadi permintaan informasi" in await talk.say(f"/riwayat {number}")


async def test_more_time_is_told_to_the_sekda(talk: Conversation) -> None:
    number = await told(talk, "@dpuprkebumen petugas minta uang rokok biar jalan kami diaspal")
    assert "Tampaknya pengaduan yang perlu pengawasan" in await talk.say(f"/laporan {number}")

    done = await talk.say(f"/jenis {number} pengawasan", who="wati", room="pupr")

    assert "Waktunya menjadi lebih panjang; Sekda diberi tahu" in done
    assert any(
        "kini dicatat sebagai pengaduan yang perlu pengawasan" in words for words in talk.shown("setda")
    )
    again = await talk.say(f"/jenis {number} pengawasan", who="wati", room="pupr")
    assert "memang sudah dicatat" in again
    back = await talk.say(f"/jenis {number} pengaduan")
    assert "lebih panjang" not in back


async def test_it_stays_what_it_is_when_it_waits_anew(talk: Conversation) -> None:
    number = await told(talk, "@dpuprkebumen kapan jadwal pemeliharaan jalan alian?")
    await talk.say(f"/jenis {number} informasi")
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.say(f"/selesai {number}")
    await talk.say(f"/buka-lagi {number} belum terjawab")

    assert "Penyelesaian permintaan informasi" in await talk.read_all(number)


async def test_which_kind_is_asked(talk: Conversation) -> None:
    number = await told(talk, "@dpuprkebumen jalan rusak")

    assert "Laporan" in await talk.say(f"/jenis {number}")
    assert "“entahlah” bukan jenis laporan" in await talk.say(f"/jenis {number} entahlah")
    assert "dicatat sebagai pengaduan" in await talk.press("Pengaduan", who="sri")
