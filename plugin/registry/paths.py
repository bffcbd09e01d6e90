"""Where an agency stands in the tree, written so that everything below it is one range of `Agency.path`."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from plugin.store.prepared import Prepared
from plugin.store.tables import Agency

STEP = 8
"""How many hexadecimal digits each node on the way adds."""


AGENCY = SQLModel.metadata.tables[str(Agency.__tablename__)].c
_AMONG = AGENCY.id.in_(sa.bindparam("agencies", expanding=True))
_CODES, _PATHS = (Prepared(sa.select(AGENCY.id, c).where(_AMONG)) for c in (AGENCY.code, AGENCY.path))


def step(agency_id: int) -> str:
    """One node's part of a path."""
    return f"{agency_id:0{STEP}x}"


def codes_at(session: Session, agency_id: int) -> tuple[str, ...]:
    """The agency's code and those above it, the nearest first: what tables with exceptions are asked with."""
    way = way_to(session, agency_id)
    codes = {id_: code for id_, code in _CODES.rows(session, {"agencies": way})}
    return tuple(codes[id_] for id_ in way if id_ in codes)


def way_to(session: Session, agency_id: int) -> list[int]:
    """The agency's id and the ids of those above it, the nearest first."""
    return ways_to(session, [agency_id])[agency_id]


def ways_to(session: Session, agency_ids: Collection[int]) -> dict[int, list[int]]:
    """The same for many agencies, in one question."""
    found = {
        id_: [int(path[n : n + STEP], 16) for n in range(0, len(path), STEP)][::-1]
        for id_, path in _PATHS.rows(session, {"agencies": list(agency_ids)})
    }
    return {id_: found.get(id_) or [id_] for id_ in agency_ids}


def below(session: Session, agency_id: int) -> frozenset[int]:
    """The agency's id and the ids of those below it."""
    path = sa.select(AGENCY.path).where(AGENCY.id == agency_id).scalar_subquery()
    rows = sa.select(AGENCY.id).where(sa.func.substr(AGENCY.path, 1, sa.func.length(path)) == path)
    return frozenset(session.connection().execute(rows).scalars())


def rewrite_paths(session: Session) -> None:
    """Make every path say what the parents say. Only those that differ are written."""
    rows = session.connection().execute(sa.select(AGENCY.id, AGENCY.parent_id, AGENCY.path)).all()
    parents = {id_: parent for id_, parent, _ in rows}
    wanted: dict[int, str] = {}
    wrong = [
        {"which": id_, "new": path}
        for id_, _, before in rows
        if (path := _path(id_, parents, wanted)) != before
    ]
    if wrong:
        change = sa.update(Agency).where(col(Agency.id) == sa.bindparam("which"))
        session.connection().execute(change.values(path=sa.bindparam("new")), wrong)


def _path(agency_id: int, parents: dict[int, int | None], known: dict[int, str]) -> str:
    if agency_id not in known:
        parent = parents[agency_id]
        above = _path(parent, parents, known) if parent is not None else ""
        known[agency_id] = above + step(agency_id)
    return known[agency_id]
