"""Nobody serves a SQLite file that is served, or takes the name of a process that runs."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.errors import OperatorError
from plugin.store.alone import alone


@pytest.fixture
def url(database_url: str) -> sa.URL:
    return sa.make_url(database_url)


def test_a_second_process_on_the_same_database_is_refused(url: sa.URL) -> None:
    with (
        alone(url, "kantor"),
        pytest.raises(OperatorError) as refused,
        alone(url, "kantor", patience=0),
    ):
        pass

    assert refused.value.code == ("already_served" if _is_sqlite(url) else "node_taken")
    with alone(url, "kantor", patience=0):
        pass


def test_on_postgresql_another_name_serves_too(url: sa.URL) -> None:
    if _is_sqlite(url):
        pytest.skip("a SQLite file has one process, whatever its name")
    with alone(url, "satu", patience=0), alone(url, "dua", patience=0):
        pass


def test_whoever_was_killed_holds_nothing(url: sa.URL) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    victim = multiprocessing.get_context("spawn").Process(target=_hold, args=(url, theirs))
    victim.start()
    assert ours.recv() == "held"
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()

    with alone(url, "kantor", patience=10):
        pass


def test_where_no_file_can_be_made_the_reason_is_said(tmp_path: Path) -> None:
    nowhere = sa.make_url(f"sqlite:///{tmp_path}/tidak-ada/tanggap.db")

    with pytest.raises(OperatorError, match="database"), alone(nowhere, "kantor"):
        pass


def _hold(url: sa.URL, told: Connection) -> None:
    with alone(url, "kantor"):
        told.send("held")
        signal.pause()


def _is_sqlite(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite"
