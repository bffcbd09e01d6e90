"""/tanggapi: the answer that is seen before it is public, sent once, and never from the wrong hands."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from adapters.memory import MemoryChannel
from plugin.chat.values import Capabilities
from plugin.desk.audit import of_report
from plugin.public.outcomes import RateLimited, Refusal, Uncertain
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

TEXT = "Terima kasih, besok kami periksa."


async def test_a_citizen_is_answered_in_public(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan Alian rusak parah")
    preview = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")

    assert "Pratinjau" in preview
    assert "@dpuprkebumen" in preview
    assert TEXT in preview
    assert talk.buttons("pupr") == ["Kirim", "Ubah", "Batal", "Tambah foto"]
    assert talk.published() == []

    sent = await talk.press("Kirim", who="wati")

    assert talk.published() == [TEXT]
    assert "Terkirim" in sent
    assert talk.buttons("pupr") == ["Lihat tanggapan", "Perbaiki", "Tarik", "Lihat laporan"]
    assert (await talk.report(number)).state == "replied"
    assert "Tidak ada laporan yang menunggu" in await talk.say("/laporan-baru")


async def test_without_text_a_form_opens(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="tono", room="pupr")

    _, form = talk.chat.forms[-1]
    assert form.title == f"Tanggapi laporan {number}"
    assert TEXT in await talk.fill_in(who="tono", room="pupr", text=TEXT)


async def test_the_form_is_for_whoever_asked(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="tono", room="pupr")

    assert "untuk orang lain" in await talk.fill_in(who="wati", room="pupr", text=TEXT)


async def test_where_there_are_no_forms_the_question_is_asked(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False, whispers=False))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    asked = await talk.say(f"/tanggapi {number}", who="tono", room="pupr")
    question, _ = talk.newest("pupr")

    assert "Isi tanggapan" in asked
    assert await talk.say("jangan dicatat", who="tono", room="pupr") == ""
    assert "untuk orang lain" in await talk.say("bukan saya", who="wati", room="pupr", answers=question)
    assert TEXT in await talk.say(TEXT, who="tono", room="pupr", answers=question)


async def test_free_text_is_never_published(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    for text in ("Terima kasih", "kirim", "tanggapi 1 ya", "Kirim!"):
        await talk.say(text, who="wati", room="pupr")

    assert talk.published() == []


async def test_whoever_may_only_draft_cannot_send(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="tono", room="pupr")

    for stranger in ("tono", "joko", "nobody"):
        answer = await talk.press("Kirim", who=stranger)
        assert "belum berwenang" in answer
        assert "Bu Wati" in answer
    assert talk.published() == []


async def test_nobody_drafts_for_another_agency(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")

    assert "tidak ada, atau bukan urusan" in await talk.say(
        f"/tanggapi {number} {TEXT}", who="joko", room="hub"
    )
    assert "belum berwenang" in await talk.say(f"/tanggapi {number} {TEXT}", who="joko", room="setda")


async def test_pressing_twice_sends_once(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    button = talk.button("Kirim", "pupr")
    await talk.press("Kirim", who="wati")
    second = await talk.press_token(button, who="sri")

    assert talk.published() == [TEXT]
    assert "Bu Wati sudah lebih dulu" in second


async def test_fifty_people_pressing_at_once_send_once(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    button = talk.button("Kirim", "pupr")
    await asyncio.gather(*[talk.press_token(button, who=("wati", "sri")[n % 2]) for n in range(50)])
    acts = await talk.store.survey(lambda s: [entry.act for entry in of_report(s, number, 200)])

    assert talk.published() == [TEXT]
    assert acts.count("confirmed") == 1


async def test_two_drafts_for_one_post_do_not_both_go_out(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    first = talk.button("Kirim", "pupr")
    await talk.say(f"/tanggapi {number} Segera kami cek.", who="sri", room="setda")
    await talk.press("Kirim", who="sri", room="setda")
    late = await talk.press_token(first, who="wati")

    assert talk.published() == ["Segera kami cek."]
    assert "Bu Sri Sekda sudah lebih dulu" in late


async def test_a_second_answer_is_possible_and_says_so(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(hours=2)
    preview = await talk.say(f"/tanggapi {number} Sudah ditambal.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")

    assert "sudah pernah ditanggapi" in preview
    assert talk.published() == ["Kami cek.", "Sudah ditambal."]


async def test_the_card_shows_the_truth_in_every_room(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/laporan {number}", room="setda")
    await talk.say(f"/laporan {number}", who="tono", room="pupr")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")

    assert "sudah ditanggapi" in talk.shown("setda")[0]
    assert "sudah ditanggapi" in talk.shown("pupr")[0]


async def test_changing_a_draft_opens_it_again_and_retires_the_old_one(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Lama.", who="wati", room="pupr")
    old = talk.button("Kirim", "pupr")
    await talk.press("Ubah", who="wati")
    assert talk.chat.forms[-1][1].fields[0].initial == "Lama."
    await talk.fill_in(who="wati", room="pupr", text="Baru.")
    await talk.press_token(old, who="wati")
    await talk.press("Kirim", who="wati")

    assert talk.published() == ["Baru."]


async def test_a_cancelled_draft_stays_unsent(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    button = talk.button("Kirim", "pupr")
    assert "dibatalkan" in await talk.press("Batal", who="wati")
    await talk.press_token(button, who="wati")

    assert talk.published() == []


async def test_too_long_is_shown_and_not_cut(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    preview = await talk.say(f"/tanggapi {number} {'a' * 280}LEBIH", who="wati", room="pupr")

    assert "⟦LEBIH⟧" in preview
    assert "285 dari 280" in preview
    assert talk.buttons("pupr") == ["Ubah", "Batal"]


async def test_a_refusal_keeps_the_text_and_says_why(talk: Conversation) -> None:
    talk.channel.outcomes.append(Refusal("not_summoned"))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    answer = await talk.press("Kirim", who="wati")

    assert "Tidak terkirim" in answer
    assert TEXT in answer
    assert (await talk.report(number)).answered_at is None


async def test_a_refused_answer_can_be_tried_again(talk: Conversation) -> None:
    talk.channel.outcomes.append(Refusal("no_credit"))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.press("Coba lagi", who="wati")

    assert talk.published() == [TEXT]


async def refused_while_another_is_written(talk: Conversation, clock: MovableClock) -> int:
    """One answer was refused, and the preview of another to the same post hangs there; the report's number."""
    talk.channel.outcomes.append(Refusal("no_credit"))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(minutes=5)
    await talk.say(f"/tanggapi {number} Sudah kami tambal.", who="sri", room="setda")
    return number


