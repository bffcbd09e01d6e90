"""Reading posts on X: the words as they were written, and all that X says beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from plugin.public.values import Draft, PublicAccount
from tests.adapters.x_wire import HANDLE, XWire, open_wire

LONG = "Jalan di depan balai desa rusak berat & berlubang. " * 8 + "akhir <laporan>"


@pytest.fixture(params=["tweet", "post"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
    async with open_wire(request.param) as wire:
        yield wire


class TestPosts:
    async def test_a_long_post_is_read_to_its_end(self, wire: XWire) -> None:
        key = wire.citizen_posts(LONG)

        assert (await wire.read())[key].text == f"@{HANDLE} {LONG}"

    async def test_a_name_at_the_end_of_a_long_post_summons(self, wire: XWire) -> None:
        other = wire.far.world.user("dishub_kbm", wire.far.clock()).id
        key = wire.citizen_posts(LONG + " @dishub_kbm")

        assert other in (await wire.read())[key].mentions

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("lihat https://kebumenkab.go.id/berita", "lihat kebumenkab.go.id/berita"),
            ("lihat kebumenkab.go.id ya", "lihat kebumenkab.go.id ya"),
            (
                "https://kebumenkab.go.id/a/b/c/d/e/f/g/h/i/j a < b",
                "https://kebumenkab.go.id/a/b/c/d/e/f/g/h/i/j a < b",
            ),
        ],
    )
    async def test_links_are_shown_as_their_author_wrote_them(
        self, wire: XWire, written: str, read: str
    ) -> None:
        key = wire.citizen_posts(written)

        assert (await wire.read())[key].text == f"@{HANDLE} {read}"

    async def test_the_link_to_a_photo_that_is_shown_is_left_out(self, wire: XWire) -> None:
        key = wire.citizen_posts("lihat kebumenkab.go.id", photo=b"\x89PNG")
        post = (await wire.read())[key]

        assert post.text == f"@{HANDLE} lihat kebumenkab.go.id"
        assert [p.alt for p in post.photos] == [f"foto {post.photos[0].key}"]

    async def test_the_channels_own_facts_about_an_author(self, wire: XWire) -> None:
        wire.far.world.user("warga_kbm", wire.far.clock(), followers=7, location="Gombong")
        key = wire.citizen_posts("jalan rusak")
        post = (await wire.read())[key]

        assert post.author.handle == "warga_kbm"
        assert post.author.facts == {
            "created_at": "2015-08-17T02:00:00.000Z",
            "followers": "7",
            "location": "Gombong",
            "verified": "",
        }
        assert post.url == f"https://x.com/warga_kbm/status/{key}"

    async def test_a_verified_kind_is_said(self, wire: XWire) -> None:
        wire.far.world.user("bupati_kbm", wire.far.clock(), verified_type="government")
        key = wire.far.citizen_posts("mohon dicek", mention=HANDLE, by="bupati_kbm")

        assert (await wire.read())[key].author.facts["verified"] == "government"

    async def test_a_post_whose_author_is_gone_is_still_read(self, wire: XWire) -> None:
        key = wire.citizen_posts("jalan rusak")
        wire.far.forget("warga_kbm")
        post = (await wire.read())[key]

        assert (post.author.handle, post.author.facts) == ("", {})
        assert post.author.id
        assert post.url == f"https://x.com/i/status/{key}"

    async def test_a_repost_is_marked_and_a_quote_is_a_post(self, wire: XWire) -> None:
        key = wire.citizen_posts("jalan rusak")
        repost = wire.far.repost(key)
        quote = wire.far.citizen_posts("ini juga", mention=HANDLE, quotes=key)
        posts = await wire.read()

        assert [posts[k].is_repost for k in (key, repost, quote)] == [False, True, False]

    async def test_quoting_the_agency_summons_it(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        await wire.channel.publish(wire.account, Draft("Sudah kami catat."), target, key="r1")
        ours = wire.far.world.own[wire.account.platform_id][-1].id
        other = wire.far.world.user("dishub_kbm", wire.far.clock())
        wire.far.citizen_posts("kok belum?", mention=other.handle, quotes=ours)
        account = PublicAccount(2, "x", other.handle, other.id)
        [page] = await wire.pages(account=account)

        assert wire.account.platform_id in page.posts[0].mentions

    async def test_an_answer_to_a_deleted_post_is_still_read(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        outer = wire.far.citizen_answers(target, f"benar @{HANDLE}", by="warga_lain")
        wire.far.delete(target)
        post = (await wire.read())[outer]

        assert (post.answers, post.conversation) == (target, target)

    async def test_a_place_is_named(self, wire: XWire) -> None:
        key = wire.far.citizen_posts("jalan rusak", mention=HANDLE, place="Gombong, Kebumen")

        assert (await wire.read())[key].place == "Gombong, Kebumen"

    async def test_an_edited_post_says_which_it_was(self, wire: XWire) -> None:
        first = wire.citizen_posts("jalan rusk")
        second = wire.far.edit(first, f"@{HANDLE} jalan rusak")
        third = wire.far.edit(second, f"@{HANDLE} jalan rusak parah")
        posts = await wire.read()

        assert {key: post.versions for key, post in posts.items()} == {third: (first, second)}
