"""An empty list says whether anybody could have been heard at all."""

from __future__ import annotations

from sqlmodel import Session, select

from plugin.store.store import Store
from plugin.store.tables import Account
from tests.conftest import MovableClock
from tests.desk import open_conversation


def disconnect(session: Session) -> None:
    for account in session.exec(select(Account)):
        account.mode = "off"


async def test_nothing_waits_where_somebody_listens(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)

    assert "Tidak ada laporan yang menunggu tanggapan" in await talk.say("/laporan-baru")


async def test_nothing_is_called_answered_where_no_account_is_connected(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock)
    await store.write(disconnect)
    said = await talk.say("/laporan-baru")

    assert "belum ada akun resmi yang terhubung" in said
    assert "sudah ditanggapi" not in said


async def test_an_account_that_has_not_been_heard_is_named(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    await talk.desk.polling.once()
    before = await talk.say("/laporan-baru")
    clock.move(hours=5)
    said = await talk.say("/laporan-baru")

    assert "belum dapat dibaca" not in before
    assert "@dpuprkebumen" in said
    assert "belum dapat dibaca" in said
