"""A refresh token is good once: one renews, the new pair is kept before it is used, and what is lost is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from plugin.desk.accounts import connected
from plugin.desk.accounts.connecting import keep
from plugin.desk.accounts.tokens import Tokens
from plugin.desk.audit import system
from plugin.errors import TryLater
from plugin.store.store import Store
from plugin.store.tables import Account
from tests.conftest import MovableClock
from tests.far_side.x import Fault
from tests.x_desk import XDesk, open_x_desk


@pytest.fixture
async def desk(store: Store, clock: MovableClock) -> AsyncIterator[XDesk]:
    """The account is connected, and its access token has five minutes left of its two hours."""
    async with open_x_desk(store, clock) as made:
        await made.connect()
        clock.move(minutes=115)
        yield made


def process(desk: XDesk, name: str, store: Store | None = None) -> Tokens:
    frame = desk.talk.frame
    return Tokens(store or desk.store, frame.channels, frame.vault, desk.clock, owner=name)


async def token(desk: XDesk, tokens: Tokens | None = None) -> str:
    account = await (tokens or process(desk, "one")).account((await desk.account()).id or 0)
    assert account is not None
    return account.tokens.get("access_token", "")


async def cards(desk: XDesk) -> list[str]:
    await desk.minute()
    return [words for words in desk.talk.shown("pupr") if "perlu dihubungkan lagi" in words]


async def test_trap_5_two_workers_renew_once(desk: XDesk) -> None:
    one, two = process(desk, "one"), process(desk, "two")
    seen = await asyncio.gather(*(token(desk, worker) for worker in (one, two, one, two)))

    assert desk.far.oauth.renewed == 1
    assert desk.far.oauth.used_again == 0
    assert all(desk.far.oauth.owner(one) for one in seen)  # the old one holds for five minutes more


class SlowStore(Store):
    """Keeps what X gave only once it may; `reached` when it is about to."""

    reached: asyncio.Event
    may: asyncio.Event

    async def write(self, step: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if step is connected.keep:
            self.reached.set()
            await self.may.wait()
        return await super().write(step, *args, **kwargs)


async def test_whoever_is_stopped_in_a_renewal_keeps_what_it_gave(desk: XDesk, database_url: str) -> None:
    slow = SlowStore(database_url)
    slow.reached, slow.may = asyncio.Event(), asyncio.Event()
    tokens = process(desk, "stopped", slow)
    asking = asyncio.create_task(token(desk, tokens))
    await slow.reached.wait()
    asking.cancel()
    slow.may.set()
    await tokens.stop(20)
    await slow.aclose()
    after = await token(desk)

    assert asking.cancelled()
    assert (desk.far.oauth.renewed, desk.far.oauth.used_again) == (1, 0)
    assert desk.far.oauth.owner(after)


async def test_tokens_are_renewed_in_time_and_not_on_every_call(desk: XDesk) -> None:
    first = await token(desk)
    again = [await token(desk) for _ in range(5)]

    assert desk.far.oauth.renewed == 1
    assert set(again) == {first}
    assert desk.far.oauth.owner(first)


class MortalStore(Store):
    """The process ends where it would have kept what X gave it."""

    async def write(self, step: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if step is connected.keep:
            raise ConnectionAbortedError
        return await super().write(step, *args, **kwargs)


async def test_trap_5_whoever_dies_between_answer_and_keeping_asks_for_a_new_consent_and_no_loop(
    desk: XDesk, database_url: str
) -> None:
    mortal = MortalStore(database_url)
    with pytest.raises(ConnectionAbortedError):
        await token(desk, process(desk, "mortal", mortal))
    await mortal.aclose()
    meanwhile = await token(desk)
    desk.clock.move(minutes=2)
    after = [await token(desk) for _ in range(5)]

    assert desk.far.oauth.owner(meanwhile) is None  # X has ended the whole family by now
    assert after == [""] * 5
    assert (desk.far.oauth.renewed, desk.far.oauth.used_again) == (1, 1)
    assert len(await cards(desk)) == len(await cards(desk)) == 1


async def test_an_answer_that_got_lost_on_the_way_is_the_same(desk: XDesk) -> None:
    desk.far.token_faults.append(Fault("hang_up"))
    first = await token(desk)
    desk.clock.move(minutes=2)

    assert first
    assert await token(desk) == ""
    assert len(await cards(desk)) == 1


async def test_x_being_down_for_an_hour_costs_no_account(desk: XDesk) -> None:
    desk.far.token_faults += [Fault("html", status=503)] * 3
    assert await token(desk)
    desk.clock.move(minutes=30)
    with pytest.raises(TryLater):
        await token(desk)
    desk.clock.move(minutes=15)
    with pytest.raises(TryLater):
        await token(desk)
    desk.clock.move(minutes=15)
    fresh = await token(desk)

    assert desk.far.oauth.owner(fresh)
    assert await cards(desk) == []


async def test_the_wrong_secret_of_the_operators_costs_no_account(desk: XDesk) -> None:
    secret, desk.far.oauth.client_secret = desk.far.oauth.client_secret, "another"
    assert await token(desk)
    desk.far.oauth.client_secret = secret
    desk.clock.move(minutes=16)

    assert desk.far.oauth.owner(await token(desk))


async def test_what_was_connected_anew_meanwhile_is_not_written_over(desk: XDesk) -> None:
    class Slow(Store):
        async def write(self, step: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if step is connected.keep:
                await desk.connect()
            return await desk.store.write(step, *args, **kwargs)

    slow = Slow(desk.store.url.render_as_string(hide_password=False))
    seen = await token(desk, process(desk, "slow", slow))
    await slow.aclose()

    newest = list(desk.far.oauth.access)[-1]
    assert seen == await token(desk) == newest


async def test_a_revoked_account_is_lost_after_one_renewal_and_heard_as_the_app(desk: XDesk) -> None:
    desk.far.oauth.revoke_all(desk.user("dpuprkebumen"))
    for _ in range(3):
        await desk.poll()
    number = await desk.complain()
    shown = await cards(desk)
    await cards(desk)

    assert number  # mentions are public: without the account's tokens they are read with the app's own
    assert len(shown) == 1
    assert "sejak 18 Agustus 2026" in shown[0]
    assert "Hubungkan lagi" in desk.talk.buttons("pupr")
    assert "perlu dihubungkan lagi" in await desk.talk.say("/akun dpupr", room="pupr")
    assert "@dpuprkebumen: /hubungkan-akun DPUPR" in await desk.talk.say("/keadaan", who="adi")
    parts, _ = await desk.talk.desk.services.condition()
    assert parts["x @dpuprkebumen"] == "to be connected again"


async def test_the_card_turns_when_the_account_is_connected_again(desk: XDesk) -> None:
    desk.far.oauth.revoke_all(desk.user("dpuprkebumen"))
    await token(desk)
    assert len(await cards(desk)) == 1
    await desk.talk.press("Hubungkan lagi", who="wati", room="pupr")
    link = desk.talk.button("Buka X", "pupr")[1].url
    await desk.come_back(desk.far.oauth.consent(link, desk.user("dpuprkebumen")))

    assert await cards(desk) == []
    assert desk.far.oauth.owner(await token(desk))


async def test_tokens_without_an_end_are_tried_again_for_it_may_have_been_the_apps_own_keys(
    desk: XDesk,
) -> None:
    frame = desk.talk.frame
    tokens = desk.far.add_account("dpuprkebumen")

    def by_operator(session: Session) -> None:
        account = session.exec(select(Account).where(Account.handle == "dpuprkebumen")).one()
        account_id, sealed = account.id or 0, frame.vault.seal(account.id or 0, tokens)
        keep(session, system(desk.clock()), account_id, sealed, account.platform_id or "", "api")

    await desk.store.write(by_operator)
    secret, desk.far.gate.consumer_secret = desk.far.gate.consumer_secret, "another"
    for _ in range(4):
        await desk.poll()
    lost = await cards(desk)
    for _ in range(3):
        await desk.poll()
    desk.far.gate.consumer_secret = secret
    await desk.poll(minutes=61)

    assert len(lost) == 1
    assert await cards(desk) == []
    assert await token(desk) == tokens["access_token"]
