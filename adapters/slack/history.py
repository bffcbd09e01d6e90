"""What we have already said in a room: found by the key that each message of ours carries unseen."""

from __future__ import annotations

from collections.abc import Collection

from adapters.slack.body import Body, parts, word
from adapters.slack.web import Web
from plugin.chat.values import MessageRef, Room

PAGE = 200
PAGES = 5
THREADS = 5


async def find(web: Web, room: Room, key: str, me: Collection[str]) -> MessageRef | None:
    """The message of ours that carries `key`, among the room's newest thousand and its liveliest threads. `me` are
    our names as a user and as a bot.

    What is asked for was sent minutes ago, so it is not further back. Raises Refused where the app may not read the
    room.
    """
    cursor, threads = "", list[Body]()
    for _ in range(PAGES):
        answer = await web.call(
            web.client.conversations_history,
            channel=room.key, limit=PAGE, cursor=cursor or None, include_all_metadata=True,
        )  # fmt: skip
        messages = parts(answer, "messages")
        if (found := _named(messages, room, key)) is not None:
            return found
        threads += [m for m in messages if _may_be_ours(m, me)]
        cursor = word(answer, "response_metadata", "next_cursor")
        if not cursor:
            break
    return await _in_threads(web, room, key, threads)


def _may_be_ours(root: Body, me: Collection[str]) -> bool:
    """Whether we may have spoken in a thread: Slack names the first few who did, apps by one name or the other."""
    named, count = root.get("reply_users"), root.get("reply_users_count")
    if not isinstance(named, list):
        return False
    return any(isinstance(user, str) and user in me for user in named) or (
        isinstance(count, int) and count > len(named)
    )


async def _in_threads(web: Web, room: Room, key: str, threads: list[Body]) -> MessageRef | None:
    for root in sorted(threads, key=lambda m: word(m, "latest_reply"), reverse=True)[:THREADS]:
        answer = await web.call(
            web.client.conversations_replies,
            channel=room.key, ts=word(root, "ts"), limit=PAGE, include_all_metadata=True,
        )  # fmt: skip
        if (found := _named(parts(answer, "messages"), room, key)) is not None:
            return found
    return None


def _named(messages: list[Body], room: Room, key: str) -> MessageRef | None:
    for message in messages:
        is_ours = word(message, "metadata", "event_type") == "tanggap"
        if is_ours and word(message, "metadata", "event_payload", "key") == key:
            return MessageRef(room, word(message, "ts"), word(message, "thread_ts"))
    return None
