"""The training room keeps every promise of a chat platform."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.web import WebChat
from plugin.chat.values import Outgoing, Room
from plugin.errors import TryLater
from tests.contract.chat import ChatAdapterContract
from tests.far_side.web import PEOPLE, Elsewhere, Training, TroubledStore, hung_up, locked, visible


class WebWire:
    """Browsers: those who act are connected to the process under test, those who look to another one."""

    def __init__(self, training: Training, store: TroubledStore, elsewhere: Elsewhere) -> None:
        self.adapter: WebChat = training.chat
        self.room = Room("web", "kebumen")
        self._training = training
        self._store = store
        self._elsewhere = elsewhere
        self._keys = itertools.count(1)

    # -- acting -----------------------------------------------------------------------------------------

    async def deliver(self, text: str, *, sender: str = "ada", key: str | None = None) -> None:
        await self._post("ketik", sender, key, {"text": text})

    async def press(self, label: str, *, sender: str = "ada") -> None:
        for message in reversed(self._messages(sender)):
            for button in _buttons(message):
                if button["label"] == label:
                    on = {"on": message["id"], "token": button["token"]}
                    await self._post("tekan", sender, None, on)
                    return
        raise AssertionError(label)

    async def fill_in(self, values: dict[str, str], *, sender: str = "ada") -> None:
        form = next(m for m in reversed(self._messages(sender)) if "form" in m)
        await self._post("isi", sender, None, {"form": form["id"], "values": values})

    async def _post(self, act: str, sender: str, key: str | None, more: dict[str, Any]) -> None:
        body = {"sebagai": sender, "grup": "kebumen", "tab": "t1", "key": key or f"n{next(self._keys)}"}
        answer = await self._training.client.post(f"/latihan/{act}", json=body | more)
        assert answer.status_code == 200, answer.text

    # -- looking ----------------------------------------------------------------------------------------

    def _messages(self, eye: str = "ada") -> list[dict[str, Any]]:
        answer = self._elsewhere.get("/latihan/pesan", sebagai=eye, grup="kebumen")
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def _ours(self) -> list[dict[str, Any]]:
        return [m for m in self._messages() if "by" not in m and not m["whisper"]]

    def form(self) -> tuple[str, list[str]]:
        form = next(m["form"] for m in reversed(self._messages()) if "form" in m)
        return form["title"], [field["label"] for field in form["fields"]]

    def shown(self) -> list[str]:
        return [visible(m["blocks"]) for m in self._ours()]

    def whispered(self) -> list[tuple[str, str]]:
        return [(p.key, visible(m["blocks"])) for p in PEOPLE for m in self._messages(p.key) if m["whisper"]]

    def buttons(self) -> list[str]:
        return [button["label"] for button in _buttons(self._ours()[-1])]

    def pictures(self) -> list[bytes]:
        return [self._elsewhere.get(p["url"]).content for m in self._ours() for p in m["pictures"]]

    def files(self) -> list[tuple[str, bytes]]:
        papers = [f for m in self._ours() for f in m.get("files", ())]
        got = [(f["name"], self._elsewhere.get(f["url"], nama=f["name"])) for f in papers]
        assert all(name in answer.headers["content-disposition"] for name, answer in got)
        return [(name, answer.content) for name, answer in got]

    def answering(self) -> str | None:
        answers = self._messages()[-1]["answers"]
        return None if answers is None else str(answers)

    def alarms(self) -> list[str]:
        """Links, in a room where the tests that ask for alarms write none."""
        spans = [s for m in self._ours() for b in m["blocks"] for s in _spans(b)]
        return [span["href"] for span in spans if "href" in span]

    # -- trouble ----------------------------------------------------------------------------------------

    def refuse_next(self) -> None:
        self._training.rooms = ()

    def throttle_next(self, seconds: int) -> None:
        self._store.before.append(locked())

    def break_next(self) -> None:
        self._store.after.append(hung_up())

    def fail_next(self) -> None:
        self._store.before.append(hung_up())


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [b for block in message["blocks"] if block["kind"] == "buttons" for b in block["buttons"]]


def _spans(block: dict[str, Any]) -> Sequence[dict[str, Any]]:
    if block["kind"] == "list":
        return [span for item in block["items"] for span in item]
    spans: Sequence[dict[str, Any]] = block.get("spans", ())
    return spans


@pytest.fixture
async def wire(database_url: str, tmp_path: Path) -> AsyncIterator[WebWire]:
    store = TroubledStore(database_url)
    training = Training(store, tmp_path / "media")
    elsewhere = Elsewhere(database_url, tmp_path / "media")
    yield WebWire(training, store, elsewhere)
    elsewhere.close()
    await training.aclose()
    await store.aclose()


class TestWebChat(ChatAdapterContract):
    async def test_throttling_says_how_long(self, wire: WebWire) -> None:  # type: ignore[override]  # narrower
        """A database that is busy names no figure of its own: the adapter's stands for it."""
        wire.throttle_next(7)

        with pytest.raises(TryLater) as caught:
            await wire.adapter.send(wire.room, Outgoing("pelan"), key="k1")
        assert caught.value.after == 5
        assert wire.shown() == []


async def test_what_was_sent_under_a_key_is_sent_once(wire: WebWire) -> None:
    wire.break_next()
    with pytest.raises(Exception, match="database"):
        await wire.adapter.send(wire.room, Outgoing("sekali"), key="k1")
    ref = await wire.adapter.send(wire.room, Outgoing("sekali"), key="k1")

    assert wire.shown() == ["sekali"]
    assert await wire.adapter.sent_before(wire.room, "k1") == ref
