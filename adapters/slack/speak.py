"""How a message of ours gets to Slack: picture by picture, part by part, and where it cannot go, by reply."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from adapters.slack.answers import replacing, spoken
from adapters.slack.render import LONGEST_AS_ONE, Page, pages
from adapters.slack.reply_urls import ReplyUrls
from adapters.slack.web import Web
from plugin.chat.values import Media, MessageRef, Outgoing, Person, Room
from plugin.errors import DeliveryError, Refused

LOG = logging.getLogger(__name__)

Step = Callable[[], Awaitable[MessageRef | None]]

# Slack's words for a room that the app was not invited to; a private one it does not even admit to.
OUTSIDE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})
# ... and for a message that the Web API cannot change, though the address that came with a press can.
BEYOND = OUTSIDE | {"cant_update_message", "edit_window_closed", "message_not_found"}
UNFINISHED = 500


class Speaker:
    """Sends and amends messages."""

    def __init__(self, web: Web, urls: ReplyUrls) -> None:
        self._web, self._urls = web, urls
        self._unfinished: OrderedDict[tuple[str, int], int] = OrderedDict()

    async def send(self, room: Room, message: Outgoing, key: str) -> MessageRef:
        """Deliver `message`, perhaps in several parts. Asked again with the same key after a failure, it goes
        on with the first part that Slack has not confirmed."""
        sheets = pages(message)
        if not sheets:
            raise Refused("no_text")
        steps = [*self._media(room, message), *self._parts(room, message, sheets, key)]
        job, ref = (key, hash((room, message))), None
        for number, step in enumerate(steps):
            if number >= self._unfinished.get(job, 0):
                ref = await step()
                self._progress(job, number + 1)
        self._unfinished.pop(job, None)
        assert ref is not None  # the last step posts the last part
        return ref

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        """Replace a message. One that only one person sees can be replaced once that person pressed a button
        on it, within half an hour."""
        sheets = pages(message, LONGEST_AS_ONE)
        if len(sheets) != 1:
            raise Refused("msg_too_long" if sheets else "no_text")
        kept = self._urls.for_message(ref)
        if kept is None or not kept.is_whisper:
            try:
                await self._update(ref, sheets[0])
            except Refused as error:
                if kept is None or error.why not in BEYOND:
                    raise
            else:
                return
        kept.left -= 1
        await self._web.reply(kept.url, replacing(sheets[0]))

    async def _update(self, ref: MessageRef, page: Page) -> None:
        await self._web.call(
            self._web.client.chat_update,
            channel=ref.room.key,
            ts=ref.key,
            text=page.text,
            blocks=list(page.blocks),
            link_names=False,
            parse="none",
        )

    def _media(self, room: Room, message: Outgoing) -> list[Step]:
        """Steps that share files and pictures. Neither can be shown to one person only: then the words go alone."""
        if message.whisper_to is not None:
            return []
        return [
            *(partial(self._share, file, room, message) for file in message.files),
            *(partial(self._show, picture, room, message) for picture in message.pictures),
        ]

    async def _share(self, file: Media, room: Room, message: Outgoing) -> None:
        await self._web.share(file, room.key, _thread(room, message))

    async def _show(self, picture: Media, room: Room, message: Outgoing) -> None:
        try:
            await self._share(picture, room, message)
        except DeliveryError as error:
            LOG.warning("Slack: a picture was not shown, its text is: %s", error)

    def _parts(self, room: Room, message: Outgoing, sheets: Sequence[Page], key: str) -> list[Step]:
        """Steps that post the pages; the last, which carries our key, says that all have arrived."""
        name = {"event_type": "tanggap", "event_payload": {"key": key}}
        unnamed = [partial(self._post, room, message, page, None) for page in sheets[:-1]]
        return [*unnamed, partial(self._post, room, message, sheets[-1], name)]

    async def _post(
        self, room: Room, message: Outgoing, page: Page, metadata: dict[str, Any] | None
    ) -> MessageRef:
        client, thread, to = self._web.client, _thread(room, message), message.whisper_to
        words: dict[str, Any] = {
            "channel": room.key, "thread_ts": thread or None, "text": page.text, "blocks": list(page.blocks),
            "link_names": False, "parse": "none",
        }  # fmt: skip
        try:
            if to is not None:
                done = await self._web.call(client.chat_postEphemeral, user=to.key, **words)
                return MessageRef(room, str(done["message_ts"]), thread)
            done = await self._web.call(
                client.chat_postMessage, metadata=metadata, mrkdwn=False, unfurl_links=False,
                unfurl_media=False, **words,
            )  # fmt: skip
            return MessageRef(room, str(done["ts"]), thread)
        except Refused as error:
            return await self._reply(room, page, to, error)

    async def _reply(self, room: Room, page: Page, to: Person | None, error: Refused) -> MessageRef:
        """Answer where the app was not invited, if a command from there is fresh. Such a message has no
        name that it could be amended by; a press on it brings one."""
        kept = self._urls.for_room(room, to) if error.why in OUTSIDE else None
        if kept is None:
            raise error
        kept.left -= 1
        await self._web.reply(kept.url, spoken(page, to_all=to is None))
        return MessageRef(room, f"{kept.url.rpartition('/')[2]}:{kept.left}")

    def _progress(self, job: tuple[str, int], done: int) -> None:
        self._unfinished[job] = done
        while len(self._unfinished) > UNFINISHED:
            self._unfinished.popitem(last=False)


def _thread(room: Room, message: Outgoing) -> str:
    """The thread in which the answer belongs; a message that was sent by response_url has none."""
    to = message.answers
    if to is None or to.room != room:
        return ""
    # What only one person sees begins no thread: Slack shows it in one only where others have spoken already.
    root = to.thread or (to.key if message.whisper_to is None else "")
    return root if root.replace(".", "", 1).isdecimal() else ""
