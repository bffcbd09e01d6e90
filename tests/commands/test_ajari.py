"""What people teach triage: at once, on record, undoable; and what their decisions say of its reasons."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import Session, select

from plugin.desk.audit import verify
from plugin.desk.sorting.learning import decided, lessons
from plugin.desk.triage import opinion
from plugin.store.tables import Account, CaseProposal, Report
from tests.conftest import MovableClock
from tests.desk import Conversation

ODD = "@dpuprkebumen pak gledegan kampung kami tolong ditengok"


async def proposed(talk: Conversation, text: str, author: str) -> str:
    number = await talk.complain(text, author=author)
    await talk.triage()
    row = await talk.store.survey(lambda s: s.get(CaseProposal, number))
    assert row is not None
    return next(iter(row.agencies), "")


class TestTeaching:
    async def test_the_next_report_is_judged_by_it_until_it_is_undone(self, talk: Conversation) -> None:
        assert await proposed(talk, ODD, "w1") != "DINKES"
        taught = await talk.say("/ajari dinkes gledegan kampung", who="sri")

        assert "Mulai sekarang “gledegan kampung” menunjuk ke Dinkes" in taught
        assert await proposed(talk, ODD, "w2") == "DINKES"
        assert "dikembalikan seperti semula" in await talk.press("Batalkan", who="sri")
        assert await proposed(talk, ODD, "w3") != "DINKES"
        assert await talk.store.survey(lambda s: verify(s)[1]) is None

    async def test_a_phrase_of_the_lists_can_be_taken_back(self, talk: Conversation) -> None:
        text = "@dpuprkebumen pju padam"
        assert await proposed(talk, text, "w1") == "DISHUB"
        for phrase in ("pju", "pju padam", "padam", "pju + padam", "pju + mati", "pju mati"):
            await talk.say(f"/ajari dishub bukan {phrase}", who="joko", room="hub")

        assert await proposed(talk, text, "w2") != "DISHUB"

    async def test_whoever_may_not_dispose_there_cannot_teach(self, talk: Conversation) -> None:
        refused = await talk.say("/ajari dishub gledegan kampung", who="tono", room="setda")

        assert "Mulai sekarang" not in refused
        assert await talk.store.survey(lambda s: lessons(s).taught) == ()

    async def test_the_presser_of_undo_is_checked(self, talk: Conversation) -> None:
        await talk.say("/ajari dishub gledegan kampung", who="joko", room="hub")
        await talk.press("Batalkan", who="tono")

        assert len(await talk.store.survey(lambda s: lessons(s).taught)) == 1

    @pytest.mark.parametrize("phrase", ["a", "1 2", "satu dua tiga empat lima enam tujuh", "x" * 70])
    async def test_too_little_or_too_much_is_refused(self, talk: Conversation, phrase: str) -> None:
        assert "belum dapat diajarkan" in await talk.say(f"/ajari dpupr {phrase}")

    async def test_twice_the_same_is_one_lesson(self, talk: Conversation) -> None:
        for _ in range(2):
            await talk.say("/ajari dpupr gledegan kampung")

        assert len(await talk.store.survey(lambda s: lessons(s).taught)) == 1

    async def test_the_list_says_who_taught_what_and_undoes(self, talk: Conversation) -> None:
        assert "Belum ada kata yang diajarkan" in await talk.say("/ajari")
        await talk.say("/ajari dpupr gledegan kampung", who="sri")
        listed = await talk.say("/ajari")

        assert "“gledegan kampung” untuk DPUPR · Bu Sri Sekda" in listed
        assert "Sudah dibatalkan" not in await talk.press("Batalkan “gledegan kampung”", who="sri")
        assert "Belum ada" in await talk.say("/ajari dpupr")


class TestDecisionsTeach:
    async def test_a_reason_that_leads_astray_counts_for_less(self, talk: Conversation) -> None:
        for n in range(3):
            number = await talk.complain("@dpuprkebumen lampu jalan bojongsari mati", author=f"w{n}")
            await talk.triage()
            await talk.say(f"/disposisi {number} dinkes keliru {n}")

        scores = (await talk.store.survey(lessons)).scores
        assert {(s.agency, s.right, s.wrong) for s in scores} == {("DISHUB", 0, 3)}
        assert any("lampu" in s.phrase for s in scores)

    async def test_a_second_hand_over_of_one_report_counts_once(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu jalan bojongsari mati")
        await talk.triage()
        for agency in ("dinkes", "dishub", "dinkes", "dishub"):
            await talk.say(f"/disposisi {number} {agency} coba {agency}")

        assert (await talk.store.survey(lessons)).scores == ()
        row = await talk.store.survey(lambda s: s.get(CaseProposal, number))
        assert row is not None
        assert row.decided == "DISHUB"

    async def test_without_a_proposal_nothing_is_counted(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu jalan bojongsari mati")
        await talk.store.write(decided, number, "DISHUB")

        assert await talk.store.survey(lambda s: s.get(CaseProposal, number)) is None


class TestASecondOpinion:
    async def test_it_is_learned_from_decisions_and_named_as_the_reason(
        self, talk: Conversation, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(opinion, "ENOUGH", 60)
        await talk.store.write(_decide, clock())
        clock.move(minutes=16)
        await talk.desk.triaging.learn()
        number = await talk.complain(
            "@dpuprkebumen zumbrik vrondol wexing qalang bagaimana nasibnya?", author="baru"
        )
        await talk.triage()

        row = await talk.store.survey(lambda s: s.get(CaseProposal, number))
        assert row is not None
        assert row.agencies[0] == "DINKES"
        assert "Dasar usul: keputusan sebelumnya" in await talk.read_all(number)
        await talk.say(f"/disposisi {number} dinkes")
        assert not [s for s in (await talk.store.survey(lessons)).scores if s.phrase.startswith("#")]

    async def test_not_before_there_is_enough(self, talk: Conversation, clock: MovableClock) -> None:
        await talk.store.write(_decide, clock())
        clock.move(minutes=16)
        await talk.desk.triaging.learn()

        assert await proposed(talk, "@dpuprkebumen zumbrik vrondol wexing, qalang", "baru") != "DINKES"


def _decide(session: Session, now: datetime) -> None:
    """Eighty reports that people have handed over: words that no list of ours knows, and street lamps."""
    account = session.exec(select(Account)).first()
    assert account is not None
    assert account.id is not None
    for n in range(80):
        text, agency = (
            ("zumbrik vrondol wexing qalang", "DINKES") if n % 2 else ("lampu jalan mati", "DISHUB")
        )
        report = Report(
            channel="x", post_id=f"lama{n}", account_id=account.id, agency_id=account.agency_id,
            author_id=f"lama{n}", text=f"{text} {n}", written_at=now, received_at=now, due_at=now,
            answered_at=now, state="replied",
        )  # fmt: skip
        session.add(report)
        session.flush()
        assert report.id is not None
        session.add(
            CaseProposal(
                report_id=report.id,
                is_report=True,
                category="pju",
                judged_at=now,
                decided=agency,
                agencies=[],
            )
        )
