"""One incident told by several people: same place, same problem, within days. A proposal to join, never a join.

Similar words alone are not enough, for people vary them freely; nor is a shared street, for it has many
troubles. Cases are compared only with those of the same place and days, so a year's messages take seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from plugin.desk.triage.likeness import Features, Likeness
from plugin.desk.triage.triage import Verdict

APART = timedelta(hours=96)
"""Longer between two tellings, and it is another incident or the same one come back."""
MOST_MEMBERS = 6
MOST_GROUPS = 60
"""Compared with the newest of a place only: a flood of ten thousand messages costs no more than of sixty."""


@dataclass(frozen=True, slots=True)
class Case:
    """A message to be grouped. Without `at` it is taken to be of the same days as any other."""

    id: str
    at: datetime | None
    verdict: Verdict


@dataclass(eq=False, slots=True)
class Group:
    """Cases proposed as one incident, named after the first."""

    name: str
    members: list[tuple[Case, Features]] = field(default_factory=list)

    @property
    def last(self) -> datetime | None:
        times = [case.at for case, _ in self.members if case.at]
        return max(times, default=None)


class Grouping:
    """Proposes groups. It holds the lists it compares by and nothing of the messages."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness

    def keys(self, verdict: Verdict) -> tuple[str, ...]:
        """The places and rare words by which a message is kept, to be found by another telling of the same."""
        return self.features(verdict).keys

    def features(self, verdict: Verdict) -> Features:
        """What a judged message is compared by."""
        return self._likeness.features(verdict)

    def propose(self, cases: Iterable[Case]) -> Mapping[str, str]:
        """For each case's id the name of its group: the id of the group's first message."""
        ordered = sorted(cases, key=lambda c: (c.at or datetime.min.replace(tzinfo=UTC), c.id))
        blocks: dict[str, list[Group]] = {}
        names: dict[str, str] = {}
        for case in ordered:
            features = self.features(case.verdict)
            group = self._best(case, features, blocks) or Group(case.id)
            group.members.append((case, features))
            names[case.id] = group.name
            for key in features.blocks:
                _put_last(blocks.setdefault(key, []), group)
        return names

    def _best(self, case: Case, features: Features, blocks: Mapping[str, list[Group]]) -> Group | None:
        near = _near(features, blocks)
        scored = [(score, n) for n, g in enumerate(near) if (score := self._fit(case, features, g))]
        return near[max(scored)[1]] if scored else None

    def _fit(self, case: Case, features: Features, group: Group) -> float:
        """How well it fits the group's newest members: the best likeness, if most of them are alike."""
        if not _within(case.at, group.last):
            return 0.0
        newest = group.members[-MOST_MEMBERS:]
        likenesses = [self._likeness.between(features, other) for _, other in newest]
        alike = [score for score in likenesses if score]
        return max(alike) if len(alike) * 2 >= len(likenesses) and alike else 0.0


def _near(features: Features, blocks: Mapping[str, list[Group]]) -> list[Group]:
    found: dict[int, Group] = {}
    for key in features.blocks:
        for group in _newest(blocks.get(key, ())):
            found.setdefault(id(group), group)
    return list(found.values())


def _newest(groups: Sequence[Group]) -> Iterator[Group]:
    return islice(reversed(groups), MOST_GROUPS)


def _put_last(groups: list[Group], group: Group) -> None:
    """The block keeps its newest groups, the one just told last."""
    if group in groups:
        groups.remove(group)
    groups.append(group)
    del groups[:-MOST_GROUPS]


def _within(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs(one - other) <= APART
