"""One follower's profile, read as a whole: the facts that the rules weigh."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from plugin.registry.matching.forms import GOVERNMENT, IN_FORCE, said
from plugin.registry.matching.segments import UNKNOWN
from plugin.registry.matching.sightings import Reader, Sighting
from plugin.registry.matching.tables import glued, listed, task_words, words_of
from plugin.registry.matching.values import Follower
from plugin.registry.matching.vocabulary import Sense, Vocabulary

PERSON = ("given", "title", "honorific")
POSTS = ("post",)
CLAUSE = re.compile(r"[.,;|•\n]| - ")
YEAR = re.compile(r"20[12]\d")
TRAILING_DIGITS = re.compile(r"\d+$")
SEAT = ("kec", "camat", "kab", "kota", "prov", "pem")  # what is named so is a government
SHORTEST_PART = 4
LONGEST_SECTION = 6
MANY = 250  # an office follows few
AMBIGUOUS = frozenset(
    {"batang", "pati", "malang", "serang", "kudus", "demak", "lebak", "subang", "blora", "garut", "bali"}
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The agency a profile names, by its place in the vocabulary, and the words that name it."""

    unit: int
    words: str
    post: bool
    general: bool  # the government as a whole, whose account an agency keeps
    own: bool  # by a name it bears, not by what it does


