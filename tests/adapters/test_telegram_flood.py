"""Telegram lets a bot say twenty things a minute in a group: all of ours get there, answers to people first."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from plugin.chat.compose import Composer
from plugin.chat.courier import Courier, Place
from plugin.chat.values import Person, Room
from plugin.clock import system_clock
from plugin.media import Media
from plugin.store.store import Store
from plugin.wording import View, Wording
from tests.contract.chat import PIXEL
from tests.far_side.telegram_flood import Flood
from tests.far_side.telegram_wire import TelegramWire, wired

# The time that passes here is ours; PostgreSQL would go by its own.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADA = Person("telegram", "1", "Ada")


@dataclass(frozen=True)
class Said(View):
    """A message."""

    text: str


@dataclass(frozen=True)
class Morning(View):
    """A page with its picture."""

    text: str

    def pictures(self) -> tuple[Media, ...]:
        return (PIXEL,)


@dataclass(frozen=True)
class Held(View):
    """A card."""

    name: str
    text: str

    @property
    def about(self) -> str:
        return f"held:{self.name}"


class Hours:
    """Time that passes when somebody waits, and only then; whoever waits meanwhile waits through the same time."""

    def __init__(self) -> None:
        self.now = time.time()
        self.waited: defaultdict[object, float] = defaultdict(float)

    def __call__(self) -> float:
        return self.now

    async def nap(self, seconds: float) -> None:
        until = self.now + seconds
        self.waited[asyncio.current_task()] += seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


@dataclass
class Post:
    """A courier whose groups are on a Telegram that counts."""

    wire: TelegramWire
    courier: Courier
    hours: Hours
    flood: Flood
    truth: dict[str, str] = field(default_factory=dict)

    def rooms(self, count: int) -> list[Room]:
        return [Room("telegram", str(self.wire.far.world.group(f"OPD {n}").id)) for n in range(count)]

    def said(self, room: Room) -> list[str]:
        return [m.text for m in self.wire.far.ours(int(room.key)) if m.text]

    async def tell(self, room: Room, text: str, *, asked: bool = False) -> None:
        await self.courier.send(room, Said(text), key=f"{room.key}:{text}", asker=ADA if asked else None)

    async def pass_time(self, seconds: int) -> None:
        """Let so much time pass, and everybody do in it what they will."""
        for _ in range(seconds):
            await self.hours.nap(1.0)

    async def now(self, about: str, place: Place) -> View:
        name = about.partition(":")[2]
        return Held(name, self.truth[name])


@pytest.fixture
async def post(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    words = tmp_path / "test_telegram_flood"
    words.mkdir()
    for name in ("said", "morning", "held"):
        (words / f"{name}.html.j2").write_text("{{ text }}")
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "rest.html.j2").write_text("…")
    hours = Hours()
    monkeypatch.setattr("plugin.store.gates.time", SimpleNamespace(time=hours))
    async with wired("polling") as wire:
        flood = wire.far.flood = Flood(hours)
        composer = Composer(store, Wording(tmp_path))
        courier = Courier(store, composer, {"telegram": wire.adapter}, system_clock, hours.nap)
        made = Post(wire, courier, hours, flood)
        courier.truth = made.now
        yield made


async def test_a_morning_page_reaches_thirty_groups_once(post: Post) -> None:
    rooms = post.rooms(30)
    await asyncio.gather(*(post.courier.send(r, Morning("Pagi"), key=f"pagi:{r.key}") for r in rooms))

    assert [post.said(room) for room in rooms] == [["Pagi"]] * 30
    assert post.flood.refused == 0


@pytest.mark.parametrize("parts", [1, 3])
async def test_alarms_come_late_in_their_order_once_and_answers_do_not_wait_for_them(
    post: Post, parts: int
) -> None:
    """Also where each of them is several messages on Telegram."""
    [room] = post.rooms(1)
    texts = [f"alarm {n:02}" + " panjang" * (1350 if parts == 3 else 0) for n in range(30)]
    alarms = [asyncio.create_task(post.tell(room, text)) for text in texts]
    answers = []
    for n in range(8):
        await post.pass_time(4)
        answers.append(asyncio.create_task(post.tell(room, f"jawaban {n}", asked=True)))
        await answers[-1]
    await asyncio.gather(*alarms)

    said = post.said(room)
    assert [text[:8] for text in said if text.startswith("alarm")] == [text[:8] for text in texts]
    assert [text for text in said if "jawaban" in text] == [f"jawaban {n}" for n in range(8)]
    assert len(said) == 30 * parts + 8
    assert [post.hours.waited[answer] for answer in answers] == [0] * 8
    assert post.flood.refused == 0


async def test_a_card_in_a_room_that_is_closed_for_long_catches_up(post: Post) -> None:
    closed, other = post.rooms(2)
    post.truth["17"] = "baru"
    for room in (other, closed):
        await post.courier.send(room, Held("17", "baru"), key=room.key)
    post.truth["17"] = "selesai"
    post.flood.close(int(closed.key), 150)
    await post.courier.refresh("held:17")
    at_first = post.said(closed), post.said(other)
    await post.hours.nap(150)
    await post.courier.freshen()

    assert at_first == (["baru"], ["selesai"])
    assert post.said(closed) == ["selesai"]


async def test_every_card_shows_the_truth_in_the_end(post: Post) -> None:
    rooms, names = post.rooms(2), [f"{n}" for n in range(70)]
    post.truth = dict.fromkeys(names, "baru")
    for room in rooms:
        for name in names:
            await post.courier.send(room, Held(name, "baru"), key=f"{room.key}:{name}")
    post.truth = dict.fromkeys(names, "selesai")
    await asyncio.gather(*(post.courier.refresh(f"held:{name}") for name in names))
    await post.courier.freshen()

    assert [Counter(post.said(room)) for room in rooms] == [Counter({"selesai": 70})] * 2
    assert post.flood.refused > 0
