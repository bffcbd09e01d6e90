"""Lists of followers as people have them: JSON lines, a JSON list, CSV, or what they copied from a page.

Broken lines do no harm to the good ones: they are counted and named.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from plugin.registry.matching.reading import Broken, follower_from, read_followers
from plugin.registry.matching.values import Follower

HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z0-9_]{1,15})\b")
ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/([A-Za-z0-9_]{1,15})/?(?:\?\S*)?", re.IGNORECASE
)
BARE = re.compile(r"[A-Za-z0-9_]{1,15}")
COLUMNS: Mapping[str, str] = {
    "username": "username", "handle": "username", "akun": "username", "screen_name": "username",
    "nama akun": "username", "name": "name", "nama": "name", "description": "description",
    "bio": "description", "keterangan": "description", "location": "location", "lokasi": "location",
    "url": "url", "situs": "url", "id": "user_id", "user_id": "user_id", "created_at": "created_at",
    "dibuat": "created_at", "followers_count": "followers_count", "pengikut": "followers_count",
    "following_count": "following_count", "mengikuti": "following_count", "tweet_count": "tweet_count",
    "verified_type": "verified_type",
}  # fmt: skip
NOISE = frozenset(
    {"follow", "following", "followed", "follows you", "ikuti", "mengikuti", "diikuti", "mengikuti anda"}
)
MOST = 100_000


def read_list(text: str) -> Iterator[Follower | Broken]:
    """Every follower in a text of whatever form, or what is wrong with its line; blank lines are passed over."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        yield from read_followers(text.splitlines())
    elif text.startswith("["):
        yield from _json_list(text)
    elif (head := _header(text)) is not None:
        yield from _csv(text, *head)
    else:
        yield from _pasted(text.splitlines())


def _json_list(text: str) -> Iterator[Follower | Broken]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        yield Broken(1, "broken_json")
        return
    for number, each in enumerate(found, 1):
        yield _from(each, number) if isinstance(each, dict) else Broken(number, "not_an_object")


def _header(text: str) -> tuple[str, list[str]] | None:
    first = text.partition("\n")[0].strip()
    for separator in ("\t", ";", ","):
        names = [name.strip().strip('"').casefold() for name in first.split(separator)]
        if any(COLUMNS.get(name) == "username" for name in names):
            return separator, names
    return None


def _csv(text: str, separator: str, names: Sequence[str]) -> Iterator[Follower | Broken]:
    csv.field_size_limit(MOST)
    rows = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=separator)
    try:
        next(rows)
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                yield Broken(rows.line_num, "too_many_cells")
                continue
            row = {COLUMNS[n]: cell for n, cell in zip(names, cells, strict=False) if n in COLUMNS}
            yield _from(row, rows.line_num)
    except csv.Error:
        yield Broken(rows.line_num, "broken_csv")


def _pasted(lines: Sequence[str]) -> Iterator[Follower | Broken]:
    """A page as it was copied: a name, the handle below it, perhaps a description; or a handle on each line."""
    before: list[str] = []
    current: dict[str, str] = {}
    marked = any(HANDLE.search(line) or ADDRESS.search(line) for line in lines)  # else each line is a handle
    for number, line in enumerate(lines, 1):
        words = line.strip()
        if not words or words.casefold() in NOISE:
            continue
        handle, rest = _handle(words, bare=not marked)
        if not handle:
            before.append(words)
            if len(words.split()) > 40 or (not current and len(before) > 1):
                yield Broken(number, "no_username")
            continue
        if current:
            yield _closed(current, before[:-1] if not rest else before)
        current = {"username": handle, "name": rest or (before[-1] if before else "")}
        before = []
    if current:
        yield _closed(current, before)
    elif before:
        yield Broken(len(lines), "no_username")


def _closed(current: Mapping[str, str], below: Sequence[str]) -> Follower:
    return follower_from({**current, "description": " ".join(below)})


def _handle(words: str, *, bare: bool) -> tuple[str, str]:
    """(the handle, the words beside it), or blank where there is none on this line."""
    match = HANDLE.search(words) or ADDRESS.search(words)
    if match is None:
        return (words, "") if bare and BARE.fullmatch(words) and not words.isdigit() else ("", "")
    rest = (words[: match.start()] + " " + words[match.end() :]).strip(" \t,;:|()-–—")
    rest = re.sub(rf"^\s*{re.escape(match[1])}\b", "", rest).strip(" \t,;:|()-–—")
    return match[1], rest


def _from(found: Mapping[str, object], number: int) -> Follower | Broken:
    follower = follower_from(found)
    return follower if follower.username else Broken(number, "no_username")
