"""How sure it is that an account is the agency's whose name it bears: what speaks for it and against it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugin.registry.matching.profile import Claim, Profile
from plugin.registry.matching.sightings import HARMLESS
from plugin.registry.matching.tables import glued, listed, task_words

VOWELS = re.compile("[aeiou]")
FEWEST_CONSONANTS = 4
SHORTEST_SAID = 5
SHORTEST_TASK = 4
CHATTY = 1000  # so much only a person writes in an account's first months
NOT_OFFICES = ("media", "fan", "business")
OF_PERSONS = ("given", "title", "honorific", "post")


def weighed(p: Profile, claim: Claim) -> Iterator[tuple[float, str]]:
    """Each fact with its weight and its reason: the sum says how sure it is that this is that agency's account."""
    same = p.in_name is not None and p.in_handle is not None and p.in_handle.unit == p.in_name.unit
    if p.in_name is not None:
        yield from _name_weighed(p, p.in_name)
    else:
        yield from _other_name_weighed(p, claim)
    if p.in_handle is not None and p.in_handle.unit == claim.unit:
        yield (0.35 if p.handle.clear else 0.15), f"handle:{p.in_handle.words}"
    elif p.in_handle is not None and not p.in_handle.general and p.handle.clear and not _within(p, claim):
        yield -0.2, f"handle_differs:{p.in_handle.words}"
    if same:
        yield 0.1, "name_and_handle_agree"
    yield from _context_weighed(p, claim)


def _within(p: Profile, claim: Claim) -> bool:
    """Whether the handle's short form holds the name's: `Dinperindag` and `diskoperindag`."""
    core = claim.words.removeprefix("din").removeprefix("dis")
    return p.in_handle is not None and len(core) >= SHORTEST_SAID and core in p.in_handle.words


def _name_weighed(p: Profile, claim: Claim) -> Iterator[tuple[float, str]]:
    yield 0.5, f"name:{claim.words}"
    for text, sense in p.name.rest:
        if p.hospital and sense.cls in ("given", "title", "honorific", "unknown"):
            continue
        if sense.cls in OF_PERSONS:
            yield -0.7, f"person:{text}"
        elif sense.cls in NOT_OFFICES:
            yield -0.5, f"not_an_office:{text}"
        elif not (p.task(text, claim.unit) or p.initials(text) or _of_an_office(text)):
            yield -0.15, f"beside:{text}"
    if p.name.rest and p.in_handle is None and not _said_again(p):
        yield -0.2, "handle_says_nothing"


def _said_again(p: Profile) -> bool:
    """Whether the handle holds a word that stands beside the agency in the name: `rssoeselo`."""
    handle = p.follower.username.lower()
    return any(
        (len(text) >= SHORTEST_SAID or p.initials(text) or _of_an_office(text)) and text in handle
        for text, _ in p.name.rest
    )


def _of_an_office(word: str) -> bool:
    """Whether a word is a campaign's of offices, or short for what they do: `kepeg`."""
    if word in task_words():
        return False  # of another agency
    short = len(word) >= SHORTEST_TASK and any(task.startswith(word) for task in task_words())
    return short or word in listed("office", "campaigns")


def _other_name_weighed(p: Profile, claim: Claim) -> Iterator[tuple[float, str]]:
    full = glued(p.vocabulary.units[claim.unit].name)
    rest = [(t, s) for t, s in p.name.rest if t not in task_words() and not _short_for(t, full)]
    if not rest:
        yield 0.1, "name_neutral"
    elif any(sense.cls in OF_PERSONS for _, sense in rest):
        yield -0.7, f"person:{rest[0][0]}"
    elif any(sense.cls in NOT_OFFICES for _, sense in rest):
        yield -0.5, f"not_an_office:{rest[0][0]}"
    else:
        yield (-0.3 if len(rest) == 1 else -0.15), f"name_differs:{rest[0][0]}"
        if p.handle.clear and p.in_handle and p.in_bio and p.in_handle.unit == p.in_bio.unit:
            yield 0.2, "handle_and_description_agree"


def _context_weighed(p: Profile, claim: Claim) -> Iterator[tuple[float, str]]:
    if p.ours:
        yield 0.1, f"region:{p.ours}"
    elif p.kind(claim) != "kecamatan":  # whose name says where it is
        yield -0.15, "no_region"
    yield from _described(p, claim)
    if p.own_site:
        yield 0.2, f"site:{p.site}"
    if p.follower.government_mark:
        yield 0.4, "government_mark"
    yield from _against(p)


def _described(p: Profile, claim: Claim) -> Iterator[tuple[float, str]]:
    said = p.in_bio
    above = said is not None and p.kind(said) == "setda" and p.kind(claim) == "bagian"
    if said is not None and (said.unit == claim.unit or above):
        yield 0.1, f"description:{said.words}"
    elif "kecamatan" in p.bio_words and p.kind(claim) == "kecamatan":
        yield 0.1, "description:kecamatan"
    if " resmi " in p.bio_words or "official" in p.bio_words:
        yield 0.05, "description:resmi"


def _against(p: Profile) -> Iterator[tuple[float, str]]:
    if p.private:
        yield -0.7, f"private:{p.private}"
    against = p.phrase("person", "former") or ("" if p.name.clear else p.phrase("person", "complaint"))
    if against:
        yield -0.5, f"not_in_office:{against}"
    if p.in_name is None and p.bio.of("post"):
        yield -0.3, f"post:{p.bio.of('post')[0]}"
    if [s for _, s in p.handle.rest if s.cls in OF_PERSONS] and not p.name.clear:
        yield -0.3, "handle_of_a_person"


def described(p: Profile, claim: Claim) -> Iterator[tuple[float, str]]:
    """What speaks for an account being the agency's that only its description names; nothing where its own name
    has no word of an office's."""
    slogans = listed("office", "campaigns")
    words = [t for t, s in p.name.pieces if s.cls not in (*HARMLESS, "agency") or t in slogans]
    ours = [t for t in words if p.official(t, claim.unit)]
    whole = "".join(words)
    if words and not ours and (p.initials(whole) or p.task(whole, claim.unit)):
        ours = words = [whole]
    if not ours:
        return
    yield (0.35 if p.presented else 0.05), f"description:{claim.words}"
    yield min(0.15 * len(ours) + 0.05, 0.4), f"name_of_an_office:{ours[0]}"
    strange = len(words) - len(ours)
    yield (-0.1 * strange if strange else 0.1), "beside" if strange else "name_neutral"
    if p.ours:
        yield 0.1, f"region:{p.ours}"
    if p.handle.of("own", "place") or p.name.of("own", "place"):
        yield 0.05, "named_after_region"
    tweets = p.follower.tweets
    if strange and p.strange_words():
        yield -0.25, "description_of_others"
    if "?" in p.follower.description or p.bio.of(*NOT_OFFICES):
        yield -0.3, "description_of_others"
    if tweets is not None and tweets > CHATTY:
        yield -0.2, f"tweets:{tweets}"


def _short_for(word: str, full: str) -> bool:
    """Whether a word is what is left of the end of a name without its vowels: `BLPLNG` of Kecamatan Balapulang."""
    bare = VOWELS.sub("", full)
    return len(word) >= FEWEST_CONSONANTS and word == VOWELS.sub("", word) and bare.endswith(word)
