"""What the parts of a profile say: which agencies, which region, and which words that tell whose account it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from plugin.registry.matching.segments import DIGITS, OWN, UNKNOWN, Piece, cheapest
from plugin.registry.matching.tables import words_of
from plugin.registry.matching.vocabulary import Sense, Vocabulary

FULL = 14  # from this length on a handle may have been cut off to fit
SHORTEST_SLIP = 7
WINDOW = 9
LOOKS_LIKE = tuple(str.maketrans("01345", letters) for letters in ("oleas", "oieas"))
PAIRS = (("vv", "w"), ("rn", "m"), ("cl", "d"), ("ii", "u"))
HARMLESS = frozenset({"own", "place", "neutral", "province", "digits"})


@dataclass(slots=True)
class Sighting:
    """One part of a profile, read. `odd` tells how it differs from what it seems to say."""

    pieces: list[tuple[str, Sense]] = field(default_factory=list)
    odd: str = ""

    def of(self, *classes: str) -> list[str]:
        """The words of these classes."""
        return [text for text, sense in self.pieces if sense.cls in classes]

    @property
    def agencies(self) -> list[tuple[str, Sense]]:
        """The agencies it names, the surest first."""
        return sorted(
            ((t, s) for t, s in self.pieces if s.cls == "agency"), key=lambda p: (p[1].rank, -len(p[0]))
        )

    @property
    def rest(self) -> list[tuple[str, Sense]]:
        """What is neither an agency nor a region nor a harmless word."""
        return [(t, s) for t, s in self.pieces if s.cls not in HARMLESS and s.cls != "agency"]

    @property
    def clear(self) -> bool:
        """Whether it names an agency and says nothing that does not fit one."""
        return bool(self.agencies) and not self.rest


class Reader:
    """Reads parts of profiles with one government's vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._v = vocabulary
        self._handle = lru_cache(20_000)(self._segment)

    def handle(self, username: str) -> Sighting:
        """What a handle is put together from."""
        text = username.lower().replace("_", "").replace(".", "")
        plain = self._as_read(text, len(username))
        if plain.clear:
            folded = self._folded(text)
            return folded if folded is not None and _more_own(folded, plain) else plain
        return (
            self._folded(text)
            or self._paired(text)
            or self._doubled(text)
            or self._misspelt(plain)
            or self._shortened(plain, text)
            or self._composed(plain, text)
            or plain
        )

    def text(self, text: str) -> Sighting:
        """What a name, a description or a location says, word by word."""
        words = words_of(text)
        found = Sighting()
        at = 0
        while at < len(words):
            taken, sense = self._window(words, at)
            piece = "".join(words[at : at + taken])
            found.pieces.extend([(piece, sense)] if sense is not UNKNOWN else self._long_word(piece))
            at += taken
        return found

    def name(self, text: str) -> Sighting:
        """What a display name says; a slip in an agency's name is forgiven."""
        found = self.text(text)
        if found.agencies:
            return found
        words = words_of(text)
        if len(text) < SHORTEST_SLIP:  # a word as short is as well somebody's name
            return found
        return self._slip(words) or self._shortened(found, "".join(words)) or found

    def _window(self, words: list[str], at: int) -> tuple[int, Sense]:
        """The longest run of words from here that means something."""
        for end in range(min(len(words), at + WINDOW), at, -1):
            piece = "".join(words[at:end])
            if len(piece) <= self._v.longest:
                sense = self._v.senses.get(piece)
                if sense is not None:
                    return end - at, sense
        return 1, DIGITS if words[at].isdigit() else UNKNOWN

    def _long_word(self, word: str) -> list[tuple[str, Sense]]:
        """A word that may be several written together: `DinkesTegal`."""
        if len(word) >= 6:
            sense = self._v.composed(word)
            if sense is not None:
                return [(word, sense)]
            found = self._handle(word, False)
            if found.clear:
                return found.pieces
        return [(word, UNKNOWN)]

    def _slip(self, words: list[str]) -> Sighting | None:
        for start in range(len(words)):
            for end in range(min(len(words), start + 5), start, -1):
                if any(self._personal(word) for word in words[start:end]):
                    continue
                form = self._nearest("".join(words[start:end]))
                if form:
                    rest = self.text(" ".join(words[:start] + words[end:]))
                    return Sighting([(form, self._v.senses[form]), *rest.pieces], "slip")
        return None

    def _personal(self, word: str) -> bool:
        sense = self._v.senses.get(word)
        return sense is not None and sense.cls in {"given", "honorific", "title"}

    def _nearest(self, text: str) -> str | None:
        """The agency form that is one slip from this: of several, the one most surely an agency's."""
        if text in self._v.senses:
            return None
        near = [f for f in self._v.near(text) if OSA.distance(f, text, score_cutoff=1) <= 1]
        return min(near, key=lambda f: (self._v.senses[f].rank, f), default=None)

    def _as_read(self, text: str, length: int) -> Sighting:
        return self._handle(text, length >= FULL)

    def _folded(self, text: str) -> Sighting | None:
        """The reading with digits as the letters they look like, where a word runs across one."""
        for table in LOOKS_LIKE:
            folded = text.translate(table)
            if folded != text:
                found = self._handle(folded, False)
                if found.clear and _runs_across(found, text):
                    return Sighting(found.pieces, "digit_for_letter")
        return None

    def _paired(self, text: str) -> Sighting | None:
        """The reading with two letters as the one they look like side by side: `vv`, `rn`."""
        for pair, letter in PAIRS:
            for n in (n for n in range(len(text)) if text.startswith(pair, n)):
                found = self._handle(text[:n] + letter + text[n + 2 :], False)
                if found.clear:
                    return Sighting(found.pieces, "letters_for_letter")
        return None

    def _doubled(self, text: str) -> Sighting | None:
        """The reading with one doubled letter single."""
        for n in range(1, len(text)):
            if text[n] == text[n - 1]:
                found = self._handle(text[:n] + text[n + 1 :], False)
                if found.clear:
                    return Sighting(
                        found.pieces, "doubled_letter" if _at_an_end(found, n - 1) else "misspelt"
                    )
        return None

    def _misspelt(self, plain: Sighting) -> Sighting | None:
        pieces = list(plain.pieces)
        before: list[Piece] = []
        after: list[Piece] = []
        while pieces and pieces[0][1].cls in HARMLESS:
            before.append(pieces.pop(0))
        while pieces and pieces[-1][1].cls in HARMLESS:
            after.insert(0, pieces.pop())
        for head, core, tail in (
            (before, "".join(t for t, _ in pieces), after),
            (before[:-1], "".join(t for t, _ in before[-1:] + pieces), after),
            (before, "".join(t for t, _ in pieces + after[:1]), after[1:]),
        ):
            form = self._nearest(core)
            if form:
                return Sighting([*head, (form, self._v.senses[form]), *tail], "misspelt")
        return None

    def _shortened(self, plain: Sighting, text: str) -> Sighting | None:
        """The office of a kecamatan whose name was shortened: `Kec.Kd.Banteng`, `wrj_kec`."""
        text = text.rstrip("0123456789")
        place = (
            text.removeprefix("kecamatan").removeprefix("kec").removesuffix("kec").removesuffix("kecamatan")
        )
        sense = self._v.shortened(place) if place != text and not plain.agencies else None
        return Sighting([(text, sense)]) if sense else None

    def _composed(self, plain: Sighting, text: str) -> Sighting | None:
        """A long short form beside nothing but the region: `dispertannakpml`."""
        if plain.agencies:
            return None
        for region in ("", *self._v.own):
            for word in (text.removesuffix(region), text.removeprefix(region)):
                sense = self._v.composed(word) if word != text or not region else None
                if sense is not None:
                    pieces = [(word, sense), *([(region, OWN)] if region else [])]
                    return Sighting(pieces)
        return None

    def _segment(self, text: str, full: bool) -> Sighting:
        return Sighting(cheapest(text, self._v, full))


def _more_own(folded: Sighting, plain: Sighting) -> bool:
    return len(folded.of("own", "place")) > len(plain.of("own", "place"))


def _runs_across(found: Sighting, text: str) -> bool:
    at = 0
    for piece, sense in found.pieces:
        part = text[at : at + len(piece)]
        if sense.cls in {"agency", "own", "place"} and not part.isalpha() and not part.isdigit():
            return True
        at += len(piece)
    return False


def _at_an_end(found: Sighting, at: int) -> bool:
    """Whether a word of the handle ends there: inside a word a doubled letter is a slip, at its end a disguise."""
    ends, end = set(), 0
    for piece, _ in found.pieces:
        end += len(piece)
        ends.add(end - 1)
    return at in ends
