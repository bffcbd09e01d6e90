"""One message judged: is it a report, whose, about what, where, how urgent, and what says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.triage.authority import Authority, Weighed
from plugin.desk.triage.elsewhere import Elsewhere
from plugin.desk.triage.kinds import QUESTION, REPORTS, URGENT, Kind, Kinds, Matter, Signs
from plugin.desk.triage.learned import Learned, shape, traits
from plugin.desk.triage.lexicon import Hit, Lexicon
from plugin.desk.triage.places import Gazetteer, Place, Where
from plugin.desk.triage.roads import Owned, Roads
from plugin.desk.triage.spelling import LONGEST_TEXT, Spelling, raw_words
from plugin.limits import COMPLAINT, INFORMATION, SUPERVISION

PASSED_ON = re.compile(r"\bRT @(\w{1,30}):")
"""What somebody passes on begins so. RT alone is where people live: "got mampet di RT 2"."""
IN_GROUPS = re.compile(r"(?<=\d{3})[ .\-](?=\d{3,4}(?!\d))")
"""A telephone number is one number, however it is written: three of them in a row sound like a price list."""
OUTSIDE = "LUAR:"
HANDLE = re.compile(r"@(\w+)")
MOST_AGENCIES = 3
MOST_REASONS = 6
MOST_SOUNDS = 3
OVERSIGHT = "pengawasan_pungli"
"""Misconduct, which must be examined before it is answered."""
UNKNOWN = "pemerintahan_umum"
"""The category of a report that no word of our lists is about."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the desk proposes for a message. `agencies` is empty when nothing points to anyone."""

    is_report: bool
    in_authority: bool | None
    agencies: tuple[str, ...]
    category: str
    urgent: bool
    where: Where
    row: tuple[str, ...]
    why: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    kind: str = ""
    matter: str = UNKNOWN
    sounds: tuple[tuple[tuple[str, ...], float], ...] = ()
    spoken: tuple[str, ...] = ()
    """All its plain words but for the accounts it names, also those that name a place."""
    """What it is about by its words and by its sound, also where it is no report: what messages are compared by."""

    @property
    def place(self) -> Place:
        return self.where.place


@dataclass(frozen=True, slots=True)
class Said:
    """A message read once: as written, in plain words, and the places and roads in it."""

    text: str
    written: Sequence[str]
    row: tuple[str, ...]
    spoken: tuple[str, ...]
    where: Where
    road: Owned | None
    elsewhere: str | None

    def traits(self) -> tuple[str, ...]:
        """What is read in it beyond the lists; whose account was named says nothing of what it is about."""
        handles = handled(self.text)
        return tuple(traits([word for word in self.row if word not in handles], self.where.names))


