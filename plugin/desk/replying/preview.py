"""An answer post by post, as a preview shows it: the words with what was found in them, the length, how it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from plugin.desk.outgoing import parts
from plugin.desk.replying.chains import split
from plugin.desk.replying.companions import TICKET, Companion
from plugin.desk.replying.guard import pieces
from plugin.findings import Finding
from plugin.public.values import Inspection
from plugin.store.tables import ReplyPart

Inspect = Callable[[str], Inspection]
"""What the channel says of one post with these words."""


@dataclass(frozen=True, slots=True)
class PostShown:
    """One post. `pieces`: its words, and which of them were found. `inspection` is of its longest form: to another
    reporter it says a number more. `state`: out | gone | next | later."""

    place: int
    text: str
    pieces: tuple[tuple[str, bool], ...]
    inspection: Inspection
    state: str
    url: str


def posts(
    mine: Sequence[ReplyPart],
    whole: str,
    found: Sequence[Finding],
    along: Sequence[Companion],
    inspect: Inspect,
) -> tuple[PostShown, ...]:
    """The posts that an answer makes, or has made."""
    shown, at, following = [], 0, parts.upcoming(mine)
    for n, part in enumerate(mine):
        words = part.text if len(mine) == 1 else part.text.rpartition(" (")[0]
        start = max(whole.find(words, at), 0)
        at = start + len(words)
        longest = max(
            [part.text, *(one.posts[n] for one in along if one.goes and n < len(one.posts))], key=len
        )
        inspection = inspect(longest)
        fits = max(0, inspection.fits - len(longest) + len(part.text))
        marked = pieces(part.text, [_moved(f, -start) for f in found if f.start < at and f.end > start])
        state = _state(part, following)
        shown.append(
            PostShown(part.place, part.text, marked, replace(inspection, fits=fits), state, part.url)
        )
    return tuple(shown)


def together(shown: Sequence[PostShown]) -> Inspection:
    """What the channel says of the whole: the longest of its posts, and all links."""
    worst = max((post.inspection for post in shown), key=lambda i: i.weight - i.longest)
    return replace(worst, links=tuple(link for post in shown for link in post.inspection.links))


def cut(text: str, along: Sequence[Companion], inspect: Inspect) -> tuple[str, ...]:
    """The text as several posts, each of which also fits when it goes to another reporter; or nothing."""
    tickets = [TICKET.format(text="", number=one.number) for one in along if one.why in ("", "too_long")]
    ticket = max(tickets, key=len, default="")
    return split(text, lambda piece: not inspect(piece + ticket).too_long)


def _moved(finding: Finding, by: int) -> Finding:
    return replace(finding, start=max(finding.start + by, 0), end=finding.end + by)


def _state(part: ReplyPart, following: ReplyPart | None) -> str:
    if part.post_id is not None:
        return "gone" if part.gone_at else "out"
    return "next" if part is following else "later"
