"""An account's row: found by its name, made, and written down together with its entry in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from plugin.registry.handles import account_key
from plugin.registry.ledger import OFF, Evidence, note
from plugin.registry.snapshot import bump
from plugin.store.tables import Account, Agency


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


def made(channel: str, handle: str, agency_id: int, now: datetime) -> Account:
    """A row for an account that nobody has named before."""
    key = account_key(channel, handle, agency_id)
    return Account(agency_id=agency_id, channel=channel, handle=handle, claimed_at=now, handle_key=key)


def by_handle(session: Session, channel: str, handle: str, agency_id: int) -> Account | None:
    """The account of that name, whosever it is; of a number that offices share, this agency's."""
    key = account_key(channel, handle, agency_id)
    return session.exec(select(Account).where(Account.channel == channel, Account.handle_key == key)).first()


def let_go(account: Account) -> None:
    """We neither read nor post for it any more."""
    account.tokens, account.mode = None, OFF


def told(shown: Evidence) -> str:
    """The evidence as the row keeps it; its entry keeps more."""
    return f"{shown.why} {shown.where}".strip()[:500]


def done(
    session: Session, account: Account, was: str, by: int | None, now: datetime, shown: Evidence
) -> Changed:
    """The row is as it is to be: its entry is noted, and the registry has a new number."""
    session.flush()
    note(session, account, by=by, now=now, shown=shown)
    bump(session)
    return changed(account, was)


def changed(account: Account, was: str) -> Changed:
    """What an act did to it, for the record."""
    assert account.id is not None
    return Changed(
        account.id, account.agency_id, account.channel, account.handle, was, account.verdict, account.mode
    )


def ended(session: Session, agency_id: int, today: date) -> bool:
    """Whether the office is no more."""
    until = session.get_one(Agency, agency_id).valid_to
    return until is not None and until < today


def agency(session: Session, agency_id: int) -> tuple[str, str]:
    """Its name, and the code to type for it."""
    return session.exec(select(Agency.name, Agency.code).where(Agency.id == agency_id)).one()
