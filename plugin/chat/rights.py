"""Who may do what: roles at a node and the rights they give there and below. Decided here alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.chat.values import Person, Room
from plugin.registry.snapshot import REVISION
from plugin.store.prepared import Prepared
from plugin.store.tables import Official, Role, RoomRow


class Right(Enum):
    """What somebody may be allowed to do. ANY asks for nothing: help, introducing oneself."""

    ANY = "any"
    LOOK = "look"
    DRAFT = "draft"
    DISPOSE = "dispose"
    PUBLISH = "publish"
    REGISTER = "register"
    VOUCH = "vouch"
    CONNECT = "connect"
    SETTINGS = "settings"


_WORKS = frozenset({Right.LOOK, Right.DRAFT, Right.DISPOSE, Right.REGISTER})
_ANSWERS = _WORKS | {Right.PUBLISH, Right.CONNECT}
RIGHTS: dict[str, frozenset[Right]] = {
    "petugas": _WORKS,
    "penanggung-jawab": _ANSWERS,
    "kepala": _ANSWERS,
    "asisten": _ANSWERS,
    "sekda": _ANSWERS | {Right.VOUCH},
    "bupati": _ANSWERS | {Right.VOUCH},
    "admin": frozenset({Right.LOOK, Right.REGISTER, Right.VOUCH, Right.CONNECT, Right.SETTINGS}),
}
"""What each role gives at its node and below."""


class Tree(Protocol):
    """What rights need to know of the agencies."""

    def covers(self, upper_id: int, lower_id: int) -> bool:
        """Whether `lower_id` is `upper_id` or stands below it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds at a node."""

    role: str
    agency_id: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Who speaks, and what this room sees: everything a permission is decided from.

    `official_id` is None for somebody we have never given a role; `room_agency` is None where the room is not
    bound to an agency. `registry` is the number of the registry that all this is true of. `room_shut`: the room was
    thought to take nothing from us.
    """

    official_id: int | None
    held: tuple[Held, ...]
    room_agency: int | None
    registry: int
    room_shut: bool = False

    def allows(self, right: Right, agency_id: int, tree: Tree) -> bool:
        """Whether this person may, in this room, do `right` to what belongs to `agency_id`.

        The room must see the agency; and somebody who only looks needs no role in a room of officials.
        """
        if right is Right.ANY:
            return True
        if self.room_agency is not None and not tree.covers(self.room_agency, agency_id):
            return False
        if right is Right.LOOK and self.room_agency is not None:
            return True
        return self.holds(right, agency_id, tree)

    def holds(self, right: Right, agency_id: int, tree: Tree) -> bool:
        """Whether a role of this person gives `right` at `agency_id`, in whatever room."""
        return any(right in RIGHTS[h.role] and tree.covers(h.agency_id, agency_id) for h in self.held)

    def somewhere(self, right: Right) -> bool:
        """Whether this person has `right` at all, or looks in a room that is bound."""
        if right is Right.ANY or (right is Right.LOOK and self.room_agency is not None):
            return True
        return any(right in RIGHTS[h.role] for h in self.held)


def standing(session: Session, room: Room, person: Person) -> Standing:
    """Look up who speaks where: one question, answered by index."""
    asked = {"platform": room.platform, "room": room.key, "of": person.platform, "person": person.key}
    rows = _WHO_WHERE.rows(session, asked)
    registry, room_agency, official_id, _, _, shut_at = rows[0]
    held = tuple(Held(role, agency) for _, _, _, role, agency, _ in rows if role is not None)
    return Standing(official_id, held, room_agency, registry or 0, shut_at is not None)


