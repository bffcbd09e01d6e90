"""What waits, and what is late, is the same for the list, the page, the ladder, the scorecard and the figures."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.handling.cases import overdue
from plugin.desk.lists import queue
from plugin.desk.lists.queue import Span
from plugin.desk.measures import clocks, counts
from plugin.desk.measures.scores import tallies
from plugin.registry.snapshot import load
from plugin.rhythm.digest import digest
from plugin.rhythm.escalation import escalate
from plugin.rhythm.figures import days_before, figures, parts_of
from plugin.rhythm.metrics import exposition
from plugin.store.store import Store
from plugin.store.tables import Agency, Alarm, Report, ReportClock
from tests.conftest import MovableClock
from tests.desk import LIMITS, POLICY, ZONE, Conversation, open_conversation

STATES = ("new", "disposed", "returned", "reopened", "replied", "waiting", "done", "not_report", "duplicate")


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


def fill(session: Session, now: datetime, chance: random.Random) -> None:
    """Reports in every state there is, apart or not, late or not."""
    agencies = session.exec(select(Agency.id).where(col(Agency.code).in_(("DPUPR", "DISHUB")))).all()
    for n in range(60):
        state, came = chance.choice(STATES), now - timedelta(hours=chance.choice((2, 30, 70)))
        answered = state in ("replied", "waiting", "done") or (state == "disposed" and chance.random() < 0.3)
        report = Report(
            channel="x", post_id=str(n), account_id=1, agency_id=chance.choice(agencies) or 0,
            author_id=f"w{n}", text="jalan rusak", state=state, written_at=came, received_at=came,
            due_at=came + timedelta(hours=24), answered_at=now if answered else None,
            closed_at=now if state in ("done", "not_report", "duplicate") else None,
            priority=chance.choice((0, 0, 2)), aside=state == "new" and chance.random() < 0.5,
        )  # fmt: skip
        session.add(report)
        session.flush()
        clocks.follow(session, report, now)
    clocks.count(session, LIMITS)
    counts.recount(session)


def rung(session: Session) -> set[int]:
    """Of which reports somebody heard that their first answer is late."""
    query = (
        select(Alarm.report_id)
        .join(ReportClock, col(ReportClock.id) == col(Alarm.clock_id))
        .where(ReportClock.clock == "first_answer", Alarm.level != "warning")
    )
    return set(session.exec(query))


@pytest.mark.parametrize("seed", range(6))
async def test_whoever_asks_hears_the_same(talk: Conversation, clock: MovableClock, seed: int) -> None:
    now = clock()
    await talk.store.write(fill, now, random.Random(seed))
    await talk.store.write(escalate, POLICY, now)

    def agree(session: Session) -> None:
        whole, today = Span(), now.astimezone(ZONE).date()
        figured = queue.counts(session, whole)
        rows = queue.listed(session, whole, figured, limit=100)
        waiting = {row.number for row in rows}
        late = {row.number for row in rows if row.due_at < now}
        every = session.exec(select(Report)).all()
        registry = load(session, ZONE)
        page = digest(session, whole, now, ZONE, (0, 0))
        first = today - timedelta(days=30)
        told = figures(
            session, parts_of(registry, registry.roots[0]), first, today, days_before(first, today), now, ZONE
        )
        judged = tallies(session, whole, first, today, now, ZONE)
        apart = session.exec(select(sa.func.count()).select_from(Report).where(*queue.APART)).one()

        assert late
        assert apart
        assert waiting == {r.id for r in every if r.listed}
        assert late == {r.id for r in every if overdue(r, now)} == rung(session)
        assert len(waiting) == figured.waiting == page.waiting == told.waiting
        assert len(late) == page.overdue == told.overdue == sum(t.never for t in judged.values())
        assert sum(b.waiting for b in page.behind) == len(waiting)
        assert sum(1 for row in rows if row.priority) == page.urgent == figured.first
        assert page.apart == figured.apart == apart
        assert f"tanggap_reports_waiting {len(waiting)}.0" in exposition(session).decode()

    await talk.store.survey(agree)


async def test_what_was_set_aside_rings_once_a_person_says_that_it_is_a_report(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen selamat pagi min")
    await talk.triage()
    for _ in range(30):
        clock.move(hours=1)
        await talk.sweep()
    assert talk.shown("pupr") == []
    assert "Disisihkan, perlu dilihat: 1 (/disisihkan)." in await talk.say("/ringkasan")
    assert "terlambat" not in await talk.say(f"/laporan {number}")

    await talk.say("/disisihkan")
    await talk.press(f"Ini laporan {number}")
    clock.move(minutes=1)
    await talk.sweep()
    assert any("terlambat" in words.lower() for words in talk.shown("pupr"))


async def test_whoever_closes_late_what_triage_had_set_aside_has_no_delay_to_show(
    talk: Conversation, clock: MovableClock
) -> None:
    await talk.complain("@dpuprkebumen selamat pagi min")
    await talk.triage()
    clock.move(hours=30)
    await talk.say("/disisihkan")
    await talk.press("Semua di halaman ini bukan laporan")

    def late(session: Session) -> int:
        today = clock().astimezone(ZONE).date()
        judged = tallies(session, Span(), today - timedelta(days=9), today, clock(), ZONE)
        return sum(tally.set_aside for tally in judged.values())

    assert await talk.store.survey(late) == 0


async def test_the_oldest_waits_since_it_was_opened_again(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", conversation="c1")
    await talk.say(f"/tanggapi {number} Sudah kami perbaiki.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(days=9)
    await talk.complain("masih rusak pak", conversation="c1")
    await talk.say(f"/disposisi {number} dishub")
    clock.move(hours=3)

    assert f"Terlama: laporan {number}, Dishub, 3 jam." in await talk.say("/ringkasan")


async def test_a_closed_case_has_no_broken_promise_on_the_page(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Minggu ini diperbaiki.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.sweep()
    await talk.press("Benar", who="wati")
    clock.move(days=4)
    await talk.sweep()
    assert f"Janji lewat batas: 1, laporan {number}." in await talk.say("/ringkasan")
    await talk.say(f"/selesai {number} sudah ditambal", who="wati", room="pupr")

    assert (await talk.report(number)).state == "done"
    assert "Janji lewat batas" not in await talk.say("/ringkasan")
