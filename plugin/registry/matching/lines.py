"""A list of followers judged at once: what `match-accounts` prints, and what the proposals in a room come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from plugin.registry.ledger import OFFICIAL
from plugin.registry.matching.government import government_of, infer_region, registry_for
from plugin.registry.matching.judge import Draft, judge
from plugin.registry.matching.profile import Profile
from plugin.registry.matching.reading import Broken, read_followers
from plugin.registry.matching.regions import place_of
from plugin.registry.matching.rivals import compare
from plugin.registry.matching.sightings import Reader
from plugin.registry.matching.values import Follower, Judgement
from plugin.registry.matching.vocabulary import Vocabulary
from plugin.registry.tree import Node, Registry

KEPT = 2  # vocabularies of one registry: they are large, and one day is asked about at a time


@dataclass(frozen=True, slots=True)
class Matching:
    """All judgements, in the order of the list, and the lines that could not be read."""

    judgements: tuple[Judgement, ...]
    broken: tuple[Broken, ...]


def match_lines(
    lines: Iterable[str],
    registry: Registry,
    as_of: date,
    *,
    region: str | None = None,
    broken: list[Broken] | None = None,
) -> Iterator[str]:
    """One JSON line for each follower. Lines that cannot be read are added to `broken`."""
    matching = match_text(lines, registry, as_of, region=region)
    if broken is not None:
        broken.extend(matching.broken)
    for found in matching.judgements:
        yield json.dumps(
            {
                "username": found.username,
                "verdict": found.verdict,
                "agency": found.agency,
                "score": found.score,
                "reasons": list(found.reasons),
            },
            ensure_ascii=False,
        )


def match_text(
    lines: Iterable[str], registry: Registry, as_of: date, *, region: str | None = None, channel: str = "x"
) -> Matching:
    """Judge all followers in these lines. Raises OperatorError where neither a registry nor a region is known."""
    read = list(read_followers(lines))
    followers = [found for found in read if isinstance(found, Follower)]
    code = region or infer_region(followers, 2 if registry.roots else 1)
    used = registry_for(registry, followers, code) if followers else registry
    judgements = match_followers(followers, used, as_of, code, channel) if followers else ()
    return Matching(tuple(judgements), tuple(found for found in read if isinstance(found, Broken)))


def match_followers(
    followers: Sequence[Follower],
    registry: Registry,
    as_of: date,
    region: str | None = None,
    channel: str = "x",
) -> list[Judgement]:
    """Judge these followers by this registry, as of that day."""
    government = _government(registry, region)
    vocabulary = _vocabulary(registry, government, as_of)
    reader = Reader(vocabulary)
    confirmed = _confirmed(vocabulary, as_of, channel)
    drafts = [_draft(Profile(follower, reader, vocabulary), confirmed) for follower in followers]
    compare(drafts, confirmed)
    return [_judgement(draft) for draft in drafts]


def _government(registry: Registry, region: str | None) -> Node:
    found = government_of(registry, region) if region else ()
    return found[0] if found else registry.root


def _vocabulary(registry: Registry, government: Node, as_of: date) -> Vocabulary:
    kept: dict[tuple[int, date], Vocabulary] = registry.kept("matching", dict)
    key = (government.id, as_of)
    if key not in kept:
        while len(kept) >= KEPT:
            del kept[next(iter(kept))]
        kept[key] = Vocabulary(registry, government, place_of(government), as_of)
    return kept[key]


def _confirmed(vocabulary: Vocabulary, as_of: date, channel: str) -> dict[str, int]:
    """The handles that people had confirmed by then, each with its agency's place in the vocabulary."""
    return {
        account.handle.lower(): place
        for place, unit in enumerate(vocabulary.units)
        for node in unit.members
        for account in vocabulary.registry.accounts(node)
        if account.channel == channel and account.verdict == OFFICIAL and account.since <= as_of
    }


def _draft(profile: Profile, confirmed: dict[str, int]) -> Draft:
    unit = confirmed.get(profile.follower.username.lower())
    if unit is not None:
        return Draft(profile, OFFICIAL, 1.0, unit, reasons=[f"confirmed:{profile.follower.username}"])
    return judge(profile)


def _judgement(draft: Draft) -> Judgement:
    units = draft.profile.vocabulary.units
    return Judgement(
        username=draft.profile.follower.username,
        verdict=draft.verdict,
        agency=units[draft.unit].code if draft.unit >= 0 else draft.code,
        score=round(min(max(draft.score, 0.0), 1.0), 2),
        reasons=tuple(draft.reasons),
    )
