"""Nobody has a handle in the training room: whoever is replied to is meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plugin.chat.values import Incoming, Outgoing, Person, Room, Typed
from plugin.store.store import Store
from tests.far_side.web import Training, hearing


@pytest.fixture
async def training(store: Store, tmp_path: Path) -> AsyncIterator[Training]:
    made = Training(store, tmp_path / "media")
    yield made
    await made.aclose()


async def test_a_reply_names_whom_it_answers(training: Training) -> None:
    heard: list[Incoming] = []

    async def writes(who: str, text: str, **more: int) -> int:
        said = {"sebagai": who, "grup": "kebumen", "tab": "t1", "key": f"k{len(heard)}", "text": text}
        return int((await training.client.post("/latihan/ketik", json=said | more)).json()["id"])

    async with hearing(training, heard):
        first = await writes("budi", "Siap")
        await writes("ada", "/beri-peran petugas dpupr", answers=first)
        ours = await training.chat.send(Room("web", "kebumen"), Outgoing("Baik"), key="k")
        await writes("ada", "terima kasih", answers=int(ours.key))

    bodies = [m.body for m in heard if isinstance(m.body, Typed)]
    assert [body.mentions for body in bodies] == [(), (Person("web", "budi"),), ()]
