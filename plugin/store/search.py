"""Full-text search over reports: FTS5 on SQLite, a tsvector on PostgreSQL, the same hits on both.

Each database would cut and fold text in its own way. So neither is asked to: `words` does it here, and both
are given nothing but words between blanks (the `ascii` tokenizer and `array_to_tsvector` leave them alone).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import sqlalchemy as sa

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
    return unicodedata.normalize("NFC", apart.translate(_Signs()))


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
        return sa.text(found).bindparams(fts=" ".join(f'"{t}"*' for t in wanted))
    # A tsquery written out, not parsed by to_tsquery: its parser would cut our words once more.
    found = f"{VECTOR} @@ CAST(:fts AS tsquery)"
    return sa.text(found).bindparams(fts=" & ".join(f"'{t}':*" for t in wanted))
