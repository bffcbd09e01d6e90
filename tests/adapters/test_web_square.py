"""The public square keeps every promise of a public channel."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from plugin.public.outcomes import Published, Refusal, Uncertain
from plugin.public.port import PublicChannel
from plugin.public.values import Author, Draft, Post, PublicAccount
from plugin.store.tables import SquarePost
from tests.contract.public import LONG_AGO, PublicChannelContract
from tests.far_side.web import Elsewhere, Training, TroubledStore, hung_up, locked, register


class SquareWire:
    """Citizens at another process's page."""

    def __init__(self, training: Training, store: TroubledStore, elsewhere: Elsewhere, media: Path) -> None:
        self.training = training
        self.channel: PublicChannel = training.square
        self.account = PublicAccount(1, "alun-alun", "pupr")
        self._store = store
        self._elsewhere = elsewhere
        self._media = media
        self._keys = itertools.count(1)

    def citizen_posts(self, text: str, *, summon: bool = True, photo: bytes | None = None) -> str:
        number = self._write(f"@PUPR, {text}" if summon else text)
        if photo is not None:
            self._elsewhere.write(_attach, int(number), self._stored(photo))
        return number

    def citizen_answers(self, post_id: str, text: str) -> str:
        return self._write(text, answers=post_id)

    def citizen_deletes(self, post_id: str) -> None:
        asked = {"kiriman": post_id, "handle": "warga"}
        answer = self._elsewhere.run(
            self._elsewhere.training.client.post("/latihan/alun-alun/hapus", json=asked)
        )
        assert answer.status_code == 200, answer.text

    def _write(self, text: str, **more: str) -> str:
        form = {"key": f"c{next(self._keys)}", "handle": "warga", "name": "Warga", "text": text}
        return str(self._elsewhere.post("/latihan/alun-alun", form | more)["id"])

    def _stored(self, photo: bytes) -> str:
        """A picture that is in the folder already: the page itself takes only true ones."""
        self._media.mkdir(exist_ok=True)
        name = f"{hashlib.sha256(photo).hexdigest()[:40]}.png"
        (self._media / name).write_bytes(photo)
        return name

    def published(self) -> list[tuple[str, str]]:
        posts = self._elsewhere.get("/latihan/alun-alun").json()["posts"]
        return [(p["text"], str(p["answers"])) for p in posts if p["official"] and not p["gone"]]

    def pictures(self) -> list[list[tuple[bytes, str]]]:
        posts = self._elsewhere.get("/latihan/alun-alun").json()["posts"]
        return [
            [(self._elsewhere.get(shown["url"]).content, shown["alt"]) for shown in post["pictures"]]
            for post in posts
            if post["official"] and not post["gone"]
        ]

    def refuse_next(self) -> None:
        self._elsewhere.write(_delete_newest)

    def throttle_next(self, seconds: int) -> None:
        self._store.before.append(locked())

    def break_next(self) -> None:
        self._store.after.append(hung_up())

    def fail_next(self) -> None:
        self._store.before.append(hung_up())


def _attach(session: Session, number: int, photo: str) -> None:
    row = session.get(SquarePost, number)
    assert row is not None
    row.photo = photo


def _delete_newest(session: Session) -> None:
    newest = session.exec(select(SquarePost).order_by(SquarePost.id.desc())).first()  # type: ignore[union-attr]  # a column
    session.delete(newest)


@pytest.fixture
async def wire(database_url: str, tmp_path: Path) -> AsyncIterator[SquareWire]:
    store = TroubledStore(database_url)
    media = tmp_path / "media"
    training = Training(store, media)
    elsewhere = Elsewhere(database_url, media)
    yield SquareWire(training, store, elsewhere, media)
    elsewhere.close()
    await training.aclose()
    await store.aclose()


