"""/daftar-akun dpupr x @handle: claim an account for an agency; somebody else confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import Hand, hand, record
from plugin.desk.cases import permit
from plugin.registry import accounts
from plugin.registry.duties import binds, touching
from plugin.registry.ledger import Evidence, evidence_in
from plugin.registry.snapshot import Node, Registry
from plugin.registry.units import day_of
from plugin.wording import Decide, Press, View


@dataclass(frozen=True)
class AccountClaimed(View):
    """Claimed; waits for somebody with the right to confirm or reject.

    `particulars` is what circulars ask the account to show: whoever confirms looks for it.
    """

    account_id: int
    agency: str
    channel: str
    handle: str
    claimed_by: str
    shown: Evidence
    particulars: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {
            "confirm": Decide("akun-benar", {"account": self.account_id}),
            "reject": Decide("akun-salah", {"account": self.account_id}),
        }


@dataclass(frozen=True)
class AccountDecided(View):
    """The verdict of a person."""

    replaces = True
    agency: str
    channel: str
    handle: str
    official: bool
    decided_by: str


@command("daftar-akun", may=Right.REGISTER)
async def daftar_akun(
    context: Context, instansi: Node, kanal: str, akun: str, *, bukti: str = ""
) -> AccountClaimed:
    await permit(context, Right.REGISTER, instansi)
    shown = evidence_in(bukti)
    claimed = await context.services.store.write(_claim, hand(context), instansi, kanal, akun, shown)
    return AccountClaimed(
        claimed.account_id, instansi.name, claimed.channel, claimed.handle, context.sender.name, shown,
        duties_of(context.registry, instansi, claimed.channel, context.now),
    )  # fmt: skip


@decision("akun-benar", may=Right.VOUCH)
async def akun_benar(context: Context, account: int) -> AccountDecided:
    return await _decide(context, account, official=True)


@decision("akun-salah", may=Right.VOUCH)
async def akun_salah(context: Context, account: int) -> AccountDecided:
    return await _decide(context, account, official=False)


async def _decide(context: Context, account_id: int, *, official: bool) -> AccountDecided:
    registry = context.registry
    agency = registry.by_id(registry.account(account_id).agency_id)
    await permit(context, Right.VOUCH, agency)
    row = await context.services.store.write(_verdict, hand(context), account_id, official)
    return AccountDecided(agency.name, row.channel, row.handle, official, context.sender.name)


def duties_of(registry: Registry, agency: Node, channel: str, now: datetime) -> tuple[str, ...]:
    """What the circulars in force that bind this agency want an account to show."""
    unit = day_of(registry, now.date()).of(agency)
    found = [c for c in touching(registry, agency) if unit and binds(registry, c, unit)]
    asked = [p for c in found if not c.channels or channel in c.channels for p in c.particulars]
    return tuple(dict.fromkeys(asked))


def _claim(
    session: Session, by: Hand, agency: Node, channel: str, typed: str, shown: Evidence
) -> accounts.Changed:
    changed = accounts.claim(
        session,
        by=by.official_id,
        agency_id=agency.id,
        channel=channel,
        handle=typed,
        now=by.at,
        shown=shown,
    )
    return _recorded(session, by, changed, "account_claimed")


def _verdict(session: Session, by: Hand, account_id: int, official: bool) -> accounts.Changed:
    decide = accounts.confirm if official else accounts.reject
    changed = decide(session, account_id, by=by.official_id, now=by.at)
    return _recorded(session, by, changed, "account_confirmed" if official else "account_rejected")


def _recorded(session: Session, by: Hand, changed: accounts.Changed, act: str) -> accounts.Changed:
    record(session, by, act, to_agency=changed.agency_id, channel=changed.channel, handle=changed.handle)
    return changed
