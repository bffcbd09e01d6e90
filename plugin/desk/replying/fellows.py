"""The answers to an incident's other reporters, each looked at like the one that leads, before anybody confirms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.desk.replying import companions, voices
from plugin.desk.replying.companions import Companion
from plugin.desk.replying.guard import said_lately
from plugin.findings import NOTE, Finding
from plugin.public.values import Author, Inspection, Post, PublicAccount
from plugin.store.tables import Account, Reply, Report

BEFORE = ("drafted", "asking", "approved", "returned", "manual")


async def others(
    services: Services, reply: Reply, account: Account, found: Sequence[Finding]
) -> tuple[Companion, ...]:
    """What goes along with this answer, and what does not and why; once it is confirmed, how each of them stands.

    `found` is what the checks say of the answer itself: whoever sends it has read that.
    """
    if reply.companion_of is not None:
        return ()
    if reply.state not in BEFORE:
        return tuple(await services.store.read(companions.sent, reply.id or 0))
    along, reports, lately = await services.store.read(_planned, reply, account, services)
    judge = partial(_why, services, account, _grave(found), lately)
    whys = await asyncio.to_thread(lambda: [one.why or judge(one, reports[one.number]) for one in along])
    return tuple(replace(one, why=why) for one, why in zip(along, whys, strict=True))


def inspect(services: Services, text: str, account: Account, report: Report) -> Inspection:
    """What the channel says of this text; a channel that is not connected says nothing."""
    channel = services.channels.get(account.channel)
    if channel is None:
        return Inspection(len(text), len(text), len(text))
    assert account.id is not None
    target = Post(
        report.target_post,
        Author(report.author_id, report.author_handle),
        report.text,
        report.written_at,
        mentions=tuple(report.mentions),
    )
    who = PublicAccount(account.id, account.channel, account.handle, account.platform_id or "")
    return channel.inspect(text, who, target)


def _planned(
    session: Session, reply: Reply, account: Account, services: Services
) -> tuple[list[Companion], Mapping[int, Report], Sequence[str]]:
    along = companions.planned(session, reply)
    reports = {one.number: session.get_one(Report, one.number) for one in along}
    return along, reports, said_lately(session, account, services.clock()) if along else ()


def _why(
    services: Services,
    account: Account,
    known: frozenset[tuple[str, str]],
    lately: Sequence[str],
    one: Companion,
    report: Report,
) -> str:
    """Why this one may not leave, or ""."""
    channel = services.channels.get(account.channel)
    if channel is not None and channel.can.summons and not voices.calls(report, account):
        return "uncalled"
    if any(inspect(services, post, account, report).too_long for post in one.posts):
        return "too_long"
    terms = services.terms
    found = services.check(
        " ".join(one.posts),
        campaign=terms.campaign(services.clock()),
        number=one.number,
        numbered=terms.numbered,
        others=lately,
    )
    return "found" if _grave(found) - known else ""


def _grave(findings: Sequence[Finding]) -> frozenset[tuple[str, str]]:
    """What a person must look at."""
    return frozenset((f.kind, f.why) for f in findings if f.level != NOTE)
