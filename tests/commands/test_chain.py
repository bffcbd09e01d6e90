"""A long answer as several posts: shown as they will appear, once each, and never silently half of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory import MemoryChannel
from plugin.public.outcomes import Outcome, RateLimited, Refusal, Uncertain
from plugin.public.values import Link, PublicCapabilities
from plugin.store.store import Store
from plugin.terms import Terms
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation

LONG = (
    "Terima kasih laporannya. Jalan di depan pasar sudah kami periksa bersama Kec. Alian pada pukul 10.00 WIB. "
    "Lubangnya sepanjang 40 meter dan kami pasangi rambu malam ini. "
    "Bahan untuk menambal sedang disiapkan di gudang, dan petugas bekerja begitu hujan berhenti. "
    "Mohon berhati-hati saat melintas, terutama malam hari. "
    "Pertanyaan lain dapat disampaikan ke https://kebumenkab.go.id/layanan/pengaduan/jalan kapan saja. "
    "Perkembangannya kami kabarkan di sini. Terima kasih sudah peduli pada jalan kita bersama. "
    "Salam dari kami semua di kantor yang bekerja untuk jalan yang lebih baik bagi semua warga."
)


async def drafted(talk: Conversation, number: int = 0, text: str = LONG) -> int:
    """A long draft that was cut into posts; the report's number."""
    number = number or await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr")
    await talk.press("Jadikan 3 kiriman", who="wati")
    return number


def chain(talk: Conversation, first: str) -> list[tuple[str, str]]:
    """(text, what it answers) of what stands: a number for the post before, else the citizen's post."""
    posts = talk.channel.public("dpuprkebumen")
    places = {ref.id: n for n, (_, _, ref) in enumerate(posts, 1)}
    return [
        (text, str(places.get(target, "warga" if target == first else target))) for text, target, _ in posts
    ]


