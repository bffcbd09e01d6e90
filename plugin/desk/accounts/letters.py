"""A photo of a letter as evidence: cleaned like any stranger's picture, and shown with the ledger."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plugin.chat.context import Context
from plugin.desk.posts import album
from plugin.desk.posts.photos import MIMES
from plugin.desk.posts.pictures import NotAPicture
from plugin.errors import DeliveryError
from plugin.media import Media
from plugin.registry.ledger import Entry, Evidence, evidence_in
from plugin.wording import Refusal, UserError

LETTER = "letter"
MOST_SHOWN = 3
NAME = re.compile(rf"{album.LETTER}-[0-9a-f]{{40}}\.(?:jpg|png)")


@dataclass(frozen=True)
class LetterNotRead(Refusal):
    """What came with the words is no picture, too large, or gone."""

    heif: bool = False


async def evidence_given(context: Context, text: str) -> Evidence:
    """What was written beside a claim, and the photo that came with it. Raises UserError for one that is none."""
    shown = evidence_in(text)
    if not context.media:
        return shown
    try:
        kept = await album.keep(context.services, context.media[0], album.LETTER, context.origin)
    except NotAPicture as error:
        raise UserError(LetterNotRead(error.heif)) from None
    except DeliveryError:
        raise UserError(LetterNotRead()) from None
    why = f"{shown.why} {shown.where}".strip()[:300]
    return Evidence(why, LETTER, kept.file)


async def letters(folder: Path, entries: Iterable[Entry]) -> tuple[Media, ...]:
    """The newest letters among these entries, to be looked at."""
    names = dict.fromkeys(e.evidence for e in entries if e.kind == LETTER and NAME.fullmatch(e.evidence))
    found = [await asyncio.to_thread(_load, folder, name) for name in list(names)[:MOST_SHOWN]]
    return tuple(media for media in found if media is not None)


def _load(folder: Path, name: str) -> Media | None:
    path = folder / name
    if not path.is_file():
        return None
    return Media(name, MIMES[path.suffix[1:]], path.read_bytes())
