"""How the process uses its machine: one heap for all threads, short turns, and a collector with little to do."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

LITTER = 10_000
"""Objects made and not yet gone before the collector looks: at Python's 700 it looks several times for each list."""
THREADS_TURN = 0.0005
"""Seconds a working thread keeps the interpreter while the loop waits: at Python's 5 ms each page of mentions that
is stored would make every command late."""
M_TRIM_THRESHOLD, M_ARENA_MAX = -1, -8
"""As in glibc's malloc.h."""


def share_heap() -> None:
    """Let all threads take memory from one heap and give back what is free: by itself glibc keeps one for each."""
    with contextlib.suppress(OSError, AttributeError):  # where there is another C library
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_TRIM_THRESHOLD, 1024 * 1024)


def take_short_turns() -> None:
    """Let no working thread keep the loop waiting for long."""
    sys.setswitchinterval(THREADS_TURN)


def leave_standing() -> None:
    """What stands now stays: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(LITTER, *gc.get_threshold()[1:])
