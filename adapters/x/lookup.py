"""What X says when it is asked for posts by their ids: which it shows, and why it does not show the others."""

from __future__ import annotations

from typing import Literal

from adapters.x.shape import identity, mapping, mappings, words

State = Literal["there", "gone", "hidden"]

LOOKED_UP = 100
"""As many ids as X takes in one question."""

MISSING: dict[str, State] = {"resource-not-found": "gone", "not-authorized-for-resource": "hidden"}
"""The last word of a problem's type. Whatever else X says of a post tells nothing about it."""


def read_lookup(payload: object) -> dict[str, State]:
    """Each post that X says something clear of; never raises."""
    top = mapping(payload)
    found: dict[str, State] = {}
    for problem in mappings(top.get("errors")):
        key = identity(problem.get("resource_id")) or identity(problem.get("value"))
        state = MISSING.get(words(problem.get("type")).rpartition("/")[2])
        if key and state:
            found[key] = state
    shown = (identity(post.get("id")) for post in mappings(top.get("data")))
    return found | {key: "there" for key in shown if key}


def withdrawn(payload: object) -> bool:
    """Whether X says that it deleted the post."""
    return mapping(mapping(payload).get("data")).get("deleted") is True
