"""What stands in a ready-made answer: words, `{{ nomor }}`, and `{% if tempat %} … {% endif %}`. Nothing else.

A text is read once and filled once, in Jinja's sandbox; what is filled in is text and never read again, so that
braces which a citizen or an official wrote stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from rapidfuzz import process as fuzzy

from plugin.desk.answers.kinds import VARIABLES

LONGEST = 1000
"""Code points of a wording before it is filled."""
JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
PIECE = 30


class Fault(Exception):
    """What is wrong with a wording. `kind`: empty | long | braces | statement | unknown (then `near` may help)."""

    def __init__(self, kind: str, words: str = "", near: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.words = words
        self.near = near


def read(text: str) -> nodes.Template:
    """The wording, or a Fault."""
    if not text.strip():
        raise Fault("empty")
    if len(text) > LONGEST:
        raise Fault("long", str(len(text)))
    if "{#" in text:
        raise Fault("statement", _piece(text, text.index("{#")))
    try:
        tree = JINJA.parse(text)
    except TemplateSyntaxError as error:
        raise Fault("braces", _line(text, error.lineno)) from None
    for node in _all(tree):
        _check(node)
    return tree


def needed(text: str) -> list[str]:
    """What it cannot do without: what stands outside every `if`."""
    return [name for name in VARIABLES if name in set(_outside(read(text)))]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The wording with its values in it; what is unknown is blank, and leaves no gap."""
    read(text)
    words = JINJA.from_string(text).render({name: "" for name in VARIABLES} | dict(values))
    return "\n".join(re.sub(r" {2,}", " ", line).strip() for line in words.strip().splitlines())


def _check(node: nodes.Node) -> None:
    match node:
        case nodes.TemplateData(data=words) if "{" in words or "}" in words:
            raise Fault("braces", _piece(words, min(words.find(c) for c in "{}" if c in words)))
        case nodes.Name(name=name) if name not in VARIABLES:
            near = fuzzy.extractOne(name, VARIABLES, score_cutoff=60)
            raise Fault("unknown", name[:PIECE], str(near[0]) if near else "")
        case (
            nodes.Template() | nodes.Output() | nodes.TemplateData() | nodes.Name() | nodes.If() | nodes.Not()
            | nodes.And() | nodes.Or()
        ):  # fmt: skip
            return
        case _:
            raise Fault("statement")


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


def _outside(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield node.name
    elif not isinstance(node, nodes.If):
        for child in node.iter_child_nodes():
            yield from _outside(child)


def _piece(words: str, at: int) -> str:
    return words[max(0, at - 10) : at + PIECE].strip()


def _line(text: str, number: int) -> str:
    lines = text.splitlines() or [""]
    line = lines[min(number, len(lines)) - 1]
    return _piece(line, max(line.find("{"), 0))
