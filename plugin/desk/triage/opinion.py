"""A second opinion, learned from this government's own decisions, and heard only where it has measured better.

scikit-learn is an optional extra; nothing of it is imported before there is enough to learn from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # scikit-learn has no types of its own

ENOUGH = 500
"""Fewer decisions teach a model little more than who gets the most reports."""
HELD_BACK = 5
"""Every so manieth decision is held back to measure on."""
LEAST_CASES = 8
"""Measured on fewer held-back cases, better is luck."""
LEAST_OF_ONE = 5
"""An agency that was chosen more seldom is not learned."""
UNKNOWN = ""
"""What the rules propose when nothing points to anyone."""

Rules = Callable[[str], str]
"""The agency that the rules propose first for a text, or "" for none."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A report's words, and the agency that people chose for it."""

    text: str
    agency: str


@dataclass(frozen=True, slots=True)
class Measured:
    """On held-back decisions where the rules proposed one agency: how many, and who was right how often."""

    cases: int
    rules: int
    model: int

    @property
    def better(self) -> bool:
        """Whether the model is to be heard there."""
        return self.cases >= LEAST_CASES and self.model > self.rules


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A learned model and where it has measured better: by the agency that the rules propose."""

    model: Any
    measured: Mapping[str, Measured]
    decisions: int

    def on(self, text: str, first: str) -> str:
        """The agency to propose first instead of the rules' `first`; `first` itself where they are as good."""
        where = self.measured.get(first)
        if where is None or not where.better:
            return first
        return str(self.model.predict([text])[0])


def learn(decisions: Sequence[Decision], rules: Rules) -> SecondOpinion | None:
    """A second opinion from the decisions, oldest first; None while they are too few, or without scikit-learn.

    It is measured on a part of them that it has not seen, then made anew from all.
    """
    kept = _worth_learning(decisions)
    if len(kept) < ENOUGH:
        return None
    held, seen = kept[::HELD_BACK], [d for n, d in enumerate(kept) if n % HELD_BACK]
    try:
        tried = _fitted(seen)
    except ImportError:
        return None
    measured = measure(held, rules, lambda texts: [str(a) for a in tried.predict(texts)])
    if not any(m.better for m in measured.values()):
        return SecondOpinion(tried, measured, len(kept))
    return SecondOpinion(_fitted(kept), measured, len(kept))


def measure(
    held: Sequence[Decision], rules: Rules, model: Callable[[Sequence[str]], Sequence[str]]
) -> dict[str, Measured]:
    """Rules and model side by side on decisions that neither has seen, by what the rules propose."""
    cases: Counter[str] = Counter()
    by_rules: Counter[str] = Counter()
    by_model: Counter[str] = Counter()
    for decision, guess in zip(held, model([d.text for d in held]), strict=True):
        first = rules(decision.text)
        cases[first] += 1
        by_rules[first] += first == decision.agency
        by_model[first] += guess == decision.agency
    return {first: Measured(n, by_rules[first], by_model[first]) for first, n in cases.items()}


def _worth_learning(decisions: Sequence[Decision]) -> list[Decision]:
    often = Counter(d.agency for d in decisions)
    return [d for d in decisions if d.text.strip() and often[d.agency] >= LEAST_OF_ONE]


def _fitted(decisions: Sequence[Decision]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    features = make_union(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2),
        TfidfVectorizer(
            sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5), min_df=3, max_features=50_000
        ),
    )
    model = make_pipeline(features, LinearSVC(C=0.5, random_state=0))
    return model.fit([d.text for d in decisions], [d.agency for d in decisions])
