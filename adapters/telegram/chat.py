"""A Telegram bot as a chat platform of ours."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from starlette.routing import Route
from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from adapters.telegram.bot import LISTENS_TO, DiscreetBot, make_bot
from adapters.telegram.door import Door
from adapters.telegram.health import Health
from adapters.telegram.poll import QUIET, Poller
from adapters.telegram.post import Post, translating
from adapters.telegram.read import PLATFORM, moved
from adapters.telegram.render import LONGEST
from adapters.telegram.trouble import phrase, wait_for
from adapters.telegram.webhook import PATH, Webhook
from plugin.chat.port import Receive
from plugin.chat.values import (
    Apart,
    Capabilities,
    Form,
    Incoming,
    Kind,
    Media,
    MediaRef,
    MenuEntry,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Room,
)
from plugin.errors import OperatorError, Refused

log = logging.getLogger(__name__)

T = TypeVar("T")

A_GROUP = 0.25
"""Messages a second in the long run: Telegram takes twenty a minute, and some may leave together at first."""
PAUSE = 0.5
WATCH = 60.0
MENU_NAME = re.compile(r"[a-z0-9_]{1,32}")
"""Telegram shows no other names in its menu; it lets people type any."""
MOST_MENU_ENTRIES = 100
LONGEST_SUMMARY = 256
BEGIN = "mulai"
"""What Telegram's own button sends us behind /start."""


