"""What a list of followers shows of the accounts we know and of those we do not: noted, proposed, never decided.

A pasted list is a claim of whoever pasted it: it changes no account and proves no number. What the channel itself
told us is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from plugin.registry.accounts import NoSuchAccount, rename
from plugin.registry.handles import handle_key
from plugin.registry.ledger import HOLDING, IMPOSTOR, OFFICIAL, PERSONAL, Evidence
from plugin.registry.matching.values import Follower, Judgement
from plugin.registry.paths import below
from plugin.registry.snapshot import bump, hold
from plugin.registry.tree import Registry
from plugin.registry.units import Day
from plugin.store.tables import Account, FollowerList, Proposal
from plugin.wording import Refusal, UserError

PROPOSED = frozenset({OFFICIAL, PERSONAL, IMPOSTOR})
RENAMED = "renamed"
"""The proposal that an account of ours goes by another name now."""
OPEN, CONFIRMED, REJECTED = "open", "confirmed", "rejected"
API = "api"
"""The source of a list that the channel itself told us."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A follower, what the rules make of it, and the agency it would belong to."""

    follower: Follower
    verdict: str
    agency_id: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a list brought: how many proposals are new or were rejected before, and what changed of known accounts.

    `elsewhere`: how many seem to be of agencies whom this room does not see, so that they are not proposed from it.
    """

    known: int = 0
    proposed: int = 0
    rejected_before: int = 0
    elsewhere: int = 0
    renamed: tuple[tuple[str, str], ...] = ()
    others_id: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoSuchProposal(Refusal):
    """It was never there, or belongs to an agency that this room does not see."""

    number: int


@dataclass(frozen=True)
class ProposalDecided(Refusal):
    """Somebody was first."""

    number: int
    handle: str
    state: str


def sightings(
    registry: Registry, day: Day, followers: Sequence[Follower], judgements: Sequence[Judgement]
) -> list[Sighting]:
    """The followers that concern agencies of ours, with today's agency behind the code of that day."""
    ids: dict[str, int] = {}
    for root in registry.roots:
        for unit in day.below(root):
            ids.setdefault(unit.code.casefold(), unit.members[0].id)
    found = []
    for follower, judged in zip(followers, judgements, strict=True):
        agency_id = ids.get((judged.agency or "").casefold())
        if judged.verdict in PROPOSED and agency_id is not None:
            found.append(Sighting(follower, judged.verdict, agency_id, judged.score, judged.reasons))
    return found


def take_in(
    session: Session, row: FollowerList, seen: Iterable[Follower], sighted: Sequence[Sighting]
) -> Found:
    """Note what a list shows, once: ids and new names of known accounts, and proposals of the others."""
    if row.origin is not None and row.id is None:
        before = session.exec(select(FollowerList).where(FollowerList.origin == row.origin)).first()
        if before is not None:  # a delivery that is worked off twice
            row.id = before.id
            return kept(before)
    hold(session)
    session.add(row)
    session.flush()
    accounts = session.exec(
        select(Account).where(Account.channel == row.channel, col(Account.verdict).in_(HOLDING))
    ).all()
    found, renamed = _of_known(session, row, accounts, seen)
    if row.source == API:
        found = replace(found, renamed=_rename(session, row, accounts, renamed))
        within = None
    else:
        sighted = [*renamed, *sighted]
        within = below(session, row.agency_id)
    done = {a.handle_key for a in accounts}
    for sighting in sighted:
        key = handle_key(sighting.follower.username)
        if key in done:
            continue
        done.add(key)
        if within is None or sighting.agency_id in within:
            found = _propose(session, row, sighting, found)
        else:
            found = replace(found, elsewhere=found.elsewhere + 1)
    row.found = {
        "known": found.known, "proposed": found.proposed, "rejected_before": found.rejected_before,
        "elsewhere": found.elsewhere, "renamed": [list(pair) for pair in found.renamed],
        "others_id": list(found.others_id),
    }  # fmt: skip
    return found


def kept(row: FollowerList) -> Found:
    """What a list brought, as it was noted."""
    f: Mapping[str, object] = row.found
    renamed = tuple((str(a), str(b)) for a, b in row.found.get("renamed", ()))
    return Found(
        int(str(f["known"])), int(str(f["proposed"])), int(str(f["rejected_before"])),
        int(str(f.get("elsewhere", 0))), renamed, tuple(row.found.get("others_id", ())),
    )  # fmt: skip


def _of_known(
    session: Session, row: FollowerList, accounts: Sequence[Account], seen: Iterable[Follower]
) -> tuple[Found, list[Sighting]]:
    """What a list says of accounts of ours, and which of them it shows under another name."""
    by_id = {a.platform_id: a for a in accounts if a.platform_id}
    by_name = {a.handle_key: a for a in accounts}
    taken = set(session.exec(select(Account.handle_key).where(Account.channel == row.channel)))
    found, renamed = Found(), list[Sighting]()
    for follower in seen:
        key = handle_key(follower.username)
        named, identified = by_name.get(key), by_id.get(follower.user_id)
        if identified is not None and named is not identified:
            if key not in taken:
                taken.add(key)
                why = (f"{RENAMED}:@{identified.handle}",)
                renamed.append(Sighting(follower, RENAMED, identified.agency_id, 1.0, why))
        elif named is not None and named.platform_id and follower.user_id not in ("", named.platform_id):
            found = replace(found, others_id=(*found.others_id, follower.username))
        elif named is not None:
            found = replace(found, known=found.known + 1)
            if row.source == API and follower.user_id and not named.platform_id:
                named.platform_id = follower.user_id
                by_id[follower.user_id] = named
                bump(session)
    return found, renamed


