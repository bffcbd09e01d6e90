"""How requests reach the Bot API: over one pool of warm connections.

The library's own transport (httpx) needs more than twice the time for an answer, and writes each URL, with
the bot's token in it, to the log. This one writes nothing.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from adapters.telegram.trouble import NotConnected, Throttled, TooLarge
from plugin.errors import Refused

CONNECT = 10.0
READ = 20.0
UPLOAD = 60.0
KEEPALIVE = 45.0


class PooledRequest(BaseRequest):
    """The library's transport, on aiohttp. Errors raised here never carry a URL."""

    def __init__(self, *, read_timeout: float = READ) -> None:
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        """Nothing to do: the pool is opened by the first request."""

    async def shutdown(self) -> None:
        """Close the pool. Safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; the answer's status (Telegram's own, where the two differ) and its body."""
        wait = read_timeout if isinstance(read_timeout, int | float) else self._read_timeout
        if request_data is not None and request_data.contains_files:
            wait += UPLOAD
        sending = self._open(url).request(
            method, url, timeout=_patience(wait), allow_redirects=False, **_body(request_data)
        )
        try:
            async with sending as response:
                return _answer(response.status, await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotConnected("not connected") from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None

    async def download(self, url: str, *, most_bytes: int) -> bytes:
        """Fetch a file; Refused as soon as it proves larger than `most_bytes`."""
        content = bytearray()
        try:
            getting = self._open(url).get(url, timeout=_patience(UPLOAD), allow_redirects=False)
            async with getting as response:
                if 400 <= response.status < 500:
                    raise Refused("file_not_found")
                if response.status != 200:
                    raise NetworkError("no file")
                async for chunk in response.content.iter_chunked(64 * 1024):
                    content += chunk
                    if len(content) > most_bytes:
                        raise Refused("too_large")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NetworkError(type(error).__name__) from None
        return bytes(content)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:  # Any: the shape is Telegram's
        """Read an answer. (The library's own version writes what it cannot read to the log.)"""
        try:
            read = json.loads(payload)
        except ValueError:
            raise TelegramError("unreadable answer") from None
        if not isinstance(read, dict):
            raise TelegramError("unreadable answer")
        return read

    def _open(self, url: str) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=40, keepalive_timeout=KEEPALIVE, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=_proxy(url),
            )
        return self._session


def _patience(read: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=CONNECT + read, connect=CONNECT, sock_connect=CONNECT, sock_read=read)


def _body(data: RequestData | None) -> dict[str, Any]:  # Any: keyword arguments of aiohttp's own
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": json.dumps(data.parameters), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}


def _answer(status: int, body: bytes) -> tuple[int, bytes]:
    """Some gateways answer 200 with `ok: false` inside; Telegram's own code is what counts."""
    if status == 429:
        raise Throttled(_retry_after(body))
    if status == 413:
        raise TooLarge("too large")
    if status == 200 and not body.startswith(b'{"ok":true'):
        read = PooledRequest.parse_json_payload(body)
        if read.get("ok") is not True or "result" not in read:
            code = read.get("error_code")
            return _answer(code if isinstance(code, int) and code != 200 else 500, body)
    return status, body


def _retry_after(body: bytes) -> float:
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0


def _proxy(url: str) -> str | None:
    """The operator's proxy, as the environment names it; looked up once, not at each request."""
    there = urlsplit(url)
    if there.hostname is None or proxy_bypass(there.hostname):
        return None
    return getproxies().get(there.scheme)
