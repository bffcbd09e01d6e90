"""The photos that officials send: fetched, cleaned, and kept in the media folder under a name of their own.

A file is written before the row that knows of it, so a kill between the two leaves a file of which no row knows. The
name comes from the delivery: worked off once more it writes the same file. What stays all the same is swept.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.chat.values import MediaRef
from plugin.desk.posts.photos import MIMES, write_file
from plugin.desk.posts.pictures import clean
from plugin.errors import Refused
from plugin.store.store import Store
from plugin.store.tables import Photo, Proof, ReplyPicture

NOTE, ANSWER, PROOF, LETTER = "catatan", "tanggapan", "bukti", "surat"
"""What a file belongs to, as its name begins: a report that was written down, an answer, a proof, an account."""
SWEPT = (NOTE, ANSWER, PROOF)
"""Letters stay: the record names them for good."""
LARGEST = 10_000_000
"""Bytes of a photo as it comes from a telephone; cleaned, it is a tenth of that."""
PDF = b"%PDF-"
UNDER_WAY = timedelta(days=1)
"""A younger file may still get its row."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the folder, ready to be noted. `origin` is what its name was made of."""

    file: str
    mime: str
    digest: str
    origin: str


async def keep(
    services: Services,
    ref: MediaRef,
    kind: str,
    origin: str,
    *,
    largest: int = LARGEST,
    papers: bool = False,
) -> Kept:
    """Fetch a photo, leave nothing of it but what can be seen, and keep it; the same origin writes the same file.

    `largest` is what it may weigh when it is clean; where `papers` are taken, a PDF is kept as it came. Raises
    NotAPicture, or DeliveryError where it does not come or is too large.
    """
    content = (await services.fetch(ref, LARGEST)).content
    if papers and content.startswith(PDF):
        return await _write(services.media, kind, origin, content, "pdf", "application/pdf")
    content, suffix = await asyncio.to_thread(clean, content)
    if len(content) > largest:
        raise Refused("too_large")
    return await _write(services.media, kind, origin, content, suffix, MIMES[suffix])


async def copy(folder: Path, file: str, mime: str, kind: str, origin: str, *, largest: int) -> Kept | None:
    """A file of the folder once more, under a name of its own; None where it is gone, or too large."""
    source = folder / Path(file).name
    try:
        content = await asyncio.to_thread(source.read_bytes)
    except OSError:
        return None
    if len(content) > largest:
        return None
    return await _write(folder, kind, origin, content, source.suffix.lstrip("."), mime)


async def sweep(store: Store, folder: Path, now: datetime) -> None:
    """Remove what officials sent and no row knows of, once it is a day old.

    Of a folder in which no row knows anything nothing is removed: it may belong to another database.
    """
    found = await asyncio.to_thread(_old, folder, now - UNDER_WAY)
    known = await store.survey(_known) if found else set()
    left = [path for path in found if path.name not in known]
    if len(left) < len(found):
        await asyncio.to_thread(_remove, left)


async def _write(folder: Path, kind: str, origin: str, content: bytes, suffix: str, mime: str) -> Kept:
    name = f"{kind}-{hashlib.sha256(origin.encode()).hexdigest()[:40]}.{suffix}"
    await asyncio.to_thread(write_file, folder, name, content)
    return Kept(name, mime, hashlib.sha256(content).hexdigest(), origin[:180])


def _old(folder: Path, before: datetime) -> Sequence[Path]:
    """What officials sent until then, with what was written in part only."""
    names = (f"{start}{kind}-*" for start in ("", ".") for kind in SWEPT)
    files = [path for name in names for path in folder.glob(name)] if folder.is_dir() else []
    return [path for path in files if _changed(path) < before.timestamp()]


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # somebody else has removed it
        return math.inf


def _known(session: Session) -> set[str]:
    files = (Photo.file, ReplyPicture.file, Proof.file)
    return {name for file in files for name in session.exec(select(file).where(col(file) != ""))}


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
