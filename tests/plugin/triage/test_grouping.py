"""One incident told by several people is proposed as one; two incidents stay two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plugin.desk.triage import Case, Grouping, Triage

MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)


def together(triage: Triage, grouping: Grouping, one: str, other: str, hours: float = 2) -> bool:
    later = MONDAY + timedelta(hours=hours)
    cases = [Case("1", MONDAY, triage.judge(one)), Case("2", later, triage.judge(other))]
    groups = grouping.propose(cases)
    return groups["1"] == groups["2"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lampu jalan bojongsari alian padam 12 tiang", "bojongsari gelap gulita PJU mati"),
        ("lampu jalan di desa jatisari mati semua", "PJU jatisari ga nyala, gelap banget pak"),
        ("jembatan tembana retak pondasinya", "pondasi jembatan peniron tembana retak"),
        ("jalan rusak di depan SDN 1 kalirejo", "dalan ngarep SD 1 kalirejo jeglong"),
        ("listrik padam se kecamatan karanggayam", "karanggayam mati lampu kabeh pak"),
        ("bangjo simpang lima mejasem mati total", "lampu merah mejasem padam"),
        ("sampah pasar petanahan meluber ke jalan", "ps petanahan sampahe ora dijikot seminggu"),
        ("longsor di kenteng sempor, jalan tinggal separo", "kenteng longsor, dalane kari separo"),
        ("karaoke di jalan pemuda berisik sampai pagi", "jl pemuda karaoke berisik terus"),
    ],
)
def test_the_same_incident(triage: Triage, grouping: Grouping, one: str, other: str) -> None:
    assert together(triage, grouping, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "lampu jalan bojongsari alian padam", "jalan bojongsari alian banyak lubang", id="other trouble"
        ),
        pytest.param("lampu jalan jatisari mati", "lampu jalan kedawung mati", id="other village"),
        pytest.param(
            "jalan depan SDN 1 kalirejo rusak", "jalan depan SDN 2 kalirejo rusak", id="other number"
        ),
        pytest.param("lampu gang mawar bumirejo mati", "lampu gang melati bumirejo mati", id="other lane"),
        pytest.param("jembatan tembana retak", "lampu jembatan tembana mati", id="the bridge says where"),
        pytest.param("jembatan giyanti retak", "jalan giyanti berlubang parah", id="road and bridge"),
        pytest.param("lampu jalan mati", "lampu jalan mati dekat rumah", id="nobody says where"),
        pytest.param("@warungkopi lampu jalan mati", "@warungkopi lampu padam", id="an account is no place"),
        pytest.param(
            "bojongsari gelap gulita PJU mati",
            "bojongsari lain ya, yg di banyumas gelap",
            id="other kabupaten",
        ),
    ],
)
def test_two_incidents(triage: Triage, grouping: Grouping, one: str, other: str) -> None:
    assert not together(triage, grouping, one, other)


def test_the_same_words_days_apart_are_another_incident(triage: Triage, grouping: Grouping) -> None:
    text = "PJU jatisari mati semua"

    assert together(triage, grouping, text, text, hours=95)
    assert not together(triage, grouping, text, text, hours=97)


def test_a_flood_of_messages_is_one_group(triage: Triage, grouping: Grouping) -> None:
    told = [
        Case(str(n), MONDAY + timedelta(minutes=n), triage.judge("banjir di desa tambaharjo adimulyo"))
        for n in range(300)
    ]

    assert set(grouping.propose(told).values()) == {"0"}
