"""Killed at any moment and started again: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web

from plugin.store.store import sync_engine
from tests.e2e.chats import SlackPeople, TelegramPeople, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import App, Installation, until
from tests.far_side.x import XFarSide

POSTS = 330
LATER = 150
"""Seconds by which each life begins later than the one before: what the dead one held has lapsed by then."""


class Deadly(XFarSide):
    """X, and something that happens at certain calls."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = 0
        self.before_publishing: Callable[[], None] = lambda: None
        self.after_publishing: Callable[[], None] = lambda: None
        self._victim: tuple[App, int, float] | None = None

    def kill_at(self, app: App, page: int, delay: float) -> None:
        """Kill the application when it asks for this page; with a delay, so many seconds after it has it."""
        self._victim = (app, page, delay)

    async def _mentions(self, request: web.Request, asker: str) -> web.Response:
        self.pages += 1
        app, page, delay = self._victim or (None, 0, 0.0)
        if app is not None and self.pages == page:
            if delay < 0:
                app.cut_off()
            else:
                asyncio.get_running_loop().call_later(delay, app.cut_off)
        return await super()._mentions(request, asker)

    async def _publish(self, request: web.Request, asker: str) -> web.Response:
        self.before_publishing()
        answer = await super()._publish(request, asker)
        self.after_publishing()
        return answer


@pytest.fixture
async def x() -> AsyncIterator[Deadly]:
    far = Deadly()
    await far.start()
    yield far
    await far.stop()


@pytest.fixture
async def slack() -> AsyncIterator[SlackPeople]:
    async with chat_by("slack-http") as chat:
        assert isinstance(chat, SlackPeople)
        yield chat


def rows(url: str, query: str) -> list[Any]:
    """What the database holds: only read while nobody runs."""
    engine = sync_engine(sa.make_url(url))
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


async def test_no_mention_is_lost_or_stored_twice(
    installation: Installation, slack: SlackPeople, x: Deadly, database_url: str
) -> None:
    await evening(installation, slack, x)
    app = await installation.start()
    await until(lambda: x.pages > 1)  # the first reading is one page only
    await app.kill()
    posts = [x.citizen_posts(f"jalan rusak ke-{n}", mention=HANDLE, by=f"warga{n}") for n in range(POSTS)]
    stored = []
    for life, delay in enumerate((-1.0, 0.0, 0.004, 0.02), 1):
        app = installation.begin(clock={"ahead": life * LATER})
        x.kill_at(app, x.pages + (3 if delay < 0 else 2), delay)
        assert await app.end() == -9
        stored.append(len(rows(database_url, "SELECT 1 FROM report")))
    app = await installation.start(clock={"ahead": 5 * LATER})
    await slack.meet(app)
    await slack.say("/ikat-grup dpupr", "admin")
    await asks(slack, "/laporan-baru", f"{POSTS} laporan belum ditanggapi", who="petugas")
    await app.stop()

    assert stored == sorted(stored)
    assert sorted(rows(database_url, "SELECT post_id FROM report")) == sorted((post,) for post in posts)


