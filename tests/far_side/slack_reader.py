"""What a person sees of a message on Slack, and what it does that nobody wrote: pings, links, formatting."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]  # a message as an app sent it

ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
FORMATTED = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)", re.S)


@dataclass
class Shown:
    """A message as it is read. `notification` is what a telephone's lock screen shows of it."""

    text: str = ""
    notification: str = ""
    buttons: list[Json] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)


def see(message: Json) -> Shown:
    """Read a message as Slack does: where there are blocks they are shown and `text` is for notifications."""
    shown = Shown()
    blocks = message.get("blocks") or []
    shown.notification = _mrkdwn(message.get("text", ""), shown, is_formatted=message.get("mrkdwn", True))
    if message.get("link_names") and re.search(r"@\w", shown.notification):
        shown.alarms.append("link_names makes pings of names")
    if not blocks:
        shown.text = shown.notification
    else:
        shown.text = "\n".join(line for block in blocks for line in _block(block, shown))
    if message.get("parse", "none") != "none":
        shown.alarms.append("Slack looks for names and links itself")
    if shown.links and (message.get("unfurl_links") is not False or message.get("unfurl_media") is not False):
        shown.alarms.append("a preview of a link is shown")
    return shown


def label(text: Json) -> str:
    """A plain_text object: literal, except that :names: become emoji where that is asked for."""
    return re.sub(r":\w+:", "[emoji]", text["text"]) if text.get("emoji", True) else text["text"]


def _block(block: Json, shown: Shown) -> list[str]:
    match block["type"]:
        case "rich_text":
            return [line for element in block["elements"] for line in _rich(element, shown)]
        case "section":
            text = block["text"]
            return [label(text) if text["type"] == "plain_text" else _mrkdwn(text["text"], shown)]
        case "actions":
            shown.buttons += block["elements"]
            labels = [b["text"] for b in block["elements"]]
            shown.alarms += [f"label {t['text']!r} shows emoji" for t in labels if label(t) != t["text"]]
            return []
        case "input":
            return []
        case unknown:
            shown.alarms.append(f"nothing is shown of a {unknown}")
            return []


def _rich(element: Json, shown: Shown) -> list[str]:
    if element["type"] == "rich_text_list":
        return [
            "• " + "".join(_leaf(leaf, shown) for leaf in item["elements"]) for item in element["elements"]
        ]
    return ["".join(_leaf(leaf, shown) for leaf in element["elements"])]


def _leaf(leaf: Json, shown: Shown) -> str:
    """Rich text is literal: no entity, no control, no formatting in it."""
    match leaf["type"]:
        case "text":
            return str(leaf["text"])
        case "link":
            shown.links.append((leaf["url"], leaf["text"]))
            return str(leaf["text"])
        case other:
            shown.alarms.append(f"rich text calls a {other}")
            return f"[{other}]"


def _mrkdwn(text: str, shown: Shown, *, is_formatted: bool = True) -> str:
    """Slack's own markup: <...> are calls and links, three entities are signs, * _ ~ ` format."""

    def control(found: re.Match[str]) -> str:
        shown.alarms.append(f"a call or a link: {found[0]}")
        return "[call or link]"

    without = re.sub(r"<[^<>]*>", control, text)
    if is_formatted and FORMATTED.search(without):
        shown.alarms.append("formatting in a text")
        without = FORMATTED.sub(r"\2", without)
    return re.sub("&(?:amp|lt|gt);", lambda found: ENTITIES[found[0]], without)
