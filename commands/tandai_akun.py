"""/tandai-akun dinkes x @dinkeskbm_ palsu meminta uang: what an account really is, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts.letters import evidence_given
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.cases import permit
from plugin.registry import accounts
from plugin.registry.account_rows import Changed
from plugin.registry.ledger import (
    DORMANT,
    FORMALITY,
    IMPOSTOR,
    OFFICIAL,
    PERSONAL,
    REJECTED,
    Evidence,
)
from plugin.registry.snapshot import Node
from plugin.wording import Press, Refusal, Say, UserError, View

STATES = {
    "pribadi": PERSONAL, "palsu": IMPOSTOR, "tiruan": IMPOSTOR, "bukan": REJECTED, "ditolak": REJECTED,
    "diam": DORMANT, "mati": DORMANT, "tidak-aktif": DORMANT, "formalitas": FORMALITY, "aktif": OFFICIAL,
}  # fmt: skip


@dataclass(frozen=True)
class Marked(View):
    """What the account is now; who decided, and why, are in the ledger."""

    agency: str
    code: str
    channel: str
    handle: str
    state: str
    decided_by: str
    shown: Evidence

    def presses(self) -> Mapping[str, Press]:
        return {"ledger": Say(f"/akun {self.code}")}


@dataclass(frozen=True)
class UnknownState(Refusal):
    given: str


@dataclass(frozen=True)
class WhyMissing(Refusal):
    """Nothing is entered in the ledger without a reason."""

    agency: str
    channel: str
    handle: str
    state: str


@command("tandai-akun", may=Right.VOUCH, rare=True)
async def tandai_akun(
    context: Context, instansi: Node, kanal: str, akun: str, keadaan: str, *, alasan: str = ""
) -> Marked:
    await permit(context, Right.VOUCH, instansi)
    state = STATES.get(keadaan.casefold())
    if state is None:
        raise UserError(UnknownState(keadaan[:40]))
    shown = await evidence_given(context, alasan)
    if not (shown.why or shown.where):
        raise UserError(WhyMissing(instansi.code, kanal[:20], akun[:60], keadaan))
    done = await context.services.store.write(_judge, hand(context), instansi, (kanal, akun, state), shown)
    return Marked(instansi.name, instansi.code, done.channel, done.handle, state, context.sender.name, shown)


def _judge(session: Session, by: Hand, agency: Node, said: tuple[str, str, str], shown: Evidence) -> Changed:
    channel, handle, state = said
    changed = accounts.judge(
        session, by=by.official_id, agency_id=agency.id, channel=channel, handle=handle, state=state,
        now=by.at, shown=shown,
    )  # fmt: skip
    record(
        session, by, "account_judged", agency=agency.id, channel=changed.channel, handle=changed.handle,
        before=changed.before, state=state,
    )  # fmt: skip
    return changed
