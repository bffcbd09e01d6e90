"""Where the API does not answer for us a person posts, and nothing is typed twice."""

from __future__ import annotations

import asyncio

import pytest

from adapters.memory import MemoryChannel
from plugin.errors import Refused, Unknown
from plugin.public.outcomes import Refusal
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation
from tests.x_desk import HANDLE, open_x_desk

TEXT = "Terima kasih, besok kami periksa."
OTHER_WORDS = "Terima kasih, lusa kami periksa."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    """An account that a person posts from."""
    can = PublicCapabilities(longest=280, needs_approval=True, composer=True)
    return await open_conversation(store, clock, channel=MemoryChannel(can))


async def posted(talk: Conversation, text: str = OTHER_WORDS) -> tuple[int, str]:
    """A draft, and the address of what the person then posted instead."""
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.post_by_hand("dpuprkebumen", text, (await talk.report(number)).target_post)
    return number, talk.channel.public("dpuprkebumen")[-1][2].url


async def attach(talk: Conversation, address: str) -> str:
    await talk.press("Tempel alamat", who="wati")
    return await talk.fill_in(who="wati", room="pupr", address=address)


async def test_what_was_posted_in_other_words_is_attached_by_its_address(talk: Conversation) -> None:
    number, address = await posted(talk)
    assert "belum terlihat" in await talk.press("Sudah saya kirim", who="wati")
    card = await attach(talk, f" {address} ")

    assert "Terkirim" in card
    assert "Oleh Bu Wati" in card
    assert (await talk.report(number)).state == "replied"
    assert "secara manual dilampirkan" in await talk.say(f"/riwayat {number}", room="pupr")
    assert talk.published() == [OTHER_WORDS]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("halo", "bukan alamat kiriman"),
        ("https://memory.example/dishubkbm/dishubkbm-1", "milik @dishubkbm"),
        ("https://memory.example/dpuprkebumen/dpuprkebumen-9", "tidak ada kiriman"),
    ],
)
async def test_what_is_no_answer_of_ours_is_not_attached(talk: Conversation, address: str, why: str) -> None:
    number, _ = await posted(talk)
    talk.channel.unseen["dpuprkebumen-9"] = "gone"

    assert why in await attach(talk, address)
    assert (await talk.report(number)).answered_at is None


async def test_what_answers_somebody_else_is_not_attached(talk: Conversation) -> None:
    number, _ = await posted(talk)
    await talk.post_by_hand("dpuprkebumen", "Selamat pagi, warga Kebumen.", "")
    said = await attach(talk, talk.channel.public("dpuprkebumen")[-1][2].url)

    assert "bukan balasan kepada warga" in said
    assert (await talk.report(number)).answered_at is None


async def test_what_answers_a_further_post_of_the_citizen_is_attached(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    first = (await talk.report(number)).target_post
    await talk.complain("@dpuprkebumen di depan pasar", conversation=(await talk.report(number)).conversation)
    await talk.post_by_hand("dpuprkebumen", OTHER_WORDS, first)

    assert "Terkirim" in await attach(talk, talk.channel.public("dpuprkebumen")[-1][2].url)


async def test_a_citizens_post_is_no_answer_where_the_channel_cannot_be_asked(talk: Conversation) -> None:
    number, _ = await posted(talk)
    complaint = (await talk.report(number)).post_id
    talk.channel.trouble.append(Refused("no_credit"))

    assert "milik akun lain" in await attach(talk, f"https://memory.example/dpuprkebumen/{complaint}")
    assert (await talk.report(number)).answered_at is None


@pytest.mark.parametrize("name", ["i", HANDLE])
async def test_whose_a_post_is_is_asked_of_x_and_not_read_from_its_address(
    store: Store, clock: MovableClock, name: str
) -> None:
    async with open_x_desk(store, clock, approved=False) as desk:
        await desk.connect()
        number = await desk.complain()
        complaint = (await desk.talk.report(number)).post_id
        stranger = desk.far.citizen_answers(complaint, "Kami cek.", by="warga2")
        await desk.talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
        for post in (complaint, stranger):
            address = f"https://x.com/{name}/status/{post}"
            assert f"milik akun lain, bukan @{HANDLE}" in await attach(desk.talk, address)
        answered = (await desk.talk.report(number)).answered_at
        own = desk.far.citizen_answers(complaint, OTHER_WORDS, by=HANDLE)
        card = await attach(desk.talk, f"https://x.com/{name}/status/{own}")

        assert answered is None
        assert "Terkirim" in card


async def test_one_post_is_one_answer(talk: Conversation) -> None:
    _, address = await posted(talk)
    await attach(talk, address)
    second = await talk.complain("@dpuprkebumen lampu mati", author="warga2")
    await talk.say(f"/tanggapi {second} {TEXT}", who="wati", room="pupr")

    assert "bukan balasan kepada warga" in await attach(talk, address)
    talk.channel.trouble.append(Refused("no_credit"))
    assert "sudah dilampirkan" in await attach(talk, address)
    assert (await talk.report(second)).answered_at is None


async def test_ten_people_attach_once(talk: Conversation) -> None:
    number, address = await posted(talk)
    await talk.press("Tempel alamat", who="wati")
    await asyncio.gather(*[talk.fill_in(who="wati", room="pupr", address=address) for _ in range(10)])

    assert (await talk.say(f"/riwayat {number}", room="pupr")).count("secara manual dilampirkan") == 1


async def test_a_channel_that_cannot_be_asked_leaves_the_persons_word(talk: Conversation) -> None:
    number, address = await posted(talk)
    talk.channel.trouble.append(Unknown("503"))
    assert "belum terlihat" in await attach(talk, address)
    talk.channel.trouble.append(Refused("no_credit"))
    await attach(talk, address)

    assert (await talk.report(number)).state == "replied"
    assert "kanal belum dapat ditanya" in await talk.say(f"/riwayat {number}", room="pupr")


@pytest.mark.parametrize("code", ["not_summoned", "no_credit", "suspended", "forbidden"])
async def test_refused_the_same_draft_goes_by_hand(store: Store, clock: MovableClock, code: str) -> None:
    can = PublicCapabilities(longest=280, composer=True)
    talk = await open_conversation(store, clock, channel=MemoryChannel(can))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    talk.channel.outcomes.append(Refusal(code))
    await talk.press("Kirim", who="wati")
    card = talk.shown("pupr")[-1]
    assert TEXT in card
    assert talk.buttons("pupr")[:3] == ["Kirim lewat X", "Sudah saya kirim", "Tempel alamat"]
    await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
    await talk.press("Sudah saya kirim", who="wati")

    assert (await talk.report(number)).state == "replied"
    assert talk.published() == [TEXT]


async def test_trying_again_after_somebody_posted_by_hand_finds_it(store: Store, clock: MovableClock) -> None:
    can = PublicCapabilities(longest=280, composer=True)
    talk = await open_conversation(store, clock, channel=MemoryChannel(can))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    talk.channel.outcomes.append(Refusal("no_credit"))
    await talk.press("Kirim", who="wati")
    await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
    await talk.press("Coba lagi", who="wati")

    assert talk.published() == [TEXT]
    assert (await talk.report(number)).state == "replied"
