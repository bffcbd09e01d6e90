"""The operator's terminal: commands, options and what they print. Its words stand in templates/cli."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import click
from cryptography.fernet import Fernet

from plugin.wording import Wording

KINDS = ("agencies", "officials", "accounts")


class Works(Protocol):
    """What the commands ask of the house. Errors that the operator can mend are raised through us."""

    def serve(self) -> None: ...
    def import_file(self, kind: str, path: Path, *, dry_run: bool) -> tuple[bool, list[str]]: ...
    def admin_code(self) -> str: ...
    def accounts(self) -> object: ...
    def rotate_keys(self) -> Any: ...
    def connect(self, agency: str, channel: str, ask: Callable[[str], Sequence[str]]) -> object: ...
    def slack_manifest(self, url: str | None) -> str: ...
    def match_accounts(
        self, lines: Iterable[str], as_of: str | None, region: str | None
    ) -> tuple[Iterator[str], Sequence[object]]: ...
    def deadline(self, received: str, days: str, agency: str | None) -> str: ...
    def triage(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]: ...
    def check_replies(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]: ...
    def lessons(self, agency: str | None) -> Sequence[object]: ...
    def teach(self, agency: str, phrase: str, category: str, weight: float) -> object: ...
    def unteach(self, lesson: int) -> object: ...
    def verify(self, heads: Sequence[str]) -> tuple[int, str, Any]: ...


def command_line(wording: Wording, works: Works) -> click.Group:
    """The operator's commands; without one the desk is served."""
    talk = _Talk(wording)
    group = click.Group(
        "tanggap", help=talk.help("main"), invoke_without_command=True, callback=_serve_alone(works)
    )
    for command in (
        click.Command("serve", help=talk.help("serve"), callback=works.serve),
        _import(talk, works),
        _admin_code(talk, works),
        _new_key(talk),
        _rotate_keys(talk, works),
        _connect(talk, works),
        _accounts(talk, works),
        _match(talk, works),
        _lines("triage", talk, works.triage),
        _lines("check-replies", talk, works.check_replies),
        _lexicon(talk, works),
        _deadline(talk, works),
        _manifest(talk, works),
        _audit(talk, works),
    ):
        group.add_command(command)
    return group


class _Talk:
    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def help(self, name: str) -> str:
        return self._wording.text(f"cli/help/{name}.txt")

    def words(self, name: str, **values: Any) -> str:
        return self._wording.text(f"cli/{name}.txt", **values)

    def tell(self, name: str, **values: Any) -> None:
        click.echo(self.words(name, **values))

    def lines(self, found: Iterable[str], broken: Sequence[object]) -> None:
        """Print what was found; `broken` fills while it is read, and is told of when all are printed."""
        for line in found:
            click.echo(line)
        if broken:
            click.echo(self.words("broken_lines", broken=broken), err=True)


