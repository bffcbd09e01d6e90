"""A photo of a letter as evidence: cleaned like any stranger's picture, and shown with the ledger."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plugin.chat.context import Context
from plugin.desk.posts.pictures import NotAPicture, clean
from plugin.errors import DeliveryError
from plugin.media import Media
from plugin.registry.ledger import Entry, Evidence, evidence_in
from plugin.wording import Refusal, UserError

LETTER = "letter"
MOST_BYTES = 8_000_000
MOST_SHOWN = 3
NAME = re.compile(r"surat-[0-9a-f]{40}\.(?:jpg|png)")
MIMES = {"jpg": "image/jpeg", "png": "image/png"}


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
        file = await context.services.fetch(context.media[0], MOST_BYTES)
        content, suffix = await asyncio.to_thread(clean, file.content)
    except NotAPicture as error:
        raise UserError(LetterNotRead(error.heif)) from None
    except DeliveryError:
        raise UserError(LetterNotRead()) from None
    name = f"surat-{hashlib.sha256(content).hexdigest()[:40]}.{suffix}"
    await asyncio.to_thread(_keep, context.services.media, name, content)
    why = f"{shown.why} {shown.where}".strip()[:300]
    return Evidence(why, LETTER, name)


async def letters(folder: Path, entries: Iterable[Entry]) -> tuple[Media, ...]:
    """The newest letters among these entries, to be looked at."""
    names = dict.fromkeys(e.evidence for e in entries if e.kind == LETTER and NAME.fullmatch(e.evidence))
    found = [await asyncio.to_thread(_load, folder, name) for name in list(names)[:MOST_SHOWN]]
    return tuple(media for media in found if media is not None)


def _keep(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        part = folder / f".{name}.part"
        part.write_bytes(content)
        part.rename(path)


def _load(folder: Path, name: str) -> Media | None:
    path = folder / name
    if not path.is_file():
        return None
    return Media(name, MIMES[path.suffix[1:]], path.read_bytes())
