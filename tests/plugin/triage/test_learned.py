"""What was learned reads messages in words that no list has."""

from __future__ import annotations

import pytest

from plugin.desk.triage import Triage
from plugin.desk.triage.learned import Learned, packed, shape, traits


def test_a_table_is_read_as_it_was_learned() -> None:
    learned = Learned(
        ["DPUPR/jalan_jembatan", "report"], [("jalan", "0:40 1:-20"), ("", "1:10"), ("=q", "1:20")]
    )

    sums = learned.weigh(["jalan", "jalan", "unknown"])

    assert sums == [2.0, -0.5]
    assert learned.of(learned.beside(sums, ["=q"], {}), "report") == 0.5
    assert learned.likeliest(sums) == [(("DPUPR", "jalan_jembatan"), 2.0)]
    assert learned.speaking(["jalan", "~jala"], ("DPUPR", "jalan_jembatan"), 3) == ["jalan"]


def test_names_of_places_teach_nothing() -> None:
    assert set(traits(["jalan", "alian"], {"alian"})) >= {"@", "jalan_@"}
    assert "alian" not in set(traits(["jalan", "alian"], {"alian"}))


def test_several_kinds_of_no_report_do_not_add_up_to_less_than_they_say() -> None:
    learned = Learned(["as:report", "as:iklan", "as:obrolan"], [("jasa", "0:20 1:40"), ("liar", "0:40")])

    advertised, complained = learned.weigh(["jasa"]), learned.weigh(["jasa", "liar"])

    assert learned.odds(advertised, {"report"}) < 0 < learned.odds(complained, {"report"})


def test_a_message_begins_ends_and_has_its_topics_in_company() -> None:
    found = list(shape(["got", "alian", "mampet"], {"alian"}, {0: "drainase"}))

    assert found == ["<got", "<@", "<mampet", ">got", ">@", ">mampet", "^_%drainase", "%drainase_@"]


def test_weights_take_two_bytes() -> None:
    assert packed("3:-127 70:127") == bytes((3, 1, 70, 255))


@pytest.mark.parametrize("text", ["zzxq vbnm qwrt", "", "\u202e\u200b", "😀😀😀"])
def test_a_message_without_a_known_word_is_nobodys(triage: Triage, text: str) -> None:
    assert triage.judge(text).agencies == ()


@pytest.mark.parametrize(
    "text",
    [
        "hatiku longsor dihantam rindu",
        "kiper kita kebobolan terus, pertahanan kaya tanggul jebol",
    ],
)
def test_a_figure_of_speech_is_no_report(triage: Triage, text: str) -> None:
    assert not triage.judge(text).is_report


@pytest.mark.parametrize(
    "text",
    [
        "lantai rumah turun terus, temboknya merekah, kami tidur di luar",
        "bocah telung taun dikunci nang kamar wis rong dina, nangis terus",
        "palang sepur ora mudhun, sepure wis katon",
    ],
)
def test_danger_without_the_word_is_urgent(triage: Triage, text: str) -> None:
    assert triage.judge(text).urgent
