"""One message judged: is it a report, whose, about what, where, how urgent, and what says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.triage.authority import Authority, Weighed
from plugin.desk.triage.elsewhere import Elsewhere
from plugin.desk.triage.kinds import Kinds, Matter, Signs
from plugin.desk.triage.lexicon import Hit, Lexicon
from plugin.desk.triage.places import Gazetteer, Place, Where
from plugin.desk.triage.roads import Owned, Roads
from plugin.desk.triage.spelling import Spelling, raw_words

OUTSIDE = "LUAR:"
MOST_AGENCIES = 3
MOST_REASONS = 6
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

    @property
    def place(self) -> Place:
        return self.where.place


@dataclass(frozen=True, slots=True)
class Said:
    """A message read once: as written, in plain words, and the places and roads in it."""

    text: str
    written: Sequence[str]
    row: tuple[str, ...]
    where: Where
    road: Owned | None
    elsewhere: str | None


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
    ) -> None:
        self._spelling = spelling
        self._lexicon = lexicon
        self._kinds = kinds
        self._gazetteer = gazetteer
        self._roads = roads
        self._elsewhere = elsewhere
        self._emergencies = emergencies
        self._authority = Authority()

    def judge(self, text: str) -> Verdict:
        """The proposal for a message. Any text is judged, also an empty or a hostile one."""
        said = self._read(text)
        hits = self._lexicon.hits(said.row)
        ranked = self._authority.rank(hits, said.where, said.road, said.elsewhere)
        matter = _matter(ranked)
        kind = self._kinds.judge(said.row, said.text, matter)
        agencies = tuple(w.agency for w in ranked[:MOST_AGENCIES])
        first = agencies[0] if agencies else ""
        return Verdict(
            is_report=kind.is_report,
            in_authority=not first.startswith(OUTSIDE) if kind.is_report else None,
            agencies=agencies,
            category=matter.category if kind.is_report else kind.name,
            urgent=kind.urgent,
            where=said.where,
            row=said.row,
            why=reasons(hits, ranked, said) if kind.is_report else kind.why,
            numbers=self._numbers(agencies) if kind.urgent else (),
        )

    def signs(self, text: str) -> Signs:
        """What a message's being a report is weighed from."""
        said = self._read(text)
        ranked = self._authority.rank(self._lexicon.hits(said.row), said.where, said.road, said.elsewhere)
        return self._kinds.signs(said.row, said.text, _matter(ranked))

    def _read(self, text: str) -> Said:
        written = raw_words(text)
        where = self._gazetteer.find(written)
        row = self._spelling.plain(w for w in written if w not in where.masked)
        elsewhere = self._elsewhere.find(written, named_here=bool(where.place))
        return Said(text, written, row, where, self._roads.find(written), elsewhere)

    def _numbers(self, agencies: Sequence[str]) -> tuple[str, ...]:
        found = [self._emergencies[a] for a in agencies if a in self._emergencies]
        return tuple(dict.fromkeys([*found, self._emergencies["*"]]))


def _matter(ranked: Sequence[Weighed]) -> Matter:
    return Matter(ranked[0].score, ranked[0].category, len(ranked)) if ranked else Matter(0.0, UNKNOWN, 0)


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
