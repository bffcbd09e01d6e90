"""Whose matter a message is, how urgent, and whether others have told us the same: proposals with reasons.

Nothing here decides: a person confirms. Nothing here writes or waits: text in, frozen values out.
"""

from __future__ import annotations

from plugin.desk.triage.backtest import Problem, backtest
from plugin.desk.triage.grouping import Case, Grouping
from plugin.desk.triage.lessons import Lessons, Score
from plugin.desk.triage.lexicon import Entry
from plugin.desk.triage.reading import (
    DATA,
    Body,
    read_bodies,
    read_emergencies,
    read_entries,
    read_grouping,
    read_triage,
)
from plugin.desk.triage.tongue import in_javanese
from plugin.desk.triage.triage import Triage, Verdict

__all__ = [
    "DATA",
    "Body",
    "Case",
    "Entry",
    "Grouping",
    "Lessons",
    "Problem",
    "Score",
    "Triage",
    "Verdict",
    "backtest",
    "in_javanese",
    "read_bodies",
    "read_emergencies",
    "read_entries",
    "read_grouping",
    "read_triage",
]
