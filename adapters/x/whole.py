"""Whether a page tells what was asked: X passes over names that it does not know, with 200 and not a word."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.x.read import referenced, versions
from adapters.x.shape import identity, mapping, mappings

EVERY_POST = ("author_id", "conversation_id", "created_at")
"""What no post is without, where it was asked for."""


def lacking(payload: object, fields: str) -> list[str]:
    """Which of the fields (in the old names) X should have told, and has not.

    What a single post answers X may keep to itself. But where some stand in a conversation that another began,
    and not one says what it answers, X was not asked in its words.
    """
    asked = fields.split(",")
    posts = [post for post in mappings(mapping(payload).get("data")) if identity(post.get("id"))]
    found = [name for name in EVERY_POST if name in asked and not all(post.get(name) for post in posts)]
    if "referenced_tweets" in asked and any(map(_joins_others, posts)) and not any(map(referenced, posts)):
        found.append("referenced_tweets")
    return found


def _joins_others(post: Mapping[str, object]) -> bool:
    began = identity(post.get("conversation_id"))
    return bool(began) and began != identity(post.get("id")) and began not in versions(post)
