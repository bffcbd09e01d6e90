"""Reading an agency, or a person, out of what somebody typed: a choice where it is not clear, never a guess."""

from __future__ import annotations

import re

from plugin.chat.command import Reader, Usage, next_word
from plugin.chat.context import Context
from plugin.chat.mentions import spelled_out
from plugin.chat.refusals import NoSuchAgency, SeveralFit, WhichAgency, WhoIsMeant
from plugin.chat.values import Person
from plugin.registry.find import Candidates, Found, find
from plugin.registry.snapshot import Node, Registry
from plugin.wording import UserError

MOST_WORDS = 5
TOWARDS = re.compile(r"^\s*(?:ke|kepada|untuk)\b[:\s]+(?=\S)", re.IGNORECASE)
"""As people say it: "disposisi 17 ke dishub". No agency's name begins so."""


def describe(registry: Registry, node: Node) -> str:
    """A node as a choice shows it: its label, and what it stands below where names repeat."""
    above = registry.parent(node)
    where = above.label if above is not None and node.kind in ("desa", "kelurahan") else ""
    return f"{node.label} ({where})" if where else node.label


def which(registry: Registry, given: str, nodes: tuple[Node, ...], line: str) -> WhichAgency:
    """The choice between several agencies; `line` has {} where the agency's code goes."""
    choices = tuple((node.code, describe(registry, node)) for node in nodes)
    return WhichAgency(given, choices, tuple(line.replace("{}", code) for code, _ in choices))


def named(registry: Registry, typed: str, within: Node | None, line: str = "") -> Node:
    """The one agency at or below `within` that is meant. Raises UserError where there is none, or several.

    Each of several is a button that types `line`, with its code for {}; without a line people are told the codes.
    """
    typed = typed.strip()
    match find(registry, typed, within):
        case Found(node):
            return node
        case Candidates(nodes):
            choice = which(registry, typed[:60], nodes, line)
            raise UserError(choice if line else SeveralFit(choice.given, choice.choices))
        case _:
            raise UserError(NoSuchAgency(typed[:60]))


def leading(registry: Registry, typed: str, within: Node) -> tuple[Node, str]:
    """(an agency, what follows it): the longest beginning that is exactly one agency, else (`within`, all)."""
    words = typed.split()
    for n in range(min(len(words), MOST_WORDS), 0, -1):
        finding = find(registry, " ".join(words[:n]), within, exactly=True)
        if isinstance(finding, Found):
            return finding.node, " ".join(words[n:])
    return within, typed


async def _read_agency(context: Context, usage: Usage, rest: str) -> tuple[Node, str]:
    """The longest beginning of the line that is exactly an agency; else one word (or all), with slips allowed."""
    rest = TOWARDS.sub("", rest)
    words = rest.split()
    for n in range(min(len(words), MOST_WORDS), 0, -1):
        finding = find(context.registry, " ".join(words[:n]), exactly=True)
        if isinstance(finding, Found):
            return finding.node, _after(rest, n)
        if isinstance(finding, Candidates):
            raise UserError(_which(context, usage, rest, n, finding))
    n = len(words) if usage.last else 1
    finding = find(context.registry, " ".join(words[:n]))
    match finding:
        case Found(node):
            return node, _after(rest, n)
        case Candidates():
            raise UserError(_which(context, usage, rest, n, finding))
        case _:
            raise UserError(NoSuchAgency(" ".join(words[:n])[:60]))


def _which(context: Context, usage: Usage, rest: str, n: int, finding: Candidates) -> WhichAgency:
    given = " ".join(rest.split()[:n])
    typed = getattr(context.message.body, "text", "")
    head = typed[: typed.rfind(rest.strip())] if rest.strip() and rest.strip() in typed else f"/{usage.name} "
    line = spelled_out(
        f"{head}{{}} {_after(rest, n)}".rstrip(), context.mentions
    )  # a button names nobody any more
    return which(context.registry, given[:60], finding.nodes, line)


def _after(rest: str, n: int) -> str:
    for _ in range(n):
        _, _, rest = rest.lstrip().partition(rest.split(None, 1)[0])
    return rest.lstrip()


AGENCY_READER = Reader(_read_agency)


async def _read_person(context: Context, usage: Usage, rest: str) -> tuple[Person, str]:
    """Somebody named with @, or whose message this answers. Only a platform id counts, never a name."""
    word, left = next_word(rest)
    mentions = context.mentions
    if word.startswith("@") and word[1:].isdigit() and 0 < int(word[1:]) <= len(mentions):
        return mentions[int(word[1:]) - 1], left
    if not word.startswith("@") and mentions:
        return mentions[0], rest
    raise UserError(WhoIsMeant(word[:60]))


PERSON_READER = Reader(_read_person, implied=True)
