"""What a public answer must not say: personal data, insults, promises nobody can keep, party politics, stray links.

Nothing here changes a text: it points at the exact words, says why, and proposes better ones where there are some.
"""

from __future__ import annotations

from plugin.desk.safety.checking import Safety
from plugin.desk.safety.lines import check_lines
from plugin.desk.safety.ready import Checks
from plugin.desk.safety.tables import read_safety
from plugin.desk.safety.voice import Voice
from plugin.findings import BLOCK, LEVELS, NOTE, WARN, Finding, Swap, heaviest

__all__ = [
    "BLOCK",
    "LEVELS",
    "NOTE",
    "WARN",
    "Checks",
    "Finding",
    "Safety",
    "Swap",
    "Voice",
    "check_lines",
    "heaviest",
    "read_safety",
]
