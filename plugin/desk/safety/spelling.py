"""What a written word means to the rules: other spellings, stretched letters, figures and stars for letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

FIGURES = str.maketrans("0134567@$!", "oieasgta" + "si")
FIGURE_SETS = (
    FIGURES,
    str.maketrans("0134569@$!", "oieasgg" + "asi"),
    str.maketrans("01345@$!", "oleas" + "asi"),
)
STRETCHED = re.compile(r"([a-z])\1+")
LONG = re.compile(r"([a-z])\1{2,}")


class Spelling:
    """Reads one word. `dictionary` says what is written and what it means; `known` are the rules' own words."""

    def __init__(self, dictionary: Mapping[str, str], known: Iterable[str]) -> None:
        self._means = dict(dictionary)
        self._known = set(known) | set(dictionary) | set(dictionary.values())
        self._starred = sorted(w for w in self._known if len(w) >= 4)
        self.meant = lru_cache(maxsize=20_000)(self._meant)

    def _meant(self, word: str) -> str:
        if word in self._known:
            return self._means.get(word, word)
        for tried in self._tries(word):
            if tried in self._known:
                return self._means.get(tried, tried)
        return LONG.sub(r"\1", word)

    def _tries(self, word: str) -> Iterable[str]:
        yield LONG.sub(r"\1", word)
        yield STRETCHED.sub(r"\1", word)
        if not word.isalpha() and sum(c.isalpha() for c in word) >= 2:
            for table in FIGURE_SETS:
                yield word.translate(table)
                yield STRETCHED.sub(r"\1", word.translate(table))
        if "*" in word and len(word) >= 4 and word[0].isalpha():
            yield self._behind_stars(word)

    def _behind_stars(self, word: str) -> str:
        shape = re.compile(re.escape(word).replace(r"\*", "[a-z]"))
        return next((w for w in self._starred if len(w) == len(word) and shape.fullmatch(w)), "")
