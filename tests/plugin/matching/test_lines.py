"""A file of followers: which lines are read, by whose agencies they are judged, and what is printed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from plugin.errors import OperatorError
from plugin.registry.matching import (
    Broken,
    infer_region,
    match_lines,
    match_text,
    registry_for,
    usual_government,
)
from plugin.registry.matching.reading import follower_from
from plugin.registry.tree import Account, Registry
from plugin.wording import Wording

NOBODY = Registry(0, (), {}, {})
IN_2015 = date(2015, 9, 1)
SLAWI = '{"username": "dinkestgl", "name": "Dinkes Kab Tegal", "location": "Slawi"}'


def confirmed(registry: Registry, code: str, handle: str) -> Registry:
    node = registry.by_code(code)
    assert node is not None
    account = Account(1, node.id, "x", handle, None, "official", "read_only", date(2014, 1, 1))
    formers = {n.id: registry.formers(n) for n in registry.nodes}
    return Registry(1, registry.nodes, formers, {node.id: (account,)})


def test_broken_lines_are_listed_and_the_good_ones_read() -> None:
    lines = [SLAWI, "{", "", "[1]", '{"name": "siapa"}', '{"username": "@budi", "name": null}']
    broken: list[Broken] = []

    found = [json.loads(line) for line in match_lines(lines, NOBODY, IN_2015, broken=broken)]

    assert [f["username"] for f in found] == ["dinkestgl", "budi"]
    assert broken == [Broken(2, "broken_json"), Broken(4, "not_an_object"), Broken(5, "no_username")]
    assert set(found[0]) == {"username", "verdict", "agency", "score", "reasons"}


def test_figures_are_read_as_x_nests_them_and_as_people_type_them() -> None:
    nested = follower_from({"username": "a", "public_metrics": {"followers_count": 3, "tweet_count": "7"}})

    assert (nested.followers, nested.tweets, nested.following) == (3, 7, None)


def test_the_region_is_the_one_that_profiles_speak_of() -> None:
    followers = [follower_from({"username": f"dpu{n}kbm", "location": "Kebumen"}) for n in range(3)]

    assert infer_region(followers) == "33.05"
    assert infer_region([follower_from({"username": "siapa"})]) is None


def test_the_given_registry_is_used_where_it_is_of_that_region() -> None:
    tegal = usual_government("33.28")

    assert registry_for(tegal, [], "33.28") is tegal
    assert registry_for(tegal, [], "33.05").root.code == "33.05"


def test_a_region_that_there_is_not_is_told() -> None:
    with pytest.raises(OperatorError, match="no_region"):
        registry_for(NOBODY, [], "99.99")


def test_without_a_registry_and_a_region_the_operator_is_told() -> None:
    with pytest.raises(OperatorError):
        match_text(['{"username": "siapa"}'], NOBODY, IN_2015)


def test_an_empty_file_has_nobody_in_it() -> None:
    assert list(match_lines([], NOBODY, IN_2015)) == []


def test_a_usual_government_has_its_kecamatan_and_the_codes_of_both_times() -> None:
    tegal = usual_government("33.28")
    dpu = tegal.by_code("DPUPR")

    assert tegal.by_code("KEC_BUMIJAWA") is not None
    assert dpu is not None
    assert [former.code for former in tegal.formers(dpu)] == ["DPU"]


def test_a_confirmed_handle_is_official_and_what_looks_like_it_is_not() -> None:
    registry = confirmed(usual_government("33.28"), "DINKES", "SehatTegal")
    lines = ['{"username": "sehattegal"}', '{"username": "sehattega1", "name": "Dinkes Kab Tegal"}', SLAWI]

    found = match_text(lines, registry, IN_2015, region="33.28").judgements

    assert [(f.verdict, f.agency) for f in found[:2]] == [("official", "DINKES"), ("impostor", "DINKES")]
    assert "second_account" in found[2].reasons


def test_every_reason_has_its_words() -> None:
    wording = Wording(Path(__file__).parents[3] / "templates")
    files = sorted((Path(__file__).parent / "data").glob("*[!h].jsonl"))
    every = [match_text(path.read_text("utf-8").splitlines(), NOBODY, IN_2015) for path in files]

    reasons = {reason for one in every for judged in one.judgements for reason in judged.reasons}
    assert any(reason.startswith("declares:") for reason in reasons)
    for reason in reasons:
        code, _, words = reason.partition(":")
        assert wording.text("matching/reason", code=code, words=words)
