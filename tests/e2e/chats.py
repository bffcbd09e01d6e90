"""The five ways in which officials reach the desk, each as a person uses it: write, press, fill in, read.

What stands here knows the platforms' far sides and nothing of the application but its address.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from tests.e2e.running import App, browser, until
from tests.far_side.slack import APP_TOKEN, BOT_TOKEN, SECRET, SlackFarSide
from tests.far_side.telegram import TOKEN, TelegramFarSide
from tests.far_side.telegram_world import Message
from tests.far_side.web import visible

WEBHOOK_SECRET = "rahasia-webhook_1"
WAYS = ("slack-http", "slack-socket", "telegram-polling", "telegram-webhook", "web")


class Chat(Protocol):
    """A group of officials. `people` are those who act in the story, by what they are to be."""

    platform: str
    people: dict[str, str]
    secrets: Sequence[str]

    def settings(self, port: str) -> dict[str, str]:
        """What the operator sets for this platform."""

    async def meet(self, app: App) -> None:
        """From now on this application is the one that is spoken to."""

    async def say(self, text: str, who: str, *, about: str = "") -> None:
        """Write something in the group; `about` somebody who is named in the way of the platform."""

    async def press(self, label: str, who: str) -> None:
        """Press the newest button with this label."""

    async def fill_in(self, text: str, who: str, *, photo: bytes = b"") -> None:
        """Answer the open question, in a form or as the platform asks; perhaps with a photo."""

    async def asked(self, who: str) -> bool:
        """Whether a question stands open before this person."""

    async def texts(self, who: str) -> list[str]:
        """Everything of ours that this person sees in the group now, oldest first."""

    async def links(self) -> dict[str, str]:
        """The addresses that buttons in the group open, by label; the newest counts."""

    async def labels(self, who: str) -> list[str]:
        """The labels on the newest message with buttons that this person sees."""

    async def pictures(self) -> list[bytes]:
        """The pictures that we showed in the group."""

    def alarms(self) -> list[str]:
        """What was shown that nobody wrote: calls, links, formatting."""


async def sees(chat: Chat, *parts: str, who: str) -> str:
    """The newest message that this person sees with all these parts in it, as soon as there is one."""

    async def newest() -> str:
        found = [t for t in await chat.texts(who) if all(part in t for part in parts)]
        return found[-1] if found else ""

    try:
        return await until(newest)
    except AssertionError:
        raise AssertionError(f"{who} does not see {parts}, but {(await chat.texts(who))[-3:]}") from None


async def asks(chat: Chat, line: str, *parts: str, who: str) -> str:
    """What is seen once this line, written again and again, is answered so."""

    async def answered() -> str:
        before = len(await chat.texts(who))
        await chat.say(line, who)

        async def answer() -> list[str]:
            return (await chat.texts(who))[before:]

        new = await until(answer, what=f"for an answer to {line}")
        return next((text for text in new if all(part in text for part in parts)), "")

    return await until(answered, what=f"for {line} to show {parts}", pause=0.1)


# -- Slack -------------------------------------------------------------------------------------------------


class SlackPeople:
    """Officials in a channel on Slack."""

    platform = "slack"
    secrets: Sequence[str] = (BOT_TOKEN, APP_TOKEN, SECRET)

    def __init__(self, far: SlackFarSide, *, by_socket: bool) -> None:
        self.far = far
        self._by_socket = by_socket
        self.people = {"admin": "adi", "petugas": "tono", "kepala": "wati", "asing": "joko", "sekda": "sri"}
        far.world.users |= {_key(name): name for name in self.people.values()}

    def settings(self, port: str) -> dict[str, str]:
        secret = {"slack_app_token": APP_TOKEN} if self._by_socket else {"slack_signing_secret": SECRET}
        return secret | {"slack_bot_token": BOT_TOKEN, "slack_api_url": self.far.api_url}

    async def meet(self, app: App) -> None:
        if self._by_socket:
            await until(lambda: self.far.sockets.open, what="for a socket to be opened")
            return
        if self.far._http is not None:  # the far side's own line to a former life
            await self.far._http.aclose()
        self.far.deliver_to(base_url=app.url)

    async def say(self, text: str, who: str, *, about: str = "") -> None:
        command, _, rest = text.partition(" ")
        rest = f"@{self.people[about]} {rest}" if about else rest
        assert (await self.far.slash(command, rest, user=self._user(who))).status == 200

    async def press(self, label: str, who: str) -> None:
        assert (await self.far.press(label, user=self._user(who))).status == 200

    async def fill_in(self, text: str, who: str, *, photo: bytes = b"") -> None:
        inputs = [b for b in self._view(who).raw["blocks"] if b["type"] == "input"]
        [field] = [b["block_id"] for b in inputs if b["element"]["type"] == "plain_text_input"]
        files = [self.far.upload(photo)] if photo else []
        assert (await self.far.submit({field: text}, user=self._user(who), files=files)).status == 200

    async def asked(self, who: str) -> bool:
        return any(view.user == self._user(who) for view in self.far.world.views)

    async def texts(self, who: str) -> list[str]:
        return [m.shown().text for m in self._seen(who)]

    async def links(self) -> dict[str, str]:
        buttons = [b for m in self.far.world.messages if m.is_ours for b in m.shown().buttons]
        return {b["text"]["text"]: b["url"] for b in buttons if b.get("url")}

    async def labels(self, who: str) -> list[str]:
        found = [m.shown().buttons for m in self._seen(who) if m.shown().buttons]
        return [b["text"]["text"] for b in found[-1]] if found else []

    async def pictures(self) -> list[bytes]:
        return [m.picture for m in self.far.messages() if m.picture is not None]

    def alarms(self) -> list[str]:
        return self.far.alarms()

    def _user(self, who: str) -> str:
        return _key(self.people[who])

    def _view(self, who: str) -> Any:
        return self.far.view(self._user(who))

    def _seen(self, who: str) -> list[Any]:
        return [m for m in self.far.world.messages if m.is_ours and m.whisper_to in ("", self._user(who))]


def _key(name: str) -> str:
    return f"U{name.upper()}"


# -- Telegram ----------------------------------------------------------------------------------------------


class TelegramPeople:
    """Officials in a supergroup on Telegram."""

    platform = "telegram"
    secrets: Sequence[str] = (TOKEN, TOKEN.partition(":")[2], WEBHOOK_SECRET)

    def __init__(self, far: TelegramFarSide, *, by_webhook: bool) -> None:
        self.far = far
        self._by_webhook = by_webhook
        self.people = {"admin": "adi", "petugas": "tono", "kepala": "wati", "asing": "joko", "sekda": "sri"}

    def settings(self, port: str) -> dict[str, str]:
        set_ = {"telegram_token": TOKEN, "telegram_api_url": self.far.url}
        if self._by_webhook:
            url = f"http://127.0.0.1:{port}/telegram/updates"
            set_ |= {"telegram_webhook_url": url, "telegram_webhook_secret": WEBHOOK_SECRET}
        return set_

    async def meet(self, app: App) -> None:
        """It comes by itself."""

    async def say(self, text: str, who: str, *, about: str = "") -> None:
        answered = self.far.say("Siap, Pak.", self.people[about]).id if about else None
        self.far.say(text, self.people[who], reply_to=answered)

    async def press(self, label: str, who: str) -> None:
        query = self.far.press(label, self.people[who])
        await until(lambda: query in self.far.methods.answered, what=f"for {label} to stop turning")

    async def fill_in(self, text: str, who: str, *, photo: bytes = b"") -> None:
        self.far.say(text, self.people[who], reply_to=self._questions()[-1].id, photo=photo or None)

    async def asked(self, who: str) -> bool:
        return bool(self._questions()) and self._questions()[-1].id == self.far.ours()[-1].id

    async def texts(self, who: str) -> list[str]:
        return [m.text for m in self.far.ours()]

    async def links(self) -> dict[str, str]:
        chats = [self.far.room, *(chat for chat in self.far.world.chats if chat != self.far.room)]
        buttons = [b for chat in chats for m in self.far.ours(chat) for row in m.keyboard for b in row]
        return {b["text"]: b["url"] for b in buttons if "url" in b}

    def begin(self, who: str) -> None:
        """Open one's private chat with the bot, without which it may not write there."""
        name = self.people[who]
        self.far.say("/start", name, chat=self.far.world.private(name).id)

    async def labels(self, who: str) -> list[str]:
        found = [m.labels for m in self.far.ours() if m.labels]
        return found[-1] if found else []

    async def pictures(self) -> list[bytes]:
        return [m.photo for m in self.far.ours() if m.photo is not None]

    def alarms(self) -> list[str]:
        return self.far.alarms()

    def _questions(self) -> list[Message]:
        return [m for m in self.far.ours() if m.asks]


