"""Who follows an account, as X tells it: a thousand at a time, each of them charged."""

from __future__ import annotations

import json

from adapters.x.shape import identity, mapping, words
from plugin.errors import Unknown
from plugin.public.values import FollowersPage

PAGE = 1000
FIELDS = "created_at,description,location,name,public_metrics,url,username,verified,verified_type"


def read_count(payload: object) -> int:
    """How many followers somebody has. Raises Unknown when X does not say."""
    metrics = mapping(mapping(mapping(payload).get("data")).get("public_metrics"))
    count = metrics.get("followers_count")
    if not isinstance(count, int) or isinstance(count, bool):
        raise Unknown("no followers_count")
    return count


def read_page(payload: object) -> FollowersPage:
    """One page. Raises Unknown for an answer that is none, so that an empty list is never taken for one."""
    answer = mapping(payload)
    meta, data = mapping(answer.get("meta")), answer.get("data", [])
    if not isinstance(data, list) or "result_count" not in meta:
        raise Unknown("unreadable answer")
    lines = tuple(json.dumps(user, ensure_ascii=False) for user in data if identity(mapping(user).get("id")))
    return FollowersPage(lines, words(meta.get("next_token")))
