"""What became of each account, and how we know: dated entries that are only ever added, and what held then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.registry.desks import DESK
from plugin.registry.tree import Account, Node
from plugin.store import tables
from plugin.store.prepared import Prepared
from plugin.store.tables import AccountEvent, LedgerLook, Official

CLAIMED, OFFICIAL, REJECTED = "claimed", "official", "rejected"
PERSONAL, IMPOSTOR = "personal", "impostor"
DORMANT, FORMALITY = "dormant", "formality"
HAVING = frozenset({OFFICIAL, DORMANT, FORMALITY})
"""States in which an agency has an account: a sleepy one is one, and is listed as sleepy."""
HOLDING = frozenset({CLAIMED, OFFICIAL})
"""Verdicts under which a handle is an agency's, and the agency's one on that channel."""
OFF = "off"
"""The mode of an account that is not used."""
IN_USE = (col(tables.Account.verdict) == OFFICIAL, col(tables.Account.mode) != OFF)
"""An agency's own account that is not switched off: we read it, and it may speak."""

HOUR = timedelta(hours=1)

Holding = Callable[[Node], Sequence[Account]]
"""Which accounts an agency has, or had at some moment."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why we believe it: `kind` as in `AccountEvent`, and where to look it up. `since`: it was so before now."""

    why: str = ""
    kind: str = "statement"
    where: str = ""
    since: datetime | None = None


NOTHING_SHOWN = Evidence()


def in_use(account: tables.Account) -> bool:
    """Whether it is an agency's own and not switched off, as `IN_USE` asks it of the database."""
    return account.verdict == OFFICIAL and account.mode != OFF


def evidence_in(text: str) -> Evidence:
    """What somebody wrote beside a claim: an address is evidence, other words are the reason."""
    text = text.strip()
    where = next((word for word in text.split() if word.startswith(("https://", "http://"))), "")
    why = " ".join(text.replace(where, " ").split()) if where else text
    return Evidence(why[:300], "site" if where else "statement", where[:500])


def note(
    session: Session, account: tables.Account, *, by: int | None, now: datetime, shown: Evidence
) -> None:
    """Add an entry: the account is now in the state that its row says."""
    assert account.id is not None
    session.add(
        AccountEvent(
            account_id=account.id, agency_id=account.agency_id, channel=account.channel, handle=account.handle,
            state=account.condition or account.verdict, at=shown.since or now, noted_at=now, by=by, why=shown.why,
            kind=shown.kind, evidence=shown.where,
        )
    )  # fmt: skip


def held_at(session: Session, moment: datetime, zone: tzinfo) -> Holding:
    """Which accounts each agency had at that moment, in the state they were in then."""
    found: defaultdict[int, list[Account]] = defaultdict(list)
    for account in _then(session, moment, zone):
        found[account.agency_id].append(account)
    return lambda node: found.get(node.id, ())


def _then(session: Session, moment: datetime, zone: tzinfo) -> list[Account]:
    rows = session.connection().execute(_UNTIL, {"moment": moment})
    newest = {row.account_id: row for row in rows}
    without = session.connection().execute(_WITHOUT_ENTRY, {"moment": moment})
    return [
        Account(
            row.account_id, row.agency_id, row.channel, row.handle, None,
            OFFICIAL if row.state in HAVING else row.state, OFF, row.at.astimezone(zone).date(),
            row.state if row.state in HAVING - {OFFICIAL} else "",
        )
        for row in [*newest.values(), *without]
    ]  # fmt: skip


