"""A second pair of eyes: which answers need one and why; asked for, given, returned with a note.

Whoever presses Kirim has read the text. So an answer that somebody else wrote has been read by two, and only
its own author has to ask. Nobody changes another's words: they go back to the author with a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.outgoing import parts
from plugin.desk.replying import companions
from plugin.desk.replying.companions import Companion
from plugin.registry.paths import way_to
from plugin.registry.persons import name_of, one_person
from plugin.store.store import insert
from plugin.store.tables import Account, ApprovalRule, AuditEntry, Reply, Report
from plugin.terms import Terms
from plugin.wording import Decide, Press, Refusal, Say, UserError

MODES = ("tidak", "perlu", "selalu")
"""For an agency and what is below it, in the officials' words. tidak: nobody needs to be asked (except for a
flagged draft). perlu: a new author and every author at night ask. selalu: every author asks."""


@dataclass(frozen=True)
class OwnText(Refusal):
    """Nobody approves their own words.

    `namesake`: somebody of the same name wrote them, who may be the same person in another chat.
    """

    number: int
    namesake: bool = False


@dataclass(frozen=True)
class NotYourText(Refusal):
    """Somebody else wrote it, and only they change it."""

    number: int
    reply_id: int
    who: str

    def presses(self) -> Mapping[str, Press]:
        return {
            "give_back": Decide("kembalikan-konsep", {"reply": self.reply_id}),
            "own": Say(f"/tanggapi {self.number}"),
        }


@dataclass(frozen=True)
class AnotherSendsAgain(Refusal):
    """Its author alone may not send it again (any more). `lapsed`: the approval that it had is too old."""

    number: int
    lapsed: bool


@dataclass(frozen=True)
class NotAsked(Refusal):
    """This draft waits for nobody's approval (any more)."""

    number: int


def needed(
    session: Session, reply: Reply, terms: Terms, now: datetime, *, flagged: bool = False
) -> tuple[str, ...]:
    """Why a second person must agree before this answer's author may send it; empty when nobody must.

    always: the agency wants it for every answer. newcomer: few answers of this author are public yet. night:
    tired people write. flagged: the checks found what only a second person may let pass.
    """
    why = ["flagged"] if flagged else []
    modes = {mode_of(session, agency) for agency in _agencies(session, reply)}
    if "selalu" in modes:
        why.append("always")
    elif "perlu" in modes:
        why += ["newcomer"] if _is_new(session, reply.drafted_by, terms.newcomer) else []
        why += ["night"] if terms.at_night(now) else []
    return tuple(why)


def mode_of(session: Session, agency_id: int) -> str:
    """The rule of the nearest node upwards that has one."""
    way = way_to(session, agency_id)
    known = select(ApprovalRule).where(col(ApprovalRule.agency_id).in_(way))
    rules = {rule.agency_id: rule.mode for rule in session.exec(known)}
    return next((rules[node] for node in way if node in rules), "tidak")


def set_mode(session: Session, by: Hand, agency_id: int, mode: str) -> None:
    """Set the rule of a node and what is below it, on record."""
    row = {"agency_id": agency_id, "mode": mode, "set_by": by.official_id, "set_at": by.at}
    statement = insert(session, ApprovalRule).values(**row)
    session.connection().execute(statement.on_conflict_do_update(index_elements=["agency_id"], set_=row))
    record(session, by, "approval_rule", agency=agency_id, mode=mode)


def seen_by_two(session: Session, reply: Reply, by: Hand, terms: Terms) -> bool:
    """Whether somebody other than the author has read it: the one who presses now, or one who approved."""
    if not one_person(session, by.official_id, reply.drafted_by):
        return True
    return reply.approved_at is not None and not lapsed(reply, terms, by.at)


