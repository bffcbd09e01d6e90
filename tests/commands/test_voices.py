"""As whom an answer speaks: derived from whom the citizen named, and said on the card."""

from __future__ import annotations

import pytest

from adapters.memory import MemoryChannel
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

TEXT = "Terima kasih, besok kami periksa."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    """A channel that takes an answer only below a post that names the account."""
    can = PublicCapabilities(longest=280, composer=True, summons=True)
    return await open_conversation(store, clock, channel=MemoryChannel(can))


async def test_named_the_agency_answers_itself(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    card = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")

    assert "Warga menyebut akun ini" in card
    assert talk.published() == [TEXT]


async def test_only_another_was_named_it_answers_for_the_agency(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen lampu lalu lintas mati")
    await talk.say(f"/disposisi {number} dishub", who="sri")
    card = await talk.say(f"/tanggapi {number} {TEXT}", who="sri")

    assert "tidak menyebut akun Dishub, hanya akun ini" in card
    assert f"{TEXT}\n– Dishub" in card
    await talk.press("Kirim", who="sri", room="setda")
    await talk.fill_in(handle="dpuprkebumen")
    assert talk.published() == [f"{TEXT}\n– Dishub"]
    assert talk.published("dishubkbm") == []


async def test_whoever_may_not_speak_as_that_account_does_not(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen lampu lalu lintas mati")
    await talk.say(f"/disposisi {number} dishub", who="sri")
    await talk.say(f"/tanggapi {number} {TEXT}", who="joko", room="hub")

    assert "belum berwenang" in await talk.press("Kirim", who="joko", room="hub")
    assert talk.published() == []


async def test_nobody_named_a_person_posts_by_hand(talk: Conversation) -> None:
    number = await talk.complain("jalan rusak", named="no")
    card = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")

    assert "tidak menyebut akun mana pun" in card
    assert "Kirim" not in talk.buttons("pupr")
    assert talk.buttons("pupr")[:2] == ["Buka X", "Sudah saya kirim"]


async def test_without_such_a_rule_the_agency_always_answers_itself(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen lampu lalu lintas mati", named="no")
    await talk.say(f"/disposisi {number} dishub", who="sri")
    await talk.say(f"/tanggapi {number} {TEXT}", who="joko", room="hub")
    await talk.press("Kirim", who="joko", room="hub")

    assert talk.published("dishubkbm") == [TEXT]


async def test_an_agency_without_an_account_signs(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen puskesmas tutup")
    await talk.say(f"/disposisi {number} dinkes", who="sri")
    card = await talk.say(f"/tanggapi {number} {TEXT}", who="sri")
    assert "Dinkes belum punya akun" in card
    await talk.press("Ubah", who="sri")
    initial = talk.chat.forms[-1][1].fields[0].initial
    card = await talk.fill_in(text=initial)

    assert card.count("– Dinkes") == 1


async def test_a_text_that_names_the_agency_is_not_signed_twice(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen puskesmas tutup")
    await talk.say(f"/disposisi {number} dinkes", who="sri")
    card = await talk.say(f"/tanggapi {number} Petugas Dinkes datang besok.", who="sri")

    assert "Petugas Dinkes datang besok." in card
    assert "– Dinkes" not in card
