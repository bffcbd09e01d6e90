"""Writing down what a citizen told an official: words with their photos, once for each delivery, button or form."""

from __future__ import annotations

from collections.abc import Sequence

from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import MediaRef, Submitted, Typed
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling.cases import find_case
from plugin.desk.masking import excerpt
from plugin.desk.posts import album, recording
from plugin.desk.posts.notes import Added, Recorded, WriteMore
from plugin.desk.posts.pictures import NotAPicture
from plugin.desk.posts.recording import Citizen, Rules, Said
from plugin.errors import DeliveryError

MOST_PHOTOS = 4
EXCERPT = 120


async def write_down(
    context: Context, channel: str, text: str, citizen: Citizen, sent: Sequence[MediaRef] = ()
) -> Recorded:
    """Make a report of it. `sent` are photos that came before the form did."""
    photos = (*sent, *context.media)
    said = Said(text, await _kept(context, photos), _origin(context))
    services, agency = context.services, context.here
    rules = Rules(services.limits, services.zone)
    number = await services.store.write(
        recording.write_down, hand(context), agency.id, channel, said, citizen, rules
    )
    services.came_in()
    case = await find_case(context, number, Right.DRAFT)
    known = bool(citizen.name or citizen.contact)
    shown, lost = excerpt(case.report.text, EXCERPT), len(photos) - len(said.photos)
    return Recorded(number, case.report.channel, case.agency.label, shown, case.report.due_at, known, lost)


async def add(context: Context, number: int, text: str, sent: Sequence[MediaRef] = ()) -> Added | WriteMore:
    """Put it to a report that is here already; asks for the words where there are none."""
    await find_case(context, number, Right.DRAFT)
    if not text:
        return WriteMore(number, context.media)
    photos = (*sent, *context.media)
    said = Said(text, await _kept(context, photos), _origin(context))
    services = context.services
    rules = Rules(services.limits, services.zone)
    await services.store.write(recording.add, hand(context), number, said, rules)
    services.came_in()
    await refresh(context, number)
    return Added(number, excerpt(text, EXCERPT), len(photos) - len(said.photos))


def refs(sent: Sequence[Sequence[str]]) -> tuple[MediaRef, ...]:
    """Photos out of what a form meant."""
    return tuple(MediaRef(*ref) for ref in sent)


def _origin(context: Context) -> str:
    """The delivery; where a button was pressed or a form sent, that one: whoever does it twice means it once."""
    match context.message.body:
        case Submitted(token):
            return token
        case Typed(pressed=on) if on is not None:
            return f"{on.room.address}:{on.key}"
    return context.origin


async def _kept(context: Context, photos: Sequence[MediaRef]) -> list[album.Kept]:
    """The photos that came along, cleaned, in the media folder; what is none, or does not come, is left out."""
    found = [await _photo(context, n, ref) for n, ref in enumerate(photos[:MOST_PHOTOS])]
    return [photo for photo in found if photo is not None]


async def _photo(context: Context, n: int, ref: MediaRef) -> album.Kept | None:
    try:
        return await album.keep(context.services, ref, album.NOTE, f"{_origin(context)}:{n}:{ref.key}")
    except (NotAPicture, DeliveryError):
        return None
