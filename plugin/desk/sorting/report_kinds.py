"""What kind of report it is: a question, a complaint, misconduct to be examined. Its completion is counted by that.

Triage proposes, a person says. A kind that has more time is on record and told to the Sekda: nobody buys time
unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plugin.desk.audit import Hand, record
from plugin.desk.handling.cases import locked
from plugin.desk.measures import clocks
from plugin.limits import COMPLAINT, INFORMATION, SUPERVISION, Limits
from plugin.registry.paths import codes_at

SAID: Mapping[str, str] = {
    "permintaan-informasi": INFORMATION,
    "informasi": INFORMATION,
    "pertanyaan": INFORMATION,
    "pengaduan": COMPLAINT,
    "aduan": COMPLAINT,
    "pengawasan": SUPERVISION,
}
"""How officials call the kinds, the first word for each as buttons say it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it: the kinds, and until when it must be settled now. `longer`: it has more time than before."""

    before: str
    after: str
    due_at: datetime | None
    longer: bool

    @property
    def same(self) -> bool:
        return self.before == self.after


def say_kind(session: Session, by: Hand, limits: Limits, number: int, kind: str) -> Changed:
    """A person says what kind of report it is; its clocks are counted by the rule for that, from the same start."""
    report = locked(session, number)
    before, codes = report.kind, codes_at(session, report.agency_id)
    old, new = (limits.limit("completion", report.received_at, codes, k) for k in (before, kind))
    longer = old is not None and (new is None or new.due_at > old.due_at)
    if before != kind:
        report.kind = kind
        session.flush()
        clocks.is_kind(session, number, kind)
        record(session, by, "kind", number, before=before, after=kind, longer=longer)
    return Changed(before, kind, new.due_at if new else None, longer)
