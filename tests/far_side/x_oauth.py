"""X's OAuth 2.0, as strict as X: PKCE proved, codes good once and for 30 seconds, refresh tokens good once.

Whoever shows a refresh token a second time has everything revoked that came of the same consent.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from aiohttp import web

from plugin.clock import Clock

CODE_LASTS = timedelta(seconds=30)
ACCESS_LASTS = timedelta(hours=2)
KNOWN_SCOPES = {
    "tweet.read", "tweet.write", "users.read", "offline.access", "media.write", "tweet.moderate.write",
    "dm.read", "dm.write", "follows.read",
}  # fmt: skip
READS, WRITES = {"tweet.read", "users.read"}, {"tweet.read", "tweet.write", "users.read"}
NEEDED = {
    "GET /2/users/{id}/followers": READS | {"follows.read"},
    "POST /2/tweets": WRITES, "DELETE /2/tweets/{id}": WRITES,
    "POST /2/media/upload": {"media.write"}, "POST /2/media/metadata": {"media.write"},
}  # fmt: skip
"""What a token must have been consented to; everything else that can be asked needs `READS`."""


@dataclass
class Code:
    """Given to whoever consented."""

    user: str
    challenge: str
    back: str
    scopes: frozenset[str]
    at: datetime


@dataclass
class Family:
    """All tokens that came of one consent."""

    user: str
    scopes: frozenset[str]
    alive: bool = True
    refresh: str = ""


@dataclass
class OAuth:
    """The app as X knows it, and everything it was given. `used_again` counts refresh tokens shown twice."""

    clock: Clock
    client_id: str = "Y2xpZW50LWlk:1"
    client_secret: str = "client-secret/+="
    callbacks: set[str] = field(default_factory=set)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, tuple[Family, datetime]] = field(default_factory=dict)
    refreshes: dict[str, Family] = field(default_factory=dict)
    renewed: int = 0
    used_again: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # -- the page where people log in ------------------------------------------------------------------

    def consent(self, url: str, user: str) -> str:
        """Somebody logged in as `user` follows the link and allows it; where they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self._check(url, asked)
        code = f"code-{next(self._numbers)}"
        self.codes[code] = Code(
            user,
            asked["code_challenge"],
            asked["redirect_uri"],
            frozenset(asked["scope"].split()),
            self.clock(),
        )
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def deny(self, url: str) -> str:
        """Somebody presses Cancel."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self._check(url, asked)
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'error': 'access_denied'})}"

    def _check(self, url: str, asked: Mapping[str, str]) -> None:
        """X shows "Something went wrong" and sends nobody back; a test sees it at once."""
        assert urlsplit(url).path == "/i/oauth2/authorize"
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert asked["redirect_uri"] in self.callbacks, "the callback is not entered at X, letter by letter"
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["code_challenge"]) == 43
        assert len(asked["state"]) >= 32
        assert set(asked["scope"].split()) <= KNOWN_SCOPES

    # -- the endpoints ---------------------------------------------------------------------------------

    async def token(self, request: web.Request) -> web.Response:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        if not self._is_client(request):
            return _error(401, "unauthorized_client", "Missing valid authorization header")
        if form.get("grant_type") == "authorization_code":
            return self._redeem(form)
        if form.get("grant_type") == "refresh_token":
            return self._renew(form)
        return _error(400, "unsupported_grant_type", "")

    async def revoke(self, request: web.Request) -> web.Response:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        if not self._is_client(request):
            return _error(401, "unauthorized_client", "Missing valid authorization header")
        family = (
            self.refreshes.get(form.get("token", "")) or self.access.get(form.get("token", ""), (None,))[0]
        )
        if family is not None:
            family.alive = False
        return web.json_response({"revoked": True})

    def owner(self, token: str) -> str | None:
        """Whose access token this is, while it holds."""
        family, until = self.access.get(token, (None, self.clock()))
        return family.user if family is not None and family.alive and until > self.clock() else None

    def may(self, token: str, route: str) -> bool:
        """Whether all that the route needs was consented to."""
        return self.access[token][0].scopes >= NEEDED.get(route, READS)

    def granted(self, user: str, scopes: Collection[str]) -> str:
        """An access token for what somebody consented to elsewhere."""
        token = f"access-{next(self._numbers)}"
        self.access[token] = Family(user, frozenset(scopes)), self.clock() + ACCESS_LASTS
        return token

    def revoke_all(self, user: str) -> None:
        """The account's holder takes everything back in X's settings."""
        for family in self.refreshes.values():
            if family.user == user:
                family.alive = False

    def _redeem(self, form: Mapping[str, str]) -> web.Response:
        code = self.codes.pop(form.get("code", ""), None)
        proved = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        well = (
            code is not None
            and self.clock() - code.at <= CODE_LASTS
            and form.get("redirect_uri") == code.back
            and proved.rstrip(b"=").decode() == code.challenge
        )
        if not well or code is None:
            return _error(400, "invalid_request", "Value passed for the authorization code was invalid.")
        return self._give(Family(code.user, code.scopes))

    def _renew(self, form: Mapping[str, str]) -> web.Response:
        token = form.get("refresh_token", "")
        family = self.refreshes.get(token)
        if family is not None and family.refresh != token:
            self.used_again += 1
            family.alive = False
        if family is None or not family.alive:
            return _error(400, "invalid_request", "Value passed for the token was invalid.")
        self.renewed += 1
        return self._give(family)

    def _give(self, family: Family) -> web.Response:
        number = next(self._numbers)
        access, refresh = f"access-{number}", f"refresh-{number}"
        self.access[access] = family, self.clock() + ACCESS_LASTS
        said: dict[str, object] = {
            "token_type": "bearer", "expires_in": int(ACCESS_LASTS.total_seconds()), "access_token": access,
            "scope": " ".join(sorted(family.scopes)),
        }  # fmt: skip
        if "offline.access" in family.scopes:
            family.refresh = refresh
            self.refreshes[refresh] = family
            said["refresh_token"] = refresh
        return web.json_response(said)

    def _is_client(self, request: web.Request) -> bool:
        kind, _, rest = request.headers.get("Authorization", "").partition(" ")
        if kind != "Basic":
            return False
        name, _, secret = base64.b64decode(rest).decode().partition(":")
        return (unquote(name), unquote(secret)) == (self.client_id, self.client_secret)


def _error(status: int, code: str, said: str) -> web.Response:
    return web.json_response({"error": code, "error_description": said}, status=status)
