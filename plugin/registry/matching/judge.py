"""The rules: whose account it is, from what its profile says. First what rules an office out, then how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from plugin.registry.ledger import IMPOSTOR, OFFICIAL, PERSONAL
from plugin.registry.matching.profile import POSTS, SEAT, Claim, Profile
from plugin.registry.matching.tables import listed, words_of
from plugin.registry.matching.values import OTHER, OTHER_GOVERNMENT
from plugin.registry.matching.vocabulary import Sense
from plugin.registry.matching.weighing import NOT_OFFICES, described, weighed

ENOUGH = 0.5
COPY = ("digit_for_letter", "letters_for_letter", "doubled_letter")
BELOW = ("part", "village", "bumd")
DISTRICT_HEADS = ("camat", "sekcam", "camate")
UNITS = (" upt ", " uptd ", " unit pelaksana teknis ")


@dataclass(slots=True)
class Draft:
    """A judgement of one account by itself, before it is compared with the others. `unit` -1 is none."""

    profile: Profile
    verdict: str
    score: float = 0.0
    unit: int = -1
    code: str | None = None
    reasons: list[str] = field(default_factory=list)


def judge(profile: Profile) -> Draft:
    """What this account is, by its own profile."""
    for rule in (_head, _outside, _fraud, _below, _foreign, _office, _declared, _described, _personal):
        draft = rule(profile)
        if draft is not None:
            return draft
    return Draft(profile, OTHER, 0.1, reasons=_because(profile))


def _because(profile: Profile) -> list[str]:
    words = [t for f in (profile.name, profile.bio) for t in f.of(*NOT_OFFICES)][:2]
    return [f"not_an_office:{word}" for word in words] or ["no_agency_named"]


def _head(p: Profile) -> Draft | None:
    """The regent does not follow the regent: who bears that name is somebody else."""
    claim = next((c for c in (p.in_name, p.in_handle) if c and p.kind(c) == "kepala_daerah"), None)
    if (
        claim is None
        or claim.post
        or (p.person and p.phrase("person", "former"))
        or p.follower.government_mark
        or p.elsewhere
    ):
        return None
    rest = [s.cls for _, s in (*p.name.rest, *p.handle.rest) if s.cls in (*NOT_OFFICES, "post")]
    if (rest and not (p.bait or p.odd)) or (p.person and p.in_name is None and rest):
        return None
    return Draft(p, IMPOSTOR, 0.8, claim.unit, reasons=[f"claims_head:{claim.words}"])


def _outside(p: Profile) -> Draft | None:
    """Bodies of the state, which are not agencies of this government."""
    found = next(((t, s) for t, s in p.name.pieces if s.cls == "body"), None)
    if found is None and not p.name.clear:
        found = next(((t, s) for t, s in p.handle.pieces if s.cls == "body" and _stands_out(p, t)), None)
    if found is None:
        return None
    text, sense = found
    if (p.person and not _named_after(p, text)) or p.name.of("post"):
        return Draft(p, OTHER, 0.2, reasons=[f"person:{p.person or p.post}", f"other_body:{text}"])
    node = p.vocabulary.registry.by_code(sense.key) if sense.key else None
    return Draft(p, OTHER_GOVERNMENT, 0.8, code=node.code if node else None, reasons=[f"other_body:{text}"])


def _stands_out(p: Profile, text: str) -> bool:
    """A few letters in a handle are a body only where nothing else in it is strange."""
    return not p.person and not p.handle.of("unknown") and (len(text) > 3 or not p.handle.agencies)


def _fraud(p: Profile) -> Draft | None:
    """Who names an agency and lures, or has a handle that only looks like one."""
    claim = p.in_name or p.in_handle
    if claim is None or p.name.of(*BELOW):
        return None
    copied = p.handle.odd in COPY and (p.name.clear or not p.name.rest)
    lure = p.bait if _impersonal(p) else ""
    if not copied and not lure:
        return None
    reason = f"bait:{lure}" if lure else f"{p.handle.odd}:{p.follower.username}"
    return Draft(p, IMPOSTOR, 0.8, claim.unit, reasons=[f"claims:{claim.words}", reason])


def _impersonal(p: Profile) -> bool:
    return not p.person and not [t for t, s in p.name.pieces if s.cls in NOT_OFFICES and not p.in_name]


def _below(p: Profile) -> Draft | None:
    """Parts of agencies, villages and companies: not the agency's own account."""
    found = _part(p)
    if found is None or (p.person and not _named_after(p, found[0])):
        return None
    text, sense = found
    if sense.post:
        return Draft(p, PERSONAL, 0.5, reasons=[f"post:{text}"])
    if p.elsewhere:
        return Draft(p, OTHER_GOVERNMENT, 0.6, reasons=[f"part:{text}", f"elsewhere:{p.elsewhere}"])
    return Draft(p, OTHER_GOVERNMENT, 0.6, _parent(p, sense), reasons=[f"{sense.cls}:{text}"])


