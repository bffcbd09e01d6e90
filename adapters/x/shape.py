"""What X's JSON may hold: anything at all. These take what fits and let the rest go, and never raise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import orjson

LONGEST_ID = 20
"""X's ids are 64-bit numbers; whatever is longer is not one of them."""


def parsed(body: bytes) -> object:
    """The body as JSON, or None when it is something else (X's balancers answer in HTML)."""
    try:
        return orjson.loads(body)
    except ValueError:
        return _lenient(body)


def _lenient(body: bytes) -> object:
    """The same, with what is no strict JSON: halves of surrogate pairs, numbers that are none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def mapping(value: object) -> Mapping[str, object]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Sequence[Mapping[str, object]]:
    """The JSON objects in `value`, when it is a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: object) -> str:
    """`value` if it is text, without what no database stores: NUL and halves of surrogate pairs."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value.replace("\0", "")
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def identity(value: object) -> str:
    """`value` as an id of X, or "" when it cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**LONGEST_ID:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_ID:
        return value
    return ""
