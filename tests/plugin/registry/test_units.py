"""Which offices there were, and which of them had no account: Kebumen, 18 August 2015, and today."""

from __future__ import annotations

import csv
import time
from datetime import date
from pathlib import Path

import pytest

from plugin.registry.kinds import rank
from plugin.registry.sample import FILES, KEBUMEN
from plugin.registry.tree import Account, Former, Node, Registry
from plugin.registry.units import Unit, units, without_account
from tests.plugin.registry.conftest import imported

THEN = date(2015, 8, 18)
NOW = date(2026, 8, 18)
NAMED = Path(__file__).parents[2] / "data" / "akun-18-agustus-2015.csv"


@pytest.fixture(scope="module")
def august(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The sample government, and the 29 agencies of 18 August 2015 with their accounts."""
    return imported(tmp_path_factory.mktemp("august"), *FILES, ("accounts", NAMED))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def offices_of_2015() -> dict[str, str]:
    """Code then → name then, read from the sample file itself."""
    rows = rows_of(KEBUMEN / "agencies.csv")
    return {
        row["former_code"] or row["code"]: row["former_name"] or row["name"]
        for row in rows
        if row["kind"] != "pemda"
    }


def had_accounts() -> set[str]:
    """Codes then, of the agencies in the file of accounts."""
    rows = rows_of(KEBUMEN / "agencies.csv")
    then = {row["code"]: row["former_code"] or row["code"] for row in rows}
    return {then[row["agency"]] for row in rows_of(NAMED)}


def test_on_18_august_2015_exactly_the_others_are_named(august: Registry) -> None:
    offices, reached = offices_of_2015(), had_accounts()
    assert len(reached) == 29

    missing, total = without_account(august, august.root, THEN)

    assert sorted(u.name for u in missing) == sorted(n for code, n in offices.items() if code not in reached)
    assert {u.code for u in missing} == offices.keys() - reached
    assert total == len(offices) == 523
    assert len(missing) == 494


def test_joined_offices_count_once_and_either_account_counts(august: Registry) -> None:
    then = {u.code: u for u in units(august, THEN, august.root)}

    joined = {code: [n.code for n in u.members] for code, u in then.items() if len(u.members) > 1}
    assert {code: set(members) for code, members in joined.items()} == {
        "DISHUBKOMINFO": {"DISHUB", "DISKOMINFO"},
        "DPU": {"DPUPR", "DISPERKIM"},
        "RSUD": {"RSUD_SOEDIRMAN", "RSUD_PREMBUN"},
        "DISNAKERTRANSOS": {"DISNAKER", "DINSOS"},
    }
    assert then["DISHUBKOMINFO"].name == "Dinas Perhubungan, Komunikasi dan Informatika"
    assert then["DISHUBKOMINFO"].label == "Dishubkominfo"
    missing, _ = without_account(august, august.root, THEN)
    assert not {"DISHUBKOMINFO", "DISNAKERTRANSOS"} & {u.code for u in missing}


def test_the_day_before_the_accounts_nobody_had_one(august: Registry) -> None:
    missing, total = without_account(august, august.root, date(2015, 8, 16))

    assert len(missing) == total == 523


def test_former_names_hold_to_their_last_day(august: Registry) -> None:
    last = {u.code for u in units(august, date(2016, 12, 31), august.root)}
    first = {u.code for u in units(august, date(2017, 1, 1), august.root)}

    assert "DPU" in last
    assert "DPUPR" not in last
    assert {"DPUPR", "DISPERKIM"} <= first
    assert "DPU" not in first
    assert len(first) == 527


def test_today_all_agencies_stand_for_themselves(kebumen: Registry) -> None:
    rows = rows_of(KEBUMEN / "agencies.csv")
    have = {row["agency"] for row in rows_of(KEBUMEN / "accounts.csv")}

    missing, total = without_account(kebumen, kebumen.root, NOW)

    assert {u.code for u in missing} == {r["code"] for r in rows if r["kind"] != "pemda"} - have
    assert total == len(rows) - 1 == 527


def test_they_are_grouped_by_kind_in_the_officials_order(kebumen: Registry) -> None:
    missing, _ = without_account(kebumen, kebumen.root, NOW)
    kinds = list(dict.fromkeys(u.kind for u in missing))

    assert [u.kind for u in missing] == [k for k in kinds for u in missing if u.kind == k]
    assert kinds == sorted(kinds, key=rank)
    assert without_account(kebumen, kebumen.root, NOW) == without_account(kebumen, kebumen.root, NOW)


def test_below_a_node_only_its_own_are_meant(kebumen: Registry) -> None:
    ayah = kebumen.by_code("KEC_AYAH")
    assert ayah is not None

    missing, total = without_account(kebumen, ayah, NOW)

    assert total == 19  # the office itself and its 18 desa
    assert missing[0].code == "KEC_AYAH"
    assert {u.members[0].parent_id for u in missing[1:]} == {ayah.id}


def node(number: int, kind: str = "dinas", parent: int | None = 1, **more: object) -> Node:
    depth = 0 if parent is None else 1
    values = {
        "id": number,
        "code": f"C{number}",
        "kind": kind,
        "name": f"Name {number}",
        "short": "",
        "contact": "",
    }
    values |= {"path": "", "parent_id": parent, "depth": depth, "valid_from": None, "valid_to": None}
    return Node(**values | more)  # type: ignore[arg-type]  # a table of values, as a test needs them


def account(agency: int, verdict: str = "official", since: date = date(2020, 1, 1)) -> Account:
    return Account(agency, agency, "x", f"h{agency}", None, verdict, "off", since)


def codes(found: tuple[Unit, ...]) -> set[str]:
    return {u.code for u in found}


def test_who_was_not_yet_or_no_longer_there_is_not_asked_for() -> None:
    r = Registry(
        1,
        [
            node(1, "pemda", None),
            node(2, valid_to=date(2019, 12, 31)),
            node(3, valid_from=date(2020, 1, 1)),
        ],
        {},
        {},
    )

    assert codes(units(r, date(2019, 12, 31), r.root)) == {"C2"}
    assert codes(units(r, date(2020, 1, 1), r.root)) == {"C3"}


def test_only_a_confirmed_account_counts_and_from_its_day() -> None:
    nodes = [node(1, "pemda", None), node(2), node(3), node(4)]
    held = {2: (account(2),), 3: (account(3, "claimed"),), 4: (account(4, "rejected"),)}
    r = Registry(1, nodes, {}, held)

    assert codes(without_account(r, r.root, date(2020, 1, 1)).missing) == {"C3", "C4"}
    assert codes(without_account(r, r.root, date(2019, 12, 31)).missing) == {"C2", "C3", "C4"}


def test_a_common_former_code_joins_also_under_an_unchanged_name() -> None:
    until = date(2016, 12, 31)
    formers = {2: (Former("OLD", "", "", until),), 3: (Former("OLD", "", "", until),)}
    r = Registry(1, [node(1, "pemda", None), node(2), node(3)], formers, {3: (account(3, since=until),)})

    (unit,) = units(r, until, r.root)

    assert (unit.code, unit.name, len(unit.members)) == ("OLD", "Name 2", 2)
    assert without_account(r, r.root, until) == ((), 1)


def test_a_code_of_today_and_a_former_one_are_the_same_office() -> None:
    formers = {3: (Former("C2", "Old", "", date(2016, 12, 31)),)}
    r = Registry(1, [node(1, "pemda", None), node(2), node(3)], formers, {})

    assert codes(units(r, date(2016, 1, 1), r.root)) == {"C2"}
    assert codes(units(r, date(2017, 1, 1), r.root)) == {"C2", "C3"}


def test_two_kabupaten_may_both_have_had_a_dpu() -> None:
    until = date(2016, 12, 31)
    nodes = [node(1, "pemda", None), node(2, "pemda", None), node(3, parent=1), node(4, parent=2)]
    old = (Former("DPU", "Dinas PU", "", until),)
    r = Registry(1, nodes, {3: old, 4: old}, {3: (account(3, since=until),)})

    assert without_account(r, r.by_id(1), until) == ((), 1)
    assert len(without_account(r, r.by_id(2), until).missing) == 1


def test_of_several_former_names_the_one_of_that_day_holds() -> None:
    formers = {
        2: (
            Former("", "Second", "", date(2016, 12, 31)),
            Former("", "First", "", date(2008, 12, 31)),
            Former("", "An alias", "", None),
        )
    }
    r = Registry(1, [node(1, "pemda", None), node(2)], formers, {})

    names = [units(r, day, r.root)[0].name for day in (date(2008, 1, 1), date(2010, 1, 1), date(2020, 1, 1))]
    assert names == ["First", "Second", "Name 2"]


def test_the_second_question_costs_nothing_whatever_the_size(province: Registry) -> None:
    without_account(province, province.root, NOW)
    begin = time.thread_time()
    for _ in range(100):
        missing, total = without_account(province, province.root, NOW)

    assert (time.thread_time() - begin) / 100 < 0.001
    assert (len(missing), total) == (8864, 8864)
