"""How a request proves whose it is: an agency's account by OAuth 1.0a or a bearer token of its own, or the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from oauthlib.common import generate_nonce, generate_timestamp  # type: ignore[import-untyped]  # ships no types
from oauthlib.oauth1.rfc5849 import Client, parameters, signature  # type: ignore[import-untyped]  # ships no types


@dataclass(frozen=True, slots=True)
class AppKeys:
    """The operator's app on X: without these nobody reads or writes."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    bearer_token: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """What an account gave the app by OAuth 1.0a: it holds until it is revoked."""

    token: str = field(repr=False, default="")
    secret: str = field(repr=False, default="")

    @property
    def unlimited(self) -> bool:
        """Whether they open all that the app may do, not only what their account consented to by name."""
        return bool(self)

    def __bool__(self) -> bool:
        return bool(self.token and self.secret)

    def proof(self, method: str, url: str, app: AppKeys) -> str:
        """The Authorization header of this request."""
        return signed(method, url, app, self)


@dataclass(frozen=True, slots=True)
class BearerKeys:
    """What an account gave the app by OAuth 2.0: it holds for two hours."""

    token: str = field(repr=False)

    @property
    def unlimited(self) -> bool:
        """They open what stands among the scopes that `consent` asks for."""
        return False

    def __bool__(self) -> bool:
        return bool(self.token)

    def proof(self, method: str, url: str, app: AppKeys) -> str:
        """The Authorization header of this request: the same for all of them."""
        return f"Bearer {self.token}"


Keys = AccountKeys | BearerKeys


def keys_in(tokens: Mapping[str, str]) -> Keys:
    """An account's keys as they are kept, whichever way it was connected; empty where it is not."""
    access = tokens.get("access_token", "")
    if tokens.get("token_type") == "bearer":
        return BearerKeys(access)
    return AccountKeys(access, tokens.get("access_token_secret", ""))


def signed(method: str, url: str, app: AppKeys, account: AccountKeys) -> str:
    """The Authorization header with which `account` asks this.

    Made from oauthlib's parts and not by its `Client.sign`, which writes the token to the debug log.
    A JSON body takes no part in the signature.
    """
    said = [
        ("oauth_consumer_key", app.consumer_key),
        ("oauth_nonce", generate_nonce()),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", generate_timestamp()),
        ("oauth_token", account.token),
        ("oauth_version", "1.0"),
    ]
    asked = signature.collect_parameters(uri_query=urlsplit(url).query)
    base = signature.signature_base_string(
        method, signature.base_string_uri(url), signature.normalize_parameters(asked + said)
    )
    signer = Client(app.consumer_key, app.consumer_secret, account.token, account.secret)
    proof = signature.sign_hmac_sha1_with_client(base, signer)
    header: str = parameters.prepare_headers([*said, ("oauth_signature", proof)])["Authorization"]
    return header
