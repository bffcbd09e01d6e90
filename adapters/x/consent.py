"""How whoever holds an account lets us in: OAuth 2.0 with PKCE, for an app that keeps a secret.

X's code is good for 30 seconds, its access tokens for two hours, its refresh tokens once. Whoever shows a refresh
token a second time has the whole family of tokens revoked, so no library may renew by itself here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import aiohttp

from adapters.x.client import Answer, Line
from adapters.x.shape import mapping, parsed, words
from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.public.values import Granted

READS = ("tweet.read", "users.read", "offline.access")
WRITES = ("tweet.write", "media.write")
OURS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})
"""What X says when the app's own id or secret is wrong: no account is to blame for that."""
LONGEST_LIFE = 60 * 60 * 24 * 366


@dataclass(frozen=True, slots=True)
class Client:
    """The operator's app, as OAuth 2.0 knows it. `pages` is where people log in."""

    id: str = ""
    secret: str = field(repr=False, default="")
    pages: str = "https://x.com"

    def __bool__(self) -> bool:
        return bool(self.id and self.secret)

    def proof(self) -> str:
        """The Basic header of a confidential client."""
        pair = f"{quote(self.id, safe='')}:{quote(self.secret, safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


class Consent:
    """The four steps, over the line that all accounts share."""

    def __init__(self, line: Line, client: Client) -> None:
        self._line = line
        self._client = client

    def url(self, state: str, challenge: str, back: str, *, writes: bool) -> str:
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": back,
            "scope": " ".join([*READS, *(WRITES if writes else ())]),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._client.pages.rstrip('/')}/i/oauth2/authorize?" + urlencode(asked, quote_via=quote)

    async def redeem(self, code: str, verifier: str, back: str) -> Granted:
        return await self._tokens(
            grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=back
        )

    async def renew(self, tokens: Mapping[str, str]) -> Granted:
        if not tokens.get("refresh_token"):
            raise Refused("disconnected")
        return await self._tokens(grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    async def give_up(self, tokens: Mapping[str, str]) -> None:
        for kind in ("refresh_token", "access_token"):
            if tokens.get(kind):
                await self._post("/2/oauth2/revoke", token=tokens[kind], token_type_hint=kind)

    async def _tokens(self, **asked: str) -> Granted:
        said = mapping((await self._post("/2/oauth2/token", **asked)).payload)
        access, refresh = words(said.get("access_token")), words(said.get("refresh_token"))
        if not (access and refresh):
            raise Unknown("no tokens in the answer")
        lasts = said.get("expires_in")
        fit = isinstance(lasts, int) and not isinstance(lasts, bool) and 0 < lasts < LONGEST_LIFE
        tokens = {"token_type": "bearer", "access_token": access, "refresh_token": refresh}
        return Granted(tokens, float(lasts) if fit and isinstance(lasts, int) else 7200.0)

    async def _post(self, path: str, **asked: str) -> Answer:
        """Never repeated here, and nothing of it is logged: the body is made of secrets."""
        headers = {"Authorization": self._client.proof()}
        try:
            async with self._line.session().post(
                self._line.api_url + path, data=asked, headers=headers, allow_redirects=False
            ) as response:
                body = await response.read()
        except TimeoutError as error:
            raise Unknown("timeout") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unknown("connection broken") from error
        answer = Answer(response.status, response.reason or "", response.headers, parsed(body))
        if answer.status != 200:
            raise _trouble(answer)
        return answer


def _trouble(answer: Answer) -> DeliveryError:
    """Only a clear word of X's about the token ends a connection; a proxy's page, or X's own trouble, does not."""
    code = words(mapping(answer.payload).get("error"))
    if answer.status == 429:
        return TryLater(_seconds(answer.headers))
    if answer.status == 400 and code and code not in OURS:
        return Refused("disconnected")
    if code or answer.status in (401, 403):
        return Refused("forbidden")
    return Unknown(f"HTTP {answer.status}")


def _seconds(headers: Mapping[str, str]) -> float:
    figure = headers.get("x-rate-limit-reset", "")
    if not (figure.isascii() and figure.isdigit() and len(figure) <= 11):
        return 60.0
    return min(max(1.0, int(figure) - datetime.now(UTC).timestamp()), 3600.0)
