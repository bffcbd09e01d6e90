"""What a channel would cost in a month, reckoned from what the desk really did in the last thirty days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.public.money import MICRO, Price
from plugin.public.port import PublicChannel
from plugin.public.values import Author, Post, PublicAccount
from plugin.store.tables import Account, Followup, PostCheck, Reply, Report

DAYS = 30
MOST = 200
"""So many of the newest answers are looked through for links; the others will be like them."""
DOT = re.compile(r"\S\.\S")
"""Without it there is no link in any text, and a channel need not be asked: that takes a while."""
ANYBODY = PublicAccount(0, "", "")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Answers (of which with a link), posts read, posts looked up each day, and what that costs in a month."""

    answers: int
    with_link: int
    reads: int
    lookups: int
    usd: float


def price(prices: Sequence[Price], kind: str, day: date) -> int:
    """What one thing costs on that day, in millionths of a dollar; nothing where the channel has no price."""
    known = sorted((p for p in prices if p.kind == kind), key=lambda p: p.since)
    held = [p for p in known if p.since <= day]
    return int(((held or known[:1])[-1].usd) * MICRO) if known else 0


def answer_kind(channel: PublicChannel, text: str, now: datetime) -> str:
    """What the channel charges an answer as."""
    target = Post("", Author(""), "", now)
    if DOT.search(text) and channel.inspect(text, ANYBODY, target).links:
        return "post_link"
    return "post_summoned" if channel.can.summons else "post"


def forecast(session: Session, channel: PublicChannel, now: datetime) -> Forecast:
    """Everything that was done on this channel, by hand or by us, as if we had done all of it."""
    since, name, day = now - timedelta(days=DAYS), channel.name, now.date()
    ours = (
        select(Reply.text)
        .join(Account, col(Account.id) == col(Reply.account_id))
        .where(Account.channel == name, col(Reply.published_at) >= since)
    )
    answers = int(
        session.connection().execute(sa.select(sa.func.count()).select_from(ours.subquery())).scalar_one()
    )
    texts = session.exec(ours.order_by(col(Reply.published_at).desc()).limit(MOST)).all()
    kinds = [answer_kind(channel, text, now) for text in texts]
    times = answers / len(kinds) if kinds else 0
    read = _count(session, Report, name, col(Report.received_at) >= since)
    read += _count(session, Followup, name, col(Followup.written_at) >= since)
    kept = _count(session, PostCheck, name, col(PostCheck.gone_at).is_(None))
    lookups = min(kept, channel.can.rechecks_per_day or kept)
    prices = channel.can.prices
    micro = round(times * sum(price(prices, kind, day) for kind in kinds))
    micro += read * (price(prices, "post_read", day) + price(prices, "user_read", day))
    micro += lookups * DAYS * price(prices, "post_read", day)
    with_link = round(times * kinds.count("post_link"))
    return Forecast(answers, with_link, read, lookups, micro / MICRO)


def _count(
    session: Session,
    table: type[Report] | type[Followup] | type[PostCheck],
    channel: str,
    fits: sa.ColumnElement[bool],
) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(col(table.channel) == channel, fits)
    return int(session.connection().execute(query).scalar_one())
