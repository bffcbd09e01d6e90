"""The page on which Slack learns our commands: the app's manifest, made from the commands themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from adapters.slack.read import SHORTCUT
from plugin.chat.names import UMBRELLA
from plugin.chat.values import MenuEntry
from plugin.errors import OperatorError
from plugin.wording import Wording

Json = dict[str, Any]  # Slack's manifest, version 2

MOST_COMMANDS = 50
LONGEST_NAME = 32
LONGEST_SUMMARY = 2000
LONGEST_USAGE = 1000
SCOPES = (
    "commands",
    "app_mentions:read",
    "chat:write",
    "files:read",  # photos in messages that name us
    "files:write",  # photos of citizens' posts
    "channels:history",  # whether a message arrived whose sending broke off
    "groups:history",
    "im:history",
    "mpim:history",
)


def manifest(entries: Sequence[MenuEntry], *, base_url: str | None, wording: Wording) -> Json:
    """The manifest for these commands; without `base_url` for Socket Mode.

    Where there are more than Slack takes, the rare ones are typed behind the umbrella. Raises OperatorError
    when Slack would not take it. Commands arrive with names turned into ids
    (`should_escape`): that is how `/beri-peran @orang` knows whom it means.
    """
    words = json.loads(wording.text("slack/manifest.json"))
    url = {"url": base_url.rstrip("/") + "/slack/events"} if base_url else {}
    request_url = {"request_url": url["url"]} if url else {}
    own = _fitting([entry for entry in entries if entry.name != UMBRELLA])
    umbrella = MenuEntry(UMBRELLA, words["umbrella"], words["umbrella_usage"])
    if len(own) >= MOST_COMMANDS:
        raise OperatorError(f"Slack takes at most {MOST_COMMANDS} commands, with /{UMBRELLA}.")
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": words["name"], "description": words["description"]},
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "tanggap", "always_online": True},
            "shortcuts": [
                {
                    "name": words["shortcut"],
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": words["shortcut_description"],
                }
            ],
            "slash_commands": [_command(entry) | url for entry in [*own, umbrella]],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True} | request_url,
            "event_subscriptions": {"bot_events": ["app_mention"]} | request_url,
            "org_deploy_enabled": False,
            "socket_mode_enabled": base_url is None,
            "token_rotation_enabled": False,
        },
    }


def _fitting(entries: list[MenuEntry]) -> list[MenuEntry]:
    return entries if len(entries) < MOST_COMMANDS else [entry for entry in entries if not entry.rare]


def _command(entry: MenuEntry) -> Json:
    command = f"/{entry.name}"
    for what, longest in (
        (command, LONGEST_NAME),
        (entry.summary, LONGEST_SUMMARY),
        (entry.usage, LONGEST_USAGE),
    ):
        if len(what) > longest:
            raise OperatorError(f"Slack takes at most {longest} signs for this of {command}: {what!r}")
    shown: Json = {"command": command, "description": entry.summary, "should_escape": True}
    return shown | ({"usage_hint": entry.usage} if entry.usage else {})
