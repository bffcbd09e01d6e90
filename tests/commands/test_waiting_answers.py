"""What was confirmed while an account is not connected waits for it: nothing is typed twice, nothing sent twice."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from plugin.store.store import Store
from plugin.store.tables import Connection
from tests.commands.test_chain import LONG
from tests.conftest import MovableClock
from tests.far_side.x_world import User, Written
from tests.x_desk import HANDLE, XDesk, open_x_desk

TEXT = "Terima kasih, besok kami periksa."


@pytest.fixture
async def desk(store: Store, clock: MovableClock) -> AsyncIterator[XDesk]:
    """The account was connected, and its holder has taken that back in X's settings."""
    async with open_x_desk(store, clock) as made:
        await made.connect()
        await made.complain()
        made.far.oauth.revoke_all(made.user(HANDLE))
        yield made


@contextlib.asynccontextmanager
async def in_doubt(store: Store, clock: MovableClock) -> AsyncIterator[XDesk]:
    """The answer was sent, and X broke off before it said so."""
    async with open_x_desk(store, clock) as made:
        await made.connect()
        await made.complain()
        made.far.break_next()
        await send(made)
        yield made


async def send(desk: XDesk, number: int = 1) -> None:
    await desk.talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await desk.talk.press("Kirim", who="wati", room="pupr")


async def minutes(desk: XDesk, n: int) -> None:
    for _ in range(n):
        desk.clock.move(minutes=1)
        await desk.minute()


async def reconnect(desk: XDesk) -> None:
    await desk.talk.press("Hubungkan lagi", who="wati", room="pupr")
    await consent(desk)


async def connect_anew(desk: XDesk) -> None:
    """Nobody was asked to: the account counts as connected still."""
    await desk.talk.say("/hubungkan-akun", who="wati", room="pupr")
    await consent(desk)


async def consent(desk: XDesk) -> None:
    link = desk.talk.button("Buka X", "pupr")[1].url
    await desk.come_back(desk.far.oauth.consent(link, desk.user(HANDLE)))


def somebody_renews(session: Session, now: datetime) -> None:
    """Another process is at the account's tokens, and dies at it."""
    connection = session.exec(select(Connection)).one()
    connection.owner, connection.lease_until = "n9", now + timedelta(minutes=5)


def tries(desk: XDesk) -> int:
    """How often X was asked to publish something."""
    return sum(call[:2] == ("POST", "/2/tweets") for call in desk.far.calls)


async def test_it_leaves_by_itself_once_the_account_is_connected_again(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 5)
    waits = await desk.replies()
    cards = [words for words in desk.talk.shown("pupr") if "perlu dihubungkan lagi" in words]
    await reconnect(desk)
    await minutes(desk, 3)

    assert "menunggu akun dihubungkan lagi" in await desk.talk.say("/riwayat 1", who="wati", room="pupr")
    assert waits == [("waiting", "")]
    assert any("1 tanggapan yang sudah disetujui menunggu" in words for words in cards)
    assert any("Menunggu akun" in words and TEXT in words for words in cards)
    assert desk.published() == [TEXT]
    assert await desk.replies() == [("published", "")]


async def test_it_leaves_in_the_moment_in_which_the_account_is_connected(desk: XDesk) -> None:
    await send(desk)
    while "perlu dihubungkan lagi" not in desk.talk.shown("pupr")[-1]:
        desk.clock.move(seconds=10)
        await desk.minute()
    await reconnect(desk)

    assert desk.published() == [TEXT]


async def test_it_does_not_wait_for_a_renewal_that_is_no_longer_needed(desk: XDesk) -> None:
    await send(desk)
    await desk.talk.store.write(somebody_renews, desk.clock())
    await minutes(desk, 1)
    parked = await desk.replies()
    await connect_anew(desk)

    assert parked == [("waiting", "")]
    assert desk.published() == [TEXT]


async def test_what_was_posted_by_hand_meanwhile_is_found_and_not_sent(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 3)
    target = next(post for post in desk.far.world.posts.values() if "jalan rusak" in post.said)
    desk.far.citizen_answers(target.id, TEXT, by=HANDLE)
    before = tries(desk)
    await reconnect(desk)
    await minutes(desk, 3)

    assert tries(desk) == before
    assert desk.published() == [TEXT]
    assert await desk.replies() == [("published", "")]


async def test_with_a_look_it_counts_as_sent_before_anybody_reconnects(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 3)
    target = next(post for post in desk.far.world.posts.values() if "jalan rusak" in post.said)
    desk.far.citizen_answers(target.id, TEXT, by=HANDLE)

    assert "Terkirim" in await desk.talk.press("Sudah saya kirim", who="wati", room="pupr")
    await reconnect(desk)
    await minutes(desk, 3)
    assert desk.published() == [TEXT]


async def test_it_can_be_thrown_away_and_then_never_leaves(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 3)
    await desk.talk.press("Batal", who="wati", room="pupr")
    await reconnect(desk)
    await minutes(desk, 3)

    assert await desk.replies() == [("cancelled", "")]
    assert desk.published() == []


