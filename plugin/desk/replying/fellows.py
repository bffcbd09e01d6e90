"""The answers to an incident's other reporters, each looked at like the one that leads, before anybody confirms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.desk.replying import companions, voices
from plugin.desk.replying.companions import Companion
from plugin.findings import NOTE, Finding
from plugin.public.values import Author, Inspection, Post, PublicAccount
from plugin.store.tables import Account, Reply, ReplyPart, Report

BEFORE = ("drafted", "asking", "approved", "returned", "manual")


@dataclass(frozen=True, slots=True)
class Fellows:
    """The answers to an incident's other reporters as they are kept. Those that are still to be judged: by their
    `reports`, and by what was said `lately` in other agencies' names."""

    along: Sequence[Companion]
    reports: Mapping[int, Report]
    lately: Sequence[str] = ()


def fellows(session: Session, reply: Reply, mine: Sequence[ReplyPart], lately: Sequence[str]) -> Fellows:
    """What goes along with an answer of these parts; once it is confirmed, how each of them stands."""
    if reply.companion_of is not None:
        return Fellows((), {})
    if reply.state not in BEFORE:
        return Fellows(companions.sent(session, reply.id or 0), {})
    along = companions.planned(session, reply, mine)
    return Fellows(along, {one.number: session.get_one(Report, one.number) for one in along}, lately)


async def judged(
    services: Services, account: Account, them: Fellows, found: Sequence[Finding]
) -> tuple[Companion, ...]:
    """Each of them; of those that are not confirmed yet, whether it may leave, and if not why.

    `found` is what the checks say of the answer itself: whoever sends it has read that.
    """
    if not them.reports:
        return tuple(them.along)
    judge = partial(_why, services, account, _grave(found), them.lately)
    whys = await asyncio.to_thread(
        lambda: [one.why or judge(one, them.reports[one.number]) for one in them.along]
    )
    return tuple(replace(one, why=why) for one, why in zip(them.along, whys, strict=True))


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
