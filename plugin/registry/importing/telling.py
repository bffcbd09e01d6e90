"""What an import tells the person at the terminal: plain lines, safe to print whatever the file held."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

from plugin.registry.importing.outcome import Outcome
from plugin.registry.importing.problems import Problem
from plugin.wording import Wording

SHOWN = 60
MOST = 100


def problem_lines(wording: Wording, problems: Sequence[Problem], most: int = MOST) -> list[str]:
    """What has to be mended, one line for each problem, and that nothing was applied."""
    lines = [_problem(wording, problem) for problem in problems[:most]]
    count, more = len(problems), max(0, len(problems) - most)
    return [*lines, unescape(wording.text("registry/problems", count=count, more=more))]


def outcome_lines(wording: Wording, outcome: Outcome, most: int = MOST) -> list[str]:
    """What was or would be done: the sum first, then the details."""
    details = [
        {
            "line": detail.line,
            "key": _shown(detail.key),
            "name": _shown(detail.name),
            "changes": [(c.column, _shown(c.before), _shown(c.after)) for c in detail.changes],
        }
        for detail in outcome.details[:most]
    ]
    more = max(0, len(outcome.details) - most)
    return unescape(
        wording.text("registry/outcome", outcome=outcome, details=details, more=more)
    ).splitlines()


def _problem(wording: Wording, problem: Problem) -> str:
    return unescape(
        wording.text(
            "registry/problem",
            line=problem.line,
            column=_shown(problem.column),
            reason=problem.reason.value,
            value=_shown(problem.value),
            others=[_shown(other, 200) for other in problem.others],
        )
    )


def _shown(text: str, most: int = SHOWN) -> str:
    """A file's own text, without what would move the cursor or colour the screen, and not too long."""
    safe = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return safe if len(safe) <= most else safe[: most - 1] + "…"
