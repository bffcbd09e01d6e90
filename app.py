"""The entrance: settings -> store -> adapters -> desk -> serve. The only file that builds anything."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import json
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
import uvicorn
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from adapters.public_page import page_routes
from adapters.status import status_routes
from adapters.switchboard import Lines, plug_in
from adapters.terminal import command_line
from commands import COMMANDS, DECISIONS, READERS
from commands.klaim import new_code
from plugin.chat import forms, inbox
from plugin.chat.compose import Composer
from plugin.chat.context import Hearing, Services
from plugin.chat.courier import Courier
from plugin.chat.dispatch import Dispatcher, menu
from plugin.chat.markup import parse, plain
from plugin.chat.port import ChatAdapter
from plugin.chat.values import Room
from plugin.clock import Clock, system_clock
from plugin.dates import FILTERS
from plugin.desk import aspirations, learning, sending, withdrawing
from plugin.desk.audit import Fault, Hand, fingerprint, verify
from plugin.desk.cards import card
from plugin.desk.connecting import Connected, connect_account, listed, meant
from plugin.desk.holding import CLAIM
from plugin.desk.intake import Stored
from plugin.desk.official_page import accounts_page
from plugin.desk.photos import fetch_waiting
from plugin.desk.promise_cards import promise_card
from plugin.desk.publishing import Publishing
from plugin.desk.safety import Checks, Voice, check_lines, read_safety
from plugin.desk.triage import Lessons
from plugin.desk.triage.backtest import backtest
from plugin.desk.triaging import Rules, Triaging, read_rules
from plugin.desk.warning import warn
from plugin.desk.withdrawing import Withdrawing
from plugin.errors import DeliveryError, OperatorError, Refused
from plugin.media import Media, MediaRef
from plugin.public.port import PublicChannel
from plugin.public.values import PublicAccount
from plugin.registry.importing import Outcome, Problem, import_file
from plugin.registry.importing.telling import outcome_lines, problem_lines
from plugin.registry.matching.lines import match_lines
from plugin.registry.matching.reading import Broken
from plugin.registry.paths import codes_at
from plugin.registry.snapshot import RegistryView, load
from plugin.registry.vault import Vault
from plugin.rhythm import cursors, escalation, following, halves, notices, promisekeeper, reprimands, topics
from plugin.rhythm.alarms import alarms
from plugin.rhythm.deadlines import explain
from plugin.rhythm.durable import Durable
from plugin.rhythm.escalation import Policy
from plugin.rhythm.follower_news import follower_news
from plugin.rhythm.following import Following
from plugin.rhythm.ladder import Quiet, Rung
from plugin.rhythm.limits import Tables, read_tables
from plugin.rhythm.metrics import exposition
from plugin.rhythm.morning import Morning, Times
from plugin.rhythm.notices import Notices
from plugin.rhythm.page import page_about
from plugin.rhythm.periodic import MONTHLY, WEEKLY, Periodical, period_page
from plugin.rhythm.polling import Pace, Polling
from plugin.rhythm.rechecking import Rechecking
from plugin.rhythm.reminders import reminder
from plugin.rhythm.reminding import KIND as CIRCULAR
from plugin.rhythm.reminding import Hours as ReminderHours
from plugin.rhythm.reminding import Reminding
from plugin.rhythm.rising import rising_topic
from plugin.rhythm.runs import Claim
from plugin.rhythm.timekeeper import Timekeeper
from plugin.rhythm.topics import Topics
from plugin.rhythm.workdays import read_day
from plugin.settings import BadSettings, Settings, read_settings
from plugin.store.migrate import migrate
from plugin.store.store import Store
from plugin.store.tables import Account
from plugin.terms import Terms
from plugin.wording import UserError, View, Wording

T = TypeVar("T")

log = logging.getLogger(__name__)

HOURLY = "0 * * * *"
"""Each hour, a little: what need not be kept any longer is forgotten."""
EVERY_FEW_MINUTES = "*/3 * * * *"
"""What is counted anew, and need not be known in the same minute."""
GRACE = 1.0
"""Seconds that each kind of work in hand may take when the program is to stop."""

TEMPLATES = Path(__file__).parent / "templates"


# -- putting the desk together --------------------------------------------------------------------------

AFTER_START = 3.0
"""Seconds until what is only needed later is made ready."""
THREADS_TURN = 0.0005
"""Seconds a working thread keeps the interpreter while the loop waits: at Python's 5 ms each page of mentions that
is stored would make every command late."""


@dataclass(frozen=True)
class Frame:
    """What a desk stands in: everything that differs between a test, the training room and a government."""

    store: Store
    clock: Clock
    zone: ZoneInfo
    node: str
    adapters: Mapping[str, ChatAdapter]
    channels: Mapping[str, PublicChannel]
    vault: Vault
    media: Path
    approvals: Mapping[str, str]
    limits: Tables
    terms: Terms
    put: Callable[[str, int], Awaitable[None]]
    policy: Policy
    remind_at: time
    stored: Callable[[Stored], Awaitable[None]] | None = None
    claim: timedelta = CLAIM
    rules: Callable[[Lessons], Rules] = read_rules


@dataclass(frozen=True)
class Desk:
    """The desk, put together and not yet running."""

    services: Services
    courier: Courier
    dispatcher: Dispatcher
    publishing: Publishing
    withdrawing: Withdrawing
    polling: Polling
    timekeeper: Timekeeper
    rechecking: Rechecking
    notices: Notices
    topics: Topics
    triaging: Triaging
    reminding: Reminding
    following: Following


def assemble(frame: Frame) -> Desk:
    """Put the desk together. Nothing runs and nothing is called by it."""
    wording = Wording(TEMPLATES, FILTERS(frame.zone, frame.clock))
    courier = Courier(frame.store, Composer(frame.store, wording), frame.adapters, frame.clock)
    publisher = Publishing(
        frame.store,
        frame.channels,
        frame.vault,
        frame.clock,
        zone=frame.zone,
        owner=frame.node,
        approvals=frame.approvals,
        media=frame.media,
        refresh=courier.refresh,
    )
    withdrawer = Withdrawing(
        frame.store,
        frame.channels,
        publisher.account,
        frame.clock,
        limits=frame.limits,
        approvals=frame.approvals,
        refresh=courier.refresh,
    )

    async def withdraw(reply_id: int) -> None:
        await frame.put("withdraw", reply_id)

    publisher.withdraw = withdraw

    async def connected(account_id: int) -> PublicAccount | None:
        row = await frame.store.read(lambda session: session.get(Account, account_id))
        return publisher.account(row) if row is not None else None

    async def stored(page: Stored) -> None:
        triaging.ring(page)
        if frame.stored is not None:
            await frame.stored(page)

    polling = Polling(
        frame.store,
        frame.channels,
        connected,
        Pace(frame.zone, frame.limits),
        clock=frame.clock,
        owner=frame.node,
        on_stored=stored,
    )
    rechecking = Rechecking(
        frame.store,
        frame.channels,
        connected,
        media=frame.media,
        clock=frame.clock,
        refresh=courier.refresh,
    )

    async def send(room: Room, view: View, key: str) -> None:
        await courier.send(room, view, key=key)

    async def fetch(ref: MediaRef, most_bytes: int) -> Media:
        return await courier.adapter(ref.platform).fetch(ref, most_bytes=most_bytes)

    async def publish(reply_id: int) -> None:
        await frame.put("publish", reply_id)

    async def notify(notice_id: int) -> None:
        await frame.put("notice", notice_id)

    async def condition() -> tuple[Mapping[str, str], Sequence[Hearing]]:
        parts = {a.name: a.health for a in frame.adapters.values()} | {
            c.name: c.health for c in frame.channels.values()
        }
        return parts, await polling.state()

    services = Services(
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
        publish=publish,
        look=publisher.look,
        attach=publisher.attach,
        notify=notify,
        withdraw=withdraw,
        look_gone=withdrawer.look,
        offered=tuple((c.name, c.may, c.usage) for c in COMMANDS),
        refresh=courier.refresh,
        condition=condition,
        send=send,
        fetch=fetch,
        account=connected,
        claim=frame.claim,
        words=lambda name, **values: unescape(wording.text(name, **values)),
    )
    triaging = Triaging(
        frame.store,
        frame.clock,
        warn=lambda number: warn(services, number),
        refresh=courier.refresh,
        read=frame.rules,
    )
    courier.truth = lambda about: card(services, about)
    dispatcher = Dispatcher(services, courier, wording, COMMANDS, DECISIONS, READERS, node=frame.node)
    timekeeper = Timekeeper(
        frame.store, frame.clock, frame.limits, frame.policy, refresh=courier.refresh, put=frame.put
    )
    teller = Notices(
        frame.store,
        frame.clock,
        owner=frame.node,
        composers={
            escalation.KIND: partial(alarms, services),
            topics.KIND: partial(rising_topic, services),
            reprimands.KIND: partial(reprimands.reprimanding, services),
            halves.KIND: partial(halves.half, services),
            promisekeeper.KIND: lambda args: promise_card(services, args["promise"]),
            **{kind: partial(period_page, services, kind) for kind in (WEEKLY, MONTHLY)},
            CIRCULAR: partial(reminder, services),
            following.KIND: partial(follower_news, services),
        },
        deliver=send,
        sent_before=partial(_sent_before, courier),
    )
    return Desk(
        services=services,
        courier=courier,
        dispatcher=dispatcher,
        publishing=publisher,
        withdrawing=withdrawer,
        polling=polling,
        timekeeper=timekeeper,
        rechecking=rechecking,
        notices=teller,
        topics=Topics(frame.store, frame.clock, frame.zone, frame.put),
        triaging=triaging,
        reminding=_reminding(frame, services),
        following=_following(frame, services),
    )


def _following(frame: Frame, services: Services) -> Following:
    return Following(
        frame.store, services.registry, frame.channels, services.account, clock=frame.clock, zone=frame.zone
    )


def _reminding(frame: Frame, services: Services) -> Reminding:
    hours = ReminderHours(frame.zone, frame.remind_at, frame.limits.calendars.of().is_working)
    return Reminding(frame.store, services.registry, frame.clock, hours)


# -- a running house ------------------------------------------------------------------------------------


@dataclass
class House:
    """Everything that runs in one process; made by `build`, let go of by its context."""

    settings: Settings
    store: Store
    wording: Wording
    desk: Desk
    durable: Durable
    morning: Morning
    periodical: Periodical
    lines: Lines
    photos: asyncio.Event


@contextlib.asynccontextmanager
async def build(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[House]:
    """Build the house from its settings. Raises OperatorError for what the operator must mend."""
    store = await open_store(settings)
    wording = Wording(TEMPLATES, FILTERS(settings.zone, clock))
    node = settings.node or socket.gethostname()[:40]
    durable, photos = Durable(store, node=node), asyncio.Event()

    async def stored(page: Stored) -> None:
        photos.set()

    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.aclose)
        lines = await plug_in(settings, store, wording, clock)
        stack.push_async_callback(lines.aclose)
        frame = Frame(
            store=store,
            clock=clock,
            zone=settings.zone,
            node=node,
            adapters=lines.adapters,
            channels=lines.channels,
            vault=_vault(settings),
            media=settings.media_dir,
            approvals={"x": settings.x_approval},
            limits=_tables(settings),
            terms=settings.terms,
            put=durable.put,
            policy=_policy(settings),
            remind_at=settings.remind_at,
            stored=stored,
            claim=timedelta(hours=settings.claim_hours),
        )
        desk = assemble(frame)
        morning = _morning(frame, desk, settings)
        periodical = Periodical(
            store, clock, zone=frame.zone, at=settings.digest_at, registry=desk.services.registry.current
        )
        yield House(settings, store, wording, desk, durable, morning, periodical, lines, photos)


async def open_store(settings: Settings) -> Store:
    """The database, in today's shape; OperatorError when it cannot be opened."""
    try:
        await asyncio.to_thread(migrate, settings.database_url)
        store = Store(settings.database_url)
        await store.check()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        why = str(getattr(error, "orig", error)).splitlines()[0]
        raise OperatorError("database", why=why) from None
    return store


