"""The record: who decided what, on which report, in which room. Entries are only ever added, in a hash chain.

Each entry's hash covers its own content and the hash of the entry before; the head row holds the newest number
and hash. So a changed, inserted or removed row is found, and so is a cut-off tail.

Whoever can write the database can also make a whole chain anew, or set it back to an earlier day. No chain inside it
shows that; a mark does that was written down elsewhere: it names an entry and its hash, and so all before it. The
morning page carries one out of the house every day.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.store.tables import AuditEntry, AuditHead

BATCH = 1000
SHOWN = 24
"""Signs of a hash in a mark: 96 bits, which nobody meets by trying."""
WRITTEN = re.compile(r"(\d{1,12})-([0-9a-f]{24,64})")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and where: `slack:U123` in `slack:C9`, or `system` in no room, `operator` at the terminal."""

    actor: str
    room: str
    at: datetime
    official_id: int | None = None


def hand(context: Context) -> Hand:
    """The hand of whoever speaks in this context."""
    return Hand(context.sender.address, context.room.address, context.now, context.standing.official_id)


def system(now: datetime) -> Hand:
    """Our own hand: what happened without a person at that moment."""
    return Hand("system", "", now)


def operator(now: datetime) -> Hand:
    """The hand of whoever runs the program, at its terminal."""
    return Hand("operator", "terminal", now)


def record(session: Session, by: Hand, act: str, report_id: int | None = None, **detail: Any) -> None:
    """Add an entry in the caller's transaction. `detail` holds facts, never a citizen's text or a secret."""
    head = session.exec(select(AuditHead).where(AuditHead.id == 1).with_for_update()).first()
    if head is None:
        head = AuditHead(id=1)
        session.add(head)
    entry = AuditEntry(
        seq=head.seq + 1,
        at=by.at,
        actor=by.actor,
        act=act,
        report_id=report_id,
        room=by.room,
        detail=detail,
        previous=head.hash,
        hash="",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash


def of_report(session: Session, report_id: int, limit: int = 30) -> list[AuditEntry]:
    """What was decided on a report, newest first."""
    return list(
        session.exec(
            select(AuditEntry)
            .where(AuditEntry.report_id == report_id)
            .order_by(col(AuditEntry.seq).desc())
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry's number and the beginning of its hash, as people write it down: `1234-0f3a…`."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.hash}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the chain does not hold. `kind`: changed | missing | inserted | cut, or what a mark shows: shorter |
    rewritten."""

    seq: int
    kind: str


def read_mark(typed: str) -> Mark | None:
    """A mark as it was written down; None for what is none."""
    found = WRITTEN.fullmatch("".join(typed.split()).lower())
    return Mark(int(found[1]), found[2]) if found else None


def verify(session: Session, marks: Sequence[Mark] = ()) -> tuple[int, Fault | None]:
    """Walk the whole chain: the number of sound entries, and the first fault if there is one."""
    expected, previous = 1, ""
    for entry in _all(session):
        if entry.seq > expected:
            return expected - 1, Fault(expected, "missing")
        if kind := _wrong(entry, previous, marks):
            return expected - 1, Fault(entry.seq, kind)
        expected, previous = entry.seq + 1, entry.hash
    head = session.get(AuditHead, 1)
    if (head.seq, head.hash) != (expected - 1, previous) if head else expected > 1:
        return expected - 1, Fault(expected, "cut")
    beyond = [mark.seq for mark in marks if mark.seq >= expected]
    return expected - 1, Fault(min(beyond), "shorter") if beyond else None


def _wrong(entry: AuditEntry, previous: str, marks: Sequence[Mark]) -> str:
    """What is wrong with an entry that follows this hash, if anything."""
    if entry.previous != previous:
        return "inserted"
    if entry.hash != _hash(entry):
        return "changed"
    kept = all(entry.hash.startswith(mark.hash) for mark in marks if mark.seq == entry.seq)
    return "" if kept else "rewritten"


def mark(session: Session) -> str:
    """The newest entry's mark, to be written down elsewhere; "" before there is one."""
    head = session.get(AuditHead, 1)
    return str(Mark(head.seq, head.hash[:SHOWN])) if head and head.seq else ""


def _all(session: Session) -> Iterator[AuditEntry]:
    after = -(2**31)
    while True:
        rows = session.exec(
            select(AuditEntry).where(col(AuditEntry.seq) > after).order_by(col(AuditEntry.seq)).limit(BATCH)
        ).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].seq
        session.expunge_all()


def _hash(entry: AuditEntry) -> str:
    content = [
        entry.seq, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.actor, entry.act,
        entry.report_id, entry.room, entry.detail, entry.previous,
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
