"""What somebody wants to see of a list, said in plain words: `dpupr lebih 3 hari terlambat lampu`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from plugin.desk.lists.queue import Wanted
from plugin.moments import SPAN, span_of

Filters = Sequence[tuple[str, Callable[[Wanted, re.Match[str], datetime], Wanted]]]


def read_wanted(text: str, now: datetime, zone: tzinfo) -> tuple[str, Wanted]:
    """(what is left of the line, the filters named in it). What is no filter is left alone."""
    return _read(text, now.astimezone(zone), FILTERS)


def read_age(text: str, now: datetime, zone: tzinfo) -> tuple[str, Wanted]:
    """The same with nothing but how old they are: where reports are searched, `terlambat` is a word of theirs."""
    return _read(text, now.astimezone(zone), AGES)


def _read(text: str, now: datetime, filters: Filters) -> tuple[str, Wanted]:
    wanted = Wanted()
    for pattern, narrow in filters:
        match = re.search(rf"(?<!\S){pattern}(?!\S)", text, re.IGNORECASE)
        if match is not None:
            wanted = narrow(wanted, match, now)
            text = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(text.split()), wanted


def _older(wanted: Wanted, match: re.Match[str], now: datetime) -> Wanted:
    return replace(wanted, written_before=now - span_of(match))


def _younger(wanted: Wanted, match: re.Match[str], now: datetime) -> Wanted:
    return replace(wanted, written_after=now - span_of(match))


def _today(wanted: Wanted, match: re.Match[str], now: datetime) -> Wanted:
    return replace(wanted, written_after=now.replace(hour=0, minute=0, second=0, microsecond=0))


def _late(wanted: Wanted, match: re.Match[str], now: datetime) -> Wanted:
    return replace(wanted, due_before=now)


def _first(wanted: Wanted, match: re.Match[str], now: datetime) -> Wanted:
    return replace(wanted, priority=1)


AGES: Filters = (
    (rf"lebih\s+(?:dari\s+)?{SPAN}", _older),
    (rf"kurang\s+(?:dari\s+)?{SPAN}", _younger),
    (r"hari\s+ini", _today),
)
FILTERS: Filters = (*AGES, (r"terlambat", _late), (r"prioritas", _first))
