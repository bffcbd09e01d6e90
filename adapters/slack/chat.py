"""Slack as one of our chat platforms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from adapters.slack.door import Door
from adapters.slack.forms import view
from adapters.slack.history import find
from adapters.slack.intake import Intake
from adapters.slack.render import LONGEST
from adapters.slack.reply_urls import ReplyUrls
from adapters.slack.socket_mode import Lines
from adapters.slack.speak import Speaker
from adapters.slack.web import Web
from plugin.chat.port import Receive
from plugin.chat.values import (
    Apart,
    Capabilities,
    Form,
    Media,
    MediaRef,
    MenuEntry,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Room,
)
from plugin.clock import Clock, system_clock
from plugin.errors import OperatorError, Refused, TryLater, Unknown
from plugin.wording import Wording

LOG = logging.getLogger(__name__)
CAN = Capabilities(longest=LONGEST, answers_at_once=True, history=True, per_second=1.0, together=5.0)
LONGEST_PAUSE = 30.0


class SlackChat:
    """Listens on HTTP (`routes`) with a signing secret, else over Socket Mode with an app-level token.

    `listen` raises Refused, its `why` a sentence for the operator, when Slack refuses a token.
    """

    name = "slack"
    can = CAN

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        signing_secret: str | None,
        app_token: str | None,
        sorry: str,
        clock: Clock = system_clock,
    ) -> None:
        """`sorry` is what somebody hears, in tiny HTML, whose delivery we could not store."""
        urls = ReplyUrls(clock)
        self._web = Web(client)
        self._speaker = Speaker(self._web, urls)
        self._intake = Intake(self._web, self._speaker, urls, sorry, clock)
        self._door = Door(signing_secret, self._intake.take, clock) if signing_secret else None
        self._lines = None if self._door else Lines(self._web, app_token or "", self._intake.take)
        self._is_listening = False

    @property
    def health(self) -> str:
        """`ok`, or what is wrong; before `listen` a missing connection is not wrong."""
        lines = self._lines.health if self._lines is not None and self._is_listening else "ok"
        return self._web.health if self._web.health != "ok" else lines

    def routes(self) -> list[Route]:
        """What the HTTP server must route here; nothing in Socket Mode."""
        return [Route("/slack/events", self._door, methods=["POST"])] if self._door else []

    async def listen(self, receive: Receive) -> None:
        self._intake.receive, self._is_listening = receive, True
        try:
            await self._introduce()
            if self._lines is None:
                await asyncio.Event().wait()
            else:
                await self._lines.run()
        except Refused as error:
            # `health` has the sentence about the token; other refusals come as they are.
            raise Refused(self._web.health if self._web.health != "ok" else error.why) from None
        finally:
            self._intake.receive, self._is_listening = None, False

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        return await self._speaker.send(room, message, key)

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        await self._speaker.amend(ref, message)

    async def open_form(self, opener: Opener, form: Form) -> None:
        await self._web.call(self._web.client.views_open, trigger_id=opener.key, view=view(form, opener.room))

    async def offer_menu(self, entries: Sequence[MenuEntry]) -> None:
        """Slack's menu is in the app's manifest."""

    def apart(self, person: Person) -> Apart | None:
        return None

    async def sent_before(self, room: Room, key: str) -> MessageRef | None:
        """Refused where the app may not read the room's history, Unknown where that is too long to search."""
        me = await self._intake.introduce()
        return await find(self._web, room, key, {me.user, me.bot} - {""})

    async def fetch(self, media: MediaRef, *, most_bytes: int) -> Media:
        return await self._web.fetch(media, most_bytes)

    async def aclose(self) -> None:
        await self._intake.aclose()
        await self._web.aclose()

    # -- steps ------------------------------------------------------------------------------------------

    async def _introduce(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._intake.introduce()
            except (TryLater, Unknown) as error:
                LOG.warning("Slack: %s; trying again in %.0f s", error, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return


def make_slack(
    *,
    bot_token: str,
    signing_secret: str | None,
    app_token: str | None,
    wording: Wording,
    api_url: str = "https://slack.com/api/",
    clock: Clock = system_clock,
) -> SlackChat:
    """Slack by HTTP when there is a signing secret, else by Socket Mode. Nothing is opened yet."""
    if not signing_secret and not app_token:
        raise OperatorError("slack_secret")
    logger = logging.getLogger("slack_sdk.tanggap")
    logger.setLevel(logging.ERROR)  # at DEBUG it writes every text that is sent
    client = AsyncWebClient(
        token=bot_token,
        base_url=api_url,
        logger=logger,
        retry_handlers=[],  # slack_sdk would send again after a broken connection: a message twice
    )
    sorry = wording.text("slack/try_again.html")
    return SlackChat(client, signing_secret=signing_secret, app_token=app_token, sorry=sorry, clock=clock)
