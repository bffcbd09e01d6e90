"""An agency has one account on a channel: who claims the same agency is compared, and a copy falls behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from rapidfuzz.distance import OSA

from plugin.registry.ledger import IMPOSTOR, OFFICIAL
from plugin.registry.matching.judge import Draft
from plugin.registry.matching.sightings import PAIRS

ALIKE = 1  # letters apart, once digits are read as the letters they look like
MOST = 20  # accounts of one agency that a further one is compared with
DOUBTS = 3
FOLD = str.maketrans("01345", "oleas")


def compare(drafts: Iterable[Draft], confirmed: Mapping[str, int]) -> None:
    """Turn down the copies among the official ones. `confirmed`: the handles people confirmed, in small letters."""
    rivals: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.profile.follower.username.lower() in confirmed:
            continue
        original = _copied(draft, confirmed)
        if original and draft.verdict in {OFFICIAL}:
            _turn_down(draft, original)
        elif draft.verdict == OFFICIAL:
            rivals.setdefault(draft.unit, []).append(draft)
    for some in rivals.values():
        _rank(some, any(unit == some[0].unit for unit in confirmed.values()))


def _copied(draft: Draft, confirmed: Mapping[str, int]) -> str:
    handle = draft.profile.follower.username
    return next(
        (known for known, unit in confirmed.items() if unit == draft.unit and alike(handle, known)), ""
    )


def _rank(some: list[Draft], settled: bool) -> None:
    some.sort(key=_order)
    kept = [] if settled else some[:1]
    for draft in some if settled else some[1:]:
        first = next((k for k in kept[:MOST] if alike(_handle(k), _handle(draft))), None)
        if first is not None:
            _turn_down(draft, _handle(first))
        elif draft.profile.odd or (kept and _doubtful(draft, kept[0])):
            _turn_down(draft, _handle(kept[0]) if kept else "")
        else:
            kept.append(draft)
            draft.score = round(draft.score * 0.8, 4)
            draft.reasons.append("second_account")


def _doubtful(draft: Draft, first: Draft) -> bool:
    """Whether a second account of an agency has too many of the marks of a copy."""
    if draft.profile.own_site:
        return False
    one, other = draft.profile.follower, first.profile.follower
    followers, following = one.followers or 0, one.following or 0
    marks = (
        (one.created_at or date.min) > (other.created_at or date.max),
        one.default_image,
        following > 3 * followers,
        followers * 3 < (other.followers or 0),
        not one.description and bool(other.description),
    )
    named, known = draft.profile.in_name, first.profile.in_name
    if _elsewhere_in_it(draft, first) and known and draft.profile.kind(known) == "rsud":
        return False
    otherwise = named and known and named.words != known.words  # a part of an office may well have its own
    return sum(marks) >= DOUBTS + bool(otherwise)


def _elsewhere_in_it(draft: Draft, first: Draft) -> bool:
    """Whether its name and handle name another place than the other's: a government may have two hospitals."""
    handle = draft.profile.follower.username.lower()
    places = set(draft.profile.name.of("place")) - set(first.profile.name.of("place"))
    return any(place in handle for place in places)


def _order(draft: Draft) -> tuple[int, bool, bool, float, date, int, str]:
    follower, named = draft.profile.follower, draft.profile.in_name or draft.profile.in_handle
    since = follower.created_at or date.max
    return (
        len(draft.profile.odd),
        draft.profile.in_name is None and not draft.profile.handle.clear,
        named is None or not named.own,
        -round(draft.score, 1),
        since,
        -(follower.followers or 0),
        follower.username,
    )


def _turn_down(draft: Draft, original: str) -> None:
    draft.verdict = IMPOSTOR
    draft.score = 0.7
    draft.reasons = [f"looks_like:{original}", *(f"odd:{odd}" for odd in draft.profile.odd), *draft.reasons]


def _handle(draft: Draft) -> str:
    return draft.profile.follower.username


def alike(one: str, other: str) -> bool:
    """Whether two handles can be taken for each other at a glance."""
    a, b = _skeleton(one), _skeleton(other)
    return a == b or (min(len(a), len(b)) > 4 and OSA.distance(a, b, score_cutoff=ALIKE) <= ALIKE)


def _skeleton(handle: str) -> str:
    plain = handle.lower().replace("_", "").translate(FOLD)
    for pair, letter in PAIRS:
        plain = plain.replace(pair, letter)
    return re.sub(r"(.)\1+", r"\1", plain)
