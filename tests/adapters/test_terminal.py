"""The operator's terminal: every command says something, and nothing it is told comes back as a trace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from adapters.terminal import command_line
from plugin.desk.accounts.connecting import Connected
from plugin.desk.accounts.overview import Listed, Overview
from plugin.desk.audit import Fault
from plugin.registry.matching.reading import Broken
from plugin.registry.rekeying import Rekeyed
from plugin.store.tables import Lesson
from plugin.wording import Wording

WORDING = Wording(Path(__file__).parents[2] / "templates")
NOON = datetime(2026, 8, 18, 5, tzinfo=UTC)
MODES = ("off", "read_only", "manual", "api")
FAULTS = ("changed", "missing", "inserted", "cut", "rewritten", "shorter")


class Desk:
    """What the commands ask of the house; it notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.lines: tuple[bool, list[str]] = (True, ["3 ditambah"])
        self.rows: Sequence[object] = ()
        self.mode = "api"
        self.closed: tuple[int, ...] = ()
        self.record: tuple[int, str, Fault | None] = (0, "", None)

    def serve(self) -> None:
        self.asked.append("serve")

    def import_file(self, kind: str, path: Path, *, dry_run: bool) -> tuple[bool, list[str]]:
        self.asked.append((kind, path.name, dry_run))
        return self.lines

    def admin_code(self) -> str:
        return "ABCD-EFGH-JKLM"

    def rotate_keys(self) -> Rekeyed:
        return Rekeyed(3, 1, self.closed)

    def accounts(self) -> Overview:
        return Overview(tuple(row for row in self.rows if isinstance(row, Listed)))

    def connect(self, agency: str, channel: str, ask: Callable[[str], Sequence[str]]) -> Connected:
        self.asked.append((agency, channel, list(ask("dpupr"))))
        return Connected(1, "dpupr", "Dinas Pekerjaan Umum", self.mode)

    def slack_manifest(self, url: str | None) -> str:
        return json.dumps({"url": url})

    def match_accounts(
        self, lines: Iterable[str], as_of: str | None, region: str | None
    ) -> tuple[Iterator[str], Sequence[object]]:
        self.asked.append(([line.strip() for line in lines], as_of, region))
        return iter(['{"username": "dpuprkebumen"}']), self.rows

    def triage(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]:
        return iter([f"{len(list(lines))} lines"]), [Broken(2, "broken_json")]

    def check_replies(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]:
        return iter([f"{len(list(lines))} lines"]), [Broken(2, "broken_json")]

    def deadline(self, received: str, days: str, agency: str | None) -> str:
        return f"{days} days after {received} at {agency}"

    def lessons(self, agency: str | None) -> Sequence[object]:
        self.asked.append(agency)
        return self.rows

    def teach(self, agency: str, phrase: str, category: str, weight: float) -> object:
        self.asked.append((agency, phrase, category, weight))
        return Lesson(id=3, phrase=phrase, agency=agency, category=category, weight=weight, taught_at=NOON)

    def unteach(self, lesson: int) -> object:
        self.asked.append(lesson)
        return Lesson(
            id=lesson, phrase="x", agency="DPUPR", category="", weight=9, taught_at=NOON, undone_at=NOON
        )

    def verify(self, heads: Sequence[str]) -> tuple[int, str, Fault | None]:
        self.asked += heads
        return self.record


@pytest.fixture
def desk() -> Desk:
    return Desk()


def run(desk: Desk, *argv: str, typed: str = "") -> Result:
    done = CliRunner().invoke(command_line(WORDING, desk), argv, input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_without_a_command_it_serves(desk: Desk) -> None:
    run(desk)
    run(desk, "serve")

    assert desk.asked == ["serve", "serve"]


def test_every_command_explains_itself(desk: Desk) -> None:
    group = command_line(WORDING, desk)
    for command in (group, *group.commands.values()):
        with click.Context(command) as context:
            assert command.help
            assert "Undefined" not in command.get_help(context)
    assert run(desk, "--help").exit_code == 0
    assert desk.asked == []


def test_an_import_says_what_changed(desk: Desk) -> None:
    done = run(desk, "import", "agencies", "a.csv", "--dry-run")

    assert (done.exit_code, done.stdout) == (0, "3 ditambah\n")
    assert desk.asked == [("agencies", "a.csv", True)]


def test_a_bad_file_is_told_on_the_error_line(desk: Desk) -> None:
    desk.lines = (False, ["baris 2: kode kosong"])
    done = run(desk, "import", "officials", "o.csv")

    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "baris 2: kode kosong\n")


