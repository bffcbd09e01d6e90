"""From a delivery to the desk and back to the acknowledgement: what Bolt calls when something happens."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import re
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import read
from adapters.slack.answers import Reply, complaint, spoken
from adapters.slack.body import Body, Junk, check, part, word
from adapters.slack.forms import first_field
from adapters.slack.render import pages
from adapters.slack.reply_urls import ReplyUrls
from adapters.slack.speak import Speaker
from adapters.slack.web import Web
from plugin.chat.markup import parse, plain
from plugin.chat.port import Receive
from plugin.chat.values import Incoming, MessageRef, Outgoing, Typed
from plugin.clock import Clock
from plugin.errands import Errands
from plugin.errors import DeliveryError, TryLater, place_of

LOG = logging.getLogger(__name__)
ANY = re.compile(r"", re.S)
TRIES = 3
PATIENCE = 2.5
"""Seconds after which an answer no longer rides on the acknowledgement: Slack ignores it after three."""
LONGEST_PAUSE = 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class Me:
    """Who we are on Slack, as far as we have been told."""

    user: str = ""
    bot: str = ""
    team: str = ""


class NotTaken(Exception):
    """The desk could not store a delivery."""


class Intake:
    """Hands each delivery to `receive` and acknowledges it when that has returned.

    Bolt sorts the deliveries. It runs with `process_before_response`, which is what we promise (acknowledged
    means stored) and spares the 10 ms for which it otherwise polls for an acknowledgement.
    """

    def __init__(self, web: Web, speaker: Speaker, urls: ReplyUrls, sorry: str, clock: Clock) -> None:
        self._web, self._speaker, self._urls = web, speaker, urls
        self._sorry, self._clock = sorry, clock
        self._bolt = self._app(web.client)
        self._errands = Errands()
        self._me = Me()
        self.receive: Receive | None = None
        self.patience = PATIENCE

    async def take(self, body: Body) -> Reply:
        """The reply to a delivery, whichever way it came. Never raises."""
        if self.receive is None:
            return Reply(503)
        try:
            if not check(body):
                return Reply()
            # Both ways of delivery have proved by now that it is Slack's: Bolt need not look again.
            request = AsyncBoltRequest(body=body, mode="socket_mode")
        except (Junk, AttributeError, IndexError, KeyError, TypeError, ValueError):
            return Reply(400)  # what `check` lets through, Bolt's own reader may still stumble over
        response = await self._bolt.async_dispatch(request)
        if isinstance(response, _Answered):
            return response.reply
        if response.status == 404:
            return Reply()  # a shortcut of another name: Slack need not send it again
        return Reply(response.status, json.loads(response.body) if response.body else None)

    async def introduce(self) -> Me:
        """Ask Slack who we are, once."""
        if not self._me.user:
            told = await self._web.call(self._web.client.auth_test)
            self._me = Me(word(told, "user_id"), word(told, "bot_id"), word(told, "team_id"))
        return self._me

    async def aclose(self) -> None:
        await self._errands.stop()

    # -- what Bolt calls --------------------------------------------------------------------------------

    async def _on_command(self, body: Body) -> Reply:
        incoming = read.command(body, self._clock())
        self._remember(body, incoming, None)
        latest = asyncio.get_running_loop().time() + self.patience
        try:
            answer = await self._pass_on(incoming)
        except NotTaken:
            return Reply(200, spoken(pages(Outgoing(self._sorry))[0], to_all=False))
        if asyncio.get_running_loop().time() < latest:
            return self._in_the_acknowledgement(incoming, answer)
        self._answer_later(incoming, answer)
        return Reply()

    async def _on_action(self, body: Body) -> Reply:
        incoming = read.pressed(body, self._clock())
        return Reply() if incoming is None else await self._interaction(body, incoming, incoming.ref)

    async def _on_shortcut(self, body: Body) -> Reply:
        return await self._interaction(body, read.shortcut(body, self._clock()), None)

    async def _on_view(self, body: Body) -> Reply:
        incoming = read.submitted(body, self._clock())
        try:
            self._answer_later(incoming, await self._pass_on(incoming))
        except NotTaken:
            return complaint(first_field(part(body, "view")), plain(parse(self._sorry)))
        return Reply()

    async def _on_mention(self, body: Body) -> Reply:
        try:
            incoming = read.mention(body, self._clock(), (await self.introduce()).user)
            if incoming is not None:
                self._answer_later(incoming, await self._pass_on(incoming))
        except (NotTaken, DeliveryError):
            return Reply(500)  # of all deliveries, Slack repeats only events
        return Reply()

    async def _interaction(self, body: Body, incoming: Incoming, on: MessageRef | None) -> Reply:
        self._remember(body, incoming, on)
        try:
            self._answer_later(incoming, await self._pass_on(incoming))
        except NotTaken:
            self._errands.start(self._apologise(word(body, "response_url")))
        return Reply()

    # -- steps ------------------------------------------------------------------------------------------

    async def _pass_on(self, incoming: Incoming) -> Outgoing | None:
        if self.receive is None:
            raise NotTaken
        try:
            return await self.receive(incoming)
        except Exception as error:  # the door: logged here once
            LOG.error("Slack: a delivery was not taken in: %s", place_of(error))
            raise NotTaken from None

    def _remember(self, body: Body, incoming: Incoming, on: MessageRef | None) -> None:
        is_whisper = part(body, "container").get("is_ephemeral") is True
        url = word(body, "response_url")
        self._urls.keep(url, incoming.room, incoming.sender, on, is_whisper=is_whisper)

    def _in_the_acknowledgement(self, incoming: Incoming, answer: Outgoing | None) -> Reply:
        if answer is None:
            return Reply()
        sheets, is_theirs = pages(answer), answer.whisper_to in (None, incoming.sender)
        if (
            len(sheets) == 1
            and is_theirs
            and not (answer.pictures or answer.files)
            and answer.answers is None
        ):
            return Reply(200, spoken(sheets[0], to_all=answer.whisper_to is None))
        self._answer_later(incoming, answer)
        return Reply()

    def _answer_later(self, incoming: Incoming, answer: Outgoing | None) -> None:
        if answer is not None:
            self._errands.start(self._answer(incoming, _where_asked(incoming, answer)))

    async def _answer(self, incoming: Incoming, answer: Outgoing) -> None:
        for _ in range(TRIES):
            try:
                await self._speaker.send(incoming.room, answer, incoming.key)
            except TryLater as busy:
                await asyncio.sleep(min(busy.after, LONGEST_PAUSE))
            except DeliveryError as error:
                LOG.warning("Slack: an answer could not be shown: %s", error)
                return
            else:
                return

    async def _apologise(self, url: str) -> None:
        try:
            await self._web.reply(url, spoken(pages(Outgoing(self._sorry))[0], to_all=False))
        except DeliveryError as error:
            LOG.warning("Slack: nobody could be told to try again: %s", error)

    def _app(self, client: AsyncWebClient) -> AsyncApp:
        app = _App(
            name="slack_bolt.tanggap",
            logger=_quiet(),
            client=client,
            authorize=_OneWorkspace(self, client),
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
        )
        app.command(ANY)(_listener(self._on_command))
        app.action(ANY)(_listener(self._on_action))
        app.view(ANY)(_listener(self._on_view))
        app.message_shortcut(read.SHORTCUT)(_listener(self._on_shortcut))
        app.event("app_mention")(_listener(self._on_mention))
        return app


class _App(AsyncApp):
    """Bolt, less the client that it makes for each delivery: a twentieth of a list, and nobody here asks for it."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["logger"] = self.logger
        req.context["client"] = self.client
        req.context["listener_runner"] = self.listener_runner


