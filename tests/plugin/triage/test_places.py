"""Names of places: candidates, ordinary words, and where a message is about."""

from __future__ import annotations

import pytest

from plugin.desk.triage.places import Gazetteer, Place
from plugin.desk.triage.reading import DATA, read_elsewhere, read_gazetteer, read_roads
from plugin.desk.triage.spelling import raw_words


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return read_gazetteer(DATA)


def found(gazetteer: Gazetteer, text: str) -> Place:
    return gazetteer.find(raw_words(text)).place


@pytest.mark.parametrize(
    ("text", "kecamatan", "desa"),
    [
        ("jalan tresnorejo rusak", "Petanahan", "Tresnorejo"),
        ("jalan karang glonggong rusak", "Klirong", "Karangglonggong"),
        ("sidomulyo ambal banjir", "Ambal", "Sidomulyo"),
        ("desa pasir kec ayah", "Ayah", "Pasir"),
        ("kec. sempor", "Sempor", None),
        ("jalan Gombong - Kebumen bergelombang di Sruweng", "Sruweng", None),
        ("jalan Gombong Karanganyar rusak", "Gombong", None),
        ("dari arah Prembun, di kec. Mirit", "Mirit", None),
        ("karcis pantai suwuk", "Puring", "Tambakmulyo"),
        ("desa kloposawit", "Buluspesantren", "Klapasawit"),
        ("banjir di kedhungwringin", "Sempor", "Kedungwringin"),
    ],
)
def test_where_it_is(gazetteer: Gazetteer, text: str, kecamatan: str, desa: str | None) -> None:
    place = found(gazetteer, text)

    assert (kecamatan, desa) == (place.kecamatan, place.desa)
    assert place.code


@pytest.mark.parametrize(
    "text",
    ["pasir numpuk di jalan", "pipa bocor", "ayah saya sakit", "baju jemur hilang", "pindah ke bandung"],
)
def test_an_ordinary_word_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert not found(gazetteer, text)


def test_a_name_that_repeats_gives_candidates(gazetteer: Gazetteer) -> None:
    place = found(gazetteer, "banjir di sidomulyo")

    assert place.code is None
    assert place.desa == "Sidomulyo"
    assert len(place.candidates) == 4


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("jalan gombong - kebumen", "LUAR:BBPJN"),
        ("JJLS", "LUAR:BBPJN"),
        ("gombong ke arah sempor", "LUAR:DPUBMCK_JATENG"),
        ("karangbolong menuju ayah", "LUAR:DPUBMCK_JATENG"),
        ("jalan raya kutowinangun", "LUAR:BBPJN"),
        ("jalan petanahan ke ambal", None),
    ],
)
def test_whose_road_it_is(text: str, owner: str | None) -> None:
    road = read_roads(DATA).find(raw_words(text))

    assert owner == (road.owner if road else None)


def test_another_kabupaten_is_told_from_where_people_come_from() -> None:
    elsewhere = read_elsewhere(DATA)

    assert elsewhere.find(raw_words("jalan di purworejo rusak"), named_here=False) == "purworejo"
    assert elsewhere.find(raw_words("pindah dari purworejo ke gombong"), named_here=True) is None
    assert elsewhere.find(raw_words("batas purworejo gelap"), named_here=False) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alun2 kbm", "alun-alun kebumen"),
        ("jl pemuda", "jalan pemuda"),
        ("ps tumenggungan", "pasar tumenggungan"),
        ("stadion chandradimuka", "stadion candradimuka"),
        ("rsud kebumen", "RSUD dr Soedirman"),
    ],
)
def test_a_landmark_is_one_however_it_is_written(gazetteer: Gazetteer, one: str, other: str) -> None:
    names = {gazetteer.find(raw_words(text)).landmarks for text in (one, other)}

    assert len(names) == 1
    assert names != {()}
