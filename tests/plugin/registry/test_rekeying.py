"""An old key can be retired: everything that was sealed under it is sealed anew, and nothing is lost."""

from __future__ import annotations

from cryptography.fernet import Fernet
from sqlmodel import Session, select

from plugin.registry.rekeying import Rekeyed, rekey
from plugin.registry.vault import Vault
from plugin.store.store import Store
from plugin.store.tables import Account
from tests.conftest import MovableClock
from tests.desk import KEY, open_conversation

NEW = Fernet.generate_key().decode()


def opened(session: Session, vault: Vault) -> list[dict[str, str]]:
    rows = session.exec(select(Account).order_by(Account.id)).all()  # type: ignore[arg-type]  # a column
    return [vault.open(row.id or 0, row.tokens) for row in rows if row.tokens]


async def test_every_secret_is_sealed_anew_once(store: Store, clock: MovableClock) -> None:
    await open_conversation(store, clock)
    before = await store.survey(opened, Vault([KEY]))
    first = await store.write(rekey, Vault([NEW, KEY]))
    second = await store.write(rekey, Vault([NEW, KEY]))

    assert (first, second) == (Rekeyed(2, 0, ()), Rekeyed(0, 2, ()))
    assert await store.survey(opened, Vault([NEW])) == before


async def test_what_no_key_opens_is_named_and_left_alone(store: Store, clock: MovableClock) -> None:
    await open_conversation(store, clock)
    done = await store.write(rekey, Vault([NEW]))

    assert (done.sealed, len(done.closed)) == (0, 2)
    assert len(await store.survey(opened, Vault([KEY]))) == 2