def test_an_unknown_kind_of_file_is_refused(desk: Desk) -> None:
    assert run(desk, "import", "villages", "v.csv").exit_code == 2
    assert desk.asked == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("impor agencies a.csv", "Tidak ada perintah impor. Maksud Anda import?"),
        ("import agencies a.csv --dryrun", "Tidak ada pilihan --dryrun. Maksud Anda --dry-run?"),
        ("import", "KIND belum disebut. Pilihannya: agencies, officials, accounts."),
        ("import villages v.csv", "KIND tidak dikenal. Pilihannya: agencies, officials, accounts."),
        ("deadline", "RECEIVED belum disebut."),
        ("slack-manifest --url", "Pilihan --url perlu diisi."),
        ("lexicon undo x", "LESSON harus angka 1 sampai 2147483647."),
        ("match-accounts tidak-ada", "Berkas FILE tidak ditemukan atau tidak dapat dibaca."),
        ("connect-account dpupr x rahasia-1", "Perintah ini tidak dapat dibaca"),
    ],
)
def test_what_is_typed_wrongly_is_told_in_our_words(desk: Desk, typed: str, told: str) -> None:
    done = run(desk, *typed.split())

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(told)
    assert re.search(r"\nKetik \S+( \S+)* --help untuk cara memakainya.\n$", done.stderr)
    assert not re.search("Error|Usage|Try|rahasia", done.stderr)
    assert desk.asked == []


def test_the_help_speaks_one_language(desk: Desk) -> None:
    for argv in ([], ["import"], ["lexicon"], ["lexicon", "add"]):
        told = run(desk, *argv, "--help").stdout

        assert told.startswith("Cara pakai: ")
        assert "Menampilkan bantuan ini." in told
        assert not re.search("Usage|Options:|Commands:|Show this", told)


def test_whoever_breaks_off_saves_nothing(desk: Desk) -> None:
    done = run(desk, "connect-account", "dpupr", "x", typed="")

    assert done.exit_code == 2
    assert done.stderr.endswith("Dihentikan.\n")


def test_the_first_administrators_code(desk: Desk) -> None:
    assert "/klaim ABCD-EFGH-JKLM" in run(desk, "admin-code").output


def test_a_new_key_is_one_that_can_be_used(desk: Desk) -> None:
    from cryptography.fernet import Fernet

    Fernet(run(desk, "new-key").output.strip())


@pytest.mark.parametrize("mode", ["api", "manual"])
def test_tokens_come_from_a_file(desk: Desk, tmp_path: Path, mode: str) -> None:
    desk.mode = mode
    (tmp_path / "t").write_text("kunci-1\r\nkunci-2\n")
    done = run(desk, "connect-account", "dpupr", "x", "--file", str(tmp_path / "t"))

    assert desk.asked == [("dpupr", "x", ["kunci-1", "kunci-2"])]
    assert "@dpupr terhubung" in done.output
    assert ("TANGGAP_X_APPROVAL" in done.output) == (mode == "manual")
    assert "kunci" not in done.output


def test_typed_tokens_are_not_shown(desk: Desk) -> None:
    done = run(desk, "connect-account", "dpupr", "x", typed=" kunci-1 \nkunci-2\n")

    assert desk.asked == [("dpupr", "x", ["kunci-1", "kunci-2"])]
    assert "@dpupr" in done.output
    assert "kunci" not in done.output


def test_tokens_are_never_taken_from_the_arguments(desk: Desk) -> None:
    assert run(desk, "connect-account", "dpupr", "x", "kunci-1", "kunci-2").exit_code == 2
    assert desk.asked == []


def test_rotated_keys_are_counted_and_a_closed_secret_is_named(desk: Desk) -> None:
    well = run(desk, "rotate-keys")
    desk.closed = (7,)
    ill = run(desk, "rotate-keys")

    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert "3 rahasia dikunci ulang" in well.output
    assert "akun nomor 7" in ill.output


