"""What the operator does at the terminal is on record like what officials do in the chat."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from app import TEMPLATES
from plugin.errors import OperatorError
from plugin.works import Works

AGENCIES = "code,parent,kind,name,short\n33.05,,pemda,Pemerintah Kabupaten Kebumen,Kebumen\n"


@pytest.fixture
def works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Works:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TANGGAP_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    nothing: Any = None  # none of these is asked for here
    return Works(TEMPLATES, channels=nothing, manifest=nothing, run=nothing)


def recorded(folder: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(folder / "desk.db") as connection:
        return connection.execute("SELECT actor, act, detail FROM audit ORDER BY seq").fetchall()


def test_an_import_is_on_record_with_what_it_changed(works: Works, tmp_path: Path) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text(AGENCIES)
    assert works.import_file("agencies", path, dry_run=True)[0]
    assert recorded(tmp_path) == []
    assert works.import_file("agencies", path, dry_run=False)[0]
    assert works.import_file("agencies", path, dry_run=False)[0]
    path.write_text(AGENCIES.replace("Kebumen\n", "Kbm\n"))
    assert works.import_file("agencies", path, dry_run=False)[0]

    assert recorded(tmp_path) == [
        ("operator", "imported", '{"kind": "agencies", "rows": [["33.05"]]}'),
        ("operator", "imported", '{"kind": "agencies", "rows": [["33.05", "short"]]}'),
    ]


def test_a_code_for_the_first_administrator_is_on_record_and_itself_is_not(
    works: Works, tmp_path: Path
) -> None:
    code = works.admin_code()

    assert recorded(tmp_path) == [("operator", "code_made", "{}")]
    assert code not in repr(recorded(tmp_path))


def test_the_record_is_held_against_what_was_written_down(works: Works) -> None:
    works.admin_code()
    _, mark, fault = works.verify([])
    assert fault is None
    works.admin_code()

    assert works.verify([mark])[2] is None
    assert works.verify([f"1-{'0' * 24}"])[2] is not None
    with pytest.raises(OperatorError):
        works.verify(["kemarin"])
