"""How a message gets to a chat: part by part, each of them once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from telegram import InlineKeyboardMarkup, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from adapters.telegram import trouble
from adapters.telegram.bot import DiscreetBot
from adapters.telegram.letter import Part, amended, document, file, parts
from adapters.telegram.render import LONGEST_CAPTION, Words
from plugin.chat.values import Media, MessageRef, Outgoing, Room
from plugin.errors import Refused, TryLater

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_HALFWAY = 1000
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in Telegram a message goes."""

    chat: int
    thread: int | None = None
    reply: ReplyParameters | None = None


class Post:
    """Sends and amends. `on_moved` hears of groups whose new key only a refused sending reveals."""

    def __init__(self, bot: DiscreetBot, on_moved: Callable[[int, int], None]) -> None:
        self._bot = bot
        self._on_moved = on_moved
        # How many parts of a message are out, when Telegram asked for a pause in the middle of it.
        self._halfway: dict[tuple[str, str], int] = {}

    async def send(self, room: Room, message: Outgoing, key: str) -> MessageRef:
        """Send all parts; the reference is the last one's. Asked again after TryLater it goes on there."""
        made, mark = parts(message), (room.key, key)
        place = _place(room, message.answers)
        with translating():
            sent, place = await self._through(place, made, mark)
        if sent is None:
            raise Refused("no picture was accepted")
        there = replace(room, key=str(place.chat))
        return MessageRef(there, str(sent.message_id), str(place.thread or ""))

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        """Put the message in the place of `ref`, buttons included; what is too long for it follows below, though
        never of a card."""
        mark = (ref.room.key, f"amend:{ref.key}")
        with translating():
            try:
                rest = await self._edit(ref, message)
            except BadRequest as error:
                if not trouble.not_modified(error):
                    raise
                rest = amended(message)[1:] if mark in self._halfway else ()
            if rest:
                self._halfway.setdefault(mark, 0)
                place = Place(int(ref.room.key), int(ref.thread) if ref.thread else None)
                await self._through(place, rest, mark)

    # -- sending ----------------------------------------------------------------------------------------

    async def _through(
        self, place: Place, made: Sequence[Part], mark: tuple[str, str]
    ) -> tuple[Message | None, Place]:
        last: Message | None = None
        start = self._halfway.get(mark, 0)
        try:
            for done, part in enumerate(made[start:], start):
                there = place if done == 0 else replace(place, reply=None)
                sent, place = await self._part(there, part)
                last = sent or last
                self._remember(mark, done + 1)
        except TelegramError as error:
            if not isinstance(trouble.translated(error), TryLater):
                self._halfway.pop(mark, None)
            raise
        self._halfway.pop(mark, None)
        return last, place

    async def _part(self, place: Place, part: Part) -> tuple[Message | None, Place]:
        if part.paper is not None:
            return await self._reach(place, partial(self._hand_over, paper=part.paper))
        if not part.pictures:
            return await self._reach(place, lambda there: self._say(there, part))
        try:
            return await self._reach(place, lambda there: self._show(there, part))
        except BadRequest as error:
            log.warning("a picture was not accepted: %s", trouble.reason(error))
            return await self._salvage(place, part)

    async def _salvage(self, place: Place, part: Part) -> tuple[Message | None, Place]:
        """After a refusal: each picture of an album by itself, and the words in any case."""
        sent: Message | None = None
        for picture in part.pictures if len(part.pictures) > 1 else ():
            try:
                sent, place = await self._reach(place, partial(self._show, part=Part(pictures=(picture,))))
            except BadRequest:
                continue
        if part.words is not None:
            sent, place = await self._reach(place, lambda there: self._say(there, part))
        return sent, place

    async def _reach(self, place: Place, call: Callable[[Place], Awaitable[T]]) -> tuple[T, Place]:
        """Make the call where the group is now, in General when its topic is gone; the place that worked."""
        try:
            return await call(place), place
        except ChatMigrated as moved:
            self._on_moved(place.chat, moved.new_chat_id)
            place = Place(moved.new_chat_id)
        except BadRequest as error:
            if place.thread is None or not trouble.topic_is_gone(error):
                raise
            place = replace(place, thread=None)
        return await call(place), place

    async def _say(self, place: Place, part: Part) -> Message:
        assert part.words is not None
        return await _styled(
            part.words,
            lambda text, mode: self._bot.send_message(
                place.chat,
                text,
                mode,
                message_thread_id=place.thread,
                reply_parameters=place.reply,
                reply_markup=part.below,
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def _hand_over(self, place: Place, paper: Media) -> Message:
        return await self._bot.send_document(
            place.chat,
            document(paper),
            disable_content_type_detection=True,
            message_thread_id=place.thread,
            reply_parameters=place.reply,
        )

    async def _show(self, place: Place, part: Part) -> Message:
        if part.words is None:
            return await self._pictures(place, part, None, None)
        return await _styled(part.words, lambda text, mode: self._pictures(place, part, text, mode))

    async def _pictures(self, place: Place, part: Part, caption: str | None, mode: str | None) -> Message:
        if len(part.pictures) == 1:
            return await self._bot.send_photo(
                place.chat,
                file(part.pictures[0]),
                caption,
                parse_mode=mode,
                message_thread_id=place.thread,
                reply_parameters=place.reply,
                reply_markup=part.below,
            )
        album = await self._bot.send_media_group(
            place.chat,
            _album(part.pictures, caption, mode),
            message_thread_id=place.thread,
            reply_parameters=place.reply,
        )
        return album[0]

    # -- amending ---------------------------------------------------------------------------------------

    async def _edit(self, ref: MessageRef, message: Outgoing) -> tuple[Part, ...]:
        """Change the message; what found no room in it."""
        first, *others = amended(message)
        try:
            await self._edit_text(ref, first)
        except BadRequest as error:
            if not trouble.has_no_text(error):
                raise
            first, *others = amended(message, LONGEST_CAPTION)
            await self._edit_caption(ref, first)
        return tuple(others)

    async def _edit_text(self, ref: MessageRef, part: Part) -> None:
        assert part.words is not None
        await _styled(
            part.words,
            lambda text, mode: self._bot.edit_message_text(
                text,
                int(ref.room.key),
                int(ref.key),
                parse_mode=mode,
                reply_markup=_keys(part),
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def _edit_caption(self, ref: MessageRef, part: Part) -> None:
        assert part.words is not None
        await _styled(
            part.words,
            lambda text, mode: self._bot.edit_message_caption(
                int(ref.room.key), int(ref.key), caption=text, parse_mode=mode, reply_markup=_keys(part)
            ),
        )

    def _remember(self, mark: tuple[str, str], done: int) -> None:
        self._halfway[mark] = done
        if len(self._halfway) > MOST_HALFWAY:
            del self._halfway[next(iter(self._halfway))]


@contextmanager
def translating() -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except TelegramError as error:
        raise trouble.translated(error) from None


async def _styled(page: Words, call: Callable[[str, str | None], Awaitable[T]]) -> T:
    """Make the call with Telegram's HTML; with plain words when Telegram does not understand it after all."""
    try:
        return await call(page.html, ParseMode.HTML)
    except BadRequest as error:
        if not trouble.cannot_parse(error):
            raise
        log.error("Telegram did not understand our markup: the words went out plain")
    return await call(page.plain, None)


def _keys(part: Part) -> InlineKeyboardMarkup | None:
    """A message that is changed can have buttons, but cannot ask for a reply any more."""
    return part.below if isinstance(part.below, InlineKeyboardMarkup) else None


def _place(room: Room, answers: MessageRef | None) -> Place:
    if answers is None or answers.room != room:
        return Place(int(room.key))
    reply = ReplyParameters(int(answers.key), allow_sending_without_reply=True)
    return Place(int(room.key), int(answers.thread) if answers.thread else None, reply)


def _album(pictures: Sequence[Media], caption: str | None, mode: str | None) -> list[InputMediaPhoto]:
    """An album shows its first picture's caption below all."""
    first, *others = (file(picture, in_album=True) for picture in pictures)
    return [InputMediaPhoto(first, caption, mode), *map(InputMediaPhoto, others)]
