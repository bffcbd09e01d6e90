"""What the operator's commands refuse before they begin."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app import TEMPLATES, main
from plugin.errors import OperatorError
from plugin.works import Works


@pytest.mark.parametrize(
    "url",
    ["halo", "http://tanggap.example.go.id", "https://", "https://tanggap.example.go.id/slack/events", ""],
)
def test_a_manifest_names_only_an_address_that_slack_reaches(url: str) -> None:
    nothing: Any = None  # none of these is asked for here
    works = Works(TEMPLATES, channels=nothing, manifest=lambda base: f"for {base}", run=nothing)

    with pytest.raises(OperatorError, match="manifest_url"):
        works.slack_manifest(url)
    assert works.slack_manifest("https://tanggap.example.go.id/") == "for https://tanggap.example.go.id/"
    assert works.slack_manifest(None) == "for None"


def test_a_database_that_takes_nothing_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half-way through an import the disk is full."""

    def full(self: Works) -> str:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(Works, "admin_code", full)
    monkeypatch.setattr(
        "os.umask", lambda mode: mode
    )  # those are the whole process's: other tests go on in it
    monkeypatch.setattr("logging.basicConfig", lambda **how: None)
    monkeypatch.setattr("sys.argv", ["app.py", "admin-code"])
    with pytest.raises(SystemExit) as ended:
        main()

    assert str(ended.value).startswith(
        "Basis data tidak dapat dibuka atau ditulisi: database or disk is full."
    )
