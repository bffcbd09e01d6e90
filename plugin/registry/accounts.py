"""How an agency comes to its account: one claims it, another confirms it, the operator connects it.

And what people find out about accounts: somebody's own, a false one, a sleepy one.

Each act is a step of a transaction and returns what changed, for the record. Who may do it is decided before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from plugin.registry import account_rows as rows
from plugin.registry.account_rows import Changed
from plugin.registry.handles import CHANNELS, account_key, channel_named, is_mobile, read_handle
from plugin.registry.ledger import (
    CLAIMED,
    DORMANT,
    FORMALITY,
    HOLDING,
    IMPOSTOR,
    NOTHING_SHOWN,
    OFFICIAL,
    REJECTED,
    Evidence,
)
from plugin.registry.persons import one_person
from plugin.registry.snapshot import bump, hold
from plugin.store.tables import Account
from plugin.wording import Press, Refusal, Say, UserError

CONDITIONS = frozenset({DORMANT, FORMALITY})
OFFICES_OWN = re.compile(r"\b(kantor|dinas|instansi|kelurahan|kecamatan|desa)\b", re.IGNORECASE)
"""Somebody who registers a mobile number has to say that the card is the office's."""


@dataclass(frozen=True)
class UnknownChannel(Refusal):
    given: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class BadHandle(Refusal):
    given: str
    channel: str


@dataclass(frozen=True)
class PersonalNumber(Refusal):
    """A mobile number is a person's, and not to be shown in public. `office`: unless the card is the office's."""

    office: bool


@dataclass(frozen=True)
class Taken(Refusal):
    """Another agency has this handle, claimed or confirmed."""

    channel: str
    handle: str
    agency: str
    code: str


@dataclass(frozen=True)
class AlreadyHas(Refusal):
    """The agency has an account on this channel: another handle, or this one already."""

    channel: str
    handle: str
    agency: str
    code: str
    verdict: str

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/akun {self.code}")}


@dataclass(frozen=True)
class NoSuchAccount(Refusal):
    """The account was never there, or is gone."""


@dataclass(frozen=True)
class AlreadyDecided(Refusal):
    handle: str
    verdict: str


@dataclass(frozen=True)
class OwnClaim(Refusal):
    """A second pair of eyes is the whole point of confirming, whoever claimed and in whatever way.

    `namesake`: it was somebody of the same name, who may be the same person in another chat.
    """

    handle: str
    namesake: bool = False


@dataclass(frozen=True)
class KnownImpostor(Refusal):
    """Somebody found this account to be a false one; whoever knows better says so with `/tandai-akun`."""

    channel: str
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
    today: date,
    shown: Evidence = NOTHING_SHOWN,
) -> Changed:
    """Say that an account is the agency's. Raises UserError when the name cannot be, or is taken.

    What an office held that is no more may be claimed by whoever has come after it; `today` is the government's.
    """
    named, name = _read(channel, handle, shown)
    hold(session)  # of two who claim at once, the second sees the first
    _refuse_second(session, agency_id, named)
    before = rows.by_handle(session, named, name, agency_id)
    if before is not None and before.verdict in HOLDING and not rows.ended(session, before.agency_id, today):
        raise _taken(session, before)
    if before is not None and before.verdict == IMPOSTOR:
        raise UserError(KnownImpostor(named, before.handle))
    account = before or rows.made(named, name, agency_id, now)
    was = before.verdict if before else ""
    account.agency_id, account.handle, account.verdict = agency_id, name, CLAIMED
    account.claimed_by, account.evidence = by, rows.told(shown)
    account.claimed_at = shown.since or now
    account.decided_by = account.decided_at = None
    account.condition = ""
    rows.let_go(account)
    account.platform_id = None  # an earlier holder's is not theirs
    session.add(account)
    return rows.done(session, account, was, by, now, shown)


def confirm(
    session: Session, account_id: int, *, by: int | None, now: datetime, shown: Evidence = NOTHING_SHOWN
) -> Changed:
    """Vouch for a claimed account. Raises UserError for one's own claim, or when it is decided already."""
    account = _claimed(session, account_id)
    _by_two(session, account.handle, account.claimed_by, by)
    return _decide(session, account, OFFICIAL, by, now, shown)


def reject(
    session: Session, account_id: int, *, by: int | None, now: datetime, shown: Evidence = NOTHING_SHOWN
) -> Changed:
    """Refuse a claimed account; its claimant may withdraw it so. Raises UserError when it is decided."""
    return _decide(session, _claimed(session, account_id), REJECTED, by, now, shown)


