"""Which card tells of what: each is made anew from what is true now, for those alone who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.context import Services
from plugin.chat.courier import Place
from plugin.chat.rights import Right, Standing, standing
from plugin.chat.values import Person
from plugin.desk.cards.connection_card import connection_card
from plugin.desk.cards.order_card import order_card
from plugin.desk.cards.promise_cards import promise_card
from plugin.desk.cards.reply_card import reply_card
from plugin.desk.cards.report_card import report_card
from plugin.desk.sorting.warning import first_of
from plugin.registry.snapshot import Registry
from plugin.store.prepared import Prepared
from plugin.store.tables import Account, CaseProposal, Disposition, Promise, Reply, Report
from plugin.wording import View

_SPOKEN = Prepared(
    sa.select(col(Reply.report_id), col(Account.agency_id))
    .join(Account, col(Account.id) == col(Reply.account_id))
    .where(col(Reply.id) == sa.bindparam("reply"))
)
"""The report that an answer is to, and the agency as which it speaks."""


@dataclass(frozen=True)
class NoLongerHere(View):
    """The last that is said where a card's subject may not be seen any more: nothing of it, only where it went.

    `number` is the report's, or None where it is about an account; `moved`: it went on to another agency.
    """

    number: int | None
    agency: str
    moved: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a card is about: `report` (None: an account), the agency it is with, and whose business it is as well."""

    report: int | None
    agency_id: int
    others: tuple[int, ...] = ()
    danger: CaseProposal | None = None


async def card(services: Services, about: str, place: Place) -> View:
    """The view of what `about` names, as it is now; in a place that may not see it, only where it went."""
    kind, _, key = about.partition(":")
    number = int(key)
    who, subject = await services.store.read(_look, kind, number, place)
    registry = await services.registry.current(who.registry)
    if not _may_see(who, subject, registry, services.today):
        agency, still_serves = registry.by_id(subject.agency_id), who.somewhere(Right.LOOK)
        return NoLongerHere(subject.report, agency.label, still_serves and subject.report is not None)
    if kind == "reply":
        return await reply_card(services, number)
    if kind == "promise":
        return await promise_card(services, number)
    if kind == "connection":
        return await connection_card(services, number)
    if kind == "disposition":
        return await order_card(services, number)
    return await report_card(services, number)


def _may_see(who: Standing, subject: _Subject, registry: Registry, today: date) -> bool:
    agencies = [subject.agency_id, *subject.others]
    agencies += [node.id for node in first_of(registry, today, subject.danger)] if subject.danger else []
    return any(who.allows(Right.LOOK, agency, registry) for agency in agencies)


def _look(session: Session, kind: str, number: int, place: Place) -> tuple[Standing, _Subject]:
    who = standing(session, place.room, Person(place.room.platform, place.reader))
    return who, _subject(session, kind, number)


def _subject(session: Session, kind: str, number: int) -> _Subject:
    """An answer is also the business of whoever speaks, an order of whoever gave it, a promise of who made it."""
    if kind == "connection":
        return _Subject(None, session.get_one(Account, number).agency_id)
    if kind == "reply":
        [(report, agency)] = _SPOKEN.rows(session, {"reply": number})
        return _of(session, report, [agency])
    if kind == "promise":
        promise = session.get_one(Promise, number)
        return _of(session, promise.report_id, [promise.agency_id])
    if kind == "disposition":
        order = session.get_one(Disposition, number)
        return _of(session, order.report_id, [order.from_agency, order.to_agency])
    return _of(session, number, [])


def _of(session: Session, number: int, others: Iterable[int | None]) -> _Subject:
    report, proposal = session.get_one(Report, number), session.get(CaseProposal, number)
    # A danger is shown where it should go as well, as long as nobody there has it (plugin/desk/sorting/warning.py).
    danger = proposal if proposal is not None and proposal.urgent and report.waits else None
    known = tuple(agency for agency in others if agency is not None)
    return _Subject(number, report.agency_id, known, danger)