async def test_a_refused_answer_is_not_tried_again_behind_another(
    talk: Conversation, clock: MovableClock
) -> None:
    await refused_while_another_is_written(talk, clock)
    again = talk.button("Coba lagi", "pupr")
    await talk.press("Kirim", who="sri", room="setda")
    clock.move(minutes=5)
    late = await talk.press_token(again, who="wati")

    assert talk.published() == ["Sudah kami tambal."]
    assert "Bu Sri Sekda sudah lebih dulu menanggapi" in late


async def test_trying_again_and_sending_another_at_once_do_one_of_both(
    talk: Conversation, clock: MovableClock
) -> None:
    await refused_while_another_is_written(talk, clock)
    again, send = talk.button("Coba lagi", "pupr"), talk.button("Kirim", "setda")
    presses = [(send, "sri"), (again, "wati")] * 5
    await asyncio.gather(*[talk.press_token(button, who=who) for button, who in presses])
    await talk.sweep()

    assert len(talk.published()) == 1


async def test_a_rate_limit_is_waited_out(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    talk.channel.outcomes.append(RateLimited(clock() + timedelta(seconds=1)))
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    assert talk.published() == []
    clock.move(seconds=1)
    await talk.sweep()

    assert talk.published() == [TEXT]


async def test_an_unclear_end_is_looked_up_before_anything_is_sent_again(
    talk: Conversation, clock: MovableClock
) -> None:
    lost = Uncertain("broken")
    talk.channel.outcomes.append(lost)
    talk.channel.arrives.append(lost)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(minutes=2)
    await talk.sweep()

    assert talk.published() == [TEXT]
    assert (await talk.report(number)).state == "replied"
    assert "Terkirim" in talk.shown("pupr")[-1]


async def test_what_did_not_arrive_is_sent_again_once(talk: Conversation, clock: MovableClock) -> None:
    talk.channel.outcomes.append(Uncertain("503"))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(minutes=2)
    await talk.sweep()

    assert talk.published() == [TEXT]


async def test_where_nobody_can_tell_a_person_decides(talk: Conversation, clock: MovableClock) -> None:
    talk.channel.outcomes.extend([Uncertain("503")] * 4)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    for _ in range(4):
        clock.move(minutes=2)
        await talk.sweep()

    assert "Mungkin terkirim" in talk.shown("pupr")[-1]
    assert talk.published() == []
    await talk.press("Belum tampil, kirim lagi", who="wati")
    assert talk.published() == [TEXT]


async def test_words_that_the_account_has_used_before_are_to_be_changed(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen lampu mati")
    talk.channel.outcomes.append(Refusal("duplicate"))
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    card = await talk.press("Kirim", who="wati")
    offered = talk.buttons("pupr")
    await talk.press("Ubah", who="wati")
    await talk.fill_in(who="wati", room="pupr", text=f"{TEXT} (Laporan {number})")
    await talk.press("Kirim", who="wati")

    assert "Tidak terkirim" in card
    assert "tidak menerima kalimat yang persis sama" in card
    assert offered == ["Ubah", "Sudah saya kirim", "Tempel alamat", "Batal"]
    assert talk.published() == [f"{TEXT} (Laporan {number})"]


async def test_what_is_a_duplicate_of_an_earlier_try_is_looked_for(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen lampu mati")
    talk.channel.outcomes.extend([Uncertain("503"), *[Refusal("duplicate")] * 3])
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    for _ in range(4):
        clock.move(minutes=2)
        await talk.sweep()
    card = talk.shown("pupr")[-1]

    assert "Mungkin terkirim" in card
    assert "kalimat yang persis sama" in card
    assert "terputus" not in card
    assert talk.published() == []


async def test_without_the_approval_a_person_posts_by_hand(store: Store, clock: MovableClock) -> None:
    can = PublicCapabilities(longest=280, needs_approval=True, composer=True)
    talk = await open_conversation(store, clock, channel=MemoryChannel(can))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")

    assert talk.buttons("pupr") == [
        "Buka X",
        "Sudah saya kirim",
        "Tempel alamat",
        "Ubah",
        "Batal",
        "Tambah foto",
    ]
    assert "belum terlihat" in await talk.press("Sudah saya kirim", who="wati")
    report = await talk.report(number)
    await talk.post_by_hand("dpuprkebumen", TEXT, report.target_post)
    assert "Terkirim" in await talk.press("Sudah saya kirim", who="wati")
    assert (await talk.report(number)).state == "replied"


async def test_a_citizens_further_word_reopens_the_case(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", conversation="c1")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(hours=5)
    assert await talk.complain("kok belum juga", conversation="c1") == 0

    assert (await talk.report(number)).state == "reopened"
    assert "dibuka kembali" in await talk.say("/laporan-baru", room="pupr")
    assert "kok belum juga" in await talk.say(f"/laporan {number}", room="pupr", who="tono")
    assert "dibuka kembali karena warga menulis lagi" in await talk.say(f"/riwayat {number}", room="pupr")


async def test_a_repeated_delivery_does_nothing_twice(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    first = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr", key="same")
    again = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr", key="same")

    assert TEXT in first
    assert again == ""


async def test_published_text_is_exactly_the_previewed_text(talk: Conversation) -> None:
    text = "Jalan <ini> & \"itu\" 'ok' &amp; {{7*7}}\nbaris dua 👩‍👩‍👦"
    number = await talk.complain("@dpuprkebumen jalan rusak")
    preview = await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.press("Ya, tetap kirim", who="wati")

    assert text in preview
    assert talk.published() == [text]
