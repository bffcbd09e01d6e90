"""A province to measure with: 8,900 agencies, as many as Jawa Tengah has, all of them invented.

Thirty-five kabupaten with offices, kecamatan and desa. Village names repeat, within a kabupaten too, as real
ones do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

KABUPATEN = 35
KECAMATAN = 16
DESA = 225  # in each kabupaten
OFFICES = (
    ("setda", "Sekretariat Daerah", "Setda"),
    ("setwan", "Sekretariat DPRD", "Setwan"),
    ("inspektorat", "Inspektorat Daerah", "Inspektorat"),
    ("dinas", "Dinas Pekerjaan Umum dan Penataan Ruang", "DPUPR"),
    ("dinas", "Dinas Kesehatan", "Dinkes"),
    ("dinas", "Dinas Perhubungan", "Dishub"),
    ("dinas", "Dinas Kependudukan dan Pencatatan Sipil", "Disdukcapil"),
    ("dinas", "Dinas Komunikasi dan Informatika", "Diskominfo"),
    ("badan", "Badan Penanggulangan Bencana Daerah", "BPBD"),
    ("badan", "Badan Kepegawaian Daerah", "BKD"),
    ("satpol", "Satuan Polisi Pamong Praja", "Satpol PP"),
    ("bumd", "Perumda Air Minum", "PDAM"),
)
FIRST = (
    "Karang",
    "Sido",
    "Jati",
    "Tanjung",
    "Kedung",
    "Wono",
    "Banjar",
    "Adi",
    "Kali",
    "Suko",
    "Pucang",
    "Tegal",
)
SECOND = (
    "sari",
    "mulyo",
    "rejo",
    "anyar",
    "waru",
    "harjo",
    "luhur",
    "duwur",
    "tengah",
    "winangun",
    "asri",
    "gede",
)
COLUMNS = (
    "code", "parent", "kind", "name", "short", "former_code", "former_name", "former_short", "former_until"
)  # fmt: skip
ROOT = "99"


def agency_rows() -> Iterator[tuple[str, ...]]:
    """The 8,900 rows, in the columns `COLUMNS`: each parent before those below it."""
    yield (ROOT, "", "pemda", "Pemerintah Provinsi Jawa Selatan", "Pemprov", "", "", "", "")
    yield from _offices(ROOT, OFFICES[:9])
    for number in range(1, KABUPATEN + 1):
        yield from _kabupaten(f"{ROOT}.{number:02}", place_name(number * 7))


def place_name(number: int) -> str:
    """An invented place; after 144 of them they begin again."""
    return FIRST[number % len(FIRST)] + SECOND[number // len(FIRST) % len(SECOND)]


def write_agencies(path: Path) -> Path:
    """The rows as a file to import."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(agency_rows())
    return path


def _kabupaten(code: str, name: str) -> Iterator[tuple[str, ...]]:
    yield (code, ROOT, "pemda", f"Pemerintah Kabupaten {name}", f"Pemkab {name}", "", "", "", "")
    yield from _offices(code, OFFICES)
    for number in range(1, KECAMATAN + 1):
        place = place_name(number * 11 + len(name))
        yield (
            f"{code}.{number:02}",
            code,
            "kecamatan",
            f"Kecamatan {place}",
            f"Kec. {place}",
            "",
            "",
            "",
            "",
        )
    for number in range(DESA):
        kecamatan = f"{code}.{number % KECAMATAN + 1:02}"
        place = place_name(number * 5 + int(code[-2:]))
        yield (
            f"{kecamatan}.{2001 + number // KECAMATAN}", kecamatan, "desa", f"Desa {place}", f"Desa {place}",
            "", "", "", "",
        )  # fmt: skip


def _offices(code: str, offices: tuple[tuple[str, str, str], ...]) -> Iterator[tuple[str, ...]]:
    """Two of them were one office until the end of 2016."""
    for kind, name, short in offices:
        joined = short in {"Dishub", "Diskominfo"}
        former = (
            "DISHUBKOMINFO",
            "Dinas Perhubungan, Komunikasi dan Informatika",
            "Dishubkominfo",
            "2016-12-31",
        )
        own = f"{code}.{short.upper().replace(' ', '')}"
        yield (own, code, kind, name, short, *(former if joined else ("", "", "", "")))
