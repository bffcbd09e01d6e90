"""Calling an answer off: what has not left never does, and what may be out by then is taken back.

A call that is under way cannot be stopped. Whoever makes it says how it ended, and what it has published goes at
once (plugin/desk/outgoing/sending.py); if it never ends, the withdrawal looks whether there is anything.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from plugin.desk.audit import Hand, record
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.parts import SETTLE
from plugin.store.tables import Reply

STAYS = ("published", "withdrawing", "withdrawn", "cancelled")
"""What stands there as a whole is taken back only when somebody asks for that; the others are over."""


def begin_withdrawal(reply: Reply, official_id: int | None) -> None:
    """Let what stands of an answer be taken back from now on."""
    reply.state, reply.refusal, reply.withdrawn_by = "withdrawing", "", official_id
    reply.tries, reply.not_before = 0, None


def call_off(session: Session, by: Hand, reply: Reply) -> None:
    """See to it, on record, that an answer (whose row is ours) does not appear any more."""
    if reply.state in STAYS:
        return
    mine = parts.of(session, reply.id)
    following = parts.upcoming(mine)
    perhaps = following is not None and following.begun
    if not perhaps and not parts.standing(mine):
        reply.state, reply.not_before = "cancelled", None
        record(session, by, "held_back", reply.report_id, reply=reply.id)
        return
    until = _settled(reply, by.at) if perhaps else None
    begin_withdrawal(reply, by.official_id)
    reply.not_before = until
    record(session, by, "withdrawal_asked", reply.report_id, reply=reply.id, post=reply.post_id)


def _settled(reply: Reply, now: datetime) -> datetime:
    """When a post of a call that was begun can be seen, if there is one."""
    soon = now + SETTLE
    if reply.state != "sending" or reply.lease_until is None:
        return soon
    is_under_way = reply.not_before is None
    return reply.lease_until if is_under_way else min(reply.lease_until, soon)
