"""What a ready-made answer may say of a case because it is on record; the rest a person is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from plugin.dates import date_words, local
from plugin.desk.handling.cases import overdue
from plugin.desk.measures.clocks import told
from plugin.desk.sorting.suggestion import Outside, body
from plugin.desk.triage import in_javanese, read_emergencies
from plugin.limits import Limits
from plugin.public.recorded import is_recorded
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Registry
from plugin.store.tables import Account, CaseProposal, Proof, Report

PHONES = ("telepon", "call-center")


@dataclass(frozen=True)
class Known:
    """What is known of a case: `values` for certain, `likely` is only proposed and must be confirmed.

    The rest says which answers fit.
    """

    values: Mapping[str, str]
    likely: Mapping[str, str]
    state: str
    category: str
    javanese: bool
    urgent: bool
    late: bool
    outside: Outside | None
    proofs: int


def known(
    session: Session,
    number: int,
    registry: Registry,
    account: Account,
    limits: Limits,
    zone: ZoneInfo,
    now: datetime,
) -> Known:
    """Everything that is on record about the report, as words."""
    report = session.get_one(Report, number)
    proposal = session.get(CaseProposal, number)
    agency = registry.by_id(report.agency_id)
    outside = _outside(proposal)
    sure = bool(proposal and proposal.confirmed_outside)
    values = {
        "nomor": str(number),
        "instansi": agency.label,
        "pemda": registry.government(agency).name,
        "akun": "" if is_recorded(account.channel) else account.handle,
        "tempat": _place(proposal),
        "darurat": _emergency(proposal),
        "telepon": _phone(session, report.agency_id),
        **_deadline(session, limits, number, zone, now),
        **(_about(outside) if sure else {}),
    }
    return Known(
        {name: value for name, value in values.items() if value},
        {} if sure else _about(outside),
        report.state,
        proposal.category if proposal else "",
        in_javanese(report.text),
        bool(proposal and proposal.urgent),
        overdue(report, now),
        outside,
        len(session.exec(select(Proof.id).where(Proof.report_id == number)).all()),
    )


def _outside(proposal: CaseProposal | None) -> Outside | None:
    return None if proposal is None else body(proposal.confirmed_outside or next(iter(proposal.agencies), ""))


def _about(outside: Outside | None) -> dict[str, str]:
    return {"badan": outside.name, "kontak": outside.contact} if outside else {}


def _place(proposal: CaseProposal | None) -> str:
    """Where it is, unless that name is found in several places."""
    if proposal is None or proposal.candidates > 1:
        return ""
    return ", ".join(filter(None, (proposal.desa, proposal.kecamatan)))


def _emergency(proposal: CaseProposal | None) -> str:
    return " / ".join(proposal.numbers if proposal and proposal.numbers else [_numbers()["*"]])


def _phone(session: Session, agency_id: int) -> str:
    """The office's own telephone, as it is registered and confirmed."""
    mine = (
        Account.agency_id == agency_id, col(Account.channel).in_(PHONES), Account.verdict == OFFICIAL
    )  # fmt: skip
    return session.exec(select(Account.handle).where(*mine).order_by(col(Account.id))).first() or ""


def _deadline(session: Session, limits: Limits, number: int, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    """Until when the case is to be settled, and by which rule, while that is still to come."""
    for clock in told(session, limits, [number], now)[number]:
        if clock.limit.clock == "completion" and not (clock.paused or clock.late or clock.ended_at):
            return {"batas": date_words(local(clock.limit.due_at, zone).date()), "aturan": clock.limit.source}
    return {}


@cache
def _numbers() -> Mapping[str, str]:
    return read_emergencies()