def _named_after(p: Profile, text: str) -> bool:
    """A school or a water company may bear a person's name, behind what it is."""
    return bool(p.name.pieces) and p.name.pieces[0][0] == text and not p.name.of("title", "honorific")


def _part(p: Profile) -> tuple[str, Sense] | None:
    if p.in_name and not p.in_name.own and p.bio_words.startswith(UNITS):
        return p.bio_words.split()[0], Sense("part", p.in_name.unit)
    company = next(((t, s) for t, s in p.name.agencies + p.handle.agencies if _is_company(p, s)), None)
    if company:
        return company[0], Sense("bumd", company[1].unit)
    named = next(((t, s) for t, s in p.name.pieces if s.cls in BELOW), None)
    if (named and _agency_first(p)) or _section(p):
        return None
    if named or p.name.clear:
        return named
    shown = [(t, s) for t, s in p.handle.pieces if s.cls in BELOW and (len(t) > 2 or p.handle.of("digits"))]
    return shown[0] if shown and not p.handle.of("unknown") else None


def _section(p: Profile) -> bool:
    """`Bidang Pasar` and the account of an agency for its tasks are the agency's: no part has its own sections."""
    below = p.bio.of("part", "village") and p.bio_words.startswith(UNITS)
    first = next(iter(words_of(p.follower.name)), "")
    return not below and p.declared is not None and (first in listed("office", "sections") or p.avowed)


def _agency_first(p: Profile) -> bool:
    """`Dinkop UKM Pasar`: the word is a task of the agency that stands before it and in the handle."""
    first = p.name.pieces[0][1]
    return (
        first.cls == "agency"
        and p.handle.clear
        and p.in_handle is not None
        and first.unit == p.in_handle.unit
    )


def _is_company(p: Profile, sense: Sense) -> bool:
    return p.vocabulary.units[sense.unit].kind == "bumd"


def _parent(p: Profile, sense: Sense) -> int:
    if sense.unit >= 0:
        return sense.unit
    if sense.cls == "part" and sense.key:
        return p.vocabulary.parents.get(sense.key, -1)
    claim = p.in_name or p.in_bio
    return claim.unit if claim and sense.cls == "part" else -1


def _foreign(p: Profile) -> Draft | None:
    """Offices of other regions and levels."""
    if not p.elsewhere:
        return None
    officelike = (
        p.in_name
        or p.in_handle
        or p.in_bio
        or any(t.startswith(SEAT) for t in p.name.of("foreign", "homonym"))
    )
    if officelike and not p.person and not p.name.of(*NOT_OFFICES):
        return Draft(p, OTHER_GOVERNMENT, 0.7, reasons=[f"elsewhere:{p.elsewhere}"])
    return Draft(p, OTHER, 0.1, reasons=[f"elsewhere:{p.elsewhere}"])


def _office(p: Profile) -> Draft | None:
    """An agency's own account, if enough speaks for it."""
    claim = _claimed(p)
    if claim is None or (claim.post and not _office_said(p)):
        return None
    score, reasons = 0.0, []
    for points, reason in weighed(p, claim):
        score += points
        reasons.append(reason)
    if score < ENOUGH:
        return None
    oddities = [f"odd:{odd}" for odd in p.odd]
    if len(oddities) >= 2:
        return Draft(p, IMPOSTOR, 0.6, claim.unit, reasons=[f"claims:{claim.words}", *oddities])
    return Draft(p, OFFICIAL, min(score, 1.0), claim.unit, reasons=reasons + oddities)


