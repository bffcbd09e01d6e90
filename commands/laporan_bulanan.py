"""/laporan-bulanan juli: a month's page with its papers, made while the room goes on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.refusals import BadArgument
from plugin.chat.rights import Right
from plugin.moments import read_month
from plugin.rhythm import notices
from plugin.rhythm.periodic import MONTHLY
from plugin.wording import UserError, View


@dataclass(frozen=True)
class Preparing(View):
    """It is being made, and comes by itself."""

    agency: str
    first: date
    last: date


@command("laporan-bulanan", may=Right.LOOK, rare=True)
async def laporan_bulanan(context: Context, *, bulan: str = "") -> Preparing:
    today = context.today
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    first = read_month(bulan, today) if bulan.strip() else before
    if first is None or first > today:
        raise UserError(BadArgument("laporan-bulanan", "bulan", bulan.strip()[:60], "[bulan]"))
    last = min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)
    for number in await context.services.store.write(_ask, context, context.here.id, first, last):
        await context.services.notify(number)
    return Preparing(context.here.label, first, last)


def _ask(session: Session, context: Context, agency_id: int, first: date, last: date) -> list[int]:
    args = {"agency": agency_id, "first": first.isoformat(), "last": last.isoformat()}
    key = f"{MONTHLY}:asked:{hashlib.sha256(context.origin.encode()).hexdigest()[:24]}"
    return notices.put(session, [context.room], MONTHLY, args, key, context.now)
