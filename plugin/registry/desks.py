"""The desk at which an agency answers what it was told in person: for the tables one account on each such channel.

Nobody finds it in public, so it is no account of the ledger's: no duty is done by it and no list shows it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from plugin.store.store import insert
from plugin.store.tables import Account, Agency

DESK = "desk"
"""The verdict of such an account."""


def desk_of(session: Session, channel: str, agency_id: int, now: datetime) -> Account:
    """The agency's desk for this channel, made when it is first needed."""
    key = f"{DESK}:{agency_id}"
    code = session.exec(select(Agency.code).where(Agency.id == agency_id)).one()
    row = {
        "agency_id": agency_id, "channel": channel, "handle": code, "handle_key": key, "verdict": DESK,
        "condition": "", "mode": "manual", "health": "", "claimed_at": now, "evidence": "",
    }  # fmt: skip
    session.connection().execute(insert(session, Account).values(**row).on_conflict_do_nothing())
    return session.exec(select(Account).where(Account.channel == channel, Account.handle_key == key)).one()