def test_accounts_are_listed_with_mode_and_health(desk: Desk) -> None:
    desk.rows = [Listed("DPUPR", "x", f"akun{n}", mode, "ok") for n, mode in enumerate(MODES)]
    lines = [line for line in run(desk, "accounts").output.splitlines() if line]

    assert [line.startswith(f"DPUPR · x · @akun{n} · ") for n, line in enumerate(lines)] == [True] * 4
    desk.rows = []
    assert run(desk, "accounts").output.strip() == "Belum ada akun resmi."


def test_the_manifest_is_json_and_nothing_else(desk: Desk) -> None:
    given = json.loads(run(desk, "slack-manifest", "--url", "https://tanggap.example.go.id").stdout)

    assert given == {"url": "https://tanggap.example.go.id"}


def test_followers_are_judged_line_by_line(desk: Desk) -> None:
    done = run(desk, "match-accounts", "-", "--as-of", "2015-08-18", typed='{"username": "a"}\n')

    assert json.loads(done.stdout) == {"username": "dpuprkebumen"}
    assert desk.asked == [(['{"username": "a"}'], "2015-08-18", None)]


def test_a_sound_record_names_its_last_entry(desk: Desk) -> None:
    desk.record = (17, "17-a1b2c3", None)
    done = run(desk, "audit", "verify")

    assert (done.exit_code, done.output) == (
        0,
        "Catatan utuh: 17 keputusan. Sidik terakhir: 17-a1b2c3\n"
        "Tanpa --head ini tidak membuktikan bahwa catatan tidak dipotong "
        "atau ditulis ulang seluruhnya. Berikan sidik dari ringkasan pagi.\n",
    )
    desk.record = (0, "", None)
    assert run(desk, "audit", "verify").output == "Catatan utuh: 0 keputusan.\n"


def test_marks_of_other_days_are_held_against_it(desk: Desk) -> None:
    desk.record = (17, "17-a1b2c3", None)
    done = run(desk, "audit", "verify", "--head", "5-aa", "--head", "9-bb")

    assert desk.asked == ["5-aa", "9-bb"]
    assert "Cocok dengan 2 sidik" in done.output
    assert "Tanpa --head" not in done.output


@pytest.mark.parametrize("kind", FAULTS)
def test_a_broken_record_says_where(desk: Desk, kind: str) -> None:
    desk.record = (16, "a1b2c3", Fault(17, kind))
    done = run(desk, "audit", "verify")

    assert done.exit_code == 1
    assert done.output.startswith("Catatan TIDAK utuh")
    assert ("17" in done.output) == (kind != "cut")


def test_a_file_of_messages_is_triaged_and_broken_lines_are_told(desk: Desk) -> None:
    done = run(desk, "triage", "-", typed='{"id": 1}\nx\n')

    assert done.stdout == "2 lines\n"
    assert "baris 2: bukan JSON yang benar" in done.stderr


def test_a_file_of_replies_is_checked_and_broken_lines_are_told(desk: Desk) -> None:
    done = run(desk, "check-replies", "-", typed='{"id": 1}\nx\n')

    assert done.stdout == "2 lines\n"
    assert "baris 2: bukan JSON yang benar" in done.stderr


def test_a_deadline_is_counted(desk: Desk) -> None:
    assert run(desk, "deadline", "2026-02-16", "--days", "3").stdout == "3 days after 2026-02-16 at None\n"
    asked = ("deadline", "2026-02-16", "--days", "3", "--agency", "rsud")
    assert run(desk, *asked).stdout == "3 days after 2026-02-16 at rsud\n"
    assert run(desk, "deadline", "2026-02-16").exit_code != 0


def test_words_are_taught_taken_back_and_listed(desk: Desk) -> None:
    taught = run(desk, "lexicon", "add", "dpupr", "jalan", "kolam", "lele", "--weight", "8")
    off = run(desk, "lexicon", "remove", "dpupr", "kolam")
    undone = run(desk, "lexicon", "undo", "3")
    empty = run(desk, "lexicon", "list")

    assert desk.asked == [("dpupr", "jalan kolam lele", "", 8.0), ("dpupr", "kolam", "", 0.0), 3, None]
    assert 'Tercatat (nomor 3): "jalan kolam lele" menunjuk ke dpupr' in taught.output
    assert "tidak lagi menunjuk ke" in off.output
    assert undone.output.startswith("Dibatalkan")
    assert "Belum ada yang diajarkan" in empty.output
