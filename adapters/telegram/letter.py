"""A message of ours, laid out as the one or several that Telegram needs for it. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, replace

from telegram import ForceReply, InlineKeyboardMarkup, InputFile

from adapters.telegram.keyboard import below, keyboard
from adapters.telegram.render import LONGEST, LONGEST_CAPTION, Mention, Words, units, words
from plugin.chat.markup import Block, Span, Text, parse
from plugin.chat.shortening import as_one
from plugin.chat.values import Action, Media, Outgoing

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
    if message.rest is not None:
        return (*_papers(message), *_albums(message.pictures), card(message))
    blocks = (*_for_whom(message), *parse(message.text))
    pages, under = words(blocks), below(message, blocks)
    if not pages and (under is not None or message.files or not message.pictures):
        raise ValueError("a message needs words")
    albums = list(_albums(message.pictures))
    if albums and len(pages) == 1 and _is_caption(pages[0], message, under):
        made = [replace(albums[0], words=pages[0]), *albums[1:]]
    else:
        made = [*albums, *(Part(page) for page in pages)]
    return (*_papers(message), *made[:-1], replace(made[-1], below=under))


def card(message: Outgoing, longest: int = LONGEST) -> Part:
    """A card's words in one message of their own, since those below a picture may not grow. ValueError when empty."""

    def lay(blocks: tuple[Block, ...], actions: tuple[Action, ...]) -> list[Part]:
        keys = keyboard(actions, blocks)
        return [Part(page, below=keys) for page in words(blocks, longest)]

    made = as_one(message, lay)
    if not made:
        raise ValueError("a message needs words")
    return made[0]


def amended(message: Outgoing, longest: int = LONGEST) -> tuple[Part, ...]:
    """What takes an older message's place, its buttons below it; then what found no room there, never of a card."""
    if message.rest is not None:
        return (card(message, longest),)
    blocks = parse(message.text)
    first, *others = map(Part, words(blocks, longest))
    return (replace(first, below=keyboard(message.actions, blocks)), *others)


def _papers(message: Outgoing) -> Iterator[Part]:
    return (Part(paper=paper) for paper in message.files)


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
