"""The entrance: settings -> store -> adapters -> desk -> serve; `opening` and `house` put the parts together."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path

import click
import uvicorn
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from adapters.consent_page import consent_routes
from adapters.crowd import guests, room
from adapters.machine import leave_standing, share_heap, take_short_turns
from adapters.public_page import page_routes
from adapters.serving import Server, bind
from adapters.status import status_routes
from adapters.switchboard import Lines, plug_in, public_channels
from adapters.terminal import command_line
from commands import OFFER
from plugin.chat.dispatch import menu
from plugin.chat.markup import parse, plain
from plugin.chat.port import ChatAdapter
from plugin.chores import assign
from plugin.clock import Clock, system_clock
from plugin.dates import FILTERS
from plugin.desk.accounts.official_page import accounts_page
from plugin.errors import OperatorError, Refused
from plugin.house import Desk, Frame, assemble
from plugin.opening import approvals_of, open_media, open_store, policy_of, spendings_of, tables_of, vault_of
from plugin.rhythm import consents
from plugin.rhythm.durable import Durable
from plugin.rhythm.metrics import exposition
from plugin.rhythm.morning import Morning, Times
from plugin.rhythm.page import page_about
from plugin.rhythm.periodic import Periodical
from plugin.rhythm.runs import Claim
from plugin.settings import BadSettings, Settings
from plugin.store.alone import alone
from plugin.store.store import Store
from plugin.wording import UserError, View, Wording
from plugin.works import Works

GRACE = 1.0
"""Seconds that each kind of work in hand may take when the program is to stop."""
LAST_RENEWAL = 10.0
"""Seconds that a stop waits for new tokens of an account: cut off there, a person would have to connect it again."""
TEMPLATES = Path(__file__).parent / "templates"
AFTER_START = 3.0
"""Seconds until what is only needed later is made ready."""


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


@contextlib.asynccontextmanager
async def build(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[House]:
    """Build the house from its settings. Raises OperatorError for what the operator must mend."""
    open_media(settings)
    store = await open_store(settings)
    wording = Wording(TEMPLATES, FILTERS(settings.zone, clock))
    node = _node(settings)
    durable = Durable(store, node=node)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.aclose)
        spendings = spendings_of(settings, store, clock)
        lines = await plug_in(settings, store, wording, clock, spendings)
        stack.push_async_callback(lines.aclose)
        frame = Frame(
            offer=OFFER,
            templates=TEMPLATES,
            store=store,
            clock=clock,
            zone=settings.zone,
            node=node,
            adapters=lines.adapters,
            channels=lines.channels,
            vault=vault_of(settings),
            media=settings.media_dir,
            approvals=approvals_of(settings),
            limits=tables_of(settings),
            terms=settings.terms,
            put=durable.put,
            policy=policy_of(settings),
            remind_at=settings.remind_at,
            news_gap=timedelta(minutes=settings.news_minutes),
            claim=timedelta(hours=settings.claim_hours),
            spendings=spendings,
            public_url=settings.public_url or "",
        )
        desk = assemble(frame)
        morning = _morning(frame, desk, settings)
        periodical = Periodical(
            store, clock, zone=frame.zone, at=settings.digest_at, registry=desk.services.registry.current
        )
        yield House(settings, store, wording, desk, durable, morning, periodical, lines)


def _node(settings: Settings) -> str:
    return settings.node or socket.gethostname()[:40]


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
        deliver=desk.courier.carry,
        sent_before=desk.courier.sent_before,
    )


# -- serving --------------------------------------------------------------------------------------------


async def serve(settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM."""
    listening = bind(settings.host, settings.port)
    with contextlib.closing(listening), alone(make_url(settings.database_url), _node(settings)):
        async with build(settings) as house:
            await run(house, listening)


