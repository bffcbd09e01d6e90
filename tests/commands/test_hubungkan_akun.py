"""An official connects the agency's account from the chat: as nobody else, once, and whatever dies meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, col, select

from adapters.memory import MemoryChannel
from plugin.chat.rights import end
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import Agency, AuditEntry, Consent, Official
from tests.conftest import MovableClock
from tests.desk import open_conversation
from tests.x_desk import HANDLE, XDesk, open_x_desk

TEXT = "Terima kasih, besok kami periksa."


@pytest.fixture
async def desk(store: Store, clock: MovableClock) -> AsyncIterator[XDesk]:
    async with open_x_desk(store, clock) as made:
        yield made


async def consent(desk: XDesk) -> Consent:
    rows = await desk.store.survey(lambda s: s.exec(select(Consent).order_by(col(Consent.id).desc())).all())
    return rows[0]


async def test_from_the_chat_to_an_answer_with_a_restart_between_all_steps(desk: XDesk) -> None:
    link = await desk.ask()
    back = desk.far.oauth.consent(link, desk.user(HANDLE))
    ending = await desk.come_back(back, desk.talk.another("two"))
    told = desk.talk.shown("pupr")[-1]
    number = await desk.complain()
    await desk.talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await desk.talk.press("Kirim", who="wati")

    assert (ending.kind, ending.mode) == ("connected", "api")
    assert f"@{HANDLE} terhubung" in told
    assert "Wati menghubungkannya di X" in told
    assert desk.published() == [TEXT]


async def test_what_is_kept_meanwhile_opens_nothing(desk: XDesk) -> None:
    link = await desk.ask()
    asked = await consent(desk)
    await desk.come_back(desk.far.oauth.consent(link, desk.user(HANDLE)))
    row, account = await consent(desk), await desk.account()
    assert asked.verifier is not None
    assert account.tokens is not None

    assert asked.state_key not in link
    assert b"verifier" not in asked.verifier
    assert row.verifier is None
    assert not any(token.encode() in account.tokens for token in desk.far.oauth.access)


async def test_the_record_tells_in_which_room_the_link_was_asked_for(desk: XDesk) -> None:
    await desk.ask()
    [asked] = await desk.store.survey(
        lambda s: s.exec(select(AuditEntry).where(AuditEntry.act == "consent_asked")).all()
    )

    assert (asked.actor, asked.room) == ("memory:wati", "memory:pupr")


async def test_the_link_is_for_whoever_asked_and_says_what_to_do(desk: XDesk) -> None:
    said = await desk.talk.say("/hubungkan-akun", who="wati", room="pupr")
    _, message = desk.talk.newest("pupr")

    assert "masuk sebagai @dpuprkebumen" in said
    assert "berlaku sampai 10.15 WIB, sekali pakai" in said
    assert message.whisper_to is not None
    assert "tweet.write" in message.actions[0].url


async def test_without_the_approval_only_reading_is_asked_for(store: Store, clock: MovableClock) -> None:
    async with open_x_desk(store, clock, approved=False) as desk:
        said = await desk.talk.say("/hubungkan-akun dpupr x", who="wati", room="pupr")
        link = desk.talk.button("Buka X", "pupr")[1].url
        ending = await desk.come_back(desk.far.oauth.consent(link, desk.user(HANDLE)))

        assert "meminta instansi pemerintah memakai kontrak Enterprise" in said
        assert "tweet.write" not in link
        assert (ending.kind, (await desk.account()).mode) == ("connected", "manual")


async def test_trap_19_whoever_logs_in_privately_connects_nothing(desk: XDesk) -> None:
    ending = await desk.connect("wati_pribadi")
    told = desk.talk.shown("pupr")[-1]
    account = await desk.account()

    assert (ending.kind, ending.found) == ("other_account", "wati_pribadi")
    assert "bukan @dpuprkebumen, melainkan akun lain" in told
    assert "wati_pribadi" not in told
    assert (account.tokens, account.mode) == (None, "manual")
    assert all(not family.alive for family in desk.far.oauth.refreshes.values())
    assert "Ulangi" in desk.talk.buttons("pupr")


async def test_a_link_is_good_once_whoever_follows_it(desk: XDesk) -> None:
    link = await desk.ask()
    back = desk.far.oauth.consent(link, desk.user(HANDLE))
    first, again = await desk.come_back(back), await desk.come_back(back)
    other = await desk.come_back(desk.far.oauth.consent(link, desk.user("wati_pribadi")))

    assert [e.kind for e in (first, again, other)] == ["connected", "used", "used"]
    assert len(desk.far.oauth.refreshes) == 1


async def test_a_link_lapses(desk: XDesk) -> None:
    link = await desk.ask()
    desk.clock.move(minutes=16)

    assert (await desk.come_back(desk.far.oauth.consent(link, desk.user(HANDLE)))).kind == "expired"
    assert (await desk.account()).tokens is None


@pytest.mark.parametrize("state", ["", "x", "a" * 43, "\0", "ñ\ud800"])
async def test_a_state_that_we_never_gave_is_unknown(desk: XDesk, state: str) -> None:
    await desk.ask()
    calls = len(desk.far.calls)
    ending = await desk.come_back(f"https://x?code=c&state={state}".encode("utf-8", "replace").decode())

    assert ending.kind == "unknown_link"
    assert len(desk.far.calls) == calls


async def test_a_refused_consent_is_told_and_asked_again_with_one_press(desk: XDesk) -> None:
    ending = await desk.come_back(desk.far.oauth.deny(await desk.ask()))
    told = desk.talk.shown("pupr")[-1]
    await desk.talk.press("Ulangi", who="wati", room="pupr")

    assert ending.kind == "denied"
    assert "izinnya dibatalkan di X" in told
    assert "Buka X" in desk.talk.buttons("pupr")


async def test_a_code_that_took_too_long_is_said_to_have(desk: XDesk) -> None:
    back = desk.far.oauth.consent(await desk.ask(), desk.user(HANDLE))
    desk.clock.move(seconds=31)

    assert (await desk.come_back(back)).kind == "disconnected"
    assert "biasanya karena terlalu lama" in desk.talk.shown("pupr")[-1]


async def test_whoever_lost_the_office_meanwhile_connects_nothing(desk: XDesk) -> None:
    def retire(session: Session) -> None:
        who = session.exec(select(Official).where(Official.key == "wati")).one()
        where = session.exec(select(Agency).where(Agency.code == "DPUPR")).one()
        end(session, who.id or 0, where.id or 0, "penanggung-jawab", desk.clock())

    back = desk.far.oauth.consent(await desk.ask(), desk.user(HANDLE))
    await desk.store.write(retire)

    assert (await desk.come_back(back)).kind == "no_right"
    assert not desk.far.oauth.refreshes


async def test_whom_a_dead_process_left_in_the_middle_hears_of_it_once(desk: XDesk) -> None:
    def used(session: Session) -> None:
        session.exec(select(Consent)).one().used_at = desk.clock()

    await desk.ask()
    await desk.store.write(used)
    await desk.minute()
    before = len(desk.talk.shown("pupr"))
    desk.clock.move(minutes=4)
    await desk.minute()
    await desk.minute()

    assert len(desk.talk.shown("pupr")) == before + 1
    assert "terputus di tengah jalan" in desk.talk.shown("pupr")[-1]


async def test_a_desk_officer_may_not(desk: XDesk) -> None:
    said = await desk.talk.say("/hubungkan-akun", who="tono", room="pupr")

    assert "belum berwenang menghubungkan akun instansi ini" in said
    assert "Bu Wati" in said


@pytest.mark.parametrize(
    ("words", "room", "why"),
    [
        ("/hubungkan-akun dinkes", "setda", "belum punya akun resmi di X"),
        ("/hubungkan-akun dpupr instagram", "setda", "tidak dipakai di sini"),
        ("/hubungkan-akun", "setda", "sebutkan instansi lain"),
    ],
)
async def test_what_cannot_be_connected_says_why(desk: XDesk, words: str, room: str, why: str) -> None:
    assert why in await desk.talk.say(words, who="sri", room=room)


async def test_where_nothing_is_prepared_the_operator_is_named(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)

    assert "app.py connect-account DPUPR x" in await talk.say("/hubungkan-akun", who="wati", room="pupr")


async def test_in_the_training_room_there_is_nothing_to_connect(store: Store, clock: MovableClock) -> None:
    square = MemoryChannel(PublicCapabilities(longest=280, needs_tokens=False))
    talk = await open_conversation(store, clock, channel=square)

    assert "tidak perlu dihubungkan" in await talk.say("/hubungkan-akun", who="wati", room="pupr")
