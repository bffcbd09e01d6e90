"""/catat: what citizens say by telephone or at the counter is a report like any other, answered by a person."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters.memory import MemoryChat
from commands.pelapor import Reached
from plugin.chat.values import Capabilities
from plugin.desk.audit import of_report
from plugin.public.recorded import split
from plugin.registry.snapshot import load
from plugin.store import revisions
from plugin.store.scrubbing import SOILED
from plugin.store.store import Store
from plugin.store.tables import Account, Followup, Photo, Reply, Report
from plugin.terms import Terms
from tests.commands.test_bukti import photo
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, kept_and_counted, open_conversation

SAID = "Lampu jalan di depan pasar Alian mati sejak Senin"
TEXT = "Terima kasih, lampunya kami periksa besok."
NUMBER = "0812-3456-7890"


async def acts(talk: Conversation, number: int) -> list[str]:
    return [entry.act for entry in await talk.store.survey(of_report, number)]


async def by_phone(talk: Conversation, *, contact: str = "") -> int:
    """A citizen calls DPUPR."""
    await talk.say("/catat telepon", who="tono", room="pupr")
    await talk.fill_in(who="tono", room="pupr", text=SAID, name="Bu Sari", contact=contact)
    newest = select(Report.id).order_by(col(Report.id).desc()).limit(1)
    return (await talk.store.survey(lambda s: s.exec(newest).one())) or 0


# -- writing it down ------------------------------------------------------------------------------------


async def test_what_was_said_on_the_telephone_becomes_a_report(talk: Conversation) -> None:
    told = await talk.say(f"/catat telepon {SAID}", who="tono", room="pupr")
    report = await talk.report(1)

    assert "Laporan 1 dicatat · DPUPR · telepon" in told
    assert SAID in told
    assert "Sebutkan nomornya kepada pelapor" in told
    assert (report.channel, report.text, report.state) == ("telepon", SAID, "new")
    assert await talk.store.survey(kept_and_counted) == ({report.agency_id: 1}, {report.agency_id: 1})
    assert SAID in await talk.say("/laporan-baru", who="wati", room="pupr")
    assert SAID in await talk.say("/cari lampu pasar", who="wati", room="pupr")


async def test_the_same_delivery_again_makes_one_report(talk: Conversation) -> None:
    for _ in range(2):
        await talk.say(f"/catat telepon {SAID}", who="tono", room="pupr", key="same")

    assert len(await talk.store.survey(lambda s: s.exec(select(Report)).all())) == 1
    assert await acts(talk, 1) == ["recorded"]


@pytest.mark.parametrize(
    "text", ["<!channel> <b>pasar</b>", "\u202epasar", "pasar \ud800", "pasar\x00", "pasar " + "a" * 2_900]
)
async def test_whatever_was_typed_is_asked_about_and_written_down(talk: Conversation, text: str) -> None:
    asked = await talk.say(
        f"/catat jalan rusak di {text} sejak hari Senin yang lalu", who="tono", room="pupr"
    )
    told = await talk.press("Telepon", who="tono", room="pupr")

    assert "Lewat apa" in asked
    assert "Laporan 1 dicatat" in told
    assert (await talk.report(1)).text.startswith("jalan rusak di")


@pytest.mark.parametrize("line", ["telepon", "lagi 1", "lagi 1 hari lampu mati", "", "loket:", "lewat WA,"])
async def test_what_is_too_long_is_said_and_not_cut(talk: Conversation, line: str) -> None:
    await talk.say("/catat telepon got mampet", who="tono", room="pupr")
    refused = await talk.say(f"/catat {line} {'jalan rusak ' * 900}", who="tono", room="pupr")

    assert "Belum ada yang dicatat" in refused
    assert "paling banyak 3.000" in refused
    assert len(await talk.store.survey(lambda s: s.exec(select(Report)).all())) == 1
    assert await acts(talk, 1) == ["recorded"]


@pytest.mark.parametrize("second", ["Telepon", "Loket"])
async def test_a_button_pressed_twice_makes_one_report(talk: Conversation, second: str) -> None:
    await talk.say(f"/catat {SAID}", who="tono", room="pupr")
    buttons = [talk.button(label, "pupr") for label in ("Telepon", second)]
    told = [await talk.press_token(button, who="tono") for button in buttons]

    assert all("Laporan 1 dicatat · DPUPR · telepon" in one for one in told)
    assert await acts(talk, 1) == ["recorded"]


async def test_a_form_sent_twice_makes_one_report(talk: Conversation) -> None:
    await talk.say("/catat telepon", who="tono", room="pupr")
    told = [await talk.fill_in(who="tono", room="pupr", text=text) for text in (SAID, SAID, "Got mampet")]

    assert [one.partition(" dicatat")[0] for one in told] == ["Laporan 1", "Laporan 1", "Laporan 2"]


async def test_a_form_sent_twice_adds_it_once(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/catat lagi {number}", who="tono", room="pupr")
    for _ in range(2):
        await talk.fill_in(who="tono", room="pupr", text="belum ada yang datang")
    further = await talk.store.survey(lambda s: s.exec(select(Followup)).all())

    assert [one.text for one in further] == ["belum ada yang datang"]
    assert await acts(talk, number) == ["recorded", "recorded"]


async def test_two_callers_with_the_same_words_are_two_reports(talk: Conversation) -> None:
    await talk.say(f"/catat telepon {SAID}", who="tono", room="pupr")
    second = await talk.say(f"/catat telepon {SAID}", who="tono", room="pupr")

    assert "Laporan 2 dicatat" in second


async def test_the_form_asks_who_it_was(talk: Conversation) -> None:
    await talk.say("/catat", who="tono", room="pupr")
    _, form = talk.chat.forms[-1]
    told = await talk.fill_in(
        who="tono", room="pupr", channel="WA", text=SAID, name="Bu Sari", contact=NUMBER
    )

    assert [f.name for f in form.fields] == ["channel", "text", "name", "contact"]
    assert "WhatsApp" in told
    assert "Isi nama dan kontak pelapor" not in talk.buttons("pupr")
    assert "WhatsApp, dicatat petugas" in await talk.say("/laporan 1", who="tono", room="pupr")
    assert (await talk.report(1)).author_name == "Bu Sari"


async def test_a_channel_without_a_name_loses_nothing(talk: Conversation) -> None:
    await talk.say("/catat", who="tono", room="pupr")
    told = await talk.fill_in(who="tono", room="pupr", channel="titipan Pak RT", text=SAID, name="-")

    assert "cara lain" in told
    assert (await talk.report(1)).author_name == ""


async def test_without_a_channel_it_is_asked_and_nothing_is_guessed(talk: Conversation) -> None:
    asked = await talk.say("/catat surat tanah saya belum jadi", who="tono", room="pupr")

    assert "Lewat apa warga menyampaikannya?" in asked
    assert "Laporan 1 dicatat" in await talk.press("Loket", who="tono", room="pupr")
    report = await talk.report(1)
    assert (report.channel, report.text) == ("loket", "surat tanah saya belum jadi")


async def test_where_there_are_no_forms_it_is_asked_one_by_one(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False, whispers=False))
    await talk.say("/catat loket", who="tono", room="pupr")
    question, _ = talk.newest("pupr")
    told = await talk.say(SAID, who="tono", room="pupr", answers=question)

    assert "Laporan 1 dicatat · DPUPR · loket" in told


async def test_a_group_that_reads_the_answers_is_not_asked_who_it_was(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False, whispers=False))
    await talk.say(f"/catat loket: {SAID}", who="tono", room="pupr")
    asked = await talk.press("Isi nama dan kontak pelapor", who="tono", room="pupr")
    for answer in ("Pak Karta", NUMBER):
        question, _ = talk.newest("pribadi-tono")
        await talk.say(answer, who="tono", room="pribadi-tono", answers=question)
    report = await talk.report(1)

    assert "percakapan pribadi" in asked
    assert (report.author_name, report.author) == ("Pak Karta", {"contact": NUMBER})
    assert "Karta" not in "".join(talk.shown("pupr"))
    assert "disimpan" in talk.shown("pribadi-tono")[-1]


async def test_who_has_begun_no_private_chat_hears_how(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False, whispers=False))
    talk.chat.unbegun.add("pribadi-tono")
    await talk.say(f"/catat loket: {SAID}", who="tono", room="pupr")

    assert "tekan Mulai" in await talk.press("Isi nama dan kontak pelapor", who="tono", room="pupr")


@pytest.mark.parametrize(
    ("line", "channel", "text"),
    [
        ("telepon jalan rusak", "telepon", "jalan rusak"),
        ("Telp. : jalan rusak", "telepon", "jalan rusak"),
        ("lewat WA, jalan rusak", "whatsapp", "jalan rusak"),
        ("tatap muka: jalan rusak", "loket", "jalan rusak"),
        ("dari surat jalan rusak", "surat", "jalan rusak"),
        ("surat: jalan rusak", "surat", "jalan rusak"),
        ("SP4N-LAPOR! jalan rusak", "lapor", "jalan rusak"),
        ("email: jalan rusak", "email", "jalan rusak"),
        ("email dinas tidak dibalas", None, "email dinas tidak dibalas"),
        ("lapor, jalan rusak", None, "lapor, jalan rusak"),
        ("surat jalan tidak keluar", None, "surat jalan tidak keluar"),
        ("loket 3 tutup terus", None, "loket 3 tutup terus"),
        ("lapor pak jalan rusak", None, "lapor pak jalan rusak"),
        ("Lapor: jalan rusak", "lapor", "jalan rusak"),
        ("jalan rusak dari pasar", None, "jalan rusak dari pasar"),
        ("dari pasar jalan rusak", None, "dari pasar jalan rusak"),
        ("fb", "facebook", ""),
        ("", None, ""),
    ],
)
def test_the_channel_is_read_where_it_is_certain(line: str, channel: str | None, text: str) -> None:
    assert split(line) == (channel, text)


async def test_who_may_not_draft_writes_nothing_down(talk: Conversation) -> None:
    for who in ("joko", "nobody"):
        assert "dicatat" not in await talk.say(f"/catat telepon {SAID}", who=who, room="pupr")

    assert await talk.store.survey(lambda s: s.exec(select(Report)).all()) == []


async def test_nothing_said_is_no_report(talk: Conversation) -> None:
    await talk.say("/catat sms", who="tono", room="pupr")

    assert "masih kosong" in await talk.fill_in(who="tono", room="pupr", text=" \x00 \n")


async def test_an_answer_that_is_too_long_is_said(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False, whispers=False))
    await talk.say("/catat loket", who="tono", room="pupr")
    question, _ = talk.newest("pupr")

    assert "paling banyak 3.000" in await talk.say("a" * 3001, who="tono", room="pupr", answers=question)
    assert await talk.store.survey(lambda s: s.exec(select(Report)).all()) == []


async def test_a_photo_comes_along_cleaned(store: Store, clock: MovableClock, tmp_path: Path) -> None:
    talk = await open_conversation(store, clock, media=tmp_path / "media")
    told = await talk.say(f"/catat loket: {SAID}", who="tono", room="pupr", media=photo(talk))
    [kept] = (tmp_path / "media").iterdir()
    rows = await talk.store.survey(lambda s: s.exec(select(Photo)).all())

    assert "tidak ikut tersimpan" not in told
    assert b"Kamera Dinas" not in kept.read_bytes()
    assert [(row.state, row.file) for row in rows] == [("stored", kept.name)]
    await talk.say("/laporan 1", who="tono", room="pupr")
    assert len(talk.newest("pupr")[1].pictures) == 1


async def test_photos_that_came_before_the_form_come_along(
    store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    talk = await open_conversation(store, clock, media=tmp_path / "media")
    await talk.say("/catat loket", who="tono", room="pupr", media=photo(talk))
    await talk.fill_in(who="tono", room="pupr", text=SAID)
    await talk.say("/catat lagi 1", who="tono", room="pupr", media=photo(talk))
    await talk.fill_in(who="tono", room="pupr", text="makin gelap")

    assert (await talk.report(1)).photos == 2
    assert len(list((tmp_path / "media").iterdir())) == 2


async def test_a_photo_that_cannot_be_read_does_not_cost_the_words(talk: Conversation) -> None:
    told = await talk.say(
        f"/catat loket: {SAID}", who="tono", room="pupr", media=photo(talk, content=b"\x00")
    )

    assert "1 foto tidak ikut tersimpan" in told
    assert (await talk.report(1)).text == SAID


async def test_what_a_person_took_down_is_never_set_aside(talk: Conversation) -> None:
    await talk.say("/catat wa dm aja kak, jual pulsa murah", who="tono", room="pupr")
    await talk.triage()

    assert not (await talk.report(1)).aside
    await talk.say("/catat lagi 1 terima kasih", who="tono", room="pupr")
    await talk.triage()

    assert not (await talk.report(1)).aside
    assert "jual pulsa" in await talk.say("/laporan-baru", who="tono", room="pupr")


async def test_it_is_news_elsewhere_but_not_where_it_was_written_down(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock, news_gap=timedelta(minutes=15))
    await talk.say(f"/catat telepon {SAID}", who="tono", room="pupr")
    before = len(talk.shown("pupr"))
    await talk.triage()
    await talk.news()
    in_the_room = talk.shown("pupr")[before:]
    clock.move(minutes=20)
    await talk.say("/catat telepon Got di Jalan Merdeka mampet", who="tono", room="pribadi-tono")
    await talk.triage()
    await talk.news()

    assert in_the_room == []
    assert "Got di Jalan Merdeka mampet" in talk.shown("pupr")[-1]


async def test_two_lines_in_one_message_are_two_reports(talk: Conversation) -> None:
    """Their buttons hang on one message, and each asks for its channel."""
    lines = (
        "jalan di depan pasar rusak sejak hari Senin yang lalu",
        "got di jalan merdeka mampet sejak kemarin sore",
    )
    await talk.say("\n".join(f"/catat {line}" for line in lines), who="tono", room="pupr")
    buttons = talk.newest("pupr")[1].actions
    ref = talk.newest("pupr")[0]
    for button in buttons:
        await talk.press_token((ref, button), who="tono")
        await talk.press("Loket", who="tono", room="pupr")
    rows = await talk.store.survey(lambda s: s.exec(select(Report.text).order_by(col(Report.id))).all())

    assert rows == list(lines)


# -- at whose desk --------------------------------------------------------------------------------------


@pytest.fixture
async def of_two(talk: Conversation) -> Conversation:
    """Tono serves at DPUPR, and the Sekda lets him serve at Dishub as well."""
    await talk.say("/beri-peran @1 petugas dishub", who="adi", mentions=("tono",))
    return talk


async def test_who_serves_at_two_agencies_is_asked_which_in_a_private_chat(of_two: Conversation) -> None:
    talk = of_two
    asked = await talk.say(f"/catat telepon {SAID}", who="tono", room="pribadi-tono", media=photo(talk))
    labels = talk.buttons("pribadi-tono")
    none = await talk.store.survey(lambda s: s.exec(select(Report)).all())
    told = await talk.press("Dishub", who="tono", room="pribadi-tono")

    assert "Dicatat untuk instansi mana?" in asked
    assert SAID in asked
    assert (labels, none) == (["DPUPR", "Dishub"], [])
    assert "Laporan 1 dicatat · Dishub · telepon" in told
    assert (await talk.report(1)).text == SAID


async def test_the_agency_is_asked_before_the_channel_and_the_form(of_two: Conversation) -> None:
    talk = of_two
    await talk.say("/catat surat tanah belum jadi", who="tono", room="pribadi-tono")
    await talk.press("DPUPR", who="tono", room="pribadi-tono")
    first = await talk.press("Loket", who="tono", room="pribadi-tono")
    await talk.say("/catat telepon", who="tono", room="pribadi-tono")
    await talk.press("Dishub", who="tono", room="pribadi-tono")
    second = await talk.fill_in(who="tono", room="pribadi-tono", text=SAID)

    assert "Laporan 1 dicatat · DPUPR · loket" in first
    assert "Laporan 2 dicatat · Dishub · telepon" in second


async def test_in_a_group_it_is_the_groups_agency(of_two: Conversation) -> None:
    assert "dicatat · DPUPR" in await of_two.say(f"/catat telepon {SAID}", who="tono", room="pupr")


async def test_a_button_of_an_agency_gives_no_right_there(of_two: Conversation) -> None:
    await of_two.say(f"/catat telepon {SAID}", who="tono", room="pribadi-tono")
    button = of_two.button("Dishub", "pribadi-tono")
    await of_two.press_token(button, who="wati")

    assert await of_two.store.survey(lambda s: s.exec(select(Report)).all()) == []


# -- who it was -----------------------------------------------------------------------------------------


async def test_the_contact_is_on_no_card_and_whoever_looks_is_on_record(talk: Conversation) -> None:
    number = await by_phone(talk, contact=NUMBER)
    card = await talk.say(f"/laporan {number}", who="tono", room="pupr")
    seen = await talk.press("Lihat pelapor", who="tono", room="pupr")

    assert NUMBER not in card
    assert "Bu Sari" not in card
    assert NUMBER in seen
    assert "Bu Sari" in seen
    assert talk.newest("pupr")[1].whisper_to is not None
    assert "nama dan kontak pelapor dilihat · Tono" in await talk.say(
        f"/riwayat {number}", who="tono", room="pupr"
    )


async def test_a_number_among_the_words_is_shown_to_who_asks_only(talk: Conversation) -> None:
    await talk.say(f"/catat telepon {SAID}, hubungi {NUMBER}", who="tono", room="pupr")
    card = await talk.say("/laporan 1", who="tono", room="pupr")

    assert NUMBER not in card
    assert NUMBER in await talk.press("Kata-kata lengkap", who="tono", room="pupr")


async def test_a_number_that_is_told_later_is_shown_to_who_asks_only(talk: Conversation) -> None:
    number = await by_phone(talk)
    added = await talk.say(f"/catat lagi {number} hubungi saya di {NUMBER}", who="tono", room="pupr")
    card = await talk.say(f"/laporan {number}", who="tono", room="pupr")
    seen = await talk.press("Lihat pelapor", who="tono", room="pupr")

    assert NUMBER not in added + card
    assert SAID in seen
    assert NUMBER in seen


async def test_strangers_do_not_see_a_contact(talk: Conversation) -> None:
    number = await by_phone(talk, contact=NUMBER)
    await talk.say(f"/laporan {number}", who="tono", room="pupr")
    button = talk.button("Lihat pelapor", "pupr")

    for who in ("joko", "nobody", "adi"):
        assert NUMBER not in await talk.press_token(button, who=who)
    assert "contact_seen" not in await acts(talk, number)


async def test_a_group_that_hears_whispers_hears_no_contact(store: Store, clock: MovableClock) -> None:
    loud = Capabilities(longest=4000, forms=False, whispers=False)
    talk = await open_conversation(store, clock, chat=MemoryChat(loud))
    await talk.say(f"/catat telepon {SAID}, hubungi {NUMBER}", who="tono", room="pupr")
    await talk.say("/laporan 1", who="tono", room="pupr")
    await talk.press("Kata-kata lengkap", who="tono", room="pupr")

    assert Reached.confidential
    assert NUMBER not in "".join(text for text in talk.shown("pupr"))
    assert NUMBER in talk.shown("pribadi-tono")[-1]


async def test_who_it_was_can_be_told_later(talk: Conversation) -> None:
    await talk.say(f"/catat telepon {SAID}", who="tono", room="pupr")
    await talk.press("Isi nama dan kontak pelapor", who="tono", room="pupr")
    await talk.fill_in(who="tono", room="pupr", name="Pak Karta", contact=NUMBER)

    assert "Pak Karta" not in await talk.say("/laporan 1", who="tono", room="pupr")
    seen = await talk.press("Lihat pelapor", who="tono", room="pupr")
    assert "Pak Karta" in seen
    assert NUMBER in seen


async def test_who_it_was_is_forgotten_where_the_citizen_asks(talk: Conversation) -> None:
    number = await by_phone(talk, contact=NUMBER)
    await talk.say(f"/laporan {number}", who="tono", room="pupr")
    await talk.press("Lihat pelapor", who="tono", room="pupr")
    await talk.press("Ubah atau hapus nama dan kontak", who="tono", room="pupr")
    told = await talk.fill_in(who="tono", room="pupr", name="-", contact="")
    report = await talk.report(number)

    assert "dihapus" in told
    assert (report.author_name, report.author) == ("", {})
    assert await talk.store.read(revisions.read, SOILED) == 1


# -- the answer -----------------------------------------------------------------------------------------


async def test_the_answer_is_told_by_a_person_who_says_so(talk: Conversation) -> None:
    number = await by_phone(talk)
    preview = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    before = await talk.report(number)
    told = await talk.press("Sudah disampaikan", who="wati", room="pupr")
    after = await talk.report(number)

    assert "Untuk pelapor lewat telepon" in preview
    assert TEXT in preview
    assert "@" not in preview
    assert (before.state, before.answered_at) == ("new", None)
    assert "Sudah disampaikan · jawaban laporan 1 lewat telepon" in told
    assert (after.state, after.answered_at) == ("replied", talk.clock())
    assert talk.published() == []
    assert talk.jobs == []
    assert "jawaban disampaikan langsung kepada pelapor" in await talk.say(
        f"/riwayat {number}", who="wati", room="pupr"
    )
    assert "Laporan 1 selesai" in await talk.say(f"/selesai {number}", who="wati", room="pupr")


async def test_the_sweep_sends_nothing_after_it(talk: Conversation, clock: MovableClock) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")
    clock.move(hours=1)
    await talk.sweep()

    assert talk.published() == []
    [reply] = await talk.store.survey(lambda s: s.exec(select(Reply)).all())
    assert reply.state == "published"


async def test_two_who_press_at_once_are_told_who_was_first(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    button = talk.button("Sudah disampaikan", "pupr")
    await asyncio.gather(talk.press_token(button, who="wati"), talk.press_token(button, who="sri"))

    assert (await acts(talk, number)).count("published") == 1


async def test_only_who_may_answer_for_the_agency_says_so(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="tono", room="pupr")
    for who in ("tono", "joko", "nobody"):
        await talk.press("Sudah disampaikan", who=who, room="pupr")

    assert (await talk.report(number)).answered_at is None


async def test_what_the_checks_find_is_asked_about(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} Silakan transfer ke rekening 1234567890.", who="wati", room="pupr")
    first = await talk.press(talk.buttons("pupr")[0], who="wati", room="pupr")

    assert (await talk.report(number)).answered_at is None
    assert "disampaikan" in first


async def test_no_photo_goes_with_what_is_told(talk: Conversation) -> None:
    number = await by_phone(talk)
    told = await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr", media=photo(talk))

    assert f"/bukti {number}" in told
    assert "telepon kantor" not in told
    assert f"Jawaban laporan {number} (belum disampaikan)" in told


async def test_two_agencies_may_tell_their_callers_the_same(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")
    await talk.say("/catat telepon Lampu merah di alun-alun mati", who="joko", room="hub")

    assert "spam" not in await talk.say(f"/tanggapi 2 {TEXT}", who="joko", room="hub")


async def test_a_second_person_agrees_before_it_is_told(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, terms=Terms(ZONE, window=timedelta(0)))
    await talk.say("/persetujuan dpupr selalu", who="sri")
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    asking = await talk.press("Lanjutkan", who="wati", room="pupr")
    unanswered = (await talk.report(number)).answered_at
    await talk.press("Setujui", who="sri", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")

    assert "Menunggu persetujuan orang kedua" in asking
    assert unanswered is None
    assert (await talk.report(number)).state == "replied"


async def test_who_agrees_has_not_told_it_by_that(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, terms=Terms(ZONE, window=timedelta(0)))
    await talk.say("/persetujuan dpupr selalu", who="sri")
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="tono", room="pupr")
    agreed = await talk.press("Lanjutkan", who="wati", room="pupr")
    before = await talk.report(number)
    await talk.press("Sudah disampaikan", who="wati", room="pupr")

    assert "disetujui Bu Wati, belum disampaikan" in agreed
    assert before.answered_at is None
    assert (await talk.report(number)).state == "replied"


async def test_nobody_says_that_it_was_told_before_a_second_person_agreed(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} Dasar bodoh, tunggu saja.", who="wati", room="pupr")
    asked = await talk.press("Lanjutkan", who="wati", room="pupr")
    asking = await talk.press("Ya, lanjutkan", who="wati", room="pupr")

    assert "Tetap dilanjutkan?" in asked
    assert "Menunggu persetujuan orang kedua" in asking


async def test_the_agency_that_has_it_answers(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/disposisi {number} dishub", who="wati", room="pupr")
    await talk.say(f"/tanggapi {number} {TEXT}", who="joko", room="hub")
    told = await talk.press("Sudah disampaikan", who="joko", room="hub")

    assert "Sudah disampaikan" in told
    assert (await talk.report(number)).state == "replied"


async def test_what_was_told_cannot_be_taken_back(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")

    assert talk.buttons("pupr") == ["Lihat laporan"]
    assert "tidak dapat ditarik" in await talk.say(f"/tarik {number}", who="wati", room="pupr")
    assert (await talk.report(number)).state == "replied"


async def test_what_is_to_be_told_yet_is_called_so(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="tono", room="pupr")
    card = await talk.say(f"/laporan {number}", who="wati", room="pupr")
    tasks = [await talk.say("/tugas-saya", who=who, room="pupr") for who in ("wati", "tono")]
    await talk.press("Periksa 1", who="wati", room="pupr")
    button = talk.button("Sudah disampaikan", "pupr")
    await talk.press_token(button, who="wati")
    late = await talk.press_token(button, who="sri")

    assert all(
        "belum disampaikan" in one and "kirim" not in one.replace("dapat Anda kirim atau", "")
        for one in (card, *tasks)
    )
    assert "Tidak ada yang tercatat dua kali" in late


async def test_who_calls_again_wakes_the_case(talk: Conversation) -> None:
    number = await by_phone(talk)
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")
    added = await talk.say(f"/catat lagi {number} belum ada yang datang", who="tono", room="pupr")
    card = await talk.say(f"/laporan {number}", who="tono", room="pupr")

    assert "Ditambahkan ke laporan 1" in added
    assert (await talk.report(number)).state == "reopened"
    assert "pelapor menambahkan" in card
    assert "belum ada yang datang" in card


@pytest.mark.parametrize(
    ("button", "texts"), [("Tambahan laporan 1", [SAID]), ("Laporan baru", [SAID, "1 hari lampu mati"])]
)
async def test_a_number_that_may_be_one_of_the_words_is_asked_about(
    talk: Conversation, button: str, texts: list[str]
) -> None:
    await by_phone(talk)
    asked = await talk.say("/catat lagi 1 hari lampu mati", who="tono", room="pupr")
    before = await talk.store.survey(lambda s: len(s.exec(select(Report)).all()))
    await talk.press(button, who="tono", room="pupr")
    if button == "Laporan baru":
        await talk.press("Telepon", who="tono", room="pupr")
    rows = await talk.store.survey(lambda s: s.exec(select(Report).order_by(col(Report.id))).all())

    assert "atau laporan baru?" in asked
    assert before == 1
    assert [row.text for row in rows] == texts
    assert "hari lampu mati" in " ".join(row.folded for row in rows)


async def test_what_citizens_post_comes_by_itself(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")

    refused = await talk.say(f"/catat lagi {number} masih rusak", who="tono", room="pupr")
    assert "masuk dengan sendirinya" in refused


async def test_what_stands_in_public_reaches_no_caller(talk: Conversation) -> None:
    """Joined to a post on X, the caller is still called back, and the post's author answered in public."""
    lead = await talk.complain("@dpuprkebumen lampu jalan depan pasar Alian mati")
    number = await by_phone(talk)
    joined = await talk.say(f"/gabung {lead} dengan {number}", who="wati", room="pupr")
    preview = await talk.say(f"/tanggapi {lead} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")

    assert f"laporan {number} dijawab langsung oleh petugas" in joined
    assert "dijawab langsung oleh petugas" in preview
    assert talk.published() == [TEXT]
    assert (await talk.report(number)).answered_at is None


