"""What masking takes away, and what it leaves."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plugin.desk.masking import MASK, excerpt, mask, shortened


@pytest.mark.parametrize(
    "number",
    [
        "081234567890",
        "0812-3456-7890",
        "0812.3456.7890",
        "0812 3456 7890",
        "+6281234567890",
        "+62 812-3456-7890",
        "+62 (812) 3456 7890",
        "62812 3456 7890",
        "(0287) 381144",
        "021-5551234",
        "812 3456 7890",
        "0812 – 3456 – 7890",
        "0812\u200b3456\u200b7890",
        "０８１２３４５６７８９０",
        "٠٨١٢٣٤٥٦٧٨٩٠",
        "3305011708450001",
        "3305 0117 0845 0001",
        "330501.170845.0001",
        "197001011998031001",
        "1234567890",
        "budi.santoso+lapor@example.co.id",
        "BUDI@EXAMPLE.ID",
        "budi＠example.id",
        "https://wa.me/6281234567890",
        "tel:081234567890",
    ],
)
def test_what_leads_to_a_person_goes(number: str) -> None:
    masked = mask(f"Hubungi saya di {number}, terima kasih")

    assert MASK in masked
    assert not re.search(r"\d", masked)
    assert "@" not in masked
    assert masked.startswith("Hubungi saya di ")
    assert masked.endswith(", terima kasih")


@pytest.mark.parametrize(
    "text",
    [
        "Hubungi 112 atau 110, PLN 123, call center 14045",
        "Laporan 17, RT 03 RW 05, Jalan Pemuda 12",
        "Sejak 17-08-2026 pukul 08.30 WIB",
        "Tanggal 08/10/2026 10.30",
        "Anggaran Rp 1.500.000.000 tahun 2015",
        "Nomor 600.1.1/544/2023",
        "https://x.com/warga/status/1234567890123456789",
        "@bupatikbm jalan rusak 3 km",
        "koordinat -7.668123, 109.652345",
        "",
    ],
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert mask(text) == text


def test_all_numbers_of_a_text_go() -> None:
    masked = mask("Saya 0812-3456-7890, istri +62 813 1111 2222, NIK 3305011708450001. Tolong ke 112")

    assert masked == f"Saya {MASK}, istri {MASK}, NIK {MASK}. Tolong ke 112"


def test_numbers_side_by_side_leave_nothing_between() -> None:
    assert not re.search(r"\d", mask("0812345678 0819876543/0857123456\n0811222333"))


@given(
    before=st.text(alphabet="abc ,:\n", max_size=10),
    digits=st.from_regex(r"08[1-9][0-9]{7,9}", fullmatch=True),
    breaks=st.lists(st.sampled_from(["", "-", ".", " ", " - ", "\u200b"]), min_size=13, max_size=13),
    after=st.text(alphabet="abc ,:\n", max_size=10),
)
def test_however_it_is_broken_up(before: str, digits: str, breaks: list[str], after: str) -> None:
    number = "".join(d + b for d, b in zip(digits, breaks, strict=False)).rstrip(" -.\u200b")
    assume(not re.search(r"\d\d?([-.])\d\d?\1(19|20)\d\d", number))  # that would be a date

    assert not re.search(r"\d", mask(before + number + after))


@given(st.text(max_size=200))
def test_it_bears_any_text(text: str) -> None:
    mask(text)
    assert "\n" not in excerpt(text, 40)


def test_an_excerpt_is_one_masked_line_cut_between_signs() -> None:
    family = "👨‍👩‍👧‍👦"

    assert excerpt("Jalan\n rusak  parah", 60) == "Jalan rusak parah"
    assert excerpt(family * 5, 3) == f"{family}{family}…"
    assert excerpt("Telp 0812-3456-7890 tolong", 12) == f"Telp {MASK} to…"
    assert excerpt("a\u202eb", 10) == "ab"
    assert shortened("é" * 5, 5) == "é" * 5
