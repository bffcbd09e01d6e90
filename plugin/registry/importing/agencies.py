"""Importing the tree of agencies: what is new is added, what differs is changed, what is not named stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.registry.importing.outcome import Change, Detail, Outcome, changes
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.importing.rows import AgencyRow, Parsed
from plugin.registry.kinds import ROOTS
from plugin.registry.paths import STEP, rewrite_paths
from plugin.store.tables import Agency, FormerName

DEEPEST = 200 // STEP  # what `Agency.path` holds
FIELDS = ("kind", "name", "short", "contact", "valid_from", "valid_to")
FORMER = ("former_code", "former_name", "former_short", "former_until")


@dataclass
class Plan:
    """What has to be written: new rows, each after its parent, and for each changed agency what changes."""

    added: list[AgencyRow] = field(default_factory=list)
    changed: dict[str, tuple[AgencyRow, tuple[Change, ...]]] = field(default_factory=dict)
    unchanged: int = 0


class Known:
    """What is registered now, by code in one case."""

    def __init__(self, session: Session) -> None:
        rows = session.exec(select(Agency)).all()
        self.agencies = {row.code.casefold(): row for row in rows}
        self.codes = {row.id: row.code for row in rows}
        self.formers: defaultdict[int, list[FormerName]] = defaultdict(list)
        for former in session.exec(select(FormerName).order_by(col(FormerName.id))):
            self.formers[former.agency_id].append(former)

    def cells(self, agency: Agency) -> dict[str, str]:
        """A registered agency as a file would describe it."""
        assert agency.id is not None
        formers = self.formers[agency.id]
        found = {name: _cell(getattr(agency, name)) for name in FIELDS}
        found["parent"] = self.codes.get(agency.parent_id, "")
        found |= zip(FORMER, _former_cells(_latest(formers)), strict=True)
        found["aliases"] = "|".join(f.name for f in formers if f.valid_to is None)
        return found


def plan(session: Session, parsed: Parsed) -> Plan | list[Problem]:
    """Compare a file with what is registered. Writes nothing."""
    known = Known(session)
    rows = [row for row in parsed.rows if isinstance(row, AgencyRow)]
    problems = _check_tree(rows, known, parsed)
    if problems:
        return sorted(problems, key=lambda p: p.line)
    made, spoken_of = Plan(), _spoken_of(parsed)
    for row in _parents_first(rows):
        agency = known.agencies.get(row.code.casefold())
        if agency is None:
            made.added.append(row)
            continue
        before = known.cells(agency)
        after = {name: value for name, value in _row_cells(row).items() if name in spoken_of}
        if "parent" in after and after["parent"].casefold() == before["parent"].casefold():
            after["parent"] = before["parent"]
        found = changes(before, after)
        if found:
            made.changed[row.code.casefold()] = (row, found)
        else:
            made.unchanged += 1
    return made


def describe(session: Session, made: Plan, *, dry_run: bool) -> Outcome:
    """What the plan means, for the person who imports. Asked before it is carried out."""
    registered = session.exec(select(sa.func.count()).select_from(Agency)).one()
    details = [Detail(row.line, row.code, row.name) for row in made.added]
    details += [Detail(row.line, row.code, row.name, found) for row, found in made.changed.values()]
    return Outcome(
        kind="agencies",
        added=len(made.added),
        changed=len(made.changed),
        unchanged=made.unchanged,
        left_alone=registered - len(made.changed) - made.unchanged,
        details=tuple(sorted(details, key=lambda d: d.line)),
        dry_run=dry_run,
    )


def carry_out(session: Session, made: Plan) -> None:
    """Write a plan. A moved agency takes everything below it along."""
    ids = {code.casefold(): id_ for code, id_ in session.exec(select(Agency.code, Agency.id))}
    for generation in _generations(made.added, ids):
        _add(session, generation, ids)
    for code, (row, found) in made.changed.items():
        _change(session, ids[code], row, {change.column for change in found}, ids)
    session.flush()
    if made.added or any(c.column == "parent" for _, found in made.changed.values() for c in found):
        rewrite_paths(session)


def _add(session: Session, rows: list[AgencyRow], ids: dict[str, int | None]) -> None:
    values = [
        {name: getattr(row, name) for name in FIELDS}
        | {"code": row.code, "path": "", "parent_id": ids.get(row.parent.casefold())}
        for row in rows
    ]
    new = sa.insert(Agency).returning(col(Agency.id), sort_by_parameter_order=True)
    found = cast("Sequence[int]", session.connection().execute(new, values).scalars().all())
    ids |= {row.code.casefold(): id_ for row, id_ in zip(rows, found, strict=True)}
    for row, id_ in zip(rows, found, strict=True):
        session.add_all(_former_name(id_, row) + _aliases(id_, row))
    session.flush()


def _change(
    session: Session, agency_id: int | None, row: AgencyRow, columns: set[str], ids: Mapping[str, int | None]
) -> None:
    agency = session.get_one(Agency, agency_id)
    assert agency.id is not None
    for name in columns & set(FIELDS):
        setattr(agency, name, getattr(row, name))
    if "parent" in columns:
        agency.parent_id = ids.get(row.parent.casefold())
    formers = session.exec(select(FormerName).where(FormerName.agency_id == agency.id)).all()
    if columns & set(FORMER):
        _exchange(session, _latest(formers), _former_name(agency.id, row))
    if "aliases" in columns:
        _exchange(session, [f for f in formers if f.valid_to is None], _aliases(agency.id, row))


def _exchange(session: Session, old: Iterable[FormerName], new: Iterable[FormerName]) -> None:
    for former in old:
        session.delete(former)
    session.add_all(new)


def _latest(formers: Iterable[FormerName]) -> list[FormerName]:
    """The name before today's: the one that a file speaks of. Older ones are history."""
    return sorted((f for f in formers if f.valid_to is not None), key=lambda f: str(f.valid_to))[-1:]


