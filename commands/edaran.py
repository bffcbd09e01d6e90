"""/edaran: the circulars that oblige agencies to be reachable: list, look, issue, except, prolong, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.chat import circular_form as form
from plugin.chat.agencies import AGENCY_READER
from plugin.chat.command import Usage, command, decision, next_word
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.refusals import MissingArgument
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.accounts import circulars
from plugin.desk.accounts.circulars import Act, Opened, opened
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.moments import read_moment
from plugin.registry.duties import NoSuchCircular, find_circular, tally_now, touching
from plugin.registry.snapshot import Circular, Node
from plugin.wording import Decide, Press, Say, UserError, View

MOST = 12
NEW = frozenset({"baru", "buat", "tambah"})
ACTS = frozenset({"kecuali", "ikutkan", "batas", "cabut"})
USAGE = "<nomor> kecuali <instansi> [alasan]"


@dataclass(frozen=True)
class Row:
    """One circular of the list."""

    id: int
    number: str
    issuer: str
    due_at: datetime
    done: int
    bound: int


@dataclass(frozen=True)
class Listed(View):
    """The circulars in force here, the newest deadline first."""

    under: str
    now: datetime
    rows: tuple[Row, ...]
    more: int

    def presses(self) -> Mapping[str, Press]:
        return {f"open{row.id}": Say(f"/edaran {row.id}") for row in self.rows} | {"new": Say("/edaran baru")}


@dataclass(frozen=True)
class WriteCircular(Ask):
    """The form for a new circular."""

    under: str

    def then(self) -> Decide:
        return Decide("edaran-baru")

    def again(self) -> str:
        return "/edaran baru"

    def asks(self) -> Sequence[Field]:
        return tuple(
            Field(name, "", Shape.LINE, longest=300, required=n < form.NEEDED)
            for n, name in enumerate(form.FIELDS)
        )


@command("edaran", may=Right.LOOK)
async def edaran(context: Context, *, nomor_atau_baru: str = "") -> Listed | Opened | WriteCircular:
    word, rest = next_word(nomor_atau_baru)
    if not word:
        return _listed(context, context.here)
    if word.casefold() in NEW:
        if rest.strip():
            return await _issue(context, form.split_line(rest))
        await permit(context, Right.VOUCH, context.here)
        return WriteCircular(context.here.label)
    circular = find_circular(context.registry, _number(word), context.here)
    act, after = next_word(rest)
    if act.casefold() not in ACTS:
        return await opened(context, circular, rest)
    await permit(context, Right.VOUCH, context.registry.by_id(circular.agency_id))
    done = await _act(context, circular, act.casefold(), after.strip())
    return await _fresh(context, circular.id, done)


@decision("edaran-baru", may=Right.VOUCH)
async def edaran_baru(
    context: Context,
    number: str,
    dated: str,
    binds: str,
    asks: str,
    due: str,
    shows: str = "",
    issuer: str = "",
) -> Opened:
    said = (number, dated, binds, asks, due, shows, issuer)
    return await _issue(context, dict(zip(form.FIELDS, said, strict=True)))


def _listed(context: Context, node: Node) -> Listed:
    today = context.today
    rows = []
    for circular in sorted(touching(context.registry, node), key=lambda c: c.due_at, reverse=True):
        done, bound = tally_now(context.registry, circular, node, today)
        rows.append(Row(circular.id, circular.number, circular.issuer, circular.due_at, done, bound))
    return Listed(node.label, context.now, tuple(rows[:MOST]), max(0, len(rows) - MOST))


async def _issue(context: Context, said: Mapping[str, str]) -> Opened:
    draft = form.read_draft(context, said)
    await permit(context, Right.VOUCH, context.registry.by_id(draft.agency_id))
    return await _fresh(context, await context.services.store.write(circulars.issue, hand(context), draft))


async def _act(context: Context, circular: Circular, act: str, rest: str) -> Act:
    store, by = context.services.store, hand(context)
    if act == "batas":
        due = read_moment(rest, context.services.zone, context.now)
        before = await store.write(circulars.prolong, by, circular.id, due)
        return Act("due", before != due, before=before)
    if act == "cabut":
        await store.write(circulars.withdraw, by, circular.id, rest[:300])
        return Act("ended")
    if not rest:
        raise UserError(MissingArgument("edaran", "instansi", USAGE))
    usage = Usage("edaran", Right.VOUCH, USAGE, "instansi", False)
    node, why = await AGENCY_READER.read(context, usage, rest)
    if act == "kecuali":
        grant = circulars.granted(context, node.id, why)
        return Act("excepted", await store.write(circulars.leave_out, by, circular.id, grant), node.label)
    return Act("bound", await store.write(circulars.take_in, by, circular.id, node.id, why[:300]), node.label)


async def _fresh(context: Context, number: int, done: Act | None = None) -> Opened:
    now = replace(context, registry=await context.services.registry.current())
    circular = next(c for c in now.registry.circulars if c.id == number)
    return await opened(now, circular, act=done)


def _number(word: str) -> int:
    digits = word.lstrip("#").rstrip(".,:")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise UserError(NoSuchCircular(word[:40]))
    return int(digits)
