"""What a delivery from Slack says, in the desk's own values. Pure: no network, nothing remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import orjson

from adapters.slack.body import Body, Junk, must, part, parts, word
from adapters.slack.emoji import signs
from adapters.slack.forms import answers, attached, room_of
from adapters.slack.words import clean, unescape
from plugin.chat.values import (
    Incoming,
    Kind,
    MediaRef,
    MessageRef,
    Opener,
    Person,
    Pressed,
    Room,
    Submitted,
    Typed,
)

SHORTCUT = "tanggapi"
"""The callback_id of our message shortcut."""

# A message with another subtype was not simply written by a person.
WRITTEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})


def command(body: Body, now: datetime) -> Incoming:
    """A slash command. Slack says neither in which thread nor when."""
    room = _room(must(body, "channel_id"))
    person = Person("slack", must(body, "user_id"), word(body, "user_name"), _kind(must(body, "user_id")))
    rest, mentions = unescape(body.get("text") or "")
    text = f"{must(body, 'command')} {rest}".rstrip(" ")
    return Incoming(
        _once(body, room.key, person.key, text), room, person, now, Typed(text, mentions=mentions),
        opener=_opener(body, room, person),
    )  # fmt: skip


def pressed(body: Body, now: datetime) -> Incoming | None:
    """A button on a message of ours; None when it carries nothing (a link that was opened)."""
    action = parts(body, "actions")[0]
    token = word(action, "value")
    if not token or not word(body, "container", "message_ts"):
        return None
    room, person = _room_of(body), _person(body)
    thread = word(body, "container", "thread_ts") or word(body, "message", "thread_ts")
    on = MessageRef(room, must(body, "container", "message_ts"), thread)
    return Incoming(
        _once(body, on.key, person.key, token), room, person, _moment(word(action, "action_ts"), now),
        Pressed(token, on), on, _opener(body, room, person, on),
    )  # fmt: skip


def submitted(body: Body, now: datetime) -> Incoming:
    """A form that was sent. Slack does not say from which room: the form itself carries it."""
    view = part(body, "view")
    room, person = _room(room_of(view)), _person(body)
    values = {name: signs(clean(value)) for name, value in answers(view).items()}
    token, media = must(view, "private_metadata"), _refs(attached(view))
    said = values | {ref.key: "" for ref in media}
    return Incoming(
        _once(body, person.key, token, said), room, person, now, Submitted(token, values, media),
        opener=_opener(body, room, person),
    )  # fmt: skip


def shortcut(body: Body, now: datetime) -> Incoming:
    """Our entry in a message's menu: the way to answer a message where commands cannot be typed."""
    room, person = _room_of(body), _person(body)
    of = MessageRef(room, must(body, "message", "ts"), word(body, "message", "thread_ts"))
    typed = Typed(f"/{SHORTCUT}", of, media=_media(part(body, "message")))
    return Incoming(
        _once(body, of.key, person.key), room, person, _moment(word(body, "action_ts"), now), typed,
        opener=_opener(body, room, person, of),
    )  # fmt: skip


def mention(body: Body, now: datetime, me: str) -> Incoming | None:
    """A message that names us: what follows our name is the command. None for an edited one.

    One message can arrive under several event ids (it may match several of our subscriptions), so that the
    message itself is the key.
    """
    event = part(body, "event")
    if event.get("edited"):
        return None
    room, ts = _room(must(event, "channel")), must(event, "ts")
    thread = word(event, "thread_ts")
    root = MessageRef(room, thread, thread) if thread and thread != ts else None
    text, mentions = _said_to(me, word(event, "text"))
    return Incoming(
        f"{room.key}:{ts}", room, _author(event), _moment(ts, now),
        Typed(text, root, mentions, _media(event)), MessageRef(room, ts, thread),
    )  # fmt: skip


def _said_to(me: str, text: str) -> tuple[str, tuple[Person, ...]]:
    found = re.search(rf"<@{re.escape(me)}(?:\|[^<>]*)?>", text)
    said, mentions = unescape(text[found.end() :] if found else text)
    said = said.lstrip(" \t\r\n\u00a0:,")
    return said if said.startswith(("/", "\uff0f")) else f"/{said}", mentions


def _author(event: Body) -> Person:
    key = word(event, "user")
    is_bot = bool(word(event, "bot_id")) or word(event, "subtype") not in WRITTEN or not key
    kind = Kind.BOT if is_bot else _kind(key)
    return Person("slack", key or word(event, "bot_id"), word(event, "username"), kind)


def _kind(user: str) -> Kind:
    return Kind.BOT if user == "USLACKBOT" else Kind.PERSON


def _room_of(body: Body) -> Room:
    return _room(word(body, "channel", "id") or must(body, "container", "channel_id"))


def _room(key: str) -> Room:
    return Room("slack", key, private=key.startswith("D"))  # a D… is the conversation of two


def _person(body: Body) -> Person:
    key = must(body, "user", "id")
    return Person("slack", key, word(body, "user", "username") or word(body, "user", "name"), _kind(key))


def _opener(body: Body, room: Room, person: Person, answers: MessageRef | None = None) -> Opener | None:
    trigger = word(body, "trigger_id")
    return Opener(room, person, trigger, answers) if trigger else None


def _media(message: Body) -> tuple[MediaRef, ...]:
    return _refs(parts(message, "files"))


def _refs(sent: Iterable[Body]) -> tuple[MediaRef, ...]:
    files = [(word(f, "url_private"), word(f, "mimetype")) for f in sent]
    return tuple(MediaRef("slack", url, mime) for url, mime in files if url)


def _once(body: Body, *said: str | Mapping[str, str]) -> str:
    """The key of an interaction: its trigger, and a hash of what was done, should Slack reuse the trigger."""
    trigger = must(body, "trigger_id")
    digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"{trigger}:{digest[:16]}"


def _moment(stamp: str, now: datetime) -> datetime:
    if not re.fullmatch(r"\d{9,11}(\.\d{1,6})?", stamp):
        return now
    return datetime.fromtimestamp(float(stamp), UTC)


__all__ = ["SHORTCUT", "Junk", "command", "mention", "pressed", "shortcut", "submitted"]
