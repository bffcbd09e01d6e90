"""Reading promises in what agencies publish."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.rhythm.limits import read_tables
from plugin.rhythm.promising import promises

CALENDAR = read_tables(ZoneInfo("Asia/Jakarta")).calendars.of()
TUESDAY = date(2026, 8, 18)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Terima kasih laporannya. Minggu ini diperbaiki.", "2026-08-21"),
        ("Terima kasih, besok kami perbaiki.", "2026-08-19"),
        ("Terima kasih, sudah kami cek, minggu ini diperbaiki.", "2026-08-21"),
        ("Mohon maaf atas ketidaknyamanannya, besuk kami benahi", "2026-08-19"),
        ("Sudah dicek petugas dan lusa ditambal", "2026-08-20"),
        ("Besok tim kami turun ke lokasi.", "2026-08-19"),
        ("Lusa lampunya kami ganti, nggih", "2026-08-20"),
        ("Hari ini juga petugas kami cek", "2026-08-18"),
        ("Akan kami aspal akhir bulan ini", "2026-08-31"),
        ("Kami usahakan selesai dalam 3 hari kerja.", "2026-08-21"),
        ("Kami usahakan selesai dalam 5 hari kerja.", "2026-08-26"),  # 25 August is Maulid
        ("Mohon tunggu 2x24 jam", "2026-08-20"),
        ("Kami cek dua minggu lagi", "2026-09-01"),
        ("Perbaikan dijadwalkan 25 Agustus 2026 pukul 10.00", "2026-08-25"),
        ("Paling lambat tgl 25/8 ya", "2026-08-25"),
        ("Akan dibangun 3 Februari", "2027-02-03"),
        ("Akan dibangun 5 Nopember", "2026-11-05"),
        ("Akan ditangani Kamis besok", "2026-08-20"),
        ("Tim turun Senin depan", "2026-08-24"),
        ("Tim turun Kamis depan", "2026-08-27"),
        ("Sampah diangkut hari Minggu", "2026-08-23"),
        ("Lampu akan diganti bulan depan", "2026-09-30"),
        ("Ditargetkan selesai tahun ini", "2026-12-31"),
        ("Sesuk petugas tekan lokasi, lur", "2026-08-19"),
        ("Kejadian 3 hari lalu akan kami cek besok", "2026-08-19"),
        ("Kami survei besok dan selesai paling lambat Jumat", "2026-08-21"),  # the later one binds
    ],
)
def test_a_promise_names_its_last_day(text: str, day: str) -> None:
    found = promises(text, TUESDAY, CALENDAR)

    assert [promise.day.isoformat() for promise in found] == [day]
    assert found[0].words in " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Segera kami tindak lanjuti.",
        "Sudah kami tambal kemarin, terima kasih.",
        "Sudah kami tangani hari ini, terima kasih.",
        "Telah diperbaiki tim kami, selesai 20 Agustus",
        "Terima kasih laporannya hari ini, kami cek.",
        "Laporan minggu lalu sudah selesai",
        "Hubungi 112 yang siaga 24 jam. Kami siap.",
        "Akan diperbaiki 30 Februari",
        "Akan dibangun 25 Agustus 2020",
        "Selamat pagi, hari Kamis yang cerah",
    ],
)
def test_what_binds_nobody_is_no_promise(text: str) -> None:
    assert promises(text, TUESDAY, CALENDAR) == []


@pytest.mark.parametrize("when", ["3 harı lagi", "lıma hari lagi", "hari kamıs", "25 Aprıl", "hari ſenin"])
def test_letters_that_only_look_like_ours_are_read_as_ours(when: str) -> None:
    assert len(promises(f"Akan kami perbaiki {when}", TUESDAY, CALENDAR)) == 1


def test_joint_leave_is_no_day_to_repair_on() -> None:
    assert promises("Minggu ini diperbaiki", date(2026, 3, 17), CALENDAR)[0].day == date(2026, 3, 17)


@settings(deadline=None)
@given(st.text(max_size=400), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_any_text_gives_few_days_that_are_to_come(text: str, said: date) -> None:
    found = promises(f"akan {text} besok", said, CALENDAR)

    assert len(found) <= 3
    assert all(said <= promise.day for promise in found)
