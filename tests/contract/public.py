"""What every public channel promises. Subclass, give it a `wire`, and run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Protocol

import pytest
from PIL import Image

from plugin.errors import Refused, TryLater, Unknown
from plugin.media import Media
from plugin.public.outcomes import NotSent, Published, RateLimited, Refusal, Uncertain, Withdrawn
from plugin.public.port import ActivitySource, PublicChannel
from plugin.public.values import Author, Availability, Draft, Page, Post, PostRef, PublicAccount

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TRICKY = [
    "Baik & sudah <selesai> \"ya\" 'ok'",
    "Matur nuwun 🙏🏽\nSalam",
    "jalan ke/dari 1 < 2 > 0 &amp; titik",
]


def png(shade: int) -> bytes:
    """A small picture, another one for each shade."""
    out = BytesIO()
    Image.new("RGB", (40, 30), (shade * 40, 90, 90)).save(out, "PNG")
    return out.getvalue()


PICTURE = Media("foto.png", "image/png", png(1), "Jalan yang sudah ditambal")


class PublicWire(Protocol):
    """The channel's far side, as a test drives it."""

    channel: PublicChannel
    account: PublicAccount

    def citizen_posts(self, text: str, *, summon: bool = True, photo: bytes | None = None) -> str:
        """A citizen names the account in public; returns the post's id."""

    def citizen_answers(self, post_id: str, text: str) -> str:
        """A citizen answers below a post; returns the new post's id."""

    def citizen_deletes(self, post_id: str) -> None:
        """The citizen takes a post of their own out of public."""

    def published(self) -> list[tuple[str, str]]:
        """(text, target post) of what the account has published, as a reader sees it, oldest first."""

    def pictures(self) -> list[list[tuple[bytes, str]]]:
        """(bytes, what is said of it) of the pictures in each post of the account's, oldest first."""

    def refuse_next(self) -> None: ...

    def throttle_next(self, seconds: int) -> None: ...

    def break_next(self) -> None:
        """Accept the next call, do it, then hang up without an answer."""

    def fail_next(self) -> None:
        """Answer the next call with an HTML page and status 503, having done nothing."""