def check_again(session: Session, reply: Reply, by: Hand, terms: Terms, *, flagged: bool = False) -> None:
    """Raise AnotherSendsAgain where a second person must agree, and nobody's agreement holds at this press.

    What went along with an answer was agreed to with that. Whoever presses in its author's place has read it.
    """
    asked = session.get_one(Reply, reply.companion_of) if reply.companion_of is not None else reply
    why = needed(session, asked, terms, by.at, flagged=flagged)
    if why and not seen_by_two(session, asked, by, terms):
        raise UserError(AnotherSendsAgain(reply.report_id, lapsed(asked, terms, by.at)))


def lapsed(reply: Reply, terms: Terms, now: datetime) -> bool:
    """Whether somebody has approved it, too long ago."""
    return reply.approved_at is not None and now >= reply.approved_at + terms.approval_lasts


def ask(session: Session, by: Hand, reply: Reply, why: tuple[str, ...]) -> None:
    """Let the answer wait for a second person. An approval that has lapsed is gone."""
    if reply.state == "asking":
        return
    lapsed = reply.approved_at is not None
    reply.state, reply.needs = "asking", list(why)
    reply.approved_by = reply.approved_at = None
    record(session, by, "approval_asked", reply.report_id, reply=reply.id, why=list(why), lapsed=lapsed)


def asked(session: Session, reply: Reply) -> int:
    """How often a second person was asked about this draft: what lapsed is asked anew."""
    mine = AuditEntry.report_id == reply.report_id, AuditEntry.act == "approval_asked"
    return sum(detail["reply"] == reply.id for detail in session.exec(select(AuditEntry.detail).where(*mine)))


def approve(session: Session, by: Hand, reply_id: int, shown: str, along: Sequence[Companion] = ()) -> None:
    """Agree to exactly what was shown, also of what goes to the incident's other reporters."""
    reply = _asked(session, by, reply_id)
    if companions.shown(reply, along) != shown or not companions.still(session, reply, along):
        raise UserError(NotAsked(reply.report_id))
    reply.state, reply.approved_by, reply.approved_at = "approved", by.official_id, by.at
    record(session, by, "approved", reply.report_id, reply=reply_id, hash=shown)


def give_back(session: Session, by: Hand, reply_id: int, note: str) -> None:
    """Return a draft to its author, who alone may change it, with what should be different."""
    reply = _asked(session, by, reply_id, also=("drafted", "approved"))
    reply.state, reply.note, reply.approved_by, reply.approved_at = "returned", note, None, None
    reply.returned_by = by.official_id
    record(session, by, "given_back", reply.report_id, reply=reply_id, note=note)


def check_author(session: Session, by: Hand, reply_id: int) -> None:
    """Raise NotYourText unless the draft is this official's own."""
    reply = session.get_one(Reply, reply_id)
    if reply.drafted_by != by.official_id:
        raise UserError(NotYourText(reply.report_id, reply_id, name_of(session, reply.drafted_by)))


def is_author(session: Session, by: Hand, reply_id: int) -> bool:
    """Whether it is the author who presses, in whichever chat."""
    return one_person(session, by.official_id, session.get_one(Reply, reply_id).drafted_by)


def _asked(session: Session, by: Hand, reply_id: int, also: tuple[str, ...] = ()) -> Reply:
    reply = parts.locked_reply(session, reply_id)
    if one_person(session, by.official_id, reply.drafted_by):
        raise UserError(OwnText(reply.report_id, by.official_id != reply.drafted_by))
    if reply.state not in ("asking", *also):
        raise UserError(NotAsked(reply.report_id))
    return reply


def _agencies(session: Session, reply: Reply) -> set[int]:
    """Whose case it is, and whose account speaks."""
    report, account = session.get_one(Report, reply.report_id), session.get_one(Account, reply.account_id)
    return {report.agency_id, account.agency_id}


def _is_new(session: Session, author: int, answers: int) -> bool:
    public = select(Reply.id).where(Reply.drafted_by == author, Reply.state == "published").limit(answers)
    return len(session.exec(public).all()) < answers
