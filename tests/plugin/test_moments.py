"""Days and hours as officials write them; what the calendar does not have is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from plugin.moments import BadMoment, read_day, read_moment, read_past, split_per
from plugin.wording import UserError

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("18-8-2015 19.00", "2015-08-18T19:00+07:00"),
        ("18/8/2015 19:05", "2015-08-18T19:05+07:00"),
        ("2015-08-18 19:00", "2015-08-18T19:00+07:00"),
        ("2015-08-18T19:00", "2015-08-18T19:00+07:00"),
        ("18 Agustus 2015 pukul 19.00 WIB", "2015-08-18T19:00+07:00"),
        ("Selasa, 18 agt 2015, jam 7", "2015-08-18T07:00+07:00"),
        ("18-8-2015 19.00 WITA", "2015-08-18T19:00+08:00"),
        ("18 nopember 2015 24.00", "2015-11-18T23:59+07:00"),
        ("29-2-2016", "2016-02-29T23:59+07:00"),
        ("kemarin", "2026-08-17T23:59+07:00"),
        ("hari ini 09.00", "2026-08-18T09:00+07:00"),
    ],
)
def test_what_is_meant(typed: str, meant: str) -> None:
    assert read_moment(typed, WIB, NOW) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("31-2-2015", "no_such_day"),
        ("29 Februari 2015", "no_such_day"),
        ("2015-13-01", "no_such_day"),
        ("18-8-2015 25.00", "no_such_hour"),
        ("18-8-2015 10.75", "no_such_hour"),
        ("18-8-15", "not_a_moment"),
        ("18 Foo 2015", "not_a_moment"),
        ("besok lusa kapan", "not_a_moment"),
        ("", "not_a_moment"),
        ("20260216", "not_a_moment"),
        ("2026-W08-1", "not_a_moment"),
        ("2027-02-29", "no_such_day"),
        ("2100-02-29", "no_such_day"),
        ("0000-01-01", "year"),
        ("9999-12-31", "year"),
        ("18 Aprİl 2015", "not_a_moment"),
        ("harİ ini", "not_a_moment"),
        ("18-8-2015 19.00 WİB", "not_a_moment"),
        ("\x1b[31m", "not_a_moment"),
        ("17 Agustus 1945", "year"),
        ("١٨-٨-٢٠١٥ 19.00 <b>", "not_a_moment"),
    ],
)
def test_what_cannot_be_is_refused(typed: str, code: str) -> None:
    with pytest.raises(UserError) as caught:
        read_moment(typed, WIB, NOW)

    assert isinstance(caught.value.view, BadMoment)
    assert caught.value.view.code == code
    assert "\x1b" not in caught.value.view.given


def test_the_past_is_not_the_future() -> None:
    with pytest.raises(UserError):
        read_past("19-8-2026", WIB, NOW)

    assert read_past("hari ini", WIB, NOW) == NOW
    assert read_day("18-8-2015", WIB, NOW) == date(2015, 8, 18)


def test_per_stands_behind_what_is_asked() -> None:
    assert split_per("kec alian per 18-8-2015 19.00") == ("kec alian", "18-8-2015 19.00")
    assert split_per("per tanggal 2015-08-18") == ("", "2015-08-18")
    assert split_per("bagian perekonomian") == ("bagian perekonomian", "")
    assert split_per("per kecamatan") == ("per kecamatan", "")
