"""Full-text search over reports: FTS5 on SQLite, a tsvector on PostgreSQL, the same hits on both.

Each database would cut and fold text in its own way. So neither is asked to: `words` does it here, and both
are given nothing but words between blanks (the `ascii` tokenizer and `array_to_tsvector` leave them alone).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.store.tables import Report

REPORT = SQLModel.metadata.tables[str(Report.__tablename__)]
REPORT_ID = REPORT.c.id

OWN_TABLES = frozenset(
    {"report_fts", "report_fts_data", "report_fts_idx", "report_fts_docsize", "report_fts_config"}
)

SQLITE = (
    """CREATE VIRTUAL TABLE report_fts USING fts5(
        folded, content='report', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER report_fts_ai AFTER INSERT ON report BEGIN
        INSERT INTO report_fts(rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER report_fts_ad AFTER DELETE ON report BEGIN
        INSERT INTO report_fts(report_fts, rowid, folded) VALUES ('delete', old.id, old.folded); END""",
    """CREATE TRIGGER report_fts_au AFTER UPDATE OF folded ON report BEGIN
        INSERT INTO report_fts(report_fts, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO report_fts(rowid, folded) VALUES (new.id, new.folded); END""",
)
VECTOR = "array_to_tsvector(array_remove(string_to_array(report.folded, ' '), ''))"
POSTGRESQL = (f"CREATE INDEX ix_report_fts ON report USING gin ({VECTOR})",)

RECENT = 20_000
"""Among so many of the newest reports PostgreSQL looks by itself before it asks its index for all hits."""

# PostgreSQL refuses a word of 2,047 bytes; FTS5 refuses an expression 256 deep.
LONGEST_WORD = 100
MOST_TERMS = 50

ASCII_WORD = re.compile(r"[a-z0-9]+")
FILLERS = "\u115f\u1160"  # letters, says Unicode, but nobody sees them


def folded(text: str) -> str:
    """A text as search knows it: words only, folded, without signs that cannot be seen."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The words of a text or a query: no case, no accents, no word longer than `LONGEST_WORD`."""
    found = ASCII_WORD.findall(text.lower()) if text.isascii() else _bare(text).split()
    return [word[:LONGEST_WORD] for word in found]


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", apart.translate(_SIGNS))


class _Signs(dict[int, str | None]):
    """Letters and digits stay, what cannot be seen and accents fall away, all else becomes a blank."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind in ("Cf", "Mn", "Me") or sign in FILLERS:
            self[code] = None
        else:
            self[code] = sign if kind[0] in "LN" or kind == "Mc" else " "
        return self[code]


_SIGNS = _Signs()
"""Each sign is looked up once: at most a million, in truth some hundreds."""


def begins(text: str, wanted: Sequence[str]) -> bool:
    """Whether a word of the text begins with one of the terms: whether it is why a report was found."""
    return any(word.startswith(term) for word in words(text) for term in wanted)


def terms(query: str) -> list[str]:
    """What is searched for: the query's different words, the first `MOST_TERMS` of them."""
    return list(dict.fromkeys(words(query)))[:MOST_TERMS]


def matching(dialect: str, query: str) -> Any:
    """A condition on `report`: every one of the query's `terms` begins a word of the report's text.

    A query without a word (only emoji, only signs) matches nothing.
    """
    wanted = terms(query)
    if not wanted:
        return sa.false()
    if dialect == "sqlite":
        found = "report.id IN (SELECT rowid FROM report_fts WHERE report_fts MATCH :fts)"
        return sa.text(found).bindparams(fts=_fts(wanted))
    # A tsquery written out, not parsed by to_tsquery: its parser would cut our words once more.
    found = f"{VECTOR} @@ CAST(:fts AS tsquery)"
    return sa.text(found).bindparams(fts=" & ".join(f"'{t}':*" for t in wanted))


def newest(
    session: Session,
    query: str,
    agencies: Any | None,
    most: int,
    *,
    narrowed: Sequence[Any] = (),
    recent: int = RECENT,
) -> list[int]:
    """The newest reports that have all the query's `terms`, at most so many: quick in any archive.

    `agencies`: a subquery of the agencies whose reports are meant; None means all. `narrowed`: what else they must
    be, as conditions on `report`.
    """
    wanted = terms(query)
    if not wanted:
        return []
    if session.get_bind().dialect.name == "sqlite":
        return _walked(session, wanted, agencies, most, narrowed)
    since = sa.select(sa.func.max(REPORT_ID) - recent).scalar_subquery()
    found = _asked(session, query, agencies, most, since < REPORT_ID, *narrowed, order=REPORT_ID)
    if len(found) == most:
        return found
    # What is rare among the newest is fetched by the index and sorted. The sum keeps the planner from walking
    # the whole archive backwards because it thinks that there is more of it.
    return _asked(session, query, agencies, most, *narrowed, order=REPORT_ID + 0)


def _walked(
    session: Session, wanted: list[str], agencies: Any | None, most: int, narrowed: Sequence[Any]
) -> list[int]:
    """FTS5 walks its hits from the newest on, however many there are."""
    hits = sa.table("report_fts", sa.column("rowid"))
    query = sa.select(hits.c.rowid).where(sa.text("report_fts MATCH :fts"))
    if agencies is not None or narrowed:
        query = query.select_from(sa.join(hits, REPORT, hits.c.rowid == REPORT_ID)).where(*narrowed)
    if agencies is not None:
        query = query.where(sa.literal_column("+report.agency_id").in_(agencies))
    query = query.order_by(hits.c.rowid.desc()).limit(most)
    return list(session.connection().execute(query, {"fts": _fts(wanted)}).scalars())


def _asked(
    session: Session, query: str, agencies: Any | None, most: int, *more: Any, order: Any
) -> list[int]:
    conditions = [matching("postgresql", query), *more]
    if agencies is not None:
        conditions.append(REPORT.c.agency_id.in_(agencies))
    made = sa.select(REPORT_ID).where(*conditions).order_by(order.desc()).limit(most)
    return list(session.connection().execute(made).scalars())


def _fts(wanted: list[str]) -> str:
    return " ".join(f'"{term}"*' for term in wanted)
