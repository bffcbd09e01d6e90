"""What happened on Telegram, as we understand it. Pure: from an update to what the desk hears, or None."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from telegram import CallbackQuery, Chat, Document, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from plugin.chat.names import read_line
from plugin.chat.values import Incoming, Kind, MediaRef, MessageRef, Moved, Person, Pressed, Room, Typed

PLATFORM = "telegram"
ANONYMOUS = 1087968824  # GroupAnonymousBot: some administrator, nobody knows which
PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
CHANNELS = {777000, 136817688}  # a linked channel's posts; somebody who writes as a channel


def read(update: Update, me: User) -> Incoming | None:
    """What an update tells us, or None when it is none of our business.

    An edited message and a channel's post command nothing: only new messages and buttons are heard.
    """
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    message = update.message
    if message is None:
        return None
    if message.migrate_to_chat_id is not None:
        return moved(message.chat.id, message.migrate_to_chat_id, sender(message), message.date)
    if message.migrate_from_chat_id is not None:
        return moved(message.migrate_from_chat_id, message.chat.id, sender(message), message.date)
    return _typed(update.update_id, message, me)


def moved(old: int, new: int, who: Person, at: datetime) -> Incoming:
    """A group became a supergroup. We hear it up to three times, each under the same key."""
    return Incoming(f"moved:{old}:{new}", Room(PLATFORM, str(old)), who, at, Moved(Room(PLATFORM, str(new))))


def room_of(chat: Chat) -> Room:
    """The chat as a room."""
    return Room(PLATFORM, str(chat.id), private=chat.type == ChatType.PRIVATE)


def person(user: User) -> Person:
    """A user, known by id."""
    if user.id == ANONYMOUS:
        kind = Kind.ANONYMOUS
    elif user.id in CHANNELS:
        kind = Kind.CHANNEL
    else:
        kind = Kind.BOT if user.is_bot else Kind.PERSON
    return Person(PLATFORM, str(user.id), user.full_name, kind)


def sender(message: Message) -> Person:
    """Who wrote it: a person only when it is certain which."""
    chat = message.sender_chat
    if chat is not None:
        kind = Kind.ANONYMOUS if chat.id == message.chat.id else Kind.CHANNEL
        return Person(PLATFORM, str(chat.id), chat.title or "", kind)
    if message.from_user is None:
        return Person(PLATFORM, str(message.chat.id), message.chat.title or "", Kind.CHANNEL)
    return person(message.from_user)


def _typed(update_id: int, message: Message, me: User) -> Incoming | None:
    words, people = _named(
        message.text or message.caption or "", message.entities or message.caption_entities
    )
    text = _addressed(words, me)
    if text is None:
        return None
    command = read_line(text) is not None
    media = _pictures(message) or (_paper(message) if command else ())
    if not (text or media):
        return None
    room, reply = room_of(message.chat), _reply(message)
    ours = reply is not None and reply.from_user is not None and reply.from_user.id == me.id
    relayed = message.forward_origin is not None or message.via_bot is not None
    if not (ours or room.private or (command and not relayed)):
        return None  # what is passed on in a group is there to be read by the others
    ref = MessageRef(room, str(message.message_id), _thread(message))
    answers = MessageRef(room, str(reply.message_id), ref.thread) if reply else None
    if command and reply is not None and sender(reply).kind is Kind.PERSON:
        people = (*people, sender(reply))
    return Incoming(
        key=f"{update_id}:{message.chat.id}:{message.message_id}",
        room=room,
        sender=sender(message),
        at=message.date.astimezone(UTC),
        body=Typed(text, answers, people, media, relayed),
        ref=ref,
    )


def _pressed(update_id: int, query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or query.data is None:
        return None
    room = room_of(message.chat)
    thread = _thread(message) if isinstance(message, Message) else ""
    ref = MessageRef(room, str(message.message_id), thread)
    return Incoming(
        key=f"{update_id}:{message.chat.id}:{query.id}",
        room=room,
        sender=person(query.from_user),
        at=datetime.now(UTC),
        body=Pressed(query.data, ref),
        ref=ref,
    )


def _addressed(text: str, me: User) -> str | None:
    """The text without our own `@name` behind the command; None when another bot is called."""
    line = read_line(text)
    if line is None or not line[1]:
        return text
    if line[1].casefold() != (me.username or "").casefold():
        return None
    return text.replace(f"@{line[1]}", "", 1)


def _named(text: str, entities: Sequence[MessageEntity]) -> tuple[str, tuple[Person, ...]]:
    """The text with `@1`, `@2` … for people without a user name: only an entity tells who they are."""
    units = text.encode("utf-16-le", "surrogatepass")
    people: list[Person] = []
    out, done = b"", 0
    for entity in sorted(entities, key=lambda e: e.offset):
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        if entity.type != MessageEntity.TEXT_MENTION or entity.user is None or start < done:
            continue
        people.append(person(entity.user))
        out, done = out + units[done:start] + f"@{len(people)}".encode("utf-16-le"), end
    return (out + units[done:]).decode("utf-16-le", "surrogatepass"), tuple(people)


def _reply(message: Message) -> Message | None:
    """What it answers. In a topic each message formally answers the note that opened the topic."""
    reply = message.reply_to_message
    return None if reply is None or reply.forum_topic_created is not None else reply


def _thread(message: Message) -> str:
    """The topic. Other replies carry a thread id too, but nothing can be sent there."""
    return str(message.message_thread_id) if message.is_topic_message else ""


def _pictures(message: Message) -> tuple[MediaRef, ...]:
    """A photo (its largest form), or an image that was sent as a file."""
    if message.photo:
        largest = max(message.photo, key=lambda p: p.width * p.height)
        return (MediaRef(PLATFORM, largest.file_id, "image/jpeg"),)
    file = message.document
    if file is not None and _is_image(file):
        return (MediaRef(PLATFORM, file.file_id, file.mime_type or ""),)
    return ()


def _is_image(file: Document) -> bool:
    """Telephones send some photos of theirs as bytes of no kind: then the name tells."""
    name = (file.file_name or "").lower()
    return (file.mime_type or "").startswith("image/") or name.endswith(PHOTOS)


def _paper(message: Message) -> tuple[MediaRef, ...]:
    """A file that a command's caption stands under."""
    file = message.document
    return (MediaRef(PLATFORM, file.file_id, file.mime_type or ""),) if file is not None else ()
