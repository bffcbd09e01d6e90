"""A message of ours, laid out as the one or several that Telegram needs for it. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, replace

from telegram import ForceReply, InlineKeyboardMarkup, InputFile

from adapters.telegram.keyboard import below
from adapters.telegram.render import LONGEST_CAPTION, Mention, Words, units, words
from plugin.chat.markup import Block, Span, Text, parse
from plugin.chat.values import Media, Outgoing

MOST_IN_ALBUM = 10

Below = InlineKeyboardMarkup | ForceReply | None


@dataclass(frozen=True, slots=True)
class Part:
    """One call: words, or pictures with perhaps a caption, or a paper."""

    words: Words | None = None
    pictures: tuple[Media, ...] = ()
    paper: Media | None = None
    below: Below = None


def parts(message: Outgoing) -> tuple[Part, ...]:
    """The message in the order of its calls; what stands below it is on the last. ValueError when empty."""
    blocks = (*_for_whom(message), *parse(message.text))
    pages, under = words(blocks), below(message, blocks)
    if not pages and (under is not None or message.files or not message.pictures):
        raise ValueError("a message needs words")
    albums = list(_albums(message.pictures))
    if albums and len(pages) == 1 and _is_caption(pages[0], message, under):
        made = [replace(albums[0], words=pages[0]), *albums[1:]]
    else:
        made = [*albums, *(Part(page) for page in pages)]
    papers = (Part(paper=paper) for paper in message.files)
    return (*papers, *made[:-1], replace(made[-1], below=under))


def _for_whom(message: Outgoing) -> Iterator[Block]:
    """Telegram opens the reply only for somebody who is named, or whose message we answer."""
    who = message.whisper_to
    if message.asks and who is not None:
        yield Text((Span(who.shown, href=Mention(f"tg://user?id={who.key}")),))


def file(picture: Media, *, in_album: bool = False) -> InputFile:
    """A picture as an upload; its own name stays here. In an album each gets an attachment name."""
    name = f"foto{mimetypes.guess_extension(picture.mime) or '.jpg'}"
    return InputFile(picture.content, name, attach=in_album)


def document(paper: Media) -> InputFile:
    """A paper as an upload, under the name by which people will keep it."""
    return InputFile(paper.content, paper.name)


def _albums(pictures: tuple[Media, ...]) -> Iterator[Part]:
    for n in range(0, len(pictures), MOST_IN_ALBUM):
        yield Part(pictures=pictures[n : n + MOST_IN_ALBUM])


def _is_caption(page: Words, message: Outgoing, under: Below) -> bool:
    """Whether the words may ride on the pictures: an album can have nothing below it."""
    return units(page.plain) <= LONGEST_CAPTION and (len(message.pictures) == 1 or under is None)
