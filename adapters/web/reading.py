"""Reading what a browser sends: everything is checked once, here, and anything odd is turned away."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

ID = re.compile(r"[1-9][0-9]{0,14}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class TurnedAway(Exception):
    """A request that is not answered. `code` names the words for it, `status` is HTTP's."""

    def __init__(self, code: str = "odd", status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


async def json_body(request: Request) -> Mapping[str, Any]:
    """The request's JSON object."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise TurnedAway(status=415)
    try:
        read = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise TurnedAway() from error
    if not isinstance(read, dict):
        raise TurnedAway()
    return read


def words(given: Mapping[str, Any], name: str, *, longest: int, empty: bool = False) -> str:
    """A text somebody wrote, word for word."""
    value = given.get(name)
    if not isinstance(value, str) or not writable(value):
        raise TurnedAway()
    if len(value) > longest:
        raise TurnedAway("too_long", 422)
    if not empty and not value.strip():
        raise TurnedAway("empty", 422)
    return value


def key(given: Mapping[str, Any], name: str) -> str:
    """A key that the browser made."""
    value = given.get(name)
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise TurnedAway()
    return value


def number(given: Mapping[str, Any], name: str) -> int:
    """The number of a message, a post or a change; 0 when none is named."""
    value = given.get(name)
    if value is None or value == "":
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not NUMBER.fullmatch(str(value)[:20]):
        raise TurnedAway()
    return int(value)


def writable(text: str) -> bool:
    """Whether a database can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
