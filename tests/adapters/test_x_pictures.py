"""Pictures on X: uploaded anew for each try, described, and public only with their post."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from plugin.media import Media
from plugin.public.outcomes import NotSent, Published, Refusal, Uncertain
from plugin.public.values import Draft, PublicAccount
from tests.adapters.x_wire import XWire, open_wire
from tests.contract.public import PICTURE, png
from tests.far_side import x_rules

ANSWER = Draft("Sudah kami tambal.", (PICTURE,))


@pytest.fixture
async def wire() -> AsyncIterator[XWire]:
    async with open_wire() as wire:
        yield wire


def routes(wire: XWire) -> list[str]:
    return [path for method, path, _ in wire.far.calls if method == "POST"]


async def test_what_it_shows_is_said_only_where_somebody_has_said_it(wire: XWire) -> None:
    target = wire.citizen_posts("jalan rusak")
    plain = Media("a.png", "image/png", png(2))
    await wire.channel.publish(wire.account, Draft("Sudah.", (PICTURE, plain)), target, key="r1")

    assert routes(wire) == ["/2/media/upload", "/2/media/metadata", "/2/media/upload", "/2/tweets"]
    assert wire.pictures() == [[(PICTURE.content, PICTURE.alt), (plain.content, "")]]


async def test_an_upload_without_an_end_has_published_nothing_and_is_done_again(wire: XWire) -> None:
    target = wire.citizen_posts("jalan rusak")
    wire.far.break_next()
    broken = await wire.channel.publish(wire.account, ANSWER, target, key="r1")
    wire.far.fail_next()
    failed = await wire.channel.publish(wire.account, ANSWER, target, key="r1")
    wire.far.answer_next(200, {"data": {}})
    nameless = await wire.channel.publish(wire.account, ANSWER, target, key="r1")
    again = await wire.channel.publish(wire.account, ANSWER, target, key="r1")

    assert isinstance(broken, NotSent)
    assert isinstance(failed, NotSent)
    assert isinstance(nameless, NotSent)
    assert isinstance(again, Published)
    assert len(wire.published()) == 1


async def test_a_post_without_an_end_may_be_out_with_its_pictures(wire: XWire) -> None:
    target = wire.citizen_posts("jalan rusak")
    plain = Draft("Sudah.", (Media("a.png", "image/png", png(3)),))
    wire.far.faults.append(None)  # the upload goes well
    wire.far.break_next()
    outcome = await wire.channel.publish(wire.account, plain, target, key="r1")

    assert isinstance(outcome, Uncertain)
    assert wire.pictures() == [[(png(3), "")]]


@pytest.mark.parametrize(
    ("status", "detail", "code"),
    [
        (400, "media type unrecognized", "pictures"),
        (401, "Unauthorized", "disconnected"),
        (402, "credits", "no_credit"),
    ],
)
async def test_each_refusal_has_its_code(wire: XWire, status: int, detail: str, code: str) -> None:
    target = wire.citizen_posts("jalan rusak")
    wire.far.answer_next(status, x_rules.problem(status, "No", detail))

    assert await wire.channel.publish(wire.account, ANSWER, target, key="r1") == Refusal(code)
    assert wire.published() == []


async def test_what_x_would_not_take_is_not_even_sent(wire: XWire) -> None:
    target = wire.citizen_posts("jalan rusak")
    large = Draft("x", (Media("a.png", "image/png", png(1) + bytes(5_000_000)),))

    assert await wire.channel.publish(wire.account, large, target, key="r1") == Refusal("pictures")
    assert wire.far.calls == []


async def test_what_another_uploaded_or_is_too_old_x_does_not_show(wire: XWire) -> None:
    """The far side is as strict as X: this is what our uploading anew protects from."""
    target = wire.citizen_posts("jalan rusak")
    other = PublicAccount(2, "x", "dishub_kbm", "", wire.far.add_account("dishub_kbm"))
    await wire.channel.publish(other, Draft("x", (PICTURE,)), target, key="r1")
    kept = wire.far.shelf.kept
    for picture in kept.values():
        picture.until -= timedelta(days=2)
    outcome = await wire.channel.publish(wire.account, ANSWER, target, key="r2")

    assert isinstance(outcome, Published)
    assert len(kept) == 2


async def test_no_picture_and_no_word_of_it_is_logged(wire: XWire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    target = wire.citizen_posts("jalan rusak")
    await wire.channel.publish(wire.account, ANSWER, target, key="r1")

    assert "POST /2/media/upload: 200" in caplog.text
    assert PICTURE.alt not in caplog.text
    assert PICTURE.name not in caplog.text
