"""What we say back on a delivery itself: a status, and perhaps a message or a complaint about a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.slack.render import Page

Json = dict[str, Any]  # as Slack reads it


@dataclass(frozen=True, slots=True)
class Reply:
    """The acknowledgement, whichever way the delivery came. `body` None is an empty one."""

    status: int = 200
    body: Json | None = None


def spoken(page: Page, *, to_all: bool) -> Json:
    """A page as an answer to a command, or for a response_url: it never replaces the message it answers."""
    return {
        "response_type": "in_channel" if to_all else "ephemeral",
        "replace_original": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
        "text": page.text,
        "blocks": list(page.blocks),
    }


def replacing(page: Page) -> Json:
    """A page that takes the place of the message whose button was pressed."""
    return {"replace_original": True, "mrkdwn": False, "text": page.text, "blocks": list(page.blocks)}


def complaint(field: str, text: str) -> Reply:
    """Keep the form open, with everything typed into it, and say `text` at a field."""
    return Reply(200, {"response_action": "errors", "errors": {field: text}} if field else None)
