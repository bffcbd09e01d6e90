"""A text checked: everything found in it, in the order in which it stands there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from plugin.desk.safety.company import find_alike, find_number
from plugin.desk.safety.learned import Learned
from plugin.desk.safety.leftovers import find_leftovers
from plugin.desk.safety.links import find_links
from plugin.desk.safety.offhand import Offhand
from plugin.desk.safety.persons import Persons
from plugin.desk.safety.reading import Reader, Reading
from plugin.desk.safety.remarks import Remarks
from plugin.findings import BLOCK, LEVELS, WARN, Finding

LONGEST = 5_000
"""Code points that are looked at; no public answer is as long."""
FEWEST_SIGNS = 3
"""Less than this beside another finding says nothing of its own."""


class Safety:
    """The checks of one government, read from its tables; the same text always gives the same findings."""

    def __init__(
        self,
        *,
        reader: Reader,
        persons: Persons,
        remarks: Remarks,
        offhand: Offhand,
        tops: Collection[str],
        learned: Learned,
    ) -> None:
        self._reader = reader
        self._persons = persons
        self._remarks = remarks
        self._offhand = offhand
        self._tops = tops
        self._learned = learned

    def check(
        self,
        text: str,
        *,
        campaign: bool = False,
        number: int | None = None,
        numbered: bool = False,
        others: Sequence[str] = (),
    ) -> tuple[Finding, ...]:
        """What is to be said of a text.

        `campaign`: the strict days before an election. `number`: the report's. `others`: what other
        agencies' accounts said lately; platforms take the same words from many for spam, so then the number
        ought to be named, and always where the office wants replies `numbered`.
        """
        reading = self._reader.read(text[:LONGEST])
        alike = list(find_alike(text, others, number))
        missing = find_number(text, number) if alike or numbered else ()
        found = [*self._all(reading), *alike, *missing]
        if campaign:
            found = [_stricter(f) if f.kind == "politics" else f for f in found]
        return tuple(sorted(_apart(found), key=lambda f: (f.start, f.end, f.kind)))

    def features(self, text: str) -> frozenset[str]:
        """What the learned weights would look at in a text."""
        sentences = self._reader.read(text[:LONGEST]).sentences
        return frozenset(feature for s in sentences for feature in self._learned.features(s))

    def _all(self, reading: Reading) -> Iterator[Finding]:
        persons = self._persons.find(reading)
        yield from persons
        yield from find_links(reading, self._persons.identifiers.contacts, self._tops)
        yield from find_leftovers(reading)
        yield from self._offhand.find(reading)
        said = self._remarks.find(reading, self._persons.sentences(reading, persons))
        yield from said
        yield from self._learned.find(reading, {finding.kind for finding in (*persons, *said)}, persons)


def _stricter(finding: Finding) -> Finding:
    return replace(finding, level={"note": WARN}.get(finding.level, BLOCK))


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Of findings of one kind that overlap, the gravest and longest whole, and what the others point at beyond it."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (-LEVELS.index(f.level), f.start - f.end)):
        over = [k for k in kept if k.kind == finding.kind and finding.end > k.start and finding.start < k.end]
        rest = _rest(finding, over) if over else finding
        if rest is not None:
            kept.append(rest)
    return kept


def _rest(finding: Finding, over: Iterable[Finding]) -> Finding | None:
    """The part of a finding outside all of these, if it is a word or more."""
    start, end = finding.start, finding.end
    for other in over:
        if start < other.start:
            end = min(end, other.start)
        else:
            start = max(start, other.end)
    words = finding.words[start - finding.start : end - finding.start] if start < end else ""
    start += len(words) - len(words.lstrip(" ,.:;-"))
    words = words.strip(" ,.:;-")
    if sum(map(str.isalnum, words)) < FEWEST_SIGNS:
        return None
    return replace(finding, start=start, end=start + len(words), words=words, swap=None)
