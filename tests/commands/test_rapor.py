"""/rapor and /statistik: figures that are true, and that nobody can make better than they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from plugin.chat.markup import Buttons, parse
from plugin.desk.audit import record, system
from plugin.desk.measures import first_answers
from plugin.desk.measures.scores import LEAST
from plugin.store.store import Store
from plugin.store.tables import Account, Agency, AgencyDay, AnswerScore, Reply, Report
from tests.conftest import MovableClock
from tests.desk import LIMITS, Conversation, kept_and_counted

TEXT = "Terima kasih, sudah kami tangani."


async def answer(talk: Conversation, number: int, *, who: str = "wati", room: str = "pupr") -> None:
    await talk.say(f"/tanggapi {number} {TEXT} Nomor {number}.", who=who, room=room)
    await talk.press("Kirim", who=who)


async def answered(talk: Conversation, clock: MovableClock, *hours: float, to: str = "dpuprkebumen") -> None:
    """Reports to an account, each answered after so many hours; the clock goes on meanwhile."""
    who, room = ("wati", "pupr") if to == "dpuprkebumen" else ("joko", "hub")
    for n, wait in enumerate(hours):
        number = await talk.complain("jalan rusak", to=to, author=f"warga{n}{to}")
        clock.move(hours=wait)
        await answer(talk, number, who=who, room=room)


async def kept(store: Store) -> dict[str, tuple[int, int, bool]]:
    """For each agency with a score: (answered, late, whether it is left out)."""

    def read(session: Session) -> dict[str, tuple[int, int, bool]]:
        rows = session.exec(select(AnswerScore, Agency.short).where(AnswerScore.agency_id == Agency.id))
        return {short: (row.answered, row.late, row.span < 0) for row, short in rows}

    return await store.read(read)


async def test_a_card_shows_how_quickly_and_how_punctually(talk: Conversation, clock: MovableClock) -> None:
    await answered(talk, clock, 0.5, 0.5, 2, 30)
    late = await talk.complain("belum juga", author="lain")
    clock.move(hours=25)
    said = await talk.say("/rapor dpupr")

    assert said.startswith("Rapor DPUPR\n")
    assert "masuk 5, ditanggapi 4." in said
    assert "Menunggu sekarang: 1, terlambat 1." in said
    assert "Tepat waktu: 60 persen, 3 dari 5 laporan yang dinilai." in said
    assert "separuh dalam sekitar 2 jam" in said
    assert "Lewat batas dan belum ditanggapi: 1." in said
    assert late


async def test_it_comes_with_a_picture_and_says_what_that_shows(
    talk: Conversation, clock: MovableClock
) -> None:
    await answered(talk, clock, 1)
    await talk.say("/rapor dpupr")
    _, message = talk.newest()

    (picture,) = message.pictures
    assert picture.content.startswith(b"\x89PNG")
    assert picture.alt.startswith("Rapor DPUPR sampai 18 Agustus 2026")


async def test_there_is_no_picture_of_nothing(talk: Conversation) -> None:
    said = await talk.say("/rapor dpupr")

    assert said.endswith("Belum ada laporan yang dapat dinilai.")
    assert talk.newest()[1].pictures == ()
    await talk.say("/statistik")
    assert talk.newest()[1].pictures == ()


async def test_nobody_is_compared_by_luck(talk: Conversation, clock: MovableClock) -> None:
    await answered(talk, clock, *[0.1] * LEAST)
    await answered(talk, clock, 0.01, to="dishubkbm")
    whole = await talk.say("/rapor")

    assert f"• DPUPR: 100 persen tepat waktu dari {LEAST} laporan" in whole
    assert "Dishub" not in whole
    assert f"1 instansi tidak dibandingkan: laporannya kurang dari {LEAST}." in whole
    assert "Urutan 1 dari 1" in await talk.say("/rapor dpupr")
    assert f"laporannya kurang dari {LEAST}" in await talk.say("/rapor dishub")


async def test_who_is_late_stands_below_who_is_not(talk: Conversation, clock: MovableClock) -> None:
    await answered(talk, clock, *[25] * LEAST)
    await answered(talk, clock, *[5] * LEAST, to="dishubkbm")
    said = await talk.say("/rapor")

    assert said.index("• Dishub: 100 persen") < said.index("• DPUPR: 0 persen")


async def test_what_is_never_answered_is_worse_than_what_is_answered_late(
    talk: Conversation, clock: MovableClock
) -> None:
    await talk.complain("tidak pernah dijawab")
    clock.move(hours=25)
    said = await talk.say("/rapor dpupr")

    assert "Tepat waktu: 0 persen, 0 dari 1" in said
    assert "lebih dari separuh belum ditanggapi" in said


async def test_what_still_has_time_is_not_judged(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("baru saja")

    assert "Belum ada laporan yang dapat dinilai." in await talk.say("/rapor dpupr")


async def test_a_second_answer_makes_nothing_better(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("rusak", conversation="c1")
    clock.move(hours=30)
    await answer(talk, number)
    await talk.complain("masih rusak", conversation="c1")
    clock.move(minutes=1)
    await talk.say(f"/tanggapi {number} Segera kami cek lagi.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")

    assert len(talk.published()) == 2
    assert await kept(store) == {"DPUPR": (1, 1, False)}


async def test_reopened_and_late_again_is_still_one_case(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("rusak", conversation="c1")
    await answer(talk, number)
    await talk.complain("masih rusak", conversation="c1")
    clock.move(hours=30)

    assert "1 dari 1 laporan yang dinilai" in await talk.say("/rapor dpupr")


async def test_passing_on_what_is_late_does_not_help(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("rusak")
    clock.move(hours=25)
    await talk.say(f"/disposisi {number} dishub")
    assert "Tepat waktu: 0 persen" in await talk.say("/rapor dpupr")
    assert "Belum ada laporan yang dapat dinilai" in await talk.say("/rapor dishub")

    await talk.say(f"/tanggapi {number} {TEXT}", who="sri")
    await talk.press("Kirim")
    assert await kept(store) == {"DPUPR": (1, 1, False)}


async def test_a_report_that_was_at_the_wrong_place_is_held_against_nobody(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("lampu mati")
    await talk.say(f"/disposisi {number} dinkes")
    clock.move(hours=2)
    await talk.say(f"/disposisi {number} dishub")
    clock.move(hours=30)
    assert "Belum ada laporan" in await talk.say("/rapor")

    await talk.say(f"/tanggapi {number} {TEXT}", who="sri")
    await talk.press("Kirim")
    assert await kept(store) == {"Dishub": (1, 1, True)}
    assert "Tidak dinilai: 1" in await talk.say("/rapor dishub")


async def test_handing_down_within_an_agency_is_no_mistake(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("jalan desa rusak")
    await talk.say(f"/disposisi {number} kec_alian")
    await talk.say(f"/disposisi {number} bojongsari")
    await talk.say(f"/tanggapi {number} {TEXT}", who="sri")
    await talk.press("Kirim")
    await talk.fill_in(handle="dpuprkebumen")

    assert await kept(store) == {"Bojongsari": (1, 0, False)}
    assert "1 dari 1" in await talk.say("/rapor kec_alian")


async def test_reports_of_our_own_make_no_points(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    def claim(session: Session) -> None:
        agency = session.exec(select(Agency).where(Agency.code == "DINKES")).one()
        assert agency.id is not None
        session.add(
            Account(
                agency_id=agency.id, channel="x", handle="Dinkes_Kita", handle_key="dinkes_kita",
                verdict="claimed", claimed_at=clock(),
            )
        )  # fmt: skip

    await store.write(claim)
    number = await talk.complain("wah cepat sekali", author="Dinkes_Kita")
    await answer(talk, number)

    assert await kept(store) == {"DPUPR": (1, 0, True)}


async def test_what_is_set_aside_only_when_it_is_late_is_told(
    talk: Conversation, clock: MovableClock
) -> None:
    early, late = await talk.complain("promosi"), await talk.complain("jalan rusak", author="lain")
    await talk.say(f"/bukan-laporan {early} iklan")
    assert "bukan laporan sesudah" not in await talk.say("/rapor dpupr")

    clock.move(hours=25)
    await talk.say(f"/bukan-laporan {late} sudah kedaluwarsa")
    assert "Baru dinyatakan bukan laporan sesudah lewat batas: 1." in await talk.say("/rapor dpupr")


async def test_a_room_sees_only_its_own_card(talk: Conversation) -> None:
    assert "belum berwenang" in await talk.say("/rapor dishub", who="tono", room="pupr")
    assert "Rapor DPUPR" in await talk.say("/rapor", who="tono", room="pupr")
    assert "Urutan" not in await talk.say("/rapor", who="tono", room="pupr")


async def test_statistics_of_the_month_so_far(talk: Conversation, clock: MovableClock) -> None:
    clock.move(days=-31)
    await answered(talk, clock, 1, 1)
    clock.move(days=31, hours=-2)
    await answered(talk, clock, 1, 1)
    await talk.complain("lampu", to="dishubkbm", author="x")
    said = await talk.say("/statistik")

    assert said.startswith("Statistik Kebumen, Agustus 2026 (sampai 18 Agustus 2026)")
    assert "Laporan masuk: 3, terbanyak Selasa, 18 Agustus 2026 (3)." in said
    assert "Sebelumnya, 1 Juli 2026 sampai 18 Juli 2026: 2; sekarang naik 50 persen." in said
    assert "Ditanggapi: 2." in said
    assert "• DPUPR: 2" in said
    assert talk.newest()[1].pictures[0].alt == (
        "Kebumen, 1 Agustus 2026 sampai 18 Agustus 2026: masuk 3, ditanggapi 2."
    )

    before = await talk.press("Bulan sebelumnya")
    assert before.startswith("Statistik Kebumen, Juli 2026\n")
    assert "Laporan masuk: 2" in before
    assert "Statistik Kebumen, Agustus 2026" in await talk.press("Bulan berikutnya")


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("juli", "Juli 2026"), ("Desember", "Desember 2025"), ("agt 2025", "Agustus 2025"),
        ("2026-07", "Juli 2026"), ("7/2026", "Juli 2026"), ("JULI   2024", "Juli 2024"),
        ("bulan lalu", "Juli 2026"), ("bulan ini", "Agustus 2026"), ("bulan juli", "Juli 2026"),
    ],
)  # fmt: skip
async def test_a_month_is_named_as_people_name_it(talk: Conversation, typed: str, month: str) -> None:
    assert f"Statistik Kebumen, {month}" in await talk.say(f"/statistik {typed}")


@pytest.mark.parametrize(
    "typed",
    ["besok", "13/2026", "2026", "0", "jn", "10000000000", "juli agustus", "september 2026", "2099-01", "٣"],
)
async def test_what_is_no_month_is_asked_for_again(talk: Conversation, typed: str) -> None:
    said = await talk.say(f"/statistik {typed}")

    assert "tidak terbaca sebagai nama bulan" in said
    assert "Contoh: /statistik juli" in said
    assert "Boleh: juli, bulan lalu" in said


async def test_an_empty_month_says_so(talk: Conversation) -> None:
    said = await talk.say("/statistik 2020-02")

    assert "Laporan masuk: 0." in said
    blocks = parse(talk.newest()[1].text)
    assert [x for b in blocks if isinstance(b, Buttons) for x in b.labels] == [
        "Bulan sebelumnya", "Bulan berikutnya", "Rapor",
    ]  # fmt: skip


def test_times_are_told_as_one_remembers_them() -> None:
    from plugin.dates import span_words

    assert [span_words(timedelta(minutes=m)) for m in (0, 40, 100, 1440, 3000, 10_000)] == [
        "1 menit", "40 menit", "2 jam", "24 jam", "2 hari", "7 hari",
    ]  # fmt: skip


def test_months_are_compared_with_as_many_days() -> None:
    from plugin.rhythm.figures import month_before

    assert month_before(date(2026, 3, 1), date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_before(date(2026, 3, 1), date(2026, 3, 30)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_before(date(2026, 3, 1), date(2026, 3, 5)) == (date(2026, 2, 1), date(2026, 2, 5))
    assert month_before(date(2026, 2, 1), date(2026, 2, 28)) == (date(2026, 1, 1), date(2026, 1, 31))


async def test_whoever_may_not_look_hears_who_can_help(talk: Conversation) -> None:
    refused = await talk.say("/rapor dpupr", who="joko", room="hub")

    assert "belum berwenang melihat laporan" in refused
    assert "Yang dapat membantu: " in refused


async def withdraw(talk: Conversation, number: int, which: str = "Ya, tarik") -> None:
    await talk.say(f"/tarik {number}", who="wati", room="pupr")
    await talk.press(which, who="wati")


async def answered_on(store: Store) -> dict[date, int]:
    """How many reports count as answered on each day."""

    def read(session: Session) -> dict[date, int]:
        return {row.day: row.answered for row in session.exec(select(AgencyDay)) if row.answered}

    return await store.read(read)


async def scores(store: Store) -> list[tuple[int, int]]:
    """(answered, late) of each score that is left."""

    def read(session: Session) -> list[tuple[int, int]]:
        return [(r.answered, r.late) for r in session.exec(select(AnswerScore)) if r.answered or r.late]

    return await store.read(read)


class TestAWithdrawnAnswerIsNone:
    async def test_it_counts_nowhere_and_the_case_is_late_by_its_own_clock(
        self, store: Store, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("rusak")
        due = (await talk.report(number)).due_at
        clock.move(minutes=5)
        await answer(talk, number)
        assert await scores(store) == [(1, 0)]
        await withdraw(talk, number)

        assert (await talk.report(number)).due_at == due
        assert await scores(store) == []
        assert await answered_on(store) == {}
        assert "ditanggapi 0." in await talk.say("/rapor dpupr")
        clock.move(hours=25)
        assert "Tepat waktu: 0 persen, 0 dari 1" in await talk.say("/rapor dpupr")
        assert "Lewat batas dan belum ditanggapi: 1." in await talk.say("/rapor dpupr")

    async def test_the_next_one_counts_by_its_time_from_the_beginning(
        self, store: Store, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("rusak")
        clock.move(minutes=5)
        await answer(talk, number)
        await withdraw(talk, number)
        clock.move(days=2)
        await talk.say(f"/tanggapi {number} Kami perbaiki hari ini.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")

        assert await scores(store) == [(1, 1)]
        assert await answered_on(store) == {date(2026, 8, 20): 1}
        assert "Tepat waktu: 0 persen, 0 dari 1" in await talk.say("/rapor dpupr")

    async def test_a_correction_counts_by_the_first_wording(
        self, store: Store, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("rusak")
        clock.move(minutes=5)
        await answer(talk, number)
        clock.move(days=2)
        await talk.say(f"/tarik {number}", who="wati", room="pupr")
        await talk.press("Perbaiki", who="wati")
        await talk.fill_in(who="wati", room="pupr", text="Besok kami periksa, terima kasih.")
        await talk.press("Kirim", who="wati")
        await talk.sweep()
        assert talk.published() == ["Besok kami periksa, terima kasih."]

        assert await scores(store) == [(1, 0)]
        assert await answered_on(store) == {date(2026, 8, 18): 1}
        await withdraw(talk, number)
        assert await scores(store) == []
        assert await answered_on(store) == {}

    async def test_of_two_answers_the_one_that_is_left_counts(
        self, store: Store, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("rusak", conversation="c1")
        clock.move(minutes=5)
        await answer(talk, number)
        await talk.complain("masih rusak", conversation="c1")
        clock.move(days=2)
        await talk.say(f"/tanggapi {number} Kami perbaiki hari ini.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        assert await answered_on(store) == {date(2026, 8, 18): 1}
        await talk.store.write(_gone_by_hand)

        assert await scores(store) == [(1, 1)]
        assert await answered_on(store) == {date(2026, 8, 20): 1}


async def test_a_report_counts_as_answered_once(
    store: Store, talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("rusak", conversation="c1")
    await answer(talk, number)
    for n in range(3):
        await talk.complain(f"masih rusak {n}", conversation="c1")
        await talk.say(f"/tanggapi {number} Kami perbaiki lagi, {n}.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
    clock.move(days=1)

    assert await answered_on(store) == {date(2026, 8, 18): 1}
    assert "Ditanggapi kemarin: 1." in await talk.say("/ringkasan")
    kept_now, counted = await store.survey(kept_and_counted)
    assert kept_now == counted == {}


def _gone_by_hand(session: Session) -> None:
    """The first answer was deleted on the platform itself."""
    first = session.exec(select(Reply).order_by(col(Reply.id))).first()
    assert first is not None
    first.state, first.withdrawn_at = "withdrawn", first.published_at
    session.flush()
    report = session.get_one(Report, first.report_id)
    record(
        session, system(first.drafted_at), "withdrawn", report.id,
        **first_answers.take_off(session, LIMITS, report, first),
    )  # fmt: skip
