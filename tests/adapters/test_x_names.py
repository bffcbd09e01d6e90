"""X's two families of names: what we ask for is understood, and what X passed over is never taken for read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from adapters.x.whole import lacking
from plugin.errors import Refused, Unknown
from plugin.public.money import Bill, Item
from plugin.public.outcomes import Published
from plugin.public.port import ActivitySource
from plugin.public.values import Draft
from tests.adapters.x_wire import HANDLE, XWire, open_wire
from tests.far_side.x_words import EXPANSIONS, FIELDS, Shape

TEXT = "Sudah kami catat, terima kasih."


@pytest.fixture
async def wire() -> AsyncIterator[XWire]:
    async with open_wire() as wire:
        yield wire


async def ask_everything(wire: XWire) -> None:
    post = wire.citizen_posts("jalan rusak", photo=b"\x89PNG")
    assert isinstance(await wire.channel.publish(wire.account, Draft(TEXT), post, key="r1"), Published)
    assert await wire.channel.find_published(wire.account, TEXT, post, since=datetime.now(UTC))
    assert await wire.read()
    assert isinstance(wire.channel, ActivitySource)
    seen = await wire.channel.activity(wire.account)
    assert (len(seen.own), len(seen.naming)) == (1, 1)


async def test_what_we_ask_for_are_names_of_xs_own(wire: XWire) -> None:
    await ask_everything(wire)

    assert wire.far.words.passed_over == []
    assert {
        name for _, _, query in wire.far.calls for name in query if "post" in name or "tweet" in name
    } == {"post.fields"}


@pytest.mark.parametrize("outspoken", [True, False])
@pytest.mark.parametrize(("shape", "calls"), [("both", 3), ("post", 3), ("tweet", 4)])
async def test_the_names_x_knows_are_found_out_once(shape: Shape, calls: int, outspoken: bool) -> None:
    async with open_wire(shape, outspoken=outspoken) as wire:
        wire.citizen_posts("jalan rusak")
        for _ in range(3):
            await wire.pages()

        assert len(wire.far.calls) == calls
        assert f"{'tweet' if shape == 'tweet' else 'post'}.fields" in wire.far.calls[-1][2]


@pytest.mark.parametrize("outspoken", [True, False])
async def test_the_day_x_forgets_the_names_we_know_it_by_nothing_is_lost(outspoken: bool) -> None:
    async with open_wire("tweet", outspoken=outspoken) as wire:
        first = wire.citizen_posts("jalan rusak")
        await wire.read()
        wire.far.words.shape = "post"
        again = wire.far.citizen_answers(first, f"kok belum? @{HANDLE}", by="warga_lain")
        post = (await wire.read())[again]

        assert (post.answers, post.conversation, post.author.handle) == (first, first, "warga_lain")
        assert "post.fields" in wire.far.calls[-1][2]


class Purse:
    """Endless; remembers what was counted."""

    def __init__(self) -> None:
        self.counted: list[dict[str, int]] = []

    async def claim(self, channel: str, account_id: int, items: Sequence[Item]) -> Bill:
        return Bill(0, channel, "2026-11", account_id)

    async def settle(self, bill: Bill, used: Sequence[Item]) -> None:
        self.counted.append({item.kind: item.number for item in used})


async def test_a_page_that_x_gave_in_vain_is_counted_too() -> None:
    purse = Purse()
    async with open_wire("tweet", purse=purse) as wire:
        wire.citizen_posts("jalan rusak")
        await wire.pages()

    assert purse.counted == [{"post_read": 1, "user_read": 1}] * 2


async def test_another_complaint_does_not_change_the_names(wire: XWire) -> None:
    said = "The query parameter [foo] is not one of [id,since_id,post.fields]"
    wire.far.answer_next(400, {"errors": [{"message": said, "parameters": {"foo": ["1"]}}]})
    with pytest.raises(Refused):
        await wire.pages()
    await wire.pages()

    assert all("tweet.fields" not in query for _, _, query in wire.far.calls)


@pytest.mark.parametrize("name", ["author_id", "created_at", "conversation_id", "referenced_posts"])
async def test_posts_that_nobody_can_judge_are_not_read(
    wire: XWire, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first = wire.citizen_posts("jalan rusak")
    [page] = await wire.pages()
    wire.far.citizen_answers(first, f"kok belum? @{HANDLE}")
    old = "referenced_tweets" if name == "referenced_posts" else name
    for noun in ("post", "tweet"):
        known = {name, old, f"{old}.id"}
        monkeypatch.setitem(FIELDS, noun, FIELDS[noun] - known)
        monkeypatch.setitem(EXPANSIONS, noun, EXPANSIONS[noun] - known)

    with pytest.raises(Unknown):
        await wire.pages(page.cursor)
    assert wire.channel.health == f"no answer: posts without {old}"


async def test_an_answer_is_not_missing_where_no_post_says_what_it_answers(
    wire: XWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = wire.citizen_posts("jalan rusak")
    await wire.channel.publish(wire.account, Draft(TEXT), post, key="r1")
    for noun in ("post", "tweet"):
        for known in (FIELDS, EXPANSIONS):
            kept = {name for name in known[noun] if not name.startswith("referenced")}
            monkeypatch.setitem(known, noun, kept)

    with pytest.raises(Unknown, match="referenced_tweets"):
        await wire.channel.find_published(wire.account, TEXT, post, since=datetime.now(UTC))


@pytest.mark.parametrize(
    ("posts", "found"),
    [
        ([], []),
        ([{"conversation_id": "1"}], []),
        ([{"conversation_id": "9"}], ["referenced_tweets"]),
        ([{"conversation_id": "9", "edit_history_tweet_ids": ["9", "1"]}], []),
        ([{"conversation_id": "9"}, {"referenced_posts": [{"type": "replied_to", "id": "3"}]}], []),
        ([{"created_at": ""}], ["created_at"]),
    ],
)
def test_what_only_one_post_keeps_to_itself_is_no_gap(
    posts: list[dict[str, object]], found: list[str]
) -> None:
    whole = {"id": "1", "created_at": "2026-11-22T03:00:00.000Z", "conversation_id": "1"}
    page = {"data": [whole | post for post in posts]}

    assert lacking(page, "conversation_id,created_at,referenced_tweets") == found
