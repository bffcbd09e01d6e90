"""Kebumen, Tuesday 18 August 2015, 19.00: the Sekda asks who has no account, in each of the three chats.

The deadline of the circular was the day before. Twenty-nine agencies have accounts, taken from a file; all the
others must be named, by the names they had then, and nobody else.
"""

from __future__ import annotations

import csv
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plugin.registry.sample import KEBUMEN
from tests.e2e.chats import Chat, SlackPeople, TelegramPeople, WebPeople, chat_by, sees
from tests.e2e.running import Installation, until

EVENING = "2015-08-18T19:00:00+07:00"
NAMED = Path(__file__).parents[1] / "data" / "akun-18-agustus-2015.csv"
HEAD = re.compile(
    r"Belum punya akun resmi: (\d+) dari (\d+)\nPemkab Kebumen · per 18 Agustus 2015, 19\.00 WIB"
)
KIND = re.compile(r"(.+) \((\d+)\)")
PAGE = re.compile(r"Halaman (\d+) dari (\d+)")


@pytest.fixture
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_by(request.param) as made:
        if isinstance(made, WebPeople):
            made.room = "setda"
        yield made


@pytest.mark.parametrize(
    ("database_url", "chat"),
    [
        ("sqlite", "slack-http"),
        ("sqlite", "telegram-webhook"),
        ("sqlite", "web"),
        ("postgresql", "slack-socket"),
    ],
    indirect=True,
)
async def test_the_sekda_hears_of_all_the_others_and_of_nobody_else(
    installation: Installation, chat: Chat
) -> None:
    installation.settings |= chat.settings(installation.settings["port"])
    app = await installation.start(clock={"at": EVENING}) if isinstance(chat, WebPeople) else None
    for kind, path in (("agencies", KEBUMEN / "agencies.csv"), ("officials", sekda(installation, chat))):
        done = await installation.command("import", kind, str(path))
        assert done.code == 0, done.err
    if app is None:
        app = await installation.start(clock={"at": EVENING})
    await chat.meet(app)
    imported = await installation.command("import", "accounts", str(NAMED))
    assert imported.code == 0, imported.err
    if not isinstance(chat, WebPeople):
        await chat.say("/ikat-grup 33.05", "admin")
        await sees(chat, "Grup ini sekarang milik", who="sekda")

    names, missing, total = await all_pages(chat)

    others = [name for code, name in offices_of_2015().items() if code not in had_accounts()]
    assert sorted(names) == sorted(others)
    assert (missing, total) == (len(others), len(others) + 29) == (494, 523)
    assert chat.alarms() == []
    await app.stop()


def sekda(installation: Installation, chat: Chat) -> Path:
    """The Sekda and an administrator, by the platform's own ids."""
    ids = {"admin": "admin", "sekda": "sekda"}
    if isinstance(chat, SlackPeople):
        ids = {who: f"U{chat.people[who].upper()}" for who in ids}
    if isinstance(chat, TelegramPeople):
        ids = {who: str(chat.far.world.person(chat.people[who])["id"]) for who in ids}
    rows = [f"{chat.platform},{ids[who]},{who.title()},{who},33.05" for who in ids]
    return Path(installation.put("pejabat.csv", "\n".join(["platform,user_id,name,role,agency", *rows])))


async def all_pages(chat: Chat) -> tuple[list[str], int, int]:
    """Every name of the list, turning its pages by the button; how many are missing, and of how many."""
    await chat.say("/belum-punya-akun", "sekda")
    first = await sees(chat, "Belum punya akun resmi", who="sekda")
    pages = int(found[2]) if (found := PAGE.search(first)) else 1
    names = listed(first)
    for number in range(2, pages + 1):
        await chat.press("Berikutnya ›", "sekda")
        names += listed(await sees(chat, f"Halaman {number} dari {pages}", who="sekda"))
    await until(lambda: chat.labels("sekda"))
    assert await chat.labels("sekda") == ["‹ Sebelumnya"]
    head = HEAD.match(first)
    assert head, first[:200]
    return names, int(head[1]), int(head[2])


def listed(page: str) -> list[str]:
    """The names on a page, without what stands behind them: a short form, a kecamatan, an office's contact."""
    lines = [line.removeprefix("• ") for line in page.splitlines() if line.startswith("• ")]
    return [re.sub(r"( \([^()]+\)|, Kec\. .+)$", "", line.partition(" · ")[0]) for line in lines]


def offices_of_2015() -> dict[str, str]:
    """Code then → name then, from the sample file itself."""
    rows = rows_of(KEBUMEN / "agencies.csv")
    return {
        row["former_code"] or row["code"]: row["former_name"] or row["name"]
        for row in rows
        if row["kind"] != "pemda"
    }


def had_accounts() -> set[str]:
    """The codes then of the agencies in the file of accounts."""
    then = {row["code"]: row["former_code"] or row["code"] for row in rows_of(KEBUMEN / "agencies.csv")}
    return {then[row["agency"]] for row in rows_of(NAMED)}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
