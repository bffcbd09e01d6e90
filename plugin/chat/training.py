"""The training room's furniture: the sample government moves in, once, with rooms and people to practise with."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlmodel import Session, col, select

from plugin.chat.rooms import bind
from plugin.chat.values import Room
from plugin.errors import OperatorError
from plugin.registry.importing import Parsed, Problem, apply, read
from plugin.registry.sample import FILES
from plugin.store.store import Store
from plugin.store.tables import Agency, Official, Role, RoomRow

PLATFORM = "web"
ROOMS = (
    ("setda", "33.05"),
    ("dpupr", "DPUPR"),
    ("dinkes", "DINKES"),
    ("humas", "BAG_HUMAS"),
    ("alian", "KEC_ALIAN"),
)
"""The groups of the training room and the agencies they belong to."""


async def furnish(store: Store, *, now: datetime, zone: tzinfo) -> None:
    """Import the sample and bind the groups, unless there is a government already."""
    if await store.read(_inhabited):
        return
    files = [read(path, kind) for kind, path in FILES]
    await store.write(_furnish, files, now, zone)


def people(session: Session) -> list[tuple[str, str, str, str]]:
    """(key, name, role, agency) of everybody a visitor can be, the Sekda first."""
    rows = session.exec(
        select(Official.key, Official.name, Role.role, Agency)
        .join(Role, col(Role.official_id) == Official.id)
        .join(Agency, col(Agency.id) == Role.agency_id)
        .where(Official.platform == PLATFORM, col(Role.ended_at).is_(None))
        .order_by(col(Official.id), col(Role.id))
    ).all()
    found: dict[str, tuple[str, str, str, str]] = {}
    for key, name, role, agency in rows:
        found.setdefault(key, (key, name, role, agency.short or agency.name))
    return list(found.values())


def rooms(session: Session) -> list[tuple[str, str]]:
    """(key, agency) of the groups."""
    rows = session.exec(
        select(RoomRow.key, Agency.short, Agency.name)
        .join(Agency, col(Agency.id) == RoomRow.agency_id)
        .where(RoomRow.platform == PLATFORM)
        .order_by(col(RoomRow.id))
    ).all()
    return [(key, short or name) for key, short, name in rows]


def _inhabited(session: Session) -> bool:
    return session.exec(select(Agency.id).limit(1)).first() is not None


def _furnish(session: Session, files: list[Parsed | list[Problem]], now: datetime, zone: tzinfo) -> None:
    for parsed in files:
        if not isinstance(parsed, Parsed) or isinstance(apply(session, parsed, now=now, zone=zone), list):
            raise OperatorError("broken_sample")
        session.flush()
    for key, code in ROOMS:
        agency = session.exec(select(Agency.id).where(Agency.code == code)).one()
        assert agency is not None
        bind(session, Room(PLATFORM, key), agency, now)