class TestSquareChannel(PublicChannelContract):
    """And what only the square promises."""

    async def test_whoever_has_no_answer_may_ask_again(self, wire: SquareWire) -> None:
        """Here a key is kept: the same answer sent twice appears once."""
        target = wire.citizen_posts("jalan rusak")
        wire.break_next()
        first = await wire.channel.publish(wire.account, Draft("Baik."), target, key="r1")
        again = await wire.channel.publish(wire.account, Draft("Baik."), target, key="r1")

        assert isinstance(first, Uncertain)
        assert isinstance(again, Published)
        assert wire.published() == [("Baik.", target)]

    async def test_hears_only_those_who_name_the_account(self, wire: SquareWire) -> None:
        for text in ("@pupr_lain", "surel@pupr", "@@pupr", "pupr"):
            wire.citizen_posts(text, summon=False)
        wanted = [wire.citizen_posts(text, summon=False) for text in ("@pupr", "(@PuPr)", "hai @pupr!")]

        assert [p.id for page in await self.pages(wire) for p in page.posts] == wanted

    async def test_its_own_posts_are_not_mentions(self, wire: SquareWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        await wire.channel.publish(wire.account, Draft("Tanya saja lewat @pupr."), target, key="r1")

        assert [p.id for page in await self.pages(wire) for p in page.posts] == [target]

    async def test_refuses_what_the_square_cannot_show(self, wire: SquareWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        for text, where, code in (
            ("a" * 281, target, "too_long"),
            ("nul \x00", target, "other"),
            ("x", "99", "gone"),
            ("x", "x", "gone"),
        ):
            assert await wire.channel.publish(wire.account, Draft(text), where, key="r1") == Refusal(code)

    async def test_a_sign_of_many_characters_counts_once(self, wire: SquareWire) -> None:
        target = Post("1", Author("9"), "jalan rusak", LONG_AGO)
        family = "👩‍👩‍👦"
        inspection = wire.channel.inspect(family * 281, wire.account, target)

        assert (inspection.weight, inspection.fits) == (281, 280 * len(family))

    async def test_finds_links(self, wire: SquareWire) -> None:
        target = Post("1", Author("9"), "jalan rusak", LONG_AGO)
        inspection = wire.channel.inspect("Lihat https://kebumenkab.go.id/a?b=1 ya", wire.account, target)

        assert [link.url for link in inspection.links] == ["https://kebumenkab.go.id/a?b=1"]

    async def test_a_citizens_post_is_announced_at_once(self, wire: SquareWire) -> None:
        told: list[str] = []
        wire.training.square.on_post = lambda: told.append("baru")
        form = {"key": "x1", "handle": "warga", "name": "Warga", "text": "@pupr halo"}
        client = wire.training.client
        answer = await client.post("/latihan/alun-alun", files={k: (None, v) for k, v in form.items()})

        assert answer.status_code == 200
        assert told == ["baru"]

    async def test_nobody_can_write_under_an_agencys_name(self, wire: SquareWire) -> None:
        await wire.training.store.write(register, "pupr", "Dinas Pekerjaan Umum")
        form = {"key": "x1", "handle": "@PUPR", "name": "Warga", "text": "kami resmi"}
        client = wire.training.client
        answer = await client.post("/latihan/alun-alun", files={k: (None, v) for k, v in form.items()})

        assert (answer.status_code, answer.json()["code"]) == (422, "handle_taken")

    async def test_an_agency_answers_under_its_own_name(self, wire: SquareWire) -> None:
        number = await wire.training.store.write(register, "pupr", "Dinas Pekerjaan Umum")
        target = wire.citizen_posts("jalan rusak")
        account = PublicAccount(number, "alun-alun", "pupr")
        await wire.channel.publish(account, Draft("Baik."), target, key="r1")
        [_, answer] = (await wire.training.client.get("/latihan/alun-alun")).json()["posts"]

        assert (answer["name"], answer["handle"], answer["official"]) == (
            "Dinas Pekerjaan Umum",
            "pupr",
            True,
        )

    async def test_a_citizen_takes_only_their_own_post_away(self, wire: SquareWire) -> None:
        mine, target = wire.citizen_posts("nomor saya"), wire.citizen_posts("jalan rusak")
        await wire.channel.publish(wire.account, Draft("Baik."), target, key="r1")
        client = wire.training.client
        answer = int(target) + 1
        for number, handle, status in ((mine, "lain", 404), (str(answer), "pupr", 404), (mine, "WARGA", 200)):
            asked = {"kiriman": number, "handle": handle}
            assert (await client.post("/latihan/alun-alun/hapus", json=asked)).status_code == status

        posts = {p["id"]: p for p in (await client.get("/latihan/alun-alun")).json()["posts"]}
        assert (posts[int(mine)]["gone"], posts[int(mine)]["text"]) == (True, "")
        assert posts[answer]["text"] == "Baik."
        assert [p.id for page in await self.pages(wire) for p in page.posts] == [target]
        assert await wire.channel.publish(wire.account, Draft("x"), mine, key="r2") == Refusal("gone")
