"""The whole desk of `tests/desk.py` behind a real adapter, with an official in a room of that platform."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from sqlmodel import Session, select

from plugin.chat.port import ChatAdapter
from plugin.chat.rights import give, known
from plugin.chat.rooms import bind
from plugin.chat.values import Person, Room
from plugin.house import Desk, assemble
from plugin.store.tables import Agency
from tests.adapters.test_slack import slack_for
from tests.desk import Conversation
from tests.far_side.slack import SlackFarSide


async def desk_behind(talk: Conversation, adapter: ChatAdapter, room: Room, *people: Person) -> Desk:
    """A desk that speaks through `adapter`; `room` is DPUPR's, and these people answer for it."""

    def settle_in(session: Session) -> None:
        agency = session.exec(select(Agency).where(Agency.code == "DPUPR")).one().id
        assert agency is not None
        for person in people:
            give(session, known(session, person), agency, "penanggung-jawab", None, talk.clock())
        bind(session, room, agency, talk.clock())

    await talk.store.write(settle_in)
    return assemble(replace(talk.frame, adapters={room.platform: adapter}))


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop turn until it is so."""
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def behind_slack(talk: Conversation) -> AsyncIterator[tuple[SlackFarSide, Desk]]:
    """A desk on Slack, where Ada answers for DPUPR in C1."""
    async with SlackFarSide() as far:
        adapter = slack_for(far)
        desk = await desk_behind(talk, adapter, Room("slack", "C1"), Person("slack", "UADA", "Bu Ada"))
        listens = asyncio.create_task(adapter.listen(desk.dispatcher.receive))
        await asyncio.sleep(0)
        try:
            yield far, desk
        finally:
            listens.cancel()
            await asyncio.gather(listens, return_exceptions=True)
            await adapter.aclose()
