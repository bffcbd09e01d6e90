"""Every word we say comes from `templates/`; code only names a view and fills its fields.

`commands.laporan.Shown` speaks through `templates/laporan/shown.html.j2`, `plugin.desk.cards.reply_card.ReplyCard`
through `templates/reply_card/reply_card.html.j2`: the module's last name and the class's name in snake case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, Template, meta
from jinja2.bccache import Bucket

from plugin.drawing.sheet import Sheet
from plugin.errors import TanggapError
from plugin.media import Media


@dataclass(frozen=True, slots=True)
class Say:
    """A button that does what typing `line` would do, with the presser's own rights.

    `amend`: the answer replaces the message (turning a page) instead of following it. Nothing needs to be
    stored for it: whoever forges the token gains no more than by typing.
    """

    line: str
    amend: bool = False


@dataclass(frozen=True, slots=True)
class Decide:
    """A button that takes a decision: a stored row under a random token, until it lapses."""

    verb: str
    args: Mapping[str, Any] = field(default_factory=dict)
    lasts: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Visit:
    """A button that opens a page."""

    url: str


@dataclass(frozen=True, slots=True)
class Unfold:
    """A card's button that shows all there is: what the card leaves out so that a telephone shows what matters."""


Press = Say | Decide | Visit | Unfold


@dataclass(frozen=True)
class View:
    """What one template is given: a frozen value, complete in itself.

    `lasts`: so long its buttons mean the lines that they stand for, where these are too long for a button itself.
    `whisper`: for the asker's eyes alone, where the platform can. `confidential`: for these alone in any case, so
    where the platform cannot, in the private chat (plugin/chat/apart.py). `replaces`: after a pressed button it
    takes the pressed message's place.
    """

    whisper: ClassVar[bool] = False
    confidential: ClassVar[bool] = False
    replaces: ClassVar[bool] = False
    lasts: ClassVar[timedelta] = timedelta(days=7)

    @classmethod
    def template(cls) -> str:
        """The template's path below `templates/`."""
        folder = cls.__module__.rpartition(".")[2]
        return f"{folder}/{snake(cls.__name__)}.html.j2"

    @property
    def about(self) -> str:
        """What changing thing this shows ("reply:4"): a card, kept up to date wherever it hangs."""
        return ""

    @property
    def unfolded(self) -> View:
        """All of what this is about, for whoever asks for it on the card."""
        return self

    def presses(self) -> Mapping[str, Press]:
        """What the template's buttons do, by their names."""
        return {}

    def pictures(self) -> Sequence[Media]:
        """Pictures that go with the words."""
        return ()

    def drawings(self) -> Sequence[Drawing]:
        """Pictures that are yet to be drawn, of the same figures as the words."""
        return ()

    def papers(self) -> Sequence[Paper]:
        """Papers to keep that go with the words."""
        return ()


@dataclass(frozen=True)
class CardOf(View):
    """The card about `subject` ("report:4"), made of what is true when it is sent (plugin/desk/cards/cards.py)."""

    subject: str

    @property
    def about(self) -> str:
        return self.subject


class CardHere(CardOf):
    """The same, in the place of the message whose button was pressed."""

    replaces = True


@dataclass(frozen=True)
class Drawing(View):
    """A picture of figures; its titles, and what it says to those who cannot see it, are blocks of its template."""

    def sheet(self, say: Callable[[str], str]) -> Sheet:
        """The picture, its words asked for by the names of their blocks."""
        raise TypeError(f"{type(self).__name__} does not say what it shows")


@dataclass(frozen=True)
class Paper(View):
    """A file to keep; its words are blocks of its template."""

    def made(self, say: Callable[[str], str]) -> Media:
        """The file, its words asked for by the names of their blocks. Called in a thread: it may take a while."""
        raise TypeError(f"{type(self).__name__} does not say what it is")


@dataclass(frozen=True)
class Refusal(View):
    """A view that says why something was not done, and what to do instead: today, for its buttons may repeat whatever
    was typed."""

    whisper: ClassVar[bool] = True
    lasts: ClassVar[timedelta] = timedelta(days=1)


class UserError(TanggapError):
    """The sender can put this right; `view` says how."""

    def __init__(self, view: View) -> None:
        super().__init__(type(view).__name__)
        self.view = view


@cache
def snake(name: str) -> str:
    """`NotAllowed` as `not_allowed`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Compiled(BytecodeCache):
    """Templates once compiled, for every `Wording` of the process: to compile one takes longer than to fill it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of that template and that source, if it is there."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class Wording:
    """The words of one government: its templates and the filters they use."""

    def __init__(self, folder: Path, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            auto_reload=False,
            cache_size=-1,  # all of them: a bounded cache is locked at each look
            bytecode_cache=COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # No template of ours asks for them, and each `import` would look every one of them up.
        self._jinja.globals.clear()
        self._jinja.filters.update(filters or {})

    def say(self, view: View) -> str:
        """The view's words, in our tiny HTML, everything that came from outside escaped."""
        return self._template(view.template()).render(self._values(view)).strip()

    def part(self, view: View, block: str) -> str:
        """One `{% block %}` of the view's template: a form's title, a field's label."""
        template = self._template(view.template())
        return "".join(template.blocks[block](template.new_context(self._values(view)))).strip()

    def has_part(self, view: View, block: str) -> bool:
        """Whether the view's template has that block."""
        return block in self._template(view.template()).blocks

    def text(self, name: str, **values: Any) -> str:
        """A text that is not a view's: help, a page of the web room. `name` is the path without `.j2`."""
        return self._template(f"{name}.j2").render(values).strip()

    def sources(self, folder: str) -> dict[str, str]:
        """The texts below a folder, unfilled, by their paths there."""
        loader, inside = self._jinja.loader, f"{folder}/"
        assert loader is not None
        found = [name for name in self._jinja.list_templates() if name.startswith(inside)]
        return {n.removeprefix(inside): loader.get_source(self._jinja, n)[0].strip() for n in found}

    def has(self, name: str) -> bool:
        """Whether `templates/` holds that text."""
        return f"{name}.j2" in self._jinja.list_templates()

    def asks_for(self, view: type[View]) -> set[str]:
        """The names that a view's template uses: held against its fields by a test."""
        loader = self._jinja.loader
        assert loader is not None
        source, _, _ = loader.get_source(self._jinja, view.template())
        return meta.find_undeclared_variables(self._jinja.parse(source))

    def _template(self, name: str) -> Template:
        return self._jinja.get_template(name)

    @staticmethod
    def _values(view: View) -> dict[str, Any]:
        return {f.name: getattr(view, f.name) for f in fields(view)}
