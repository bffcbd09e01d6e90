"""The first administrator takes the app with a one-time code from the operator's terminal."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from plugin.chat.rights import give, known
from plugin.chat.values import Person
from plugin.desk.audit import Hand, record
from plugin.store.tables import ActionToken
from plugin.wording import Refusal, UserError

LASTS = timedelta(hours=24)
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class WrongCode(Refusal):
    """Unknown, used or too old."""


def new_code(session: Session, now: datetime) -> str:
    """A one-time code, valid for a day; only its hash is kept. An older unused code no longer counts."""
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    row = session.get(ActionToken, "klaim") or ActionToken(
        token="klaim", verb="klaim", args={}, expires_at=now
    )
    row.args, row.expires_at, row.used_at = {"hash": _hash(code)}, now + LASTS, None
    session.add(row)
    return code


def claim(session: Session, by: Hand, person: Person, code: str, root_id: int) -> None:
    """Give the role of administrator for a code that was not used yet; UserError for any other."""
    row = session.get(ActionToken, "klaim", with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at < by.at:
        raise UserError(WrongCode())
    if not secrets.compare_digest(row.args["hash"], _hash(code)):
        raise UserError(WrongCode())
    row.used_at = by.at
    official = known(session, person)
    give(session, official, root_id, "admin", None, by.at)
    record(session, by, "claimed", agency=root_id)


def _hash(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
