"""The photos that go with an answer: cleaned, described, confirmed byte for byte, and sent with its first post."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from plugin.media import Media
from plugin.store.tables import Reply, ReplyPicture


def of(session: Session, reply: Reply) -> Sequence[ReplyPicture]:
    """An answer's pictures in their order; those of an answer that goes along with another are the other's."""
    query = select(ReplyPicture).where(ReplyPicture.reply_id == (reply.companion_of or reply.id))
    return session.exec(query.order_by(col(ReplyPicture.id))).all()


async def load(folder: Path, pictures: Sequence[ReplyPicture]) -> tuple[Media, ...] | None:
    """The pictures as they were confirmed; None when one is no longer here, or is another one by now."""
    found = [await asyncio.to_thread(_read, folder, picture) for picture in pictures]
    media = tuple(one for one in found if one is not None)
    return media if len(media) == len(found) else None


def _read(folder: Path, picture: ReplyPicture) -> Media | None:
    try:
        content = (folder / Path(picture.file).name).read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(content).hexdigest() != picture.digest:
        return None
    return Media(f"foto-{picture.id}{Path(picture.file).suffix}", picture.mime, content, picture.alt)
