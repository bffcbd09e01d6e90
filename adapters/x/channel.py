"""X as a public channel: mentions in, answers out, each agency under its own account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import quote, urlencode

from tweepy.errors import BadRequest

from adapters.x import followers, measure, photos, upload
from adapters.x.client import DEADLINE, Line, XClient
from adapters.x.health import Health
from adapters.x.lookup import LOOKED_UP, State, read_lookup, withdrawn
from adapters.x.problem import read_problem
from adapters.x.read import (
    HANDLE,
    Sheet,
    is_page,
    post_url,
    read_address,
    read_handle,
    read_id,
    read_sheet,
)
from adapters.x.shape import identity
from adapters.x.signing import AccountKeys, AppKeys
from adapters.x.text import same
from adapters.x.trouble import FAILURES, No, Silence, refusal, sort
from adapters.x.walk import MOST_PAGES, PAGE, CursorRefused, position, walk
from plugin.clock import Clock, system_clock
from plugin.errors import DeliveryError, Refused, Unknown
from plugin.media import Media
from plugin.public.values import (
    Availability,
    Cursor,
    Draft,
    FollowersPage,
    Inspection,
    Outcome,
    Page,
    Post,
    PostPhoto,
    PostRef,
    PublicAccount,
    PublicCapabilities,
    Published,
    Refusal,
    Uncertain,
    Withdrawal,
    Withdrawn,
)

WINDOW = timedelta(days=7)
SKEW = timedelta(minutes=5)
"""By how much our clock may differ from X's when we look for what we wrote."""

FIRST_DAY = datetime(2010, 11, 6, tzinfo=UTC)
"""X refuses to be asked about earlier times."""

CURSOR_PARAMETERS = {"since_id", "until_id", "pagination_token"}
WHOLE_POST = {
    "tweet_fields": "attachments,author_id,conversation_id,created_at,entities,geo,in_reply_to_user_id,"
    "note_tweet,referenced_tweets",
    "user_fields": "created_at,location,name,public_metrics,username,verified,verified_type",
    "media_fields": "alt_text,media_key,type,url",
    "place_fields": "full_name",
    "expansions": "attachments.media_keys,author_id,geo.place_id,referenced_tweets.id",
}
OWN_POST = {"tweet_fields": "created_at,entities,note_tweet,referenced_tweets"}

Call = Callable[[XClient], Awaitable[object]]


