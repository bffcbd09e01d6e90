"""What a page of X's JSON tells: posts with authors, photos, places. Both families of names; never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from adapters.x.shape import identity, mapping, mappings, words
from adapters.x.text import full, written
from plugin.public.values import Author, Post, PostPhoto, PostRef

Json = Mapping[str, object]

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
"""Where the clock inside X's ids begins."""

HANDLE = re.compile(r"\w{1,20}", re.ASCII)
NAMED = re.compile(r"(?<![\w@/.])@(\w{1,20})", re.ASCII)
NOBODY: Json = {}
ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/(?P<handle>\w{1,20})/status(?:es)?/(?P<key>\d+)"
    r"(?:[/?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as X sent it, newest first."""

    posts: tuple[Post, ...]
    next_token: str = ""

    @property
    def newest(self) -> str:
        return max((p.id for p in self.posts), key=int, default="")

    @property
    def oldest(self) -> str:
        return min((p.id for p in self.posts), key=int, default="")


class _Beside:
    """What X puts beside the posts of a page, by its key."""

    def __init__(self, includes: Json, known: Mapping[str, str]) -> None:
        self.users = {identity(u.get("id")): u for u in mappings(includes.get("users"))}
        self.handles = {words(u.get("username")).lower(): key for key, u in self.users.items()} | dict(known)
        self.media = {words(m.get("media_key")): m for m in mappings(includes.get("media"))}
        self.places = {words(p.get("id")): p for p in mappings(includes.get("places"))}
        posts = [*mappings(includes.get("tweets")), *mappings(includes.get("posts"))]
        self.authors = {identity(p.get("id")): identity(p.get("author_id")) for p in posts}


def read_sheet(payload: object, known: Mapping[str, str] = MappingProxyType({})) -> Sheet:
    """A page of a timeline. What cannot be a post is left out; what is missing in a post stays empty.

    `known`: numbers of accounts by their handles in small letters, for names that come without a number.
    """
    top = mapping(payload)
    beside = _Beside(mapping(top.get("includes")), known)
    posts = (_post(raw, beside) for raw in mappings(top.get("data")))
    token = words(mapping(top.get("meta")).get("next_token"))
    return Sheet(tuple(p for p in posts if p.id), token)


def is_page(payload: object) -> bool:
    """Whether this is a page at all; X also answers 200 with nothing but problems in it."""
    top = mapping(payload)
    return isinstance(top.get("meta"), dict) or isinstance(top.get("data"), list)


def _post(raw: Json, beside: _Beside) -> Post:
    key = identity(raw.get("id"))
    author = _author(identity(raw.get("author_id")), beside)
    photos = tuple(_photos(raw, beside))
    answers = _referred(raw, "replied_to")
    return Post(
        id=key,
        author=author,
        text=written(raw, {p.key for p in photos}),
        at=_moment(raw.get("created_at"), key),
        url=post_url(author.handle, key),
        conversation=identity(raw.get("conversation_id")) or key,
        answers=answers[0] if answers else "",
        mentions=tuple(dict.fromkeys(_summoned(raw, beside))),
        photos=photos,
        place=words(
            beside.places.get(words(mapping(raw.get("geo")).get("place_id")), NOBODY).get("full_name")
        ),
        is_repost=bool(_referred(raw, "retweeted", "reposted")),
        versions=tuple(older for older in versions(raw) if key and int(older) < int(key)),
    )


def _author(key: str, beside: _Beside) -> Author:
    """Deleted and suspended authors are missing beside the posts: then only the key is known."""
    user = beside.users.get(key, NOBODY)
    followers = mapping(user.get("public_metrics")).get("followers_count")
    verified = words(user.get("verified_type")) or ("blue" if user.get("verified") is True else "")
    facts = {
        "created_at": words(user.get("created_at")),
        "followers": str(followers) if type(followers) is int and 0 <= followers < 2**63 else "",
        "location": words(user.get("location")),
        "verified": "" if verified == "none" else verified,
    }
    return Author(key, words(user.get("username")), words(user.get("name")), facts if user else {})


def _photos(raw: Json, beside: _Beside) -> Iterator[PostPhoto]:
    keys = mapping(raw.get("attachments")).get("media_keys")
    for key in keys if isinstance(keys, list) else []:
        media = beside.media.get(words(key), NOBODY)
        url = words(media.get("url"))
        if media.get("type") == "photo" and url.startswith(("https://", "http://")):
            yield PostPhoto(words(key), url, words(media.get("alt_text")))


def referenced(raw: Json) -> list[Json]:
    """What a post answers, quotes or passes on."""
    return [*mappings(raw.get("referenced_tweets")), *mappings(raw.get("referenced_posts"))]


def versions(raw: Json) -> list[str]:
    """The numbers that a post has had, oldest first and its present one among them: each edit gives it a new one."""
    kept = raw.get("edit_history_post_ids") or raw.get("edit_history_tweet_ids")
    found = (identity(key) for key in kept) if isinstance(kept, list) else ()
    return [key for key in found if key]


def _referred(raw: Json, *kinds: str) -> list[str]:
    found = (identity(r.get("id")) for r in referenced(raw) if r.get("type") in kinds)
    return [key for key in found if key]


def _summoned(raw: Json, beside: _Beside) -> Iterator[str]:
    """Whom the post names: in its text (of a long post in all of it), or by quoting them, which summons too.

    X also lists the @names that its apps put before an answer by themselves. It calls those "implicit
    mentions" and does not take them for naming ("explicitly @mentions … in the body; not implicit mentions
    carried by replies"), so an answer to such a post may still be refused as not summoned.
    """
    for part in (raw, full(raw)):
        for key, handle in _named(part):
            if key := key or beside.handles.get(handle.lower(), ""):
                yield key
    for quoted in _referred(raw, "quoted"):
        if beside.authors.get(quoted):
            yield beside.authors[quoted]


def _named(part: Json) -> Iterator[tuple[str, str]]:
    """(number, handle) of the accounts that a text names; read from its letters where X says nothing of it."""
    if "entities" in part:
        for mention in mappings(mapping(part["entities"]).get("mentions")):
            yield identity(mention.get("id")), words(mention.get("username"))
    else:
        for handle in NAMED.findall(words(part.get("text"))):
            yield "", handle


def _moment(value: object, key: str) -> datetime:
    """When it was written; X's ids tell it too, should the field be missing."""
    try:
        at = datetime.fromisoformat(words(value))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return EPOCH + timedelta(milliseconds=int(key or 0) >> 22)
    except OverflowError:
        return EPOCH


def id_at(moment: datetime) -> str:
    """An id such as X gives at `moment`, below all that it really gives then."""
    return str(max(1, (moment - EPOCH) // timedelta(milliseconds=1) << 22))


def read_id(payload: object) -> str:
    """The id of the one thing an answer is about."""
    return identity(mapping(mapping(payload).get("data")).get("id"))


def read_handle(payload: object) -> str:
    """The handle of the one account an answer is about."""
    return words(mapping(mapping(payload).get("data")).get("username"))


def post_url(handle: str, key: str) -> str:
    """Where a post is seen; X finds it without its author's handle too."""
    return f"https://x.com/{handle if HANDLE.fullmatch(handle) else 'i'}/status/{key}"


def read_address(address: str) -> tuple[str, PostRef] | None:
    """The post that an address on X names, with its author's handle where the address holds it."""
    found = ADDRESS.fullmatch(address.strip())
    if found is None or not (key := identity(found["key"])):
        return None
    handle = "" if found["handle"].lower() == "i" else found["handle"]
    return handle, PostRef(key, post_url(handle, key))
