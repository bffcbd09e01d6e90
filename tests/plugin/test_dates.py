"""How days, hours and spans of time are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from plugin.dates import FILTERS, ago, clock_words, day_words, number_words

SEVEN = datetime(2026, 8, 18, 0, 0, tzinfo=UTC)


def test_a_day_is_said_in_indonesian() -> None:
    assert day_words(date(2026, 8, 18)) == "Selasa, 18 Agustus 2026"
    assert day_words(date(2027, 1, 1)) == "Jumat, 1 Januari 2027"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "07.00 WIB"),
        ("Asia/Pontianak", "07.00 WIB"),
        ("Asia/Makassar", "08.00 WITA"),
        ("Asia/Jayapura", "09.00 WIT"),
        ("Etc/GMT-7", "07.00 WIB"),
        ("UTC", "00.00 UTC"),
    ],
)
def test_an_hour_carries_its_zone(zone: str, said: str) -> None:
    assert clock_words(SEVEN, ZoneInfo(zone)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 menit"),
        (59, "1 menit"),
        (3599, "59 menit"),
        (3600, "1 jam"),
        (86399, "23 jam"),
        (86400, "1 hari"),
        (40 * 86400, "40 hari"),
        (-5, "1 menit"),
    ],
)
def test_a_span_is_said_in_its_largest_full_unit(seconds: int, said: str) -> None:
    assert ago(SEVEN, SEVEN + timedelta(seconds=seconds)) == said


def test_numbers_have_points() -> None:
    assert number_words(29941) == "29.941"


def said(template: str, **values: object) -> str:
    jinja = Environment(autoescape=True)
    jinja.filters.update(FILTERS(ZoneInfo("Asia/Jakarta"), lambda: SEVEN + timedelta(hours=3)))
    return jinja.from_string(template).render(values)


def test_templates_say_them() -> None:
    template = "{{ at|hari }}; {{ at|saat }}; {{ at|jam }}; {{ at|pukul }}; {{ at|lalu }}; {{ 1234|angka }}"

    assert said(template, at=SEVEN) == (
        "Selasa, 18 Agustus 2026; 18 Agustus 2026, 07.00 WIB; 07.00 WIB; 07.00; 3 jam; 1.234"
    )


def test_a_moments_day_is_the_governments() -> None:
    late = datetime(2026, 8, 17, 17, 30, tzinfo=UTC)

    assert said("{{ at|hari }} {{ at|tanggal }}", at=late) == "Selasa, 18 Agustus 2026 18 Agustus 2026"
    assert said("{{ day|tanggal }}", day=date(2026, 8, 17)) == "17 Agustus 2026"


def test_a_span_may_end_at_another_moment() -> None:
    assert said("{{ at|lalu(now) }}", at=SEVEN, now=SEVEN + timedelta(days=2)) == "2 hari"


@pytest.mark.parametrize(
    ("hours", "said_near"),
    [
        (0, "hari ini 07.00 WIB"),
        (16, "hari ini 23.00 WIB"),
        (17, "besok 00.00 WIB"),
        (-8, "kemarin 23.00 WIB"),
        (48, "20 Agu 07.00 WIB"),
        (24 * 180, "14 Feb 2027 07.00 WIB"),
    ],
)
def test_a_near_moment_is_said_as_people_say_it(hours: int, said_near: str) -> None:
    assert said("{{ at|dekat(now) }}", at=SEVEN + timedelta(hours=hours), now=SEVEN) == said_near
