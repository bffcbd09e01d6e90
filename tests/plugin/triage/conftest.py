"""The rules as they are shipped, read once for all tests, for they are frozen."""

from __future__ import annotations

import pytest

from plugin.desk.triage import Grouping, Triage, read_grouping, read_triage


@pytest.fixture(scope="session")
def triage() -> Triage:
    return read_triage()


@pytest.fixture(scope="session")
def grouping() -> Grouping:
    return read_grouping()
