"""The morning page: once in every room, whoever sends it and whoever dies while sending."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tests.e2e.chats import SlackPeople, TelegramPeople, chat_by, sees
from tests.e2e.evenings import evening
from tests.e2e.running import Installation, until
from tests.e2e.test_killed import dies
from tests.far_side.slack_world import Channel

ROOMS = {"C1": "33.05", "C2": "dpupr", "C3": "dinkes", "C4": "setda", "C5": "kec alian"}
HALF_PAST_SIX = {"at": "2026-11-24T06:30:00+07:00"}
SEVEN = {"at": "2026-11-24T07:00:30+07:00"}
LATER = {"at": "2026-11-24T07:20:00+07:00"}
QUIET = "tidak ada laporan baru atau yang menunggu"


@pytest.fixture
async def slack() -> AsyncIterator[SlackPeople]:
    async with chat_by("slack-http") as chat:
        assert isinstance(chat, SlackPeople)
        chat.far.world.channels |= {key: Channel(key) for key in ROOMS}
        yield chat


async def night(installation: Installation, slack: SlackPeople) -> None:
    """All rooms are bound before the hour."""
    await evening(installation, slack)
    app = await installation.start(clock=HALF_PAST_SIX)
    await slack.meet(app)
    for room, agency in ROOMS.items():
        await slack.far.slash("/ikat-grup", agency, user="UADI", channel=room)
        await until(partial(slack.far.shown, room))
    assert pages(slack) == {}
    await app.stop()


def pages(slack: SlackPeople) -> Counter[str]:
    """How many morning pages stand in each room."""
    return Counter(room for room in ROOMS for text in slack.far.shown(room) if QUIET in text)


EACH_ONCE = dict.fromkeys(ROOMS, 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_processes_send_it_once(installation: Installation, slack: SlackPeople) -> None:
    await night(installation, slack)
    other = {"node": "dua", "port": installation.port()}
    both = [installation.begin(clock=SEVEN), installation.begin(other, clock=SEVEN)]
    for app in both:
        await app.ready()
    await until(lambda: len(pages(slack)) == len(ROOMS))
    for app in both:
        await app.stop()

    assert pages(slack) == EACH_ONCE


async def test_killed_while_sending_it_is_there_once(installation: Installation, slack: SlackPeople) -> None:
    """Slack can be asked what arrived, so nobody gets a second page, and nobody is left out."""
    await night(installation, slack)
    app = installation.begin(clock=SEVEN)
    dies(slack.far.api._methods, "chat.postMessage", app)  # the table is what tests may change
    assert await app.end() == -9
    assert sum(pages(slack).values()) >= 1
    app = await installation.start(clock=LATER)
    await until(lambda: len(pages(slack)) == len(ROOMS))
    await app.stop()
    await (await installation.start(clock=LATER)).stop()

    assert pages(slack) == EACH_ONCE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_where_nobody_can_tell_one_line_says_so(installation: Installation) -> None:
    """Telegram shows a bot no history: after a crash the page is not sent a second time."""
    async with chat_by("telegram-polling") as chat:
        assert isinstance(chat, TelegramPeople)
        await evening(installation, chat)
        app = await installation.start(clock=HALF_PAST_SIX)
        await chat.say("/ikat-grup dpupr", "admin")
        await sees(chat, "Grup ini sekarang milik", who="admin")
        await app.stop()
        app = installation.begin(clock=SEVEN)
        dies(chat.far._table, "sendmessage", app)
        assert await app.end() == -9
        app = await installation.start(clock=LATER)
        await sees(chat, "mungkin sudah terkirim", who="sekda")
        await app.stop()

        told = await chat.texts("sekda")
        assert [sum(word in t for t in told) for word in (QUIET, "mungkin sudah terkirim")] == [1, 1]
