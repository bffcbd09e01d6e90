"""Answers that people give every day: two presses from the report to the preview, in the government's own words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from plugin.chat.values import Capabilities
from plugin.desk.audit import verify
from plugin.store.store import Store
from plugin.store.tables import AnswerText, AuditEntry, CaseProposal, Reply
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


async def proposed(talk: Conversation, number: int, **how: Any) -> None:
    """What triage would have stored about a report."""
    row: dict[str, Any] = {
        "is_report": True,
        "category": "pju",
        "agencies": ["DPUPR"],
        "judged_at": talk.clock(),
    } | how
    await talk.store.write(lambda s: s.add(CaseProposal(report_id=number, **row)))


async def drafts(talk: Conversation) -> list[str]:
    return await talk.store.survey(lambda s: [r.text for r in s.exec(select(Reply)).all()])


class TestFromTheReport:
    async def test_two_presses_lead_to_the_preview_and_nothing_leaves(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu jalan mati di Bojongsari")
        await proposed(talk, number, desa="Bojongsari", kecamatan="Alian", candidates=1)
        await talk.say(f"/laporan {number}", who="wati", room="pupr")
        listed = await talk.press("Jawaban siap pakai", who="wati", room="pupr")
        preview = await talk.press("Sudah diterima", who="wati", room="pupr")

        assert "diterima: laporan sudah diterima" in listed
        assert "Pratinjau tanggapan" in preview
        assert f"lampu jalan di Bojongsari, Alian. Laporan nomor {number} diterima DPUPR" in preview
        assert talk.published() == []
        await talk.press("Kirim", who="wati", room="pupr")
        assert [f"nomor {number}" in text for text in talk.published()] == [True]

    async def test_it_can_be_changed_like_any_draft(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/tanggapi {number} jawaban dicek", who="tono", room="pupr")
        await talk.press("Ubah", who="tono", room="pupr")
        _, form = talk.chat.forms[-1]

        assert f"Laporan nomor {number} sedang dicek petugas DPUPR" in form.fields[0].initial
        assert "Kami ke sana" in await talk.fill_in(who="tono", room="pupr", text="Kami ke sana.")

    async def test_whoever_wrote_javanese_is_answered_in_krama(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen nuwun sewu, dalan ngarep omah kula bodhol kabeh")
        listed = await talk.say(f"/tanggapi {number} jawaban", who="tono", room="pupr")
        krama = await talk.press("Sedang dicek", who="tono", room="pupr")
        plain = await talk.say(f"/tanggapi {number} jawaban dicek indonesia", who="tono", room="pupr")

        assert "jawabannya krama" in listed
        assert f"Lapuran nomer {number} saweg dipunpriksa petugas DPUPR" in krama
        assert f"Laporan nomor {number} sedang dicek" in plain

    async def test_what_only_a_person_knows_is_asked_for(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen kapan jalan kami diperbaiki")
        asked = await talk.say(f"/tanggapi {number} jawaban anggaran", who="tono", room="pupr")
        _, form = talk.chat.forms[-1]
        preview = await talk.fill_in(
            who="tono", room="pupr", biaya="Rp450 juta", anggaran="rencana APBD tahun 2027"
        )

        assert asked == ""
        assert [field.name for field in form.fields] == ["biaya", "anggaran"]
        assert [field.initial for field in form.fields] == ["", ""]
        assert "wewenang DPUPR. Biayanya diperkirakan Rp450 juta" in preview
        assert "rencana APBD tahun 2027" in preview

    async def test_a_proposed_body_is_confirmed_by_whoever_fills_it_in(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen listrik mati terus")
        await proposed(talk, number, category="listrik", agencies=["LUAR:PLN"])
        await talk.say(f"/tanggapi {number} jawaban", who="tono", room="pupr")
        await talk.press("Wewenang instansi lain", who="tono", room="pupr")
        _, form = talk.chat.forms[-1]
        body = form.fields[0].initial
        kept = await talk.fill_in(who="tono", room="pupr", badan=body)
        await talk.say(f"/tanggapi {number} jawaban wewenang", who="tono", room="pupr")
        other = await talk.fill_in(who="tono", room="pupr", badan="Perumda Air Minum")

        assert "PLN" in body
        assert "telepon 123" in kept
        assert "Perumda Air Minum" in other
        assert "123" not in other.replace(f"nomor {number}", "")

    async def test_what_fits_comes_first(self, talk: Conversation, clock: MovableClock) -> None:
        async def first(**how: Any) -> str:
            number = await talk.complain("@dpuprkebumen ada apa ini", author=f"w{len(how)}{how}"[:30])
            await proposed(talk, number, **how)
            await talk.say(f"/tanggapi {number} jawaban", who="tono", room="pupr")
            return talk.buttons("pupr")[0]

        assert await first() == "Sudah diterima"
        assert await first(urgent=True, numbers=["113"]) == "Nomor darurat"
        assert await first(agencies=["LUAR:PLN"]) == "Wewenang instansi lain"
        late = await talk.complain("@dpuprkebumen belum dijawab", author="lama")
        clock.move(days=3)
        await talk.say(f"/tanggapi {late} jawaban", who="tono", room="pupr")
        assert talk.buttons("pupr")[0] == "Maaf terlambat"
        await talk.say(f"/tanggapi {late} jawaban semua", who="tono", room="pupr")
        assert "Selesai, dengan foto" in talk.buttons("pupr")
        assert "Yang lain" not in talk.buttons("pupr")

    async def test_a_text_that_only_begins_like_it_stays_a_text(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen halo")
        sent = await talk.say(
            f"/tanggapi {number} Jawaban kami: sudah kami cek tadi pagi.", who="tono", room="pupr"
        )
        short = await talk.say(f"/tanggapi {number} Jawaban 1.", who="tono", room="pupr")
        slip = await talk.say(f"/tanggapi {number} jawaban ditrima", who="tono", room="pupr")

        assert "Jawaban kami: sudah kami cek" in sent
        assert "Jawaban 1." in short
        assert "Tidak ada jawaban siap pakai bernama “ditrima”" in slip
        assert len(await drafts(talk)) == 2

    async def test_braces_of_citizens_and_officials_stay_text(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen {{7*7}} {% raw %}", author="{{7*7}}")
        await talk.say(f"/tanggapi {number} jawaban selesai", who="tono", room="pupr")
        preview = await talk.fill_in(who="tono", room="pupr", pekerjaan="{{ 7*7 }} <b>\n{% if %}")

        assert "DPUPR: {{ 7*7 }} <b> {% if %}." in preview

    async def test_without_forms_the_questions_come_one_by_one(
        self, store: Store, clock: MovableClock
    ) -> None:
        talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False))
        number = await talk.complain("@dpuprkebumen jalan rusak")
        asked = await talk.say(f"/tanggapi {number} jawaban anggaran", who="tono", room="pupr")
        ref, _ = talk.newest("pupr")
        then = await talk.say("Rp450 juta", who="tono", room="pupr", answers=ref)
        ref, _ = talk.newest("pupr")
        preview = await talk.say("APBD 2027", who="tono", room="pupr", answers=ref)

        assert "Perkiraan biaya" in asked
        assert "Anggaran dan tahunnya" in then
        assert "diperkirakan Rp450 juta" in preview

    async def test_who_may_not_draft_may_not_use_them(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")

        assert "belum berwenang" in await talk.say(f"/tanggapi {number} jawaban diterima", who="joko")
        assert await drafts(talk) == []


class TestWordedByTheGovernment:
    NEW = "Terima kasih. Laporan {{ nomor }} kami terima di {{ instansi }}."

    async def worded(self, talk: Conversation, text: str = NEW, who: str = "wati", room: str = "pupr") -> str:
        await talk.say("/jawaban ubah dicek", who=who, room=room)
        return await talk.fill_in(who=who, room=room, text=text)

    async def test_it_holds_for_the_agency_and_below_and_is_on_record(self, talk: Conversation) -> None:
        assert "Laporan 12345 kami terima di Disperkimhub" in await self.worded(talk)
        number = await talk.complain("@dpuprkebumen jalan rusak")
        other = await talk.complain("@dishubkbm macet", to="dishubkbm")
        mine = await talk.say(f"/tanggapi {number} jawaban dicek", who="tono", room="pupr")
        theirs = await talk.say(f"/tanggapi {other} jawaban dicek", who="joko", room="hub")
        shown = await talk.say("/jawaban dicek", who="wati", room="pupr")
        acts = await talk.store.survey(
            lambda s: [e for e in s.exec(select(AuditEntry)) if e.act == "answer_worded"]
        )

        assert f"Laporan {number} kami terima di DPUPR." in mine
        assert "sedang dicek petugas Dishub" in theirs
        assert "kata-kata DPUPR, Bu Wati" in shown
        assert [(e.actor, e.detail["name"]) for e in acts] == [("memory:wati", "dicek")]
        assert (await talk.store.survey(verify))[1] is None

    async def test_the_nearest_words_count(self, talk: Conversation) -> None:
        await self.worded(talk, "Kebumen: laporan {{ nomor }} dicek.", who="sri", room="setda")
        number = await talk.complain("@dpuprkebumen jalan rusak")
        above = await talk.say(f"/tanggapi {number} jawaban dicek", who="tono", room="pupr")
        await self.worded(talk)
        own = await talk.say(f"/tanggapi {number} jawaban dicek", who="tono", room="pupr")
        back = await talk.say("/jawaban asli dicek", who="wati", room="pupr")

        assert f"Kebumen: laporan {number} dicek." in above
        assert f"Laporan {number} kami terima di DPUPR." in own
        assert "kembali seperti semula" in back
        assert "Kebumen: laporan 12345 dicek." in back

    async def test_it_can_be_undone_and_the_undoing_too(self, talk: Conversation) -> None:
        await self.worded(talk)
        assert "sebelumnya berlaku lagi" in await talk.press("Batalkan perubahan", who="wati", room="pupr")
        assert "asli" in await talk.say("/jawaban dicek", who="wati", room="pupr")
        await talk.say("/jawaban ubah dicek: Laporan {{ nomor }} dicek lagi.", who="wati", room="pupr")
        await talk.say("/jawaban ubah dicek: Laporan {{ nomor }} dicek ulang.", who="wati", room="pupr")
        undone = await talk.press("Batalkan perubahan", who="wati", room="pupr")
        rows = await talk.store.survey(lambda s: [r.text for r in s.exec(select(AnswerText))])

        assert "Laporan 12345 dicek lagi." in undone
        assert len(rows) == 5

    async def test_who_came_second_is_told_who_was_first(self, talk: Conversation) -> None:
        await talk.say("/jawaban ubah dicek", who="wati", room="pupr")
        form = talk.chat.forms[-1]
        await talk.say("/jawaban ubah dicek: Laporan {{ nomor }} kami lihat.", who="sri", room="pupr")
        talk.chat.forms.append(form)
        answer = await talk.fill_in(who="wati", room="pupr", text=self.NEW)

        assert "Bu Sri Sekda sudah mengubah jawaban dicek" in answer

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("Laporan {{ nomer }} dicek.", "Mungkin maksudnya {{ nomor }}?"),
            ("Laporan {{ nomor dicek.", "Kurung kurawalnya tidak lengkap"),
            ("Laporan {nomor} dicek.", "Kurung kurawalnya tidak lengkap"),
            ("{% for i in [1] %}x{% endfor %}", "hanya boleh nama"),
            ("Laporan {{ nomor }} dicek. " * 15, "Terlalu panjang untuk X"),
            ("Laporan {{ nomor }}: mohon kirim NIK di sini.", "meminta data pribadi di depan umum"),
            ("Dasar bodoh, laporan {{ nomor }} dicek.", "menghina"),
        ],
    )
    async def test_what_is_wrong_is_said_and_nothing_is_kept(
        self, talk: Conversation, text: str, told: str
    ) -> None:
        answer = await self.worded(talk, text)
        assert "Belum disimpan" in answer
        assert told in answer
        await talk.press("Ubah lagi", who="wati", room="pupr")

        assert talk.chat.forms[-1][1].fields[0].initial == text.strip()
        assert await talk.store.survey(lambda s: s.exec(select(AnswerText)).all()) == []

    async def test_what_is_doubtful_is_kept_only_by_a_second_press(self, talk: Conversation) -> None:
        answer = await self.worded(talk, "Laporan {{ nomor }} besok pasti selesai.")
        assert "Belum disimpan: ada yang perlu diperiksa" in answer
        kept = await talk.press("Simpan saja", who="wati", room="pupr")

        assert "sekarang berbunyi begini" in kept

    async def test_a_topic_can_have_words_of_its_own(self, talk: Conversation) -> None:
        await talk.say("/jawaban ubah dicek pasar", who="wati", room="pupr")
        assert "sedang dicek petugas" in talk.chat.forms[-1][1].fields[0].initial
        await talk.fill_in(who="wati", room="pupr", text="Pasar: laporan {{ nomor }} dicek.")
        number = await talk.complain("@dpuprkebumen pasar bocor")
        await proposed(talk, number, category="pasar_perdagangan")

        preview = await talk.say(f"/tanggapi {number} jawaban dicek", who="tono", room="pupr")
        assert f"Pasar: laporan {number} dicek." in preview
        assert "Pasar" in await talk.say("/jawaban dicek pasar", who="wati", room="pupr")

    async def test_who_may_not_publish_may_not_word_them(self, talk: Conversation) -> None:
        assert "belum berwenang" in await talk.say("/jawaban ubah dicek", who="tono", room="pupr")
        assert "belum berwenang" in await talk.say("/jawaban asli dicek", who="tono", room="pupr")
        assert "sedang dicek" in await talk.say("/jawaban dicek", who="tono", room="pupr")

    async def test_an_unknown_name_is_answered_with_those_there_are(self, talk: Conversation) -> None:
        assert "Tidak ada jawaban bernama “apa itu”" in await talk.say("/jawaban apa itu")
        assert "Jawaban yang mana?" in await talk.say("/jawaban ubah")
        assert "diterima: laporan sudah diterima" in await talk.say("/jawaban")