class PublicChannelContract:
    async def pages(self, wire: PublicWire, since: str = "") -> list[Page]:
        return [page async for page in wire.channel.mentions(wire.account, since)]

    async def test_reads_mentions_and_remembers_how_far(self, wire: PublicWire) -> None:
        first = wire.citizen_posts("jalan rusak")
        pages = await self.pages(wire)
        second = wire.citizen_posts("lampu mati")
        later = await self.pages(wire, pages[-1].cursor)
        idle = await self.pages(wire, later[-1].cursor)

        assert [p.id for page in pages for p in page.posts] == [first]
        assert [p.id for page in later for p in page.posts] == [second]
        assert [p for page in idle for p in page.posts] == []
        assert pages[-1].complete
        assert later[-1].complete

    async def test_a_long_absence_is_read_page_by_page_without_loss(self, wire: PublicWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await self.pages(wire))[-1].cursor
        wanted = {wire.citizen_posts(f"laporan {n}") for n in range(250)}
        pages = await self.pages(wire, cursor)

        got = [p.id for page in pages for p in page.posts]
        assert set(got) == wanted
        assert len(got) == len(wanted)
        assert len(pages) >= 2

    async def test_whoever_stops_in_the_middle_gets_the_rest(self, wire: PublicWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await self.pages(wire))[-1].cursor
        wanted = {wire.citizen_posts(f"laporan {n}") for n in range(250)}
        got: set[str] = set()
        async for page in wire.channel.mentions(wire.account, cursor):
            got |= {p.id for p in page.posts}
            cursor = page.cursor
            break
        late = wire.citizen_posts("sementara itu")
        for _ in range(2):  # the unfinished stretch, then what came meanwhile
            async for page in wire.channel.mentions(wire.account, cursor):
                got |= {p.id for p in page.posts}
                cursor = page.cursor

        assert got == wanted | {late}

    @pytest.mark.parametrize("text", TRICKY)
    async def test_reads_words_as_they_were_written(self, wire: PublicWire, text: str) -> None:
        wire.citizen_posts(text)
        [page] = await self.pages(wire)

        assert text in page.posts[0].text

    async def test_reads_photos(self, wire: PublicWire) -> None:
        wire.citizen_posts("lihat ini", photo=b"\x89PNG")
        [page] = await self.pages(wire)
        [photo] = page.posts[0].photos
        media = await wire.channel.fetch(photo, most_bytes=1000)

        assert media.content == b"\x89PNG"
        with pytest.raises(Refused):
            await wire.channel.fetch(photo, most_bytes=2)

    @pytest.mark.parametrize("text", TRICKY)
    async def test_publishes_exactly_the_text(self, wire: PublicWire, text: str) -> None:
        target = wire.citizen_posts("jalan rusak")
        outcome = await wire.channel.publish(wire.account, Draft(text), target, key="r1")

        assert isinstance(outcome, Published)
        assert wire.published() == [(text, target)]

    async def test_publishes_pictures_with_what_they_show(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        pictures = tuple(
            Media(f"f{n}.png", "image/png", png(n), alt) for n, alt in enumerate(("Aspal & <garis>", ""))
        )
        outcome = await wire.channel.publish(wire.account, Draft("Sudah.", pictures), target, key="r1")
        found = await wire.channel.find_published(wire.account, "Sudah.", target, since=LONG_AGO)

        assert isinstance(outcome, Published)
        assert wire.published() == [("Sudah.", target)]
        assert wire.pictures() == [[(png(0), "Aspal & <garis>"), (png(1), "")]]
        assert found is not None
        assert found.id == outcome.ref.id

    async def test_takes_no_more_pictures_than_it_says(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        most = wire.channel.can.pictures
        many = tuple(Media(f"f{n}.png", "image/png", png(n)) for n in range(most + 1))

        assert most >= 1
        assert await wire.channel.publish(wire.account, Draft("x", many), target, key="r1") == Refusal(
            "pictures"
        )
        assert wire.published() == []
        assert isinstance(
            await wire.channel.publish(wire.account, Draft("x", many[:most]), target, key="r2"), Published
        )

    async def test_what_is_no_picture_is_refused(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        paper = Media("surat.svg", "image/svg+xml", b"<svg/>")

        assert await wire.channel.publish(wire.account, Draft("x", (paper,)), target, key="r1") == Refusal(
            "pictures"
        )
        assert wire.published() == []

    async def test_a_picture_that_does_not_arrive_leaves_nothing_public(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.fail_next()
        failed = await wire.channel.publish(wire.account, Draft("x", (PICTURE,)), target, key="r1")
        wire.throttle_next(600)
        throttled = await wire.channel.publish(wire.account, Draft("x", (PICTURE,)), target, key="r1")

        assert isinstance(failed, NotSent | Uncertain)
        assert isinstance(throttled, RateLimited)
        assert wire.published() == []
        again = await wire.channel.publish(wire.account, Draft("x", (PICTURE,)), target, key="r1")
        assert isinstance(again, Published)

    async def test_goes_on_below_its_own_post_or_says_that_it_may_not(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        first = await self.publish(wire, "Kami cek. (1/2)", target)
        outcome = await wire.channel.publish(wire.account, Draft("Besok. (2/2)"), first.id, key="r2")
        found = await wire.channel.find_published(wire.account, "Besok. (2/2)", first.id, since=LONG_AGO)

        if isinstance(outcome, Published):
            assert found == outcome.ref
            assert wire.published()[1] == ("Besok. (2/2)", first.id)
        else:
            assert outcome == Refusal("not_summoned")
            assert found is None

    async def test_a_citizens_answer_below_ours_belongs_to_the_same_conversation(
        self, wire: PublicWire
    ) -> None:
        target = wire.citizen_posts("jalan rusak")
        outcome = await wire.channel.publish(wire.account, Draft("Sudah kami catat."), target, key="r1")
        assert isinstance(outcome, Published)
        answer = wire.citizen_answers(outcome.ref.id, "belum ada tindakan")
        posts = {p.id: p for page in await self.pages(wire) for p in page.posts}

        assert posts[answer].conversation == posts[target].conversation
        assert posts[answer].answers == outcome.ref.id

    async def test_finds_what_it_published(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        other = wire.citizen_posts("lampu mati")
        wire.break_next()
        outcome = await wire.channel.publish(wire.account, Draft(TRICKY[0]), target, key="r1")
        found = await wire.channel.find_published(wire.account, TRICKY[0], target, since=LONG_AGO)

        assert isinstance(outcome, Uncertain)
        assert found is not None
        assert wire.published() == [(TRICKY[0], target)]
        assert await wire.channel.find_published(wire.account, TRICKY[0], other, since=LONG_AGO) is None
        assert await wire.channel.find_published(wire.account, "lain", target, since=LONG_AGO) is None

    async def test_tells_whom_the_account_answered_by_whatever_hand(self, wire: PublicWire) -> None:
        asked, other = wire.citizen_posts("jalan rusak"), wire.citizen_posts("lampu mati")
        first = await self.publish(wire, "Kami cek.", asked)
        second = await self.publish(wire, "Sudah menyala.", other)
        await wire.channel.withdraw(wire.account, first)
        found = await wire.channel.written_since(wire.account, LONG_AGO)

        assert [(post.id, post.answers, post.url) for post in found] == [(second.id, other, second.url)]
        assert found[0].text.endswith("Sudah menyala.")
        assert abs(found[0].at - datetime.now(UTC)) < timedelta(hours=1)
        assert await wire.channel.written_since(wire.account, datetime.now(UTC) + timedelta(hours=1)) == []
        wire.fail_next()
        with pytest.raises((Unknown, TryLater)):
            await wire.channel.written_since(wire.account, LONG_AGO)

    async def test_tells_what_an_account_wrote_and_who_named_it(self, wire: PublicWire) -> None:
        if wire.channel.can.activity_price is None:
            return
        assert isinstance(wire.channel, ActivitySource)
        asked, other = wire.citizen_posts("jalan rusak"), wire.citizen_posts("lampu mati")
        await self.publish(wire, "Kami cek.", asked)
        seen = await wire.channel.activity(wire.account)

        assert [(p.answers, p.is_repost) for p in seen.own] == [(asked, False)]
        assert seen.own[0].text.endswith("Kami cek.")
        assert [p.id for p in seen.naming] == [other, asked]
        wire.fail_next()
        with pytest.raises((Unknown, TryLater)):
            await wire.channel.activity(wire.account)

    async def test_a_refusal_is_an_outcome(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.refuse_next()

        assert isinstance(await wire.channel.publish(wire.account, Draft("x"), target, key="r1"), Refusal)
        assert wire.published() == []

    async def test_throttling_is_an_outcome_with_a_time(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.throttle_next(600)
        outcome = await wire.channel.publish(wire.account, Draft("x"), target, key="r1")

        assert isinstance(outcome, RateLimited)
        assert timedelta(0) < outcome.until - datetime.now(UTC) <= timedelta(seconds=660)
        assert wire.published() == []

    async def test_a_failing_channel_is_uncertain_when_publishing(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.fail_next()

        assert isinstance(await wire.channel.publish(wire.account, Draft("x"), target, key="r1"), Uncertain)

    async def test_throttled_reading_says_how_long(self, wire: PublicWire) -> None:
        wire.citizen_posts("jalan rusak")
        wire.throttle_next(600)

        with pytest.raises(TryLater) as caught:
            await self.pages(wire)
        assert 0 < caught.value.after <= 660

    async def test_a_failing_channel_never_breaks_reading(self, wire: PublicWire) -> None:
        wire.citizen_posts("jalan rusak")
        wire.fail_next()

        with pytest.raises((Unknown, TryLater)):
            await self.pages(wire)

    async def publish(self, wire: PublicWire, text: str, target: str) -> PostRef:
        outcome = await wire.channel.publish(wire.account, Draft(text), target, key=f"r-{text}")
        assert isinstance(outcome, Published)
        return outcome.ref

    async def test_knows_its_own_addresses_and_no_others(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        ref = await self.publish(wire, "Kami cek.", target)
        found = wire.channel.post_at(f" {ref.url}\n")

        assert found is not None
        assert found[1].id == ref.id
        assert found[0].casefold() in ("", wire.account.handle.casefold())
        for other in ("", "halo", "https://example.org/a/status/1", "javascript:alert(1)"):
            assert wire.channel.post_at(other) is None

    async def test_takes_back_what_it_published_and_nothing_else(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        kept = await self.publish(wire, "Kami cek.", target)
        ref = await self.publish(wire, "Salah alamat.", target)
        taken = await wire.channel.withdraw(wire.account, ref)
        again = await wire.channel.withdraw(wire.account, ref)

        assert (taken, again) == (Withdrawn(), Withdrawn())
        assert wire.published() == [("Kami cek.", target)]
        assert await wire.channel.find_published(wire.account, "Kami cek.", target, since=LONG_AGO) == kept
        assert (
            await wire.channel.find_published(wire.account, "Salah alamat.", target, since=LONG_AGO) is None
        )

    async def test_a_withdrawal_without_an_answer_may_be_asked_again(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        ref = await self.publish(wire, "Salah alamat.", target)
        wire.break_next()
        lost = await wire.channel.withdraw(wire.account, ref)

        assert isinstance(lost, Uncertain)
        assert wire.published() == []
        assert await wire.channel.withdraw(wire.account, ref) == Withdrawn()

    async def test_a_failing_channel_has_taken_nothing_back(self, wire: PublicWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        ref = await self.publish(wire, "Salah alamat.", target)
        wire.fail_next()
        failed = await wire.channel.withdraw(wire.account, ref)
        wire.throttle_next(600)
        throttled = await wire.channel.withdraw(wire.account, ref)

        assert isinstance(failed, Uncertain)
        assert isinstance(throttled, RateLimited)
        assert wire.published() == [("Salah alamat.", target)]

    async def recheck(self, wire: PublicWire, ids: list[str]) -> dict[str, str]:
        seen: list[Availability] = []
        refs = [PostRef(key, "") for key in ids]
        async for one in wire.channel.recheck(wire.account, refs):
            seen.append(one)
        assert len(seen) == len({one.ref for one in seen})
        return {one.ref.id: one.state for one in seen}

    async def test_tells_which_posts_are_still_public(self, wire: PublicWire) -> None:
        kept, deleted = wire.citizen_posts("jalan rusak"), wire.citizen_posts("nomor saya 081")
        wire.citizen_deletes(deleted)

        assert await self.recheck(wire, [kept, deleted]) == {kept: "there", deleted: "gone"}
        assert await self.recheck(wire, []) == {}

    async def test_rechecks_more_posts_than_one_question_takes(self, wire: PublicWire) -> None:
        ids = [wire.citizen_posts(f"laporan {n}") for n in range(230)]
        gone = set(ids[::7])
        for key in gone:
            wire.citizen_deletes(key)

        assert await self.recheck(wire, ids) == {key: "gone" if key in gone else "there" for key in ids}

    async def test_tells_who_wrote_a_post_and_what_it_answers(self, wire: PublicWire) -> None:
        target, deleted = wire.citizen_posts("jalan rusak"), wire.citizen_posts("lampu mati")
        ref = await self.publish(wire, "Kami cek.", target)
        wire.citizen_deletes(deleted)
        ours = await wire.channel.look_at(wire.account, ref)
        citizens = await wire.channel.look_at(wire.account, PostRef(target, ""))

        assert ours is not None
        assert (ours.author.handle, ours.answers) == (wire.account.handle, target)
        assert citizens is not None
        assert citizens.author.handle != wire.account.handle
        assert citizens.answers == ""
        assert await wire.channel.look_at(wire.account, PostRef(deleted, "")) is None
        wire.fail_next()
        with pytest.raises((Unknown, TryLater)):
            await wire.channel.look_at(wire.account, ref)

    async def test_a_failing_channel_calls_no_post_deleted(self, wire: PublicWire) -> None:
        key = wire.citizen_posts("jalan rusak")
        wire.fail_next()
        with pytest.raises((Unknown, TryLater)):
            await self.recheck(wire, [key])
        wire.throttle_next(600)
        with pytest.raises(TryLater):
            await self.recheck(wire, [key])

        assert await self.recheck(wire, [key]) == {key: "there"}

    async def test_knows_whose_tokens_these_are(self, wire: PublicWire) -> None:
        key, handle = await wire.channel.identify(wire.account)

        assert handle.lower() == wire.account.handle.lower()
        assert key

    async def test_measures_a_draft(self, wire: PublicWire) -> None:
        target = Post("1", Author("9", "warga"), "jalan rusak", LONG_AGO)
        short = wire.channel.inspect("Baik.", wire.account, target)
        long = wire.channel.inspect("a" * (short.longest + 20), wire.account, target)

        assert not short.too_long
        assert short.fits == len("Baik.")
        assert long.too_long
        assert long.fits == short.longest

    async def test_says_it_is_well_and_closes_twice(self, wire: PublicWire) -> None:
        assert wire.channel.health == "ok"
        await wire.channel.aclose()
        await wire.channel.aclose()
