"""A registry to ask: the sample government, imported once, as its first database has it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from bench.registry_data import write_agencies
from plugin.registry.importing import Outcome, Parsed, apply, read
from plugin.registry.sample import FILES
from plugin.registry.snapshot import Registry, load
from plugin.store.migrate import migrate
from plugin.store.store import sync_engine
from plugin.wording import Wording

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)


def imported(folder: Path, *files: tuple[str, Path]) -> Registry:
    """What a registry looks like after these imports."""
    url = f"sqlite:///{folder / 'app.db'}"
    migrate(url)
    engine = sync_engine(sa.make_url(url))
    with Session(engine) as session:
        for kind, path in files:
            parsed = read(path, kind)
            assert isinstance(parsed, Parsed)
            assert isinstance(apply(session, parsed, now=NOW, zone=WIB), Outcome)
        registry = load(session, WIB)
    engine.dispose()
    return registry


@pytest.fixture(scope="session")
def kebumen(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The sample government."""
    return imported(tmp_path_factory.mktemp("kebumen"), *FILES)


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """8,900 agencies."""
    folder = tmp_path_factory.mktemp("province")
    return imported(folder, ("agencies", write_agencies(folder / "agencies.csv")))


@pytest.fixture(scope="session")
def wording() -> Wording:
    """The words as they are shipped."""
    return Wording(Path(__file__).parents[3] / "templates")
