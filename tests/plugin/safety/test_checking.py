"""What a public answer must not say, and what it may."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.desk.safety import Safety, Voice, heaviest, read_safety
from plugin.wording import Wording

VOICE = Voice(Wording(Path(__file__).parents[3] / "templates"))
SAFETY = read_safety()


def words(safety: Safety, text: str, kind: str = "personal_data") -> list[str]:
    return [f.words for f in safety.check(text) if f.kind == kind]


@pytest.mark.parametrize(
    "number",
    [
        "3305121407830003",
        "3305 1214 0783 0003",
        "33.05.12.140783.0003",
        "33051214-0783-0003",
        "330512l4o7830003",
        "３３０５１２１４０７８３０００３",
        "3305\u200b1214\u200b07830003",
        "33051214\n07830003",
        "330512\n140783\n0003",
        "3305\t1214\t0783\t0003",
        "3305*1214*0783*0003",
    ],
)
def test_a_nik_is_found_however_it_is_written(safety: Safety, number: str) -> None:
    (found,) = safety.check(f"NIK Bapak {number} sudah aktif.")

    assert (found.kind, found.why, found.level) == ("personal_data", "nik_kk", "block")
    assert found.words == number


@pytest.mark.parametrize(
    "number",
    [
        "081327001234",
        "0813-2700-1234",
        "0813 2700 1234",
        "0 8 1 3 2 7 0 0 1 2 3 4",
        "+62 813 2700 1234",
        "(0813) 27001234",
        "o813 2700 l234",
        "nol delapan satu tiga dua tujuh nol nol satu dua",
    ],
)
def test_a_telephone_is_found_however_it_is_written(safety: Safety, number: str) -> None:
    assert number in words(safety, f"Silakan ke Pak RT di {number} saja")[0]


def test_every_occurrence_is_found(safety: Safety) -> None:
    text = "NIK 3305121407830003, 3305121407830004 dan HP 081327001234, 081327001235, surel a.b@contoh.com."

    assert words(safety, text) == [
        "3305121407830003",
        "3305121407830004",
        "081327001234",
        "081327001235",
        "a.b@contoh.com",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Hubungi kantor kami di (0287) 381234 atau 112.",
        "WA pengaduan 0811-2600-112, pukul 08.00-15.00.",
        "Surel dinkes@kebumenkab.go.id, nomor tiket 1182045561.",
        "Surat Nomor 600.1.1/544/2023 tanggal 12-08-2026 senilai Rp1.200.000.000.",
        "Camat Puring, Bapak Haryono Wahyudi, sudah meninjau Jl. Ahmad Yani RT 02 RW 03.",
        "Terima kasih Bu Tumini atas laporannya.",
        "Pasien TBC dilayani gratis di puskesmas.",
        "Sanksi sesuai aturan bila terbukti. Anjing liar di Pasar Koplak sudah ditangani.",
        "Spanduk partai yang melanggar sudah ditertibkan bersama Bawaslu.",
        "Penambalan dijadwalkan minggu depan bila cuaca baik; akan kami cek besok.",
        "Lihat mpp.kebumenkab.go.id, dr. Retno S.Pd M.Si a.n. dinas.",
        "Hubungi:\n(0287) 381234\n(0287) 385678\n112",
        "WA pengaduan 0811-2600-112\n14045\n110",
        "Jadwal:\n12-08-2026\n13-08-2026\n14-08-2026",
        "Tahun:\n2023\n2024\n2025\n2026",
        "Loket buka:\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11",
    ],
)
def test_what_an_office_may_say_passes(safety: Safety, text: str) -> None:
    assert safety.check(text) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Yang melapor itu Bu Wartini, tetangga Anda.", "pelapor"),
        ("Pasien itu menderita hepatitis.", "kesehatan"),
        ("Siswa yang dirundung bernama Keisya.", "nama_anak_korban"),
        ("Rumah Bu Tumini di RT 05 RW 03 sudah kami datangi.", "alamat"),
        ("Mobil AA 8123 KD milik tetangga.", "pelat"),
        ("Mobil AA\n8123\nKD milik tetangga.", "pelat"),
        ("Rekening Bapak 0123-01-004567-50-8 sudah terisi.", "nomor_milik"),
    ],
)
def test_what_leads_to_a_person_is_found(safety: Safety, text: str, why: str) -> None:
    assert why in {f.why for f in safety.check(text)}


@pytest.mark.parametrize(
    "text",
    [
        "G0bl0k!",
        "goblooook",
        "g o b l o k",
        "g.o.b.l.o.k",
        "GOBLOG kowe",
        "Anda gоblok",
        "gob*ok",
        "g\u200boblok",
    ],
)  # the sixth with a Cyrillic o
def test_an_insult_is_found_in_disguise(safety: Safety, text: str) -> None:
    assert words(safety, text, "insult")


def test_the_days_before_an_election_are_stricter(safety: Safety) -> None:
    text = "Ini usulan dari Partai Golkar."

    assert heaviest(safety.check(text)) == "note"
    assert heaviest(safety.check(text, campaign=True)) == "warn"


def test_a_missing_blank_that_makes_a_link_is_offered_the_blank(safety: Safety) -> None:
    text = "Sudah diteruskan.ke dinas."
    (found,) = safety.check(text)

    assert (found.kind, found.words) == ("link", "diteruskan.ke")
    assert found.swap is not None
    assert text[: found.swap.start] + VOICE.better(found.swap) + text[found.swap.end :] == (
        "Sudah diteruskan. ke dinas."
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["0813 2700 1234", "kowe", "Pak Slamet", "&amp;", "a.ke", "kami jamin", "rumahnya RT 2"]
            ),
        ),
        max_size=8,
    )
)
def test_any_text_is_judged_and_every_finding_points_at_its_words(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for found in SAFETY.check(text):
        assert 0 <= found.start <= found.end <= len(text)
        assert text[found.start : found.end] == found.words
        assert VOICE.why(found)
        if found.swap:
            assert 0 <= found.swap.start <= found.swap.end <= len(text)
            VOICE.better(found.swap)


@pytest.mark.parametrize(
    "text",
    [
        "Transfer ke RKUD Bank Jateng 1-023-00001-2 a.n. Kas Daerah.",
        "Bayar lewat virtual account 8808 1234 5678 9012.",
        "Anggaran 1.234.567.890 untuk 3.305.121 jiwa, bebas pulsa 0800-1-123456.",
        "Titik -7.668123, 109.652345 sudah ditinjau.",
    ],
)
def test_numbers_of_nobody_pass(safety: Safety, text: str) -> None:
    assert safety.check(text) == ()


def test_a_telephone_in_a_link_is_a_telephone(safety: Safety) -> None:
    assert "telepon" in {f.why for f in safety.check("Silakan https://wa.me/6281327001234 ya")}


def test_a_title_goes_with_the_name(safety: Safety) -> None:
    text = "Silakan hubungi Pak Slamet di loket."
    (found,) = safety.check(text)

    assert found.swap is not None
    assert text[found.swap.start : found.swap.end] == "Pak Slamet"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mohon tulis NIK Anda di kolom komentar.", True),
        ("Mohon balas dengan nomor HP yang bisa dihubungi.", True),
        ("Untuk itu kami perlu NIK Bapak.", True),
        ("Nyuwun NIK panjenengan dipunserat wonten mriki.", True),
        ("Mohon kirim NIK lewat pesan pribadi (DM) ke @dukcapil.", False),
        ("Jangan menulis NIK atau nomor HP di sini.", False),
        ("Silakan datang ke kantor dengan membawa KTP dan KK.", False),
        ("Syarat cetak ulang KTP: surat kehilangan dan fotokopi KK.", False),
    ],
)
def test_personal_numbers_are_never_asked_for_in_public(safety: Safety, text: str, found: bool) -> None:
    assert ("minta_data" in {f.why for f in safety.check(text)}) is found


def test_who_is_spoken_to_at_a_sentences_end_may_be_named(safety: Safety) -> None:
    assert safety.check("Pengusulan bedah rumah lewat desa ya Mas Yudi.") == ()


@pytest.mark.parametrize(
    "text",
    ["Pelapornya ya Bu Sari.", "Yang mengadu kemarin ya Bu Yati.", "Yang mencuri itu betul Mas Yudi."],
)
def test_who_is_told_of_may_not(safety: Safety, text: str) -> None:
    named = [f for f in safety.check(text) if f.kind == "personal_data" and f.why != "seseorang"]

    assert named


@pytest.mark.parametrize("text", ['Anda ini "tolol".', "Bapak memang 'bodoh'."])
def test_quotation_marks_make_no_insult_harmless(safety: Safety, text: str) -> None:
    assert [f.level for f in safety.check(text) if f.kind == "insult"] == ["block"]


@pytest.mark.parametrize("name", ["@1", "@12", "U02ABCD3EFG", "<@U02ABCD3>"])
def test_a_colleague_left_as_a_number_or_an_id_is_a_warning(safety: Safety, name: str) -> None:
    (found,) = safety.check(f"Besok {name} meninjau lokasi jalan.")

    assert (found.kind, found.why, found.level) == ("leftover", "sebutan_chat", "warn")
    assert found.words == name


def test_a_price_is_no_colleague(safety: Safety) -> None:
    assert words(safety, "Dua lembar @10.000 atau @50 ribu di loket UPTD.", "leftover") == []


def test_an_emoji_left_as_its_name_is_a_warning(safety: Safety) -> None:
    (found,) = safety.check("Terima kasih :logo-kebumen: segera kami cek.")

    assert (found.why, found.level, found.words) == ("kode_emoji", "warn", ":logo-kebumen:")


@pytest.mark.parametrize(
    "text",
    [
        "Laporan Bapak/Ibu kami terima.",
        "Terima kasih Bu Sari, laporan 17 kami terima. Regu kami datang hari ini.",
        "Aduan Ibu kami terima dan kami teruskan ke Dinas Perhubungan.",
    ],
)
def test_to_have_received_a_report_promises_nobody_a_place(safety: Safety, text: str) -> None:
    assert [f for f in safety.check(text) if f.kind == "promise" and f.level != "note"] == []
    assert "promise" in {f.kind for f in safety.check("Anak Bapak kami terima di SMP 1, tenang saja.")}


@pytest.mark.parametrize("text", ["ok", "Oke, siap!", "Siap ndan, gas", "86", "noted pak 🙏", "Siap Pak."])
def test_a_reply_that_answers_nothing_is_noted(safety: Safety, text: str) -> None:
    (found,) = safety.check(text)

    assert (found.kind, found.why, found.level) == ("tone", "tanpa_isi", "note")
    assert VOICE.why(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Siap ndan, besok tim kami turunkan ke lokasi", "ndan"),
        ("Lampunya sudah kami catat wkwkwk", "wkwkwk"),
        ("Ini tolong dihandle bidang jalan", "tolong dihandle"),
    ],
)
def test_what_officials_say_among_themselves_is_noted(safety: Safety, text: str, said: str) -> None:
    noted = [f for f in safety.check(text) if f.kind == "tone"]

    assert [(f.words, f.why, f.level) for f in noted] == [(said, "antarpetugas", "note")]


@pytest.mark.parametrize(
    "text",
    [
        "Siap Pak, tim kami cek ke lokasi hari ini.",
        "Oke Bu, sudah kami teruskan ke Dinas PUPR.",
        "Gas 3 kg tersedia di pangkalan Desa Jatisari.",
        "Nggih, sami-sami.",
        "Sudah ditambal.",
        "Sama-sama, Pak.",
    ],
)
def test_a_short_answer_is_an_answer(safety: Safety, text: str) -> None:
    assert [f for f in safety.check(text) if f.kind == "tone"] == []