def _morning(frame: Frame, desk: Desk, settings: Settings) -> Morning:
    services = desk.services

    async def compose(run: Claim) -> View:
        registry = await services.registry.current()
        return await page_about(services, registry, registry.by_id(run.agency_id), picture=not run.brief)

    return Morning(
        frame.store,
        frame.clock,
        times=Times(
            frame.zone, settings.digest_at, lambda day: not frame.limits.calendars.of().is_working(day)
        ),
        owner=frame.node,
        compose=compose,
        deliver=services.send,
        sent_before=partial(_sent_before, desk.courier),
    )


async def _sent_before(courier: Courier, room: Room, key: str) -> bool | None:
    """Whether a message arrived under that key; None where the platform cannot tell."""
    adapter = courier.adapter(room.platform)
    return (await adapter.sent_before(room, key)) is not None if adapter.can.history else None


def _policy(settings: Settings) -> Policy:
    rungs = [Rung(level, timedelta(hours=wait)) for level, wait in settings.escalation]
    return Policy(rungs, Quiet(*settings.quiet_hours, settings.zone))


def _tables(settings: Settings) -> Tables:
    return read_tables(settings.zone, settings.rules_file, settings.hours_file, settings.local_days_file)


def _vault(settings: Settings) -> Vault:
    return Vault([key.get_secret_value() for key in settings.secret_keys])


