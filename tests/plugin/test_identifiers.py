"""Whatever writing of somebody's number a check of an answer finds, a mask hides; and search knows it by no digit."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugin.desk import masking
from plugin.desk.masking import mask, searchable
from plugin.desk.safety import Safety, numbers, read_safety
from plugin.desk.safety.tables import read_identifiers

# Nobody's numbers: a mobile of zeros, a NIK of region 99, a plate that no office gives out.
MOBILE = [
    "081200000000", "0812 0000 0000", "0812.0000.0000", "0812-0000-0000", "0812\t0000\t0000", "0812\n0000\n0000",
    "0812-0000-\n0000", "+62 812 0000 0000", "+62-812-0000-0000", "62812 0000 0000", "(0812) 0000 0000",
    "0812, 0000, 0000", "0812_0000_0000", "0812*0000*0000", "0812:0000:0000", "0812|0000|0000", "0812/0000/0000",
    "0812'0000'0000", "0812·0000·0000", "0812~0000~0000", "0812 – 0000 – 0000", "0812 ... 0000 ... 0000",
    "0812\u200b0000\u200b0000", "0812\u00a00000\u00a00000", "０８１２００００００００", "O812 0O00 OO00",
    "0 8 1 2 0 0 0 0 0 0 0 0", "nol delapan satu dua nol nol nol nol nol nol nol nol",
    "nol 8 satu 2 nol 0 nol 0 nol 0 nol 0", "nol, delapan, satu, dua, nol, nol, nol, nol, nol, nol",
]  # fmt: skip
NIK = [
    "9999994001990000", "9999 9940 0199 0000", "999999.400199.0000", "999999-400199-0000", "99 99 99 40 01 99 00 00",
    "999999\t400199\t0000", "999999\n400199\n0000", "9999_9940_0199_0000", "９９９９９９４００１９９００００",
]  # fmt: skip
OTHERS = [
    "Pelat AA 9999 ZZ ngebut", "motor aa 9999 zz ngebut", "AA-9999-ZZ itu menyerobot", "rekening BRI saya 12345678",
    "warga di contoh@example.net", "warga (at) example (dot) net", "warga at example dot net",
    "rumah Bu Siti (0287) 000000 ya",
]  # fmt: skip
HERE = Path(__file__).parent
SAID = [f"Hubungi saya di {number} ya" for number in MOBILE] + [f"NIK saya {n} ya" for n in NIK] + OTHERS
LEAKS = [json.loads(x)["text"] for x in (HERE / "safety/own_leaks.jsonl").read_text("utf-8").splitlines()]
REASONS = {"nik_kk", "nip", "telepon", "nomor_milik", "nomor_panjang", "pelat", "surel"}


@pytest.fixture(scope="module")
def safety() -> Safety:
    return read_safety()


@pytest.mark.parametrize("text", SAID)
def test_a_check_finds_it_and_a_mask_hides_it(safety: Safety, text: str) -> None:
    found = [f for f in safety.check(text) if f.why in REASONS]
    masked = mask(text)

    assert found
    assert not any(f.words in masked for f in found)
    assert not re.search(r"\d|nol|example", masked)


@pytest.mark.parametrize("text", SAID)
def test_search_knows_it_by_no_digit(text: str) -> None:
    assert not re.search(r"\d|nol|example", searchable(text))


def test_what_is_found_in_all_our_examples_is_masked(safety: Safety) -> None:
    shown = [
        f.words
        for text in LEAKS
        for f in safety.check(text)
        if f.why in REASONS and f.words in mask(text)
    ]  # fmt: skip

    assert shown == []


@pytest.mark.parametrize("one", ["1 ", "\n1", "1.000.", "satu ", "1, ", "a@b.", "at ", "AA 1"])
def test_a_page_of_figures_is_read_in_its_length(one: str) -> None:
    def seconds(times: int) -> float:
        begun = time.thread_time()
        mask(one * times)
        return time.thread_time() - begun

    mask("0812 0000 0000")
    assert seconds(12_000) < 40 * max(seconds(1_200), 0.002)


def test_a_number_at_the_border_of_two_pieces_is_hidden() -> None:
    for before in range(4_780, 5_020, 7):
        text = "x" * (before - 1) + " nol delapan satu dua nol nol nol nol nol nol nol nol ya"
        assert "nol" not in mask(text)


EVER, IDENTIFIERS = re.compile(""), read_identifiers()
SAYING = st.lists(
    st.sampled_from(
        ["081200000000", "0812", "0000", "12345", "o8l2", "3", "0", "nol", "satu", "dua", "AA", "ab", "ZX",
         "9999", "99.000", "AA 123 ZX", " nol 12 34 567 ", "nik saya", "rekening", "no pelanggan", "motor", "rp",
         "jam 19.30", "18-08-2026", "x1y2z3w4", "kas daerah", "-", ".", " ", "  ", "\n", "(", ":", "_", "\u200b"]
    ),
    max_size=6,
).map("".join)  # fmt: skip


@given(SAYING)
@example("rekening saya 12345")
@example("motor AA 123 ZX")
@example("hub nol 12 dua 34 tiga 567")
def test_a_glance_misses_nothing(text: str) -> None:
    """Most texts are passed over at a glance; whatever is passed over holds nothing for who looks thoroughly."""
    with pytest.MonkeyPatch.context() as patch:
        for glance in ("LOOKS_MIXED", "DIGITS_TOGETHER", "END_OF_PLATE"):
            patch.setattr(numbers, glance, EVER)
        patch.setattr(masking, "LONG_CLUSTER", EVER)
        patch.setattr(numbers.Numbers, "_may_be_spelled", lambda self, plain: True)
        thorough = mask(text), IDENTIFIERS.spans(text)

    assert (mask(text), IDENTIFIERS.spans(text)) == thorough
