"""The manifest that Slack is given: within its limits, and complete."""

from __future__ import annotations

import re

import pytest

from adapters.slack.manifest import SCOPES, manifest
from plugin.chat.values import MenuEntry
from plugin.errors import OperatorError
from tests.adapters.test_slack import WORDING
from tests.far_side.slack_api import SCOPES as CALLED

ENTRIES = (
    MenuEntry("belum-punya-akun", "Instansi yang belum punya akun", "[instansi|kecamatan]"),
    MenuEntry("tanggapi", "Tanggapi laporan warga", "nomor [teks]"),
    MenuEntry("siapa-saya", "Peran Anda di sini"),
    MenuEntry("aduan", "tidak dipakai dua kali"),
)


def test_each_command_and_the_umbrella_are_there_once() -> None:
    made = manifest(ENTRIES, base_url="https://desk.example/", wording=WORDING)
    commands = made["features"]["slash_commands"]

    assert [c["command"] for c in commands] == ["/belum-punya-akun", "/tanggapi", "/siapa-saya", "/aduan"]
    assert {c["url"] for c in commands} == {"https://desk.example/slack/events"}
    assert all(c["should_escape"] is True for c in commands)
    assert "usage_hint" not in commands[2]
    assert made["settings"]["interactivity"]["request_url"] == "https://desk.example/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://desk.example/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False


def test_socket_mode_has_no_addresses() -> None:
    made = manifest(ENTRIES, base_url=None, wording=WORDING)

    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in str(made)


def test_it_keeps_slacks_limits() -> None:
    made = manifest(ENTRIES, base_url="https://desk.example", wording=WORDING)
    shown, features = made["display_information"], made["features"]

    assert 0 < len(shown["name"]) <= 35
    assert 0 < len(shown["description"]) <= 140
    assert re.fullmatch(r"[a-z0-9._-]{1,80}", features["bot_user"]["display_name"])
    for shortcut in features["shortcuts"]:
        assert 0 < len(shortcut["name"]) <= 24
        assert 0 < len(shortcut["description"]) <= 150
        assert shortcut["callback_id"] == "tanggapi"
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 0 < len(command["description"]) <= 2000


def test_it_asks_for_what_is_used_and_no_more() -> None:
    used = set(CALLED.values()) | {"commands", "app_mentions:read", "files:read"}

    # History is a permission of its own for each kind of room.
    assert set(SCOPES) == used | {"groups:history", "im:history", "mpim:history"}


def test_where_there_are_too_many_the_rare_ones_are_typed_behind_the_umbrella() -> None:
    entries = [MenuEntry(f"n{n}", "x", rare=n >= 40) for n in range(60)]
    made = manifest(entries, base_url=None, wording=WORDING)

    expected = [f"/n{n}" for n in range(40)] + ["/aduan"]
    assert [c["command"] for c in made["features"]["slash_commands"]] == expected


@pytest.mark.parametrize(
    "entries",
    [
        [MenuEntry("n" * 32, "x")],
        [MenuEntry("x", "s" * 2001)],
        [MenuEntry("x", "s", "u" * 1001)],
        [MenuEntry(f"n{n}", "x") for n in range(50)],
    ],
)
def test_what_slack_would_not_take_is_said(entries: list[MenuEntry]) -> None:
    with pytest.raises(OperatorError, match="Slack takes at most"):
        manifest(entries, base_url=None, wording=WORDING)
