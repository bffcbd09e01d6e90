"""What a bot may ask of Telegram, and how strictly it is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.far_side.telegram_text import CannotParse, Entity, read_text, units
from tests.far_side.telegram_world import Chat, Fault, Json, Message, World

OWN_HOSTS = ("127.0.0.1", "localhost", "go.id", "x.com", "t.me", "example.org")
STYLES_WE_USE = {"bold", "italic", "code", "blockquote", "text_link"}


class Methods:
    """The Bot API's methods for speaking. `dropped` tells of everything a person will not see."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.menu: dict[str, list[Json]] = {}
        self.dropped: list[str] = []
        self.answered: list[str] = []
        self.queries: dict[str, bool] = {}
        self.refuse_pictures = False
        self.most_file_bytes = 20 * 1024 * 1024
        self.announced_size: int | None = None
        self.table: dict[str, Callable[[Json], Any]] = {  # Any: results differ
            "getme": lambda params: world.me,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "senddocument": self._send_document,
            "sendmediagroup": self._send_media_group,
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "answercallbackquery": self._answer_query,
            "setmycommands": self._set_commands,
            "getfile": self._get_file,
        }

    def alarms(self) -> list[str]:
        """Everything in what the bot sent that should not have been there, or was dropped."""
        found = list(self.dropped)
        for message in (m for chat in self._world.chats.values() for m in chat.messages.values() if m.ours):
            for entity in message.entities:
                host = urlsplit(entity.url).hostname or ""
                if entity.type == "text_mention" and message.asks:
                    continue  # a question opens the reply of whom it names
                if entity.type not in STYLES_WE_USE:
                    found.append(f"{entity.type} in message {message.id}")
                elif entity.type == "text_link" and not host.endswith(OWN_HOSTS):
                    found.append(f"link to {entity.url}")
        return found

    def _send_message(self, params: Json) -> Json:
        message = self._new(params)
        message.text, message.entities = self._words(params, "text", 4096)
        if not message.text:
            raise Fault(400, "Bad Request: message text is empty")
        self._check_preview(params, message)
        return self._put(message)

    def _send_photo(self, params: Json) -> Json:
        message = self._new(params)
        message.text, message.entities = self._words(params, "caption", 1024)
        message.photo = self._picture(params.get("photo"))
        return self._put(message)

    def _send_document(self, params: Json) -> Json:
        message, content = self._new(params), params.get("document")
        message.text, message.entities = self._words(params, "caption", 1024)
        if not isinstance(content, bytes) or not content:
            raise Fault(400, "Bad Request: file must be non-empty")
        if len(content) > 50 * 1024 * 1024:
            raise Fault(413, "Request Entity Too Large")
        message.document = (str(params.get("document is called") or ""), content)
        return self._put(message)

    def _send_media_group(self, params: Json) -> list[Json]:
        media = read_json(params.get("media"))
        if not isinstance(media, list) or not 2 <= len(media) <= 10:
            raise Fault(400, "Bad Request: wrong number of media in the album")
        if params.get("reply_markup"):
            raise Fault(400, "Bad Request: an album takes no reply markup")
        album, made = str(next(self._world.ids)), []
        for item in media:
            message = self._new(params)
            message.text, message.entities = self._words(item, "caption", 1024)
            name = str(item["media"]).removeprefix("attach://")
            message.photo, message.album = self._picture(params.get(name)), album
            made.append(message)
        return [self._put(message) for message in made]

    def _edit_text(self, params: Json) -> Json:
        message = self._own(params)
        if message.photo is not None or message.document is not None:
            raise Fault(400, "Bad Request: there is no text in the message to edit")
        words, entities = self._words(params, "text", 4096)
        if not words:
            raise Fault(400, "Bad Request: message text is empty")
        self._check_preview(params, message)
        return self._change(message, words, entities, params)

    def _edit_caption(self, params: Json) -> Json:
        message = self._own(params)
        if message.photo is None:
            raise Fault(400, "Bad Request: there is no caption in the message to edit")
        return self._change(message, *self._words(params, "caption", 1024), params)

    def _change(self, message: Message, words: str, entities: list[Entity], params: Json) -> Json:
        keyboard = _markup(params)[0]
        if (words, entities, keyboard) == (message.text, message.entities, message.keyboard):
            raise Fault(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        message.text, message.entities, message.keyboard = words, entities, keyboard
        message.edits += 1
        message.raw = self._world.described(message)
        return message.raw

    def _answer_query(self, params: Json) -> bool:
        query = str(params.get("callback_query_id"))
        if not self.queries.get(query):
            raise Fault(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        self.answered.append(query)
        return True

    def _set_commands(self, params: Json) -> bool:
        commands = read_json(params.get("commands"))
        if not isinstance(commands, list) or len(commands) > 100:
            raise Fault(400, "Bad Request: too many commands")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Fault(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Fault(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.menu[str(params.get("language_code") or "")] = commands
        return True

    def _get_file(self, params: Json) -> Json:
        file_id = str(params.get("file_id"))
        if file_id not in self._world.files:
            raise Fault(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self._world.files[file_id]) > self.most_file_bytes:
            raise Fault(400, "Bad Request: file is too big")
        size = self.announced_size or len(self._world.files[file_id])
        path = f"photos/{file_id}.jpg"
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": path}

    # -- how strictly -----------------------------------------------------------------------------------

    def _new(self, params: Json) -> Message:
        chat = self._world.chats.get(int(params.get("chat_id") or 0))
        if chat is None:
            raise Fault(400, "Bad Request: chat not found")
        if chat.gone:
            raise Fault(403, "Forbidden: bot was kicked from the supergroup chat")
        if chat.moved_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Fault(400, description, migrate_to_chat_id=chat.moved_to)
        thread = int(params["message_thread_id"]) if params.get("message_thread_id") else None
        if thread is not None and thread not in chat.topics:
            raise Fault(400, "Bad Request: message thread not found")
        if thread is not None and chat.topics[thread] == "closed":
            raise Fault(400, "Bad Request: TOPIC_CLOSED")
        message = Message(chat.id, 0, ours=True, thread=thread, reply_to=_reply(params, chat))
        message.keyboard, message.asks = _markup(params)
        if message.asks and message.asks.get("selective") and chat.type != "private" and not message.reply_to:
            self.dropped.append("a question that nobody is asked")
        return message

    def _put(self, message: Message) -> Json:
        chat = self._world.chats[message.chat]
        message.id = next(chat.numbers)
        chat.messages[message.id] = message
        message.raw = self._world.described(message)
        return message.raw

    def _own(self, params: Json) -> Message:
        chat = self._world.chats.get(int(params.get("chat_id") or 0))
        if chat is None:
            raise Fault(400, "Bad Request: chat not found")
        if chat.gone:
            raise Fault(403, "Forbidden: bot was kicked from the supergroup chat")
        if chat.moved_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Fault(400, description, migrate_to_chat_id=chat.moved_to)
        message = chat.messages.get(int(params.get("message_id") or 0))
        if message is None:
            raise Fault(400, "Bad Request: message to edit not found")
        if not message.ours:
            raise Fault(400, "Bad Request: message can't be edited")
        return message

    def _words(self, params: Json, name: str, longest: int) -> tuple[str, list[Entity]]:
        try:
            words, entities, lost = read_text(
                str(params.get(name) or ""), str(params.get("parse_mode") or "")
            )
        except CannotParse as error:
            raise Fault(400, f"Bad Request: can't parse entities: {error}") from None
        if units(words) > longest:
            too_long = "message is too long" if name == "text" else "message caption is too long"
            raise Fault(400, f"Bad Request: {too_long}")
        if lost:
            self.dropped.append(f"{lost} entities dropped")
        return words, entities

    def _check_preview(self, params: Json, message: Message) -> None:
        options = read_json(params.get("link_preview_options")) or {}
        if not options.get("is_disabled"):
            self.dropped.append("a link preview was allowed")

    def _picture(self, content: object) -> bytes:
        if not isinstance(content, bytes) or self.refuse_pictures:
            raise Fault(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if not content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")):
            raise Fault(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if len(content) > 10 * 1024 * 1024:
            raise Fault(413, "Request Entity Too Large")
        return content


def read_json(value: Any) -> Any:  # Any: JSON
    """Structures may come as JSON inside a string."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise Fault(400, "Bad Request: can't parse JSON object") from None


def _reply(params: Json, chat: Chat) -> int | None:
    wanted = read_json(params.get("reply_parameters"))
    if not wanted:
        return None
    if int(wanted["message_id"]) in chat.messages:
        return int(wanted["message_id"])
    if wanted.get("allow_sending_without_reply"):
        return None
    raise Fault(400, "Bad Request: message to be replied not found")


def _markup(params: Json) -> tuple[list[list[Json]], Json | None]:
    """The buttons, or the request for a reply, below a message."""
    markup = read_json(params.get("reply_markup"))
    if not markup:
        return [], None
    if not isinstance(markup, dict):
        raise Fault(400, "Bad Request: object expected as reply markup")
    if markup.get("force_reply"):
        if not 1 <= units(markup.get("input_field_placeholder", "x")) <= 64:
            raise Fault(400, "Bad Request: input field placeholder is too long")
        return [], markup
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list):
        raise Fault(400, "Bad Request: unsupported reply markup")
    if sum(len(row) for row in rows) > 100:
        raise Fault(400, "Bad Request: reply markup is too long")
    for button in (b for row in rows for b in row):
        _check_button(button)
    return rows, None


def _check_button(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise Fault(400, "Bad Request: text buttons must be non-empty")
    kinds = [k for k in ("callback_data", "url") if k in button]
    if len(kinds) != 1:
        raise Fault(400, "Bad Request: exactly one type of inline button is expected")
    if kinds == ["callback_data"] and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Fault(400, "Bad Request: BUTTON_DATA_INVALID")
    if kinds == ["url"] and not button["url"].startswith(("http://", "https://", "tg://")):
        raise Fault(400, "Bad Request: BUTTON_URL_INVALID")
    if button.get("style") not in (None, "primary", "success", "danger"):
        raise Fault(400, "Bad Request: unknown button style")