def _rename(
    session: Session, row: FollowerList, accounts: Sequence[Account], renamed: Iterable[Sighting]
) -> tuple[tuple[str, str], ...]:
    """The platform's number stays when an account takes another name: so it is still the same account."""
    by_id, names = {a.platform_id: a for a in accounts}, list[tuple[str, str]]()
    for sighting in renamed:
        account, handle = by_id[sighting.follower.user_id], sighting.follower.username
        assert account.id is not None
        names.append((account.handle, handle))
        shown = Evidence("", "snapshot", f"#{row.id}")
        rename(session, account.id, handle, by=row.by, asked_by=None, now=row.noted_at, shown=shown)
    return tuple(names)


def _propose(session: Session, row: FollowerList, sighting: Sighting, found: Found) -> Found:
    f = sighting.follower
    key = handle_key(f.username)
    number = f.user_id[:40] if row.source == API or sighting.verdict == RENAMED else ""
    same = _proposed_before(session, row.channel, sighting.agency_id, key, number)
    if same is not None and same.state == REJECTED:
        return replace(found, rejected_before=found.rejected_before + 1)
    if same is not None and same.state == CONFIRMED and sighting.verdict != RENAMED:
        return found
    assert row.id is not None
    proposal = same or Proposal(
        list_id=row.id, agency_id=sighting.agency_id, channel=row.channel, handle=f.username, handle_key=key,
        verdict=sighting.verdict,
    )  # fmt: skip
    proposal.list_id, proposal.verdict, proposal.score = row.id, sighting.verdict, sighting.score
    proposal.reasons, proposal.platform_id, proposal.state = list(sighting.reasons), number, OPEN
    proposal.name, proposal.bio = f.name[:120], f.description[:300]
    proposal.mark = "government" if f.government_mark else ("blue" if f.blue_mark else "")
    session.add(proposal)
    return replace(found, proposed=found.proposed + 1)


def _proposed_before(
    session: Session, channel: str, agency_id: int, key: str, number: str
) -> Proposal | None:
    """The proposal of this account, under this name or, where the channel told its number, under another."""
    mine = (Proposal.channel == channel, Proposal.agency_id == agency_id)
    named = session.exec(select(Proposal).where(*mine, Proposal.handle_key == key)).first()
    if named is not None or not number:
        return named
    numbered = select(Proposal).where(*mine, Proposal.platform_id == number, Proposal.verdict != RENAMED)
    return session.exec(numbered).first()


def waiting(session: Session) -> list[Proposal]:
    """Every open proposal: the official ones first, the surest on top."""
    rank = {RENAMED: 0, OFFICIAL: 1, IMPOSTOR: 2, PERSONAL: 3}
    rows = session.exec(select(Proposal).where(Proposal.state == OPEN)).all()
    return sorted(rows, key=lambda p: (rank.get(p.verdict, 4), -p.score, p.id or 0))


@dataclass(frozen=True, slots=True)
class Settled:
    """A proposal as it was decided: what its list shows of it, and who brought that list."""

    proposal: Proposal
    shown: Evidence
    brought_by: int | None


def decide(session: Session, number: int, *, confirmed: bool, by: int | None, now: datetime) -> Settled:
    """Settle a proposal, once; what the list shows of it is the evidence. Raises UserError when it is settled."""
    proposal = session.get(Proposal, number, with_for_update=True)
    if proposal is None:
        raise UserError(NoSuchProposal(number))
    if proposal.state != OPEN:
        raise UserError(ProposalDecided(number, proposal.handle, proposal.state))
    seen = session.get_one(FollowerList, proposal.list_id)
    proposal.state = CONFIRMED if confirmed else REJECTED
    proposal.decided_by, proposal.decided_at = by, now
    said = f"{proposal.name}: {proposal.bio}".strip(": ")[:300]
    shown = Evidence(said, "snapshot", f"#{proposal.list_id}", min(seen.taken_at, now))
    return Settled(proposal, shown, seen.by)


def renamed_account(session: Session, proposal: Proposal) -> int:
    """The account that goes by another name as this proposal says. Raises UserError when it is gone."""
    mine = (Account.channel == proposal.channel, Account.agency_id == proposal.agency_id)
    found = session.exec(select(Account).where(*mine, Account.platform_id == proposal.platform_id)).first()
    if found is None or found.id is None:
        raise UserError(NoSuchAccount())
    return found.id


def settle_id(session: Session, account_id: int, platform_id: str) -> None:
    """Keep the number that the channel told us of a confirmed account, unless another has it."""
    account = session.get(Account, account_id)
    if account is None or not platform_id or account.platform_id:
        return
    same = select(Account).where(Account.channel == account.channel, Account.platform_id == platform_id)
    if session.exec(same).first() is None:
        account.platform_id = platform_id
        bump(session)
