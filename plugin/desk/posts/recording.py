"""What a citizen said by telephone, at the counter, in a letter: written down by an official, a report like any.

Whoever wrote it down has taken it for a report, so triage sets none of these apart. Who said it and how they are
reached is kept as the channel's own statements are, and shown to nobody who does not ask for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from plugin.chat.courier import outdate
from plugin.desk.audit import Hand, record
from plugin.desk.handling.cases import locked
from plugin.desk.posts.album import Kept
from plugin.desk.posts.cleaning import fit, line
from plugin.desk.posts.entries import AccountFacts
from plugin.desk.posts.intake import Stored, store_page
from plugin.desk.posts.quoting import forget_unsaid
from plugin.limits import Limits
from plugin.public.recorded import CHANNELS, is_recorded
from plugin.public.values import Author, Page, Post, PostPhoto
from plugin.registry.desks import desk_of
from plugin.store.scrubbing import soil
from plugin.store.tables import Account, Followup, Photo, Report
from plugin.wording import Refusal, UserError

CONTACT = "contact"
"""Where among the channel's statements it stands how the citizen is reached."""
LONGEST = 3000
"""Signs of what is written down at once: as many as a form takes on every platform."""
LONGEST_CONTACT = 120
NAMING = "pelapor"
"""What the form that asks for it decides."""
ACT = "recorded"
NOTHING = len("{}")
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class NothingSaid(Refusal):
    """There is nothing to write down."""


@dataclass(frozen=True)
class TooLong(Refusal):
    """So many signs are not written down at once."""

    length: int
    longest: int


