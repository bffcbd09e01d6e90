"""How the house is kept: nothing happens at import, words stand in templates, what can be set is written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.slack.manifest import manifest
from app import TEMPLATES
from commands import OFFER
from plugin.chat.dispatch import menu
from plugin.settings import PREFIX, Settings
from plugin.wording import Wording

ROOT = Path(__file__).parents[1]
FOLDERS = ("plugin", "commands", "adapters")
PLATFORMS = {"slack", "telegram", "web", "memory", "x", "alun-alun"}

WATCH = """
import gc, importlib, sys, threading
seen, quiet = [], []
def watch(event, args):
    if quiet or event.partition('.')[0] not in ('socket', 'sqlite3', 'subprocess', 'open', 'os', 'shutil'):
        return
    if event == 'open' and not (isinstance(args[1], str) and set(args[1]) & set('wax+')):
        return
    if event.startswith('os.') and event not in ('os.mkdir', 'os.remove', 'os.rename', 'os.system', 'os.fork'):
        return
    frame, names = sys._getframe(1), []
    while frame is not None:
        names.append(frame.f_globals.get('__name__', ''))
        frame = frame.f_back
    # When they are imported, urllib3 tries out IPv6 and croniter asks the system for its name.
    if not any(name.partition('.')[0] in ('urllib3', 'croniter') for name in names):
        seen.append((event, [n for n in names if not n.startswith(('importlib', '_frozen', 'subprocess'))][:6]))
sys.addaudithook(watch)
for name in sys.stdin.read().split():
    importlib.import_module(name)
quiet.append(True)
import aiohttp, httpx, jinja2, sqlalchemy
from plugin.settings import Settings
from plugin.wording import Wording
BUILT = (aiohttp.ClientSession, httpx.AsyncClient, sqlalchemy.Engine, Settings, Wording)
seen += [('built', type(o).__name__) for o in gc.get_objects() if isinstance(o, BUILT)]
seen += [('thread', t.name) for t in threading.enumerate() if t is not threading.main_thread()]
print(*seen, sep='\\n')
"""


def sources() -> list[Path]:
    """Every module of ours that runs in the application."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [ROOT / "app.py", *(path for path in found if "migrations" not in path.parts)]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def parsed(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sources():
        name = str(path.relative_to(ROOT))
        if name.startswith(folders):
            yield name, ast.parse(path.read_text())


# -- building ----------------------------------------------------------------------------------------------


def test_nothing_is_built_or_opened_at_import() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH], cwd=ROOT, input="\n".join(map(module, sources())), text=True,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stderr == ""
    assert done.stdout.strip() == ""


# -- layout ------------------------------------------------------------------------------------------------


def test_the_core_asks_for_no_platform_by_name() -> None:
    found = []
    for name, tree in parsed("plugin", "commands"):
        compared = [[n.left, *n.comparators] for n in ast.walk(tree) if isinstance(n, ast.Compare)]
        compared += [[n.value] for n in ast.walk(tree) if isinstance(n, ast.MatchValue)]
        constants = [n for asked in compared for n in asked if isinstance(n, ast.Constant)]
        found += [f"{name}:{n.lineno}" for n in constants if n.value in PLATFORMS]

    assert found == []


def test_every_module_begins_with_a_sentence() -> None:
    for name, tree in parsed(*FOLDERS, "app.py"):
        if tree.body:
            first = (ast.get_docstring(tree) or "").split("\n\n")[0]
            assert first.endswith((".", "?", ":")), name


# -- wording -----------------------------------------------------------------------------------------------

INDONESIAN = re.compile(
    r"\b(tidak|belum|sudah|maaf|silakan|anda|kami|untuk|yang|dengan|akan|harus|adalah|karena|bila|jika|"
    r"dapat|oleh|atau|dari|sedang|telah|bukan|mohon|terima|kasih|tekan|pilih|ketik|coba)\b",
    re.IGNORECASE,
)
READ_NOT_SAID = (
    "plugin/desk/safety/names.py",
    "plugin/desk/triage/",
    "plugin/registry/matching/",
    "plugin/registry/find.py",
    "plugin/registry/names.py",
    "plugin/desk/posts/dictation.py",
    "plugin/desk/sorting/wishes.py",
    "plugin/public/recorded.py",
    "plugin/rhythm/promising.py",
)
"""Here Indonesian words are looked for in what others wrote."""


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text in the code that is not a docstring and has several words."""
    nodes = list(ast.walk(tree))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            text = node.value.strip()
            if " " in text and not text.startswith("/"):  # a line as it would be typed is no sentence
                yield node.lineno, text


def test_what_people_read_stands_in_templates() -> None:
    found = [
        f"{name}:{line}: {text[:60]}"
        for name, tree in parsed(*FOLDERS, "app.py")
        if not name.startswith(READ_NOT_SAID)
        for line, text in sentences(tree)
        if INDONESIAN.search(text)
    ]

    assert found == []


def test_whatever_stops_the_program_has_its_words() -> None:
    raised = {
        code
        for path in sources()
        for code in re.findall(r"OperatorError\(\s*(?:\"([^\"]+)\")", path.read_text())
    }
    told = set(re.findall(r'code == "(\w+)"', (ROOT / "templates/cli/stopped.txt.j2").read_text()))

    assert raised
    assert raised - told == set()


# -- what is written down ----------------------------------------------------------------------------------

NAMES = sorted(PREFIX + name.upper() for name in Settings.model_fields)
NAMED = re.compile(rf"`({PREFIX}[A-Z_]+|…_[A-Z_]+)`")


def documented(text: str) -> set[str]:
    """The settings a page names; `…_REST` in a line goes on from the platform's name before it."""
    found: set[str] = set()
    for line in text.splitlines():
        group = ""
        for name in NAMED.findall(line):
            if name.startswith(PREFIX):
                group = "_".join(name.split("_")[:2])
            found.add(name.replace("…", group))
    return found


def test_every_setting_is_in_the_readme_and_nothing_else() -> None:
    assert sorted(documented((ROOT / "README.md").read_text())) == NAMES


@pytest.mark.parametrize("page", ["docs/operator.md", "docs/panduan.md", "CONTRIBUTING.md"])
def test_no_page_names_a_setting_that_is_none(page: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", (ROOT / page).read_text()))

    assert {name for name in named if not name.endswith("_")} <= set(NAMES)


def test_every_command_is_in_the_officials_guide() -> None:
    guide = (ROOT / "docs/panduan.md").read_text()

    assert [c.name for c in OFFER.commands if not re.search(rf"/{c.name}\b", guide)] == []


def test_slack_takes_the_manifest_of_all_our_commands() -> None:
    made = manifest(menu(OFFER.commands, Wording(TEMPLATES)), base_url=None, wording=Wording(TEMPLATES))
    named = {c["command"].removeprefix("/") for c in made["features"]["slash_commands"]}

    assert len(named) <= 50
    assert named - {"aduan"} <= {c.name for c in OFFER.commands}
    assert {c.name for c in OFFER.commands if not c.rare} <= named


def test_pages_name_only_commands_that_exist() -> None:
    names = {c.name for c in OFFER.commands}
    for page in ("README.md", "docs/panduan.md", "docs/operator.md"):
        text = (ROOT / page).read_text()
        assert set(re.findall(r"(?<![\w./])/([a-z]+(?:-[a-z]+)+)\b", text)) <= names, page