async def test_what_may_be_out_already_cannot_be_thrown_away(store: Store, clock: MovableClock) -> None:
    async with in_doubt(store, clock) as desk:
        desk.far.oauth.revoke_all(desk.user(HANDLE))
        await minutes(desk, 5)

        assert await desk.replies() == [("waiting", "perhaps")]
        assert "Batal" not in desk.talk.buttons("pupr")
        await reconnect(desk)
        await minutes(desk, 3)
        assert desk.published() == [TEXT]


async def test_what_may_be_out_is_given_up_by_whoever_has_looked(store: Store, clock: MovableClock) -> None:
    async with open_x_desk(store, clock) as desk:
        await desk.connect()
        await desk.complain()
        desk.far.fail_next()
        await send(desk)
        desk.far.oauth.revoke_all(desk.user(HANDLE))
        await minutes(desk, 5)
        await desk.talk.press("Tidak tampil, jangan kirim", who="wati", room="pupr")
        given_up = await desk.replies()
        await reconnect(desk)
        await minutes(desk, 3)

        assert given_up == [("refused", "not_out")]
        assert desk.published() == []


async def test_nobody_else_answers_the_same_post_meanwhile(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 3)
    await desk.talk.say("/tanggapi 1 Sedang kami cek.", who="wati", room="pupr")
    await desk.talk.press("Kirim", who="wati", room="pupr")
    await reconnect(desk)
    await minutes(desk, 3)

    assert desk.published() == [TEXT]


async def test_after_three_days_a_person_looks_first(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 3)
    desk.clock.move(days=3)
    await reconnect(desk)
    await minutes(desk, 2)
    waited = await desk.replies()
    await desk.talk.press("Coba lagi", who="wati", room="pupr")
    await minutes(desk, 2)

    assert waited == [("refused", "waited")]
    assert desk.published() == [TEXT]


async def test_what_may_be_out_is_not_looked_for_too_soon(store: Store, clock: MovableClock) -> None:
    """A timeline lags behind: whoever connects the account again does not hasten the look-up."""
    async with in_doubt(store, clock) as desk:
        before = tries(desk)
        await connect_anew(desk)

        assert tries(desk) == before
        assert await desk.replies() == [("sending", "")]
        await minutes(desk, 3)
        assert desk.published() == [TEXT]


async def test_after_three_days_what_may_be_out_is_not_called_unsent(
    store: Store, clock: MovableClock
) -> None:
    async with in_doubt(store, clock) as desk:
        desk.far.oauth.revoke_all(desk.user(HANDLE))
        await minutes(desk, 5)
        clock.move(days=3)
        await reconnect(desk)
        await minutes(desk, 2)

        assert await desk.replies() == [("unknown", "")]
        assert "Batal" not in desk.talk.buttons("pupr")


async def test_ten_processes_send_it_once(desk: XDesk) -> None:
    await send(desk)
    await minutes(desk, 3)
    others = [desk.talk.another(f"n{n}") for n in range(5)]
    await reconnect(desk)
    for other in others:
        await other.publishing.publish(1)
    await minutes(desk, 2)

    assert desk.published() == [TEXT]


async def test_the_preview_says_that_it_will_wait(desk: XDesk) -> None:
    await desk.poll()
    await desk.poll()
    said = await desk.talk.say(f"/tanggapi 1 {TEXT}", who="wati", room="pupr")

    assert "perlu dihubungkan lagi. Bila Kirim ditekan, tanggapan ini menunggu" in said


async def test_a_chain_whose_account_is_suspended_in_the_middle_goes_on_afterwards(
    store: Store, clock: MovableClock
) -> None:
    async with open_x_desk(store, clock) as made:
        await made.connect()
        made.far.enterprise = True
        await made.complain()
        account = made.far.world.user(HANDLE, clock())
        suspend_after_first(made)
        await made.talk.say(f"/tanggapi 1 {LONG}", who="wati", room="pupr")
        await made.talk.press("Jadikan 3 kiriman", who="wati")
        stopped = await made.talk.press("Kirim", who="wati", room="pupr")
        await made.talk.press("Lanjutkan", who="wati", room="pupr")  # too early
        await minutes(made, 5)
        card = next(words for words in reversed(made.talk.shown("pupr")) if "kiriman 2" in words)
        account.suspended = False
        await made.talk.press("Belum tampil, kirim lagi", who="wati", room="pupr")
        await minutes(made, 5)

        assert "Baru terkirim sebagian" in stopped
        assert "sedang ditangguhkan oleh X" in stopped
        assert "sedang ditangguhkan oleh X" in card
        assert "terputus" not in card
        assert [text[-6:] for text in made.published()] == [" (1/3)", " (2/3)", " (3/3)"]
        assert await made.replies() == [("published", "")]


def suspend_after_first(desk: XDesk) -> None:
    """X takes one post more, and suspends the account in that moment."""
    rule = desk.far._refused

    def then_suspend(author: User, text: str, target: Written | None) -> str:
        desk.far._refused = rule  # type: ignore[method-assign]
        said = rule(author, text, target)
        author.suspended = True
        return said

    desk.far._refused = then_suspend  # type: ignore[method-assign]  # the far side is ours
