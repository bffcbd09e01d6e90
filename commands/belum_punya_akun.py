"""/belum-punya-akun: which agencies have no official account yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from plugin.chat.agencies import which
from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.paging import pages_of, split_page
from plugin.chat.refusals import NoSuchAgency, NotAllowed
from plugin.chat.rights import Right
from plugin.registry.find import Candidates, Found, find
from plugin.registry.snapshot import Node
from plugin.registry.units import missing_by_kind, without_account
from plugin.wording import Press, Say, UserError, View

PER_PAGE = 25


@dataclass(frozen=True)
class Line:
    """One agency of the list. `contact` is the office's, where it is known; `above` its kecamatan."""

    label: str
    name: str
    contact: str
    above: str


@dataclass(frozen=True)
class Missing(View):
    """One page of the agencies without an account, grouped by kind."""

    under: str
    under_code: str
    at: datetime
    missing: int
    total: int
    groups: tuple[tuple[str, int, tuple[Line, ...]], ...]
    page: int
    pages: int

    def presses(self) -> Mapping[str, Press]:
        line = f"/belum-punya-akun {self.under_code} hal"
        return {
            "back": Say(f"{line} {self.page - 1}", amend=True),
            "on": Say(f"{line} {self.page + 1}", amend=True),
        }


@command("belum-punya-akun", may=Right.LOOK, at_once=True)
async def belum_punya_akun(context: Context, *, instansi: str = "") -> Missing:
    typed, page = split_page(instansi)
    node = _under(context, typed)
    zone = context.services.zone
    today = context.now.astimezone(zone).date()
    missing, total = without_account(context.registry, node, today)
    pages = pages_of(len(missing), PER_PAGE)
    page = min(max(page, 1), pages)
    sizes = missing_by_kind(context.registry, node, today)
    shown = missing[(page - 1) * PER_PAGE : page * PER_PAGE]
    groups = tuple(
        (kind, sizes[kind], tuple(_line(context, u.label, u.name, u.contact, u.members[0]) for u in units))
        for kind, units in groupby(shown, key=lambda u: u.kind)
    )
    return Missing(node.label, node.code, context.now, len(missing), total, groups, page, pages)


def _line(context: Context, label: str, name: str, contact: str, node: Node) -> Line:
    above = context.registry.parent(node) if node.kind in ("desa", "kelurahan") else None
    return Line(label, name, contact, above.label if above else "")


def _under(context: Context, typed: str) -> Node:
    assert context.node is not None
    if not typed:
        return context.node
    finding = find(context.registry, typed, context.node)
    match finding:
        case Found(node):
            pass
        case Candidates(nodes):
            raise UserError(which(context.registry, typed[:60], nodes, "/belum-punya-akun {}"))
        case _:
            raise UserError(NoSuchAgency(typed[:60]))
    if not context.allows(Right.LOOK, node.id):
        raise UserError(NotAllowed(Right.LOOK.value, ()))
    return node