async def test_a_post_that_is_joined_to_a_call_is_answered_by_itself(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await by_phone(talk)
    clock.move(minutes=5)
    other = await talk.complain("@dpuprkebumen lampu jalan depan pasar Alian mati")
    joined = await talk.say(f"/gabung {number} dengan {other}", who="wati", room="pupr")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Sudah disampaikan", who="wati", room="pupr")
    early = await talk.say(f"/selesai {number}", who="wati", room="pupr")
    await talk.say(f"/tanggapi {other} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")

    assert "dijawab satu per satu" in joined
    assert "belum dijawab" in early
    assert talk.published() == [TEXT]
    assert await talk.store.survey(kept_and_counted) == ({}, {})
    assert f"Laporan {number} selesai" in await talk.say(f"/selesai {number}", who="wati", room="pupr")


async def test_a_ready_answer_sends_no_caller_to_an_account(talk: Conversation) -> None:
    await talk.say("/catat telepon KTP saya belum jadi sejak Mei, sudah rekam", who="tono", room="pupr")
    await talk.triage()
    preview = await talk.say("/tanggapi 1 jawaban diterima", who="wati", room="pupr")

    assert "Laporan nomor 1" in preview
    assert "DM" not in preview
    assert "@" not in preview


@pytest.mark.parametrize("language", ["", " jawa"])
async def test_a_caller_is_asked_for_data_without_an_account(talk: Conversation, language: str) -> None:
    await talk.say("/catat telepon KTP saya belum jadi sejak Mei, sudah rekam", who="tono", room="pupr")
    await talk.triage()
    await talk.say(f"/tanggapi 1 jawaban data{language}", who="wati", room="pupr")
    _, form = talk.chat.forms[-1]
    preview = await talk.fill_in(who="wati", room="pupr", data="nomor antrean")

    assert [field.name for field in form.fields] == ["data"]
    assert "nomor antrean" in preview
    assert "DM" not in preview


async def test_a_caller_is_asked_to_call_again(talk: Conversation) -> None:
    number = await by_phone(talk)
    asked = await talk.say(f"/tanya-warga {number}", who="wati", room="pupr")

    assert f"hubungi kami lagi dengan menyebut laporan nomor {number}" in asked


# -- the ledger -----------------------------------------------------------------------------------------


async def test_a_desk_is_nobodys_account(talk: Conversation) -> None:
    await talk.say("/catat telepon Atap puskesmas bocor", who="sri")
    await talk.say("/disposisi 1 dinkes", who="sri")
    await talk.say(f"/tanggapi 1 {TEXT}", who="sri")
    rows = await talk.store.survey(lambda s: s.exec(select(Account).where(Account.verdict == "desk")).all())
    registry = await talk.store.survey(load, ZONE)

    assert len(rows) == 2
    assert all(row.id not in {a.id for n in registry.nodes for a in registry.accounts(n)} for row in rows)
    assert "Dinas Kesehatan" in await talk.say("/belum-punya-akun")
    assert "telepon" not in await talk.say("/akun dinkes")