class Triage:
    """The rules of one government, read from its files; the same text always gives the same verdict."""

    def __init__(
        self,
        spelling: Spelling,
        lexicon: Lexicon,
        kinds: Kinds,
        gazetteer: Gazetteer,
        roads: Roads,
        elsewhere: Elsewhere,
        emergencies: Mapping[str, str],
        learned: Learned,
    ) -> None:
        self._spelling = spelling
        self._lexicon = lexicon
        self._kinds = kinds
        self._gazetteer = gazetteer
        self._roads = roads
        self._elsewhere = elsewhere
        self._emergencies = emergencies
        self._learned = learned
        self._authority = Authority()

    def judge(self, text: str) -> Verdict:
        """The proposal for a message. Any text is judged, also an empty or a hostile one."""
        said = self._read(text)
        hits = self._lexicon.hits(said.row)
        found = said.traits()
        sums = self._learned.weigh(found)
        sounds = self._learned.likeliest(sums)
        ranked = self._authority.rank(hits, said.where, said.road, said.elsewhere, sounds)
        kind = self._kind(self._signs(said, hits, ranked), sums)
        agencies = tuple(w.agency for w in ranked[:MOST_AGENCIES])
        first = agencies[0] if agencies else ""
        return Verdict(
            is_report=kind.is_report,
            in_authority=not first.startswith(OUTSIDE) if kind.is_report else None,
            agencies=agencies,
            category=(ranked[0].category if ranked else UNKNOWN) if kind.is_report else kind.name,
            urgent=kind.urgent,
            where=said.where,
            row=said.row,
            why=self._why(said, hits, ranked, found)
            if kind.is_report
            else self._kinds.why(kind.name, said.row),
            numbers=self._numbers(agencies) if kind.urgent else (),
            matter=ranked[0].category if ranked else UNKNOWN,
            kind=_kind_of(kind, ranked),
            sounds=tuple(sounds),
            spoken=said.spoken,
        )

    def hits(self, text: str) -> list[Hit]:
        """The phrases of the lexicon in a message."""
        return self._lexicon.hits(self._read(text).row)

    def told(self, text: str) -> tuple[tuple[str, ...], Signs]:
        """What is learned from a message: its traits, and the signs that tell what kind of message it is."""
        said = self._read(text)
        hits = self._lexicon.hits(said.row)
        found = said.traits()
        sounds = self._learned.likeliest(self._learned.weigh(found))
        ranked = self._authority.rank(hits, said.where, said.road, said.elsewhere, sounds)
        return found, self._signs(said, hits, ranked)

    def _signs(self, said: Said, hits: Sequence[Hit], ranked: Sequence[Weighed]) -> Signs:
        by_words = self._authority.rank(hits, said.where, said.road, said.elsewhere)
        score = by_words[0].score if by_words else 0.0
        category = ranked[0].category if ranked else UNKNOWN
        topics = {hit.at: hit.entry.about[1] for hit in hits}
        where = tuple(shape(said.row, said.where.names, topics))
        return self._kinds.signs(said.row, said.text, Matter(score, category, len(by_words), where))

    def _kind(self, signs: Signs, sums: Sequence[float]) -> Kind:
        more = self._learned.beside(sums, signs.traits, signs.measures)
        danger, asking = (self._learned.of(more, kind) for kind in (URGENT, QUESTION))
        return self._kinds.judge(signs, self._learned.odds(more, REPORTS), danger, asking)

    def _why(
        self, said: Said, hits: Sequence[Hit], ranked: Sequence[Weighed], found: Sequence[str]
    ) -> tuple[str, ...]:
        why = reasons(hits, ranked, said)
        if not ranked or any(h.entry.about[0] in ranked[0].sources for h in hits):
            return why
        spoken = [
            self._learned.speaking(found, (s, ranked[0].category), MOST_SOUNDS) for s in ranked[0].sources
        ]
        return tuple(dict.fromkeys([*(word for words in spoken for word in words), *why]))

    def _read(self, text: str) -> Said:
        written = raw_words(IN_GROUPS.sub("", PASSED_ON.sub(r"retweet \1:", text)))
        where = self._gazetteer.find(written)
        row = self._spelling.plain(w for w in written if w not in where.masked)
        handles = handled(text)
        same = not handles and not where.masked
        spoken = row if same else self._spelling.plain(w for w in written if w not in handles)
        elsewhere = self._elsewhere.find(written, named_here=bool(where.place))
        return Said(text, written, row, spoken, where, self._roads.find(written), elsewhere)

    def _numbers(self, agencies: Sequence[str]) -> tuple[str, ...]:
        found = [self._emergencies[a] for a in agencies if a in self._emergencies]
        return tuple(dict.fromkeys([*found, self._emergencies["*"]]))


def handled(text: str) -> set[str]:
    """The words of the accounts that a message names."""
    return {word for handle in HANDLE.findall(text[:LONGEST_TEXT]) for word in raw_words(handle)}


def _kind_of(kind: Kind, ranked: Sequence[Weighed]) -> str:
    """What the rules of time call it: by the kind of report its completion is counted."""
    if not kind.is_report:
        return ""
    if ranked and ranked[0].category == OVERSIGHT:
        return SUPERVISION
    return INFORMATION if kind.asks else COMPLAINT


def reasons(hits: Sequence[Hit], ranked: Sequence[Weighed], said: Said) -> tuple[str, ...]:
    """The words, the road and the places that led to the first agency, the strongest first."""
    if not ranked:
        return said.where.said
    own = [h for h in hits if h.entry.about[0] in ranked[0].sources]
    own.sort(key=lambda h: (-h.entry.weight, h.at))
    roads = [said.road.said] if said.road and said.road.owner == ranked[0].agency else []
    away = [said.elsewhere] if said.elsewhere and ranked[0].agency == f"{OUTSIDE}KAB_LAIN" else []
    phrases = [h.entry.phrase.replace(" + ", " … ") for h in own[:MOST_REASONS]]
    return tuple(dict.fromkeys([*roads, *away, *phrases, *said.where.said]))