_ROOM, _OFFICIAL, _ROLE = (
    SQLModel.metadata.tables[str(table.__tablename__)] for table in (RoomRow, Official, Role)
)
# There is always one row, whoever is unknown in it.
_WHO_WHERE = Prepared(
    sa.select(
        REVISION.scalar_subquery(),
        _ROOM.c.agency_id,
        _OFFICIAL.c.id,
        _ROLE.c.role,
        _ROLE.c.agency_id,
        _ROOM.c.shut_at,
    ).select_from(
        sa.select(sa.literal_column("1").label("always"))
        .subquery()
        .outerjoin(
            _ROOM, (_ROOM.c.platform == sa.bindparam("platform")) & (_ROOM.c.key == sa.bindparam("room"))
        )
        .outerjoin(
            _OFFICIAL,
            (_OFFICIAL.c.platform == sa.bindparam("of")) & (_OFFICIAL.c.key == sa.bindparam("person")),
        )
        .outerjoin(_ROLE, (_ROLE.c.official_id == _OFFICIAL.c.id) & _ROLE.c.ended_at.is_(None))
    )
)


def _official(what: Any, person: Person) -> Any:
    return select(what).where(Official.platform == person.platform, Official.key == person.key)


def known(session: Session, person: Person) -> int:
    """The official's id; somebody new is added, a changed display name is noted."""
    row: Official | None = session.exec(_official(Official, person)).first()
    if row is None:
        row = Official(platform=person.platform, key=person.key, name=person.name[:120])
        session.add(row)
    elif person.name and row.name != person.name[:120]:
        row.name = person.name[:120]
    session.flush()
    assert row.id is not None
    return row.id


def give(
    session: Session, official_id: int, agency_id: int, role: str, by: int | None, now: datetime
) -> bool:
    """Give a role; False when it was held already."""
    held = session.exec(
        select(Role.id).where(
            Role.official_id == official_id,
            Role.agency_id == agency_id,
            Role.role == role,
            col(Role.ended_at).is_(None),
        )
    )
    if held.first() is not None:
        return False
    session.add(Role(official_id=official_id, agency_id=agency_id, role=role, given_by=by, given_at=now))
    return True


def end(session: Session, official_id: int, agency_id: int, role: str, now: datetime) -> bool:
    """Take a role back; False when it was not held. That it was held stays on record."""
    held = session.exec(
        select(Role).where(
            Role.official_id == official_id,
            Role.agency_id == agency_id,
            Role.role == role,
            col(Role.ended_at).is_(None),
        )
    ).first()
    if held is not None:
        held.ended_at = now
    return held is not None


def holds_on(session: Session, official_id: int, right: Right, way: Sequence[int]) -> bool:
    """Whether somebody has a role that gives `right` at the first of these nodes, the others being those above it."""
    roles = [name for name, rights in RIGHTS.items() if right in rights]
    held = select(Role.id).where(
        Role.official_id == official_id, col(Role.role).in_(roles), col(Role.agency_id).in_(way),
        col(Role.ended_at).is_(None),
    )  # fmt: skip
    return session.exec(held).first() is not None


@dataclass(frozen=True, slots=True)
class Holder:
    """A role that somebody holds, and who that is on which platform."""

    official_id: int
    platform: str
    key: str
    name: str
    role: str
    agency_id: int

    @property
    def shown(self) -> str:
        """What people call this person: the name, or the key where the platform tells no name."""
        return self.name or self.key


def holders(session: Session) -> list[Holder]:
    """Every role that is held, by the holders' names."""
    rows = session.exec(
        select(Official, Role)
        .join(Role, col(Role.official_id) == Official.id)
        .where(col(Role.ended_at).is_(None))
        .order_by(col(Official.name), col(Official.id), col(Role.id))
    )
    return [
        Holder(role.official_id, o.platform, o.key, o.name, role.role, role.agency_id) for o, role in rows
    ]


def who_can(session: Session, right: Right, ancestors: list[int]) -> list[str]:
    """Up to three names of people who hold `right` at one of these nodes, the nearest node first."""
    roles = [name for name, rights in RIGHTS.items() if right in rights]
    rows = session.exec(
        select(Official.name, Official.key, Role.agency_id)
        .join(Role, col(Role.official_id) == Official.id)
        .where(col(Role.role).in_(roles), col(Role.agency_id).in_(ancestors), col(Role.ended_at).is_(None))
    ).all()
    near = {agency: n for n, agency in enumerate(ancestors)}
    names = [name or key for name, key, agency in sorted(rows, key=lambda r: near[r[2]])]
    return list(dict.fromkeys(names))[:3]
