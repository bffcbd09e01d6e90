"""Click's own words, in ours: what was typed wrongly, and the headings of the help. They stand in templates/cli."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

Words = Callable[..., str]
"""The words of a template of templates/cli, filled with values."""


class Commands(click.Group):
    """The group of all commands: it says in our words what was typed wrongly."""

    words: Words

    def main(self, *args: Any, **more: Any) -> Any:  # Any: as Click has it
        """As in Click; a slip ends with code 2 and the way to the help."""
        try:
            return super().main(*args, **(more | {"standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as nothing:
            nothing.show()
        except click.UsageError as slip:
            path = slip.ctx.command_path if slip.ctx is not None else ""
            click.echo(self.words("misused", path=path, **_told(slip)), err=True)
        except click.Abort:
            click.echo(self.words("broken_off"), err=True)
        sys.exit(2)


def in_our_words(group: Commands, words: Words) -> Commands:
    """The group, its commands and theirs, with our words in the place of Click's."""
    group.words = words
    _teach(group, _context(words), words)
    return group


def _teach(command: click.Command, context: type[click.Context], words: Words) -> None:
    command.context_class = context
    command.add_help_option = False
    command.params.append(
        click.Option(
            ["--help"], is_flag=True, is_eager=True, expose_value=False, callback=_show_help,
            help=words("help/help"),
        )
    )  # fmt: skip
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _teach(one, context, words)


def _show_help(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(context.get_help())
        context.exit()


def _context(words: Words) -> type[click.Context]:
    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or f"{words('heading', what='Usage')}: ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(words("heading", what=heading))

    class Context(click.Context):
        formatter_class = Formatter

    return Context


def _told(slip: click.UsageError) -> dict[str, Any]:
    """What the template needs to know of a slip. Click's own sentence is kept for what has no words of ours."""
    told: dict[str, Any] = {"kind": "other", "said": slip.message, "what": "", "near": (), "type": ""}
    match slip:
        case click.NoSuchOption() | click.NoSuchCommand():
            kind, name = ("option", slip.option_name) if isinstance(slip, click.NoSuchOption) else (
                "command", slip.command_name)  # fmt: skip
            told |= {"kind": kind, "what": name, "near": tuple(slip.possibilities or ())}
        case click.MissingParameter():
            told |= {"kind": "missing"} | _of(slip)
        case click.BadParameter():
            told |= {"kind": "value"} | _of(slip)
        case click.BadOptionUsage():
            told |= {"kind": "no_value", "what": slip.option_name}
    return told


def _of(slip: click.BadParameter) -> dict[str, Any]:
    """The parameter that is missing or wrong: what it is called, and what it takes."""
    if slip.param is None:
        return {}
    kind = slip.param.type
    choices = tuple(str(choice) for choice in kind.choices) if isinstance(kind, click.Choice) else ()
    name = slip.param.opts[0] if isinstance(slip.param, click.Option) else (slip.param.name or "").upper()
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    return {"what": name, "near": choices, "type": kind.name, "least": least, "most": most}
