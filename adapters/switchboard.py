"""Which platforms the settings ask for. Their SDKs are imported only when they are needed."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr
from starlette.routing import BaseRoute

from plugin.chat import training
from plugin.chat.port import ChatAdapter
from plugin.clock import Clock
from plugin.errors import OperatorError
from plugin.public.port import PublicChannel, Purse
from plugin.settings import Settings
from plugin.store.store import Store
from plugin.wording import Wording

HERE = ("127.0.0.1", "::1", "localhost")


@dataclass
class Lines:
    """Everything that speaks with the world outside, by name, and the HTTP routes it needs."""

    adapters: dict[str, ChatAdapter] = field(default_factory=dict)
    channels: dict[str, PublicChannel] = field(default_factory=dict)
    routes: list[BaseRoute] = field(default_factory=list)

    async def aclose(self) -> None:
        """Let go of every connection."""
        for adapter in self.adapters.values():
            await adapter.aclose()
        for channel in self.channels.values():
            await channel.aclose()


async def plug_in(
    settings: Settings, store: Store, wording: Wording, clock: Clock, purse: Purse | None = None
) -> Lines:
    """Make the adapters; nothing is called yet. Without a chat platform it is the training room.

    What calls cost is paid from `purse`.
    """
    lines = Lines()
    _slack(lines, settings, wording)
    _telegram(lines, settings)
    _x(lines, settings, purse)
    if settings.training:
        await _training_room(lines, settings, store, wording, clock)
    return lines


def public_channels(settings: Settings) -> dict[str, PublicChannel]:
    """The public channels alone, for an operator's question: nothing is opened, and nobody is called."""
    lines = Lines()
    _x(lines, settings, None)
    return lines.channels


def _slack(lines: Lines, settings: Settings, wording: Wording) -> None:
    if not settings.slack_bot_token:
        return
    from adapters.slack import make_slack

    slack = make_slack(
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=_secret(settings.slack_signing_secret),
        app_token=_secret(settings.slack_app_token),
        api_url=settings.slack_api_url,
        wording=wording,
    )
    lines.adapters[slack.name] = slack
    lines.routes += slack.routes()


def _telegram(lines: Lines, settings: Settings) -> None:
    if not settings.telegram_token:
        return
    from adapters.telegram import make_telegram

    telegram = make_telegram(
        token=settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=_secret(settings.telegram_webhook_secret),
    )
    lines.adapters[telegram.name] = telegram
    lines.routes += telegram.routes()


def _x(lines: Lines, settings: Settings, purse: Purse | None) -> None:
    if not (settings.x_consumer_key or settings.x_bearer_token or settings.x_client_id):
        return
    from adapters.x import Client, make_x

    x = make_x(
        consumer_key=_secret(settings.x_consumer_key) or "",
        consumer_secret=_secret(settings.x_consumer_secret) or "",
        bearer_token=_secret(settings.x_bearer_token) or "",
        api_url=settings.x_api_url,
        poll_seconds=settings.x_poll_seconds,
        rechecks_per_day=settings.x_rechecks_per_day,
        summons=settings.x_replies == "summoned",
        client=Client(
            _secret(settings.x_client_id) or "", _secret(settings.x_client_secret) or "", settings.x_pages_url
        ),
        purse=purse,
    )
    lines.channels[x.name] = x


async def _training_room(
    lines: Lines, settings: Settings, store: Store, wording: Wording, clock: Clock
) -> None:
    from adapters.web import Persona, WebRoom, make_web

    if settings.host not in HERE:
        raise OperatorError("training_public")  # there is no password at its door
    if lines.channels and not settings.x_is_here:
        raise OperatorError("training_real")  # who practises may press Kirim
    await training.furnish(store, now=clock(), zone=settings.zone)

    async def people() -> list[Persona]:
        found = await store.read(training.people)
        return [
            Persona(key, name, wording.text("training/persona.txt", role=role, agency=agency))
            for key, name, role, agency in found
        ]

    async def rooms() -> list[WebRoom]:
        found = await store.read(training.rooms)
        return [WebRoom(key, wording.text("training/room.txt", agency=agency)) for key, agency in found]

    hosts = [f"{name}:{settings.port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    chat, square = make_web(
        store, wording, clock=clock, media=settings.media_dir, hosts=hosts, people=people, rooms=rooms,
        zone=settings.timezone,
    )  # fmt: skip
    lines.adapters[chat.name], lines.channels[square.name] = chat, square
    lines.routes += chat.routes()


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
