"""Questions that are asked with every command: compiled once, then put to the driver itself.

Of an indexed read of 10 µs SQLAlchemy makes 80: it looks the statement up, binds, and wraps each result. That is
worth its price nearly everywhere. The few reads that stand in the way of each list are `Prepared` instead: still
written in Core and compiled by it for either database, types and all, but executed without it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]

KEPT = "connection"
"""Under this name a session whose connection never changes carries it in its `info`: to ask for it takes as long as
an indexed read."""


class Prepared:
    """A SELECT of which only the values change, its lists (`expanding`) in their length too.

    Its rows are named tuples of its columns. Errors are SQLAlchemy's, as everywhere.
    """

    def __init__(self, statement: Any) -> None:  # Any: a select of many columns has no type to be written
        self._statement = statement
        self._columns = tuple(statement.selected_columns)
        self._make = _maker([getattr(column, "name", "") for column in self._columns])
        self._compiled: dict[str, SQLCompiler] = {}
        self._shapes: dict[tuple[object, ...], _Shape] = {}

    def rows(self, session: Session, values: Values | None = None) -> list[Any]:
        """What the database answers, all of it, within the session's transaction."""
        values = values or {}
        connection = session.info.get(KEPT) or session.connection()
        shape, wrong = self._shape(connection.dialect, values), connection.dialect.loaded_dbapi.Error
        cursor = connection.connection.cursor()
        try:
            cursor.execute(shape.sql, shape.bound(values))
            return shape.read(self._make, cursor.fetchall())
        except wrong as error:
            raise sa.exc.DBAPIError.instance(shape.sql, None, error, wrong, hide_parameters=True) from None
        finally:
            cursor.close()

    def _shape(self, dialect: sa.Dialect, values: Values) -> _Shape:
        lengths = [(name, len(value)) for name, value in values.items() if isinstance(value, list)]
        key = (dialect.name, *lengths)
        if key not in self._shapes:
            if dialect.name not in self._compiled:
                self._compiled[dialect.name] = self._statement.compile(dialect=dialect)
            types = [column.type for column in self._columns]
            self._shapes[key] = _shaped(self._compiled[dialect.name], dialect, types, values)
        return self._shapes[key]


@dataclass(frozen=True, slots=True)
class _Take:
    """One value as the driver wants it: whose it is, at which place of a list; or what it `always` is."""

    name: str
    source: str
    place: int | None
    process: Processor | None
    always: Any = None

    def of(self, values: Values) -> Any:
        if not self.source:
            return self.always
        value = values[self.source] if self.place is None else values[self.source][self.place]
        return value if self.process is None else self.process(value)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The statement for one database and for lists of one length. `reads`: how columns that need it are read."""

    sql: str
    positional: bool
    takes: tuple[_Take, ...]
    reads: tuple[tuple[int, Processor], ...]

    def bound(self, values: Values) -> Any:
        if self.positional:
            return [take.of(values) for take in self.takes]
        return {take.name: take.of(values) for take in self.takes}

    def read(self, make: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:
        if not self.reads:
            return [make(row) for row in rows]
        made = []
        for row in rows:
            cells = list(row)
            for place, process in self.reads:
                cells[place] = process(cells[place])
            made.append(make(cells))
        return made


def _maker(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # they are known only here
    make: Callable[[Iterable[Any]], Any] = made._make
    return make


def _shaped(
    compiled: SQLCompiler, dialect: sa.Dialect, types: Sequence[sa.types.TypeEngine[Any]], values: Values
) -> _Shape:
    state = compiled.construct_expanded_state(dict(values))
    sources: dict[str, tuple[str, int | None]] = {name: (name, None) for name in state.parameters}
    for source, names in state.parameter_expansion.items():
        sources |= {name: (source, place) for place, name in enumerate(names)}
    takes = []
    for name in state.positiontup or state.parameters:
        source, place = sources[name]
        bind = compiled.binds[source]
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            takes.append(_Take(name, source, place, process))
        else:  # a constant of the statement itself
            fixed = state.parameters[name]
            takes.append(_Take(name, "", None, None, process(fixed) if process else fixed))
    reads = [(place, _reader(kind, dialect)) for place, kind in enumerate(types)]
    known = tuple((place, process) for place, process in reads if process is not None)
    return _Shape(state.statement, dialect.positional, tuple(takes), known)


def _reader(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor | None:
    """What makes of a driver's value what SQLAlchemy would; in one call for what lists read most on SQLite."""
    if dialect.name == "sqlite":
        if isinstance(kind, UTCDateTime):
            return _moment
        if isinstance(kind, sa.JSON):
            return _json
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _moment(text: str | None) -> datetime | None:
    """SQLite keeps UTC without saying so."""
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _json(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
