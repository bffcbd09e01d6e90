"""Connecting an account: only its own tokens, checked before they are kept, and kept sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from adapters.memory import MemoryChannel
from plugin.desk.accounts.connecting import Connected, connect_account
from plugin.desk.accounts.overview import overview
from plugin.desk.accounts.spending import Spendings
from plugin.errors import OperatorError, Refused
from plugin.public.approvals import Approvals
from plugin.registry.vault import Vault
from plugin.store.store import Store
from plugin.store.tables import Account
from tests.conftest import MovableClock
from tests.desk import KEY, ZONE, open_conversation

NOW = datetime(2026, 8, 18, 3, tzinfo=UTC)


class Desk:
    """The parts that connecting needs, and the tokens the operator will type."""

    def __init__(self, store: Store, channel: MemoryChannel) -> None:
        self.store, self.channel, self.vault = store, channel, Vault([KEY])
        self.typed: Sequence[str] = ("101", "rahasia-sekali")

    async def connect(self, agency: str = "dpupr", *, approved: bool = True) -> Connected:
        return await connect_account(
            self.store, self.channel, self.vault, agency, lambda handle: self.typed,
            now=NOW, zone=ZONE, approved=approved,
        )  # fmt: skip

    async def row(self) -> Account:
        def find(session: Session) -> Account:
            return session.exec(select(Account).where(Account.handle == "dpuprkebumen")).one()

        return await self.store.survey(find)


class Identifying(MemoryChannel):
    """A channel where the first token is the account's id."""

    name = "x"

    async def identify(self, account):  # type: ignore[no-untyped-def]  # as the port has it
        self._fail()
        return account.tokens["access_token"], {"101": "DPUPRKebumen"}.get(
            account.tokens["access_token"], "pribadi"
        )


@pytest.fixture
async def desk(store: Store, clock: MovableClock) -> Desk:
    await open_conversation(store, clock)
    return Desk(store, Identifying())


async def test_its_own_tokens_are_kept_sealed(desk: Desk) -> None:
    done = await desk.connect()
    row = await desk.row()

    assert (done.handle, done.mode) == ("dpuprkebumen", "api")
    assert row.tokens is not None
    assert b"rahasia" not in row.tokens
    assert desk.vault.open(row.id or 0, row.tokens)["access_token_secret"] == "rahasia-sekali"


async def test_without_the_approval_it_is_posted_by_hand(desk: Desk) -> None:
    assert (await desk.connect(approved=False)).mode == "manual"


async def test_somebody_elses_tokens_are_refused(desk: Desk) -> None:
    before = (await desk.row()).tokens
    desk.typed = ("999", "x")
    with pytest.raises(OperatorError) as caught:
        await desk.connect()

    assert caught.value.code == "other_account"
    assert (await desk.row()).tokens == before


@pytest.mark.parametrize(
    ("agency", "code"), [("dinkes", "no_account"), ("tidak ada", "no_agency"), ("dinas", "which_agency")]
)
async def test_what_is_not_clear_is_said(desk: Desk, agency: str, code: str) -> None:
    with pytest.raises(OperatorError) as caught:
        await desk.connect(agency)

    assert caught.value.code == code


async def test_two_tokens_are_needed(desk: Desk) -> None:
    desk.typed = ("101",)
    with pytest.raises(OperatorError, match="bad_tokens"):
        await desk.connect()


async def test_what_the_channel_says_is_told(desk: Desk) -> None:
    desk.channel.trouble.append(Refused("disconnected"))
    with pytest.raises(OperatorError, match="channel_said"):
        await desk.connect()


async def test_without_a_key_nothing_is_asked(desk: Desk) -> None:
    desk.vault = Vault([])
    with pytest.raises(OperatorError, match="no_key"):
        await desk.connect()


async def test_the_operator_sees_every_official_account(desk: Desk) -> None:
    spendings = Spendings(desk.store, lambda: NOW, ZONE, {})
    seen = await desk.store.survey(overview, {"x": desk.channel}, spendings, Approvals(), NOW)

    assert [(r.agency, r.handle, r.mode, r.tie) for r in seen.rows] == [
        ("DISHUB", "dishubkbm", "api", "tokens"),
        ("DPUPR", "dpuprkebumen", "api", "tokens"),
    ]