# -- serving --------------------------------------------------------------------------------------------


async def serve(settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM."""
    listening = bind(settings.host, settings.port)
    with contextlib.closing(listening):
        async with build(settings) as house:
            await run(house, listening)


def bind(host: str, port: int) -> socket.socket:
    """The socket of the HTTP server, taken before anything else is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        code = "port_taken" if error.errno == errno.EADDRINUSE else "bad_host"
        raise OperatorError(code, host=host, port=port) from None
    return listening


async def run(house: House, listening: socket.socket) -> None:
    """Everything at once: the HTTP server, every adapter, polling, durable work and the minute."""
    desk, durable = house.desk, house.durable
    _assign(house)
    for channel in house.lines.channels.values():
        if hasattr(channel, "on_post"):
            channel.on_post = lambda name=channel.name: desk.polling.wake(name)
    server = _Server(
        uvicorn.Config(
            Starlette(routes=[*house.lines.routes, *_routes(house)]),
            log_config=None, access_log=False, timeout_graceful_shutdown=int(GRACE), server_header=False,
        )
    )  # fmt: skip
    await desk.services.registry.current()  # the first command need not wait for the picture
    gc.collect()
    gc.freeze()  # what stands now stays: the collector need not walk over it again and again
    await durable.start()
    try:
        await desk.dispatcher.start()
        tasks = [asyncio.create_task(_listen(a, desk)) for a in house.lines.adapters.values()]
        tasks += [asyncio.create_task(desk.polling.run()), asyncio.create_task(_photos(house))]
        tasks.append(asyncio.create_task(desk.triaging.run()))
        warming = asyncio.create_task(_warm(desk))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        _announce(house)
        await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        for task in (*tasks, warming):
            task.cancel()
        ended = await asyncio.gather(*tasks, warming, return_exceptions=True)
        with contextlib.suppress(TimeoutError):  # what is cut off is taken up at the next start
            async with asyncio.timeout(GRACE):
                await desk.dispatcher.settle()
        for end in ended:
            if isinstance(end, Exception):
                raise end
    finally:
        await durable.stop(GRACE)
    click.echo(house.wording.text("cli/goodbye.txt"))


def _assign(house: House) -> None:
    """Tell the durable runner what there is to do, and when."""
    desk, durable = house.desk, house.durable

    async def wake_photos() -> None:
        house.photos.set()

    async def hour() -> None:
        await house.store.write(inbox.forget, desk.services.clock())
        await house.store.write(forms.forget, desk.services.clock())

    async def lists() -> list[tuple[str, int]]:
        return [(following.JOB, n) for n in await house.store.survey(following.due)]

    async def gather() -> None:
        await house.store.write(aspirations.gather, house.settings.zone)

    async def due() -> list[tuple[str, int]]:
        now = desk.services.clock()
        told = [("notice", n) for n in await house.store.survey(notices.due, now)]
        back = [("withdraw", n) for n in await house.store.survey(withdrawing.due, now)]
        return [("publish", n) for n in await house.store.survey(sending.due, now)] + back + told

    durable.job("publish", desk.publishing.publish)
    durable.job("withdraw", desk.withdrawing.withdraw)
    durable.job("notice", desk.notices.send)
    durable.job(following.JOB, desk.following.read)
    durable.sweep(lists)
    durable.tick("inbox", desk.dispatcher.recover)
    durable.tick("reminders", desk.reminding.tick)
    durable.tick("clocks", desk.timekeeper.tick, at_start=True)
    durable.tick("morning", house.morning.tick, at_start=True)
    durable.tick("periodical", house.periodical.tick, at_start=True)
    durable.tick("photos", wake_photos)
    durable.tick("recheck", desk.rechecking.tick)
    durable.tick("topics", desk.topics.tick, EVERY_FEW_MINUTES)
    durable.tick("aspirations", gather, EVERY_FEW_MINUTES)
    durable.tick("hour", hour, HOURLY)
    durable.sweep(due)


def _routes(house: House) -> list[BaseRoute]:
    """What may be asked over HTTP beside the platforms: our state, and where wanted the citizens' page."""
    services = house.desk.services
    routes: list[BaseRoute] = [*status_routes(services.condition, lambda: house.store.survey(exposition))]
    if house.settings.public_page:
        routes += page_routes(partial(accounts_page, services, house.wording))
    return routes


async def _warm(desk: Desk) -> None:
    """Read the tables of the checks before the first draft needs them: they take a second, the first answer none."""
    await asyncio.sleep(AFTER_START)
    await asyncio.to_thread(desk.services.check, "", campaign=False)


class _Server(uvicorn.Server):
    """An HTTP server that ends at Ctrl-C or SIGTERM in good order.

    uvicorn's own would raise the signal anew once it has ended, and so cut off whatever else has to end.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop, numbers = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


async def _listen(adapter: ChatAdapter, desk: Desk) -> None:
    try:
        await adapter.offer_menu(desk.dispatcher.menu())
        await adapter.listen(desk.dispatcher.receive)
    except Refused as refused:
        raise OperatorError("token", platform=adapter.name, why=refused.why) from None


async def _photos(house: House) -> None:
    """Fetch photos whenever some may be waiting, and show them on the cards of their reports."""
    while True:
        await house.photos.wait()
        house.photos.clear()
        try:
            fetched = await fetch_waiting(
                house.store, house.lines.channels, house.settings.media_dir, house.desk.services.clock
            )
            for number in fetched.reports:
                await house.desk.courier.refresh(f"report:{number}")
        except (sa.exc.SQLAlchemyError, DeliveryError, OSError) as error:
            log.error("photos wait: %s", type(error).__name__)


def _announce(house: House) -> None:
    settings = house.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    click.echo(
        house.wording.text(
            "cli/serving.txt",
            training=settings.training,
            address=address,
            platforms=list(house.lines.adapters),
        )
    )


# -- the operator's terminal ----------------------------------------------------------------------------


class Works:
    """What the operator's commands do: each builds no more of the house than it needs."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def serve(self) -> None:
        """Run until Ctrl-C, on the quickest loop there is."""
        import uvloop

        sys.setswitchinterval(THREADS_TURN)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(read_settings()))

    def import_file(self, kind: str, path: Path, *, dry_run: bool) -> tuple[bool, list[str]]:
        """(whether it went well, what to tell)."""
        settings = read_settings()

        async def work(store: Store) -> Outcome | list[Problem]:
            now = system_clock()
            return await import_file(store, path, kind, now=now, zone=settings.zone, dry_run=dry_run)

        result = _with_store(settings, work)
        if isinstance(result, list):
            return False, problem_lines(self._wording, result)
        return True, outcome_lines(self._wording, result)

    def admin_code(self) -> str:
        """A new one-time code."""
        return _with_store(read_settings(), lambda store: store.write(new_code, system_clock()))

    def accounts(self) -> Sequence[object]:
        """Every official account."""
        return _with_store(read_settings(), lambda store: store.survey(listed))

    def connect(self, agency: str, channel: str, ask: Callable[[str], Sequence[str]]) -> Connected:
        """Connect an account with the tokens that `ask` gives for its handle."""
        return asyncio.run(_connect(read_settings(), agency, channel, ask))

    def match_accounts(
        self, lines: Iterable[str], as_of: date | None, region: str | None
    ) -> tuple[Iterator[str], Sequence[Broken]]:
        """(a judgement of each follower, the lines that could not be read)."""
        settings = read_settings()
        registry = _with_store(settings, lambda store: store.survey(load, settings.zone))
        broken: list[Broken] = []
        day = as_of or system_clock().astimezone(settings.zone).date()
        return iter(list(match_lines(lines, registry, day, region=region, broken=broken))), broken

    def triage(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]:
        """(what triage would propose for each message, the lines that could not be read)."""
        broken: list[object] = []
        return iter(list(backtest(lines, broken.append))), broken

    def check_replies(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]:
        """(what the checks find in each reply, the lines that could not be read)."""
        broken: list[object] = []
        voice = Voice(Wording(TEMPLATES))
        return iter(list(check_lines(lines, read_safety(), voice.why, broken.append))), broken

    def deadline(self, received: str, days: int, agency: str | None) -> str:
        """The last day of so many working days after that day (at an agency), and how it is counted."""
        settings = read_settings()
        zone = settings.zone
        codes = _with_store(settings, lambda store: store.survey(_codes, agency, zone)) if agency else ()
        found = explain(read_day(received), days, _tables(settings).calendars.of(codes))
        wording = Wording(TEMPLATES, FILTERS(zone, system_clock))
        return unescape(wording.text("deadlines/explained.txt", deadline=found))

    def slack_manifest(self, url: str | None) -> str:
        """Slack's manifest, as JSON."""
        from adapters.slack import manifest

        made = manifest(menu(COMMANDS, self._wording), base_url=url, wording=self._wording)
        return json.dumps(made, indent=2, ensure_ascii=False)

    def lessons(self, agency: str | None) -> Sequence[object]:
        """What was taught and counts, the newest first: all, or for one agency."""
        settings = read_settings()

        def look(session: Session) -> Sequence[object]:
            codes = [meant(load(session, settings.zone), agency).code] if agency else None
            return learning.listed(session, codes, limit=10_000)[1]

        return _with_store(settings, lambda store: store.survey(look))

    def teach(self, agency: str, phrase: str, category: str, weight: float) -> object:
        """Teach a phrase for an agency (without weight: it points there no longer), on record."""
        settings = read_settings()

        def work(session: Session) -> object:
            known, code = learning.fit(phrase), meant(load(session, settings.zone), agency).code
            if not known or (category and category not in learning.categories()):
                raise OperatorError("unfit_lesson")
            by = Hand("operator", "", system_clock())
            number = learning.teach(session, by, known, code, category=category, weight=weight)
            return learning.lesson(session, number)

        return _with_store(settings, lambda store: store.write(work))

    def unteach(self, lesson: int) -> object:
        """Take a lesson back, on record."""

        def work(session: Session) -> object:
            undone = learning.undo(session, Hand("operator", "", system_clock()), lesson)
            if undone is None:
                raise OperatorError("no_lesson", lesson=lesson)
            return undone

        return _with_store(read_settings(), lambda store: store.write(work))

    def verify(self) -> tuple[int, str, Fault | None]:
        """(sound entries of the record, the fingerprint of the last, the first fault)."""
        return _with_store(read_settings(), lambda store: store.survey(_verified))


