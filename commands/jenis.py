"""/jenis 17 permintaan-informasi: what kind of report it is decides how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import Hand, hand
from plugin.desk.handling import steps
from plugin.desk.handling.cases import Case, locked
from plugin.desk.sorting.report_kinds import SAID, Changed, say_kind
from plugin.limits import Limits
from plugin.rhythm import handing
from plugin.rhythm.handing import Told
from plugin.wording import Press, Refusal, Say, UserError, View


@dataclass(frozen=True)
class KindSaid(View):
    """`same`: it was of this kind already. `longer`: it has more time now, of which the Sekda hears."""

    number: int
    kind: str
    due_at: datetime | None
    same: bool
    longer: bool


@dataclass(frozen=True)
class WhichKind(Refusal):
    """None of the words we know."""

    number: int
    given: str

    def presses(self) -> Mapping[str, Press]:
        return {word: Say(f"/jenis {self.number} {word}") for word in SAID}


@command("jenis", may=Right.DISPOSE, rare=True)
async def jenis(context: Context, nomor: Case, *, jenis_laporan: str = "") -> KindSaid:
    kind = SAID.get("-".join(jenis_laporan.casefold().split()))
    if kind is None:
        raise UserError(WhichKind(nomor.number, jenis_laporan[:40]))
    services, above = context.services, steps.sekda_of(context.registry, nomor.agency)
    done, told = await services.store.write(
        _say, hand(context), services.limits, nomor.number, kind, context.sender.shown,
        above.id if above else None, context.origin,
    )  # fmt: skip
    for notice in told.notices:
        await services.notify(notice)
    await services.refresh(f"report:{nomor.number}")
    return KindSaid(nomor.number, kind, done.due_at, done.same, done.longer)


def _say(
    session: Session,
    by: Hand,
    limits: Limits,
    number: int,
    kind: str,
    name: str,
    above: int | None,
    origin: str,
) -> tuple[Changed, Told]:
    """In one step with what the Sekda's rooms are told where it gives more time."""
    done = say_kind(session, by, limits, number, kind)
    if above is None or done.same or not done.longer:
        return done, Told()
    args = {
        "report": number, "agency": locked(session, number).agency_id, "before": done.before, "kind": kind,
        "until": done.due_at.isoformat() if done.due_at else "", "by": name,
    }  # fmt: skip
    return done, handing.tell(session, by, above, handing.TIME, args, origin)
