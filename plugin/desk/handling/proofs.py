"""Proof that a case was settled: photos and documents that officials put to it, kept with the citizens' photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from plugin.chat.context import Context
from plugin.chat.values import MediaRef
from plugin.desk.audit import Hand, hand, record
from plugin.desk.posts import album
from plugin.desk.posts.pictures import NotAPicture
from plugin.errors import DeliveryError
from plugin.store.store import insert
from plugin.store.tables import Proof
from plugin.wording import Refusal, UserError

MOST_FILES = 5


@dataclass(frozen=True)
class ProofNeeded(Refusal):
    """Closing asks for a photo or a document here."""

    number: int


@dataclass(frozen=True)
class ProofNotRead(Refusal):
    """What was sent is no photo and no PDF, or could not be fetched."""

    number: int
    heif: bool = False


def given(context: Context) -> tuple[MediaRef, ...]:
    """The files that came with what was typed."""
    return context.media[:MOST_FILES]


async def keep(context: Context, number: int) -> int:
    """Keep the files that came with the message, on record; how many. Raises UserError for what is no proof."""
    files = [await _file(context, number, n, ref) for n, ref in enumerate(given(context))]
    for file in files:
        await context.services.store.write(_note, hand(context), number, file)
    return len(files)


def of_report(session: Session, number: int) -> Sequence[Proof]:
    """What was put to the report, oldest first."""
    return session.exec(select(Proof).where(Proof.report_id == number).order_by(col(Proof.id))).all()


async def _file(context: Context, number: int, n: int, ref: MediaRef) -> album.Kept:
    origin = f"{context.origin}:{n}"
    try:
        return await album.keep(context.services, ref, album.PROOF, origin, papers=True)
    except NotAPicture as error:
        raise UserError(ProofNotRead(number, error.heif)) from None
    except DeliveryError:
        raise UserError(ProofNotRead(number)) from None


def _note(session: Session, by: Hand, number: int, kept: album.Kept) -> None:
    assert by.official_id is not None
    row = {
        "report_id": number, "file": kept.file, "mime": kept.mime, "origin": kept.origin,
        "added_by": by.official_id, "added_at": by.at,
    }  # fmt: skip
    made = insert(session, Proof).values(**row).on_conflict_do_nothing().returning(col(Proof.id))
    if session.connection().execute(made).scalar() is not None:
        record(session, by, "proof", number, file=kept.file, mime=kept.mime)