def _declared(p: Profile) -> Draft | None:
    """An office that does not bear its own name: its description says whose it is, or its page on our own site."""
    if p.person or p.private or p.former or p.bait or len(p.odd) > 1 or p.grievance:
        return None
    if p.name.of(*NOT_OFFICES) and (not p.avowed or p.name.of("business")):
        return None
    if p.declared is not None:
        said, claim = p.declared
        return Draft(
            p, OFFICIAL, 0.55, claim.unit, reasons=[f"declares:{said}", f"description:{claim.words}"]
        )
    if p.in_site is not None and p.ours and not p.post and not p.bio.of("post"):
        return Draft(p, OFFICIAL, 0.55, p.in_site.unit, reasons=[f"site:{p.site}", f"region:{p.ours}"])
    return None


def _described(p: Profile) -> Draft | None:
    """An office whose campaign or service the account is called after: its description says whose."""
    claim = p.in_bio
    if claim is None or claim.general or claim.post or p.kind(claim) == "kepala_daerah" or _not_an_office(p):
        return None
    facts = list(described(p, claim))
    reasons = [reason for _, reason in facts]
    if facts and p.bait:
        return Draft(p, IMPOSTOR, 0.6, claim.unit, reasons=[f"bait:{p.bait}", *reasons])
    score = sum(points for points, _ in facts)
    if score < ENOUGH:
        return None
    return Draft(p, OFFICIAL, min(score, 0.9), claim.unit, reasons=reasons)


def _not_an_office(p: Profile) -> bool:
    """Whether something rules out that a description names the account's owner."""
    doubted = (
        p.private or p.former or (p.odd and not p.bait) or p.grievance or p.phrase("person", "complaint")
    )
    person = p.person or p.post or p.bio.of(*POSTS)
    others = [c for c in (p.in_name, p.in_handle) if c and p.in_bio and c.unit != p.in_bio.unit]
    odd = [
        t for t in p.name.of(*NOT_OFFICES) if not (p.presented and p.in_bio and p.task_said(t, p.in_bio.unit))
    ]
    return bool(doubted or person or others or odd or " bukan " in p.bio_words)


def _claimed(p: Profile) -> Claim | None:
    """The agency the account would be of: as its name says, or else its handle."""
    if p.in_name is not None and p.in_handle is not None and p.in_name.general:
        return p.in_handle
    return p.in_name or p.in_handle


def _office_said(p: Profile) -> bool:
    """Whether an account called after the head of an office says that it is the office's."""
    said = f"{p.bio_words}{p.follower.name.lower()} "
    return not p.person and any(word in said for word in (" kantor", " kecamatan ", " resmi", " pelayanan"))


def _personal(p: Profile) -> Draft | None:
    """An official's own account: a person who names an employer or a post."""
    if p.former or p.phrase("person", "complaint") or _not_about_a_person(p):
        return None
    claim, part = _employer(p)
    unit = claim.unit if claim and not claim.general else part
    if unit < 0 and p.post in DISTRICT_HEADS:
        unit = p.of_kecamatan
    if unit < 0 and not (claim and p.post):
        return None
    if claim and p.kind(claim) == "kepala_daerah" and (p.post == "relawan" or not p.post):
        return None
    if not (p.person or p.post or p.in_bio):
        return None
    words = claim.words if claim else "part"
    reasons = [f"employer:{words}"]
    reasons += [f"person:{p.person}"] if p.person else []
    reasons += [f"post:{p.post}"] if p.post else []
    reasons += [f"private:{p.private}"] if p.private else []
    return Draft(p, PERSONAL, 0.4 + 0.15 * (len(reasons) - 1), unit, reasons=reasons)


def _not_about_a_person(p: Profile) -> bool:
    return bool(p.name.of(*NOT_OFFICES, "bait", "named_bait")) and not p.person


def _employer(p: Profile) -> tuple[Claim | None, int]:
    claim = p.in_bio or p.in_name or p.in_handle
    if claim and claim.general:
        claim = next((c for c in (p.in_name, p.in_handle) if c and not c.general), claim)
    if claim is None and (p.post or p.name.of("title")):
        part = next((s for f in (p.bio, p.name) for _, s in f.pieces if s.cls == "part"), None)
        return None, _parent(p, part) if part else -1
    return claim, -1
