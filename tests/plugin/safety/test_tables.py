"""The tables hang together: every rule can be read, and every reason and wording it names has words."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.desk.safety import LEVELS, read_safety
from plugin.desk.safety.tables import DATA, grouped, rows
from plugin.wording import Wording

WORDING = Wording(Path(__file__).parents[3] / "templates")
KINDS = {"insult", "personal_data", "politics", "promise"}


@pytest.mark.parametrize("row", list(rows(DATA / "rules.csv")), ids=lambda row: row["pattern"][:40])
def test_a_rule_is_whole(row: dict[str, str]) -> None:
    assert row["kind"] in KINDS
    assert row["level"] in LEVELS
    assert WORDING.text("safety/why.txt", why=row["why"])
    if row["swap"]:
        assert WORDING.text("safety/better.txt", said=row["swap"])


def test_every_class_that_is_named_exists() -> None:
    classes = grouped(DATA / "classes.csv", "class", "phrase")
    cells = [row[name] for row in rows(DATA / "rules.csv") for name in ("pattern", "unless")]
    named = {
        word[1:]
        for cell in [*cells, *(p for row in classes.values() for p in row)]
        for item in cell.replace(";", " ").split()
        for word in item.rstrip("?").split("|")
        if word.startswith("@")
    }

    assert named <= set(classes)


def test_the_learned_weights_are_of_sounds_that_have_words() -> None:
    sounds = {row["kind"]: row for row in rows(DATA / "sounds.csv")}

    assert {row["kind"] for row in rows(DATA / "learned.csv")} == set(sounds)
    for row in sounds.values():
        assert WORDING.text("safety/why.txt", why=row["why"])
        assert WORDING.text("safety/better.txt", said=row["swap"])


def test_what_says_little_sounds_like_nothing() -> None:
    safety = read_safety()

    assert [safety.check(text) for text in ("Sudah ditambal.", "Baru.", "a" * 280, "Nggih.", "🙏")] == [
        ()
    ] * 5
