"""How X checks who asks: OAuth 1.0a after RFC 5849, without the library that our side signs with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from aiohttp import web

PART = re.compile(r'\s*(\w+)="([^"]*)"\s*')
WINDOW = 300


@dataclass
class Gate:
    """Knows the app's keys and the accounts' tokens; remembers nonces, since X takes none twice."""

    consumer_key: str
    consumer_secret: str
    bearer_token: str
    now: Callable[[], float]
    secrets: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    bearer: Callable[[str], str | None] = lambda token: None

    def enter(self, request: web.Request) -> str | None:
        """The account's user id, "" for the app itself, None for nobody."""
        kind, _, rest = request.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer":
            app = hmac.compare_digest(rest.encode(), self.bearer_token.encode())
            return "" if app else self.bearer(rest)
        return self._account(request, rest) if kind == "OAuth" else None

    def _account(self, request: web.Request, header: str) -> str | None:
        said = {unquote(m[1]): unquote(m[2]) for part in header.split(",") if (m := PART.fullmatch(part))}
        proof = said.pop("oauth_signature", "")
        token, nonce = said.get("oauth_token", ""), said.get("oauth_nonce", "")
        known = (
            said.get("oauth_consumer_key") == self.consumer_key
            and said.get("oauth_signature_method") == "HMAC-SHA1"
            and abs(int(said.get("oauth_timestamp", "0")) - self.now()) < WINDOW
            and token in self.secrets
            and nonce not in self.nonces
        )
        if not known or not hmac.compare_digest(proof, self._proof(request, said, token)):
            return None
        self.nonces.add(nonce)
        return self.owners[token]

    def _proof(self, request: web.Request, said: Mapping[str, str], token: str) -> str:
        address = urlsplit(f"{request.scheme}://{request.host}{request.raw_path}")
        asked = parse_qsl(address.query, keep_blank_values=True)
        pairs = sorted((_safe(k), _safe(v)) for k, v in [*asked, *said.items()])
        base = "&".join(
            _safe(part)
            for part in (
                request.method,
                f"{address.scheme}://{address.netloc.lower()}{address.path}",
                "&".join(f"{k}={v}" for k, v in pairs),
            )
        )
        key = f"{_safe(self.consumer_secret)}&{_safe(self.secrets[token])}"
        return base64.b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha1)).decode()


def _safe(text: str) -> str:
    return quote(text, safe="-._~")
