"""What is proposed for one message, and what is said to have led there."""

from __future__ import annotations

import pytest

from plugin.desk.triage import Triage


@pytest.mark.parametrize(
    "text",
    [
        "terima kasih pak, jalannya sudah mulus",
        "matur suwun pak, lampu dalane wis murub maning",
        "jual tanah kavling dekat jalan raya, hub wa",
        "coblos nomor 2 dijamin jalan mulus",
        "Tim SAR menemukan korban tenggelam di Pantai Suwuk",
        "Paket anda tertahan, klik apk berikut untuk cek resi",
        "",
        "???",
    ],
)
def test_not_a_report(triage: Triage, text: str) -> None:
    verdict = triage.judge(text)

    assert not verdict.is_report
    assert not verdict.urgent
    assert verdict.in_authority is None


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("makasih ya pak udah diaspal, tapi kok seminggu udah ngelupas lagi", "DPUPR"),
        ("Selamat pagi min, lampu jalan depan kantor pos mati 3 titik", "DISHUB"),
        ("BPD tidak pernah menggelar musyawarah", "DISPERMADES"),
        ("sampah numpuk depan rumah, hub 0812 0000 0000", "DLH"),
        ("lampu jalan mati, wa saya ya", "DISHUB"),
        ("jalan bolong, hub pak RT", "DPUPR"),
    ],
)
def test_a_report_in_spite_of_kind_words(triage: Triage, text: str, agency: str) -> None:
    verdict = triage.judge(text)

    assert verdict.is_report
    assert agency == verdict.agencies[0]


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("jasa parkir liar di alun-alun narik 10 ribu", "DISHUB"),
        ("travel gelap ngetem di terminal", "DISHUB"),
        ("diskon pajak katanya ada tapi tidak berlaku di loket", "BPKPD"),
        ("makasih aspalnya, tapi sudah ngelupas lagi", "DPUPR"),
        ("info grup: jembatan Rantewringin ambrol", "DPUPR"),
        ("promo vaksin di puskesmas ditolak", "DINKES"),
        ("loker pabrik katanya bayar 2 juta dulu", "DISNAKER"),
        ("pijat plus plus buka di dekat masjid, tolong ditertibkan", "SATPOLPP"),
    ],
)
def test_a_complaint_that_speaks_like_an_advertisement_is_shown(
    triage: Triage, text: str, agency: str
) -> None:
    verdict = triage.judge(text)

    assert verdict.is_report
    assert agency == verdict.agencies[0]


@pytest.mark.parametrize(
    "text",
    [
        "travel jogja pp tiap hari, jemput depan rumah, bayar di tempat",
        "sedot wc penuh, saluran mampet, panggilan 24 jam, hubungi kami",
        "jual tandon air, musim kering jangan sampai kehabisan",
        "terima jasa urus stnk dan pajak mati, proses tiga hari",
        "hatiku banjir rindu, tanggulnya jebol semalam",
    ],
)
def test_an_advertisement_that_speaks_like_a_complaint_is_set_aside(triage: Triage, text: str) -> None:
    assert not triage.judge(text).is_report


@pytest.mark.parametrize(
    ("text", "agency", "why"),
    [
        ("pju mati di tresnorejo", "DISHUB", ("pju mati", "tresnorejo")),
        ("jalan gombong - sempor rusak parah", "LUAR:DPUBMCK_JATENG", ("gombong - sempor",)),
        ("jalan nasional di prembun berlubang", "LUAR:BBPJN", ("jalan nasional",)),
        ("lampu jalan di cilacap mati", "LUAR:KAB_LAIN", ("cilacap",)),
        ("air pdam mati depan pasar tumenggungan", "PDAM", ("pasar tumenggungan",)),
    ],
)
def test_the_reasons_name_the_words_the_road_and_the_place(
    triage: Triage, text: str, agency: str, why: tuple[str, ...]
) -> None:
    verdict = triage.judge(text)

    assert agency == verdict.agencies[0]
    assert set(why) <= set(verdict.why)


@pytest.mark.parametrize(
    ("text", "urgent", "number"),
    [
        ("kobongan pak! omah bambu nang mburi pasar, cepetan damkar", True, "113"),
        ("banjir masuk rumah, lansia belum dievakuasi", True, "112"),
        ("pengeroyokan barusan depan minimarket korban berdarah", True, "110"),
        ("tetangga dipukuli suaminya tiap malam, anaknya ketakutan", True, "129"),
        ("KIA anak saya hilang, bisa cetak ulang tidak?", False, ""),
        ("minta salinan perda tentang RTRW, jdih ga bisa diunduh", False, ""),
        ("kapan bantuan korban banjir tahun lalu cair?", False, ""),
    ],
)
def test_what_cannot_wait_comes_with_a_number(triage: Triage, text: str, urgent: bool, number: str) -> None:
    verdict = triage.judge(text)

    assert verdict.urgent is urgent
    assert not urgent or number in verdict.numbers


def test_a_village_whose_name_repeats_gives_candidates(triage: Triage) -> None:
    place = triage.judge("jalan desa sidomulyo rusak").place

    assert place.code is None
    assert len(place.candidates) > 1


def test_the_district_office_is_the_one_of_the_place(triage: Triage) -> None:
    assert triage.judge("pegawai kantor kecamatan mirit tidak sopan").agencies[0] == "KEC_MIRIT"


@pytest.mark.parametrize(
    "text",
    [
        "@dpuprkebumen got mampet di RT 2",
        "@dpuprkebumen got mampet di depan rumah saya rt 02 rw 03",
        "@dpuprkebumen got mampet, Pak RT @kecalian sudah tahu",
    ],
)
def test_where_people_live_makes_no_complaint_a_retweet(triage: Triage, text: str) -> None:
    assert triage.judge(text).is_report


def test_what_is_passed_on_is_none(triage: Triage) -> None:
    assert not triage.judge("RT @infokebumen: Jalan Pahlawan ditutup Minggu pagi").is_report


@pytest.mark.parametrize("text", ["a" * 100_000, "\u202e\x00\U0001f4a3" * 999, "jalan " * 5_000])
def test_any_text_is_judged(triage: Triage, text: str) -> None:
    assert triage.judge(text).why is not None


@pytest.mark.parametrize(
    ("leaning", "danger", "shown"),
    [(-0.5, 0.7, True), (-0.9, 0.7, False), (-0.1, -2.0, False), (0.1, -2.0, True), (-4.0, 1.6, True)],
)
def test_the_more_it_sounds_of_danger_the_less_else_must_speak_for_it(
    triage: Triage, leaning: float, danger: float, shown: bool
) -> None:
    _, signs = triage.told("selamat pagi semuanya")
    kind = triage._kinds.judge(signs, leaning, danger, 0.0)

    assert (kind.is_report, kind.urgent) == (shown, shown and danger > 0)