def _aliases(agency_id: int, row: AgencyRow) -> list[FormerName]:
    return [FormerName(agency_id=agency_id, name=alias) for alias in row.aliases]


def _former_name(agency_id: int, row: AgencyRow) -> list[FormerName]:
    if row.former_until is None:
        return []
    code, name, short = row.former_code, row.former_name, row.former_short
    return [FormerName(agency_id=agency_id, code=code, name=name, short=short, valid_to=row.former_until)]


def _former_cells(latest: list[FormerName]) -> tuple[str, ...]:
    return next(((f.code, f.name, f.short, _cell(f.valid_to)) for f in latest), ("", "", "", ""))


def _spoken_of(parsed: Parsed) -> set[str]:
    """The columns a file says something about; a former name is taken as a whole."""
    return {*parsed.headings, *(FORMER if parsed.headings.keys() & set(FORMER) else ())}


def _row_cells(row: AgencyRow) -> dict[str, str]:
    found = {name: _cell(getattr(row, name)) for name in ("parent", *FIELDS, *FORMER)}
    return found | {"aliases": "|".join(row.aliases)}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _check_tree(rows: list[AgencyRow], known: Known, parsed: Parsed) -> list[Problem]:
    """Whether every row has its place below something, and nothing stands below itself."""
    parents = {
        code: known.codes.get(agency.parent_id, "").casefold() for code, agency in known.agencies.items()
    }
    if "parent" in parsed.headings:
        parents |= {row.code.casefold(): row.parent.casefold() for row in rows}
    else:
        parents = {row.code.casefold(): "" for row in rows} | parents
    heading = parsed.heading("parent")
    found = [(row, _place_problem(row.code.casefold(), row.kind, parents)) for row in rows]
    return [Problem(row.line, heading, why, row.parent or row.kind) for row, why in found if why]


def _place_problem(code: str, kind: str, parents: Mapping[str, str]) -> Reason | None:
    parent = parents[code]
    if not parent:
        return None if kind in ROOTS else Reason.NO_PARENT
    if parent not in parents:
        return Reason.UNKNOWN_PARENT
    at, depth = parent, 1
    while at and depth < DEEPEST:
        if at == code:
            return Reason.CYCLE
        at, depth = parents.get(at, ""), depth + 1
    return Reason.TOO_DEEP if at and not _in_circle(at, parents) else None


def _in_circle(code: str, parents: Mapping[str, str]) -> bool:
    """Whether the way up from here goes round: that is told of the agencies that stand in the circle."""
    passed: set[str] = set()
    while code and code not in passed:
        passed.add(code)
        code = parents.get(code, "")
    return bool(code)


def _parents_first(rows: list[AgencyRow]) -> list[AgencyRow]:
    by_code = {row.code.casefold(): row for row in rows}
    ordered: dict[str, AgencyRow] = {}
    for row in rows:
        above: list[AgencyRow] = []
        at: AgencyRow | None = row
        while at is not None and at.code.casefold() not in ordered:
            above.append(at)
            at = by_code.get(at.parent.casefold())
        ordered |= {r.code.casefold(): r for r in reversed(above)}
    return list(ordered.values())


def _generations(rows: list[AgencyRow], ids: Mapping[str, int | None]) -> Iterable[list[AgencyRow]]:
    """New agencies in batches, each batch below what is there by then."""
    generation: dict[str, int] = {}
    batches: defaultdict[int, list[AgencyRow]] = defaultdict(list)
    for row in rows:  # parents first
        number = generation.get(row.parent.casefold(), -1) + 1
        generation[row.code.casefold()] = number
        batches[number].append(row)
    return [batches[number] for number in sorted(batches)]
