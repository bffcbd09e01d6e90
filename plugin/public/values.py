"""What travels between a public channel and the desk: accounts, posts, drafts, and what a channel can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from plugin.media import Media
from plugin.public.money import Price

Cursor = str
"""How far a channel was read, in the channel's own words; "" means from now's newest page back."""


@dataclass(frozen=True, slots=True)
class PublicAccount:
    """An agency's account, as a channel needs to know it. `tokens` are its secrets, already decrypted."""

    id: int
    channel: str
    handle: str
    platform_id: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post. `facts` are the channel's own statements (created_at, followers, location, verified):
    shown to people as facts, never judged by us."""

    id: str
    handle: str = ""
    name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostPhoto:
    """A photo in a post, still on the channel."""

    key: str
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `conversation` is the thread's key, `answers` the post it replies to.

    `mentions` are the platform ids named in the body itself (on X that is what "summons" an account).
    `text` is as the author wrote it: entities decoded, short links as the channel shows them.
    `versions` are the ids that it had before it was edited, where the channel gives it a new one each time.
    """

    id: str
    author: Author
    text: str
    at: datetime
    url: str = ""
    conversation: str = ""
    answers: str = ""
    mentions: tuple[str, ...] = ()
    photos: tuple[PostPhoto, ...] = ()
    place: str = ""
    is_repost: bool = False
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts and the cursor that holds once they are stored.

    `complete`: everything up to the cursor's beginning has now been read. `lost`: the channel does not reach
    back far enough, so that something in between cannot be had any more.
    """

    posts: tuple[Post, ...]
    cursor: Cursor
    complete: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class FollowersPage:
    """Some of an account's followers as JSON lines, and the cursor of the next page; "" behind the last one."""

    lines: tuple[str, ...]
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Activity:
    """The newest of what an account wrote, and of what names it, each newest first; authors may be left out."""

    own: tuple[Post, ...]
    naming: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link the channel would make of the text: `text` as written, `url` where it leads."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One post to be published: exactly these words, with these pictures (each with its `alt`)."""

    text: str
    pictures: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a channel says of a draft before it is sent.

    `weight` and `longest` are in the channel's own measure; `fits` is how many characters of the text may
    stand (all of them when it is not too long). `summoned` is False where the channel would refuse the reply
    because the citizen did not name this account; None where the channel has no such rule.
    """

    weight: int
    longest: int
    fits: int
    links: tuple[Link, ...] = ()
    summoned: bool | None = None

    @property
    def too_long(self) -> bool:
        return self.weight > self.longest


@dataclass(frozen=True, slots=True)
class PostRef:
    """A published post of ours."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a post can still be seen by everyone: `gone` (its author deleted it) or `hidden` (the author's
    account is protected or suspended) mean that we may not keep it either."""

    ref: PostRef
    state: Literal["there", "gone", "hidden"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a channel may be asked: `per_second` in the long run, at most `burst` at once."""

    per_second: float
    burst: int


Act = Literal["publish", "withdraw", "look", "mentions", "recheck"]
"""What a channel is asked to do; `look` is looking for our own answers."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a channel gave us for an account: its tokens, and for how many seconds they hold (0: without end)."""

    tokens: Mapping[str, str] = field(repr=False)
    lasts: float = 0.0


@dataclass(frozen=True, slots=True)
class PublicCapabilities:
    """What a channel can do: data, so that nobody asks for a channel by name.

    `needs_tokens`: an account posts only with tokens of its own. `needs_approval`: posting by API needs the
    operator's recorded approval (X's government clause).
    `composer`: `compose_url` gives a link that opens the channel's own composer.
    `summons`: an account may answer through the API only a post that names it.
    `consent`: an account is connected by logging in there (see `plugin.public.port.Consenting`).
    `prices`: what calls cost, where they do. `link_price`: US dollars that a post with a link costs.
    `pictures`: how many a post takes; `picture_bytes`: how large each may be; `longest_alt`: of what is said of it.
    `rechecks_per_day`: how many stored posts may be looked up each day (it may cost money); 0: no limit.
    `follower_price`: what each follower that is read costs, in US dollars, and what it costs where the account owns
    the app; None where followers are not told (see `plugin.public.port.FollowerSource`).
    `activity_price`: what it costs at most to read an account's activity once, and where the account owns the app;
    None where it is not told (see `plugin.public.port.ActivitySource`).
    `paces`: how often each account may do an act, and all accounts together; what is not named has no limit.
    """

    longest: int
    needs_tokens: bool = True
    needs_approval: bool = False
    composer: bool = False
    summons: bool = False
    consent: bool = False
    prices: tuple[Price, ...] = ()
    link_price: float = 0.0
    pictures: int = 0
    picture_bytes: int = 5_000_000
    longest_alt: int = 1000
    rechecks_per_day: int = 0
    poll_seconds: float = 60.0
    follower_price: tuple[float, float] | None = None
    activity_price: tuple[float, float] | None = None
    paces: Mapping[Act, tuple[Pace, Pace]] = field(default_factory=dict)
