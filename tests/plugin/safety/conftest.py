"""The checks with Kabupaten Kebumen's tables, read once."""

from __future__ import annotations

import pytest

from plugin.desk.safety import Safety, read_safety


@pytest.fixture(scope="session")
def safety() -> Safety:
    return read_safety()
