"""Citizens' photos come into the media folder, cleaned, and stay there under names that nobody can guess.

The name is drawn before the fetch and kept in the row: whoever takes the photo up after a crash writes to the
same file, so that no copy is left behind that no row knows of.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.chat.values import Media
from plugin.clock import Clock
from plugin.desk.posts.pictures import NotAPicture, clean
from plugin.errors import Refused, TryLater, Unknown
from plugin.public.port import PublicChannel
from plugin.public.values import PostPhoto
from plugin.store.store import Store
from plugin.store.tables import Photo, Report

log = logging.getLogger(__name__)

PHOTO, REPORT = (SQLModel.metadata.tables[str(t.__tablename__)] for t in (Photo, Report))
MIMES = {"jpg": "image/jpeg", "png": "image/png"}
LEASE = timedelta(minutes=5)
PATIENCE = 120  # seconds for one fetch
MOST_TRIES = 6
PAUSE = timedelta(minutes=30)
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it: reports that have a new photo to show, and how many photos failed or wait again."""

    reports: tuple[int, ...] = ()
    failed: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True)
class _Claim:
    """A photo that is ours to fetch; `tries` tells this taking from any other."""

    id: int
    report_id: int
    channel: str
    photo: PostPhoto
    stem: str
    tries: int


async def fetch_waiting(
    store: Store,
    channels: Mapping[str, PublicChannel],
    folder: Path,
    clock: Clock,
    *,
    most_bytes: int = 10_000_000,
) -> Fetched:
    """Fetch every photo that is due, a few at a time, and keep what can be shown.

    Several processes may do so at once. What a channel refuses, or what is no picture, has failed for good;
    other trouble is tried again later, up to `MOST_TRIES` times.
    """
    one_decodes = asyncio.Lock()  # a decoded picture is large
    ends: list[str] = []
    shown: list[int] = []
    while claims := await store.write(_claim, channels, clock()):
        fetches = (_fetch(channels[c.channel], c, folder, most_bytes, one_decodes) for c in claims)
        for claim, end in zip(claims, await asyncio.gather(*fetches), strict=True):
            values = _after(claim, end, clock())
            if await store.write(_mark, claim, values):
                ends.append(values["state"])
                shown += [claim.report_id] if values["state"] == "stored" else []
    return Fetched(tuple(dict.fromkeys(shown)), ends.count("failed"), ends.count("waiting"))


async def load(folder: Path, photo: Photo) -> Media | None:
    """The photo, to be shown; None while it is not here, or no longer."""
    if photo.state != "stored":
        return None
    return await picture(folder, photo.file, f"{photo.report_id}-{photo.id}", photo.alt)


async def picture(folder: Path, file: str, name: str, alt: str = "") -> Media | None:
    """A picture of the folder under another name; None while it is not here, or is none."""
    suffix = file.rpartition(".")[2]
    if suffix not in MIMES:
        return None
    try:
        content = await asyncio.to_thread((folder / Path(file).name).read_bytes)
    except FileNotFoundError:
        return None
    return Media(f"{name}.{suffix}", MIMES[suffix], content, alt)


def _claim(session: Session, channels: Collection[str], now: datetime) -> list[_Claim]:
    due = (
        sa.select(PHOTO, REPORT.c.channel)
        .join(REPORT, REPORT.c.id == PHOTO.c.report_id)
        .where(PHOTO.c.state == "waiting", REPORT.c.channel.in_(list(channels)))
        .where(PHOTO.c.next_at.is_(None) | (PHOTO.c.next_at <= now))
        .order_by(PHOTO.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=PHOTO)
    )
    claims = [
        _Claim(
            row.id,
            row.report_id,
            row.channel,
            PostPhoto(row.media_key, row.url, row.alt),
            row.file or secrets.token_urlsafe(24),
            row.tries + 1,
        )
        for row in session.connection().execute(due).all()
    ]
    for claim in claims:
        values = {"file": claim.stem, "tries": claim.tries, "next_at": now + LEASE}
        session.connection().execute(sa.update(PHOTO).where(PHOTO.c.id == claim.id).values(**values))
    return claims


async def _fetch(
    channel: PublicChannel, claim: _Claim, folder: Path, most_bytes: int, one_decodes: asyncio.Lock
) -> str | Exception:
    """The name of the file it is in now, or what went wrong."""
    if claim.tries > MOST_TRIES:  # it has ended us each time
        return Refused("too many tries")
    try:
        async with asyncio.timeout(PATIENCE):
            media = await channel.fetch(claim.photo, most_bytes=most_bytes)
        if len(media.content) > most_bytes:
            return Refused("too_large")
        async with one_decodes:
            content, suffix = await asyncio.to_thread(clean, media.content)
        name = f"{claim.stem}.{suffix}"
        await asyncio.to_thread(write_file, folder, name, content)
    except (Refused, TryLater, Unknown, NotAPicture, TimeoutError) as error:
        return error
    except OSError as error:
        log.error("the media folder does not take a photo: %s", error.strerror)
        return error
    return name


def _after(claim: _Claim, end: str | Exception, now: datetime) -> dict[str, Any]:
    match end:
        case str():
            return {"state": "stored", "file": end, "next_at": None}
        case Refused() | NotAPicture():
            return {"state": "failed", "file": "", "next_at": None}
    wait = timedelta(minutes=4 ** (claim.tries - 1))
    if isinstance(end, TryLater):
        wait = max(wait, timedelta(seconds=end.after))
    if isinstance(end, OSError) and not isinstance(end, TimeoutError):
        # Our own disk is full, or not ours to write: however long that lasts, the photo is not given up for it.
        return {
            "state": "waiting",
            "next_at": now + min(wait, PAUSE),
            "tries": min(claim.tries, MOST_TRIES - 1),
        }
    if claim.tries >= MOST_TRIES:
        return {"state": "failed", "file": "", "next_at": None}
    return {"state": "waiting", "next_at": now + wait}


def _mark(session: Session, claim: _Claim, values: dict[str, Any]) -> bool:
    """Write the end down unless somebody else has taken the photo up meanwhile."""
    mine = (PHOTO.c.id == claim.id) & (PHOTO.c.state == "waiting") & (PHOTO.c.tries == claim.tries)
    changed = sa.update(PHOTO).where(mine).values(**values).returning(PHOTO.c.id)
    return session.connection().execute(changed).first() is not None


def write_file(folder: Path, name: str, content: bytes) -> None:
    """Whole or not at all, and for nobody else on this machine."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / name)