_UNTIL = (
    sa.select(
        col(AccountEvent.account_id), col(AccountEvent.agency_id), col(AccountEvent.channel),
        col(AccountEvent.handle), col(AccountEvent.state), col(AccountEvent.at),
    )
    .where(col(AccountEvent.at) <= sa.bindparam("moment"))
    .order_by(col(AccountEvent.at), col(AccountEvent.id))
)  # fmt: skip
_DECIDED = sa.func.coalesce(col(tables.Account.decided_at), col(tables.Account.claimed_at))
# An account that came into the tables by a way of its own is what its row says, since its verdict.
_WITHOUT_ENTRY: Any = sa.select(  # Any: a select of so many columns has no type that can be written
   
    col(tables.Account.id).label("account_id"), col(tables.Account.agency_id), col(tables.Account.channel),
    col(tables.Account.handle), col(tables.Account.verdict).label("state"),
    col(tables.Account.claimed_at).label("at"),
).where(
    sa.bindparam("moment") >= _DECIDED,
    col(tables.Account.verdict) != DESK,
    ~sa.exists().where(col(AccountEvent.account_id) == col(tables.Account.id)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is shown. `who` is blank where nobody in particular decided."""

    channel: str
    handle: str
    state: str
    at: datetime
    who: str
    why: str
    kind: str
    evidence: str


def history(session: Session, agency_ids: Sequence[int], limit: int = 12) -> tuple[Entry, ...]:
    """What became of these agencies' accounts, newest first."""
    rows = session.exec(
        select(AccountEvent, Official)
        .join(Official, col(Official.id) == AccountEvent.by, isouter=True)
        .where(col(AccountEvent.agency_id).in_(agency_ids))
        .order_by(col(AccountEvent.at).desc(), col(AccountEvent.id).desc())
        .limit(limit)
    )
    return tuple(
        Entry(e.channel, e.handle, e.state, e.at, who.shown if who else "", e.why, e.kind, e.evidence)
        for e, who in rows
    )


@dataclass(frozen=True, slots=True)
class News:
    """What became of accounts since a room looked last. `since` is None for one that never had looked.

    `before` and `agencies`: whose entries there are, and who of them had an account before the first of these.
    """

    since: datetime | None
    agencies: frozenset[int] = frozenset()
    before: frozenset[int] = frozenset()
    due: bool = False  # this look is to be noted

    def had(self, agency_id: int) -> bool:
        """Whether an agency had an account when the room looked last."""
        return agency_id in self.before


def news(session: Session, room: str, now: datetime) -> News:
    """What is new for this room; within the hour the answer stays the same, however often it is asked."""
    seen = _LOOK.rows(session, {"room": room})
    if not seen:
        return News(None, due=True)
    [row] = seen
    due = now - row.at >= HOUR
    since = row.at if due else row.before
    if since is None:
        return News(None, due=due)
    rows = _SINCE.rows(session, {"since": since})
    agencies = frozenset(row.agency_id for row in rows)
    return News(since, agencies, _had(session, agencies, since) if agencies else frozenset(), due)


def _had(session: Session, agencies: frozenset[int], since: datetime) -> frozenset[int]:
    """Which of these agencies had an account by what was noted until then."""
    rows = session.connection().execute(
        sa.select(col(AccountEvent.account_id), col(AccountEvent.agency_id), col(AccountEvent.state))
        .where(col(AccountEvent.agency_id).in_(agencies), col(AccountEvent.noted_at) <= since)
        .order_by(col(AccountEvent.at), col(AccountEvent.id))
    )
    newest = {row.account_id: row for row in rows}
    return frozenset(row.agency_id for row in newest.values() if row.state in HAVING)


def looked(session: Session, room: str, now: datetime) -> None:
    """Note that a room looks now."""
    row = session.get(LedgerLook, room, with_for_update=True)
    if row is None:
        session.add(LedgerLook(room=room, at=now))
    elif now - row.at >= HOUR:
        row.before, row.at = row.at, now


_LOOK = Prepared(
    sa.select(col(LedgerLook.at), col(LedgerLook.before)).where(col(LedgerLook.room) == sa.bindparam("room"))
)
_SINCE = Prepared(
    sa.select(col(AccountEvent.agency_id))
    .where(col(AccountEvent.noted_at) > sa.bindparam("since"))
    .distinct()
)
