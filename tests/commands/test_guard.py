"""What the checks find stands on the card; a warning is confirmed twice, what is blocked needs a second person."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import select

from adapters.memory import MemoryChannel
from plugin.chat.markup import parse, plain
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import AuditEntry
from plugin.terms import Terms
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation

GOOD = "Terima kasih, sudah kami cek di lokasi."
PROMISE = "Kerugian Bapak kami ganti penuh."
LEAK = "Data NIK Bapak 3305121407830003 sudah benar."


async def draft(talk: Conversation, text: str, *, who: str = "wati") -> int:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {text}", who=who, room="pupr")
    return number


async def on_record(talk: Conversation, act: str) -> list[dict[str, object]]:
    entries = await talk.store.survey(lambda s: s.exec(select(AuditEntry).where(AuditEntry.act == act)).all())
    return [dict(e.detail) for e in entries]


async def test_a_good_answer_is_not_bothered(talk: Conversation) -> None:
    await draft(talk, GOOD)
    assert talk.buttons("pupr") == ["Kirim", "Ubah", "Batal", "Tambah foto"]
    await talk.press("Kirim", who="wati")

    assert talk.published() == [GOOD]
    assert await on_record(talk, "went_ahead") == []


async def test_what_was_found_is_marked_and_explained(talk: Conversation) -> None:
    await draft(talk, LEAK)
    _, card = talk.newest("pupr")

    assert "<b>3305121407830003</b>" in card.text
    assert LEAK in plain(parse(card.text))
    assert "NIK" in card.text
    assert talk.buttons("pupr") == ["Kirim", "Ubah", "Batal", "Pakai usul 1", "Tambah foto"]


async def test_a_warning_is_confirmed_a_second_time(talk: Conversation) -> None:
    number = await draft(talk, PROMISE)
    asked = await talk.press("Kirim", who="wati")
    assert "Tetap kirim?" in asked
    assert talk.published() == []
    await talk.press("Ya, tetap kirim", who="wati")

    assert talk.published() == [PROMISE]
    (entry,) = await on_record(talk, "went_ahead")
    assert entry["found"] == ["promise:warn"]
    assert PROMISE not in str(entry)
    assert "meskipun pemeriksaan memberi peringatan (janji)" in await talk.say(
        f"/riwayat {number}", room="pupr"
    )


async def test_only_who_may_send_confirms(talk: Conversation) -> None:
    await draft(talk, PROMISE)
    await talk.press("Kirim", who="wati")

    assert "belum berwenang" in await talk.press("Ya, tetap kirim", who="tono")
    assert talk.published() == []


async def test_what_is_blocked_needs_a_second_person(talk: Conversation) -> None:
    await draft(talk, LEAK)
    assert "orang kedua perlu menyetujuinya" in talk.shown("pupr")[-1]
    await talk.press("Kirim", who="wati")
    card = await talk.press("Ya, tetap kirim", who="wati")
    assert "Menunggu persetujuan orang kedua" in card
    assert "NIK" in card
    assert talk.published() == []
    await talk.press("Setujui", who="sri")
    await talk.press("Kirim", who="wati")

    assert talk.published() == [LEAK]


async def test_what_is_blocked_may_be_blocked_for_good(store: Store, clock: MovableClock) -> None:
    terms = Terms(ZONE, window=timedelta(0), blocked="never")
    talk = await open_conversation(store, clock, terms=terms)
    await draft(talk, LEAK)

    assert talk.buttons("pupr") == ["Pakai usul 1", "Ubah", "Batal"]
    assert "tidak dapat dikirim" in talk.shown("pupr")[-1]


async def test_a_better_wording_is_taken_over_as_a_new_draft(talk: Conversation) -> None:
    await draft(talk, "Sudah diteruskan.ke dinas.")
    take = talk.button("Pakai usul 1", "pupr")
    card = await talk.press("Pakai usul 1", who="wati")
    assert "Sudah diteruskan. ke dinas." in card
    assert talk.buttons("pupr") == ["Kirim", "Ubah", "Batal", "Tambah foto"]
    again = await talk.press_token(take, who="wati")
    assert "berubah" in again
    await talk.press("Kirim", who="wati")

    assert talk.published() == ["Sudah diteruskan. ke dinas."]
    assert len(await on_record(talk, "reworded")) == 1
    assert len(await on_record(talk, "drafted")) == 2


async def test_nobody_rewords_anothers_draft(talk: Conversation) -> None:
    await draft(talk, PROMISE, who="tono")

    assert "hanya penulisnya" in await talk.press("Pakai usul 1", who="wati")
    assert len(await on_record(talk, "drafted")) == 1


async def test_the_same_words_from_another_agencys_account_are_noticed(
    talk: Conversation, clock: MovableClock
) -> None:
    said = "Terima kasih, laporan sudah kami terima dan kami teruskan ke petugas lapangan."
    other = await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
    await talk.say(f"/disposisi {other} dishub", who="adi")
    await talk.say(f"/tanggapi {other} {said}", who="joko", room="hub")
    await talk.press("Kirim", who="joko")
    assert talk.published("dishubkbm") == [said]
    number = await draft(talk, said)
    assert "hampir sama" in talk.shown("pupr")[-1]
    card = await talk.press("Pakai usul 1", who="wati")
    assert f"{said} (Laporan {number})" in card
    await talk.press("Kirim", who="wati")
    assert talk.published() == [f"{said} (Laporan {number})"]
    clock.move(days=8)
    await draft(talk, said)

    assert "hampir sama" not in talk.shown("pupr")[-1]


async def test_where_the_office_wants_it_the_number_is_asked_for(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, terms=Terms(ZONE, window=timedelta(0), numbered=True))
    number = await draft(talk, GOOD)
    assert "Nomor laporan belum disebut" in talk.shown("pupr")[-1]
    await talk.press("Pakai usul 1", who="wati")
    await talk.press("Kirim", who="wati")

    assert talk.published() == [f"{GOOD} (Laporan {number})"]


async def test_near_an_election_politics_weigh_more(store: Store, clock: MovableClock) -> None:
    today = clock().astimezone(ZONE).date()
    near = Terms(
        ZONE, window=timedelta(0), elections=((today, today + timedelta(days=1)), (date.max, date.max))
    )
    talk = await open_conversation(store, clock, terms=near)
    await draft(talk, "Usulan ini dari Partai Golkar.")
    assert "Tetap kirim?" in await talk.press("Kirim", who="wati")
    await talk.press("Batal", who="wati")
    clock.move(days=2)
    await draft(talk, "Usulan ini dari Partai Golkar.")

    assert "Tetap kirim?" not in await talk.press("Kirim", who="wati")


async def test_by_hand_the_composer_opens_after_a_second_look(store: Store, clock: MovableClock) -> None:
    can = PublicCapabilities(longest=280, needs_approval=True, composer=True)
    talk = await open_conversation(store, clock, channel=MemoryChannel(can))
    await draft(talk, PROMISE)
    assert talk.buttons("pupr") == ["Tetap lanjutkan", "Ubah", "Batal", "Pakai usul 1", "Tambah foto"]
    await talk.press("Tetap lanjutkan", who="wati")

    assert talk.buttons("pupr")[:2] == ["Buka X", "Sudah saya kirim"]
    assert [e["found"] for e in await on_record(talk, "went_ahead")] == [["promise:warn"]]


async def test_by_hand_nobody_opens_the_composer_with_their_own_blocked_words(
    store: Store, clock: MovableClock
) -> None:
    can = PublicCapabilities(longest=280, needs_approval=True, composer=True)
    talk = await open_conversation(store, clock, channel=MemoryChannel(can))
    await draft(talk, LEAK)
    another = talk.button("Tetap lanjutkan", "pupr")
    assert "Menunggu persetujuan" in await talk.press("Tetap lanjutkan", who="wati")
    await talk.press_token(another, who="sri")

    assert talk.buttons("pupr")[:2] == ["Buka X", "Sudah saya kirim"]


async def test_where_links_cost_the_price_is_told(store: Store, clock: MovableClock) -> None:
    channel = MemoryChannel(PublicCapabilities(longest=280, link_price=0.2))
    talk = await open_conversation(store, clock, channel=channel)
    await draft(talk, "Sudah diteruskan.ke dinas.")

    assert "US$0,20" in talk.shown("pupr")[-1]