class XChannel:
    """Reads as the account where it has given its keys, else as the app; writes only as the account."""

    name = "x"

    def __init__(
        self,
        line: Line,
        *,
        poll_seconds: float = 60,
        rechecks_per_day: int = 0,
        summons: bool = True,
        clock: Clock = system_clock,
    ) -> None:
        self.can = PublicCapabilities(
            longest=measure.LONGEST,
            needs_approval=True,
            composer=True,
            summons=summons,
            link_price=0.20,
            pictures=upload.MOST,
            picture_bytes=upload.MOST_BYTES,
            longest_alt=upload.LONGEST_ALT,
            rechecks_per_day=rechecks_per_day,
            poll_seconds=poll_seconds,
            follower_price=followers.PRICE,
        )
        self._line = line
        self._clock = clock
        self._health = Health(clock)
        self._clients: dict[int, XClient] = {}
        self._ids: dict[str, str] = {}

    @property
    def health(self) -> str:
        return self._health.phrase()

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        ask = partial(self._mentions, account, await self._user_id(account))
        async for page in walk(ask, position(since), window=self._clock() - WINDOW):
            yield page

    def inspect(self, text: str, account: PublicAccount, target: Post) -> Inspection:
        summoned = account.platform_id in target.mentions if account.platform_id else None
        return measure.inspect(text, summoned)

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        """X knows no idempotency key, so `key` stays with us, and nothing is ever sent a second time here."""
        client = self._client(account)
        if not client.account:
            return Refusal("disconnected")
        if not upload.fit(draft.pictures):
            return Refusal("pictures")
        try:
            pictures = await upload.upload(client, draft.pictures) if draft.pictures else None
        except FAILURES as error:
            return upload.outcome(self._health.note(account, sort(error, self._clock())))
        try:
            answer = await client.create_tweet(
                text=draft.text, in_reply_to_tweet_id=target_id, media_ids=pictures
            )
        except FAILURES as error:
            return self._health.note(account, sort(error, self._clock())).as_outcome()
        self._health.well(account)
        made = read_id(answer)
        return Published(PostRef(made, post_url(account.handle, made))) if made else Uncertain("no id")

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        user = await self._user_id(account)
        earliest = max(min(since, self._clock()) - SKEW, FIRST_DAY)
        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            sheet = await self._own_posts(account, user, start_time=earliest, **token)
            for post in sheet.posts:
                if post.answers == target_id and same(post.text, text):
                    return PostRef(post.id, post_url(account.handle, post.id))
            if not sheet.next_token:
                return None
            token = {"pagination_token": sheet.next_token}
        raise Unknown("timeline too long")

    async def withdraw(self, account: PublicAccount, ref: PostRef) -> Withdrawal:
        client = self._client(account)
        if not client.account:
            return Refusal("disconnected")
        try:
            answer = await client.delete_tweet(ref.id)
        except FAILURES as error:
            trouble = self._health.note(account, sort(error, self._clock()))
            return Withdrawn() if trouble == No("gone") else trouble.as_outcome()
        self._health.well(account)
        return Withdrawn() if withdrawn(answer) else Uncertain("not deleted")

    async def recheck(self, account: PublicAccount, refs: Sequence[PostRef]) -> AsyncIterator[Availability]:
        """As the app where that is possible: somebody who blocks the account has deleted nothing.

        Only the ids are asked for, since X charges for each author and photo beside the posts as well.
        """
        for start in range(0, len(refs), LOOKED_UP):
            some = {ref.id: ref for ref in refs[start : start + LOOKED_UP] if identity(ref.id)}
            for key, state in (await self._look_up(account, list(some))).items():
                if key in some:
                    yield Availability(some[key], state)

    async def identify(self, account: PublicAccount) -> tuple[str, str]:
        if not self._client(account).account:
            raise Refused("disconnected")
        answer = await self._ask(account, lambda client: client.get_me())
        return self._someone(account, answer), read_handle(answer)

    async def audience(self, account: PublicAccount) -> int:
        handle = account.handle.removeprefix("@")
        answer = await self._ask(
            account,
            lambda client: client.get_user(
                username=handle, user_auth=bool(client.account), user_fields="public_metrics"
            ),
        )
        return followers.read_count(answer)

    async def followers(self, account: PublicAccount, cursor: Cursor) -> FollowersPage:
        user = await self._user_id(account)
        token = {"pagination_token": cursor} if cursor else {}
        answer = await self._ask(
            account,
            lambda client: client.get_users_followers(
                user, user_auth=bool(client.account), max_results=followers.PAGE,
                user_fields=followers.FIELDS, **token,
            ),
        )  # fmt: skip
        return followers.read_page(answer)

    def compose_url(self, text: str, target_id: str) -> str:
        asked = {"in_reply_to": target_id, "text": text}
        return "https://x.com/intent/tweet?" + urlencode(asked, quote_via=quote, safe="", errors="replace")

    def post_at(self, address: str) -> tuple[str, PostRef] | None:
        return read_address(address)

    async def fetch(self, photo: PostPhoto, *, most_bytes: int) -> Media:
        return await photos.fetch(self._line.session(), photo, most_bytes)

    async def aclose(self) -> None:
        await self._line.aclose()

    def _client(self, account: PublicAccount) -> XClient:
        """One client for each account, made anew only when the account was connected anew."""
        keys = AccountKeys(
            account.tokens.get("access_token", ""), account.tokens.get("access_token_secret", "")
        )
        known = self._clients.get(account.id)
        if known is None or known.account != keys:
            known = self._clients[account.id] = XClient(self._line, keys)
        return known

    async def _ask(self, account: PublicAccount, call: Call) -> object:
        client = self._client(account)
        if not client.account and not self._line.app.bearer_token:
            raise Refused("disconnected")
        try:
            answer = await call(client)
        except FAILURES as error:
            if isinstance(error, BadRequest):
                _raise_for_cursor(error)
            now = self._clock()
            raise self._health.note(account, sort(error, now)).as_error(now) from error
        self._health.well(account)
        return answer

    async def _user_id(self, account: PublicAccount) -> str:
        """X's timelines are asked for by number; a handle alone is looked up once."""
        handle = account.handle.removeprefix("@").lower()
        known = identity(account.platform_id) or self._ids.get(handle, "")
        if known:
            return known
        if not HANDLE.fullmatch(handle):
            raise Refused("gone")
        answer = await self._ask(
            account, lambda client: client.get_user(username=handle, user_auth=bool(client.account))
        )
        self._ids[handle] = self._someone(account, answer)
        return self._ids[handle]

    async def _mentions(self, account: PublicAccount, user: str, **bounds: object) -> Sheet:
        return await self._sheet(
            account,
            lambda client: client.get_users_mentions(
                user, user_auth=bool(client.account), **WHOLE_POST, **bounds
            ),
        )

    async def _own_posts(self, account: PublicAccount, user: str, **bounds: object) -> Sheet:
        return await self._sheet(
            account,
            lambda client: client.get_users_tweets(
                user, user_auth=bool(client.account), max_results=PAGE, **OWN_POST, **bounds
            ),
        )

    async def _look_up(self, account: PublicAccount, ids: list[str]) -> dict[str, State]:
        as_account = not self._line.app.bearer_token
        answer = await self._ask(account, lambda client: client.get_tweets(ids, user_auth=as_account))
        found = read_lookup(answer)
        if not found:
            raise Unknown("unreadable answer")
        return found

    async def _sheet(self, account: PublicAccount, call: Call) -> Sheet:
        answer = await self._ask(account, call)
        if not is_page(answer):
            raise self._nothing(account, answer)
        # A hundred posts take some milliseconds to read: on the loop, somebody's command would wait for them.
        return await asyncio.to_thread(read_sheet, answer)

    def _someone(self, account: PublicAccount, answer: object) -> str:
        found = read_id(answer)
        if not found:
            raise self._nothing(account, answer)
        return found

    def _nothing(self, account: PublicAccount, answer: object) -> DeliveryError:
        """X says 200 for an account that is gone or suspended, and puts the problem inside."""
        problem = read_problem(answer)
        trouble = No(refusal(200, problem)) if problem.said else Silence("unreadable answer")
        return self._health.note(account, trouble).as_error(self._clock())


def _raise_for_cursor(error: BadRequest) -> None:
    problem = read_problem(error.response.payload)
    if problem.parameters & CURSOR_PARAMETERS or any("since_id" in said for said in problem.complaints):
        raise CursorRefused("other") from error


def make_x(
    *,
    consumer_key: str,
    consumer_secret: str,
    bearer_token: str,
    api_url: str = "https://api.x.com",
    poll_seconds: float = 60,
    rechecks_per_day: int = 0,
    summons: bool = True,
    deadline: float = DEADLINE,
) -> XChannel:
    """X for the operator's app; `api_url` moves it to another server. Opens nothing yet."""
    measure.ruler()
    line = Line(AppKeys(consumer_key, consumer_secret, bearer_token), api_url, deadline=deadline)
    return XChannel(line, poll_seconds=poll_seconds, rechecks_per_day=rechecks_per_day, summons=summons)