# -- the browser -------------------------------------------------------------------------------------------


class WebPeople:
    """Visitors of the training room, each in a tab of the group's page."""

    platform = "web"
    secrets: Sequence[str] = ()

    def __init__(self, room: str = "dpupr") -> None:
        self.room = room
        self.people = {
            "admin": "admin", "petugas": "petugas-dpupr", "kepala": "kepala-dpupr", "asing": "kepala-dinkes",
            "sekda": "sekda",
        }  # fmt: skip
        self._keys = itertools.count(1)
        self._client = browser()

    def settings(self, port: str) -> dict[str, str]:
        return {}

    async def meet(self, app: App) -> None:
        await self.meet_at(app.url)

    async def meet_at(self, url: str) -> None:
        await self.leave()
        self._client = browser(base_url=url, headers={"x-tanggap": "1", "origin": url})

    async def leave(self) -> None:
        await self._client.aclose()

    async def say(self, text: str, who: str, *, about: str = "") -> None:
        more = {"answers": await self._type("Siap, Pak.", about)} if about else {}
        await self._type(text, who, **more)

    async def press(self, label: str, who: str) -> None:
        for message in reversed(await self._messages(who)):
            for button in _buttons(message):
                if button["label"] == label and "token" in button:
                    await self._post("tekan", who, on=message["id"], token=button["token"])
                    return
        raise AssertionError(f"no button {label!r}")

    async def fill_in(self, text: str, who: str, *, photo: bytes = b"") -> None:
        message = (await self._forms(who))[-1]
        [field] = [f for f in message["form"]["fields"] if f["shape"] != "photos"]
        photos = [await self._upload(photo, who)] if photo else []
        await self._post("isi", who, form=message["id"], values={field["name"]: text}, photos=photos)

    async def _upload(self, photo: bytes, who: str) -> str:
        place = {"sebagai": self.people[who], "grup": self.room}
        answer = await self._client.post("/latihan/foto", data=place, files={"photo": ("f.png", photo)})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["name"])

    async def asked(self, who: str) -> bool:
        return bool(await self._forms(who))

    async def texts(self, who: str) -> list[str]:
        return [visible(m["blocks"]) for m in await self._messages(who) if "by" not in m]

    async def links(self) -> dict[str, str]:
        buttons = [b for m in await self._messages("admin") for b in _buttons(m)]
        return {b["label"]: b["url"] for b in buttons if "url" in b}

    async def labels(self, who: str) -> list[str]:
        found = [labels for m in await self._messages(who) if (labels := [b["label"] for b in _buttons(m)])]
        return found[-1] if found else []

    async def pictures(self) -> list[bytes]:
        urls = [p["url"] for m in await self._messages("admin") for p in m["pictures"]]
        return [(await self._client.get(url)).content for url in urls]

    def alarms(self) -> list[str]:
        return []

    async def _type(self, text: str, who: str, **more: Any) -> int:
        return int((await self._post("ketik", who, text=text, **more))["id"])

    async def _post(self, what: str, who: str, **more: Any) -> dict[str, Any]:
        said = {"sebagai": self.people[who], "grup": self.room, "tab": "t1", "key": f"k{next(self._keys)}"}
        answer = await self._client.post(f"/latihan/{what}", json=said | more)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def _messages(self, who: str) -> list[dict[str, Any]]:
        asked = {"sebagai": self.people[who], "grup": self.room}
        answer = await self._client.get("/latihan/pesan", params=asked)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def _forms(self, who: str) -> list[dict[str, Any]]:
        return [m for m in await self._messages(who) if "form" in m and not m["form"]["done"]]


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [b for block in message["blocks"] if block["kind"] == "buttons" for b in block["buttons"]]


# -- all of them -------------------------------------------------------------------------------------------


@asynccontextmanager
async def chat_by(way: str) -> AsyncIterator[Chat]:
    """A group of officials on the platform, reached this way."""
    platform, _, how = way.partition("-")
    if platform == "slack":
        async with SlackFarSide() as slack:
            yield SlackPeople(slack, by_socket=how == "socket")
    elif platform == "telegram":
        telegram = TelegramFarSide()
        await telegram.start()
        yield TelegramPeople(telegram, by_webhook=how == "webhook")
        await telegram.stop()
    else:
        web = WebPeople()
        yield web
        await web.leave()
