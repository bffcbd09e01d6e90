"""What was learned from examples: weights of words that together say a reply sounds angry, or promises.

Rules find what somebody thought of; these weights find what only sounds like it. They stand in a table, learned
from `examples.csv` by `python -m bench.learn_safety`, and looking them up is all that is done here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from plugin.desk.safety.patterns import Phrase
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import Finding, Swap

ENDING = re.compile(r"(?:nya|mu|lah|kah|ipun|kan|ne|i|e)$")
BEGINNING = re.compile(r"^(?:meng|meny|mem|men|me|di|ber|ter|pe[mn]g?|ke|se|ny|ng|tak)(?=[a-z]{4})")
SHORTEST_ROOT = 5
SHORTEST_WITH_ENDING = 6
SHORTEST_IN_PIECES = 5
PIECE = 5
"""Letters in a row by which a word is known in forms that nobody taught: `nggresula`, `nggresulane`, `gresulan`."""
FEWEST_WORDS = 3
"""A shorter sentence says too little to sound like anything."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What a kind sounds like: the weight of each feature, and how much must come together."""

    kind: str
    why: str
    level: str
    swap: str
    weights: Mapping[str, float]
    whole: float
    alone: float


class Learned:
    """Weighs a reply as a whole and each of its sentences. `classes` are the rules' own classes of phrases."""

    def __init__(self, sounds: Sequence[Sound], classes: Mapping[str, Phrase]) -> None:
        self._sounds = sounds
        self._classes = classes

    def find(self, reading: Reading, already: Collection[str], told: Sequence[Finding]) -> Iterator[Finding]:
        """The sentence that sounds most like it, for each kind that the rules have not found already.

        A sentence that names a person is weighed without those words, and only on its own.
        """
        rests = [
            (s, rest) for s in reading.sentences if len((rest := _besides(s, told)).words) >= FEWEST_WORDS
        ]
        sentences = [sentence for sentence, _ in rests]
        looked = [set(self.features(rest)) for _, rest in rests]
        clean = [f for f, (sentence, rest) in zip(looked, rests, strict=True) if rest is sentence]
        for sound in self._sounds if looked else ():
            if sound.kind in already:
                continue
            scores = [_weight(sound, features) for features in looked]
            whole = _weight(sound, set[str]().union(*clean)) if clean else 0.0
            worst = max(range(len(scores)), key=scores.__getitem__)
            if whole > sound.whole or scores[worst] > sound.alone:
                start, end = reading.trimmed(sentences[worst])
                swap = Swap(start, end, sound.swap)
                yield Finding(sound.kind, sound.why, sound.level, start, end, reading.text[start:end], swap)

    def features(self, sentence: Sentence) -> Iterator[str]:
        """Words without endings, roots, pieces of words, pairs of neighbours, the classes, pairs of classes."""
        words = [stem(word.form) for word in sentence.words]
        yield from words
        yield from (f"r:{root}" for root in map(root_of, words) if len(root) >= SHORTEST_ROOT)
        yield from (piece for word in sentence.words for piece in pieces(word.form))
        yield from (f"{a}_{b}" for a, b in zip(["^", *words], [*words, "$"], strict=True))
        there = [f"@{name}" for name, phrase in self._classes.items() if phrase.first(sentence)]
        yield from there
        yield from (f"{a}{b}" for n, a in enumerate(there) for b in there[n + 1 :])


def stem(word: str) -> str:
    """A word without its ending, and any number as #."""
    if word[0].isdigit():
        return "#"
    return ENDING.sub("", word) if len(word) >= SHORTEST_WITH_ENDING else word


def root_of(word: str) -> str:
    """A stem without its beginning, roughly: `dihapus` and `menghapus` are both `hapus`."""
    return BEGINNING.sub("", word)


def pieces(word: str) -> tuple[str, ...]:
    """Every few letters in a row of a word, its beginning and end among them; none of a short word or a number."""
    if len(word) < SHORTEST_IN_PIECES or word[0].isdigit():
        return ()
    framed = f"<{word}>"
    return tuple(f"c:{framed[at : at + PIECE]}" for at in range(len(framed) - PIECE + 1))


def _besides(sentence: Sentence, told: Sequence[Finding]) -> Sentence:
    """The sentence without the words of these findings; the very same where there are none."""
    words = tuple(w for w in sentence.words if all(w.end <= f.start or w.start >= f.end for f in told))
    return sentence if words == sentence.words else replace(sentence, words=words)


def _weight(sound: Sound, features: Collection[str]) -> float:
    return sum(sound.weights.get(feature, 0.0) for feature in features)
