"""Followers arrive as JSON lines from many hands: fields are missing, numbers are text, some lines are broken."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from plugin.registry.matching.values import Follower

LONGEST = 1000  # no profile's text is longer, so what is longer is not one


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that could not be read, and why: `broken_json`, `not_an_object` or `no_username`."""

    line: int
    reason: str


def read_followers(lines: Iterable[str]) -> Iterator[Follower | Broken]:
    """Each line's follower, or what is wrong with the line. Blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        text = line.strip().lstrip("\ufeff")
        if text:
            yield _read(number, text)


def _read(number: int, text: str) -> Follower | Broken:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Broken(number, "broken_json")
    if not isinstance(found, dict):
        return Broken(number, "not_an_object")
    follower = follower_from(found)
    return follower if follower.username else Broken(number, "no_username")


def follower_from(found: Mapping[str, object]) -> Follower:
    """The follower in an object as X gives it, or as somebody typed it."""
    metrics = found.get("public_metrics")
    figures = {**found, **metrics} if isinstance(metrics, dict) else found
    return Follower(
        username=_text(found.get("username")).lstrip("@").strip(),
        name=_text(found.get("name")),
        description=_text(found.get("description")),
        location=_text(found.get("location")),
        url=_text(found.get("url")),
        user_id=_text(found.get("user_id") or found.get("id")),
        created_at=_day(found.get("created_at")),
        followers=_number(figures.get("followers_count")),
        following=_number(figures.get("following_count")),
        tweets=_number(figures.get("tweet_count")),
        default_image=found.get("default_profile_image") is True,
        government_mark=found.get("verified_type") == "government",
        blue_mark=found.get("verified_type") == "blue",
    )


def _text(value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    text = str(value)[:LONGEST].encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFKC", text).strip()


def _number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
