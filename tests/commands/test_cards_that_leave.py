"""A card tells only whoever may see its report: the others read once where it went, and nothing after."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from plugin.chat.values import MessageRef
from plugin.desk.cards.report_card import report_card
from plugin.desk.sorting.warning import warn
from plugin.errors import TryLater
from plugin.store.tables import CaseProposal
from tests.desk import Conversation


async def further(talk: Conversation, words: str) -> None:
    """The citizen writes on, and everybody's card is brought up to date."""
    number = await talk.complain(words, conversation="c")
    assert not number
    await talk.desk.courier.refresh("report:1")


async def test_a_group_that_handed_a_case_away_hears_once_where_it_went(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu mati", conversation="c")
    await talk.say("/laporan 1", who="wati", room="pupr")
    ref, _ = talk.newest("pupr")
    await talk.say("/disposisi 1 dishub", who="wati", room="pupr")
    await further(talk, "Bu Warga, depan kios itu")
    shown = talk.chat.board[ref]

    assert "Laporan <b>1</b> diteruskan ke Dishub" in shown.text
    assert "lampu mati" not in shown.text
    assert shown.actions == ()
    assert not any("kios" in words for words in talk.shown("pupr"))
    assert any("kios" in words for words in talk.shown("hub"))


async def test_after_its_last_edit_a_card_is_left_alone(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.complain("@dpuprkebumen lampu mati", conversation="c")
    await talk.say("/laporan 1", who="wati", room="pupr")
    left, _ = talk.newest("pupr")
    await talk.say("/disposisi 1 dishub", who="sri")
    amended: list[MessageRef] = []

    async def amend(ref: MessageRef, message: object) -> None:
        amended.append(ref)

    monkeypatch.setattr(talk.chat, "amend", amend)
    await further(talk, "depan kios itu")

    assert amended
    assert left not in amended


async def test_every_card_of_such_a_group_goes_not_only_the_newest(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu mati")
    for _ in range(5):
        await talk.say("/laporan 1", who="wati", room="pupr")
    await talk.say("/disposisi 1 dishub", who="sri")

    assert not any("lampu mati" in words for words in talk.shown("pupr"))


async def test_a_busy_platform_only_puts_the_last_edit_off(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu mati")
    await talk.say("/laporan 1", who="wati", room="pupr")
    ref, _ = talk.newest("pupr")
    await talk.say("/ikat-grup dinkes", who="adi", room="pupr")
    talk.chat.trouble.append(TryLater(100000))
    await talk.desk.courier.refresh("report:1")
    assert "lampu mati" in talk.chat.board[ref].text
    await talk.desk.courier.refresh("report:1")

    assert "lampu mati" not in talk.chat.board[ref].text


async def test_who_lost_the_role_is_shown_no_more_in_private(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu mati", conversation="c")
    await talk.say("/laporan 1", who="tono", room="pribadi-tono")
    await further(talk, "depan kios itu")
    assert "kios" in talk.shown("pribadi-tono")[-1]
    await talk.say("/cabut-peran @1 petugas dpupr", who="adi", mentions=("tono",))
    await further(talk, "sebelah bengkel itu")

    assert "Laporan 1 (DPUPR) tidak ditampilkan di sini lagi" in talk.shown("pribadi-tono")[-1]
    assert "kios" not in talk.shown("pribadi-tono")[-1]
    assert "bengkel" not in talk.shown("pribadi-tono")[-1]


async def test_an_answer_is_followed_by_whose_account_speaks(talk: Conversation) -> None:
    await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
    await talk.say("/tanggapi 1 Kami cek.", who="joko", room="hub")
    own, _ = talk.newest("hub")
    await talk.say("/disposisi 1 dpupr", who="joko", room="hub")
    await talk.desk.courier.refresh("reply:1")

    assert "Kami cek" in talk.chat.board[own].text


async def test_a_room_bound_elsewhere_is_shown_no_more(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu mati")
    await talk.say("/tanggapi 1 Kami cek.", who="wati", room="pupr")
    ref, _ = talk.newest("pupr")
    await talk.say("/ikat-grup dinkes", who="adi", room="pupr")
    await talk.desk.courier.refresh("reply:1")

    assert "Kami cek" not in talk.chat.board[ref].text


async def test_a_notice_that_comes_too_late_shows_no_case(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu mati")
    late = await report_card(talk.desk.services, 1)
    await talk.desk.courier.send(talk.room("hub"), late, key="late")

    assert talk.shown("hub") == ["Laporan 1 diteruskan ke DPUPR dan tidak ditampilkan di sini lagi."]


async def test_a_danger_is_shown_where_it_should_go_while_it_waits(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu jalan mati total di bojongsari")
    await talk.triage()
    await talk.store.write(_is_urgent)
    await warn(talk.desk.services, 1)
    await talk.desk.courier.refresh("report:1")
    assert any("mati total" in words for words in talk.shown("hub"))
    await talk.say("/bukan-laporan 1 sudah ditangani", who="sri")

    assert not any("mati total" in words for words in talk.shown("hub"))


def _is_urgent(session: Session) -> None:
    proposal = session.get_one(CaseProposal, 1)
    assert proposal.agencies[0] == "DISHUB"
    proposal.urgent = True