async def run(house: House, listening: socket.socket) -> None:
    """Everything at once: the HTTP server, every adapter, polling, durable work and the minute."""
    desk, durable = house.desk, house.durable
    assign(durable, desk, house.morning, house.periodical, training=house.settings.training)
    for channel in house.lines.channels.values():
        if hasattr(channel, "on_post"):
            channel.on_post = lambda name=channel.name: desk.polling.wake(name)
    server = Server(
        uvicorn.Config(
            Starlette(routes=[*house.lines.routes, *_routes(house)]),
            http=guests(room()), log_config=None, access_log=False, ws="none",
            timeout_graceful_shutdown=int(GRACE), server_header=False,
        )
    )  # fmt: skip
    await desk.services.registry.current()  # the first command need not wait for the picture
    leave_standing()
    await durable.start()
    try:
        await desk.dispatcher.start()
        tasks = [asyncio.create_task(_listen(a, desk)) for a in house.lines.adapters.values()]
        tasks += [asyncio.create_task(w.run()) for w in (desk.polling, desk.fetching, desk.triaging)]
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
        await desk.tokens.stop(LAST_RENEWAL)
    click.echo(house.wording.text("cli/goodbye.txt"))


def _routes(house: House) -> list[BaseRoute]:
    """What may be asked over HTTP beside the platforms: our state, and where wanted the citizens' page."""
    services = house.desk.services

    async def figures() -> bytes | None:
        with contextlib.suppress(SQLAlchemyError):
            return await house.store.survey(exposition)
        return None

    routes: list[BaseRoute] = [*status_routes(services.condition, figures)]
    if any(channel.can.consent for channel in house.lines.channels.values()):
        routes += consent_routes(partial(_consented, house), house.wording)
    if house.settings.public_page:
        routes += page_routes(partial(accounts_page, services, house.wording))
    return routes


async def _consented(house: House, channel: str, state: str, code: str) -> consents.Ending:
    """Somebody came back from a channel; an account that is connected now is read at once."""
    ending = await consents.finish(house.desk.services, channel, state, code)
    if ending.kind == "connected":
        house.desk.polling.wake(channel)
    return ending


async def _warm(desk: Desk) -> None:
    """Read the tables of the checks before the first draft needs them."""
    await asyncio.sleep(AFTER_START)
    await asyncio.to_thread(desk.services.check, "", campaign=False)


async def _listen(adapter: ChatAdapter, desk: Desk) -> None:
    try:
        await adapter.offer_menu(desk.dispatcher.menu())
        await adapter.listen(desk.dispatcher.receive)
    except Refused as refused:
        raise OperatorError("token", platform=adapter.name, why=refused.why) from None


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
    if house.desk.services.approvals.missing(house.lines.channels):
        click.echo(house.wording.text("cli/no_approval.txt"))


def _serve(settings: Settings) -> None:
    """Run until Ctrl-C, on the quickest loop there is."""
    import uvloop

    take_short_turns()
    share_heap()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings))


def _slack_manifest(url: str | None) -> str:
    from adapters.slack import manifest

    wording = Wording(TEMPLATES)
    made = manifest(menu(OFFER.commands, wording), base_url=url, wording=wording)
    return json.dumps(made, indent=2, ensure_ascii=False)


def main() -> None:
    """What `python app.py` does: the one place where an error becomes a line for the operator."""
    os.umask(0o077)  # photos, letters, copies: whatever is made here can be read by the owner alone
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    wording = Wording(TEMPLATES)
    try:
        works = Works(TEMPLATES, channels=public_channels, manifest=_slack_manifest, run=_serve)
        command_line(wording, works)()
    except BadSettings as error:
        lines = [
            wording.text("cli/problem.txt", setting=p.name, code=p.code, near=p.near) for p in error.problems
        ]
    except OperatorError as error:
        lines = [wording.text("cli/stopped.txt", code=error.code, **error.values)]
    except UserError as error:
        lines = [plain(parse(wording.say(error.view)))]
    except OperationalError as error:  # the disk is full, somebody holds the file, the server went away
        why = str(error.orig).partition("\n")[0]
        lines = [wording.text("cli/stopped.txt", code="database", why=why)]
    else:
        return
    sys.exit("\n".join(unescape(line) for line in lines))


if __name__ == "__main__":
    main()