async def test_it_is_shown_post_by_post_and_published_as_shown(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    long = await talk.say(f"/tanggapi {number} {LONG}", who="wati", room="pupr")
    offered = talk.buttons("pupr")
    cut = await talk.press("Jadikan 3 kiriman", who="wati")
    stale = talk.published()
    sent = await talk.press("Kirim", who="wati")
    target = (await talk.report(number)).target_post
    posts = talk.published()

    assert "Terlalu panjang" in long
    assert offered == ["Jadikan 3 kiriman", "Ubah", "Batal"]
    assert stale == []
    assert [text for text in posts if text not in cut] == []
    assert [text[-6:] for text in posts] == [" (1/3)", " (2/3)", " (3/3)"]
    assert all(len(text) <= 280 for text in posts)
    assert " ".join(text[:-6] for text in posts) == LONG
    assert [place for _, place in chain(talk, target)] == ["warga", "1", "2"]
    assert "Terkirim" in sent
    assert (await talk.report(number)).state == "replied"
    assert "Jalan di depan pasar" in await talk.say(f"/laporan {number}")


async def test_what_was_seen_before_it_was_cut_is_not_sent(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    seen = talk.button("Kirim", "pupr")
    await talk.press("Ubah", who="wati")
    await talk.fill_in(who="wati", room="pupr", text=LONG)
    await talk.press("Jadikan 3 kiriman", who="wati")
    await talk.press_token(seen, who="wati")

    assert talk.published() == []


async def test_nobody_else_cuts_it(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {LONG}", who="wati", room="pupr")

    assert "ditulis Bu Wati" in await talk.press("Jadikan 3 kiriman", who="tono")
    assert talk.button("Jadikan 3 kiriman", "pupr")


@pytest.mark.parametrize("text", ["kata " * 380, "a" * 400])
async def test_what_cannot_be_cut_says_so(talk: Conversation, text: str) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    shown = await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr")

    assert talk.buttons("pupr") == ["Ubah", "Batal"]
    assert "pendekkan" in shown


async def test_stopped_in_the_middle_it_says_so_and_goes_on(talk: Conversation, clock: MovableClock) -> None:
    number = await drafted(talk)
    talk.channel.outcomes = [None, Refusal("no_credit")]
    stopped = await talk.press("Kirim", who="wati")
    waiting = (await talk.report(number)).state
    another = await talk.say(f"/tanggapi {number} Sudah.", who="sri", room="setda")
    await talk.press("Kirim", who="sri", room="setda")
    before = talk.published()
    done = await talk.press("Lanjutkan", who="wati")

    assert "Baru terkirim sebagian" in stopped
    assert "Kiriman 1 dari 3 · sudah tampil" in stopped
    assert "Kiriman 2 dari 3 · belum tampil" in stopped
    assert "Saldo" in stopped
    assert waiting == "new"
    assert "Pratinjau" in another
    assert len(before) == 1
    assert "Terkirim" in done
    assert [text[-6:] for text in talk.published()] == [" (1/3)", " (2/3)", " (3/3)"]
    assert "bagian 2 ditolak" in await talk.say(f"/riwayat {number}")


async def test_half_an_answer_is_told_once_in_the_agencys_group(
    talk: Conversation, clock: MovableClock
) -> None:
    await drafted(talk)
    talk.channel.outcomes = [None, Refusal("no_credit")]
    await talk.press("Kirim", who="wati")
    before = len(talk.shown("pupr"))
    await talk.sweep()
    told = talk.shown("pupr")[before:]
    await talk.sweep()
    again = talk.shown("pupr")[before:]
    clock.move(minutes=5)
    talk.channel.outcomes = [Refusal("no_credit")]
    await talk.press("Lanjutkan", who="wati")
    await talk.sweep()

    assert len(told) == len(again) == 1
    assert "Baru terkirim sebagian" in told[0]
    assert "Lanjutkan" in talk.buttons("pupr")
    assert len(talk.shown("pupr")) == before + 2


async def test_what_stands_of_it_is_taken_back(talk: Conversation) -> None:
    number = await drafted(talk)
    talk.channel.outcomes = [None, None, Refusal("suspended")]
    await talk.press("Kirim", who="wati")
    sure = await talk.press("Tarik yang sudah tampil", who="wati")
    gone = await talk.press("Ya, tarik", who="wati")

    assert "(2/3)" in sure
    assert "(3/3)" not in sure
    assert "Ditarik" in gone
    assert talk.published() == []
    assert (await talk.report(number)).state == "new"


async def test_a_part_without_an_end_is_looked_up_before_it_is_sent_again(
    talk: Conversation, clock: MovableClock
) -> None:
    await drafted(talk)
    arrived, lost = Uncertain("hung up"), Uncertain("503")
    talk.channel.outcomes, talk.channel.arrives = [None, arrived, lost], [arrived]
    await talk.press("Kirim", who="wati")
    for _ in range(3):
        clock.move(seconds=50)
        await talk.sweep()

    assert [text[-6:] for text in talk.published()] == [" (1/3)", " (2/3)", " (3/3)"]


async def test_a_part_that_may_be_out_is_for_a_person_and_goes_with_the_rest(
    talk: Conversation, clock: MovableClock
) -> None:
    await drafted(talk)
    lost: list[Outcome] = [Uncertain(str(n)) for n in range(4)]
    talk.channel.outcomes, talk.channel.arrives = [None, *lost], lost[-1:]
    await talk.press("Kirim", who="wati")
    for _ in range(4):
        clock.move(seconds=50)
        await talk.sweep()
    unsure = talk.shown("pupr")[-1]
    there = talk.published()
    await talk.press("Tarik yang sudah tampil", who="wati")
    await talk.press("Ya, tarik", who="wati")

    assert "Mungkin terkirim" in unsure
    assert "kiriman 2 dari 3" in unsure
    assert len(there) == 2
    assert talk.published() == []


async def test_a_pause_in_the_middle_is_waited_out(talk: Conversation, clock: MovableClock) -> None:
    await drafted(talk)
    talk.channel.outcomes = [None, RateLimited(clock() + timedelta(minutes=10))]
    under_way = await talk.press("Kirim", who="wati")
    clock.move(minutes=11)
    await talk.sweep()

    assert "Sedang dikirim" in under_way
    assert "kiriman 2 menyusul" in under_way
    assert len(talk.published()) == 3


async def test_what_stands_may_go_while_the_rest_waits(talk: Conversation, clock: MovableClock) -> None:
    await drafted(talk)
    talk.channel.outcomes = [None, RateLimited(clock() + timedelta(hours=9))]
    await talk.press("Kirim", who="wati")
    await talk.press("Tarik yang sudah tampil", who="wati")
    await talk.press("Ya, tarik", who="wati")
    clock.move(hours=10)
    await talk.sweep()

    assert talk.published() == []


async def test_with_a_part_in_public_what_waits_for_its_account_cannot_be_thrown_away(
    talk: Conversation,
) -> None:
    await drafted(talk)
    talk.channel.outcomes = [None, Refusal("disconnected")]
    await talk.press("Kirim", who="wati")

    assert "Menunggu akun" in talk.shown("pupr")[-1]
    assert len(talk.published()) == 1
    assert "Batal" not in talk.buttons("pupr")


async def test_where_an_account_may_not_answer_itself_the_citizen_is_answered(talk: Conversation) -> None:
    number = await drafted(talk)
    talk.channel.outcomes = [None, Refusal("not_summoned")]
    await talk.press("Kirim", who="wati")
    target = (await talk.report(number)).target_post

    assert [place for _, place in chain(talk, target)] == ["warga", "warga", "2"]


async def test_all_of_it_is_taken_back_the_last_first(talk: Conversation, clock: MovableClock) -> None:
    number = await drafted(talk)
    await talk.press("Kirim", who="wati")
    talk.channel.outcomes = [None, Uncertain("hung up")]
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press("Ya, tarik", who="wati")
    left = talk.published()
    clock.move(seconds=40)
    await talk.sweep()

    assert [text[-6:] for text in left] == [" (1/3)", " (2/3)"]
    assert talk.published() == []
    assert "Ditarik" in talk.shown("pupr")[-2]
    assert (await talk.report(number)).answered_at is None


async def test_where_the_channel_keeps_one_a_person_deletes_it(talk: Conversation) -> None:
    number = await drafted(talk)
    await talk.press("Kirim", who="wati")
    talk.channel.outcomes = [None, Refusal("forbidden")]
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    kept = await talk.press("Ya, tarik", who="wati")
    for _, _, ref in talk.channel.public("dpuprkebumen"):
        talk.channel.unseen[ref.id] = "gone"
    gone = await talk.press("Sudah saya hapus", who="wati")

    assert "Belum dapat ditarik" in kept
    assert "Ditarik" in gone


async def test_it_takes_the_place_of_the_one_it_corrects(talk: Conversation, clock: MovableClock) -> None:
    await drafted(talk)
    await talk.press("Kirim", who="wati")
    clock.move(hours=1)
    await talk.press("Perbaiki", who="wati")
    await talk.fill_in(who="wati", room="pupr", text=LONG.replace("40 meter", "50 meter"))
    await talk.press("Jadikan 3 kiriman", who="wati")
    await talk.press("Kirim", who="wati")
    posts = talk.published()

    assert len(posts) == 3
    assert "50 meter" in " ".join(posts)


async def test_held_back_nothing_leaves(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, terms=Terms(ZONE))
    await drafted(talk)
    waiting = await talk.press("Kirim", who="wati")
    back = await talk.press("Jangan kirim dulu", who="wati")

    assert "(3/3)" in waiting
    assert "Pratinjau" in back
    assert talk.published() == []


async def test_every_reporter_of_the_incident_gets_all_of_it(talk: Conversation) -> None:
    first = await talk.complain("@dpuprkebumen jalan rusak depan pasar")
    second = await talk.complain("@dpuprkebumen jalan pasar rusak", author="warga2")
    await talk.say(f"/gabung {second} dengan {first}")
    await drafted(talk, first)
    await talk.press("Kirim", who="wati")
    posts = talk.published()

    assert len(posts) == 6
    assert len(set(posts)) == 6
    assert sum(text.endswith(f"#{second}") for text in posts) == 3
    assert all(len(text) <= 280 for text in posts)


async def test_by_hand_it_goes_post_by_post(store: Store, clock: MovableClock) -> None:
    channel = MemoryChannel(PublicCapabilities(longest=280, composer=True, needs_approval=True))
    talk = await open_conversation(store, clock, channel=channel)
    number = await drafted(talk)
    target = (await talk.report(number)).target_post
    shown = [p for p in talk.shown("pupr")[-1].splitlines() if p.endswith("/3)")]
    early = await talk.press("Sudah saya kirim", who="wati")
    steps = []
    for text in shown:
        await talk.post_by_hand("dpuprkebumen", text, target)
        steps.append(await talk.press("Sudah saya kirim", who="wati"))
        target = talk.channel.public("dpuprkebumen")[-1][2].id

    assert len(shown) == 3
    assert "belum terlihat" in early
    assert "Baru terkirim sebagian" in steps[0]
    assert "Kiriman 3 dari 3 belum tampil" in steps[1]
    assert "Terkirim" in steps[2]
    assert (await talk.report(number)).state == "replied"


async def test_a_link_costs_for_each_post_that_has_one(store: Store, clock: MovableClock) -> None:
    class Priced(MemoryChannel):
        def inspect(self, text, account, target):  # type: ignore[no-untyped-def]
            links = tuple(Link(w, w) for w in text.split() if w.startswith("https://"))
            return replace(super().inspect(text, account, target), links=links)

    channel = Priced(PublicCapabilities(longest=280, link_price=0.2))
    talk = await open_conversation(store, clock, channel=channel)
    await drafted(talk, text=LONG.replace("Kec. Alian", "https://kebumenkab.go.id/alian"))

    assert "2 kiriman bertautan dikenai biaya kira-kira US$0,40" in talk.shown("pupr")[-1]
