"""What Slack refuses: the limits of Block Kit, of messages and of modals. Lengths count as UTF-16 units."""

from __future__ import annotations

import json
import re
from typing import Any

Json = dict[str, Any]  # what an app sent

SECTIONS = {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}
STYLES = {"bold", "italic", "strike", "code"}


class SlackRefuses(Exception):
    """`ok: false` with this error code."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code, self.more = code, more


def size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_message(message: Json, *, longest_text: int = 40_000) -> None:
    """Raise SlackRefuses for a message that Slack would not take."""
    text, blocks = message.get("text", ""), message.get("blocks") or []
    if isinstance(blocks, str):
        blocks = json.loads(blocks)
    if not text and not blocks:
        raise SlackRefuses("no_text")
    if not isinstance(text, str) or size(text) > longest_text:
        raise SlackRefuses("msg_too_long")
    check_blocks(blocks, most=50)
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
        raise SlackRefuses("msg_blocks_too_long")
    metadata = message.get("metadata")
    if metadata is not None:
        flat = metadata.get("event_payload")
        if not metadata.get("event_type") or not isinstance(flat, dict):
            raise SlackRefuses("invalid_metadata_format")


def check_blocks(blocks: Any, *, most: int) -> None:
    """Raise SlackRefuses("invalid_blocks") with the reasons that Slack would list."""
    if not isinstance(blocks, list) or len(blocks) > most:
        raise SlackRefuses("invalid_blocks", errors=[f"no more than {most} items allowed"])
    errors: list[str] = []
    ids: set[str] = set()
    for n, block in enumerate(blocks):
        errors += [f"{why} [json-pointer:/blocks/{n}]" for why in _block(block, ids)]
    if errors:
        raise SlackRefuses("invalid_blocks", errors=errors)


def check_view(view: Json) -> None:
    """Raise SlackRefuses for a modal that Slack would not open."""
    errors = [f"unknown field {k}" for k in view.keys() - VIEW_FIELDS]
    errors += [] if view.get("type") == "modal" else ["type"]
    errors += _plain(view.get("title"), 24)
    errors += _plain(view.get("submit"), 24) if "submit" in view else []
    errors += [] if size(view.get("private_metadata", "")) <= 3000 else ["private_metadata"]
    errors += [] if 0 < size(view.get("callback_id", "x")) <= 255 else ["callback_id"]
    if any(block.get("type") == "input" for block in view.get("blocks", [])) and "submit" not in view:
        errors.append("submit is required with inputs")
    if errors:
        raise SlackRefuses("invalid_arguments", errors=errors)
    check_blocks(view.get("blocks"), most=100)
    if len(json.dumps(view)) > 250_000:
        raise SlackRefuses("view_too_large")


VIEW_FIELDS = {
    "type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id",
}  # fmt: skip


def _block(block: Any, ids: set[str]) -> list[str]:
    if not isinstance(block, dict):
        return ["not an object"]
    errors = []
    block_id = block.get("block_id")
    if block_id is not None:
        if not isinstance(block_id, str) or not 0 < size(block_id) <= 255 or block_id in ids:
            errors.append("block_id")
        ids.add(block_id)
    rule = {"rich_text": _rich_text, "actions": _actions, "input": _input, "section": _section}
    if block.get("type") not in rule:
        return [*errors, f"unsupported type: {block.get('type')}"]
    return errors + rule[block["type"]](block)


def _section(block: Json) -> list[str]:
    text = block.get("text", {})
    if text.get("type") not in ("mrkdwn", "plain_text") or not 0 < size(text.get("text", "")) <= 3000:
        return ["must be less than 3001 characters"]
    return []


def _rich_text(block: Json) -> list[str]:
    errors: list[str] = [] if block.get("elements") else ["elements missing"]
    for element in block.get("elements", []):
        if element.get("type") == "rich_text_list":
            errors += [] if element.get("style") in ("bullet", "ordered") else ["style"]
            errors += [] if element.get("elements") else ["elements missing"]
            for item in element.get("elements", []):
                errors += _run(item, {"rich_text_section"})
        else:
            errors += _run(element, SECTIONS)
    return errors


def _run(element: Json, kinds: set[str]) -> list[str]:
    if element.get("type") not in kinds:
        return [f"unsupported element {element.get('type')}"]
    if not isinstance(element.get("elements"), list):
        return ["elements missing"]
    return [why for leaf in element["elements"] for why in _leaf(leaf)]


def _leaf(leaf: Json) -> list[str]:
    errors = []
    if leaf.get("type") not in ("text", "link", "emoji", "user", "usergroup", "broadcast", "channel"):
        errors.append(f"unsupported element {leaf.get('type')}")
    if leaf.get("type") in ("text", "link") and not leaf.get("text"):
        errors.append("must be more than 0 characters")
    if leaf.get("type") == "link" and not _is_url(leaf.get("url")):
        errors.append("invalid url")
    if not (leaf.get("style") or {}).keys() <= STYLES or leaf.get("style") == {}:
        errors.append("style")
    return errors


def _actions(block: Json) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        return ["no more than 25 items allowed"]
    errors = [why for button in elements for why in _button(button)]
    ids = [button.get("action_id") for button in elements]
    return errors + ([] if len(ids) == len(set(ids)) else ["action_id must be unique"])


def _button(button: Json) -> list[str]:
    errors = _plain(button.get("text"), 75)
    errors += [] if button.get("type") == "button" else ["unsupported element"]
    errors += [] if 0 < size(button.get("action_id", "")) <= 255 else ["action_id"]
    errors += [] if 0 < size(button.get("value", "x")) <= 2000 else ["value"]
    errors += [] if "url" not in button or _is_url(button["url"]) else ["invalid url"]
    errors += [] if button.get("style", "primary") in ("primary", "danger") else ["style"]
    return errors + [f"unknown field {k}" for k in button.keys() - BUTTON_FIELDS]


BUTTON_FIELDS = {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}


def _input(block: Json) -> list[str]:
    element = block.get("element", {})
    errors = _plain(block.get("label"), 2000)
    errors += _plain(block.get("hint"), 2000) if "hint" in block else []
    if element.get("type") == "file_input":
        known = element.keys() <= {"type", "action_id", "filetypes", "max_files"}
        return errors + ([] if known and 1 <= element.get("max_files", 10) <= 10 else ["file_input"])
    if element.get("type") != "plain_text_input":
        return [*errors, "unsupported element"]
    longest = element.get("max_length", 3000)
    errors += [] if 1 <= longest <= 3000 else ["max_length"]
    errors += [] if size(element.get("initial_value", "")) <= longest else ["initial_value"]
    return errors


def _plain(text: Any, most: int) -> list[str]:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        return ["must be a plain_text object"]
    length = size(text.get("text", ""))
    return [] if 0 < length <= most else [f"must be 1 to {most} characters, is {length}"]


def _is_url(url: Any) -> bool:
    return isinstance(url, str) and len(url) <= 3000 and re.match(r"(https?://|mailto:)\S+$", url) is not None