def _serve_alone(works: Works) -> Callable[[], None]:
    @click.pass_context
    def serve_alone(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            works.serve()

    return serve_alone


def _import(talk: _Talk, works: Works) -> click.Command:
    def run(kind: str, file: Path, dry_run: bool) -> None:
        well, lines = works.import_file(kind, file, dry_run=dry_run)
        click.echo("\n".join(lines), err=not well)
        sys.exit(0 if well else 1)

    return click.Command(
        "import",
        help=talk.help("import"),
        callback=run,
        params=[
            click.Argument(["kind"], type=click.Choice(KINDS)),
            click.Argument(["file"], type=click.Path(path_type=Path)),
            click.Option(["--dry-run"], is_flag=True, help=talk.help("dry_run")),
        ],
    )


def _admin_code(talk: _Talk, works: Works) -> click.Command:
    def run() -> None:
        talk.tell("admin_code", code=works.admin_code())

    return click.Command("admin-code", help=talk.help("admin-code"), callback=run)


def _new_key(talk: _Talk) -> click.Command:
    def run() -> None:
        click.echo(Fernet.generate_key().decode())

    return click.Command("new-key", help=talk.help("new-key"), callback=run)


def _rotate_keys(talk: _Talk, works: Works) -> click.Command:
    def run() -> None:
        done = works.rotate_keys()
        talk.tell("rekeyed", done=done)
        sys.exit(1 if done.closed else 0)

    return click.Command("rotate-keys", help=talk.help("rotate-keys"), callback=run)


def _connect(talk: _Talk, works: Works) -> click.Command:
    def run(agency: str, channel: str, file: IO[str] | None) -> None:
        def ask(handle: str) -> list[str]:
            if file is not None:
                return file.read().split()
            prompt = talk.words("ask_tokens", handle=handle)
            return [str(click.prompt(f"{prompt} {n}/2", hide_input=True)).strip() for n in (1, 2)]

        talk.tell("connected", done=works.connect(agency, channel, ask))

    return click.Command(
        "connect-account",
        help=talk.help("connect-account"),
        callback=run,
        params=[
            click.Argument(["agency"]),
            click.Argument(["channel"]),
            click.Option(["--file"], type=click.File("r"), help=talk.help("file")),
        ],
    )


def _accounts(talk: _Talk, works: Works) -> click.Command:
    def run() -> None:
        talk.tell("accounts", all=works.accounts())

    return click.Command("accounts", help=talk.help("accounts"), callback=run)


def _match(talk: _Talk, works: Works) -> click.Command:
    def run(file: IO[str], as_of: str | None, region: str | None) -> None:
        talk.lines(*works.match_accounts(file, as_of, region))

    return click.Command(
        "match-accounts",
        help=talk.help("match-accounts"),
        callback=run,
        params=[
            click.Argument(["file"], type=click.File("r", encoding="utf-8", errors="replace")),
            click.Option(["--as-of"], help=talk.help("as_of")),
            click.Option(["--region"], help=talk.help("region")),
        ],
    )


def _lines(
    name: str, talk: _Talk, work: Callable[[Iterable[str]], tuple[Iterator[str], Sequence[object]]]
) -> click.Command:
    """A command that reads one JSON object a line and prints one for each."""

    def run(file: IO[str]) -> None:
        talk.lines(*work(file))

    return click.Command(
        name,
        help=talk.help(name),
        callback=run,
        params=[click.Argument(["file"], type=click.File("r", encoding="utf-8", errors="replace"))],
    )


def _lexicon(talk: _Talk, works: Works) -> click.Command:
    def show(agency: str | None) -> None:
        talk.tell("lessons", rows=works.lessons(agency))

    def add(agency: str, phrase: Sequence[str], category: str, weight: float) -> None:
        talk.tell("taught", lesson=works.teach(agency, " ".join(phrase), category, weight))

    def remove(agency: str, phrase: Sequence[str]) -> None:
        talk.tell("taught", lesson=works.teach(agency, " ".join(phrase), "", 0.0))

    def undo(lesson: int) -> None:
        talk.tell("taught", lesson=works.unteach(lesson))

    agency, phrase = click.Argument(["agency"]), click.Argument(["phrase"], nargs=-1, required=True)
    category = click.Option(["--category"], default="", help=talk.help("category"))
    weight = click.Option(["--weight"], type=click.FloatRange(0, 12), default=9.0, help=talk.help("weight"))
    return click.Group(
        "lexicon",
        help=talk.help("lexicon"),
        commands=[
            click.Command(
                "list",
                help=talk.help("lexicon-list"),
                callback=show,
                params=[click.Argument(["agency"], required=False)],
            ),
            click.Command(
                "add", help=talk.help("lexicon-add"), callback=add, params=[agency, phrase, category, weight]
            ),
            click.Command(
                "remove", help=talk.help("lexicon-remove"), callback=remove, params=[agency, phrase]
            ),
            click.Command(
                "undo",
                help=talk.help("lexicon-undo"),
                callback=undo,
                params=[click.Argument(["lesson"], type=click.IntRange(1, 2**31 - 1))],
            ),
        ],
    )


def _deadline(talk: _Talk, works: Works) -> click.Command:
    def run(received: str, days: str, agency: str | None) -> None:
        click.echo(works.deadline(received, days, agency))

    return click.Command(
        "deadline",
        help=talk.help("deadline"),
        callback=run,
        params=[
            click.Argument(["received"]),
            click.Option(["--days"], required=True, help=talk.help("days")),
            click.Option(["--agency"], help=talk.help("agency")),
        ],
    )


def _manifest(talk: _Talk, works: Works) -> click.Command:
    def run(url: str | None) -> None:
        click.echo(works.slack_manifest(url))

    return click.Command(
        "slack-manifest",
        help=talk.help("slack-manifest"),
        callback=run,
        params=[click.Option(["--url"], help=talk.help("url"))],
    )


def _audit(talk: _Talk, works: Works) -> click.Command:
    def run(head: tuple[str, ...]) -> None:
        sound, mark, fault = works.verify(head)
        talk.tell("audit", sound=sound, mark=mark, held=len(head), fault=fault)
        sys.exit(1 if fault else 0)

    heads = click.Option(["--head"], multiple=True, help=talk.help("head"))
    verify = click.Command("verify", help=talk.help("verify"), callback=run, params=[heads])
    return click.Group("audit", help=talk.help("audit"), commands=[verify])
