"""Importing: idempotent, all of a file or nothing of it, and it says what it did. On both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bench.registry_data import write_agencies
from plugin.chat.rights import RIGHTS
from plugin.registry.importing import Outcome, Problem, Reason, import_file
from plugin.registry.importing.telling import outcome_lines, problem_lines
from plugin.registry.sample import FILES
from plugin.registry.snapshot import Registry, RegistryView, revision
from plugin.roles import ROLES
from plugin.store.store import Store
from plugin.store.tables import Account, FormerName, Official, Role
from plugin.wording import Wording
from tests.plugin.registry.conftest import NOW, WIB

HEAD = "code,parent,kind,name,short,aliases"
ROOT = "33.05,,pemda,Pemerintah Kabupaten Kebumen,Pemkab,"
BASE = f"""{HEAD}
{ROOT}
DPU,33.05,dinas,Dinas PU,DPU,
BM,DPU,bagian,Bina Marga,,
DINKES,33.05,dinas,Dinkes,,
"""


class Office:
    """A store and somebody who imports files into it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self._path = folder / "import.csv"

    async def run(self, kind: str, content: str, *, dry_run: bool = False) -> Outcome | list[Problem]:
        self._path.write_text(content, encoding="utf-8")
        return await import_file(self.store, self._path, kind, now=NOW, zone=WIB, dry_run=dry_run)

    async def done(self, kind: str, content: str) -> tuple[int, int, int, int]:
        """(added, changed, unchanged, left alone)."""
        outcome = await self.run(kind, content)
        assert isinstance(outcome, Outcome), outcome
        return outcome.added, outcome.changed, outcome.unchanged, outcome.left_alone

    async def refused(self, kind: str, content: str) -> list[tuple[int, str, Reason]]:
        """The problems; and that nothing at all has changed."""
        before = await self.everything()
        found = await self.run(kind, content)
        assert isinstance(found, list), found
        assert await self.everything() == before
        return [(p.line, p.column, p.reason) for p in found]

    async def registry(self) -> Registry:
        return await RegistryView(self.store, WIB).current()

    async def everything(self) -> object:
        return await self.store.read(_everything)


def _everything(session: Session) -> object:
    tables = [
        session.exec(select(t).order_by(col(t.id))).all() for t in (FormerName, Account, Official, Role)
    ]
    return revision(session), [[row.model_dump() for row in rows] for rows in tables]


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return Office(store, tmp_path)


def shape(registry: Registry) -> dict[str, str | None]:
    """Code → parent's code."""
    return {n.code: p.code if (p := registry.parent(n)) else None for n in registry.nodes}


async def test_the_sample_government_is_imported_once_and_stays(office: Office) -> None:
    for kind, path in FILES:
        first = await import_file(office.store, path, kind, now=NOW, zone=WIB)
        before = await office.everything()
        again = await import_file(office.store, path, kind, now=NOW, zone=WIB)

        assert isinstance(first, Outcome)
        assert isinstance(again, Outcome)
        assert (again.added, again.changed, again.unchanged) == (0, 0, first.added)
        assert await office.everything() == before

    registry = await office.registry()
    assert len(registry) == 528
    assert sum(len(registry.accounts(n)) for n in registry.nodes) == 12
    assert {n.kind for n in registry.nodes if n.parent_id is None} == {"pemda"}


async def test_children_may_come_before_their_parents(office: Office) -> None:
    lines = BASE.splitlines()
    await office.done("agencies", "\n".join([lines[0], *reversed(lines[1:])]))

    registry = await office.registry()

    assert shape(registry) == {"33.05": None, "DINKES": "33.05", "DPU": "33.05", "BM": "DPU"}
    assert all(
        b.path.startswith(a.path) == registry.covers(a.id, b.id)
        for a in registry.nodes
        for b in registry.nodes
    )


async def test_what_is_not_in_the_file_is_left_alone(office: Office, wording: Wording) -> None:
    assert await office.done("agencies", BASE) == (4, 0, 0, 0)
    outcome = await office.run("agencies", f"{HEAD}\nDINKES,33.05,dinas,Dinas Kesehatan,Dinkes,DKK\n")

    assert isinstance(outcome, Outcome)
    assert (outcome.added, outcome.changed, outcome.left_alone) == (0, 1, 3)
    assert outcome_lines(wording, outcome) == [
        "0 instansi ditambahkan, 1 diubah, 0 tetap.",
        "3 instansi lain yang tidak ada di berkas ini dibiarkan.",
        '  ~ DINKES (Dinas Kesehatan): name "Dinkes" → "Dinas Kesehatan", '
        'short "" → "Dinkes", aliases "" → "DKK"',
    ]
    assert len(await office.registry()) == 4


