"""The square on the far side: accounts and posts as X keeps and shows them, in either family of names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any  # JSON as X writes it

from adapters.x.measure import ruler, weigh

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
NAMED = re.compile(r"(?<!\w)@(\w{1,15})", re.ASCII)
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
Json = dict[str, Any]  # JSON as X writes it


@dataclass
class User:
    id: str
    handle: str
    verified_type: str = "none"
    followers: int = 31
    location: str = "Kebumen"
    suspended: bool = False
    protected: bool = False
    gone: bool = False


@dataclass
class Written:
    """A post as its author typed it, before X makes anything of it."""

    id: str
    author: str
    said: str
    at: datetime
    conversation: str
    replied_to: str = ""
    quoted: str = ""
    reposted: str = ""
    implicit: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    place: str = ""
    deleted: bool = False
    versions: tuple[str, ...] = ()
    refs: Json = field(default_factory=dict)


class World:
    """All users, posts and photos, and how X writes them as JSON."""

    def __init__(self, base_url: str = "") -> None:
        self.base_url = base_url
        self.users: dict[str, User] = {}
        self.posts: dict[str, Written] = {}
        self.photos: dict[str, bytes] = {}
        self.alts: dict[str, str] = {}
        self.named: dict[str, list[Written]] = {}
        self.own: dict[str, list[Written]] = {}
        self._last = 0

    def next_id(self, at: datetime) -> str:
        self._last = max(self._last + 1, (at - EPOCH) // timedelta(milliseconds=1) << 22 | 1)
        return str(self._last)

    def user(self, handle: str, at: datetime, **facts: Any) -> User:  # facts are User's own fields
        found = next((u for u in self.users.values() if u.handle.lower() == handle.lower()), None)
        if found is None:
            found = User(self.next_id(at), handle, **facts)
            self.users[found.id] = found
        return found

    def add(self, post: Written) -> str:
        self.posts[post.id] = post
        self.own.setdefault(post.author, []).append(post)
        for user in self.explicit(post) | set(post.implicit):
            self.named.setdefault(user, []).append(post)
        return post.id

    def explicit(self, post: Written) -> set[str]:
        """Whom the author named in the body."""
        by_handle = {u.handle.lower(): u.id for u in self.users.values()}
        return {by_handle[n] for n in (m[1].lower() for m in NAMED.finditer(post.said)) if n in by_handle}

    # -- how X writes it ------------------------------------------------------------------------------

    def post_json(self, post: Written, fields: Iterable[str], noun: str) -> Json:
        """Only what was asked for, as X does."""
        full_text, entities = self._text(post, post.said)
        long = weigh(post.said) > 280
        text, short = self._text(post, post.said[:274] + "…") if long else (full_text, entities)
        made: Json = {"id": post.id, "text": text, f"edit_history_{noun}_ids": [*post.versions, post.id]}
        can: Json = {
            "author_id": post.author,
            "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conversation_id": post.conversation,
            "entities": short,
            f"referenced_{noun}s": self._references(post),
            f"note_{noun}": {"text": full_text, "entities": entities} if long else None,
            "attachments": {"media_keys": list(post.photos)} if post.photos else None,
            "geo": {"place_id": "p1"} if post.place else None,
            "in_reply_to_user_id": self.posts[post.replied_to].author if post.replied_to else None,
        }
        return made | {name: can[name] for name in fields if can.get(name)}

    def _references(self, post: Written) -> list[Json]:
        named = (("replied_to", post.replied_to), ("quoted", post.quoted), ("retweeted", post.reposted))
        return [{"type": kind, "id": key} for kind, key in named if key]

    def _text(self, post: Written, said: str) -> tuple[str, Json]:
        """Leading @names of an answer, links through t.co, three signs escaped; indices into the result."""
        said = unicodedata.normalize("NFC", said)
        prefix = "".join(f"@{self.users[u].handle} " for u in post.implicit)
        links = ruler().extract_urls_with_indices(said)
        text, urls, at = prefix, [], 0
        for number, link in enumerate(links):
            start, end = link["indices"]
            text += said[at:start].translate(ESCAPES)
            urls.append(self._link(post, number, len(text), link["url"]))
            text += urls[-1]["url"]
            at = end
        text += said[at:].translate(ESCAPES)
        if post.photos:  # one link stands for all of them
            text += " " if text else ""
            photo = self._link(post, len(links), len(text), f"https://x.com/i/status/{post.id}/photo/1")
            urls.append(photo | {"media_key": post.photos[0], "display_url": f"pic.x.com/{post.id}"})
            text += photo["url"]
        entities = {"urls": urls, "mentions": list(self._mentions(text))}
        return text, {name: found for name, found in entities.items() if found}

    def _link(self, post: Written, number: int, at: int, url: str) -> Json:
        short = "https://t.co/" + hashlib.sha256(f"{post.id} {number}".encode()).hexdigest()[:10]
        whole = url if "://" in url else f"http://{url}"
        display = whole.partition("://")[2]
        display = display if len(display) <= 27 else display[:26] + "…"
        return {
            "start": at,
            "end": at + len(short),
            "url": short,
            "expanded_url": whole,
            "display_url": display,
        }

    def _mentions(self, text: str) -> Iterator[Json]:
        for found in NAMED.finditer(text):
            user = next((u for u in self.users.values() if u.handle.lower() == found[1].lower()), None)
            if user:
                yield {"start": found.start(), "end": found.end(), "username": user.handle, "id": user.id}

    def user_json(self, user: User, fields: Iterable[str]) -> Json:
        made = {"id": user.id, "name": user.handle.title(), "username": user.handle}
        can: Json = {
            "created_at": "2015-08-17T02:00:00.000Z",
            "location": user.location,
            "public_metrics": {"followers_count": user.followers, "following_count": 3, "tweet_count": 9},
            "verified_type": user.verified_type,
            "verified": user.verified_type != "none",
        }
        return made | {name: can[name] for name in fields if name in can}

    def media_json(self, key: str, fields: Iterable[str]) -> Json:
        url = f"{self.base_url}/media/{key}.png"
        can = {"url": url, "alt_text": self.alts.get(key, f"foto {key}"), "width": 4, "height": 4}
        return {"media_key": key, "type": "photo"} | {name: can[name] for name in fields if name in can}