def judge(
    session: Session,
    *,
    by: int | None,
    agency_id: int,
    channel: str,
    handle: str,
    state: str,
    now: datetime,
    shown: Evidence,
) -> Changed:
    """Say what an account really is, known or not: personal, impostor, rejected, dormant, formality, official.

    Only an official account can be dormant, a formality, or neither again. Raises UserError otherwise, and
    where the account is another agency's own.
    """
    named, name = _read(channel, handle, shown)
    hold(session)
    account = rows.by_handle(session, named, name, agency_id)
    if account is not None and account.agency_id != agency_id and account.verdict in HOLDING:
        raise _taken(session, account)
    if state in CONDITIONS | {OFFICIAL} and (account is None or account.verdict != OFFICIAL):
        raise UserError(NotOfficial(name, account.verdict if account else ""))
    if account is None:
        account = rows.made(named, name, agency_id, now)
        session.add(account)
    was = (account.condition or account.verdict) if account.id else ""
    if was == state:
        raise UserError(AlreadyDecided(account.handle, state))
    account.agency_id = agency_id
    account.condition = state if state in CONDITIONS else ""
    if state not in CONDITIONS | {OFFICIAL}:
        rows.let_go(account)
        account.verdict, account.decided_by, account.decided_at = state, by, shown.since or now
    return rows.done(session, account, was, by, now, shown)


def vouch(  # noqa: PLR0913  # each is one thing of the claim
    session: Session,
    *,
    by: int | None,
    asked_by: int | None,
    agency_id: int,
    channel: str,
    handle: str,
    now: datetime,
    today: date,
    shown: Evidence,
) -> Changed:
    """Confirm an account that somebody found, or that the agency itself claimed. Raises UserError like both.

    `asked_by` is who found it: their claim, unless it was claimed already.
    """
    named, name = _read(channel, handle, shown)
    hold(session)
    before = rows.by_handle(session, named, name, agency_id)
    if before is not None and (before.verdict, before.agency_id) == (CLAIMED, agency_id):
        assert before.id is not None
        return confirm(session, before.id, by=by, now=now, shown=shown)
    made = claim(
        session, by=asked_by, agency_id=agency_id, channel=channel, handle=handle, now=now, today=today,
        shown=shown,
    )  # fmt: skip
    return confirm(session, made.account_id, by=by, now=now, shown=shown)


def rename(
    session: Session,
    account_id: int,
    handle: str,
    *,
    by: int | None,
    asked_by: int | None,
    now: datetime,
    shown: Evidence,
) -> Changed:
    """Let an agency's account go by another name; what it is and its tokens stay.

    Raises UserError for a name that another account has, or where whoever asked confirms it too.
    """
    account = _locked(session, account_id)
    if account.verdict not in HOLDING:
        raise UserError(NotOfficial(account.handle, account.verdict))
    _by_two(session, handle, asked_by, by)
    _, name = _read(account.channel, handle, shown)
    other = rows.by_handle(session, account.channel, name, account.agency_id)
    if other is not None and other.id != account_id:
        raise _taken(session, other)
    before, account.handle = account.handle, name
    account.handle_key = account_key(account.channel, name, account.agency_id)
    told = replace(shown, why=f"@{before} → @{name}")
    return rows.done(session, account, account.verdict, by, now, told)


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
    session.flush()
    bump(session)
    return rows.changed(account, account.verdict)


def _by_two(session: Session, handle: str, asked_by: int | None, by: int | None) -> None:
    """The one rule: nobody confirms what they themselves asked for."""
    if one_person(session, asked_by, by):
        raise UserError(OwnClaim(handle, asked_by != by))


def _read(channel: str, handle: str, shown: Evidence) -> tuple[str, str]:
    named = channel_named(channel)
    if named is None:
        raise UserError(UnknownChannel(channel, CHANNELS))
    if is_mobile(named, handle) and not (named == "sms" and OFFICES_OWN.search(shown.why)):
        raise UserError(PersonalNumber(named == "sms"))
    name = read_handle(named, handle)
    if name is None:
        raise UserError(BadHandle(handle, named))
    return named, name


def _refuse_second(session: Session, agency_id: int, channel: str) -> None:
    held = select(Account).where(
        Account.agency_id == agency_id, Account.channel == channel, col(Account.verdict).in_(HOLDING)
    )
    account = session.exec(held).first()
    if account is not None:
        raise UserError(
            AlreadyHas(channel, account.handle, *rows.agency(session, agency_id), account.verdict)
        )


def _taken(session: Session, account: Account) -> UserError:
    return UserError(Taken(account.channel, account.handle, *rows.agency(session, account.agency_id)))


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
    session: Session, account: Account, verdict: str, by: int | None, now: datetime, shown: Evidence
) -> Changed:
    was, account.verdict = account.verdict, verdict
    account.decided_by, account.decided_at = by, shown.since or now
    account.evidence = rows.told(shown) or account.evidence
    return rows.done(session, account, was, by, now, shown)
