"""/daftar-akun dpupr x @handle: claim an account for an agency; somebody else confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.refusals import NoSuchAgency
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.accounts.letters import evidence_given
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.cases import permit
from plugin.registry import accounts
from plugin.registry.account_rows import Changed
from plugin.registry.duties import binds, touching
from plugin.registry.ledger import Evidence
from plugin.registry.snapshot import Node, Registry
from plugin.registry.units import day_of
from plugin.wording import Decide, Press, UserError, View


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


@dataclass(frozen=True)
class WriteAccount(Ask):
    """The form for an agency that registers its account."""

    agency: str
    code: str

    def then(self) -> Decide:
        return Decide("daftar-akun", {"agency": self.code})

    def again(self) -> str:
        return f"/daftar-akun {self.code}"

    def asks(self) -> Sequence[Field]:
        return (
            Field("channel", "", Shape.LINE, longest=30),
            Field("handle", "", Shape.LINE, longest=200),
            Field("proof", "", Shape.LINE, longest=400, required=False),
        )


@command("daftar-akun", may=Right.REGISTER)
async def daftar_akun(
    context: Context, instansi: Node, kanal: str = "", akun: str = "", *, bukti: str = ""
) -> AccountClaimed | WriteAccount:
    await permit(context, Right.REGISTER, instansi)
    if not kanal or not akun:
        return WriteAccount(instansi.name, instansi.code)
    return await _register(context, instansi, kanal, akun, bukti)


@decision("daftar-akun", may=Right.REGISTER)
async def daftar_akun_form(
    context: Context, agency: str, channel: str, handle: str, proof: str = ""
) -> AccountClaimed:
    node = context.registry.by_code(agency)
    if node is None:
        raise UserError(NoSuchAgency(agency))
    await permit(context, Right.REGISTER, node)
    return await _register(context, node, channel.strip(), handle.strip(), proof.strip().removeprefix("-"))


async def _register(context: Context, agency: Node, channel: str, handle: str, proof: str) -> AccountClaimed:
    shown = await evidence_given(context, proof)
    claimed = await context.services.store.write(
        _claim, hand(context), agency, channel, handle, shown, context.today
    )
    return AccountClaimed(
        claimed.account_id, agency.name, claimed.channel, claimed.handle, context.sender.name, shown,
        duties_of(context.registry, agency, claimed.channel, context.today),
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


def duties_of(registry: Registry, agency: Node, channel: str, today: date) -> tuple[str, ...]:
    """What the circulars in force that bind this agency want an account to show."""
    unit = day_of(registry, today).of(agency)
    found = [c for c in touching(registry, agency) if unit and binds(registry, c, unit)]
    asked = [p for c in found if not c.channels or channel in c.channels for p in c.particulars]
    return tuple(dict.fromkeys(asked))


def _claim(
    session: Session, by: Hand, agency: Node, channel: str, typed: str, shown: Evidence, today: date
) -> Changed:
    changed = accounts.claim(
        session,
        by=by.official_id,
        agency_id=agency.id,
        channel=channel,
        handle=typed,
        now=by.at,
        today=today,
        shown=shown,
    )
    return _recorded(session, by, changed, "account_claimed")


def _verdict(session: Session, by: Hand, account_id: int, official: bool) -> Changed:
    decide = accounts.confirm if official else accounts.reject
    changed = decide(session, account_id, by=by.official_id, now=by.at)
    return _recorded(session, by, changed, "account_confirmed" if official else "account_rejected")


def _recorded(session: Session, by: Hand, changed: Changed, act: str) -> Changed:
    record(session, by, act, to_agency=changed.agency_id, channel=changed.channel, handle=changed.handle)
    return changed
