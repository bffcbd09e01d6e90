"""Slack's Web API as we call it: one warm session, ten seconds, and only our own errors."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.words import shortened
from plugin.chat.values import Media, MediaRef
from plugin.errors import DeliveryError, Refused, RoomClosed, TryLater, Unknown

Json = dict[str, Any]  # Slack's answers and arguments

TIMEOUT = aiohttp.ClientTimeout(total=10)
WARM = 45.0
"""Seconds that an idle connection is kept: a new one costs two round trips more."""
BAD_TOKEN = frozenset(
    {
        "account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "org_login_required",
        "team_access_not_granted", "token_expired", "token_revoked",
    }
)  # fmt: skip
# Slack says of these that a part of the operation may have succeeded.
PERHAPS_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
# Slack's words for a channel that takes nothing from us: archived, deleted, or the app was removed.
CLOSED = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
BUSY = frozenset({"ratelimited", "rate_limited", "service_unavailable"})


class Web:
    """Calls Slack. The session is opened at the first call, inside the loop that then runs."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.health = "ok"
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    def session(self) -> aiohttp.ClientSession:
        """The one session for everything that goes to Slack."""
        if self._is_closed:
            raise Refused("closed")
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=WARM)
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, connector=connector)
            self.client.session = self._session
        return self._session

    async def call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], *, whose: str = "bot", **arguments: Any
    ) -> Json:
        """Call one of the client's methods. `whose` token it uses is only said when Slack refuses it.

        Raises TryLater, Refused or Unknown.
        """
        self.session()
        try:
            with translated():
                answer = await method(**arguments)
        except DeliveryError as error:
            self.health = _ailment(error, whose) or self.health
            raise
        self.health = "ok"
        return answer.data if isinstance(answer.data, dict) else {}

    async def reply(self, url: str, body: Json) -> None:
        """Answer through a response_url. Bolt would open a new connection for it."""
        with translated():
            async with self.session().post(url, json=body, proxy=self.client.proxy) as answer:
                _check_status(answer)

    async def share(self, file: Media, channel: str, thread: str) -> None:
        """Put a picture or another file into the channel, or into the thread there."""
        ticket = await self.call(
            self.client.files_getUploadURLExternal,
            filename=file.name or "gambar",
            length=len(file.content),
            alt_txt=shortened(file.alt, 1000) or None,
        )
        with translated():
            url, content = str(ticket["upload_url"]), file.content
            async with self.session().post(url, data=content, proxy=self.client.proxy) as answer:
                _check_status(answer)
        await self.call(
            self.client.files_completeUploadExternal,
            files=[{"id": ticket["file_id"], "title": file.alt or file.name}],
            channel_id=channel,
            thread_ts=thread or None,
        )

    async def fetch(self, media: MediaRef, most_bytes: int) -> Media:
        """Fetch a file with our token: from Slack's own hosts and no other, and not where they redirect to."""
        if not self._is_slacks(media.key):
            raise Refused("not_a_slack_file")
        headers = {"Authorization": f"Bearer {self.client.token}"}
        with translated():
            async with self.session().get(
                media.key, headers=headers, allow_redirects=False, proxy=self.client.proxy
            ) as answer:
                _check_status(answer)
                if answer.content_type == "text/html" and media.mime != "text/html":
                    raise Refused("no_access")  # Slack shows its login page to whom it does not know
                content = await _read(answer, most_bytes)
                mime = media.mime or answer.content_type
        return Media(unquote(urlsplit(media.key).path.rpartition("/")[2]), mime, content)

    async def aclose(self) -> None:
        self._is_closed = True
        if self._session is not None:
            await self._session.close()

    def _is_slacks(self, url: str) -> bool:
        try:
            parts, api = urlsplit(url), urlsplit(self.client.base_url)
            if (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
                return True
            host, port, user = parts.hostname or "", parts.port, parts.username
        except ValueError:
            return False
        is_plain = parts.scheme == "https" and port in (None, 443) and user is None
        return is_plain and (host == "slack.com" or host.endswith(".slack.com"))


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Slack's and the network's errors as ours. The originals are not kept: they quote what was sent."""
    try:
        yield
    except SlackApiError as error:
        raise _meaning(error) from None
    except SlackRequestError:
        raise Refused("invalid_request") from None
    except aiohttp.ClientConnectorError:
        raise TryLater(5, "no connection") from None  # nothing was sent
    except aiohttp.InvalidURL:
        raise Refused("invalid_url") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unknown(type(error).__name__) from None
    except (AttributeError, ValueError):
        # slack_sdk stumbles over an answer that is not JSON, or JSON but not an object.
        raise Unknown("not an answer of Slack's") from None


def _meaning(error: SlackApiError) -> DeliveryError:
    answer = error.response
    if not isinstance(answer, AsyncSlackResponse) or not isinstance(answer.data, dict):
        return Unknown("not an answer of Slack's")
    code = str(answer.data.get("error") or "")[:80]
    if answer.status_code == 429 or code in BUSY:
        return TryLater(_seconds(answer.headers.get("Retry-After", "")), code)
    if answer.status_code >= 500 or code in PERHAPS_DONE or not code:
        return Unknown(code or f"HTTP {answer.status_code}")
    if code in CLOSED:
        return RoomClosed(code)
    needed = str(answer.data.get("needed") or "")[:80]
    return Refused(f"{code}: {needed}" if needed else code)


def _check_status(answer: aiohttp.ClientResponse) -> None:
    if answer.status == 429:
        raise TryLater(_seconds(answer.headers.get("Retry-After", "")))
    if answer.status >= 500:
        raise Unknown(f"HTTP {answer.status}")
    if answer.status == 404:
        raise Refused("not_found")
    if answer.status != 200:
        raise Refused(f"HTTP {answer.status}")


def _ailment(error: DeliveryError, whose: str) -> str:
    match error:
        case Refused(why=why) if why in BAD_TOKEN:
            return f"Slack refuses the {whose} token ({why})"
        case Refused(why=why) if why.startswith("missing_scope"):
            return f"a permission is missing on Slack ({why})"
        case Unknown() | TryLater(why="no connection"):
            return "Slack does not answer"
    return ""


def _seconds(figure: str) -> float:
    return float(figure) if figure.isdecimal() and len(figure) < 7 else 30.0


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    if (answer.content_length or 0) > most_bytes:
        raise Refused("too_large")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        content += chunk
        if len(content) > most_bytes:
            raise Refused("too_large")
    return bytes(content)
