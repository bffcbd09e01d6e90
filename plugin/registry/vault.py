"""The tokens of accounts, sealed: who reads the database alone can post as nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from plugin.errors import OperatorError


class Vault:
    """Seals and opens tokens. `keys` are Fernet keys, the newest first; older ones still open.

    Raises OperatorError for a key that is none. Without keys it can be made, so that a desk without connected
    accounts needs none, but neither seals nor opens.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        every = [_fernet(n, key) for n, key in enumerate(keys, 1)]
        self._fernet = MultiFernet(every) if every else None
        self._newest = every[0] if every else None

    @property
    def ready(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def seal(self, account_id: int, tokens: Mapping[str, str]) -> bytes:
        """Tokens for the database. They open only for the account they were sealed for."""
        content = {"account": account_id, "tokens": dict(tokens)}
        return self._keys().encrypt(json.dumps(content, separators=(",", ":")).encode())

    def open(self, account_id: int, sealed: bytes) -> dict[str, str]:
        """What was sealed. Raises OperatorError when no key fits or it was sealed for another account."""
        try:
            content = json.loads(self._keys().decrypt(sealed))
        except InvalidToken:
            raise OperatorError("wrong_key", account=account_id) from None
        if content["account"] != account_id:
            raise OperatorError("moved_tokens", account=account_id)
        tokens: dict[str, str] = content["tokens"]
        return tokens

    def rotate(self, account_id: int, sealed: bytes) -> bytes:
        """The same tokens under the newest key, so that older keys can be retired."""
        return self.seal(account_id, self.open(account_id, sealed))

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest key alone opens this."""
        self._keys()
        assert self._newest is not None
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise OperatorError("no_key")
        return self._fernet


def _fernet(number: int, key: str) -> Fernet:
    try:
        return Fernet(key.strip())
    except ValueError:
        raise OperatorError("bad_key", number=number) from None
