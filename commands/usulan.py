"""/usulan: what was proposed of followers, with the reasons; a person says what is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from plugin.chat.command import command, next_word
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Right
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.cases import permit
from plugin.registry import accounts, sighted
from plugin.registry.ledger import IMPOSTOR, OFFICIAL, PERSONAL
from plugin.registry.sighted import NoSuchProposal
from plugin.registry.snapshot import Node, Registry
from plugin.store.tables import Proposal
from plugin.wording import Press, Refusal, Say, UserError, View

PER_PAGE = 4
ANSWERS = {"resmi": OFFICIAL, "pribadi": PERSONAL, "palsu": IMPOSTOR, "bukan": ""}


@dataclass(frozen=True)
class Line:
    """One proposal: the profile as it was read, and why. `instead`: the account that the agency already has."""

    number: int
    handle: str
    name: str
    bio: str
    mark: str
    agency: str
    verdict: str
    reasons: tuple[tuple[str, str], ...]
    instead: str


@dataclass(frozen=True)
class Decided:
    """What was just decided. `state` is blank when it was turned down."""

    handle: str
    agency: str
    state: str


@dataclass(frozen=True)
class Proposals(View):
    """One page of the open proposals; the decision just taken stands above them."""

    total: int
    lines: tuple[Line, ...]
    decided: Decided | None
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses("/usulan"))
        for line in self.lines:
            for word in ANSWERS:
                answer = f"/usulan {line.number} {word} hal {self.turn.page}"
                named[f"{word}{line.number}"] = Say(answer, amend=True)
        return named


@dataclass(frozen=True)
class WhichAnswer(Refusal):
    """The answer is one of these words."""

    number: int


@command("usulan", may=Right.REGISTER, rare=True)
async def usulan(context: Context, *, nomor_dan_putusan: str = "") -> Proposals:
    typed, page = split_page(nomor_dan_putusan)
    word, rest = next_word(typed)
    decided = await _decide(context, word, rest.strip().casefold()) if word else None
    registry = await context.services.registry.current()
    rows = [
        row
        for row in await context.services.store.survey(sighted.waiting)
        if row.agency_id in registry and registry.covers(context.here.id, row.agency_id)
    ]
    turn = Turn.to(page, len(rows), PER_PAGE)
    lines = tuple(_line(registry, row) for row in turn.part(rows))
    return Proposals(len(rows), lines, decided, turn)


async def _decide(context: Context, word: str, answer: str) -> Decided:
    digits = word.lstrip("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise UserError(NoSuchProposal(0))
    number = int(digits)
    proposal = await context.services.store.read(lambda s: s.get(Proposal, number))
    if proposal is None or not context.allows(Right.LOOK, proposal.agency_id):
        raise UserError(NoSuchProposal(number))
    if answer not in ANSWERS:
        raise UserError(WhichAnswer(number))
    agency = context.registry.by_id(proposal.agency_id)
    await permit(context, Right.VOUCH, agency)
    await context.services.store.write(_settle, hand(context), number, agency, ANSWERS[answer], context.today)
    return Decided(proposal.handle, agency.name, ANSWERS[answer])


def _settle(session: Session, by: Hand, number: int, agency: Node, state: str, today: date) -> None:
    settled = sighted.decide(session, number, confirmed=bool(state), by=by.official_id, now=by.at)
    proposal, shown = settled.proposal, settled.shown
    if state == OFFICIAL and proposal.verdict == sighted.RENAMED:
        accounts.rename(
            session, sighted.renamed_account(session, proposal), proposal.handle, by=by.official_id,
            asked_by=settled.brought_by, now=by.at, shown=shown,
        )  # fmt: skip
    elif state == OFFICIAL:
        changed = accounts.vouch(
            session, by=by.official_id, asked_by=settled.brought_by, agency_id=agency.id,
            channel=proposal.channel, handle=proposal.handle, now=by.at, today=today, shown=shown,
        )  # fmt: skip
        sighted.settle_id(session, changed.account_id, proposal.platform_id)
    elif state:
        accounts.judge(
            session, by=by.official_id, agency_id=agency.id, channel=proposal.channel, handle=proposal.handle,
            state=state, now=by.at, shown=shown,
        )  # fmt: skip
    record(
        session, by, "proposal_decided", agency=agency.id, channel=proposal.channel, handle=proposal.handle,
        proposal=number, state=state or "rejected",
    )  # fmt: skip


def _line(registry: Registry, row: Proposal) -> Line:
    node = registry.by_id(row.agency_id)
    held = [a for a in registry.accounts(node) if a.channel == row.channel and a.verdict == OFFICIAL]
    reasons = tuple((code, words) for code, _, words in (r.partition(":") for r in row.reasons))
    assert row.id is not None
    return Line(
        row.id, row.handle, row.name, row.bio, row.mark, node.name, row.verdict, reasons,
        held[0].handle if held else "",
    )  # fmt: skip
