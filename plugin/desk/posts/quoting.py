"""Where officials' unsent words repeat what a citizen took out of public: drafts, and forms half filled in.

What was confirmed or published is an act of ours and stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.forms import is_complete
from plugin.desk.audit import Hand, record
from plugin.desk.outgoing import parts
from plugin.desk.replying import companions
from plugin.store.search import words
from plugin.store.tables import ActionToken, Reply, Report

UNSENT = ("drafted", "asking", "approved", "returned", "refused", "cancelled")
RUN = 5
"""So many words in a row that are the citizen's are no chance."""
LONG_NUMBER = 6
WORDY = 60
"""What a button means is shorter than this unless it holds words."""


def forget_quotes(session: Session, by: Hand, report: Report, texts: Sequence[str], *, over: bool) -> None:
    """Let unsent words that quote these texts go; all that were meant for the report when it is `over`."""
    quoted = _Quoted(texts)
    drafts = select(Reply).where(Reply.report_id == report.id, col(Reply.state).in_(UNSENT))
    for reply in session.exec(drafts.order_by(col(Reply.id)).with_for_update()):
        if reply.text and (over or quoted.by([reply.text])):
            _discard(session, by, reply)
    own = set(session.exec(select(Reply.id).where(Reply.report_id == report.id)))
    for row in _wordy(session):
        if quoted.by(_strings([row.args, row.answers])) or (over and _is_of(row, report.id, own)):
            _lapse(row, by)


def forget_unsaid(session: Session, by: Hand, report: Report, texts: Sequence[str], form: str) -> None:
    """Let what quotes these texts go where nothing came of it yet, and what was answered to half a `form` about the
    report. One that is complete is at work just now, and goes by itself."""
    quoted = _Quoted(texts)
    for row in _wordy(session):
        told = quoted.by(_strings([row.args, row.answers])) or (
            row.verb == form and _is_of(row, report.id, ())
        )
        if told and not is_complete(row):
            _lapse(row, by)


def _wordy(session: Session) -> Sequence[ActionToken]:
    length = sa.func.length
    wordy = length(sa.cast(ActionToken.args, sa.Text)) + length(sa.cast(ActionToken.answers, sa.Text)) > WORDY
    return session.exec(select(ActionToken).where(wordy)).all()


def _lapse(row: ActionToken, by: Hand) -> None:
    """Whoever presses it, or answers its question, hears that it has lapsed."""
    row.args, row.answers, row.expires_at = {}, {}, by.at


def _discard(session: Session, by: Hand, reply: Reply) -> None:
    assert reply.id is not None
    reply.text = ""
    for part in parts.of(session, reply.id):
        part.text = ""
    if reply.state != "cancelled":
        along = companions.locked(session, reply.id)
        reply.state = "cancelled"
        record(session, by, "cancelled", reply.report_id, reply=reply.id, why="post_gone")
        companions.call_off(session, by, along)


class _Quoted:
    """What was taken out, as runs of words and as long numbers."""

    def __init__(self, texts: Iterable[str]) -> None:
        told = [words(text) for text in texts]
        self._runs = {run for said in told for run in _runs(said)}
        self._numbers = {word for said in told for word in said if _is_long_number(word)}

    def by(self, texts: Iterable[str]) -> bool:
        """Whether one of these quotes it."""
        told = [words(text) for text in texts]
        return any(
            not self._runs.isdisjoint(_runs(said)) or not self._numbers.isdisjoint(said) for said in told
        )


def _runs(said: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1))


def _is_long_number(word: str) -> bool:
    return sum(sign.isdigit() for sign in word) >= LONG_NUMBER


def _is_of(row: ActionToken, number: int | None, replies: Collection[int | None]) -> bool:
    mine = row.args.get("number") == number or row.args.get("reply", 0) in replies
    return mine and bool(row.answers)


def _strings(value: Any) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
