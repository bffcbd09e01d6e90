"""X's timelines and posts, asked for page by page: as the account where it has given its keys, else as the app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from adapters.x.calls import Call, Calls
from adapters.x.client import Line, XClient
from adapters.x.lookup import State, read_lookup
from adapters.x.prices import Kinds
from adapters.x.read import HANDLE, Sheet, is_page, read_sheet
from adapters.x.shape import identity
from adapters.x.walk import MOST_PAGES, PAGE
from adapters.x.whole import lacking
from plugin.clock import Clock
from plugin.errors import Refused, Unknown
from plugin.public.values import Post, PublicAccount

Timeline = Callable[..., Awaitable[object]]

SKEW = timedelta(minutes=5)
"""By how much our clock may differ from X's when we look for what we wrote."""
FIRST_DAY = datetime(2010, 11, 6, tzinfo=UTC)
"""X refuses to be asked about earlier times."""

WHOLE_POST = {
    "tweet_fields": "attachments,author_id,conversation_id,created_at,entities,geo,note_tweet,"
    "referenced_tweets",
    "user_fields": "created_at,location,name,public_metrics,username,verified,verified_type",
    "media_fields": "alt_text,media_key,type,url",
    "place_fields": "full_name",
    "expansions": "attachments.media_keys,author_id,geo.place_id,referenced_tweets.id",
}
ONE_POST = {"tweet_fields": "author_id,conversation_id,created_at,referenced_tweets"}
OWN_POST = {"tweet_fields": "conversation_id,created_at,entities,note_tweet,referenced_tweets"}
WITH_BESIDE = 3
"""Each post may answer one and quote another, which stand beside it and are charged too."""


class TooLong(Unknown):
    """There is more on a timeline than we read."""


class Timelines:
    """Reads, and never writes. What does not tell what was asked is asked for once more in X's other words."""

    def __init__(self, line: Line, calls: Calls, clock: Clock) -> None:
        self._line = line
        self._calls = calls
        self._clock = clock
        self._ids: dict[str, str] = {}

    async def user_id(self, account: PublicAccount) -> str:
        """X's timelines are asked for by number; a handle alone is looked up once."""
        handle = account.handle.removeprefix("@").lower()
        known = identity(account.platform_id) or self._ids.get(handle, "")
        if known:
            return known
        if not HANDLE.fullmatch(handle):
            raise Refused("gone")
        answer = await self._calls.ask(
            account,
            lambda client: client.get_user(username=handle, user_auth=bool(client.account)),
            {"user_read": 1},
        )
        self._ids[handle] = self._calls.someone(account, answer)
        return self._ids[handle]

    async def mentions(self, account: PublicAccount, user: str, **bounds: object) -> Sheet:
        """A page of what names the account, with all that we keep of a post."""
        most = {"post_read": WITH_BESIDE * PAGE, "user_read": PAGE}
        return await self.sheet(account, XClient.get_users_mentions, user, most, WHOLE_POST | bounds)

    async def own_pages(self, account: PublicAccount, since: datetime) -> AsyncIterator[Sequence[Post]]:
        """The account's own posts since then, newest first; raises TooLong after so many pages."""
        user = await self.user_id(account)
        earliest = max(min(since, self._clock()) - SKEW, FIRST_DAY)
        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            sheet = await self._own_posts(account, user, start_time=earliest, **token)
            yield sheet.posts
            if not sheet.next_token:
                return
            token = {"pagination_token": sheet.next_token}
        raise TooLong("timeline too long")

    async def look_up(self, account: PublicAccount, ids: list[str]) -> dict[str, State]:
        """Which of these can be seen: by the app where that is possible, whom no author has blocked."""
        as_account = not self._line.app.bearer_token
        answer = await self._calls.ask(
            account,
            lambda client: client.get_tweets(ids, user_auth=as_account),
            {"post_read": len(ids)},
        )
        found = read_lookup(answer)
        if not found:
            raise Unknown("unreadable answer")
        return found

    async def post(self, account: PublicAccount, key: str) -> Post | None:
        """One post, as the app where that is possible; None where nobody can see it."""
        as_account = not self._line.app.bearer_token
        answer = await self._telling(
            account,
            lambda client: client.get_tweets([key], user_auth=as_account, **ONE_POST),
            {"post_read": WITH_BESIDE},
            ONE_POST["tweet_fields"],
        )
        post = next(iter(read_sheet(answer).posts), None)
        if post is None and key not in read_lookup(answer):
            raise Unknown("unreadable answer")
        return post

    async def sheet(
        self, account: PublicAccount, timeline: Timeline, user: str, most: Kinds, asked: Mapping[str, object]
    ) -> Sheet:
        """A page of a timeline, which may cost `most`."""

        async def call(client: XClient) -> object:
            return await timeline(client, user, user_auth=bool(client.account), **asked)

        answer = await self._telling(account, call, most, str(asked["tweet_fields"]))
        if not is_page(answer):
            raise self._calls.nothing(account, answer)
        # A hundred posts take some milliseconds to read: on the loop, somebody's command would wait for them.
        known = {account.handle.removeprefix("@").lower(): account.platform_id} if account.platform_id else {}
        return await asyncio.to_thread(read_sheet, answer, known)

    async def _own_posts(self, account: PublicAccount, user: str, **bounds: object) -> Sheet:
        asked = OWN_POST | {"max_results": PAGE} | bounds
        most = {"post_read": WITH_BESIDE * PAGE}
        return await self.sheet(account, XClient.get_users_tweets, user, most, asked)

    async def _telling(self, account: PublicAccount, call: Call, most: Kinds, fields: str) -> object:
        """An answer whose posts tell what was asked: else X is asked again in its other words, and counted again."""
        posts = self._line.says_posts
        answer = await self._calls.ask(account, call, most)
        if lacking(answer, fields):
            self._line.ask_otherwise(than=posts)
            answer = await self._calls.ask(account, call, most)
        if names := lacking(answer, fields):
            raise self._calls.passed_over(account, names)
        return answer
