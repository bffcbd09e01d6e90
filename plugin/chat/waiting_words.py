"""Words that wait until somebody has chosen what they are: kept once for all buttons, and gone once used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from plugin.chat.refusals import Lapsed
from plugin.media import MediaRef
from plugin.store.tables import ActionToken
from plugin.wording import UserError

VERB = "words"
LASTS = timedelta(days=1)
"""So long somebody may choose; then the words are gone."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was typed, and the photos that came with it; once used, nothing but the report that it belongs to."""

    text: str
    sent: tuple[MediaRef, ...]
    report: int | None


def keep(session: Session, origin: str, text: str, sent: Sequence[MediaRef], now: datetime) -> str:
    """Keep these words, and name the key by which a button means them; the same of one origin are kept once."""
    key = f"w:{hashlib.sha256(f'{origin} {text}'.encode()).hexdigest()[:32]}"
    if session.get(ActionToken, key) is None:
        args: dict[str, Any] = {"text": text, "sent": carried(sent)}
        session.add(ActionToken(token=key, verb=VERB, args=args, expires_at=now + LASTS))
    return key


def find(session: Session, key: str, now: datetime) -> Waiting:
    """The words that wait under this key. Raises UserError where they have waited too long."""
    row = session.get(ActionToken, key)
    if row is None or row.expires_at < now:
        raise UserError(Lapsed())
    return Waiting(row.args.get("text", ""), refs(row.args.get("sent", ())), row.args.get("report"))


def use(session: Session, key: str, report: int) -> None:
    """They belong to this report now, and wait no longer: whoever chooses once more is led there."""
    row = session.get(ActionToken, key)
    if row is not None:
        row.args = {"report": report}


def carried(sent: Sequence[MediaRef]) -> list[list[str]]:
    """Photos that are not fetched yet, as they are kept in what a button or a form means."""
    return [[ref.platform, ref.key, ref.mime] for ref in sent]


def refs(kept: Sequence[Sequence[str]]) -> tuple[MediaRef, ...]:
    """The photos out of what was meant."""
    return tuple(MediaRef(*ref) for ref in kept)
