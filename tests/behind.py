"""The whole desk of `tests/desk.py` behind a real adapter, with an official in a room of that platform."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, select

from plugin.chat.port import ChatAdapter
from plugin.chat.rights import give, known
from plugin.chat.rooms import bind
from plugin.chat.values import Person, Room
from plugin.house import Desk, assemble
from plugin.store.tables import Agency
from tests.desk import Conversation


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
