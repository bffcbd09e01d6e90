"""What the operator's commands refuse before they begin."""

from __future__ import annotations

from typing import Any

import pytest

from app import TEMPLATES
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