class Profile:
    """What one follower's handle, name, description and location say."""

    def __init__(self, follower: Follower, reader: Reader, vocabulary: Vocabulary) -> None:
        self.follower = follower
        self.vocabulary = vocabulary
        self.handle = reader.handle(follower.username)
        self.name = reader.name(follower.name)
        self.bio = reader.text(follower.description)
        self.location = reader.text(follower.location)
        self.bio_words = f" {' '.join(words_of(follower.description))} "
        self._reader = reader

    def claim(self, sighting: Sighting) -> Claim | None:
        """The agency that a part of the profile names: of `Humas Dinkes` and `Bagian Hukum Setda` the narrower."""
        found = sighting.agencies
        if not found:
            return None
        text, sense = min(found, key=lambda pair: self._width(pair[1]))
        return Claim(sense.unit, text, sense.post, sense.rank == GOVERNMENT, sense.rank == IN_FORCE)

    def kind(self, claim: Claim) -> str:
        """The kind of the agency that is named."""
        return self.vocabulary.units[claim.unit].kind

    def _width(self, sense: Sense) -> int:
        unit = self.vocabulary.units[sense.unit]
        if sense.rank == GOVERNMENT or unit.kind in {"setda", "kepala_daerah"}:
            return 2
        return 1 if "humas" in glued(unit.name + unit.short) or unit.code == "BAG_HUMAS" else 0

    @cached_property
    def in_name(self) -> Claim | None:
        return self.claim(self.name)

    @cached_property
    def in_handle(self) -> Claim | None:
        return self.claim(self.handle)

    @cached_property
    def in_bio(self) -> Claim | None:
        return self.claim(self.bio)

    @cached_property
    def in_site(self) -> Claim | None:
        """The agency after which its page on the government's own site is called."""
        label = self.site.split(".")[0] if self.own_site and self.site.count(".") > 2 else ""
        return self.claim(self._reader.handle(label)) if label else None

    @cached_property
    def declared(self) -> tuple[str, Claim] | None:
        """(by which words it says that it is an office's account, the office): by its description, or by a name
        that no person has ("Seksi Trantib")."""
        name = f" {' '.join(words_of(self.follower.name))} "
        unit = next((w for w in name.split() if w in listed("office", "names")), "")
        phrases = listed("office", "declares") | listed("office", "avows")
        said = unit or first_in(f"{name}{self.bio_words}", phrases) or ("akun" if self.own_account else "")
        heads = {"camat"} if "kantor camat" in f"{name}{self.bio_words}" else set()
        if not said or (not unit and set(self.bio.of("post")) - heads):
            return None
        claim = self.in_bio
        if claim is not None and claim.general and self.avowed_government:
            return said, claim
        if claim is not None and not claim.general and (heads or not claim.post):
            return said, claim
        of_kecamatan = any(w in f"{name}{self.bio_words}" for w in (" camat ", " kec ", " kecamatan "))
        place = self.of_kecamatan if of_kecamatan else -1
        return (said, Claim(place, said, False, False, False)) if place >= 0 else None

    @cached_property
    def avowed(self) -> bool:
        """Whether its description says outright that it is the account of an agency that it names."""
        claim = self.in_bio
        said = self.phrase("office", "avows") or self.own_account
        return (
            bool(said) and not self.parts_said and claim is not None and not claim.general and not claim.post
        )

    @property
    def avowed_government(self) -> bool:
        """Whether it is named after the region and its description says that it is the government's own account."""
        named = bool(self.name.of("own")) and bool(self.handle.of("own"))
        return named and bool(self.phrase("office", "avows")) and not self.parts_said

    @property
    def parts_said(self) -> bool:
        """Whether its description says that it is a unit below the agency."""
        return bool(first_in(self.bio_words, listed("office", "below")))

    @cached_property
    def presented(self) -> bool:
        """Whether its description, or a clause of it, begins with the agency's name or with a section's of it."""
        clauses = filter(str.strip, CLAUSE.split(self.follower.description))
        return any(self._begins(self._reader.text(clause)) for clause in clauses)

    def _begins(self, clause: Sighting) -> bool:
        beside = listed("office", "names") | listed("office", "campaigns") | listed("office", "beside")
        for n, (text, sense) in enumerate(clause.pieces):
            if sense.cls == "agency":
                return not sense.post
            of_section = self.section and n < LONGEST_SECTION and sense is UNKNOWN
            known = sense.cls in ("neutral", "own", "place") or text in beside or text in task_words()
            if not known and not of_section:
                return False
        return False

    @cached_property
    def section(self) -> bool:
        """Whether its description begins with a section: `Seksi Hubungan Industrial Disnaker`."""
        return next(iter(self.bio_words.split()), "") in listed("office", "sections")

    @cached_property
    def own_account(self) -> bool:
        """Whether its description calls it the agency's account in two words: `akun Distanak`."""
        pieces = self.bio.pieces
        return any(
            text in listed("office", "accounts") and sense.cls == "agency" and not sense.post
            for (text, _), (_, sense) in pairwise(pieces)
        )

    def strange_words(self) -> list[str]:
        """What its description says beside an office and what offices do."""
        known = listed("office", "campaigns") | listed("office", "names") | listed("office", "beside")
        return [t for t, s in self.bio.pieces if s is UNKNOWN and t not in known and t not in task_words()]

    def official(self, word: str, unit: int) -> bool:
        """Whether a word of its name is one that offices use: for what they do, or short for this one's name."""
        if word in task_words() or word in listed("office", "campaigns") or word in listed("office", "names"):
            return True
        if self.section and len(word) >= SHORTEST_PART and f" {word} " in self.bio_words:
            return True
        return self.task_said(word, unit) or self.initials(word)

    def task(self, word: str, unit: int) -> bool:
        """Whether a word of its name is what this agency does."""
        sense = self.vocabulary.senses.get(f"dinas{word}")
        named = len(word) >= SHORTEST_PART and word in glued(self.vocabulary.units[unit].name)
        return named or (sense is not None and sense.unit == unit)

    def task_said(self, word: str, unit: int) -> bool:
        """Whether a word of its name is what this agency does, by itself or with its neighbour: `Lalu Lintas`."""
        words = words_of(self.follower.name)
        pairs = {a + b for a, b in pairwise(words) if word in (a, b)}
        return self.task(word, unit) or bool(pairs & listed("office", "campaigns"))

    @cached_property
    def grievance(self) -> str:
        """The word in its name by which a citizen complains: `Jalan Rusak`, but not `Lapor Jalan Rusak`."""
        words = words_of(self.follower.name)
        asked = listed("office", "asks") & set(words)
        return "" if asked else next((w for w in words if w in listed("person", "grievances")), "")

    def initials(self, word: str) -> bool:
        """Whether a word is made of the first letters of words that stand in its description side by side,
        from its beginning or from what kind of office it is."""
        words = self.bio_words.split()
        starts = [
            0,
            *(n + k for n, each in enumerate(words) if each in listed("office", "kinds") for k in (0, 1)),
        ]
        return len(word) > 1 and any(
            "".join(each[0] for each in words[n : n + len(word)]) == word for n in starts
        )

    @cached_property
    def of_kecamatan(self) -> int:
        """The kecamatan of ours that the profile names, alone of all; -1 for none."""
        said = {t for f in (self.name, self.handle, self.bio, self.location) for t in f.of("place")}
        found = {n for place, n in self.vocabulary.kecamatan.items() if place in said}
        words = "".join(words_of(self.follower.name)).removeprefix("kantor")
        if not found and (sense := self.vocabulary.shortened(words)) is not None:
            found = {sense.unit}
        return found.pop() if len(found) == 1 else -1

    @cached_property
    def private(self) -> str:
        """The phrase in the description that says it is a person's; `bukan akun pribadi` says it is none's."""
        denied = any(f" {no} " in self.bio_words for no in listed("person", "not_private"))
        return "" if denied else self.phrase("person", "private")

    @cached_property
    def person(self) -> str:
        """The word in the name that only a person has; blank if there is none."""
        if self.hospital:
            return ""
        return next(iter(self.name.of(*PERSON)), "")

    @cached_property
    def hospital(self) -> bool:
        """Whether it is called after a hospital, which bears a person's name: `RSUD dr. Soeselo`."""
        if self.follower.name.lower().startswith(("rs ", "rumah sakit")) and self.in_bio is not None:
            return self.kind(self.in_bio) == "rsud"
        first = self.name.pieces[0][1] if self.name.pieces else None
        return (
            first is not None and first.cls == "agency" and self.vocabulary.units[first.unit].kind == "rsud"
        )

    @cached_property
    def post(self) -> str:
        """The word for a post that somebody holds."""
        for sighting in (self.name, self.bio, self.handle):
            for text, sense in sighting.pieces:
                if sense.cls in POSTS or (sense.cls == "agency" and sense.post):
                    return text
        return self.phrase("person", "post_phrases")

    def phrase(self, *path: str) -> str:
        """The first phrase of a list that stands in the description."""
        return first_in(self.bio_words, listed(*path))

    @property
    def former(self) -> str:
        """The phrase in the name or the description that says they hold no post, or no longer."""
        name = f" {' '.join(words_of(self.follower.name))} "
        return self.phrase("person", "former") or first_in(name, listed("person", "former"))

    @cached_property
    def elsewhere(self) -> str:
        """The word that places the account in another region or at another level; blank if none does."""
        fields = (self.name, self.handle, self.bio, self.location)
        homonym = next((t for f in fields for t in f.of("homonym")), "")
        if homonym and not any(t.startswith("kab") for f in fields for t in f.of("own")):
            return homonym
        named = next(iter(self.name.of("foreign")), "")
        if named and not self.name.of("own"):
            return named
        ours = self.name.of("own")
        shown = self._shown_elsewhere() or next(iter(self.name.of("province")), "")
        if shown and not ours and not (len(shown) < 4 and self.handle.of("own")):
            return shown
        if ours or self.handle.of("own"):
            return self._placed_elsewhere() if not ours else ""
        if self.bio.of("own"):
            return ""
        return self._said_elsewhere() or self._placed_elsewhere()

    def _shown_elsewhere(self) -> str:
        """Another region in the handle, where the handle is put together like an office's."""
        found = next(iter(self.handle.of("foreign", "province")), "")
        if self.handle.of("unknown"):
            return ""
        return found if self.handle.agencies or found.startswith(SEAT) or self.name.agencies else ""

    def _said_elsewhere(self) -> str:
        return next((t for t in self.bio.of("foreign") if t not in AMBIGUOUS), "")

    def _placed_elsewhere(self) -> str:
        if self.location.of("own", "place"):
            return ""
        return next(iter(self.location.of("foreign")), "") or self._site_elsewhere()

    def _site_elsewhere(self) -> str:
        site = self.site
        return site if site.endswith(".go.id") and not self.own_site else ""

    @cached_property
    def site(self) -> str:
        """The host of the linked page."""
        return re.sub(r"^[a-z]+://(www\.)?", "", self.follower.url.lower()).split("/")[0]

    @cached_property
    def own_site(self) -> bool:
        """Whether the linked page is the government's own."""
        place = self.vocabulary.place
        if place is None:
            return False
        name = glued(place.name)
        ours = {f"{name}{place.kind}.go.id", f"{place.kind}-{name}.go.id", f"{name}.go.id"}
        return any(self.site == host or self.site.endswith(f".{host}") for host in ours)

    @cached_property
    def ours(self) -> str:
        """The word that places the account here."""
        fields = (self.name, self.handle, self.bio, self.location)
        return next((t for f in fields for t in f.of("own", "place")), "")

    @cached_property
    def bait(self) -> str:
        """What only a swindler or a jester writes."""
        named = next((t for f in (self.name, self.handle) for t in f.of("bait", "named_bait")), "")
        return named or next(iter(self.bio.of("bait")), "") or self._said_bait()

    def _said_bait(self) -> str:
        found = self.phrase("bait", "phrases")
        if found == "akun baru" and " resmi " in self.bio_words:
            return ""
        if found and " wa" in f" {found}" and any(w in self.bio_words for w in listed("bait", "hotline")):
            return ""
        return found

    @cached_property
    def odd(self) -> tuple[str, ...]:
        """What is odd about it, though it may be honest."""
        return tuple(self._odd())

    def _odd(self) -> Iterable[str]:
        f = self.follower
        if f.username.endswith("_") or f.username.startswith("_") or "__" in f.username:
            yield "underscore"
        digits = TRAILING_DIGITS.search(f.username)
        if digits and not YEAR.fullmatch(digits.group()) and digits.group() not in self.handle.of("own"):
            yield f"digits {digits.group()}"
        if self.handle.odd == "misspelt":
            yield "misspelt"
        if f.following is not None and f.followers is not None and f.following > max(MANY, 6 * f.followers):
            yield f"follows {f.following}"
        honest = listed("bait", "work") if self._of_labour() else frozenset()
        weak = first_in(self.bio_words, {f"{w} " for w in listed("bait", "weak") - honest})
        if weak:
            yield weak.strip()

    def _of_labour(self) -> bool:
        """Whether it names the office that has to do with vacancies."""
        claims = [claim for claim in (self.in_name, self.in_bio) if claim]
        return any("tenaga kerja" in said(self.vocabulary.units[claim.unit].name) for claim in claims)


def first_in(text: str, phrases: Iterable[str]) -> str:
    """The first of the phrases that stands in the text at the beginning of a word."""
    return next((phrase for phrase in sorted(phrases) if f" {phrase}" in text), "")
