"""The desk, put together from its parts: who knows whom. Nothing runs and nothing is called by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from plugin.chat.command import Offer
from plugin.chat.compose import Composer
from plugin.chat.context import Hearing, Offered, Services
from plugin.chat.courier import Courier
from plugin.chat.dispatch import Dispatcher
from plugin.chat.port import ChatAdapter
from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.dates import FILTERS
from plugin.desk.accounts.spending import Spendings
from plugin.desk.accounts.tokens import Tokens
from plugin.desk.cards.cards import card
from plugin.desk.cards.connection_card import connection_card
from plugin.desk.cards.promise_cards import promise_card
from plugin.desk.cards.report_card import report_card
from plugin.desk.handling.holding import CLAIM
from plugin.desk.outgoing.publishing import Publishing
from plugin.desk.outgoing.withdrawing import Withdrawing
from plugin.desk.posts.intake import Stored
from plugin.desk.safety import Checks
from plugin.desk.sorting.triaging import Rules, Triaging, read_rules
from plugin.desk.sorting.warning import warn
from plugin.desk.triage import Lessons
from plugin.media import Media, MediaRef
from plugin.public.approvals import Approvals
from plugin.public.paced import paced
from plugin.public.port import PublicChannel
from plugin.public.values import PublicAccount
from plugin.registry.snapshot import RegistryView
from plugin.registry.vault import Vault
from plugin.rhythm import (
    arrivals,
    budget_news,
    connections,
    consents,
    dismissing,
    escalation,
    following,
    halves,
    handing,
    ordering,
    promisekeeper,
    reprimands,
    shut_rooms,
    topics,
    unanswered,
)
from plugin.rhythm.alarms import alarms
from plugin.rhythm.arrivals import Arrivals
from plugin.rhythm.connections import Connections
from plugin.rhythm.escalation import Policy
from plugin.rhythm.follower_news import follower_news
from plugin.rhythm.following import Following
from plugin.rhythm.limits import Tables
from plugin.rhythm.looking_back import LookingBack
from plugin.rhythm.notices import Notices
from plugin.rhythm.periodic import MONTHLY, WEEKLY, period_page
from plugin.rhythm.polling import Pace, Polling
from plugin.rhythm.rechecking import Rechecking
from plugin.rhythm.reminders import reminder
from plugin.rhythm.reminding import KIND as CIRCULAR
from plugin.rhythm.reminding import Hours as ReminderHours
from plugin.rhythm.reminding import Reminding
from plugin.rhythm.rising import rising_topic
from plugin.rhythm.timekeeper import Timekeeper
from plugin.rhythm.topics import Topics
from plugin.store.gates import Gates
from plugin.store.store import Store
from plugin.terms import Terms
from plugin.wording import View, Wording


@dataclass(frozen=True)
class Frame:
    """What a desk stands in: everything that differs between a test, the training room and a government.

    `offer`: the commands, what their buttons decide, and how arguments are read; `templates`: where the words are.
    """

    offer: Offer
    templates: Path
    store: Store
    clock: Clock
    zone: ZoneInfo
    node: str
    adapters: Mapping[str, ChatAdapter]
    channels: Mapping[str, PublicChannel]
    vault: Vault
    media: Path
    approvals: Approvals
    limits: Tables
    terms: Terms
    put: Callable[[str, int], Awaitable[None]]
    policy: Policy
    remind_at: time
    news_gap: timedelta = timedelta(0)
    stored: Callable[[Stored], Awaitable[None]] | None = None
    claim: timedelta = CLAIM
    rules: Callable[[Lessons], Rules] = read_rules
    spendings: Spendings | None = None
    public_url: str = ""


@dataclass(frozen=True)
class Desk:
    """The desk, put together and not yet running."""

    services: Services
    courier: Courier
    tokens: Tokens
    dispatcher: Dispatcher
    publishing: Publishing
    withdrawing: Withdrawing
    polling: Polling
    timekeeper: Timekeeper
    rechecking: Rechecking
    looking_back: LookingBack
    notices: Notices
    topics: Topics
    arrivals: Arrivals
    triaging: Triaging
    reminding: Reminding
    following: Following
    connections: Connections


def assemble(frame: Frame) -> Desk:
    """Put the desk together. Nothing runs and nothing is called by it."""
    frame = _at_a_pace(frame)
    wording = Wording(frame.templates, FILTERS(frame.zone, frame.clock))
    courier = Courier(frame.store, Composer(frame.store, wording), frame.adapters, frame.clock)
    spendings = frame.spendings or Spendings(frame.store, frame.clock, frame.zone, {})
    tokens = Tokens(frame.store, frame.channels, frame.vault, frame.clock, owner=frame.node)

    async def stored(page: Stored) -> None:
        triaging.ring()
        if frame.stored is not None:
            await frame.stored(page)
        for about in page.changed:
            await courier.refresh(about)

    outside = _outside(frame, tokens, courier, stored)
    services = _services(frame, wording, courier, tokens, outside, spendings)
    courier.truth = partial(card, services)
    triaging = Triaging(
        frame.store,
        frame.clock,
        warn=lambda number: warn(services, number),
        refresh=courier.refresh,
        read=frame.rules,
    )
    watching = Connections(frame.store, spendings, frame.clock, frame.put)
    tokens.on_lost = watching.tick
    looking_back = LookingBack(
        frame.store, frame.channels, tokens.account, clock=frame.clock, zone=frame.zone,
        look=outside.publishing.look, refresh=courier.refresh,
    )  # fmt: skip
    outside.polling.caught_up = looking_back.tick
    return Desk(
        services=services,
        courier=courier,
        tokens=tokens,
        dispatcher=_dispatcher(frame, services, courier, wording),
        publishing=outside.publishing,
        withdrawing=outside.withdrawing,
        polling=outside.polling,
        timekeeper=Timekeeper(
            frame.store, frame.clock, frame.limits, frame.policy, refresh=courier.refresh, put=frame.put
        ),
        rechecking=outside.rechecking,
        looking_back=looking_back,
        notices=_notices(frame, services, courier),
        topics=Topics(frame.store, frame.clock, frame.zone, frame.put),
        arrivals=Arrivals(
            frame.store, frame.clock, gap=frame.news_gap, quiet=frame.policy.quiet, put=frame.put
        ),
        triaging=triaging,
        reminding=_reminding(frame, services),
        following=_following(frame, services),
        connections=watching,
    )


def _at_a_pace(frame: Frame) -> Frame:
    """The frame with channels that are asked no faster than they allow."""
    gates = Gates(frame.store)
    channels = {name: paced(channel, gates, frame.clock) for name, channel in frame.channels.items()}
    return replace(frame, channels=channels)


class _Outside(NamedTuple):
    """What speaks and listens in public."""

    publishing: Publishing
    withdrawing: Withdrawing
    polling: Polling
    rechecking: Rechecking


def _outside(
    frame: Frame, tokens: Tokens, courier: Courier, stored: Callable[[Stored], Awaitable[None]]
) -> _Outside:
    publishing = Publishing(
        frame.store,
        frame.channels,
        tokens,
        frame.clock,
        zone=frame.zone,
        owner=frame.node,
        approvals=frame.approvals,
        media=frame.media,
        refresh=courier.refresh,
    )
    publishing.withdraw = partial(frame.put, "withdraw")
    polling = Polling(
        frame.store,
        frame.channels,
        tokens.account,
        Pace(frame.zone, frame.limits),
        clock=frame.clock,
        owner=frame.node,
        on_stored=stored,
    )
    _watch_tokens(polling, tokens, courier)
    withdrawing = Withdrawing(
        frame.store,
        frame.channels,
        tokens,
        frame.clock,
        limits=frame.limits,
        approvals=frame.approvals,
        refresh=courier.refresh,
    )
    rechecking = Rechecking(
        frame.store,
        frame.channels,
        tokens.account,
        media=frame.media,
        clock=frame.clock,
        zone=frame.zone,
        freshen=courier.freshen,
    )
    return _Outside(publishing, withdrawing, polling, rechecking)


def _services(
    frame: Frame,
    wording: Wording,
    courier: Courier,
    tokens: Tokens,
    outside: _Outside,
    spendings: Spendings,
) -> Services:
    async def send(room: Room, view: View, key: str) -> None:
        await courier.send(room, view, key=key)

    async def fetch(ref: MediaRef, most_bytes: int) -> Media:
        return await courier.adapter(ref.platform).fetch(ref, most_bytes=most_bytes)

    return Services(
        store=frame.store,
        registry=RegistryView(frame.store, frame.zone, frame.clock),
        clock=frame.clock,
        zone=frame.zone,
        channels=frame.channels,
        vault=frame.vault,
        media=frame.media,
        limits=frame.limits,
        terms=frame.terms,
        check=Checks(wording),
        approvals=frame.approvals,
        publish=partial(frame.put, "publish"),
        look=outside.publishing.look,
        attach=outside.publishing.attach,
        notify=partial(frame.put, "notice"),
        withdraw=partial(frame.put, "withdraw"),
        look_gone=outside.withdrawing.look,
        offered=tuple(
            Offered(topic, c.name, c.may, c.usage, c.rare)
            for topic, those in frame.offer.topics.items()
            for c in those
        ),
        refresh=courier.refresh,
        condition=partial(_condition, frame, outside.polling, spendings),
        send=send,
        fetch=fetch,
        account=tokens.account,
        budget=spendings,
        public_url=frame.public_url,
        claim=frame.claim,
        originals=cache(partial(wording.sources, "answers")),
        words=lambda name, **values: unescape(wording.text(name, **values)),
    )


def _dispatcher(frame: Frame, services: Services, courier: Courier, wording: Wording) -> Dispatcher:
    offer = frame.offer
    return Dispatcher(
        services, courier, wording, offer.commands, offer.decisions, offer.readers, node=frame.node,
        other_words=offer.other_words,
    )  # fmt: skip


def _notices(frame: Frame, services: Services, courier: Courier) -> Notices:
    return Notices(
        frame.store,
        frame.clock,
        owner=frame.node,
        composers={
            escalation.KIND: partial(alarms, services),
            topics.KIND: partial(rising_topic, services),
            arrivals.KIND: partial(arrivals.arrived, services),
            reprimands.KIND: partial(reprimands.reprimanding, services),
            promisekeeper.KIND: lambda args: promise_card(services, args["promise"]),
            **{kind: partial(period_page, services, kind) for kind in (WEEKLY, MONTHLY)},
            CIRCULAR: partial(reminder, services),
            following.KIND: partial(follower_news, services),
            halves.KIND: partial(halves.half, services),
            ordering.KIND: partial(ordering.order_due, services),
            shut_rooms.KIND: partial(shut_rooms.room_shut, services),
            unanswered.KIND: partial(unanswered.still_unanswered, services),
            dismissing.KIND: partial(dismissing.freed, services),
            handing.CARD: lambda args: report_card(services, args["report"]),
            handing.BACK: partial(handing.came_back, services),
            handing.TIME: partial(handing.more_time, services),
            handing.ASKED: partial(handing.asked, services),
            consents.KIND: partial(consents.consent_news, services),
            connections.KIND: lambda args: connection_card(services, args["account"]),
            budget_news.KIND: partial(budget_news.budget_news, services),
        },
        deliver=courier.carry,
        sent_before=partial(sent_before, courier),
    )


def _watch_tokens(polling: Polling, tokens: Tokens, courier: Courier) -> None:
    """Whoever reads all the time is the first to see that an account's tokens are no good, or good again."""

    async def heard(account: PublicAccount) -> None:
        if await tokens.heard(account):
            await courier.refresh(f"connection:{account.id}")

    polling.refused, polling.heard = tokens.refused, heard