MOMENTS = ("when it is pressed", "before X hears it", "after X took it")


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_confirmed_answer_is_public_exactly_once(
    installation: Installation, slack: SlackPeople, x: Deadly, moment: str
) -> None:
    await evening(installation, slack, x)
    post = x.citizen_posts("lubang di depan pasar", mention=HANDLE)
    app = await installation.start()
    await slack.meet(app)
    await slack.say("/ikat-grup dpupr", "admin")
    await asks(slack, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
    await slack.say("/tanggapi 1 Kami tambal besok.", "petugas")
    await sees(slack, "Pratinjau tanggapan laporan 1", who="kepala")
    if moment == "before X hears it":
        x.before_publishing = app.cut_off
    if moment == "after X took it":
        x.after_publishing = app.cut_off
    await slack.press("Kirim", "kepala")
    if moment == "when it is pressed":
        app.cut_off()
    assert await app.end() == -9
    x.before_publishing = x.after_publishing = lambda: None
    again = await installation.start(clock={"ahead": LATER})
    await slack.meet(again)
    card = await sees(slack, "Terkirim", "Kami tambal besok.", who="petugas")
    await again.stop()

    assert "Kirim" not in [b["text"]["text"] for m in slack.far.messages() for b in m.shown().buttons]
    assert "Oleh" in card
    assert x.published(HANDLE) == [("Kami tambal besok.", post)]


LONG = " ".join(f"Ruas ke-{n} sudah kami periksa dan akan kami tambal sesudah hujan." for n in range(1, 11))


@pytest.mark.parametrize(
    "moment", ["before X hears the second", "after X took the second", "after X took the last"]
)
async def test_a_chain_is_public_once_whichever_of_its_posts_we_die_at(
    installation: Installation, slack: SlackPeople, x: Deadly, moment: str
) -> None:
    x.enterprise = True  # an account may answer itself
    await evening(installation, slack, x)
    post = x.citizen_posts("lubang di depan pasar", mention=HANDLE)
    app = await installation.start()
    await slack.meet(app)
    await slack.say("/ikat-grup dpupr", "admin")
    await asks(slack, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
    await slack.say(f"/tanggapi 1 {LONG}", "petugas")
    await sees(slack, "Terlalu panjang", who="kepala")
    await slack.press("Jadikan 3 kiriman", "petugas")
    await sees(slack, "Kiriman 3", who="kepala")
    deadly = {"before X hears the second": 1, "after X took the second": 2, "after X took the last": 3}[
        moment
    ]

    def die() -> None:
        if len(x.published(HANDLE)) == deadly:
            app.cut_off()

    if moment.startswith("before"):
        x.before_publishing = die
    else:
        x.after_publishing = die
    await slack.press("Kirim", "kepala")
    assert await app.end() == -9
    x.before_publishing = x.after_publishing = lambda: None
    again = await installation.start(clock={"ahead": LATER})
    await slack.meet(again)
    await sees(slack, "Terkirim", "Kiriman 3 dari 3", who="petugas")
    await again.stop()
    published = x.published(HANDLE)

    assert [text[-6:] for text, _ in published] == [" (1/3)", " (2/3)", " (3/3)"]
    assert " ".join(text[:-6] for text, _ in published) == LONG
    own = [key for key, written in x.world.posts.items() if written.said in dict(published)]
    assert [target for _, target in published] == [post, *own[:2]]


async def test_what_was_asked_is_answered_once(installation: Installation, slack: SlackPeople) -> None:
    """Killed between the acknowledgement and the answer, or when the answer was out and not yet noted."""
    await evening(installation, slack)
    app = await installation.start()
    await slack.meet(app)
    await slack.say("/ikat-grup dpupr", "admin")
    await app.kill()
    app = await installation.start()
    await slack.meet(app)
    await sees(slack, "Grup ini sekarang milik", who="petugas")
    dies(slack.far.api._methods, "chat.postMessage", app)  # the table is what tests may change
    await slack.say("/ikat-grup setda", "admin")
    assert await app.end() == -9
    app = await installation.start()
    await slack.meet(app)
    await asks(slack, "/siapa-saya", "Sekretariat Daerah", who="admin")
    await app.stop()

    said = [text for text in await slack.texts("petugas") if "Grup ini sekarang milik" in text]
    assert len(said) == 2
    assert "Sekretariat Daerah" in said[1]


async def test_an_update_that_telegram_repeats_does_nothing_twice(
    installation: Installation, database_url: str
) -> None:
    async with chat_by("telegram-polling") as chat:
        assert isinstance(chat, TelegramPeople)
        await evening(installation, chat)
        app = await installation.start()
        dies(chat.far._table, "sendmessage", app)
        await chat.say("/ikat-grup dpupr", "admin")
        await chat.say("/beri-peran petugas dinkes", "admin", about="asing")
        assert await app.end() == -9
        app = await installation.start()
        await sees(chat, "petugas di Dinkes", who="admin")
        await until(lambda: chat.far.updates.unconfirmed == 0)
        await app.stop()

    acts = rows(database_url, "SELECT act, count(*) FROM audit GROUP BY act ORDER BY act")
    assert acts == [("imported", 5), ("role_given", 1), ("room_bound", 1)]


def dies(table: dict[str, Any], method: str, app: App) -> None:
    """Let the application die once the platform has done what is asked by this method, before it says so."""
    real = table[method]

    def deadly(arguments: dict[str, Any]) -> Any:
        done = real(arguments)
        app.cut_off()
        table[method] = real
        return done

    table[method] = deadly
