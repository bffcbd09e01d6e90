"""What every public channel must do for us."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlmodel import Session

from plugin.media import Media
from plugin.public.money import Bill, Item, Month
from plugin.public.outcomes import Outcome, Withdrawal
from plugin.public.values import (
    Activity,
    Availability,
    Cursor,
    Draft,
    FollowersPage,
    Granted,
    Inspection,
    Page,
    Post,
    PostPhoto,
    PostRef,
    PublicAccount,
    PublicCapabilities,
)


class PublicChannel(Protocol):
    """A public channel that we read and, as an agency's account, answer on. Only a translator.

    Reading raises `TryLater` (with the channel's own figure where it names one), `Refused` (its `why` one of
    `REFUSALS`) or `Unknown`; publishing and withdrawing never raise these but return what came of it.
    """

    @property
    def name(self) -> str: ...

    @property
    def can(self) -> PublicCapabilities: ...

    def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        """The posts that name `account`, page by page, from the newest down to the cursor.

        Each page carries the cursor to store with it. Whoever stops in the middle and comes back with the
        stored cursor gets the rest: nothing between is lost, nothing stored comes again except at the seam.
        """

    def inspect(self, text: str, account: PublicAccount, target: Post) -> Inspection:
        """Length, links and reply rule for `text` as an answer to `target`. Pure: no network."""

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        """Publish `draft`, exactly as given, as `account`'s answer to the post `target_id`, once.

        `target_id` may be a post of the account's own. Pictures are taken up to `can.pictures`.
        """

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        """Look on the account's own timeline for this answer: asked before anything is sent again.

        Raises like reading when it cannot tell.
        """

    async def written_since(self, account: PublicAccount, since: datetime) -> Sequence[Post]:
        """What the account itself wrote since then below others' posts, whoever wrote it there; the newest first.

        Of very much only the newest. Raises like reading.
        """

    async def withdraw(self, account: PublicAccount, ref: PostRef) -> Withdrawal:
        """Take a post of `account` out of public. May be asked again: what is gone already is withdrawn."""

    def recheck(self, account: PublicAccount, refs: Sequence[PostRef]) -> AsyncIterator[Availability]:
        """Whether these posts of anybody's can still be seen by everyone; `account` is who asks.

        A post that the channel says nothing clear of is left out.
        """

    async def look_at(self, account: PublicAccount, ref: PostRef) -> Post | None:
        """One post of anybody's: who wrote it and what it answers; None when not everyone can see it.

        Its author's handle is there at least where that is `account`. Raises like reading.
        """

    async def identify(self, account: PublicAccount) -> tuple[str, str]:
        """Whose tokens these are: (platform id, handle)."""

    def compose_url(self, text: str, target_id: str) -> str:
        """Where `can.composer`: a link that opens the channel's composer with the answer filled in."""

    def post_at(self, address: str) -> tuple[str, PostRef] | None:
        """Which post an address names that a person pasted: (its author's handle if it says so, the post).

        None for an address that is none of this channel's. Pure: no network.
        """

    async def fetch(self, photo: PostPhoto, *, most_bytes: int) -> Media:
        """Fetch a photo; Refused when it is larger than `most_bytes`, not an image, or gone."""

    @property
    def health(self) -> str:
        """`ok`, or one short English phrase for what is wrong now. Never a token, never a text."""

    async def aclose(self) -> None:
        """Let go of connections. Safe to call twice."""


@runtime_checkable
class FollowerSource(Protocol):
    """A channel that tells who follows an account, where `can.follower_price` says what it costs.

    Raises `TryLater`, `Refused` and `Unknown` like all reading.
    """

    async def audience(self, account: PublicAccount) -> int:
        """How many followers the account has, to say beforehand what reading them would cost."""

    async def followers(self, account: PublicAccount, cursor: Cursor) -> FollowersPage:
        """The page behind the cursor; "" asks for the first one."""


@runtime_checkable
class ActivitySource(Protocol):
    """A channel that tells what an account does of late, where `can.activity_price` says what it costs.

    Raises `TryLater`, `Refused` and `Unknown` like all reading.
    """

    async def activity(self, account: PublicAccount) -> Activity:
        """A sample of the account's newest posts and of the newest that name it, read without anything beside."""


@runtime_checkable
class Consenting(Protocol):
    """A channel where whoever holds an account lets us in by logging in there (OAuth 2.0 with PKCE).

    Raises like all reading; `Refused("disconnected")` where a code or a refresh token is not good (any more).
    """

    def consent_url(self, state: str, challenge: str, back: str, *, writes: bool) -> str:
        """Where to send whoever holds the account; they come back to the address `back`."""

    async def redeem(self, code: str, verifier: str, back: str) -> Granted:
        """The tokens for a code that somebody brought back. It is good once."""

    async def renew(self, tokens: Mapping[str, str]) -> Granted:
        """New tokens for old ones, which are used up by it."""

    async def give_up(self, tokens: Mapping[str, str]) -> None:
        """Have the channel forget these tokens."""


class Purse(Protocol):
    """What calls to channels cost, counted before they are made."""

    async def claim(self, channel: str, account_id: int, items: Sequence[Item]) -> Bill | None:
        """Set this aside, the most that a call can cost; None where the month's limit does not leave so much.

        Raises TryLater while other calls hold what is left.
        """

    async def settle(self, bill: Bill, used: Sequence[Item]) -> None:
        """Count what the call really cost, and give back the rest."""


class Budget(Protocol):
    """What the channels have cost, for whoever shows it."""

    def of(self, session: Session, channel: str, moment: datetime) -> Month:
        """How much is spent in the month of that moment."""

    def fits(self, session: Session, channel: str, micro: int, moment: datetime) -> bool:
        """Whether so much is still to be had."""
