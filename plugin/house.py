"""The desk, put together from its parts: who knows whom. Nothing runs and nothing is called by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plugin.chat.command import Offer
from plugin.chat.compose import Composer
from plugin.chat.context import Offered, Services
from plugin.chat.courier import Courier
from plugin.chat.dispatch import Dispatcher
from plugin.chat.port import ChatAdapter
from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.dates import FILTERS
from plugin.desk.accounts.spending import Spendings
from plugin.desk.accounts.tokens import Tokens
from plugin.desk.cards.cards import card
from plugin.desk.handling.holding import CLAIM
from plugin.desk.outgoing.publishing import Publishing
from plugin.desk.outgoing.withdrawing import Withdrawing
from plugin.desk.posts.fetching import Fetching
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
from plugin.rhythm.arrivals import Arrivals
from plugin.rhythm.composers import composers
from plugin.rhythm.condition import condition
from plugin.rhythm.connections import Connections
from plugin.rhythm.escalation import Policy
from plugin.rhythm.following import Following
from plugin.rhythm.limits import Tables
from plugin.rhythm.looking_back import LookingBack
from plugin.rhythm.notices import Notices
from plugin.rhythm.polling import Pace, Polling
from plugin.rhythm.rechecking import Rechecking
from plugin.rhythm.reminding import Hours as ReminderHours
from plugin.rhythm.reminding import Reminding
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
    fetching: Fetching
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

    def came_in() -> None:
        triaging.ring()

    async def stored(page: Stored) -> None:
        came_in()
        await fetching.ring()
        for about in page.changed:
            await courier.refresh(about)

    fetching = Fetching(frame.store, frame.channels, frame.media, frame.clock, refresh=courier.refresh)
    outside = _outside(frame, tokens, courier, stored)
    services = _services(frame, wording, courier, tokens, outside, spendings, came_in)
    courier.truth = partial(card, services)
    triaging = _triaging(frame, services, courier)
    watching = Connections(frame.store, spendings, frame.clock, frame.put)
    tokens.on_lost = watching.tick
    looking_back = _looking_back(frame, tokens, courier, outside)
    return Desk(
        services=services,
        courier=courier,
        tokens=tokens,
        dispatcher=_dispatcher(frame, services, courier, wording),
        publishing=outside.publishing,
        withdrawing=outside.withdrawing,
        polling=outside.polling,
        timekeeper=_timekeeper(frame, courier),
        rechecking=outside.rechecking,
        looking_back=looking_back,
        notices=_notices(frame, services, courier),
        topics=Topics(frame.store, frame.clock, frame.zone, frame.put),
        arrivals=Arrivals(
            frame.store, frame.clock, gap=frame.news_gap, quiet=frame.policy.quiet, put=frame.put
        ),
        triaging=triaging,
        fetching=fetching,
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


def _looking_back(frame: Frame, tokens: Tokens, courier: Courier, outside: _Outside) -> LookingBack:
    """Begins by itself whenever polling has caught up."""
    looking_back = LookingBack(
        frame.store, frame.channels, tokens.account, clock=frame.clock, zone=frame.zone,
        look=outside.publishing.look, refresh=courier.refresh,
    )  # fmt: skip
    outside.polling.caught_up = looking_back.tick
    return looking_back


def _services(
    frame: Frame,
    wording: Wording,
    courier: Courier,
    tokens: Tokens,
    outside: _Outside,
    spendings: Spendings,
    came_in: Callable[[], None],
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
        offered=_offered(frame.offer),
        refresh=courier.refresh,
        came_in=came_in,
        condition=partial(
            condition,
            frame.store,
            frame.media,
            frame.clock,
            partial(_healths, frame),
            outside.polling,
            spendings,
        ),
        send=send,
        fetch=fetch,
        account=tokens.account,
        budget=spendings,
        public_url=frame.public_url,
        claim=frame.claim,
        originals=cache(partial(wording.sources, "answers")),
        words=lambda name, **values: unescape(wording.text(name, **values)),
    )


def _offered(offer: Offer) -> tuple[Offered, ...]:
    return tuple(
        Offered(topic, c.name, c.may, c.usage, c.rare) for topic, those in offer.topics.items() for c in those
    )


def _healths(frame: Frame) -> dict[str, str]:
    """What the adapters and channels say of themselves."""
    chats = {adapter.name: adapter.health for adapter in frame.adapters.values()}
    return chats | {channel.name: channel.health for channel in frame.channels.values()}


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
        composers=composers(services),
        deliver=courier.carry,
        sent_before=courier.sent_before,
    )


def _watch_tokens(polling: Polling, tokens: Tokens, courier: Courier) -> None:
    """Whoever reads all the time is the first to see that an account's tokens are no good, or good again."""

    async def heard(account: PublicAccount) -> None:
        if await tokens.heard(account):
            await courier.refresh(f"connection:{account.id}")

    polling.refused, polling.heard = tokens.refused, heard


def _triaging(frame: Frame, services: Services, courier: Courier) -> Triaging:
    return Triaging(
        frame.store, frame.clock, warn=partial(warn, services), refresh=courier.refresh, read=frame.rules
    )


def _timekeeper(frame: Frame, courier: Courier) -> Timekeeper:
    return Timekeeper(
        frame.store, frame.clock, frame.limits, frame.policy, refresh=courier.refresh, put=frame.put
    )


def _following(frame: Frame, services: Services) -> Following:
    return Following(
        frame.store, services.registry, frame.channels, services.account, clock=frame.clock, zone=frame.zone
    )


def _reminding(frame: Frame, services: Services) -> Reminding:
    hours = ReminderHours(frame.zone, frame.remind_at, frame.limits.calendars.of().is_working)
    return Reminding(frame.store, services.registry, frame.clock, hours)
