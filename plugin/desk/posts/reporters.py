"""What the channel says of whoever wrote, as facts for a person to weigh: nothing is judged or kept beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.desk.masking import presentable


@dataclass(frozen=True, slots=True)
class Facts:
    """`days` is how old the account was when it wrote. What the channel does not say is None or blank."""

    since: datetime | None
    days: int | None
    followers: int | None
    location: str
    verified: str


def facts(author: Mapping[str, str], written_at: datetime) -> Facts:
    """The facts, whatever a channel wrote into them."""
    since = _moment(str(author.get("created_at") or ""), written_at)
    followers = str(author.get("followers") or "")
    return Facts(
        since,
        max(0, (written_at - since).days) if since else None,
        int(followers) if followers.isascii() and followers.isdigit() and len(followers) < 12 else None,
        presentable(str(author.get("location") or "")),
        str(author.get("verified") or ""),
    )


def _moment(text: str, like: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)