async def test_a_dry_run_says_the_same_and_writes_nothing(office: Office, wording: Wording) -> None:
    dry = await office.run("agencies", BASE, dry_run=True)
    assert isinstance(dry, Outcome)
    assert len(await office.registry()) == 0

    wet = await office.run("agencies", BASE)

    assert isinstance(wet, Outcome)
    assert (dry.added, dry.details) == (wet.added, wet.details)
    assert outcome_lines(wording, dry)[0].startswith("Percobaan, belum ada yang disimpan: 4 instansi akan")


async def test_a_moved_agency_takes_its_subtree_along(office: Office) -> None:
    await office.done("agencies", BASE)
    assert await office.done("agencies", f"{HEAD}\nDPU,DINKES,dinas,Dinas PU,DPU,\n") == (0, 1, 0, 3)

    registry = await office.registry()
    dinkes, bm = registry.by_code("DINKES"), registry.by_code("BM")
    assert dinkes is not None
    assert bm is not None

    assert registry.covers(dinkes.id, bm.id)
    assert bm.path.startswith(dinkes.path)
    assert bm.depth == 3


async def test_a_column_that_is_absent_changes_nothing_a_blank_one_empties(office: Office) -> None:
    with_old = f"{HEAD},former_code,former_name,former_short,former_until\n{ROOT},,,,\n"
    with_old += "DLH,33.05,dinas,DLHKP,DLH,Lingkungan,KLH,Kantor LH,KLH,2016-12-31\n"
    await office.done("agencies", with_old)
    before = await office.everything()

    assert await office.done("agencies", "code,kind,name\nDLH,dinas,DLHKP\n") == (0, 0, 1, 1)
    assert await office.everything() == before
    assert await office.done("agencies", "code,kind,name,aliases\nDLH,dinas,DLHKP,\n") == (0, 1, 0, 1)
    assert await office.done("agencies", "kode,jenis,nama,nama_lama,lama_sampai\nDLH,dinas,DLHKP,,\n") == (
        0,
        1,
        0,
        1,
    )

    registry = await office.registry()
    dlh = registry.by_code("DLH")
    assert dlh is not None
    assert registry.formers(dlh) == ()
    assert dlh.short == "DLH"


async def test_codes_are_the_same_in_any_case(office: Office) -> None:
    await office.done("agencies", BASE)

    assert await office.done("agencies", f"{HEAD}\ndpu,33.05,dinas,Dinas PU,DPU,\n") == (0, 0, 1, 3)
    assert await office.done("agencies", f"{HEAD}\nSDA,dpu,bagian,Sumber Daya Air,,\n") == (1, 0, 0, 4)


BAD_TREES = (
    (["A,NOWHERE,dinas,A,,"], [(2, "parent", Reason.UNKNOWN_PARENT)]),
    (["A,,dinas,A,,"], [(2, "parent", Reason.NO_PARENT)]),
    (["A,A,dinas,A,,"], [(2, "parent", Reason.CYCLE)]),
    (
        ["A,B,dinas,A,,", "B,C,dinas,B,,", "C,A,dinas,C,,"],
        [(n, "parent", Reason.CYCLE) for n in (2, 3, 4)],
    ),
    (["A,B,dinas,A,,", "B,A,dinas,B,,", "C,A,dinas,C,,"], [(n, "parent", Reason.CYCLE) for n in (2, 3)]),
    (["DPU,BM,dinas,Dinas PU,DPU,"], [(2, "parent", Reason.CYCLE)]),
    (["33.05,DPU,pemda,P,,"], [(2, "parent", Reason.CYCLE)]),
    (["DPU,,dinas,Dinas PU,DPU,"], [(2, "parent", Reason.NO_PARENT)]),
    (["OK,33.05,dinas,Fine,,", "A,NOWHERE,dinas,A,,"], [(3, "parent", Reason.UNKNOWN_PARENT)]),
)


async def test_a_tree_that_is_none_is_refused(office: Office) -> None:
    await office.done("agencies", BASE)

    for lines, expected in BAD_TREES:
        assert await office.refused("agencies", "\n".join([HEAD, *lines])) == expected
        assert len(await office.registry()) == 4


async def test_a_tree_without_end_is_refused(office: Office) -> None:
    deep = [ROOT, *(f"L{n},{f'L{n - 1}' if n else '33.05'},bagian,L,," for n in range(60))]

    found = await office.refused("agencies", "\n".join([HEAD, *deep]))

    assert {reason for _, _, reason in found} == {Reason.TOO_DEEP}


async def test_the_revision_changes_only_with_the_registry(office: Office) -> None:
    await office.done("agencies", BASE)
    first = await office.store.read(revision)
    await office.done("agencies", BASE)
    await office.run("agencies", f"{HEAD}\nDPU,33.05,dinas,Other,DPU,\n", dry_run=True)

    assert first == 1
    assert await office.store.read(revision) == first


