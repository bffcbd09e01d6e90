"""Which of a regent's followers are agencies' own accounts: proposed here with reasons, decided by people."""

from plugin.registry.matching.government import infer_region, registry_for, usual_government
from plugin.registry.matching.lines import Matching, match_lines, match_text
from plugin.registry.matching.reading import Broken
from plugin.registry.matching.values import Follower, Judgement

__all__ = [
    "Broken",
    "Follower",
    "Judgement",
    "Matching",
    "infer_region",
    "match_lines",
    "match_text",
    "registry_for",
    "usual_government",
]
