"""Sealed tokens open with the right key, for the right account, and otherwise say what to do."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from plugin.errors import OperatorError
from plugin.registry.vault import Vault

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
TOKENS = {"access_token": "at-1234", "access_secret": "as-5678"}


def test_what_is_sealed_opens_again() -> None:
    vault = Vault([NEW])
    sealed = vault.seal(7, TOKENS)

    assert vault.open(7, sealed) == TOKENS
    assert b"at-1234" not in sealed


def test_tokens_cannot_be_moved_to_another_account() -> None:
    vault = Vault([NEW])

    with pytest.raises(OperatorError) as caught:
        vault.open(8, vault.seal(7, TOKENS))

    assert (caught.value.code, caught.value.values) == ("moved_tokens", {"account": 8})


def test_keys_rotate_without_losing_anything() -> None:
    sealed = Vault([OLD]).seal(7, TOKENS)
    fresh = Vault([NEW, OLD]).rotate(7, sealed)

    assert Vault([NEW, OLD]).open(7, sealed) == TOKENS
    assert Vault([NEW]).open(7, fresh) == TOKENS


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"\xff\0"])
def test_what_no_key_opens_is_said_without_any_secret(content: bytes | None) -> None:
    sealed = Vault([OLD]).seal(7, TOKENS) if content is None else content

    with pytest.raises(OperatorError) as caught:
        Vault([NEW, OTHER]).open(7, sealed)

    assert (caught.value.code, caught.value.values) == ("wrong_key", {"account": 7})
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("key", ["", "short", "ä" * 44])
def test_a_key_that_is_none_is_named_by_its_place_only(key: str) -> None:
    with pytest.raises(OperatorError) as caught:
        Vault([NEW, key])

    assert (caught.value.code, caught.value.values) == ("bad_key", {"number": 2})


def test_without_keys_a_desk_runs_until_it_needs_one() -> None:
    vault = Vault([])

    with pytest.raises(OperatorError, match="no_key"):
        vault.seal(7, TOKENS)
    with pytest.raises(OperatorError, match="no_key"):
        vault.open(7, b"")
