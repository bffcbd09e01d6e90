"""What the browser is told about a message, a post, a command: JSON, words only ever as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from adapters.web.posts import SquareAccount
from plugin.chat.values import MenuEntry
from plugin.store.tables import SquarePost, WebMessage

Shape = dict[str, Any]


def as_json(value: object) -> str:
    """JSON in ASCII: a lone surrogate or a line separator in somebody's text cannot break the stream."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def reply(value: object, status: int = 200) -> Response:
    """An answer in JSON that nobody keeps."""
    headers = {"cache-control": "no-store"}
    return Response(as_json(value), status, headers=headers, media_type="application/json")


def message(row: WebMessage) -> Shape:
    """A message; a form's token stays with us."""
    body = row.body
    made: Shape = {
        "id": row.id,
        "changed": row.changed,
        "at": moment(row.at),
        "whisper": row.whisper_to != "",
        "answers": int(row.answers) if row.answers.isdecimal() else None,
        "blocks": body["blocks"],
        "pictures": [{"url": f"/gambar/{p['file']}", "alt": p["alt"]} for p in body["pictures"]],
    }
    if "files" in body:
        made["files"] = [{"url": f"/gambar/{f['file']}", "name": f["name"]} for f in body["files"]]
    if row.author:
        made["by"] = {"key": row.author, "name": body.get("name", ""), "title": body.get("title", "")}
        made["sent_as"] = body.get("sent_as", "")
    if "form" in body:
        made["form"] = {name: value for name, value in body["form"].items() if name != "token"}
    return made


def post(row: SquarePost) -> Shape:
    """A post of the square."""
    return {
        "id": row.id,
        "changed": row.changed,
        "at": moment(row.at),
        "official": row.account_id is not None,
        "handle": row.author,
        "name": row.name,
        "text": row.text,
        "answers": row.answers,
        "conversation": row.conversation,
        "photo": f"/gambar/{row.photo}" if row.photo else "",
        "pictures": [{"url": f"/gambar/{p['file']}", "alt": p["alt"]} for p in row.pictures],
        "gone": row.gone_at is not None,
    }


def accounts(found: Sequence[SquareAccount]) -> list[Shape]:
    """The agencies that can be named on the square."""
    return [{"handle": a.handle, "name": a.name} for a in found]


def menu(entries: Sequence[MenuEntry]) -> list[Shape]:
    """The commands, for completion."""
    return [{"name": e.name, "summary": e.summary, "usage": e.usage} for e in entries]


def moment(at: datetime) -> str:
    """A time as the browser reads it."""
    return at.astimezone(UTC).isoformat()
