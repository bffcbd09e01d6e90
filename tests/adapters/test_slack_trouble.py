"""What we do when Slack cannot or will not: pictures, files, errors, what was sent before."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from adapters.slack import make_slack
from plugin.chat.values import (
    Incoming,
    Media,
    MediaRef,
    MessageRef,
    Outgoing,
    Person,
    Room,
)
from plugin.errors import DeliveryError, OperatorError, Refused, RoomClosed, TryLater, Unknown
from tests.adapters.test_slack import WORDING, Office, open_office, slack_for
from tests.contract.chat import PAPER, PIXEL
from tests.far_side.slack import BOT_TOKEN, SlackFarSide
from tests.far_side.slack_world import BOT, ME, File

ADA, BUDI = Person("slack", "UADA"), Person("slack", "UBUDI")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


def without_breaks(text: str) -> str:
    return re.sub(r"[\s•\x01]", "", text)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["refuse", "throttle", "fail", "break"])
async def test_a_text_is_sent_also_when_its_picture_cannot(office: Office, method: str, kind: str) -> None:
    office.far.trouble(kind, 1 if kind == "throttle" else "not_allowed", method)
    await office.adapter.send(office.room, Outgoing("Foto", pictures=(PIXEL,)), key="k")

    assert office.far.shown() == ["Foto"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["refuse", "throttle", "fail", "break"])
async def test_words_about_a_paper_do_not_go_without_it(office: Office, method: str, kind: str) -> None:
    office.far.trouble(kind, 1 if kind == "throttle" else "not_allowed", method)
    with pytest.raises(DeliveryError):
        await office.adapter.send(office.room, Outgoing("Laporan bulan ini", files=(PAPER,)), key="k")
    assert office.far.shown() == []

    await office.adapter.send(office.room, Outgoing("Laporan bulan ini", files=(PAPER,)), key="k")
    assert office.far.shown() == ["Laporan bulan ini"]


async def test_a_picture_is_never_shown_to_all_beside_a_whisper(office: Office) -> None:
    await office.adapter.send(office.room, Outgoing("Foto", pictures=(PIXEL,), whisper_to=ADA), key="k")

    assert office.far.messages() == []


async def test_pictures_go_into_the_thread_of_their_text(office: Office) -> None:
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    two = (PIXEL, Media("", "image/png", b"dua"))
    await office.adapter.send(
        office.room, Outgoing("Foto", pictures=two, answers=MessageRef(office.room, root.ts)), key="k"
    )

    assert [m.thread for m in office.far.messages()] == [root.ts] * 3


async def test_a_file_is_fetched_with_our_token_and_within_bounds(office: Office) -> None:
    office.far.world.files["F1"] = File("a.png", 3, b"abc")
    ref = MediaRef("slack", f"{office.far.url}/files/F1/foto%20a.png", "image/png")

    assert await office.adapter.fetch(ref, most_bytes=3) == Media("foto a.png", "image/png", b"abc")
    with pytest.raises(Refused, match="too_large"):
        await office.adapter.fetch(ref, most_bytes=2)
    with pytest.raises(Refused, match="not_found"):
        await office.adapter.fetch(MediaRef("slack", f"{office.far.url}/files/F9/x"), most_bytes=9)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files/F1/a.png", "http://files.slack.com/a", "https://slack.com.evil.example/a",
        "https://evilslack.com/a", "https://files.slack.com@evil.example/a", "https://files.slack.com:8443/a",
        "https://u:p@files.slack.com/a", "file:///etc/passwd", "", "//files.slack.com/a", "https://[", "https://x:y/",
    ],
)  # fmt: skip
async def test_our_token_goes_to_slack_only(office: Office, url: str) -> None:
    with pytest.raises(Refused, match="not_a_slack_file"):
        await office.adapter.fetch(MediaRef("slack", url), most_bytes=10)


async def test_a_login_page_is_not_a_file() -> None:
    async with SlackFarSide() as far:
        far.world.files["F1"] = File("a.png", 3, b"abc")
        adapter = slack_for(far, bot_token="xoxb-another")
        with pytest.raises(Refused, match="302"):
            await adapter.fetch(MediaRef("slack", f"{far.url}/files/F1/a.png"), most_bytes=10)
        await adapter.aclose()


async def test_what_slack_answers_in_words_of_ours(office: Office) -> None:
    async def send() -> None:
        await office.adapter.send(office.room, Outgoing("x"), key="k")

    for kind, detail, error in (
        ("refuse", "ratelimited", TryLater),
        ("refuse", "service_unavailable", TryLater),
        ("refuse", "internal_error", Unknown),
        ("refuse", "fatal_error", Unknown),
        ("refuse", "is_archived", RoomClosed),
        ("refuse", "channel_not_found", RoomClosed),
        ("refuse", "msg_too_long", Refused),
        ("garble", None, Unknown),
        ("fail", None, Unknown),
        ("break", None, Unknown),
        ("throttle", "soon", TryLater),
    ):
        office.far.trouble(kind, detail)
        with pytest.raises(error):
            await send()


async def test_a_broken_call_is_not_made_twice(office: Office) -> None:
    office.far.trouble("break")
    with pytest.raises(Unknown):
        await office.adapter.send(office.room, Outgoing("sekali"), key="k9")

    assert office.far.shown() == ["sekali"]
    assert office.adapter.health == "Slack does not answer"
    found = await office.adapter.sent_before(office.room, "k9")
    assert found is not None
    assert found.key == office.far.messages()[0].ts
    assert office.adapter.health == "ok"


async def test_nobody_there_is_told_apart_from_perhaps_sent() -> None:
    async with SlackFarSide() as far:
        adapter = slack_for(far)
    with pytest.raises(TryLater):
        await adapter.send(Room("slack", "C1"), Outgoing("x"), key="k")
    await adapter.aclose()
    with pytest.raises(Refused, match="closed"):
        await adapter.send(Room("slack", "C1"), Outgoing("x"), key="k")


async def test_a_missing_permission_is_named(office: Office) -> None:
    office.far.api.scopes.discard("channels:history")
    with pytest.raises(Refused, match="missing_scope: channels:history"):
        await office.adapter.sent_before(office.room, "k")

    assert "channels:history" in office.adapter.health


async def test_what_was_sent_is_found_far_back_and_in_threads(office: Office) -> None:
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    in_thread = await office.adapter.send(
        office.room, Outgoing("x", answers=MessageRef(office.room, root.ts)), key="k-thread"
    )
    early = await office.adapter.send(office.room, Outgoing("y"), key="k-early")
    for n in range(450):
        office.far.world.say("C1", "UBUDI", f"obrolan {n}")

    assert await office.adapter.sent_before(office.room, "k-early") == early
    found = await office.adapter.sent_before(office.room, "k-thread")
    assert found == in_thread
    assert found is not None
    assert found.thread == root.ts
    late = office.far.world.say("C1", "UBUDI", "Laporan 18")
    answer = Outgoing("z", answers=MessageRef(office.room, late.ts))
    assert await office.adapter.send(office.room, answer, key="k-late") == await office.adapter.sent_before(
        office.room, "k-late"
    )
    assert await office.adapter.sent_before(office.room, "k-never") is None
    for n in range(1000):
        office.far.world.say("C1", "UBUDI", f"obrolan {n}")
    assert await office.adapter.sent_before(office.room, "k-early") is None  # that is days ago
    newest = await office.adapter.send(office.room, Outgoing("x"), key="k-new")
    assert await office.adapter.sent_before(office.room, "k-new") == newest


@pytest.mark.parametrize("name", [ME, BOT])
@pytest.mark.parametrize("others", [0, 7])
async def test_what_was_sent_into_a_thread_is_found_by_either_of_our_names(
    office: Office, name: str, others: int
) -> None:
    office.far.world.app_in_threads = name
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    for n in range(others):
        office.far.world.say("C1", f"ULAIN{n}", "siap", thread=root.ts)
    sent = await office.adapter.send(
        office.room, Outgoing("x", answers=MessageRef(office.room, root.ts)), key="k-thread"
    )

    assert await office.adapter.sent_before(office.room, "k-thread") == sent


async def test_a_wrong_token_is_said_at_the_start() -> None:
    async with SlackFarSide() as far:
        adapter = slack_for(far, bot_token="xoxb-wrong")

        async def receive(message: Incoming) -> None:
            raise AssertionError

        with pytest.raises(Refused) as caught:
            await adapter.listen(receive)
        assert caught.value.why == "Slack refuses the bot token (invalid_auth)"
        assert adapter.health == caught.value.why
        assert "xoxb" not in str(caught.value)
        await adapter.aclose()


async def test_without_a_secret_and_without_an_app_token_it_does_not_start() -> None:
    with pytest.raises(OperatorError) as caught:
        make_slack(bot_token=BOT_TOKEN, signing_secret=None, app_token=None, wording=WORDING)

    assert caught.value.code == "slack_secret"


async def test_the_session_is_one_and_stays(office: Office) -> None:
    await office.adapter.send(office.room, Outgoing("satu"), key="k1")
    first = office.adapter._web.session()
    await office.far.slash("/bantuan")
    await office.adapter.send(office.room, Outgoing("dua"), key="k2")

    assert office.adapter._web.session() is first
    assert len(first.connector._conns) == 1 if first.connector else False
