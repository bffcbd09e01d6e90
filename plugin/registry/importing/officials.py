"""Importing officials and the roles they hold. Nobody loses a role because a file does not name them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.registry.importing.agency_named import agency_named
from plugin.registry.importing.outcome import Change, Detail, Outcome
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.importing.rows import OfficialRow, Parsed
from plugin.registry.tree import Registry
from plugin.store.tables import Official, Role

Person = tuple[str, str]  # platform and the platform's user id


@dataclass
class Plan:
    """What has to be written: roles to give, and names that have changed."""

    roles: list[tuple[OfficialRow, int]] = field(default_factory=list)
    renamed: list[tuple[OfficialRow, str]] = field(default_factory=list)
    unchanged: int = 0


def plan(session: Session, registry: Registry, parsed: Parsed) -> Plan | list[Problem]:
    """Compare a file with what is registered. Writes nothing."""
    rows = [row for row in parsed.rows if isinstance(row, OfficialRow)]
    names, held = _registered(session)
    problems = _two_names(rows, parsed)
    made = Plan()
    planned: dict[tuple[Person, int, str], int] = {}
    for row in rows:
        node = agency_named(registry, row.agency, row.line, parsed.heading("agency"))
        if isinstance(node, Problem):
            problems.append(node)
            continue
        person = (row.platform, row.user_id)
        role = (person, node.id, row.role)
        before = names.get(person, row.name)
        if planned.setdefault(role, row.line) != row.line:
            where = (str(planned[role]),)
            problems.append(Problem(row.line, parsed.heading("agency"), Reason.REPEATED, row.agency, where))
        elif role not in held:
            made.roles.append((row, node.id))
        elif before == row.name:
            made.unchanged += 1
        if before != row.name:
            made.renamed.append((row, before))
            names[person] = row.name
    return sorted(problems, key=lambda p: p.line) if problems else made


def describe(session: Session, made: Plan, *, dry_run: bool) -> Outcome:
    """What the plan means, for the person who imports. Asked before it is carried out."""
    given = {row.line for row, _ in made.roles}
    renamed = [(row, before) for row, before in made.renamed if row.line not in given]
    held = session.exec(select(sa.func.count()).select_from(Role).where(col(Role.ended_at).is_(None))).one()
    details = [Detail(row.line, _key(row), row.name) for row, _ in made.roles]
    details += [
        Detail(row.line, _key(row), row.name, (Change("name", before, row.name),)) for row, before in renamed
    ]
    return Outcome(
        kind="officials",
        added=len(made.roles),
        changed=len(renamed),
        unchanged=made.unchanged,
        left_alone=held - made.unchanged - len(renamed),
        details=tuple(sorted(details, key=lambda d: d.line)),
        dry_run=dry_run,
    )


def carry_out(session: Session, made: Plan, now: datetime) -> None:
    """Write a plan: people by their platform's id, roles from now on."""
    for row, _ in made.renamed:
        _official(session, row).name = row.name
    for row, agency_id in made.roles:
        official = _official(session, row)
        assert official.id is not None
        session.add(Role(official_id=official.id, agency_id=agency_id, role=row.role, given_at=now))
    session.flush()


def _official(session: Session, row: OfficialRow) -> Official:
    who = select(Official).where(Official.platform == row.platform, Official.key == row.user_id)
    found = session.exec(who).first()
    if found is None:
        found = Official(platform=row.platform, key=row.user_id, name=row.name)
        session.add(found)
        session.flush()
    return found


def _registered(session: Session) -> tuple[dict[Person, str], set[tuple[Person, int, str]]]:
    people = session.exec(select(Official)).all()
    who = {official.id: (official.platform, official.key) for official in people}
    roles = session.exec(select(Role).where(col(Role.ended_at).is_(None)))
    return (
        {(official.platform, official.key): official.name for official in people},
        {(who[role.official_id], role.agency_id, role.role) for role in roles},
    )


def _two_names(rows: list[OfficialRow], parsed: Parsed) -> list[Problem]:
    """One person under two names in one file: one of them is somebody else's id."""
    first: dict[Person, OfficialRow] = {}
    found = []
    for row in rows:
        other = first.setdefault((row.platform, row.user_id), row)
        if other.name != row.name:
            where = (other.name, str(other.line))
            found.append(Problem(row.line, parsed.heading("name"), Reason.TWO_NAMES, row.name, where))
    return found


def _key(row: OfficialRow) -> str:
    return f"{row.platform}:{row.user_id}, {row.role}, {row.agency}"
