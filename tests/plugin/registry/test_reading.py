"""Reading a file: every way people write a table, and every way a file can be no table at all."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plugin.registry.importing import KINDS, Parsed, Problem, Reason, read
from plugin.registry.importing.rows import AccountRow, AgencyRow, OfficialRow
from plugin.registry.importing.sheet import LARGEST
from plugin.registry.importing.telling import problem_lines
from plugin.wording import Wording

HEAD = "code,parent,kind,name"
ROW = "33.05,,pemda,Pemerintah Kabupaten Kebumen"


def rows(
    path: Path, content: str | bytes, kind: str = "agencies"
) -> list[AgencyRow | OfficialRow | AccountRow]:
    parsed = read(_written(path, content), kind)
    assert isinstance(parsed, Parsed), parsed
    return list(parsed.rows)


def problems(path: Path, content: str | bytes, kind: str = "agencies") -> list[Problem]:
    found = read(_written(path, content), kind)
    assert isinstance(found, list), found
    return found


def _written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{ROW}\n",
        f"{HEAD}\n{ROW}",
        f"{HEAD}\r\n{ROW}\r\n",
        f"{HEAD}\r{ROW}\r",
        f"\ufeff{HEAD}\n{ROW}\n",
        f"{HEAD}\n\n  \n,,,\n{ROW}\n\n",
        f"{HEAD}\n{ROW}\n".replace(",", ";"),
        f"{HEAD}\n{ROW}\n".replace(",", "\t"),
        f"sep=;\r\n{HEAD}\r\n{ROW}\r\n".replace(",", ";"),
        f"{HEAD},,\n{ROW},,\n",
        f"Kode,Induk,Jenis,Nama\n{ROW}\n",
        f" CODE , Parent,KIND,name\n{ROW}\n",
        '"code","parent","kind","name"\n"33.05","","Pemda","Pemerintah  Kabupaten\nKebumen"\n',
        '{"code": "33.05", "kind": "pemda", "name": "Pemerintah Kabupaten Kebumen"}\n',
        '\ufeff{"kode": "33.05", "induk": null, "jenis": "PEMDA",'
        ' "nama": "Pemerintah Kabupaten Kebumen"}\r\n\r\n',
    ],
)
def test_one_table_written_in_many_ways(path: Path, content: str) -> None:
    (row,) = rows(path, content)

    assert isinstance(row, AgencyRow)
    assert (row.code, row.parent, row.kind, row.name) == (
        "33.05", "", "pemda", "Pemerintah Kabupaten Kebumen",
    )  # fmt: skip


@pytest.mark.parametrize("written", ["2016-12-31", "31-12-2016", "31/12/2016", " 2016-12-31 "])
def test_dates_as_people_write_them(path: Path, written: str) -> None:
    (row,) = rows(path, f"code,kind,name,valid_to\nA,dinas,Dinas A,{written}\n")

    assert isinstance(row, AgencyRow)
    assert row.valid_to == date(2016, 12, 31)


def test_aliases_come_apart_at_the_bars(path: Path) -> None:
    (row,) = rows(path, 'code,kind,name,aliases\nA,dinas,"Dinas A, B dan C", A B|DABC||A B \n')

    assert isinstance(row, AgencyRow)
    assert row.name == "Dinas A, B dan C"
    assert row.aliases == ("A B", "DABC")


def test_aliases_may_be_a_list_in_json(path: Path) -> None:
    line = json.dumps({"code": "A", "kind": "dinas", "name": "Dinas A", "aliases": ["A B", "DABC"]})
    (row,) = rows(path, line)

    assert isinstance(row, AgencyRow)
    assert row.aliases == ("A B", "DABC")


def test_handles_are_read_however_they_are_written(path: Path) -> None:
    head = "instansi,kanal,akun\n"
    found = rows(
        path, head + "A,X,@DpuKbm\nB,twitter,https://x.com/dinkeskbm\nC,Alun-Alun,dishub\n", "accounts"
    )

    assert [(r.channel, r.handle, r.verdict) for r in found if isinstance(r, AccountRow)] == [
        ("x", "DpuKbm", "official"),
        ("x", "dinkeskbm", "official"),
        ("alun-alun", "dishub", "official"),
    ]


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        ("", Reason.EMPTY, 0),
        ("\ufeff \r\n\n", Reason.EMPTY, 0),
        (f"{HEAD}\n", Reason.NO_ROWS, 0),
        (f"{HEAD}\n{ROW}\nB,A,dinas,D\xe9partement\n".encode("latin-1"), Reason.ENCODING, 3),
        (f"{HEAD}\n{ROW}\n".encode("utf-16"), Reason.ENCODING, 1),
        (f"{HEAD}\n{ROW}\0\n", Reason.NUL, 2),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Reason.NUL, 3),
        (f'{HEAD}\n{ROW}\nB,A,dinas,"never closed\n\n\n', Reason.BROKEN_CSV, 3),
        (f'{HEAD}\n{ROW}\nB,A,dinas,"x"y\n', Reason.BROKEN_CSV, 3),
        (f"{HEAD}\n{ROW}\nB,A,dinas,{'x' * 200_000}\n", Reason.BROKEN_CSV, 3),
        ("code,name\nA,B\n", Reason.MISSING_COLUMN, 1),
        (f"{HEAD},nmae\n{ROW},x\n", Reason.UNKNOWN_COLUMN, 1),
        (f"{HEAD},kode\n{ROW},x\n", Reason.REPEATED_COLUMN, 1),
        (f"{HEAD},name\n{ROW},x\n", Reason.REPEATED_COLUMN, 1),
        (f"{HEAD}\n{ROW}\nB,A\n", Reason.TOO_FEW_CELLS, 3),
        (f"{HEAD}\n{ROW}\nB,A,dinas,Dinas Pariwisata, Pemuda\n", Reason.TOO_MANY_CELLS, 3),
        (f"{HEAD}\n{ROW}\n,33.05,dinas,D\n", Reason.BLANK, 3),
        (f"{HEAD}\n{ROW}\nB,33.05,dinas,\n", Reason.BLANK, 3),
        (f"{HEAD}\n{ROW}\nB,33.05,dinas,{'x' * 201}\n", Reason.TOO_LONG, 3),
        (f"{HEAD}\n{ROW}\nB,33.05,dinas,Din\u202eas\n", Reason.CONTROL, 3),
        (f"{HEAD}\n{ROW}\nB,33.05,dinas,\x1b[31mred\n", Reason.CONTROL, 3),
        (f"{HEAD}\n{ROW}\nB,33.05,dinass,D\n", Reason.NOT_ONE_OF, 3),
        (f"{HEAD}\n{ROW}\nB?,33.05,dinas,D\n", Reason.BAD_CODE, 3),
        (f"{HEAD}\n{ROW}\n33.05,,pemda,D\n", Reason.REPEATED, 3),
        ("code,kind,name\nA,dinas,D\na,dinas,E\n", Reason.REPEATED, 3),
        ("code,kind,name,valid_to\nA,dinas,D,2016-13-01\n", Reason.NOT_A_DATE, 2),
        ("code,kind,name,valid_to\nA,dinas,D,kemarin\n", Reason.NOT_A_DATE, 2),
        (
            "code,kind,name,valid_from,valid_to\nA,dinas,D,2017-01-01,2016-01-01\n",
            Reason.ENDS_BEFORE_IT_BEGINS,
            2,
        ),
        ("code,kind,name,former_name\nA,dinas,D,Old\n", Reason.FORMER_WITHOUT_END, 2),
        ("code,kind,name,former_until\nA,dinas,D,2016-12-31\n", Reason.FORMER_WITHOUT_NAME, 2),
        ('{"code": "A"', Reason.BROKEN_JSON, 1),
        ('{"code": "A", "kind": "dinas", "name": "D"}\n[1]\n', Reason.NOT_AN_OBJECT, 2),
        ('{"code": 33.1, "kind": "dinas", "name": "D"}\n', Reason.NOT_TEXT, 1),
        ('{"code": true, "kind": "dinas", "name": "D"}\n', Reason.NOT_TEXT, 1),
        ('{"code": "\\ud800", "kind": "dinas", "name": "D"}\n', Reason.CONTROL, 1),
        ('{"code": ' + "[" * 100_000 + "\n", Reason.BROKEN_JSON, 1),
        ('{"code": ' + "1" * 10_000 + "}\n", Reason.BROKEN_JSON, 1),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    path: Path, wording: Wording, content: str | bytes, reason: Reason, line: int
) -> None:
    found = problems(path, content)

    assert (reason, line) in [(p.reason, p.line) for p in found]
    assert all(
        line.isprintable() and len(line) < 400
        for line in "\n".join(problem_lines(wording, found)).split("\n")
    )


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("DPU,myspace,dpu,official", Reason.NOT_ONE_OF, "kanal"),
        ("DPU,x,dpu kebumen,official", Reason.BAD_HANDLE, "akun"),
        ("DPU,x,sixteen_letters_,official", Reason.BAD_HANDLE, "akun"),
        ("DPU,x,https://evil.example/dpu,official", Reason.BAD_HANDLE, "akun"),
        ("DPU,x,dpu,perhaps", Reason.NOT_ONE_OF, "verdict"),
        (",x,dpu,official", Reason.BLANK, "agency"),
    ],
)
def test_a_problem_names_the_column_as_the_file_does(
    path: Path, row: str, reason: Reason, column: str
) -> None:
    (problem,) = problems(path, f"agency,kanal,akun,verdict\n{row}\n", "accounts")

    assert (problem.reason, problem.column, problem.line) == (reason, column, 2)


def test_all_problems_are_told_in_the_order_of_the_lines(path: Path) -> None:
    found = problems(path, f"{HEAD}\n,,dinas,D\nB,A,dinaz,\nB,A,dinas,D\n")

    assert [(p.line, p.column, p.reason) for p in found] == [
        (2, "code", Reason.BLANK),
        (3, "kind", Reason.NOT_ONE_OF),
        (3, "name", Reason.BLANK),
        (4, "code", Reason.REPEATED),
    ]


def test_two_agencies_cannot_claim_one_handle(path: Path) -> None:
    (problem,) = problems(path, "agency,channel,handle\nA,x,dpu\nB,x,@DPU\n", "accounts")

    assert (problem.line, problem.reason, problem.others) == (3, Reason.REPEATED, ("2",))


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reasons = {
        name: [p.reason for p in found]
        for name in ("missing.csv", ".", "pipe", "x" * 300, "nul\0byte")
        if isinstance(found := read(tmp_path / name, "agencies"), list)
    }

    assert reasons["missing.csv"] == [Reason.NO_FILE]
    assert reasons["."] == reasons["pipe"] == [Reason.NOT_A_FILE]
    assert len(reasons["x" * 300]) == len(reasons["nul\0byte"]) == 1


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST * 5)  # 100 MB, of nothing: it takes no room on the disk

    assert problems_at(path) == [Reason.TOO_LARGE]


def test_a_file_of_empty_objects_is_not_a_million_problems(path: Path) -> None:
    assert [p.reason for p in problems(path, "{}\n" * 200_000)] == [Reason.TOO_LARGE]


def problems_at(path: Path) -> list[Reason]:
    found = read(path, "agencies")
    assert isinstance(found, list)
    return [p.reason for p in found]


TEXT = st.text(st.characters(exclude_categories=[]) | st.sampled_from(',;"\n\r\t|@'), max_size=80)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(content=b'"', kind="agencies")
@given(
    content=st.binary(max_size=200)
    | st.lists(TEXT, max_size=6).map(lambda some: "\n".join([HEAD, *some]).encode("utf-8", "replace"))
    | st.dictionaries(TEXT, TEXT | st.none() | st.floats() | st.lists(TEXT)).map(
        lambda d: json.dumps(d).encode()
    ),
    kind=st.sampled_from(KINDS),
)
def test_no_file_whatsoever_ends_in_a_traceback(
    path: Path, wording: Wording, content: bytes, kind: str
) -> None:
    path.write_bytes(content)
    found = read(path, kind)

    if isinstance(found, list):
        assert found
        assert all(line.isprintable() for line in "\n".join(problem_lines(wording, found)).split("\n"))


@pytest.mark.parametrize("reason", Reason)
def test_there_are_words_for_every_reason(wording: Wording, reason: Reason) -> None:
    first, last = problem_lines(wording, [Problem(3, "kode", reason, "<b>&", ("satu", "dua"))])

    assert first.startswith("Baris 3, kolom kode: ")
    assert len(first) > len("Baris 3, kolom kode: ") + 10
    assert "&lt;" not in first
    assert last == "1 hal perlu diperbaiki. Tidak ada yang disimpan dari berkas ini."
