"""A handle is written without spaces: it is read as the cheapest way to put it together from known words.

A long word is cheap, a short one dearer, since it may stand there by chance; letters that mean nothing are the
dearest.
"""

from __future__ import annotations

from plugin.registry.matching.vocabulary import Sense, Vocabulary

UNKNOWN = Sense("unknown")
DIGITS = Sense("digits")
OWN = Sense("own")
NEUTRAL = Sense("neutral")

START, LETTER = 1.5, 0.7  # of what means nothing
BY_LENGTH = {1: 2.0, 2: 1.7, 3: 1.3}
DIGITS_COST, TAIL_COST, CLIPPED_COST, LAST_LETTER_COST = 0.8, 1.6, 1.2, 1.8
AGENCY_GAIN = 0.3
FAR = 1e9
SHORT_WORDS = frozenset({"own", "neutral", "post", "agency", "body"})
CHANCE = frozenset({"given", "fan", "media", "business", "title", "honorific"})

Piece = tuple[str, Sense]


class _Path:
    """The cheapest ways to each place in a text: `known` ends with a word, `strange` inside what means nothing."""

    def __init__(self, length: int) -> None:
        self.known = [0.0] + [FAR] * length
        self.strange = [FAR] * (length + 1)
        self.came: list[tuple[int, Sense]] = [(0, UNKNOWN)] * (length + 1)
        self.began = [0] * (length + 1)

    def reach(self, start: int, end: int, cost: float, sense: Sense) -> None:
        total = min(self.known[start], self.strange[start]) + cost
        if total < self.known[end]:
            self.known[end] = total
            self.came[end] = (start, sense)

    def stray(self, at: int) -> None:
        fresh, further = self.known[at] + START + LETTER, self.strange[at] + LETTER
        self.strange[at + 1] = min(fresh, further)
        self.began[at + 1] = at if fresh <= further else self.began[at]

    def pieces(self, text: str) -> list[Piece]:
        found: list[Piece] = []
        end = len(text)
        while end > 0:
            start, sense = self.came[end]
            if self.strange[end] < self.known[end]:
                start, sense = self.began[end], UNKNOWN
            found.append((text[start:end], sense))
            end = start
        return found[::-1]


def cheapest(text: str, vocabulary: Vocabulary, full: bool) -> list[Piece]:
    """The words of a handle. `full`: it is as long as handles may be, so its last word may be cut off."""
    path = _Path(len(text))
    senses = vocabulary.senses
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + vocabulary.longest) + 1):
            sense = senses.get(text[start:end])
            if sense is not None:
                cost = _price(end - start, sense)
                if cost < FAR:
                    path.reach(start, end, cost, sense)
        _digits(path, text, start, vocabulary)
        _ending(path, text, start, vocabulary, full)
        path.stray(start)
    return path.pieces(text)


def _price(length: int, sense: Sense) -> float:
    if length <= 2 and sense.cls not in SHORT_WORDS:
        return FAR
    if length < 4 and sense.cls in CHANCE:
        return START + LETTER * length - 0.1
    return BY_LENGTH.get(length, 1.0) - AGENCY_GAIN * (sense.cls == "agency")


def _digits(path: _Path, text: str, start: int, vocabulary: Vocabulary) -> None:
    """A number means nothing, unless it is a region's."""
    if text[start].isdigit() and not (start and text[start - 1].isdigit()):
        end = start
        while end < len(text) and text[end].isdigit():
            end += 1
        path.reach(start, end, DIGITS_COST, vocabulary.senses.get(text[start:end], DIGITS))


def _ending(path: _Path, text: str, start: int, vocabulary: Vocabulary, full: bool) -> None:
    """The last word may be the beginning of one."""
    end = len(text)
    if text[start:] in vocabulary.tails:
        path.reach(start, end, TAIL_COST, OWN)
    if full and end - start == 1:
        if text[-1] == text[-2:-1]:  # doubled, not cut off
            return
        path.reach(start, end, LAST_LETTER_COST, NEUTRAL)
    elif full or text.startswith("kec", start):
        sense = vocabulary.clipped(text[start:])
        if sense is not None:
            path.reach(start, end, CLIPPED_COST, sense)
