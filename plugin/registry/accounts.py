"""How an agency comes to its account: one claims it, another confirms it, the operator connects it.

Each act is a step of a transaction and returns what changed, for the record. Who may do it is decided before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from plugin.registry.handles import CHANNELS, channel_named, handle_key, read_handle
from plugin.registry.snapshot import bump, hold
from plugin.store.tables import Account, Agency
from plugin.wording import Refusal, UserError

CLAIMED, OFFICIAL, REJECTED = "claimed", "official", "rejected"


@dataclass(frozen=True, slots=True)
class Changed:
    """What an act did to an account. `before` is the verdict it had, "" when it was not known at all."""

    account_id: int
    agency_id: int
    channel: str
    handle: str
    before: str
    verdict: str
    mode: str


@dataclass(frozen=True)
class UnknownChannel(Refusal):
    given: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class BadHandle(Refusal):
    given: str
    channel: str


@dataclass(frozen=True)
class Taken(Refusal):
    """Another agency has this handle, claimed or confirmed."""

    channel: str
    handle: str
    agency: str


@dataclass(frozen=True)
class AlreadyHas(Refusal):
    """The agency has an account on this channel: another handle, or this one already."""

    channel: str
    handle: str
    agency: str
    verdict: str


@dataclass(frozen=True)
class NoSuchAccount(Refusal):
    """The account was never there, or is gone."""


@dataclass(frozen=True)
class AlreadyDecided(Refusal):
    handle: str
    verdict: str


@dataclass(frozen=True)
class OwnClaim(Refusal):
    """A second pair of eyes is the whole point of confirming."""

    handle: str


@dataclass(frozen=True)
class NotOfficial(Refusal):
    """Only a confirmed account is connected."""

    handle: str
    verdict: str


@dataclass(frozen=True)
class OtherAccountsId(Refusal):
    """The platform's id of this account belongs to one that is registered under another handle."""

    channel: str
    handle: str


def claim(
    session: Session,
    *,
    by: int | None,
    agency_id: int,
    channel: str,
    handle: str,
    now: datetime,
    evidence: str = "",
) -> Changed:
    """Say that an account is the agency's. Raises UserError when the name cannot be, or is taken."""
    named, name = _read(channel, handle)
    hold(session)  # of two who claim at once, the second sees the first
    _refuse_second(session, agency_id, named)
    before = _by_handle(session, named, name)
    if before is not None and before.verdict != REJECTED:
        raise UserError(Taken(named, before.handle, _agency_name(session, before.agency_id)))
    account = before or Account(
        agency_id=agency_id, channel=named, handle=name, handle_key=handle_key(name), claimed_at=now
    )
    was = before.verdict if before else ""
    account.agency_id, account.handle, account.verdict = agency_id, name, CLAIMED
    account.claimed_by, account.claimed_at, account.evidence = by, now, evidence
    account.decided_by = account.decided_at = None
    account.tokens, account.platform_id, account.mode = (
        None,
        None,
        "off",
    )  # an earlier holder's are not theirs
    session.add(account)
    return _done(session, account, was)


def confirm(
    session: Session, account_id: int, *, by: int | None, now: datetime, evidence: str = ""
) -> Changed:
    """Vouch for a claimed account. Raises UserError for one's own claim, or when it is decided already."""
    account = _claimed(session, account_id)
    if by is not None and account.claimed_by == by:
        raise UserError(OwnClaim(account.handle))
    return _decide(session, account, OFFICIAL, by, now, evidence)


def reject(
    session: Session, account_id: int, *, by: int | None, now: datetime, evidence: str = ""
) -> Changed:
    """Refuse a claimed account; its claimant may withdraw it so. Raises UserError when it is decided."""
    return _decide(session, _claimed(session, account_id), REJECTED, by, now, evidence)


def connect(
    session: Session, account_id: int, *, tokens: bytes | None, platform_id: str, mode: str
) -> Changed:
    """Let us read or post for an official account. `tokens` are sealed (`plugin.registry.vault`).

    Raises UserError when it is not official, or its platform id is that of another registered account.
    """
    account = _locked(session, account_id)
    if account.verdict != OFFICIAL:
        raise UserError(NotOfficial(account.handle, account.verdict))
    same = select(Account).where(Account.channel == account.channel, Account.platform_id == platform_id)
    other = session.exec(same).first()
    if other is not None and other.id != account_id:
        raise UserError(OtherAccountsId(account.channel, other.handle))
    account.tokens, account.platform_id, account.mode, account.health = tokens, platform_id, mode, ""
    return _done(session, account, account.verdict)


def _read(channel: str, handle: str) -> tuple[str, str]:
    named = channel_named(channel)
    if named is None:
        raise UserError(UnknownChannel(channel, CHANNELS))
    name = read_handle(named, handle)
    if name is None:
        raise UserError(BadHandle(handle, named))
    return named, name


def _refuse_second(session: Session, agency_id: int, channel: str) -> None:
    held = select(Account).where(
        Account.agency_id == agency_id, Account.channel == channel, Account.verdict != REJECTED
    )
    account = session.exec(held).first()
    if account is not None:
        name = _agency_name(session, agency_id)
        raise UserError(AlreadyHas(channel, account.handle, name, account.verdict))


def _by_handle(session: Session, channel: str, handle: str) -> Account | None:
    same = select(Account).where(Account.channel == channel, Account.handle_key == handle_key(handle))
    return session.exec(same).first()


def _claimed(session: Session, account_id: int) -> Account:
    account = _locked(session, account_id)
    if account.verdict != CLAIMED:
        raise UserError(AlreadyDecided(account.handle, account.verdict))
    return account


def _locked(session: Session, account_id: int) -> Account:
    hold(session)
    account = session.get(Account, account_id)
    if account is None:
        raise UserError(NoSuchAccount())
    return account


def _decide(
    session: Session, account: Account, verdict: str, by: int | None, now: datetime, evidence: str
) -> Changed:
    was, account.verdict = account.verdict, verdict
    account.decided_by, account.decided_at = by, now
    account.evidence = evidence or account.evidence
    return _done(session, account, was)


def _done(session: Session, account: Account, was: str) -> Changed:
    session.flush()
    bump(session)
    assert account.id is not None
    return Changed(
        account.id, account.agency_id, account.channel, account.handle, was, account.verdict, account.mode
    )


def _agency_name(session: Session, agency_id: int) -> str:
    return session.exec(select(Agency.name).where(Agency.id == agency_id)).one()
