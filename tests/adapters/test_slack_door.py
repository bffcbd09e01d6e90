"""Who may knock at Slack's door, and that no knock breaks it or is written down."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.body import Junk, parse
from adapters.slack.door import LARGEST, is_signed
from plugin.chat.values import Outgoing, Typed
from tests.adapters.test_slack import Office, listening, open_office
from tests.far_side.slack import BOT_TOKEN, SECRET, Delivered, SlackFarSide, signed

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


def now() -> int:
    return int(datetime.now(UTC).timestamp())


COMMAND = urlencode(
    {
        "command": "/bantuan",
        "text": "rahasia-warga",
        "user_id": "UADA",
        "channel_id": "C1",
        "trigger_id": "1.2.x",
        "response_url": "https://hooks.example/x",
    }
).encode()


def test_a_signature_as_slack_documents_it_is_accepted() -> None:
    raw = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&command=%2Fweather&text=94070"
    [stamp, signature] = signed("8f742231b10e8888abcd99yyyzzz85a5", raw, 1531420618).values()

    assert is_signed(b"8f742231b10e8888abcd99yyyzzz85a5", raw, stamp, signature, 1531420618.5)
    assert not is_signed(b"8f742231b10e8888abcd99yyyzzz85a5", raw + b"\n", stamp, signature, 1531420618)
    assert not is_signed(b"another secret", raw, stamp, signature, 1531420618)
    assert is_signed(b"8f742231b10e8888abcd99yyyzzz85a5", raw, stamp, signature, 1531420618 + 300)
    assert not is_signed(b"8f742231b10e8888abcd99yyyzzz85a5", raw, stamp, signature, 1531420618 + 301)
    assert not is_signed(b"8f742231b10e8888abcd99yyyzzz85a5", raw, stamp, signature, 1531420618 - 301)


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Request-Timestamp": "kemarin"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "١٧٠٠٠٠٠٠٠٠".encode()},
        {"X-Slack-Signature": "v0=ékspresi".encode()},
        {"X-Slack-Signature": b"v0=\xff\xfe"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": None},
        {"X-Slack-Request-Timestamp": None},
    ],
)
async def test_junk_in_the_signature_is_refused_and_breaks_nothing(
    office: Office, change: dict[str, str | bytes | None]
) -> None:
    headers: dict[str, Any] = {**FORM, **signed(SECRET, COMMAND, now()), **change}

    assert await office.post(COMMAND, {k: v for k, v in headers.items() if v is not None}) == 401
    assert office.heard == []


async def test_an_old_request_is_not_played_again(office: Office) -> None:
    assert await office.post(COMMAND, FORM | signed(SECRET, COMMAND, now() - 301)) == 401
    assert await office.post(COMMAND, FORM | signed(SECRET, COMMAND, now() - 200)) == 200


async def test_the_body_of_a_forged_request_is_never_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await office.post(COMMAND, FORM | {"X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": str(now())})
    await office.post(b'{"rahasia-warga": 1}', JSON | signed(SECRET, b'{"rahasia-warga": 1}', now()))

    assert "rahasia-warga" not in caplog.text


async def test_neither_words_nor_tokens_are_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office.answer = Outgoing("jawaban-rahasia")
    await office.far.slash("/bantuan", "rahasia-warga")
    await office.far.mention("bantuan rahasia-warga")
    office.error = ValueError("rahasia-warga")
    await office.far.slash("/bantuan", "rahasia-warga")
    await office.far.mention("bantuan rahasia-warga", user="UTANGGAP", bot_id="BTANGGAP")
    root = office.far.world.say("C1", "UBUDI", "rahasia-warga")
    await office.far.shortcut(root.ts, callback_id="lain")
    await office.far.event({"type": "reaction_added", "user": "UADA", "text": "rahasia-warga"})
    while len(office.far.shown()) < 2:
        await asyncio.sleep(0)

    for secret in ("rahasia-warga", "jawaban-rahasia", BOT_TOKEN, SECRET, "hooks/"):
        assert secret not in caplog.text
    assert "ValueError" in caplog.text


async def test_before_anybody_listens_slack_is_told_to_come_back() -> None:
    async with SlackFarSide() as far:
        office = Office(far)

        assert (await far.slash("/bantuan")).status == 503
        async with listening(office):
            assert (await far.slash("/bantuan")).status == 200
        assert (await far.slash("/bantuan")).status == 503
        await office.aclose()


async def test_only_posts_are_for_us(office: Office) -> None:
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        assert (await office.http.request(method, "/slack/events")).status_code == 405


async def test_a_body_larger_than_slack_sends_is_not_read(office: Office) -> None:
    raw = b"x" * (LARGEST + 1)

    assert await office.post(raw, FORM | signed(SECRET, raw, now())) == 413

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (LARGEST // 2)

    answer = await office.http.post("/slack/events", content=drops(), headers=FORM)
    assert answer.status_code == 413


async def test_slack_may_check_the_certificate_without_a_signature(office: Office) -> None:
    assert await office.post(b"ssl_check=1&token=x", FORM) == 200
    assert await office.post(b"ssl_check=2&token=x", FORM) == 401
    assert office.heard == []


async def test_the_challenge_is_answered(office: Office) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()

    assert await office.far.post(raw, JSON) == Delivered(200, {"challenge": "3eZbrw1aB"})


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe", b"{", b"[]", b"null", b"1", b'"x"', b"{}", b'{"type": 5}', b'{"type": "x"}',
        b'{"type": "event_callback"}', b'{"type": "event_callback", "event": "x"}',
        b'{"type": "event_callback", "event": {"type": 1}}',
        b'{"type": "event_callback", "event": {"type": "app_mention"}}',
        b'{"type": "event_callback", "event": {"type": "app_mention", "channel": 1, "ts": []}}',
        b'{"type": "block_actions"}', b'{"type": "block_actions", "actions": []}',
        b'{"type": "block_actions", "actions": [1]}', b'{"type": "block_actions", "actions": [{"action_id": 1}]}',
        b'{"type": "view_submission", "view": 1}', b'{"type": "view_submission", "view": {"callback_id": "x"}}',
        b'{"type": "message_action", "callback_id": "tanggapi"}', b'{"type": "url_verification"}',
        b'{"command": "/x", "type": {}}', b'{"command": ["/x"]}', b"command=/x", b"payload=", b"payload={",
        b"payload=[]", b"%FF=%FF", b"&" * 5000, b"[" * 100_000, b'{"a":' * 50_000,
        b'{"type": "event_callback", "event": {"type": "x"}, "authorizations": 5}',
        b'{"type": "event_callback", "event": {"type": "x"}, "authorizations": [5]}',
        b'{"type": "block_suggestion", "enterprise": 5}',
        b'{"type": "view_submission", "view": {"type": "modal", "callback_id": "x"}, "response_urls": 5}',
        b'{"type": "event_callback", "event": {"type": "x"}, "x": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: raw[:40].decode("ascii", "replace"),
)  # fmt: skip
async def test_signed_junk_is_refused_and_breaks_nothing(office: Office, raw: bytes) -> None:
    assert 400 <= await office.post(raw, JSON | signed(SECRET, raw, now())) < 500
    assert office.heard == []


KEYS = st.sampled_from(
    ["type", "event", "command", "actions", "view", "user", "team", "channel", "container", "message", "text",
     "action_id", "value", "callback_id", "id", "ts", "trigger_id", "authorizations", "state", "values",
     "private_metadata", "channel_id", "user_id", "message_ts", "thread_ts", "enterprise", "files", "challenge",
     "is_ext_shared_channel", "bot_id", "subtype", "edited", "response_url", "response_urls", "item"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8),
    st.sampled_from(
        ["event_callback", "block_actions", "view_submission", "view_closed", "message_action", "shortcut",
         "app_mention", "message", "tanggapi", "tanggap/C1", "C1", "UADA", "1.2", "/x", "interactive_message"]
    ),
)  # fmt: skip
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


PEOPLE = {"user": {"id": "UADA"}, "channel": {"id": "C1"}, "trigger_id": "1.2.x"}
# Nearly right bodies get further in than junk does.
NEARLY: list[dict[str, Any]] = [
    {},
    {
        "type": "block_actions",
        "actions": [{"action_id": "a", "value": "v"}],
        "container": {"message_ts": "1.2"},
    },
    {
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": "tanggap/C1", "private_metadata": "t"},
    },
    {"type": "message_action", "callback_id": "tanggapi", "message": {"ts": "1.2"}},
    {
        "type": "event_callback",
        "event": {"type": "app_mention", "channel": "C1", "ts": "1.2", "user": "UADA"},
    },
]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    nearly=st.sampled_from(NEARLY), people=st.sampled_from([{}, PEOPLE]),
    junk=st.dictionaries(KEYS, BODIES, max_size=6), inner=st.dictionaries(KEYS, BODIES, max_size=4),
)  # fmt: skip
async def test_nothing_that_is_signed_breaks_us(
    office: Office,
    nearly: dict[str, Any],
    people: dict[str, Any],
    junk: dict[str, Any],
    inner: dict[str, Any],
) -> None:
    mixed = {k: inner | v if isinstance(v, dict) else v for k, v in nearly.items()}
    raw = json.dumps(junk | people | mixed).encode()

    assert await office.post(raw, JSON | signed(SECRET, raw, now())) < 500


def test_a_command_may_speak_of_a_payload() -> None:
    """Bolt's own reader takes such a form for an empty one."""
    assert parse(b"command=%2Ftanggapi&text=isi+payload+truk")["text"] == "isi payload truk"
    assert parse(b'payload={"type":"x"}') == {"type": "x"}
    with pytest.raises(Junk):
        parse(b"payload=truk")


async def test_nothing_waits_between_the_delivery_and_its_acknowledgement(office: Office) -> None:
    """Bolt alone polls for the acknowledgement every 10 ms. Here a desk that answers at once is the only wait."""
    office.answer = Outgoing("Siap")
    body = {"command": "/bantuan", "text": "", "user_id": "UADA", "channel_id": "C1", "trigger_id": "1.2.x"}
    taking = office.adapter._intake.take(body)

    with pytest.raises(StopIteration) as done:
        taking.send(None)
    assert done.value.value.body["text"] == "Siap"


async def test_a_message_shown_in_the_acknowledgement_says_all_it_must(office: Office) -> None:
    office.answer = Outgoing("<b>Siap</b>")
    done = await office.far.slash("/bantuan")

    assert done.body["response_type"] == "in_channel"
    assert done.body["replace_original"] is False
    assert done.body["unfurl_links"] is False
    assert done.body["unfurl_media"] is False
    assert office.far.shown() == ["Siap"]
    assert [m.body for m in office.heard] == [Typed("/bantuan")]