async def _condition(
    frame: Frame, polling: Polling, spendings: Spendings
) -> tuple[Mapping[str, str], Sequence[Hearing]]:
    parts = {a.name: a.health for a in frame.adapters.values()} | {
        c.name: c.health for c in frame.channels.values()
    }
    try:
        return await _stored_condition(frame, polling, spendings, parts)
    except SQLAlchemyError:
        return parts | {"database": "away"}, ()


async def _stored_condition(
    frame: Frame, polling: Polling, spendings: Spendings, parts: dict[str, str]
) -> tuple[Mapping[str, str], Sequence[Hearing]]:
    for month in await frame.store.survey(spendings.months, frame.clock()):
        parts[f"{month.channel} budget"] = "monthly limit reached" if month.full else "ok"
    for account, _ in await frame.store.survey(connections.lost):
        parts[f"{account.channel} @{account.handle}"] = "to be connected again"
    parts |= await frame.store.survey(shut_rooms.health)
    return parts, await polling.state()


def _following(frame: Frame, services: Services) -> Following:
    return Following(
        frame.store, services.registry, frame.channels, services.account, clock=frame.clock, zone=frame.zone
    )


def _reminding(frame: Frame, services: Services) -> Reminding:
    hours = ReminderHours(frame.zone, frame.remind_at, frame.limits.calendars.of().is_working)
    return Reminding(frame.store, services.registry, frame.clock, hours)


async def sent_before(courier: Courier, room: Room, key: str) -> bool | None:
    """Whether a message arrived under that key; None where the platform cannot tell."""
    adapter = courier.adapter(room.platform)
    return (await adapter.sent_before(room, key)) is not None if adapter.can.history else None
