"""What durable work promises when processes die, on both databases."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from plugin.store.store import sync_engine
from plugin.store.tables import Gate

ROOT = Path(__file__).parents[2]


class House:
    """Some nodes over one database, their log, and the means to disturb them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.nodes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, node: str, *more: str) -> None:
        self.folder.joinpath(f"ready-{node}").unlink(missing_ok=True)
        command = [sys.executable, "-W", "error", "-m", "tests.plugin.durable_node", self.url, node]
        self.nodes[node] = subprocess.Popen([*command, str(self.folder), *more], cwd=ROOT)

    def kill(self, node: str) -> None:
        self.nodes[node].send_signal(signal.SIGKILL)
        self.nodes.pop(node).wait()

    def stop(self) -> list[int]:
        for node in self.nodes:
            self.folder.joinpath(f"stop-{node}").touch()
        return [node.wait(20) for node in self.nodes.values()]

    def hold(self, wait: bool) -> None:
        if wait:
            self.folder.joinpath("hold").touch()
        else:
            self.folder.joinpath("hold").unlink()

    def said(self, word: str) -> list[tuple[int, str]]:
        """(row, node) of each line that begins with `word`."""
        log = self.folder / "log"
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        return [(int(row), node) for first, row, node in lines if first == word]

    def wait(self, true: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, (self.said("begin"), self.said("end"))
            time.sleep(0.01)

    def owe(self, *rows: int) -> None:
        engine = sync_engine(sa.make_url(self.url))
        with Session(engine) as session, session.begin():
            session.add_all([Gate(lane=str(row), free_at=0) for row in rows])
        engine.dispose()

    def lose_the_engine(self) -> None:
        url = sa.make_url(self.url)
        if url.get_backend_name() == "sqlite":
            Path(f"{url.database}.engine").unlink()
            for end in ("-wal", "-shm"):
                Path(f"{url.database}.engine{end}").unlink(missing_ok=True)
            return
        assert self.ask("DROP SCHEMA dbos CASCADE") is None

    def ask(self, question: str) -> object:
        engine = sync_engine(sa.make_url(self.url))
        with engine.begin() as connection:
            result = connection.execute(sa.text(question))
            answer = result.scalar() if result.returns_rows else None
        engine.dispose()
        return answer


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """No node yet; whatever was started ends with the test."""
    made = House(database_url, tmp_path)
    yield made
    for node in made.nodes.values():
        node.kill()
        node.wait()


only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_killed_in_the_middle_it_goes_on_after_a_restart(house: House) -> None:
    house.owe(1)
    house.hold(True)
    house.start("n1", "1")  # no sweep: the engine alone remembers
    house.wait(lambda: house.said("begin") == [(1, "n1")])
    house.kill("n1")
    house.hold(False)
    house.start("n1")
    house.wait(lambda: bool(house.said("end")))

    assert house.stop() == [0]
    assert house.said("begin") == [(1, "n1")] * 2
    assert house.said("end") == [(1, "n1")]


def test_without_the_engines_database_the_sweep_finds_everything(house: House) -> None:
    house.owe(*range(8))
    house.hold(True)
    house.start("n1", "--sweep")
    house.wait(lambda: len(house.said("begin")) >= 4)
    house.kill("n1")
    house.lose_the_engine()
    house.hold(False)
    house.start("n1", "--sweep")
    house.wait(lambda: len(house.said("end")) >= 8)

    assert house.stop() == [0]
    assert sorted(row for row, _ in house.said("end")) == list(range(8))


@only_postgresql
def test_two_nodes_share_the_work_and_the_living_takes_over_from_the_dead(
    house: House, database_url: str
) -> None:
    house.owe(*range(12))
    house.hold(True)
    house.start("n1", "--sweep")
    house.start("n2", "--sweep")
    house.wait(lambda: {node for _, node in house.said("begin")} == {"n1", "n2"})
    house.wait(lambda: len(house.said("begin")) >= 8)
    house.kill("n2")
    house.hold(False)
    house.wait(lambda: len({row for row, _ in house.said("end")}) == 12)

    orphans = {row for row, node in house.said("begin") if node == "n2"}
    assert house.stop() == [0]
    assert orphans <= {row for row, node in house.said("end") if node == "n1"}
    assert len(house.said("end")) == 12


@only_postgresql
def test_a_tick_runs_once_in_all_processes_together(house: House, database_url: str) -> None:
    house.start("n1", "--tick")
    house.start("n2", "--tick")
    house.wait(lambda: len(house.said("tick")) >= 4)

    assert house.stop() == [0, 0]
    ran = house.ask(
        "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'"
        " AND workflow_uuid LIKE 'sched-pulse-%'"
    )
    assert len(house.said("tick")) == ran
