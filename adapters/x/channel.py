"""X as a public channel: mentions in, answers out, each agency under its own account."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote, urlencode

from adapters.x import activity, followers, measure, photos, prices, upload
from adapters.x.calls import Calls, Said
from adapters.x.client import DEADLINE, Line, XClient
from adapters.x.consent import Client, Consent
from adapters.x.lookup import LOOKED_UP, withdrawn
from adapters.x.paces import PACES
from adapters.x.prices import Toll
from adapters.x.read import post_url, read_address, read_handle, read_id
from adapters.x.shape import identity
from adapters.x.signing import AppKeys
from adapters.x.text import same
from adapters.x.timelines import SKEW, WITH_BESIDE, Timelines, TooLong
from adapters.x.trouble import No
from adapters.x.walk import position, walk
from plugin.clock import Clock, system_clock
from plugin.errors import Refused
from plugin.media import Media
from plugin.public.outcomes import Outcome, Published, Refusal, Uncertain, Withdrawal, Withdrawn
from plugin.public.port import Purse
from plugin.public.values import (
    Activity,
    Author,
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

WINDOW = timedelta(days=7)


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
        client: Client | None = None,
        purse: Purse | None = None,
        clock: Clock = system_clock,
    ) -> None:
        day = clock().date()
        self.can = PublicCapabilities(
            longest=measure.LONGEST,
            needs_approval=True,
            composer=True,
            summons=summons,
            consent=bool(client),
            prices=prices.prices(),
            link_price=float(prices.price("post_link", day)),
            pictures=upload.MOST,
            picture_bytes=upload.MOST_BYTES,
            longest_alt=upload.LONGEST_ALT,
            rechecks_per_day=rechecks_per_day,
            poll_seconds=poll_seconds,
            follower_price=(
                float(prices.price("follower_read", day)), float(prices.price("own_read", day))
            ),
            activity_price=activity.price(day),
            paces=PACES,
        )  # fmt: skip
        self._line = line
        self._consent = Consent(line, client or Client())
        self._clock = clock
        self._calls = Calls(line, Toll(purse, self.name, clock), clock)
        self._timelines = Timelines(line, self._calls, clock)

    @property
    def health(self) -> str:
        return self._calls.health.phrase()

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        ask = partial(self._timelines.mentions, account, await self._timelines.user_id(account))
        async for page in walk(ask, position(since), window=self._clock() - WINDOW):
            yield page

    def inspect(self, text: str, account: PublicAccount, target: Post) -> Inspection:
        summoned = account.platform_id in target.mentions if account.platform_id else None
        return measure.inspect(text, summoned)

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        """X knows no idempotency key, so `key` stays with us, and nothing is ever sent a second time here."""
        client = self._calls.client(account)
        if not client.account:
            return Refusal("disconnected")
        if not upload.fit(draft.pictures):
            return Refusal("pictures")
        pictures = None
        if draft.pictures:
            shelved = await self._calls.write(account, "", lambda: upload.upload(client, draft.pictures))
            if not isinstance(shelved, Said):
                return upload.outcome(shelved)
            pictures = shelved.answer
        said = await self._calls.write(
            account,
            self._kind(draft.text),
            lambda: client.create_tweet(text=draft.text, in_reply_to_tweet_id=target_id, media_ids=pictures),
        )
        if not isinstance(said, Said):
            return said.as_outcome()
        made = read_id(said.answer)
        return Published(PostRef(made, post_url(account.handle, made))) if made else Uncertain("no id")

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        async for page in self._timelines.own_pages(account, since):
            for post in page:
                if post.answers == target_id and same(post.text, text):
                    return PostRef(post.id, post_url(account.handle, post.id))
        return None

    async def written_since(self, account: PublicAccount, since: datetime) -> Sequence[Post]:
        found: list[Post] = []
        with contextlib.suppress(TooLong):
            async for page in self._timelines.own_pages(account, since):
                found += page
        return [
            replace(
                post,
                author=Author(account.platform_id, account.handle),
                url=post_url(account.handle, post.id),
            )
            for post in found
            if post.answers and post.at >= since - SKEW  # X tells whole seconds, by a clock of its own
        ]

    async def withdraw(self, account: PublicAccount, ref: PostRef) -> Withdrawal:
        client = self._calls.client(account)
        if not client.account:
            return Refusal("disconnected")
        said = await self._calls.write(account, "delete", lambda: client.delete_tweet(ref.id))
        if not isinstance(said, Said):
            return Withdrawn() if said == No("gone") else said.as_outcome()
        return Withdrawn() if withdrawn(said.answer) else Uncertain("not deleted")

    async def recheck(self, account: PublicAccount, refs: Sequence[PostRef]) -> AsyncIterator[Availability]:
        """As the app where that is possible: somebody who blocks the account has deleted nothing.

        Only the ids are asked for, since X charges for each author and photo beside the posts as well.
        """
        for start in range(0, len(refs), LOOKED_UP):
            some = {ref.id: ref for ref in refs[start : start + LOOKED_UP] if identity(ref.id)}
            for key, state in (await self._timelines.look_up(account, list(some))).items():
                if key in some:
                    yield Availability(some[key], state)

    async def look_at(self, account: PublicAccount, ref: PostRef) -> Post | None:
        """An author's number is free, the handle not."""
        if not identity(ref.id):
            return None
        own = await self._timelines.user_id(account)
        post = await self._timelines.post(account, ref.id)
        if post is None or post.author.id != own:
            return post
        return replace(post, author=Author(own, account.handle))

    async def identify(self, account: PublicAccount) -> tuple[str, str]:
        if not self._calls.client(account).account:
            raise Refused("disconnected")
        answer = await self._calls.ask(account, lambda client: client.get_me(), {"user_read": 1})
        return self._calls.someone(account, answer), read_handle(answer)

    async def audience(self, account: PublicAccount) -> int:
        handle = account.handle.removeprefix("@")
        answer = await self._calls.ask(
            account,
            lambda client: client.get_user(
                username=handle, user_auth=bool(client.account), user_fields="public_metrics"
            ),
            {"user_read": 1},
        )
        return followers.read_count(answer)

    async def followers(self, account: PublicAccount, cursor: Cursor) -> FollowersPage:
        """As the app where the account was connected by OAuth 2.0: we do not ask officials for a scope
        (`follows.read`) that is needed once in a while."""
        as_account = self._calls.client(account).account.unlimited
        if not as_account and self._calls.client(account).account and not self._line.app.bearer_token:
            raise Refused("not_entitled")
        user = await self._timelines.user_id(account)
        token = {"pagination_token": cursor} if cursor else {}
        answer = await self._calls.ask(
            account,
            lambda client: client.get_users_followers(
                user, user_auth=as_account, max_results=followers.PAGE,
                user_fields=followers.FIELDS, **token,
            ),
            {"follower_read": followers.PAGE},
        )  # fmt: skip
        return followers.read_page(answer)

    async def activity(self, account: PublicAccount) -> Activity:
        user = await self._timelines.user_id(account)
        most = {"post_read": WITH_BESIDE * activity.SAMPLE}
        own = await self._timelines.sheet(account, XClient.get_users_tweets, user, most, activity.LEAN)
        naming = await self._timelines.sheet(account, XClient.get_users_mentions, user, most, activity.LEAN)
        return Activity(own.posts, naming.posts)

    def compose_url(self, text: str, target_id: str) -> str:
        asked = {"in_reply_to": target_id, "text": text}
        return "https://x.com/intent/tweet?" + urlencode(asked, quote_via=quote, safe="", errors="replace")

    def post_at(self, address: str) -> tuple[str, PostRef] | None:
        return read_address(address)

    async def fetch(self, photo: PostPhoto, *, most_bytes: int) -> Media:
        return await photos.fetch(self._line.session(), photo, most_bytes)

    def consent_url(self, state: str, challenge: str, back: str, *, writes: bool) -> str:
        return self._consent.url(state, challenge, back, writes=writes)

    async def redeem(self, code: str, verifier: str, back: str) -> Granted:
        return await self._consent.redeem(code, verifier, back)

    async def renew(self, tokens: Mapping[str, str]) -> Granted:
        return await self._consent.renew(tokens)

    async def give_up(self, tokens: Mapping[str, str]) -> None:
        await self._consent.give_up(tokens)

    async def aclose(self) -> None:
        await self._line.aclose()

    def _kind(self, text: str) -> str:
        """What X charges an answer as. Whether a summoned one with a link is dearer it does not say: we think so."""
        if measure.links(text):
            return "post_link"
        return "post_summoned" if self.can.summons else "post"


def make_x(  # noqa: PLR0913  # each is a setting of its own
    *,
    consumer_key: str,
    consumer_secret: str,
    bearer_token: str,
    api_url: str = "https://api.x.com",
    poll_seconds: float = 60,
    rechecks_per_day: int = 0,
    summons: bool = True,
    deadline: float = DEADLINE,
    client: Client | None = None,
    purse: Purse | None = None,
    clock: Clock = system_clock,
) -> XChannel:
    """X for the operator's app; `api_url` moves it to another server. Opens nothing yet."""
    measure.ruler()
    line = Line(AppKeys(consumer_key, consumer_secret, bearer_token), api_url, deadline=deadline)
    return XChannel(
        line, poll_seconds=poll_seconds, rechecks_per_day=rechecks_per_day, summons=summons, client=client,
        purse=purse, clock=clock,
    )  # fmt: skip
