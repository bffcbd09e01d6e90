"""/tugas-saya: what I have in hand: orders to receive, reports taken, drafts to send or to end, orders I gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Right
from plugin.desk.lists.mine import Begun, Mine, Order, mine
from plugin.desk.lists.queue import Waiting
from plugin.desk.masking import excerpt, shortened
from plugin.desk.replying.unsent import Lying, lying
from plugin.public.recorded import is_recorded
from plugin.wording import Decide, Press, Say, View

PER_PAGE = 6
DRAFTS = ORDERS = 5
EXCERPT = 90


@dataclass(frozen=True)
class Task:
    """A report in hand. `priority` counts as in `steps.PRIORITIES`."""

    number: int
    agency: str
    excerpt: str
    state: str
    answered: bool
    priority: int
    due_at: datetime
    held_until: datetime


@dataclass(frozen=True)
class Draft:
    """An answer that is not over; `told`: by a person."""

    number: int
    excerpt: str
    drafted_at: datetime
    state: str
    told: bool


@dataclass(frozen=True)
class ToSend:
    """A draft of somebody else's, which waits for whoever may send it; `told`: tell it."""

    number: int
    reply_id: int
    by: str
    excerpt: str
    drafted_at: datetime
    state: str
    told: bool


@dataclass(frozen=True)
class Unconfirmed:
    """An order that its agency has not confirmed, or that is late."""

    number: int
    agency: str
    instruction: str
    given_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class MyTasks(View):
    """A page of what this room may see of it."""

    total: int
    tasks: tuple[Task, ...]
    drafts: tuple[Draft, ...]
    more_drafts: int
    received: tuple[Unconfirmed, ...]
    more_received: int
    given: tuple[Unconfirmed, ...]
    more_given: int
    late: tuple[Unconfirmed, ...]
    more_late: int
    to_send: tuple[ToSend, ...]
    more_to_send: int
    turn: Turn
    now: datetime

    def presses(self) -> Mapping[str, Press]:
        named = {**self.turn.presses("/tugas-saya"), "new": Say("/laporan-baru")}
        for task in self.tasks:
            named[f"answer{task.number}"] = Say(f"/tanggapi {task.number}")
            named[f"free{task.number}"] = Say(f"/lepas {task.number}")
            named[f"open{task.number}"] = Say(f"/laporan {task.number}")
        for order in (*self.received, *self.given, *self.late):
            named[f"receive{order.number}"] = Say(f"/terima {order.number}")
            named[f"see{order.number}"] = Say(f"/laporan {order.number}")
        named |= {f"look{d.number}": Decide("lihat-tanggapan", {"reply": d.reply_id}) for d in self.to_send}
        return named | {f"see{d.number}": Say(f"/laporan {d.number}") for d in self.drafts}


@command("tugas-saya", may=Right.LOOK, at_once=True)
async def tugas_saya(context: Context, *, halaman: str = "") -> MyTasks:
    _, page = split_page(halaman)
    who = context.standing.official_id
    found, serves = Mine(), {held.agency_id for held in context.standing.held if held.role != "admin"}
    if who is not None:
        found = await context.services.store.read(mine, who, serves, context.now)
    held = [row for row in found.held if context.allows(Right.LOOK, row.agency_id)]
    begun = [row for row in found.begun if context.allows(Right.LOOK, row.agency_id) and not _moved_on(row)]
    unconfirmed = {order.number for order in (*found.received, *found.given)}
    turn = Turn.to(page, len(held), PER_PAGE)
    return MyTasks(
        len(held),
        tuple(_task(context, row, row.number in found.answered) for row in turn.part(held)),
        tuple(_draft(row) for row in begun[:DRAFTS]),
        len(begun[DRAFTS:]),
        *_some(context, found.received),
        *_some(context, found.given),
        *_some(context, [o for o in found.late if o.number not in unconfirmed]),
        *await _to_send(context, who),
        turn,
        context.now,
    )


async def _to_send(context: Context, who: int | None) -> tuple[tuple[ToSend, ...], int]:
    """(the first few that this person may send here; how many more)."""
    if who is None or not context.standing.somewhere(Right.PUBLISH):
        return (), 0
    rows = await context.services.store.read(lying, who, context.now)
    theirs = [
        ToSend(
            r.number,
            r.reply_id,
            r.by,
            excerpt(r.text, EXCERPT),
            r.drafted_at,
            r.state,
            is_recorded(r.channel),
        )
        for r in rows
        if not _moved_on(r) and all(context.allows(Right.PUBLISH, n) for n in (r.agency_id, r.speaker_id))
    ]
    return tuple(theirs[:DRAFTS]), len(theirs[DRAFTS:])


def _moved_on(row: Begun | Lying) -> bool:
    """The report was handed on, and the agency that has it now tells its caller at its own desk."""
    return is_recorded(row.channel) and row.speaker_id != row.agency_id


def _some(context: Context, orders: Sequence[Order]) -> tuple[tuple[Unconfirmed, ...], int]:
    """(the first few that this room sees, each report once; how many more)."""
    seen = {o.number: o for o in reversed(orders) if context.allows(Right.LOOK, o.agency_id)}
    those = [
        Unconfirmed(
            o.number,
            context.registry.by_id(o.agency_id).label,
            shortened(o.instruction, EXCERPT),
            o.given_at,
            o.due_at,
        )
        for o in reversed(seen.values())
    ]
    return tuple(those[:ORDERS]), len(those[ORDERS:])


def _task(context: Context, row: Waiting, answered: bool) -> Task:
    agency = context.registry.by_id(row.agency_id).label
    assert row.held_until is not None
    return Task(
        row.number, agency, excerpt(row.text, EXCERPT), row.state, answered, row.priority, row.due_at,
        row.held_until,
    )  # fmt: skip


def _draft(row: Begun) -> Draft:
    return Draft(row.number, excerpt(row.text, EXCERPT), row.drafted_at, row.state, is_recorded(row.channel))
