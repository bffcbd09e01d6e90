"""What Slack posts to us, as it comes in: bytes, one of a few shapes, or junk."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from adapters.slack.words import clean

Body = dict[str, Any]  # JSON from outside: every reader below checks what it takes out

OTHERS = frozenset({"app_rate_limited", "block_suggestion", "interactive_message", "shortcut", "view_closed"})
"""What Slack may send and we have no use for."""
# Bolt looks into these without asking first what they are.
OBJECTS = ("view", "message", "container", "item", "assistant_thread", "function_data", "previous_message")
NAMED = ("team", "user", "channel", "enterprise")
DEEPEST = 40


class Junk(Exception):
    """Not anything that Slack sends."""


def parse(raw: bytes) -> Body:
    """Read a request's body: JSON, a form, or a form with JSON in its `payload`. Raises Junk.

    Bolt's own reader takes every form that contains the word "payload", even in somebody's text, for the
    last kind, and then for empty; so it is given the result of this one.
    """
    try:
        text = raw.decode()
        if text.lstrip().startswith("{"):
            return _object(json.loads(text))
        form = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100))
        return _object(json.loads(form["payload"])) if "payload" in form else form
    except (ValueError, RecursionError) as error:
        raise Junk(type(error).__name__) from None


def check(body: Body) -> bool:
    """Whether `body` is for us. Raises Junk when it is no shape that Slack sends.

    Bolt gets only what is for us and looks as it should: its own readers stumble over much else.
    """
    kind = "command" if "command" in body else body.get("type")
    if not isinstance(kind, str) or kind not in SHAPES:
        raise Junk("type")
    _check_parts(body, 0)
    if not SHAPES[kind](body):
        raise Junk(kind)
    return kind not in OTHERS and (kind != "event_callback" or word(body, "event", "type") == "app_mention")


def word(body: Body, *path: str) -> str:
    """The string at `path`, or "" when there is none."""
    found = _at(body, path)
    return clean(found) if isinstance(found, str) else ""


def must(body: Body, *path: str) -> str:
    """The string at `path`. Raises Junk when there is none."""
    found = word(body, *path)
    if not found:
        raise Junk(".".join(path))
    return found


def part(body: Body, *path: str) -> Body:
    """The object at `path`, empty when there is none."""
    found = _at(body, path)
    return found if isinstance(found, dict) else {}


def parts(body: Body, name: str) -> list[Body]:
    """The objects in the list `name`."""
    found = body.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _at(body: Body, path: Sequence[str]) -> object:
    """Whatever Slack nested there, or nothing."""
    here: Any = body
    for step in path:
        here = here.get(step) if isinstance(here, dict) else None
    return here


def _object(value: object) -> Body:
    if not isinstance(value, dict):
        raise Junk("not an object")
    return value


def _is_command(body: Body) -> bool:
    return "type" not in body and all(isinstance(value, str) for value in body.values())


def _has_actions(body: Body) -> bool:
    actions = body.get("actions")
    return isinstance(actions, list) and bool(actions) and all(map(_is_action, actions))


def _is_action(action: object) -> bool:
    return isinstance(action, dict) and isinstance(action.get("action_id"), str)


def _check_parts(body: Body, depth: int) -> None:
    for name in OBJECTS:
        if not isinstance(body.get(name), dict | None):
            raise Junk(name)
    for name in NAMED:
        if not isinstance(body.get(name), dict | str | None):
            raise Junk(name)
    authorizations = body.get("authorizations")
    if not isinstance(authorizations, list | None) or not isinstance(body.get("event", {}), dict):
        raise Junk("event")
    for inner in [*(authorizations or []), *(body[n] for n in ("event", *OBJECTS) if body.get(n))]:
        if not isinstance(inner, dict) or depth > DEEPEST:
            raise Junk("authorizations")
        _check_parts(inner, depth + 1)


SHAPES: dict[str, Callable[[Body], bool]] = {
    "command": _is_command,
    "event_callback": lambda body: bool(word(body, "event", "type")),
    "block_actions": _has_actions,
    "view_submission": lambda body: bool(word(body, "view", "callback_id") and word(body, "view", "type")),
    "message_action": lambda body: isinstance(body.get("callback_id"), str),
    "url_verification": lambda body: isinstance(body.get("challenge"), str),
} | dict.fromkeys(OTHERS, lambda body: True)
