"""Writing down what a citizen told an official: words with their photos, once for each delivery, button or form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from plugin.chat import waiting_words
from plugin.chat.agencies import describe
from plugin.chat.context import Context
from plugin.chat.rights import RIGHTS, Right
from plugin.chat.values import MediaRef, Submitted, Typed
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling.cases import find_case, permit
from plugin.desk.masking import excerpt
from plugin.desk.posts import album, recording
from plugin.desk.posts.cleaning import fit
from plugin.desk.posts.dictation import more_in
from plugin.desk.posts.notes import (
    ASKED,
    EXCERPT,
    Added,
    Answer,
    Chosen,
    Recorded,
    WhichChannel,
    WhichDesk,
    WhoseWords,
    WriteDown,
    WriteMore,
)
from plugin.desk.posts.pictures import NotAPicture
from plugin.desk.posts.recording import Citizen, Rules, Said
from plugin.errors import DeliveryError
from plugin.public.recorded import split, word_taken
from plugin.registry.snapshot import Node

MOST_PHOTOS = 4
MOST_DESKS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """Words with their photos. `origin` names the delivery, button or form; `waiting` are words that waited. `word`
    was taken for the channel, and may be one of them."""

    text: str
    sent: Sequence[MediaRef]
    origin: str
    waiting: str = ""
    word: str = ""


def typed(context: Context, text: str, sent: Sequence[MediaRef] = ()) -> Line:
    """Words as they came just now; `sent` are photos that came before them."""
    return Line(text, (*sent, *context.media), _origin(context))


async def begin(context: Context, text: str) -> Answer:
    """Write down what was typed, or ask for what is not certain of it: nothing is guessed."""
    return await _go_on(context, typed(context, text), Chosen(""))


async def go_on(context: Context, chosen: Chosen) -> Answer:
    """The same once something was chosen; who chooses a second time is shown what the words have become."""
    words = await context.services.store.read(waiting_words.find, chosen.words, context.now)
    if words.report is not None:
        return await _became(context, words.report, further=bool(chosen.further))
    return await _go_on(context, Line(words.text, words.sent, chosen.words, chosen.words), chosen)


async def _go_on(context: Context, line: Line, chosen: Chosen) -> Answer:
    recording.check_length(line.text)
    more = more_in(line.text)
    if more is not None and not more.sure and chosen.further is None:
        return WhoseWords(more.number, fit(more.anew), await _wait(context, line, chosen))
    if more is not None and chosen.further is not False:
        return await add(context, more.number, replace(line, text=more.words))
    text = more.anew if more is not None else line.text
    desks = _desks(context, chosen.agency)
    if len(desks) > 1:
        shown = tuple((node.id, describe(context.registry, node)) for node in desks[:MOST_DESKS])
        waiting = await _wait(context, line, chosen)
        return WhichDesk(fit(split(text)[1]), shown, len(desks[MOST_DESKS:]), waiting)
    channel, words = (chosen.channel, text.strip()) if chosen.channel else split(text)
    if not words:
        await permit(context, Right.DRAFT, desks[0])
        return WriteDown(desks[0].id, channel or "", tuple(line.sent))
    if channel is None:
        return WhichChannel(fit(words), ASKED, await _wait(context, line, chosen))
    line = replace(line, text=words, word="" if chosen.channel else word_taken(text))
    return await write_down(context, desks[0].id, channel, line, Citizen())


async def write_down(context: Context, agency: int, channel: str, line: Line, citizen: Citizen) -> Recorded:
    """Make a report of it at this agency's desk; 0 is the one that this room sees."""
    desk = context.registry.by_id(agency) if agency else context.here
    await permit(context, Right.DRAFT, desk)
    said = await _said(context, line)
    rules = Rules(context.services.limits, context.services.zone)
    what = (hand(context), desk.id, channel, said, citizen, rules)
    number = await context.services.store.write(_using, line, recording.write_down, *what)
    context.services.came_in()
    return await _recorded(context, number, len(line.sent) - len(said.photos))


async def add(context: Context, number: int, line: Line) -> Added | WriteMore:
    """Put it to a report that is here already; asks for the words where there are none."""
    await find_case(context, number, Right.DRAFT)
    if not line.text:
        return WriteMore(number, tuple(line.sent))
    said = await _said(context, line)
    rules = Rules(context.services.limits, context.services.zone)
    await context.services.store.write(_using, line, recording.add, hand(context), number, said, rules)
    context.services.came_in()
    await refresh(context, number)
    return Added(number, excerpt(line.text, EXCERPT), len(line.sent) - len(said.photos))


def _desks(context: Context, chosen: int) -> Sequence[Node]:
    """At which agencies it may be written down here: the room's, or in a private chat those where somebody serves."""
    if chosen:
        return [context.registry.by_id(chosen)]
    if context.standing.room_agency is None and context.room.private:
        serving = {held.agency_id for held in context.standing.held if Right.DRAFT in RIGHTS[held.role]}
        nodes = sorted(map(context.registry.by_id, serving), key=lambda node: (node.depth, node.label))
        return nodes or [context.here]
    return [context.here]


async def _became(context: Context, number: int, *, further: bool) -> Recorded | Added:
    if further:
        await find_case(context, number, Right.DRAFT)
        return Added(number, "", 0)
    return await _recorded(context, number, 0)


async def _recorded(context: Context, number: int, lost: int) -> Recorded:
    case = await find_case(context, number, Right.DRAFT)
    report, shown = case.report, excerpt(case.report.text, EXCERPT)
    known = bool(report.author_name or report.author)
    return Recorded(number, report.channel, case.agency.label, shown, report.due_at, known, lost)


async def _wait(context: Context, line: Line, chosen: Chosen) -> Chosen:
    """What was chosen so far, with the words waiting."""
    if chosen.words:
        return chosen
    kept = (line.origin, fit(line.text), tuple(line.sent), context.now)
    return replace(chosen, words=await context.services.store.write(waiting_words.keep, *kept))


def _using(session: Session, line: Line, keep: Callable[..., int], *what: Any) -> int:
    """Keep the words in the report, and let those go that waited: both, or neither."""
    number = keep(session, *what)
    if line.waiting:
        waiting_words.use(session, line.waiting, number)
    return number


def _origin(context: Context) -> str:
    """The delivery; where a button was pressed or a form sent, that one: whoever does it twice means it once."""
    match context.message.body:
        case Submitted(token):
            return token
        case Typed(pressed=on) if on is not None:
            return f"{on.room.address}:{on.key}"
    return context.origin


async def _said(context: Context, line: Line) -> Said:
    """The words with the photos, cleaned, in the media folder; what is none, or does not come, is left out."""
    photos = [
        await _photo(context, f"{line.origin}:{n}", ref) for n, ref in enumerate(line.sent[:MOST_PHOTOS])
    ]
    return Said(line.text, [photo for photo in photos if photo is not None], line.origin, line.word)


async def _photo(context: Context, place: str, ref: MediaRef) -> album.Kept | None:
    try:
        return await album.keep(context.services, ref, album.NOTE, f"{place}:{ref.key}")
    except (NotAPicture, DeliveryError):
        return None
