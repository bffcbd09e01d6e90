"""As whom an answer speaks: which account, and why that one.

Where a channel lets an account answer only a post that names it (X calls that summoned), the citizen's own words
decide. The agency was named: it answers itself. Only another account of ours was named, the regent's or the
public relations office's: it answers, signed with the agency's name. Nobody was named: a person posts by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from plugin.registry.ledger import IN_USE, in_use
from plugin.store.tables import Account, Report

Why = Literal["own", "own_named", "lent", "lent_named", "uncalled"]
"""own: the agency's account. own_named: and the citizen named it. lent: the agency has none on this channel.
lent_named: only that account was named. uncalled: none was, so the channel takes no answer through its API."""


@dataclass(frozen=True, slots=True)
class Voice:
    """An account to answer from, and why."""

    account: Account
    why: Why


def voice(session: Session, report: Report, *, summons: bool) -> Voice | None:
    """The account that answers this report; None when there is none at all."""
    own, named = _own(session, report), _named_first(session, report)
    account = own or named
    if summons and (own is None or not calls(report, own)):
        called = _called(session, report)
        account = called or account
    return None if account is None else Voice(account, why(report, account, summons=summons))


def why(report: Report, account: Account, *, summons: bool) -> Why:
    """Why this account is the one (also for a draft that was made before)."""
    own = account.agency_id == report.agency_id
    if not summons:
        return "own" if own else "lent"
    if not calls(report, account):
        return "uncalled"
    return "own_named" if own else "lent_named"


def calls(report: Report, account: Account) -> bool:
    """Whether the citizen's post names the account. Of one whose number we do not know nobody can tell."""
    return not account.platform_id or account.platform_id in report.mentions


def signed(text: str, agency: str, names: tuple[str, ...]) -> str:
    """The text with the agency's name below it, unless it says so already."""
    said = text.casefold()
    return text if any(name and name.casefold() in said for name in names) else f"{text}\n– {agency}"


def _usable(account: Account | None) -> Account | None:
    return account if account and in_use(account) else None


def _own(session: Session, report: Report) -> Account | None:
    ours = select(Account).where(
        Account.agency_id == report.agency_id, Account.channel == report.channel, *IN_USE
    )
    rows = session.exec(ours.order_by(col(Account.id))).all()
    return next((a for a in rows if calls(report, a)), rows[0] if rows else None)


def _named_first(session: Session, report: Report) -> Account | None:
    """The account below which the citizen's post was found."""
    return _usable(session.get(Account, report.account_id))


def _called(session: Session, report: Report) -> Account | None:
    """An account of ours that the post names: the one we found it by, else the first."""
    found = _named_first(session, report)
    if found is not None and calls(report, found):
        return found
    named = select(Account).where(
        Account.channel == report.channel, col(Account.platform_id).in_(report.mentions or [""])
    )
    return next((a for a in session.exec(named.order_by(col(Account.id))) if _usable(a)), None)