@dataclass(frozen=True)
class NotRecorded(Refusal):
    """The report came by a channel that is read for us: what its citizen writes further comes by itself."""

    number: int
    channel: str


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who said it, as far as they told: a name, and how they are reached."""

    name: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, with its photos. `origin` names the delivery, the button or the form by which it was written
    down; `word` was taken for the channel, and may be one of the citizen's."""

    text: str
    photos: Sequence[Kept]
    origin: str
    word: str = ""

    @property
    def key(self) -> str:
        """What stands where others have the number of a post: the same for the same words by the same way."""
        return hashlib.sha256(f"{self.origin} {self.text}".encode(errors="surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Rules:
    """By which clocks and in which zone it is counted."""

    limits: Limits
    zone: tzinfo


def check_length(text: str) -> None:
    """Raise UserError for more than is written down at once."""
    if len(text) > LONGEST:
        raise UserError(TooLong(len(text), LONGEST))


def write_down(
    session: Session, by: Hand, agency_id: int, channel: str, said: Said, citizen: Citizen, rules: Rules
) -> int:
    """Make a report of it at this agency, on record; the same delivery, button or form again gives the same report,
    whichever channel is named then."""
    known = _known(session, said.key)
    if known is not None:
        return known
    desk = desk_of(session, channel, agency_id, by.at)
    author = Author(f"warga:{said.key}", name=line(citizen.name, 120), facts=_facts(citizen))
    stored = _store(session, desk, _post(said, said.key, author, by.at), by.at, rules)
    if not stored.reports:  # another process was at it meanwhile
        return _known(session, said.key) or 0
    [made] = stored.reports
    _show(session, made, said.photos)
    taken = {"word": said.word} if said.word else {}
    record(session, by, ACT, made, channel=channel, further=False, **taken)
    return made


def add(session: Session, by: Hand, number: int, said: Said, rules: Rules) -> int:
    """The citizen of such a report has called again: it is part of the case, and wakes it when it was answered. The
    same delivery or form again adds nothing. Returns the number."""
    report = session.get_one(Report, number)  # storing holds it, in the order in which all pages are stored
    if not is_recorded(report.channel):
        raise UserError(NotRecorded(number, report.channel))
    desk = session.get_one(Account, report.account_id)
    post = _post(said, report.conversation, Author(report.author_id), by.at)
    if _store(session, desk, post, by.at, rules).followups:
        _show(session, number, said.photos)
        record(session, by, ACT, number, channel=report.channel, further=True)
    return number


def name_citizen(session: Session, by: Hand, number: int, citizen: Citizen) -> None:
    """Who said it is told later, or better; what was known before is gone for good."""
    report = locked(session, number)
    if not is_recorded(report.channel):
        raise UserError(NotRecorded(number, report.channel))
    _let_go(session, by, report)
    report.author_name, report.author = line(citizen.name, 120), dict(_facts(citizen))
    record(session, by, "citizen_named", number)


def forget_citizens(session: Session, by: Hand, before: datetime) -> Sequence[int]:
    """Who said it, and how they are reached, goes for good where the case was closed until then, and so did the one
    that it was joined to; on record. The reports' numbers, some hundred at a time."""
    lead = aliased(Report)
    led = sa.exists().where(col(lead.id) == col(Report.joined_to), col(lead.closed_at) <= before)
    over = sa.case((col(Report.joined_to).is_(None), col(Report.closed_at) <= before), else_=led)
    known = (col(Report.author_name) != "") | (sa.func.length(sa.cast(Report.author, sa.Text)) > NOTHING)
    due = select(Report).where(col(Report.channel).in_(CHANNELS), known, over).order_by(col(Report.id))
    reports = session.exec(due.limit(MOST_AT_ONCE).with_for_update(of=Report)).all()
    for report in reports:
        _let_go(session, by, report)
        report.author_name, report.author = "", {}
        record(session, by, "contact_lapsed", report.id)
    outdate(session, [f"report:{report.id}" for report in reports])
    return [report.id or 0 for report in reports]


def reached(session: Session, by: Hand, number: int) -> tuple[Citizen, tuple[str, ...]]:
    """Who said it, with all that they said in full, the first words first: whoever asks for it is on record."""
    report = locked(session, number)
    if not is_recorded(report.channel):
        raise UserError(NotRecorded(number, report.channel))
    record(session, by, "contact_seen", number)
    later = select(Followup.text).where(Followup.report_id == number).order_by(col(Followup.id))
    words = (report.text, *session.exec(later))
    return Citizen(report.author_name, str(report.author.get(CONTACT, ""))), words


def _let_go(session: Session, by: Hand, report: Report) -> None:
    """What was known of the citizen is gone for good, also where it was typed and nothing came of it yet."""
    known = (report.author_name, str(report.author.get(CONTACT, "")))
    if any(known):
        soil(session)
        forget_unsaid(session, by, report, known, NAMING)


def _facts(citizen: Citizen) -> dict[str, str]:
    contact = line(citizen.contact, LONGEST_CONTACT)
    return {CONTACT: contact} if contact else {}


def _post(said: Said, conversation: str, author: Author, at: datetime) -> Post:
    text = fit(said.text).strip()
    if not text:
        raise UserError(NothingSaid())
    check_length(text)
    pictures = tuple(PostPhoto(_key(photo), "") for photo in said.photos)
    return Post(said.key, author, text, at, conversation=conversation, photos=pictures)


def _store(session: Session, desk: Account, post: Post, now: datetime, rules: Rules) -> Stored:
    assert desk.id is not None
    facts = AccountFacts(desk.id, desk.agency_id, desk.channel)
    return store_page(
        session, facts, Page((post,), ""), now=now, zone=rules.zone, limits=rules.limits, own_ids=frozenset()
    )


def _known(session: Session, key: str) -> int | None:
    mine = col(Report.channel).in_(CHANNELS), Report.post_id == key
    return session.exec(select(Report.id).where(*mine)).first()


def _show(session: Session, number: int, photos: Sequence[Kept]) -> None:
    """The photos are here already: nobody has to fetch them."""
    files = {_key(photo): photo.file for photo in photos}
    mine = select(Photo).where(Photo.report_id == number, col(Photo.media_key).in_(list(files)))
    for row in session.exec(mine).all() if files else ():
        row.state, row.file = "stored", files[row.media_key]


def _key(photo: Kept) -> str:
    """What stands where others have the channel's number of a photo."""
    return photo.file.partition(".")[0]
