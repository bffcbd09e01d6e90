"""The same work with nothing around it: `python -m bench.bare KIND …`, each a process on the app's core.

asgi PORT ANSWER     uvicorn, Slack's signature checked, a fixed answer (the file ANSWER)
bolt PORT ANSWER     slack-bolt as its README starts it: AsyncApp, its Starlette adapter, the same answer
poller URL TOKEN     Telegram by aiohttp: getUpdates, one fixed sendMessage for each update
intake URL FILE …    X's pages by aiohttp into the table by executemany, one commit a page
imports              the SDKs and the database library, then its own memory in MB
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import uvloop

from bench import machine
from bench.wire import SECRET

Message = Mapping[str, Any]  # ASGI's own
TABLE = (
    "INSERT OR IGNORE INTO report (channel, post_id, conversation, target_post, account_id, agency_id, author_id,"
    " author_handle, author_name, author, text, folded, url, place, mentions, photos, state, written_at,"
    " received_at, due_at) VALUES ('x', ?, ?, ?, 1, 1, ?, ?, ?, '{}', ?, ?, '', '', '[]', 0, 'new', ?, ?, ?)"
)


def asgi(port: int, answer: bytes) -> None:
    """Serve until ended."""
    import uvicorn

    sized = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]

    async def app(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        raw, more = b"", True
        while more:
            part = await receive()
            raw, more = raw + part.get("body", b""), part.get("more_body", False)
        headers = dict(scope["headers"])
        stamp = headers.get(b"x-slack-request-timestamp", b"")
        digest = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp, raw), hashlib.sha256).hexdigest()
        well = hmac.compare_digest(b"v0=" + digest.encode(), headers.get(b"x-slack-signature", b""))
        await send({"type": "http.response.start", "status": 200 if well else 401, "headers": sized})
        await send({"type": "http.response.body", "body": answer})

    uvicorn.run(app, port=port, log_config=None, access_log=False, lifespan="off", loop="uvloop")


def bolt(port: int, answer: bytes) -> None:
    """Serve until ended."""
    import uvicorn
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    given = json.loads(answer)
    body = {name: given[name] for name in ("text", "blocks", "response_type")}

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="TBENCH", bot_token="xoxb-bench")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command("/laporan-baru")
    async def listed(ack: Callable[..., Awaitable[None]]) -> None:
        await ack(**body)

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    routes = [Route("/slack/events", endpoint, methods=["POST"])]
    uvicorn.run(
        Starlette(routes=routes), port=port, log_config=None, access_log=False, lifespan="off", loop="uvloop"
    )


async def poller(url: str, token: str) -> None:
    """Answer every update until ended."""
    import aiohttp

    bot, offset = f"{url}/bot{token}", 0
    async with aiohttp.ClientSession() as session:

        async def call(method: str, **arguments: object) -> Any:  # Telegram's own JSON
            async with session.post(f"{bot}/{method}", json=arguments) as answer:
                return json.loads(await answer.read())["result"]

        while True:
            for update in await call("getUpdates", offset=offset, timeout=30):
                offset = update["update_id"] + 1
                await call("sendMessage", chat_id=update["message"]["chat"]["id"], text="Semua baik.")


async def intake(url: str, database: str, keys: list[str]) -> None:
    """Read the pages of these accounts, eight accounts at once, until all are read; then tell the seconds."""
    import aiohttp

    db = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        db.execute(f"PRAGMA {pragma}")
    abreast = asyncio.Semaphore(8)
    async with aiohttp.ClientSession() as session:

        async def walk(key: str) -> int:
            done, more = 0, True
            while more:
                async with session.get(f"{url}/2/users/{key}/mentions") as answer:
                    page = json.loads(await answer.read())
                users = {u["id"]: u for u in page["includes"]["users"]}
                db.execute("BEGIN IMMEDIATE")
                db.executemany(TABLE, [_row(post, users[post["author_id"]]) for post in page["data"]])
                db.execute("COMMIT")
                done, more = done + len(page["data"]), "next_token" in page["meta"]
            return done

        async def one(key: str) -> int:
            async with abreast:
                return await walk(key)

        began = time.perf_counter()
        stored = sum(await asyncio.gather(*map(one, keys)))
    print(stored / (time.perf_counter() - began))
    db.close()  # with its log, which would spoil the next copy


def _row(post: Mapping[str, Any], user: Mapping[str, Any]) -> tuple[str, ...]:
    key, at = post["id"], post["created_at"]
    return (
        key, key, key, user["id"], user["username"], user["name"], post["text"], post["text"].lower(), at, at, at,
    )  # fmt: skip


def imports() -> None:
    """What a bare program with the same libraries needs before it does anything."""
    import slack_bolt.async_app
    import sqlmodel
    import telegram
    import tweepy
    import uvicorn

    del slack_bolt, sqlmodel, telegram, tweepy, uvicorn
    print(machine.memory_mb(os.getpid()))


def main(kind: str, *arguments: str) -> None:
    match kind:
        case "asgi" | "bolt":
            {"asgi": asgi, "bolt": bolt}[kind](int(arguments[0]), Path(arguments[1]).read_bytes())
        case "poller":
            uvloop.run(poller(*arguments))
        case "intake":
            url, database, *keys = arguments
            uvloop.run(intake(url, database, keys))
        case "imports":
            imports()


if __name__ == "__main__":
    main(*sys.argv[1:])
