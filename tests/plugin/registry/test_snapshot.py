"""The picture of the registry: who is below whom, and that it is never older than the tables."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from plugin.errors import OperatorError
from plugin.registry.paths import rewrite_paths
from plugin.registry.snapshot import Registry, RegistryView, bump
from plugin.store.store import Store
from plugin.store.tables import Account, Agency
from tests.plugin.registry.conftest import WIB


def plant(session: Session, *rows: tuple[str, str | None, str]) -> None:
    """Agencies as (code, parent's code, kind)."""
    ids: dict[str | None, int | None] = {None: None}
    for code, parent, kind in rows:
        agency = Agency(code=code, parent_id=ids[parent], kind=kind, name=code.title())
        session.add(agency)
        session.flush()
        ids[code] = agency.id
    rewrite_paths(session)
    bump(session)


TWO = (
    ("JATENG", None, "pemda"),
    ("KEBUMEN", "JATENG", "pemda"),
    ("TEGAL", "JATENG", "pemda"),
    ("AYAH", "KEBUMEN", "kecamatan"),
    ("PASIR", "AYAH", "desa"),
    ("DINKES", "KEBUMEN", "dinas"),
    ("DIY", None, "pemda"),
)


async def seen(store: Store) -> Registry:
    return await RegistryView(store, WIB).current()


async def test_a_node_covers_itself_and_all_below(store: Store) -> None:
    await store.write(plant, *TWO)
    r = await seen(store)
    id_ = {node.code: node.id for node in r.nodes}

    covered = {u: {lo for lo in id_ if r.covers(id_[u], id_[lo])} for u in id_}

    assert covered["JATENG"] == {"JATENG", "KEBUMEN", "TEGAL", "AYAH", "PASIR", "DINKES"}
    assert covered["KEBUMEN"] == {"KEBUMEN", "AYAH", "PASIR", "DINKES"}
    assert covered["PASIR"] == {"PASIR"}
    assert covered["DIY"] == {"DIY"}
    assert not r.covers(id_["JATENG"], 999)
    assert not r.covers(999, id_["JATENG"])


async def test_a_subtree_is_in_the_officials_order(store: Store) -> None:
    await store.write(plant, *TWO)
    r = await seen(store)
    kebumen = r.by_code("kebumen")
    assert kebumen is not None

    assert [n.code for n in r.subtree(kebumen)] == ["KEBUMEN", "DINKES", "AYAH", "PASIR"]
    assert [n.code for n in r.roots] == ["DIY", "JATENG"]
    assert [n.code for n in r.children(kebumen)] == ["DINKES", "AYAH"]


async def test_an_agency_belongs_to_the_nearest_government_or_to_the_top_of_its_tree(store: Store) -> None:
    await store.write(plant, *TWO, ("BPS", None, "vertikal"), ("BPS_KBM", "BPS", "vertikal"))
    r = await seen(store)
    government = {node.code: r.government(node).code for node in r.nodes}

    assert government == {
        "JATENG": "JATENG", "KEBUMEN": "KEBUMEN", "TEGAL": "TEGAL", "AYAH": "KEBUMEN", "PASIR": "KEBUMEN",
        "DINKES": "KEBUMEN", "DIY": "DIY", "BPS": "BPS", "BPS_KBM": "BPS",
    }  # fmt: skip


async def test_ancestors_go_from_the_root_down(store: Store) -> None:
    await store.write(plant, *TWO)
    r = await seen(store)
    pasir = r.by_code("PASIR")
    assert pasir is not None

    assert [n.code for n in r.ancestors(pasir)] == ["JATENG", "KEBUMEN", "AYAH"]
    assert [n.depth for n in (*r.ancestors(pasir), pasir)] == [0, 1, 2, 3]
    assert r.parent(r.roots[0]) is None


async def test_memory_and_tables_mean_the_same_by_below(store: Store) -> None:
    await store.write(plant, *TWO)
    r = await seen(store)

    assert all(r.covers(a.id, b.id) == b.path.startswith(a.path) for a in r.nodes for b in r.nodes)


async def test_a_change_is_seen_by_the_next_command(store: Store) -> None:
    await store.write(plant, *TWO)
    view = RegistryView(store, WIB)
    first = await view.current()
    assert await view.current() is first

    await store.write(plant, ("BARU", None, "pemda"))

    assert (await view.current()).by_code("BARU") is not None
    assert first.by_code("BARU") is None


async def test_another_process_sees_it_too(store: Store, database_url: str) -> None:
    other = Store(database_url)
    view = RegistryView(other, WIB)
    assert len(await view.current()) == 0

    await store.write(plant, *TWO)

    assert len(await view.current()) == len(TWO)
    await other.aclose()


async def test_many_at_once_share_one_reading(store: Store) -> None:
    await store.write(plant, *TWO)
    view = RegistryView(store, WIB)

    pictures = await asyncio.gather(*[view.current() for _ in range(20)])

    assert len({id(picture) for picture in pictures}) == 1


async def test_accounts_are_in_the_picture(store: Store) -> None:
    def put(session: Session) -> None:
        plant(session, *TWO)
        dinkes = session.exec(select(Agency).where(Agency.code == "DINKES")).one()
        assert dinkes.id is not None
        late = datetime(2015, 8, 17, 17, 30, tzinfo=UTC)  # half past midnight of the 18th in Kebumen
        account = Account(
            agency_id=dinkes.id, channel="x", handle="DinkesKbm", handle_key="dinkeskbm", claimed_at=late
        )
        session.add(account)

    await store.write(put)
    r = await seen(store)
    dinkes = r.by_code("DINKES")
    assert dinkes is not None

    (account,) = r.accounts(dinkes)

    assert (account.handle, account.verdict, account.mode) == ("DinkesKbm", "claimed", "off")
    assert account.since == date(2015, 8, 18)
    assert r.account(account.id) is account
    assert r.accounts(r.roots[0]) == ()


async def test_an_empty_registry_says_what_to_do(store: Store) -> None:
    r = await seen(store)

    assert r.roots == ()
    with pytest.raises(OperatorError, match="empty_registry"):
        _ = r.root


def test_names_that_repeat_are_told_apart(kebumen: Registry) -> None:
    titles = [kebumen.title(node) for node in kebumen.nodes]

    assert len(set(titles)) == len(titles) == 528
    assert "Desa Sidomulyo, Kec. Ambal" in titles
    assert "Dinas Kesehatan" in titles


def test_names_that_repeat_across_kabupaten_too(province: Registry) -> None:
    titles = {province.title(node) for node in province.nodes if node.kind == "kecamatan"}

    assert len(titles) == sum(node.kind == "kecamatan" for node in province.nodes)


def test_a_province_is_asked_as_quickly_as_a_kabupaten(kebumen: Registry, province: Registry) -> None:
    assert len(province) == 8900

    assert _each(province) < 20 * _each(kebumen) + 0.001


def _each(r: Registry) -> float:
    """Seconds for a thousand questions, best of five."""
    ids = [node.id for node in r.nodes][:500]
    best = float("inf")
    for _ in range(5):
        begin = time.thread_time()
        for lower in ids:
            r.covers(r.root.id, lower)
            r.by_id(lower)
        best = min(best, time.thread_time() - begin)
    return best
