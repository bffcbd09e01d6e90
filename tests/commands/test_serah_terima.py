"""Contacts of offices, who holds an account, and whether it is alive."""

from __future__ import annotations

import pytest

from plugin.desk.accounts.liveliness import LEAST, link_only, posts_in
from plugin.desk.audit import verify
from plugin.registry.handles import read_handle
from tests.desk import Conversation


class TestContacts:
    async def test_a_telephone_counts_where_the_circular_says_so(self, talk: Conversation) -> None:
        await talk.say(
            "/edaran baru 1/K; 1-8-2026; dinas; salah satu: telepon, call center, sms atau medsos; 1-9-2026"
        )
        await talk.say("/edaran baru 2/X; 1-8-2026; dinas; x; 1-9-2026")
        claimed = await talk.say("/daftar-akun dinkes telepon (0287)381-234", who="sri")
        decided = await talk.press("Benar, akun resmi", who="adi")
        ledger = await talk.say("/akun dinkes")

        assert "telepon kantor 0287381234 diajukan sebagai kontak resmi" in claimed
        assert "tercatat sebagai kontak resmi" in decided
        assert "SE 1/K, batas 1 September 2026, 23.59 WIB: sudah memenuhi" in ledger
        assert "SE 2/X, batas 1 September 2026, 23.59 WIB: belum memenuhi" in ledger
        assert "Dinas Kesehatan" in await talk.say("/belum-punya-akun")

    async def test_personal_numbers_are_refused_with_the_reason(self, talk: Conversation) -> None:
        for line in (
            "telepon 0812-3456-7890",
            "telepon +6281234567890",
            "sms 081234567890",
            "telepon 6281234567890",
        ):
            assert "Pelindungan Data Pribadi" in await talk.say(f"/daftar-akun dinkes {line}")
        assert "diajukan" in await talk.say("/daftar-akun dinkes sms 081234567890 kartu kantor")

    async def test_two_offices_may_share_a_switchboard(self, talk: Conversation) -> None:
        assert "diajukan" in await talk.say("/daftar-akun dinkes telepon 0287381234")
        assert "diajukan" in await talk.say("/daftar-akun dpupr telepon 0287381234")
        assert "sudah punya akun" in await talk.say("/daftar-akun dpupr telepon 0287381235")

    @pytest.mark.parametrize(
        ("channel", "typed", "read"),
        [
            ("telepon", "(0287) 381.234", "0287381234"), ("telepon", "+62 287 381234", "0287381234"),
            ("telepon", "381234", None), ("telepon", "081234567890", None),
            ("call-center", "112", "112"), ("call-center", "1500123", "1500123"),
            ("call-center", "08123456789", None),
            ("sms", "1708", "1708"), ("sms", "12", None),
            ("formulir", "https://aduan.contoh.go.id/lapor", "aduan.contoh.go.id/lapor"),
            ("formulir", "https://aduan.contoh.com", None), ("formulir", "javascript:alert(1).go.id", None),
        ],
    )  # fmt: skip
    def test_what_can_be_a_contact(self, channel: str, typed: str, read: str | None) -> None:
        assert read_handle(channel, typed) == read


class TestSerahTerima:
    async def test_item_by_item_and_taken_over_by_the_new_holder(self, talk: Conversation) -> None:
        assert "2 dari 2 akun resmi tanpa pemegang" in await talk.say("/serah-terima")
        begun = await talk.say("/serah-terima dpupr x @1", who="wati", room="pupr", mentions=("tono",))
        assert "Kepada Tono" in begun
        assert "Masih ada 5 hal" in await talk.press("Saya terima", who="tono", room="pupr")
        for label in (
            "Kata sandi diganti", "Verifikasi dua langkah pindah ke perangkat kantor",
            "Surel dan nomor pemulihan milik kantor", "Semua perangkat lama dikeluarkan",
            "Berita acara ditandatangani",
        ):  # fmt: skip
            await talk.press(f"Selesai: {label}", who="wati", room="pupr")

        assert "Hanya Tono sendiri" in await talk.press("Saya terima", who="wati", room="pupr")
        assert "Dipegang oleh Tono sejak 18 Agustus 2026" in await talk.press(
            "Saya terima", who="tono", room="pupr"
        )
        assert "sudah selesai" in await talk.say("/serah-terima 1 terima", who="tono", room="pupr")
        assert "1 dari 2 akun resmi tanpa pemegang" in await talk.say("/serah-terima")
        assert (await talk.store.survey(verify))[1] is None

    async def test_who_rotates_no_longer_holds(self, talk: Conversation) -> None:
        await talk.say("/serah-terima dpupr x @1", who="wati", room="pupr", mentions=("tono",))
        for item in ("password", "second_factor", "recovery", "sessions", "minutes"):
            await talk.say(f"/serah-terima 1 {item}", who="wati", room="pupr")
        await talk.say("/serah-terima 1 terima", who="tono", room="pupr")
        await talk.say("/cabut-peran @1 petugas dpupr", who="adi", mentions=("tono",))

        assert "(tercatat Tono, yang sudah tidak bertugas)" in await talk.say("/serah-terima")

    async def test_an_item_can_be_unticked_and_bad_input_is_refused(self, talk: Conversation) -> None:
        await talk.say("/serah-terima dpupr @1", who="wati", room="pupr", mentions=("tono",))

        assert "✔ Kata sandi diganti" in await talk.say("/serah-terima 1 password", who="wati", room="pupr")
        assert "☐ Kata sandi diganti" in await talk.say("/serah-terima 1 password", who="wati", room="pupr")
        assert "tidak ada" in await talk.say("/serah-terima 1 apa", who="wati", room="pupr")
        assert "tidak ada" in await talk.say("/serah-terima 99", who="wati", room="pupr")
        assert "belum berwenang" in await talk.say("/serah-terima 1 password", who="joko", room="hub")
        assert "tidak ditemukan" in await talk.say("/serah-terima dinkes @1", mentions=("tono",))


class TestKeaktifan:
    async def test_no_share_below_the_smallest_sample(self, talk: Conversation) -> None:
        for n in range(3):
            await talk.complain("@dpuprkebumen jalan rusak", author=f"warga{n}")
        answer = await talk.say("/keaktifan dpupr\nhttps://t.co/a\nhttps://t.co/b #kebumen")

        assert "3 laporan warga masuk, 0 ditanggapi." in answer
        assert f"perlu paling sedikit {LEAST} unggahan" in answer
        assert "Dari 2 unggahan yang ditempel: 2 hanya tautan, 0 menjawab" in answer
        assert "%" not in answer

    async def test_shares_with_their_sample(self, talk: Conversation) -> None:
        posts = ["https://dpupr.contoh.go.id/berita/1 via @dpupr"] * 15 + [
            "@warga terima kasih, kami cek"
        ] * 5
        answer = await talk.say("/keaktifan dpupr\n" + "\n".join(posts))

        assert "Dari 20 unggahan yang ditempel: 15 hanya tautan (75%), 5 menjawab seseorang (25%)" in answer

    def test_what_is_only_a_link(self) -> None:
        assert link_only("https://t.co/abc")
        assert link_only("#Kebumen https://t.co/abc via @humas")
        assert not link_only("Jalan Gombong ditutup sampai sore: https://t.co/abc")
        assert not link_only("selamat pagi")
        assert posts_in('{"text": "https://t.co/a"}\n{broken\n18-8-2026: halo warga').total == 2
