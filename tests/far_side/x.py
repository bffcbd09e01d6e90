"""The far side of X: a local X API v2, as strict as X, in both families of names or in one of them.

far = XFarSide()
await far.start()
tokens = far.add_account("dpupr_kbm")
post = far.citizen_posts("jalan rusak", mention="dpupr_kbm")
...
assert far.published("dpupr_kbm") == [("Sudah kami catat.", post)]
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from adapters.x.measure import weigh
from plugin.clock import Clock, system_clock
from tests.far_side.x_media import Shelf, trap
from tests.far_side.x_rules import (
    BAD_BODY,
    DUPLICATE,
    GONE,
    NO_SCOPE,
    NOT_SUMMONED,
    NOT_YOURS,
    SUSPENDED,
    TOO_LONG,
    Invalid,
    Rules,
    forbidden,
    problem,
)
from tests.far_side.x_square import Square, beside
from tests.far_side.x_words import Shape, Words
from tests.far_side.x_world import Json, User, Written

Handler = Callable[[web.Request, str], Awaitable[web.Response]]


@dataclass(frozen=True)
class Fault:
    """What happens to the next call instead of, or after, what it asks for."""

    kind: Literal["throttle", "answer", "hang_up", "html", "hang"]
    seconds: int = 0
    status: int = 0
    body: Json | None = None
    headers: Mapping[str, str] | None = None


class XFarSide(Square):
    """Start it, add accounts, let citizens write; then look at what was published.

    `enterprise` lifts the summon rule, `lagging` hides new posts from their author's timeline until it is taken
    back, `shape` and `outspoken` say how it takes names (see `Words`), `reach` is how far the mentions go back,
    `allowance` how many calls a token has per route.
    """

    def __init__(
        self, *, shape: Shape = "both", outspoken: bool = False, clock: Clock = system_clock
    ) -> None:
        super().__init__(clock)
        self.words = Words(shape, outspoken)
        self.enterprise = False
        self.lagging = False
        self.reach = 800
        self.allowance = 300
        self.calls: list[tuple[str, str, Mapping[str, str]]] = []
        self.connections: set[object] = set()
        self.faults: list[Fault | None] = []
        self.token_faults: list[Fault] = []
        self.bill = 0.0
        self.rules = Rules(self.words)
        self.shelf = Shelf()
        self.url = ""
        self._hidden: set[str] = set()
        self._used: dict[tuple[str, str], int] = {}
        self._runner: web.AppRunner | None = None
        self._stopped = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=8 * 1024**2)
        app.router.add_get("/2/users/me", self._door(self._me))
        app.router.add_get("/2/users/by/username/{handle}", self._door(self._by_handle))
        app.router.add_get("/2/users/{id}/mentions", self._door(self._mentions))
        app.router.add_get("/2/users/{id}/tweets", self._door(self._own_posts))
        app.router.add_get("/2/users/{id}/followers", self._door(self._followers))
        app.router.add_get("/2/tweets", self._door(self._look_up))
        app.router.add_delete("/2/tweets/{id}", self._door(self._delete))
        app.router.add_post("/2/tweets", self._door(self._publish))
        app.router.add_post("/2/oauth2/token", self._oauth(self.oauth.token))
        app.router.add_post("/2/oauth2/revoke", self._oauth(self.oauth.revoke))
        app.router.add_post("/2/media/upload", self._door(self._upload))
        app.router.add_post("/2/media/metadata", self._door(self._describe))
        app.router.add_get("/media/{name}", self._media)
        app.router.add_get("/trap/{name}", trap)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = self.world.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._stopped.set()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what may go wrong ----------------------------------------------------------------------------

    def throttle_next(self, seconds: int) -> None:
        self.faults.append(Fault("throttle", seconds))

    def refuse_next(self, detail: str = "You are not permitted to perform this action.") -> None:
        self.faults.append(Fault("answer", status=403, body=forbidden(detail)))

    def answer_next(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        self.faults.append(Fault("answer", status=status, body=body, headers=headers))

    def no_credit_next(self) -> None:
        kind = "https://api.x.com/2/problems/credits-depleted"
        self.answer_next(402, problem(402, "Payment Required", "credits depleted", kind))

    def break_next(self) -> None:
        """Do what the next call asks, then hang up without an answer."""
        self.faults.append(Fault("hang_up"))

    def hang_next(self) -> None:
        """Take the next call and never answer it, until stopped."""
        self.faults.append(Fault("hang"))

    def fail_next(self, status: int = 503) -> None:
        """Answer the next call with an HTML page and this status, having done nothing."""
        self.faults.append(Fault("html", status=status))

    # -- the door -------------------------------------------------------------------------------------

    def _door(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def open_door(request: web.Request) -> web.StreamResponse:
            self.calls.append((request.method, request.path, dict(request.query)))
            self.connections.add(request.transport)
            fault = self.faults.pop(0) if self.faults else None
            if fault and fault.kind == "html":
                page = "<html><body><h1>Service Temporarily Unavailable</h1></body></html>"
                return web.Response(status=fault.status, text=page, content_type="text/html")
            if fault and fault.kind == "hang":
                await self._stopped.wait()
            answer = await self._answer(request, handler, fault)
            if fault and fault.kind == "hang_up" and request.transport:
                request.transport.abort()
            return answer

        return open_door

    def _oauth(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The endpoints for tokens: they have their own way of knowing who asks, and the same troubles."""

        async def open_door(request: web.Request) -> web.StreamResponse:
            self.calls.append((request.method, request.path, {}))
            fault = self.token_faults.pop(0) if self.token_faults else None
            if fault and fault.kind == "html":
                return web.Response(status=fault.status, text="<html></html>", content_type="text/html")
            answer = await handler(request)
            if fault and fault.kind == "hang_up" and request.transport:
                request.transport.abort()
            return answer

        return open_door

    async def _answer(self, request: web.Request, handler: Handler, fault: Fault | None) -> web.Response:
        asker = self.gate.enter(request)
        if asker is None:
            return self._json(401, problem(401, "Unauthorized", "Unauthorized"))
        resource = request.match_info.route.resource
        route = f"{request.method} {resource.canonical if resource else ''}"
        lane = (asker, route)
        self._used[lane] = self._used.get(lane, 0) + 1
        if (fault and fault.kind == "throttle") or self._used[lane] > self.allowance:
            seconds = fault.seconds if fault else 900
            return self._json(429, problem(429, "Too Many Requests", "Too Many Requests"), 0, seconds)
        if fault and fault.kind == "answer":
            answer = self._json(fault.status, fault.body or {})
            answer.headers.update(fault.headers or {})
            return answer
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer" and asker and not self.oauth.may(token, route):
            return self._json(403, forbidden(NO_SCOPE))
        try:
            answer = await handler(request, asker)
        except Invalid as invalid:
            answer = self._json(400, invalid.body)
        answer.headers["x-rate-limit-remaining"] = str(self.allowance - self._used[lane])
        return answer

    def _json(self, status: int, body: Json, remaining: int = 1, seconds: int = 900) -> web.Response:
        reset = int(self.clock().timestamp()) + seconds
        headers = {
            "x-rate-limit-limit": str(self.allowance),
            "x-rate-limit-remaining": str(remaining),
            "x-rate-limit-reset": str(reset),
            "set-cookie": "guest_id=v1%3A1; Path=/",
        }
        return web.json_response(body, status=status, headers=headers)

    # -- the routes -----------------------------------------------------------------------------------

    async def _me(self, request: web.Request, asker: str) -> web.Response:
        if not asker:
            return self._json(403, self.rules.app_only())
        self.rules.check(request.query, {"user.fields"})
        return self._json(200, {"data": self.world.user_json(self.world.users[asker], ())})

    async def _by_handle(self, request: web.Request, asker: str) -> web.Response:
        self.rules.check(request.query, {"user.fields"})
        handle = request.match_info["handle"].lower()
        user = next((u for u in self.world.users.values() if u.handle.lower() == handle), None)
        if user is None or user.gone or user.suspended:
            return self._json(200, self.rules.no_user(handle, suspended=bool(user and user.suspended)))
        return self._json(
            200, {"data": self.world.user_json(user, request.query.get("user.fields", "").split(","))}
        )

    async def _followers(self, request: web.Request, asker: str) -> web.Response:
        self.rules.check(request.query, {"user.fields", "max_results", "pagination_token"})
        user = self.world.users.get(request.match_info["id"])
        most = int(request.query.get("max_results", "100"))
        if user is None or not 1 <= most <= 1000:
            return self._json(400, {"title": "Invalid Request", "errors": [{"message": "max_results"}]})
        start = int(request.query.get("pagination_token", "p0").removeprefix("p"))
        some = [u for u in self.world.users.values() if u.id != user.id and not u.gone]
        fields = request.query.get("user.fields", "").split(",")
        page = some[start : start + most]
        meta: Json = {"result_count": len(page)}
        if start + most < len(some):
            meta["next_token"] = f"p{start + most}"
        body: Json = {"data": [self.world.user_json(u, fields) for u in page]} if page else {}
        return self._json(200, body | {"meta": meta})

    async def _mentions(self, request: web.Request, asker: str) -> web.Response:
        return self._timeline(request, self.world.named, self.reach)

    async def _own_posts(self, request: web.Request, asker: str) -> web.Response:
        return self._timeline(request, self.world.own, 3200)

    def _timeline(self, request: web.Request, shelf: dict[str, list[Written]], reach: int) -> web.Response:
        asked = self.rules.timeline(request.query, self.clock())
        user = self.world.users.get(request.match_info["id"])
        if user is None or user.suspended:
            return self._json(200, self.rules.no_user(request.match_info["id"], suspended=bool(user)))
        newest = [p for p in reversed(shelf.get(user.id, [])) if p.id not in self._hidden][:reach]
        fitting = [p for p in newest if not p.deleted and asked.wants(p.id, p.at)]
        below = [p for p in fitting if not asked.below or int(p.id) < asked.below]
        page, rest = below[: asked.most], below[asked.most :]
        meta: Json = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if rest:
            meta["next_token"] = self.rules.token(asked, int(page[-1].id))
        body: Json = (
            {"data": [self.world.post_json(p, asked.fields, asked.noun) for p in page]} if page else {}
        )
        return self._json(200, body | beside(self.world, self.rules, page, asked) | {"meta": meta})

    async def _publish(self, request: web.Request, asker: str) -> web.Response:
        if not asker:
            return self._json(403, self.rules.app_only())
        text, target_id, media = _wanted(await request.read())
        shown = self.shelf.check(media, asker, self.clock()) if media is not None else ()
        target = self.world.posts.get(target_id)
        refused = self._refused(self.world.users[asker], text, target)
        if refused or target is None:
            return self._json(403, forbidden(refused))
        key = self.world.next_id(self.clock())
        handle = self.world.users[asker].handle
        post = self._new(
            key, handle, text, target.conversation, replied_to=target.id, photos=shown,
            implicit=(target.author,) if target.author != asker else (),
        )  # fmt: skip
        for media_key in shown:
            picture = self.shelf.kept[media_key.removeprefix("3_")]
            self.world.photos[media_key], self.world.alts[media_key] = picture.content, picture.alt
        self.world.add(post)
        if self.lagging:
            self._hidden.add(key)
        noun = self.words.noun({})
        return self._json(
            201, {"data": self.world.post_json(post, (), noun) | {f"edit_history_{noun}_ids": [""]}}
        )

    async def _upload(self, request: web.Request, asker: str) -> web.Response:
        if not asker:
            return self._json(403, self.rules.app_only())
        key = self.world.next_id(self.clock())
        return self._json(200, {"data": await self.shelf.take(request, asker, key, self.clock())})

    async def _describe(self, request: web.Request, asker: str) -> web.Response:
        if not asker:
            return self._json(403, self.rules.app_only())
        return self._json(200, {"data": self.shelf.describe(await request.read(), asker, self.clock())})

    async def _delete(self, request: web.Request, asker: str) -> web.Response:
        if not asker:
            return self._json(403, self.rules.app_only())
        post = self.world.posts.get(request.match_info["id"])
        if post is None or post.deleted:
            missing = self.rules.missing("id", request.match_info["id"])
            return self._json(404, missing | {"status": 404})
        if post.author != asker:
            return self._json(403, forbidden(NOT_YOURS))
        post.deleted = True
        return self._json(200, {"data": {"deleted": True}})

    async def _look_up(self, request: web.Request, asker: str) -> web.Response:
        shown, problems, noun = [], [], self.words.noun(request.query)
        fields = self.words.told(request.query)
        for key in dict.fromkeys(self.rules.lookup(request.query)):
            post = self.world.posts.get(key)
            author = self.world.users[post.author] if post else None
            if post is None or author is None or post.deleted or author.gone:
                problems.append(self.rules.missing("ids", key, noun))
            elif author.suspended or (author.protected and author.id != asker):
                problems.append(self.rules.unauthorized(key, noun))
            else:
                shown.append(self.world.post_json(post, fields, noun))
        body = ({"data": shown} if shown else {}) | ({"errors": problems} if problems else {})
        return self._json(200, body)

    def catch_up(self) -> None:
        """The timelines show what they had been late with."""
        self._hidden.clear()

    def _refused(self, author: User, text: str, target: Written | None) -> str:
        own = self.world.own.get(author.id, [])
        if author.suspended:
            return SUSPENDED
        if any(p.said == text and not p.deleted for p in own):
            return DUPLICATE
        if weigh(text) > 280:
            return TOO_LONG
        if target is None or target.deleted:
            return GONE
        quotes_us = target.quoted and self.world.posts[target.quoted].author == author.id
        summoned = author.id in self.world.explicit(target) or quotes_us
        return "" if summoned or self.enterprise else NOT_SUMMONED

    async def _media(self, request: web.Request) -> web.Response:
        """Photos stand on another host at X: whoever brings credentials here has lost them."""
        if "Authorization" in request.headers or "Cookie" in request.headers:
            return web.Response(status=400)
        content = self.world.photos.get(request.match_info["name"].removesuffix(".png"))
        if content is None:
            return web.Response(status=404, text="not found")
        return web.Response(body=content, content_type="image/png")


def _wanted(body: bytes) -> tuple[str, str, object]:
    try:
        said = json.loads(body)
        text, reply, media = said.pop("text"), said.pop("reply"), said.pop("media", None)
        target = reply.pop("in_reply_to_tweet_id")
        keys = media.pop("media_ids") if media is not None else None
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise Invalid(BAD_BODY) from error
    well = isinstance(text, str) and text.strip() and isinstance(target, str) and target.isdigit()
    if said or reply or media or not well:
        raise Invalid(BAD_BODY)
    return text.strip(), target, keys