class _Answered(BoltResponse):
    """Brings a Reply through Bolt without turning it into text and back."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(status=reply.status)
        self.reply = reply


class _OneWorkspace(AsyncAuthorize):
    """There is one token, and it was tried at the start: no delivery waits for Slack to confirm it."""

    def __init__(self, intake: Intake, client: AsyncWebClient) -> None:
        self._intake, self._token = intake, client.token

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None,
        user_id: str | None, actor_enterprise_id: str | None = None, actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:  # fmt: skip
        me = self._intake._me
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=me.user or None,
            bot_id=me.bot or None,
            bot_token=self._token,
        )


def _listener(handle: Callable[[Body], Awaitable[Reply]]) -> Callable[[Body], Awaitable[BoltResponse]]:
    async def listen(body: Body) -> BoltResponse:
        try:
            return _Answered(await handle(body))
        except Junk:
            return _Answered(Reply(400))

    return listen


def _where_asked(incoming: Incoming, answer: Outgoing) -> Outgoing:
    """In the thread in which it was asked; a mention's answer begins one."""
    ref = incoming.ref
    if answer.answers is not None or ref is None or not (ref.thread or isinstance(incoming.body, Typed)):
        return answer
    return dataclasses.replace(answer, answers=ref)


def _quiet() -> logging.Logger:
    """Bolt writes whole bodies into its log below ERROR; its loggers take their level from this one."""
    logger = logging.getLogger("slack_bolt.tanggap")
    logger.setLevel(logging.ERROR)
    return logger
