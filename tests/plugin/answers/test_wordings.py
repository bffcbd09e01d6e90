"""The answers as they are shipped: each can be filled, fits, and says nothing that an answer must not."""

from __future__ import annotations

import re

import pytest

from adapters.x import measure
from app import TEMPLATES
from plugin.desk.answers import ANSWERS, TOPICS, VARIABLES, Fault, Slot, filled, needed, read, read_book
from plugin.desk.answers.kinds import INDONESIAN, JAVANESE, read_slot
from plugin.desk.replying.ready import FillIn
from plugin.desk.safety import Safety, read_safety
from plugin.desk.triage import in_javanese
from plugin.findings import WARN
from plugin.wording import Wording

WORDING = Wording(TEMPLATES)
BOOK = read_book(WORDING.sources("answers"))
SAFETY = read_safety()


@pytest.fixture
def safety() -> Safety:
    return SAFETY


@pytest.mark.parametrize("slot", BOOK.originals, ids=lambda s: f"{s.name} {s.category} {s.language}")
class TestEveryOriginal:
    def test_fits_into_a_post_and_passes_the_checks(self, safety: Safety, slot: Slot) -> None:
        text = filled(BOOK.originals[slot], BOOK.examples)
        seen = measure.inspect(text, None)

        assert not seen.too_long
        assert not seen.links
        assert [f for f in safety.check(text, number=12345, campaign=True) if f.level >= WARN] == []
        assert f"nomor {BOOK.examples['nomor']}" in text.replace("nomer", "nomor")

    def test_is_in_its_language_and_leaves_no_gap(self, safety: Safety, slot: Slot) -> None:
        text = filled(BOOK.originals[slot], {n: BOOK.examples[n] for n in needed(BOOK.originals[slot])})

        assert in_javanese(text) is (slot.language == JAVANESE)
        assert not re.search(r"  | [.,;:]|\(\)|\{|\}", text)

    def test_is_of_an_answer_and_a_topic_that_can_be_typed(self, safety: Safety, slot: Slot) -> None:
        typed = [slot.name, slot.topic, "jawa" if slot.language == JAVANESE else "indonesia"]

        assert read_slot([word for word in typed if word]) == (slot, True)


def test_every_answer_has_words_in_both_languages() -> None:
    for name in ANSWERS:
        assert {Slot(name, "", INDONESIAN), Slot(name, "", JAVANESE)} <= set(BOOK.originals)
    assert set(BOOK.examples) == set(VARIABLES)
    assert {slot.category for slot in BOOK.originals} <= {"", *TOPICS.values()}


def test_personal_data_is_asked_for_by_private_message_only() -> None:
    for slot, text in BOOK.originals.items():
        if slot.name == "data":
            assert "pesan pribadi (DM)" in text or "pesen pribadi (DM)" in text
            assert re.search(r"[Mm]ohon tidak|[Jj]angan|[Aa]mpun", text)


@pytest.mark.parametrize("name", VARIABLES)
def test_what_may_be_asked_for_has_a_label(name: str) -> None:
    form = FillIn(17, "diterima", INDONESIAN, (name,), {}, "")

    assert WORDING.part(form, f"label_{name}")


@pytest.mark.parametrize(
    ("text", "kind", "near"),
    [
        ("{{ nomer }} ada", "unknown", "nomor"),
        ("{{ cycler }}", "unknown", ""),
        ("{nomor} ada", "braces", ""),
        ("{{ nomor ada", "braces", ""),
        ("{{ nomor }}}", "braces", ""),
        ("{% if tempat %}di sana", "braces", ""),
        ("{% for i in range(10 ** 9) %}x{% endfor %}", "statement", ""),
        ("{{ nomor.__class__.__mro__ }}", "statement", ""),
        ("{{ 7*7 }}", "statement", ""),
        ("{{ nomor|upper }}", "statement", ""),
        ("{% include 'cli/goodbye.txt.j2' %}", "statement", ""),
        ("{# diam #}halo", "statement", ""),
        ("  \n", "empty", ""),
        ("x" * 1001, "long", ""),
    ],
)
def test_what_cannot_be_filled_is_refused_with_its_reason(text: str, kind: str, near: str) -> None:
    with pytest.raises(Fault) as fault:
        read(text)

    assert (fault.value.kind, fault.value.near) == (kind, near)


def test_what_is_filled_in_stays_text() -> None:
    text = filled("{{ pekerjaan }} di {{ tempat }}.", {"pekerjaan": "{{7*7}}", "tempat": "{% raw %}<b>&"})

    assert text == "{{7*7}} di {% raw %}<b>&."


def test_what_stands_in_an_if_is_not_asked_for() -> None:
    assert needed("{{ nomor }} {% if tempat %}di {{ tempat }}{% endif %}{{ biaya }}") == ["nomor", "biaya"]


def test_a_category_without_words_of_its_own_has_the_general_ones() -> None:
    first = BOOK.candidates(Slot("diteruskan", "pju", JAVANESE))

    assert next(one for one in first if one in BOOK.originals) == Slot("diteruskan", "", JAVANESE)