OFFICIALS = "platform,user_id,name,role,agency\n"


async def test_officials_get_their_roles_once(office: Office) -> None:
    await office.done("agencies", BASE)
    content = (
        OFFICIALS
        + "slack,U1,Sri,petugas,DPU\nslack,U1,Sri,Penanggung Jawab,Dinas PU\nweb,budi,Budi,admin,33.05\n"
    )

    assert await office.done("officials", content) == (3, 0, 0, 0)
    assert await office.done("officials", content) == (0, 0, 3, 0)
    assert await office.done("officials", OFFICIALS + "slack,U1,Sri Rahayu,petugas,DPU\n") == (0, 1, 0, 2)
    people = await office.store.read(
        lambda s: [(o.key, o.name) for o in s.exec(select(Official).order_by(Official.key))]
    )
    roles = await office.store.read(lambda s: sorted(r.role for r in s.exec(select(Role))))
    assert people == [("U1", "Sri Rahayu"), ("budi", "Budi")]
    assert roles == ["admin", "penanggung-jawab", "petugas"]


async def test_a_file_brings_every_role_that_the_chat_gives(office: Office) -> None:
    await office.done("agencies", BASE)
    rows = "".join(f"slack,U{n},Sri,{role},DPU\n" for n, role in enumerate(RIGHTS))

    assert list(RIGHTS) == list(ROLES)
    assert await office.done("officials", OFFICIALS + rows) == (len(RIGHTS), 0, 0, 0)


async def test_a_role_that_ended_may_be_given_again(office: Office) -> None:
    await office.done("agencies", BASE)
    await office.done("officials", OFFICIALS + "slack,U1,Sri,petugas,DPU\n")

    def end(session: Session) -> None:
        session.exec(select(Role)).one().ended_at = NOW

    await office.store.write(end)

    assert await office.done("officials", OFFICIALS + "slack,U1,Sri,petugas,DPU\n") == (1, 0, 0, 0)


BAD_OFFICIALS = (
    ("irc,U2,Budi,petugas,DPU", (3, "platform", Reason.NOT_ONE_OF)),
    ("slack,U2,Budi,camat,DPU", (3, "role", Reason.NOT_ONE_OF)),
    ("slack,U2,Budi,petugas,Dinas Luar Angkasa", (3, "agency", Reason.UNKNOWN_AGENCY)),
    ("slack,U1,Somebody Else,sekda,DPU", (3, "name", Reason.TWO_NAMES)),
    ("slack,U1,Sri,petugas,DPU", (3, "user_id", Reason.REPEATED)),
    ("slack,U1,Sri,petugas,Dinas PU", (3, "agency", Reason.REPEATED)),
)


async def test_officials_that_cannot_be_are_refused(office: Office) -> None:
    await office.done("agencies", BASE)

    for row, expected in BAD_OFFICIALS:
        content = OFFICIALS + f"slack,U1,Sri,petugas,DPU\n{row}\n"
        assert await office.refused("officials", content) == [expected]


ACCOUNTS = "agency,channel,handle,platform_id,verdict,since,evidence\n"


async def test_accounts_begin_on_their_day_in_the_governments_zone(office: Office) -> None:
    await office.done("agencies", BASE)
    content = ACCOUNTS + "DPU,x,DpuKbm,77,,2015-08-17,surat\ndinkes,x,dinkeskbm,,claimed,,\n"

    assert await office.done("accounts", content) == (2, 0, 0, 0)
    assert await office.done("accounts", content) == (0, 0, 2, 0)
    registry = await office.registry()
    held = {n.code: registry.accounts(n)[0] for n in registry.nodes if registry.accounts(n)}
    assert (held["DPU"].handle, held["DPU"].verdict, held["DPU"].platform_id) == ("DpuKbm", "official", "77")
    assert held["DPU"].since == date(2015, 8, 17)
    assert held["DINKES"].verdict == "claimed"
    row = await office.store.read(
        lambda s: s.exec(select(Account).where(Account.handle_key == "dpukbm")).one()
    )
    assert row.decided_at == row.claimed_at == datetime(2015, 8, 16, 17, tzinfo=UTC)


async def test_a_blank_cell_says_nothing_about_an_account(office: Office) -> None:
    await office.done("agencies", BASE)
    await office.done("accounts", ACCOUNTS + "DPU,x,DpuKbm,77,,2015-08-17,surat\n")

    assert await office.done("accounts", "agency,channel,handle\nDPU,x,dpukbm\n") == (0, 1, 0, 0)
    registry = await office.registry()
    (account,) = [a for n in registry.nodes for a in registry.accounts(n)]
    assert (account.handle, account.platform_id, account.since) == ("dpukbm", "77", date(2015, 8, 17))