class TelegramChat:
    """One bot, by long polling, or by webhook when there is an address that Telegram can reach.

    `pause` is the first wait after a failure, in seconds; it doubles up to half a minute. Every `watch`
    seconds the webhook is looked after. After `quiet` seconds without an update, numbers may start anywhere.
    """

    name = PLATFORM
    can = Capabilities(longest=LONGEST, forms=False, whispers=False, per_second=A_GROUP, together=25.0)

    def __init__(
        self,
        bot: DiscreetBot,
        *,
        webhook_url: str = "",
        webhook_secret: str = "",
        pause: float = PAUSE,
        watch: float = WATCH,
        quiet: float = QUIET,
    ) -> None:
        self._bot = bot
        self._pause = pause
        self._watch_every = watch
        self._quiet = quiet
        self._health = Health()
        self._url = webhook_url
        self._secret = webhook_secret
        self._webhook = Webhook(webhook_secret) if webhook_url else None
        self._post = Post(bot, self._on_moved)
        self._door: Door | None = None
        self._menu: list[BotCommand] | None = None
        self._username = ""

    @property
    def health(self) -> str:
        return str(self._health)

    def routes(self) -> list[Route]:
        """What the HTTP server must serve for us: the webhook, if there is one."""
        return [self._webhook.route] if self._webhook else []

    # -- hearing ----------------------------------------------------------------------------------------

    async def listen(self, receive: Receive) -> None:
        """Pass on every update until cancelled. Raises Refused("invalid_token") when the token is wrong."""
        me = await self._patiently(self._bot.get_me)
        self._username = me.username or ""
        door = self._door = Door(receive, me, self._health, speak=self._speak, calm=self._calm)
        try:
            if self._webhook is not None:
                self._webhook.door = door
            await self._patiently(self._arrange)
            await self._show_menu()
            if self._webhook is not None:
                await self._watch()
            else:
                await Poller(self._bot, door, self._health, self._pause, self._quiet).run()
        finally:
            if self._webhook is not None:
                self._webhook.door = None
            self._door = None
            await door.aclose()

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call at the start. Only a wrong token is not waited out."""
        troubles = 0
        while True:
            try:
                result = await call()
            except InvalidToken:
                self._health.wrong("updates", "Telegram does not accept the token")
                raise Refused("invalid_token") from None
            except TelegramError as error:
                log.warning("Telegram cannot be asked for updates yet: %s", phrase(error))
                self._health.wrong("updates", phrase(error))
                await asyncio.sleep(wait_for(error, self._pause, troubles))
                troubles += 1
            else:
                self._health.well("updates")
                return result

    async def _arrange(self) -> None:
        if self._webhook is None:
            await self._bot.delete_webhook()
        else:
            await self._bot.set_webhook(self._url, allowed_updates=LISTENS_TO, secret_token=self._secret)

    async def _watch(self) -> None:
        """See now and then whether Telegram still delivers here, until cancelled."""
        while True:
            await asyncio.sleep(self._watch_every)
            try:
                info = await self._bot.get_webhook_info()
                if info.url != self._url:
                    await self._arrange()
            except TelegramError as error:
                self._health.wrong("updates", phrase(error))
                continue
            if _recent(info.last_error_date) and info.pending_update_count:
                self._health.wrong("updates", f"Telegram cannot deliver: {info.last_error_message}")
            else:
                self._health.well("updates")

    async def _speak(self, incoming: Incoming, answer: Outgoing) -> None:
        await self.send(incoming.room, answer, key=incoming.key)

    async def _calm(self, query: str) -> None:
        with translating():
            await self._bot.answer_callback_query(query)

    def _on_moved(self, old: int, new: int) -> None:
        """A sending found the group under a new key: the desk hears of it as if Telegram had told us."""
        if self._door is not None:
            ourselves = Person(PLATFORM, str(self._bot.id), kind=Kind.BOT)
            self._door.report(moved(old, new, ourselves, datetime.now(UTC)))

    # -- speaking ---------------------------------------------------------------------------------------

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        return await self._post.send(room, message, key)

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        await self._post.amend(ref, message)

    async def open_form(self, opener: Opener, form: Form) -> None:
        """Telegram has no forms: the desk asks the questions one by one."""
        raise NotImplementedError("Telegram has no forms")

    async def offer_menu(self, entries: Sequence[MenuEntry]) -> None:
        """Show our commands in Telegram's menu: now, or when Telegram can be reached."""
        self._menu = [_menu_entry(entry) for entry in entries[:MOST_MENU_ENTRIES]]
        await self._show_menu()

    async def _show_menu(self) -> None:
        """Nothing else waits for the menu: people can type without it."""
        if self._menu is None:
            return
        try:
            await self._bot.set_my_commands(self._menu)
            await self._bot.set_my_commands(self._menu, language_code="id")
            self._menu = None
        except InvalidToken:
            return  # to listen fails for the same reason, and says so to the operator
        except TelegramError as error:
            log.warning("the menu of commands is not set: %s", phrase(error))

    def apart(self, person: Person) -> Apart | None:
        """Telegram numbers a private chat as its person. Only they can begin it."""
        link = f"https://t.me/{self._username}?start={BEGIN}" if self._username else ""
        return Apart(Room(PLATFORM, person.key, private=True), link)

    async def sent_before(self, room: Room, key: str) -> MessageRef | None:
        """Telegram shows a bot no history."""
        return None

    # -- files ------------------------------------------------------------------------------------------

    async def fetch(self, media: MediaRef, *, most_bytes: int) -> Media:
        with translating():
            file = await self._bot.get_file(media.key)
            if file.file_size is not None and file.file_size > most_bytes:
                raise Refused("too_large")
            if not file.file_path:
                raise Refused("file_not_found")
            content = await self._bot.pool.download(file.file_path, most_bytes=most_bytes)
        name = file.file_path.rpartition("/")[2]
        return Media(name, media.mime or mimetypes.guess_type(name)[0] or "", content)

    async def aclose(self) -> None:
        await self._bot.pool.shutdown()


def make_telegram(
    *,
    token: str,
    api_url: str | None = None,
    webhook_url: str | None = None,
    webhook_secret: str | None = None,
) -> TelegramChat:
    """The adapter for the bot with this token; by webhook when `webhook_url` is given, else by polling.

    A `webhook_url` without a path means our own endpoint there. OperatorError when its secret is missing.
    """
    if webhook_url and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", webhook_secret or ""):
        raise OperatorError("webhook_secret")
    bot = make_bot(token, api_url)
    return TelegramChat(bot, webhook_url=_endpoint(webhook_url or ""), webhook_secret=webhook_secret or "")


def _endpoint(url: str) -> str:
    bare = re.fullmatch(r"(https?://[^/?#]+)/?", url)
    return f"{bare[1]}{PATH}" if bare else url


def _menu_entry(entry: MenuEntry) -> BotCommand:
    name = entry.name.replace("-", "_")
    if not MENU_NAME.fullmatch(name):
        raise ValueError(f"Telegram's menu takes no command called {entry.name!r}")
    return BotCommand(name, entry.summary[:LONGEST_SUMMARY])


def _recent(moment: datetime | None) -> bool:
    return moment is not None and (datetime.now(UTC) - moment).total_seconds() < 2 * WATCH
