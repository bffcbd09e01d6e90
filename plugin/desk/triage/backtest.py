"""Last year's messages put through the rules: one line of JSON in, one out, in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plugin.desk.triage.grouping import Case, Grouping
from plugin.desk.triage.places import Place
from plugin.desk.triage.reading import read_grouping, read_triage
from plugin.desk.triage.triage import Triage, Verdict

LONGEST_LINE = 1_000_000
ZONE = ZoneInfo("Asia/Jakarta")
"""For times written without a zone."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be read; `code` says why (too_long, not_json, not_an_object, no_id, no_text, same_id)."""

    line: int
    code: str


Tell = Callable[[Problem], None]


def backtest(
    lines: Iterable[str],
    tell: Tell = lambda problem: None,
    triage: Triage | None = None,
    grouping: Grouping | None = None,
) -> Iterator[str]:
    """One line of JSON for each good line, in their order; each broken one is told and passed over."""
    triage = triage or read_triage()
    grouping = grouping or read_grouping()
    cases = [Case(m["id"], time_of(m), triage.judge(m["text"])) for m in read_lines(lines, tell)]
    groups = grouping.propose(cases)
    for case in cases:
        yield json.dumps(shown(case, groups[case.id]), ensure_ascii=False)


def read_lines(lines: Iterable[str], tell: Tell) -> Iterator[Mapping[str, str]]:
    """The messages of the good lines, with an `id` (as text) and a `text`."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = read_line(line)
        if isinstance(found, str):
            tell(Problem(number, found))
        elif found["id"] in seen:
            tell(Problem(number, "same_id"))
        else:
            seen.add(found["id"])
            yield found


def read_line(line: str) -> dict[str, str] | str:
    """A line's message, or what is wrong with it."""
    if len(line) > LONGEST_LINE:
        return "too_long"
    try:
        found = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return "not_json"
    if not isinstance(found, dict):
        return "not_an_object"
    if not isinstance(found.get("id"), str | int) or isinstance(found["id"], bool):
        return "no_id"
    if not isinstance(found.get("text"), str):
        return "no_text"
    at = found.get("created_at")
    return {"id": str(found["id"]), "text": found["text"], "created_at": at if isinstance(at, str) else ""}


def time_of(message: Mapping[str, str]) -> datetime | None:
    """When it was said, if the line says so in a way that can be read."""
    try:
        at = datetime.fromisoformat(message["created_at"])
        return at.replace(tzinfo=ZONE) if at.tzinfo is None else at.astimezone(ZONE)
    except (ValueError, OverflowError):
        return None


def shown(case: Case, group: str) -> dict[str, object]:
    """A verdict as it is printed."""
    verdict: Verdict = case.verdict
    return {
        "id": case.id,
        "is_report": verdict.is_report,
        "in_authority": verdict.in_authority,
        "agencies": list(verdict.agencies),
        "category": verdict.category,
        "urgent": verdict.urgent,
        "kind": verdict.kind,
        "place": place(verdict.place),
        "group": group,
        "why": list(verdict.why),
    }


def place(where: Place) -> dict[str, object] | None:
    """A place as it is printed; `candidates` only where the name repeats."""
    if not where:
        return None
    found: dict[str, object] = {"kecamatan": where.kecamatan, "desa": where.desa, "code": where.code}
    return {**found, "candidates": list(where.candidates)} if where.candidates else found
