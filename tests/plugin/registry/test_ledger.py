"""The evening of 18 August 2015 in Kebumen, asked about eleven years later; and what a room has not seen yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from plugin.registry.duties import day_then
from plugin.registry.importing import import_file
from plugin.registry.ledger import evidence_in, looked, news
from plugin.registry.sample import FILES
from plugin.registry.snapshot import Registry, load
from plugin.store.store import Store
from plugin.store.tables import AccountEvent
from tests.plugin.registry.conftest import NOW, WIB

NAMED = Path(__file__).parents[2] / "data" / "akun-18-agustus-2015.csv"
EVENING = datetime(2015, 8, 18, 19, 0, tzinfo=WIB)


@pytest.fixture
async def kebumen(store: Store) -> Registry:
    agencies = next(path for kind, path in FILES if kind == "agencies")
    for kind, path in (("agencies", agencies), ("accounts", NAMED)):
        await import_file(store, path, kind, now=NOW, zone=WIB, dry_run=False)
    return await store.survey(load, WIB)


async def test_that_evening_twenty_nine_had_an_account(store: Store, kebumen: Registry) -> None:
    then = await store.survey(day_then, kebumen, EVENING, WIB)
    before = await store.survey(day_then, kebumen, EVENING - timedelta(days=3), WIB)
    root = kebumen.root

    assert (len(then.coverage(root).missing), then.coverage(root).total) == (494, 523)
    assert len(before.coverage(root).missing) == 523
    assert "Dishubkominfo" not in {unit.short for unit in then.coverage(root).missing}


async def test_an_import_is_on_the_ledger_once(store: Store, kebumen: Registry) -> None:
    await import_file(store, NAMED, "accounts", now=NOW + timedelta(days=1), zone=WIB, dry_run=False)
    entries = await store.survey(lambda session: session.exec(select(AccountEvent)).all())

    assert len(entries) == 29
    assert {(e.state, e.kind) for e in entries} == {("official", "import")}
    assert {e.at.astimezone(WIB).date().isoformat() for e in entries} == {"2015-08-17"}


async def test_what_a_room_has_not_seen(store: Store, kebumen: Registry) -> None:
    def look(session: Session, now: datetime) -> tuple[bool, int, bool]:
        found = news(session, "web:setda", now)
        if found.due:
            looked(session, "web:setda", now)
        return found.since is not None, len(found.agencies), found.due

    earlier = NOW - timedelta(days=1)

    assert await store.write(look, earlier) == (False, 0, True)
    assert await store.write(look, earlier + timedelta(minutes=5)) == (False, 0, False)
    assert await store.write(look, NOW + timedelta(hours=2)) == (True, 29, True)
    assert await store.write(look, NOW + timedelta(hours=2, minutes=30)) == (True, 29, False)
    assert await store.write(look, NOW + timedelta(hours=5)) == (True, 0, True)


def test_an_address_is_evidence_and_other_words_are_the_reason() -> None:
    shown = evidence_in("tertera di https://kebumenkab.go.id/kontak sejak kemarin")

    assert (shown.kind, shown.where, shown.why) == (
        "site", "https://kebumenkab.go.id/kontak", "tertera di sejak kemarin",
    )  # fmt: skip
    assert evidence_in("kata kepala dinas").kind == "statement"