def _codes(session: Session, agency: str, zone: ZoneInfo) -> tuple[str, ...]:
    return codes_at(session, meant(load(session, zone), agency).id)


def _verified(session: Session) -> tuple[int, str, Fault | None]:
    sound, fault = verify(session)
    return sound, fingerprint(session), fault


async def _connect(
    settings: Settings, agency: str, channel: str, ask: Callable[[str], Sequence[str]]
) -> Connected:
    async with contextlib.AsyncExitStack() as stack:
        store = await open_store(settings)
        stack.push_async_callback(store.aclose)
        lines = await plug_in(settings, store, Wording(TEMPLATES), system_clock)
        stack.push_async_callback(lines.aclose)
        there, now = lines.channels.get(channel), system_clock()
        if there is None:
            raise OperatorError("no_channel", channel=channel)
        approved = bool(settings.x_approval) or not there.can.needs_approval
        done = await connect_account(
            store, there, _vault(settings), agency, ask, now=now, zone=settings.zone, approved=approved
        )
        await store.write(cursors.retry, done.account_id, now)  # what it had to wait for before is past
        return done


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    async def doing() -> T:
        store = await open_store(settings)
        try:
            return await work(store)
        finally:
            await store.aclose()

    return asyncio.run(doing())


def main() -> None:
    """What `python app.py` does: the one place where an error becomes a line for the operator."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    wording = Wording(TEMPLATES)
    try:
        command_line(wording, Works(wording))()
    except BadSettings as error:
        lines = [
            wording.text("cli/problem.txt", setting=p.name, code=p.code, near=p.near) for p in error.problems
        ]
    except OperatorError as error:
        lines = [wording.text("cli/stopped.txt", code=error.code, **error.values)]
    except UserError as error:
        lines = [plain(parse(wording.say(error.view)))]
    else:
        return
    sys.exit("\n".join(unescape(line) for line in lines))


if __name__ == "__main__":
    main()
