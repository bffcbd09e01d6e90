"""The machine: which core works on what, what a process has used, and how much others took away."""

from __future__ import annotations

import functools
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
APP_CORE, OUR_CORE = CORES[0], CORES[-1]
TICKS = os.sysconf("SC_CLK_TCK")
PARTS = (
    "slack-bolt",
    "python-telegram-bot",
    "tweepy",
    "sqlmodel",
    "sqlalchemy",
    "aiohttp",
    "uvicorn",
    "uvloop",
)


def describe() -> str:
    """One line for the head of the figures."""
    cpu = next((x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    return (
        f"{cpu.partition(':')[2].strip() or platform.machine()}, {len(CORES)} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.release()}; Python {sys.version.split()[0]}, "
        f"SQLite {sqlite3.sqlite_version}, {parts}. The app on core {APP_CORE}, everything else on {OUR_CORE}."
    )


def pin(core: int) -> None:
    """Keep this process on a core."""
    os.sched_setaffinity(0, {core})


def on_app_core() -> Callable[[], None]:
    """For `preexec_fn`: the child runs on the app's core."""
    return functools.partial(pin, APP_CORE)


def memory_mb(pid: int) -> float:
    """The resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def cpu_seconds(pid: int) -> float:
    """What a process has used of all cores so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass
class Quiet:
    """How much of the app's core others took, between two looks at it."""

    pid: int
    _busy: float = 0.0
    _own: float = 0.0
    _at: float = 0.0

    def begin(self) -> None:
        self._busy, self._own, self._at = _busy(), cpu_seconds(self.pid), time.perf_counter()

    def others(self) -> float:
        """Their share of the core since `begin`, 0 to 1."""
        passed = max(time.perf_counter() - self._at, 0.01)
        return max(0.0, (_busy() - self._busy) - (cpu_seconds(self.pid) - self._own)) / passed


def _busy() -> float:
    lines = Path("/proc/stat").read_text().splitlines()
    fields = next(line.split() for line in lines if line.startswith(f"cpu{APP_CORE} "))
    user, nice, system, _, _, irq, soft, steal = map(int, fields[1:9])
    return (user + nice + system + irq + soft + steal) / TICKS
