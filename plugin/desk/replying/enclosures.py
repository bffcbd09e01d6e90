"""The photos that go with an answer: cleaned, described, confirmed byte for byte, and sent with its first post."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.chat.values import MediaRef
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.proofs import of_report
from plugin.desk.outgoing import parts
from plugin.desk.posts import album
from plugin.desk.posts.pictures import NotAPicture
from plugin.desk.replying.drafts import changeable
from plugin.errors import DeliveryError
from plugin.findings import WARN, Finding
from plugin.media import Media
from plugin.public.port import PublicChannel
from plugin.public.recorded import is_recorded
from plugin.store.store import Store, insert
from plugin.store.tables import Proof, Reply, ReplyPicture
from plugin.wording import Refusal, UserError

MOST = 4
"""As many photos as go with an answer anywhere; where a channel takes fewer, it says so."""


@dataclass(frozen=True)
class PictureNotRead(Refusal):
    """What was sent is no photo, or could not be fetched, or is too large."""

    number: int
    channel: str
    heif: bool = False


@dataclass(frozen=True)
class TooManyPictures(Refusal):
    """The channel takes so many with one answer, or none at all."""

    number: int
    channel: str
    most: int


@dataclass(frozen=True)
class NoPicturesTold(Refusal):
    """A person tells it the citizen: there is nothing that a photo could go with."""

    number: int


def most_of(channel: PublicChannel | None) -> int:
    """How many photos an answer may have there. Where a person posts by hand, it is for them to see."""
    if channel is None:
        return 0
    return min(channel.can.pictures, MOST) or (MOST if channel.can.composer else 0)


def of(session: Session, reply: Reply) -> Sequence[ReplyPicture]:
    """An answer's pictures in their order. Those of an answer that went along with another are the other's, as they
    were then: its own, once the other has changed since."""
    mine = _of(session, ReplyPicture.reply_id == reply.id)
    if mine or reply.companion_of is None:
        return mine
    return _of(
        session, ReplyPicture.reply_id == reply.companion_of, col(ReplyPicture.added_at) <= reply.drafted_at
    )


def _of(session: Session, *which: sa.ColumnElement[bool] | bool) -> Sequence[ReplyPicture]:
    query = select(ReplyPicture).where(*which, col(ReplyPicture.off).is_(False))
    return session.exec(query.order_by(col(ReplyPicture.id))).all()


async def add(context: Context, reply: Reply, channel: str, refs: Sequence[MediaRef]) -> None:
    """Add photos to a draft, on record. Raises UserError where they are too many or none at all."""
    if is_recorded(channel):
        raise UserError(NoPicturesTold(reply.report_id))
    there = context.services.channels.get(channel)
    most = most_of(there)
    held = await context.services.store.read(of, reply)
    if len(held) + len(refs) > most:
        raise UserError(TooManyPictures(reply.report_id, channel, most))
    largest = _largest(there)
    try:
        kept = [await _keep(context, n, ref, largest) for n, ref in enumerate(refs)]
    except NotAPicture as error:
        raise UserError(PictureNotRead(reply.report_id, channel, error.heif)) from None
    except DeliveryError:
        raise UserError(PictureNotRead(reply.report_id, channel)) from None
    assert reply.id is not None
    await context.services.store.write(_note, hand(context), reply.id, kept, most)


async def add_proofs(context: Context, reply: Reply, channel: str) -> None:
    """Let the photos that show the work go with a draft: the newest, as many as the channel takes."""
    there = context.services.channels.get(channel)
    most = most_of(there)
    proofs = await context.services.store.read(of_report, reply.report_id)
    photos = [proof for proof in proofs if proof.mime.startswith("image/")][-most:] if most else []
    copied = [await _copied(context.services.media, reply, proof, _largest(there)) for proof in photos]
    assert reply.id is not None
    await context.services.store.write(_note, hand(context), reply.id, [one for one in copied if one], most)


def describe(session: Session, by: Hand, reply_id: int, alts: Sequence[str]) -> None:
    """Say what the pictures show, in their order; those of whom nothing is said show it to nobody."""
    reply = _ours_to_change(session, by, reply_id)
    for picture, alt in zip(of(session, reply), alts, strict=False):
        picture.alt = alt
    session.flush()
    parts.seal(session, reply)
    record(session, by, "pictures_described", reply.report_id, reply=reply_id, hash=reply.text_hash)


def remove(session: Session, by: Hand, reply_id: int) -> None:
    """Take all pictures off a draft; their files go soon."""
    reply = _ours_to_change(session, by, reply_id)
    for picture in of(session, reply):
        picture.off = True
    session.flush()
    parts.seal(session, reply)
    record(session, by, "pictures_removed", reply.report_id, reply=reply_id, hash=reply.text_hash)


def carry(session: Session, before: int, reply_id: int) -> None:
    """The pictures of one draft also belong to the one that takes its place."""
    reply = session.get_one(Reply, reply_id)
    if of(session, reply):
        return
    _copy(session, of(session, session.get_one(Reply, before)), reply_id)
    parts.seal(session, reply)


def _copy(session: Session, pictures: Sequence[ReplyPicture], reply_id: int) -> None:
    for old in pictures:
        kept = old.model_dump(exclude={"id", "reply_id", "origin"})
        origin = hashlib.sha256(f"{reply_id} {old.origin}".encode()).hexdigest()
        session.add(ReplyPicture(**kept, reply_id=reply_id, origin=origin))
    session.flush()


def _ours_to_change(session: Session, by: Hand, reply_id: int) -> Reply:
    """The draft. Was it held back after it had gone along to other reporters, they keep what they got."""
    reply = changeable(session, by, reply_id)
    along = select(Reply).where(Reply.companion_of == reply_id, Reply.state != "cancelled")
    for one in session.exec(along).all():
        pictures = of(session, one)
        if one.id is not None and not any(picture.reply_id == one.id for picture in pictures):
            _copy(session, pictures, one.id)
    return reply


async def remove_files(store: Store, folder: Path) -> None:
    """Remove the files of pictures that were taken off, and of drafts that were thrown away: nobody needs them.

    Those that another reporter got with an answer that went along stay with it.

    First the file, then the row that knows of it. A file that another draft took over stays.
    """
    for number, file in await store.read(_leaving):
        if not await store.read(_is_shared, number, file):
            await asyncio.to_thread((folder / Path(file).name).unlink, missing_ok=True)
        await store.write(_forget, number)


def _leaving(session: Session) -> list[tuple[int, str]]:
    along = aliased(Reply)
    went_along = exists().where(col(along.companion_of) == Reply.id, col(along.state) != "cancelled")
    gone = col(ReplyPicture.off) | (col(Reply.state) == "cancelled") & ~went_along
    query = select(ReplyPicture.id, ReplyPicture.file).join(Reply, col(Reply.id) == ReplyPicture.reply_id)
    return [
        (number, file) for number, file in session.exec(query.where(gone).limit(200)) if number is not None
    ]


def _is_shared(session: Session, number: int, file: str) -> bool:
    others = select(ReplyPicture.id).where(ReplyPicture.file == file, ReplyPicture.id != number)
    return session.exec(others.limit(1)).first() is not None


def _forget(session: Session, number: int) -> None:
    picture = session.get(ReplyPicture, number)
    if picture is not None:
        session.delete(picture)


def findings(pictures: Iterable[ReplyPicture]) -> tuple[Finding, ...]:
    """What is to be said of the pictures: somebody has to look at them, and those who cannot see are left out."""
    alts = [picture.alt for picture in pictures]
    found = [Finding("picture", "foto", WARN, 0, 0, "")] if alts else []
    return (*found, *([Finding("alt", "tanpa_keterangan", WARN, 0, 0, "")] if not all(alts) else []))


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


def _largest(channel: PublicChannel | None) -> int:
    return channel.can.picture_bytes if channel is not None else album.LARGEST


async def _keep(context: Context, n: int, ref: MediaRef, largest: int) -> album.Kept:
    return await album.keep(context.services, ref, album.ANSWER, f"{context.origin}:{n}", largest=largest)


async def _copied(folder: Path, reply: Reply, proof: Proof, largest: int) -> album.Kept | None:
    """The answer has a file of its own: the proof stays whatever becomes of the draft."""
    origin = f"proof:{reply.id}:{proof.id}"
    return await album.copy(folder, proof.file, proof.mime, album.ANSWER, origin, largest=largest)


def _note(session: Session, by: Hand, reply_id: int, kept: Sequence[album.Kept], most: int) -> None:
    assert by.official_id is not None
    reply = _ours_to_change(session, by, reply_id)
    for one in kept:
        if len(of(session, reply)) >= most:
            break
        row = asdict(one) | {"reply_id": reply_id, "alt": "", "added_by": by.official_id, "added_at": by.at}
        made = (
            insert(session, ReplyPicture)
            .values(**row)
            .on_conflict_do_nothing()
            .returning(col(ReplyPicture.id))
        )
        if session.connection().execute(made).scalar() is not None:
            record(session, by, "picture_added", reply.report_id, reply=reply_id, digest=one.digest)
    parts.seal(session, reply)
