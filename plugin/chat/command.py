"""How a slash command and a deciding button are declared, and how arguments are read.

The handler's signature is the grammar: positional parameters are words, a keyword-only one is the rest of the
line as it was meant (people by their names), a default makes it optional, and the annotation picks the reader.
The decorators only return a value; what exists is listed by hand in `commands/__init__.py`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, get_args, get_type_hints

from plugin.chat.context import Context
from plugin.chat.mentions import Unread, spelled_out
from plugin.chat.refusals import BadArgument, MissingArgument, TooMuch
from plugin.chat.rights import Right
from plugin.wording import UserError, View

P = ParamSpec("P")
V = TypeVar("V", bound=View)
Handler = Callable[Concatenate[Context, P], Coroutine[Any, Any, V]]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reader may know of the command it reads for, to say what is wrong."""

    name: str
    right: Right
    usage: str
    parameter: str
    last: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one argument: takes the line as far as it is unread, returns the value and what is left of it.

    `implied`: the value can come from the moment alone (the report that a card shows), words or none.
    A value of None means that there is nothing here for this argument.
    """

    read: Callable[[Context, Usage, str], Awaitable[tuple[Any, str]]]
    implied: bool = False


@dataclass(frozen=True)
class Command:
    """One slash command, ready to be looked up and called.

    `at_once`: it only reads, so its answer may ride on the acknowledgement and nothing is stored of it.
    `rare`: where a platform's menu is short (Slack takes 50 commands), it is reached behind `/aduan`.
    """

    name: str
    may: Right
    at_once: bool
    rare: bool
    handler: Callable[..., Awaitable[View]]
    parameters: tuple[inspect.Parameter, ...]
    types: Mapping[str, Any]

    @property
    def usage(self) -> str:
        """The arguments as a reader types them: `<nomor> <instansi> [perintah…]`."""
        return " ".join(_shape(p) for p in self.parameters)

    @property
    def views(self) -> tuple[type[View], ...]:
        """What it may answer: one view, or the members of a union."""
        return _views(self.types)

    async def read(self, context: Context, text: str, readers: Mapping[Any, Reader]) -> dict[str, Any]:
        """Turn what was typed into typed arguments, or raise a UserError that says what is wrong."""
        values: dict[str, Any] = {}
        rest = text.strip()
        for n, p in enumerate(self.parameters):
            if p.kind is p.KEYWORD_ONLY:
                values[p.name], rest = self._text(context, p, rest) if rest else p.default, ""
                if values[p.name] is p.empty:
                    raise UserError(MissingArgument(self.name, p.name, self.usage))
            elif rest or readers[self.types[p.name]].implied:
                usage = Usage(self.name, self.may, self.usage, p.name, n == len(self.parameters) - 1)
                values[p.name], rest = await self._one(context, usage, p, rest, readers)
            elif p.default is p.empty:
                raise UserError(MissingArgument(self.name, p.name, self.usage))
            else:
                values[p.name] = p.default
        if rest.strip():
            raise UserError(TooMuch(self.name, rest.strip()[:60], self.usage))
        return values

    def _text(self, context: Context, p: inspect.Parameter, rest: str) -> str:
        return rest if self.types[p.name] is Unread else spelled_out(rest, context.mentions)

    async def _one(
        self, context: Context, usage: Usage, p: inspect.Parameter, rest: str, readers: Mapping[Any, Reader]
    ) -> tuple[Any, str]:
        value, left = await readers[self.types[p.name]].read(context, usage, rest)
        if value is not None:
            return value, left.strip()
        if p.default is not p.empty:
            return p.default, left.strip()
        raise UserError(MissingArgument(self.name, p.name, self.usage))


@dataclass(frozen=True)
class Decision:
    """What a deciding button or a form means; arguments come from the stored row and the form's answers."""

    verb: str
    may: Right
    handler: Callable[..., Awaitable[View]]
    types: Mapping[str, Any]

    @property
    def views(self) -> tuple[type[View], ...]:
        """What it may answer: one view, or the members of a union."""
        return _views(self.types)


@dataclass(frozen=True)
class Offer:
    """Everything that can be asked of us: commands by topic, what buttons and forms decide, and the readers of
    arguments. `other_words`: what people type for a command that is called otherwise, and its name."""

    topics: Mapping[str, Sequence[Command]]
    decisions: Sequence[Decision]
    readers: Mapping[Any, Reader]
    other_words: Mapping[str, str] = field(default_factory=dict)

    @property
    def commands(self) -> tuple[Command, ...]:
        """All of them, in the order of help."""
        return tuple(c for those in self.topics.values() for c in those)


def command(
    name: str, *, may: Right, at_once: bool = False, rare: bool = False
) -> Callable[[Handler[P, V]], Command]:
    """Declare a slash command by its canonical name (lower case, hyphens) and the right it asks for."""

    def declare(handler: Handler[P, V]) -> Command:
        parameters = tuple(inspect.signature(handler).parameters.values())[1:]
        return Command(name, may, at_once, rare, handler, parameters, get_type_hints(handler))

    return declare


def decision(verb: str, *, may: Right) -> Callable[[Handler[P, V]], Decision]:
    """Declare what a button or a form does."""

    def declare(handler: Handler[P, V]) -> Decision:
        return Decision(verb, may, handler, get_type_hints(handler))

    return declare


def next_word(text: str) -> tuple[str, str]:
    """Split off one word, or one "quoted phrase"; apostrophes are letters."""
    match = re.match(r'\s*(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))', text)
    return (match["phrase"] or match["word"] or "", text[match.end() :].lstrip(" ")) if match else ("", text)


async def read_word(context: Context, usage: Usage, rest: str) -> tuple[str, str]:
    """The reader of `str`: one word."""
    return next_word(rest)


async def read_number(context: Context, usage: Usage, rest: str) -> tuple[int, str]:
    """The reader of `int`: a whole number."""
    word, left = next_word(rest)
    if not re.fullmatch(r"\d{1,9}", word, re.ASCII):
        raise UserError(BadArgument(usage.name, usage.parameter, word[:60], usage.usage))
    return int(word), left


def _views(types: Mapping[str, Any]) -> tuple[type[View], ...]:
    return get_args(types["return"]) or (types["return"],)


def _shape(p: inspect.Parameter) -> str:
    name = p.name.replace("_", "-") + ("…" if p.kind is p.KEYWORD_ONLY else "")
    return f"<{name}>" if p.default is p.empty else f"[{name}]"