async def test_a_known_account_under_a_new_handle_is_changed(office: Office) -> None:
    await office.done("agencies", BASE)
    await office.done("accounts", ACCOUNTS + "DPU,x,old,77,,,\n")

    assert await office.done("accounts", ACCOUNTS + "DPU,x,new,77,,,\n") == (0, 1, 0, 0)
    assert await office.done("accounts", ACCOUNTS + "DPU,x,new,77,,,\n") == (0, 0, 1, 0)


async def test_a_rejected_handle_may_go_to_another_agency(office: Office) -> None:
    await office.done("agencies", BASE)
    await office.done("accounts", ACCOUNTS + "DPU,x,kbm,,ditolak,,\n")

    assert await office.done("accounts", ACCOUNTS + "DINKES,x,kbm,,,,\n") == (0, 1, 0, 0)
    registry = await office.registry()
    assert [n.code for n in registry.nodes if registry.accounts(n)] == ["DINKES"]


BAD_ACCOUNTS = (
    ("DINKES,x,DPUKBM,,,,", (2, "handle", Reason.HANDLE_TAKEN)),
    ("DPU,x,second,,,,", (2, "handle", Reason.SECOND_ACCOUNT)),
    ("DINKES,x,dinkes,77,,,", (2, "handle", Reason.HANDLE_TAKEN)),
    ("Dinas Entah,x,entah,,,,", (2, "agency", Reason.UNKNOWN_AGENCY)),
)


async def test_accounts_that_cannot_be_are_refused(office: Office) -> None:
    await office.done("agencies", BASE)
    await office.done("accounts", ACCOUNTS + "DPU,x,dpukbm,77,,,\n")

    for row, expected in BAD_ACCOUNTS:
        assert await office.refused("accounts", f"{ACCOUNTS}{row}\n") == [expected]


async def test_a_rejected_account_loses_its_tokens(office: Office) -> None:
    await office.done("agencies", BASE)
    await office.done("accounts", ACCOUNTS + "DPU,x,kbm,,,,\n")

    def connect(session: Session) -> None:
        account = session.exec(select(Account)).one()
        account.tokens, account.mode = b"sealed", "api"

    await office.store.write(connect)
    content = ACCOUNTS.replace("since", "mode") + "DPU,x,kbm,,rejected,api,\n"

    assert await office.done("accounts", content) == (0, 1, 0, 0)
    assert await office.done("accounts", content) == (0, 0, 1, 0)
    row = await office.store.read(lambda s: s.exec(select(Account)).one())
    assert (row.tokens, row.mode) == (None, "off")


async def test_one_agency_cannot_have_two_accounts_in_one_file(office: Office) -> None:
    await office.done("agencies", BASE)

    found = await office.refused("accounts", ACCOUNTS + "DPU,x,one,,,,\nDPU,x,two,,,,\n")

    assert found == [(3, "handle", Reason.SECOND_ACCOUNT)]


async def test_a_name_that_fits_several_is_answered_with_them(office: Office, wording: Wording) -> None:
    for kind, path in FILES:
        await import_file(office.store, path, kind, now=NOW, zone=WIB)
    found = await office.run(
        "accounts", "agency,channel,handle\nDishubkominfo,x,dishub\nDisdukcapl,x,capil\n"
    )
    assert isinstance(found, list)

    assert problem_lines(wording, found) == [
        'Baris 2, kolom agency: "Dishubkominfo" cocok dengan beberapa instansi: '
        "Dinas Komunikasi dan Informatika (DISKOMINFO); Dinas Perhubungan (DISHUB). Tulis kodenya.",
        'Baris 3, kolom agency: Instansi "Disdukcapl" tidak terdaftar. Yang mirip: '
        "Dinas Kependudukan dan Pencatatan Sipil (DISDUKCAPIL).",
        "2 hal perlu diperbaiki. Tidak ada yang disimpan dari berkas ini.",
    ]


async def test_two_imports_at_once_do_not_collide(office: Office, database_url: str, tmp_path: Path) -> None:
    other = Store(database_url)
    path = tmp_path / "both.csv"
    path.write_text(BASE)

    outcomes = await asyncio.gather(
        *[import_file(s, path, "agencies", now=NOW, zone=WIB) for s in (office.store, other, office.store)]
    )
    await other.aclose()

    assert sorted(o.added for o in outcomes if isinstance(o, Outcome)) == [0, 0, 4]


async def test_a_province_is_imported_whole(office: Office, tmp_path: Path) -> None:
    path = write_agencies(tmp_path / "province.csv")

    outcome = await import_file(office.store, path, "agencies", now=NOW, zone=WIB)

    assert isinstance(outcome, Outcome)
    assert outcome.added == 8900
    registry = await office.registry()
    assert len(registry.subtree(registry.root)) == 8900
