"""The line to X: tweepy's client with our address, one warm session, a deadline, and a log without secrets.

tweepy 4.17 keeps the address in its code, opens a session for each request, prints the Authorization header
when debugging, and stumbles over an HTML 503. All of that happens in its `request`, so that one is ours.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import aiohttp
from tweepy.asynchronous import AsyncClient
from tweepy.errors import (
    BadRequest,
    Forbidden,
    HTTPException,
    NotFound,
    TooManyRequests,
    TwitterServerError,
    Unauthorized,
)
from yarl import URL

from adapters.x import dialect
from adapters.x.problem import read_problem
from adapters.x.shape import parsed
from adapters.x.signing import AppKeys, Keys

log = logging.getLogger(__name__)

DEADLINE = 20.0
KEEP_WARM = 90.0
"""Longer than the pause between two polls, so that the next one finds the connection open."""

KINDS = {400: BadRequest, 401: Unauthorized, 403: Forbidden, 404: NotFound, 429: TooManyRequests}


@dataclass(frozen=True, slots=True)
class Answer:
    """What X answered; `payload` is None when it was not JSON. tweepy reads the rest of it as a response."""

    status: int
    reason: str
    headers: Mapping[str, str]
    payload: object

    async def json(self) -> object:
        return self.payload


class Line:
    """What all accounts share: the app's keys, X's address, a warm session, and the names X understands."""

    def __init__(self, app: AppKeys, api_url: str, *, deadline: float = DEADLINE) -> None:
        self.app = app
        self.api_url = api_url.rstrip("/")
        self.says_posts = True
        self._deadline = aiohttp.ClientTimeout(total=deadline)
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def ask_otherwise(self, than: bool) -> None:
        """The names that were asked in are not understood; many ask at once, so only the first of them changes it."""
        self.says_posts = not than

    def session(self) -> aiohttp.ClientSession:
        """Opened at the first call, since it belongs to the running loop."""
        if self._closed:
            raise RuntimeError("this channel has been closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_WARM),
                # X's cookies would tie the agencies' accounts to each other.
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._deadline,
            )
            # It would repeat a GET or DELETE after a broken connection, under a signature that X takes once.
            self._session._retry_connection = False
        return self._session

    async def aclose(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()


class XClient(AsyncClient):  # type: ignore[misc]  # tweepy ships no types
    """tweepy's client for one account; without the account's keys it asks as the app."""

    def __init__(self, line: Line, account: Keys) -> None:
        super().__init__(bearer_token=line.app.bearer_token, return_type=dict)
        self.account = account
        self._line = line

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, object] | None = None,
        json: object = None,
        user_auth: bool = False,
    ) -> Answer:
        """Ask X in the names it understood last; raises tweepy's own exceptions."""
        asked = dict(params or {})
        posts = self._line.says_posts
        try:
            return await self._send(method, route, _worded(asked, posts=posts), json, user_auth)
        except BadRequest as refused:
            problem = read_problem(refused.response.payload)
            if dialect.FIELDS not in asked or not dialect.unknown_to(problem, posts=posts):
                raise
        answer = await self._send(method, route, _worded(asked, posts=not posts), json, user_auth)
        self._line.ask_otherwise(than=posts)
        return answer

    async def upload(self, route: str, form: aiohttp.FormData) -> Answer:
        """Send a form with a file as the account; a form takes no part in the signature either."""
        return await self._send("POST", route, {}, None, True, form)

    async def _send(
        self,
        method: str,
        route: str,
        params: Mapping[str, object],
        json: object,
        user_auth: bool,
        form: aiohttp.FormData | None = None,
    ) -> Answer:
        url = self._line.api_url + route
        if params:
            url += "?" + urlencode(sorted(params.items()), quote_via=quote, safe="")
        headers = {"User-Agent": self.user_agent, "Authorization": self._proof(method, url, user_auth)}
        session = self._line.session()
        exact = URL(url, encoded=True)
        # A redirect would carry the proof to somebody else, so none is followed.
        async with session.request(
            method, exact, json=json, data=form, headers=headers, allow_redirects=False
        ) as response:
            body = await response.read()
        answer = Answer(response.status, response.reason or "", response.headers, parsed(body))
        log.debug("%s %s: %d", method, route, answer.status)
        _raise_for(answer)
        return answer

    def _proof(self, method: str, url: str, user_auth: bool) -> str:
        if user_auth:
            return self.account.proof(method, url, self._line.app)
        return f"Bearer {self._line.app.bearer_token}"


def _worded(asked: Mapping[str, object], *, posts: bool) -> Mapping[str, object]:
    return dialect.as_posts(asked) if posts else asked


def _raise_for(answer: Answer) -> None:
    well = 200 <= answer.status < 300
    if well and isinstance(answer.payload, dict):
        return
    if well or answer.status >= 500:
        raise TwitterServerError(answer, response_json={})
    # tweepy breaks on problems of an unexpected shape; ours are read by `problem` instead.
    raise KINDS.get(answer.status, HTTPException)(answer, response_json={})
