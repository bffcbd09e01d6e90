"""What the operator's monitoring may know: counts, never a word that somebody wrote."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.lists import queue
from plugin.store.tables import AuditHead, DigestRun, Inbox, Photo, Reply


def exposition(session: Session) -> bytes:
    """The desk's figures in Prometheus's text format, read from the tables: the same from every process."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    waiting = Gauge("tanggap_reports_waiting", "Reports without a public answer", registry=registry)
    waiting.set(queue.counts(session, queue.Span()).waiting)
    inbox = Gauge("tanggap_inbox_waiting", "Deliveries not worked off yet", registry=registry)
    inbox.set(_number(session, sa.select(sa.func.count()).where(col(Inbox.done_at).is_(None))))
    photos = Gauge("tanggap_photos_waiting", "Photos still to be fetched", registry=registry)
    photos.set(_number(session, sa.select(sa.func.count()).where(col(Photo.state) == "waiting")))
    acts = Gauge("tanggap_audit_entries", "Decisions on record", registry=registry)
    acts.set(_number(session, sa.select(sa.func.coalesce(sa.func.max(AuditHead.seq), 0))))
    replies = Gauge("tanggap_replies", "Replies by state", ["state"], registry=registry)
    digests = Gauge("tanggap_digests", "Digests by state", ["state"], registry=registry)
    for gauge, state in ((replies, col(Reply.state)), (digests, col(DigestRun.state))):
        for name, count in session.connection().execute(sa.select(state, sa.func.count()).group_by(state)):
            gauge.labels(name).set(count)
    return generate_latest(registry)


def _number(session: Session, query: sa.Select[int]) -> int:
    return int(session.connection().execute(query).scalar_one())
