"""What every chat adapter promises. Subclass, give it a `wire`, and run.

The wire is the platform's far side as a test drives it. It must read what we send as the platform reads it:
drop what the platform would drop, ping whom it would ping, show what a person would see.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Protocol

import pytest

from plugin.chat.port import ChatAdapter, Receive
from plugin.chat.values import (
    Action,
    Capabilities,
    Field,
    Form,
    Incoming,
    Kind,
    Media,
    Outgoing,
    Pressed,
    Room,
    Shape,
    Submitted,
    Typed,
)
from plugin.errors import DeliveryError, Refused, TryLater, Unknown


class Wire(Protocol):
    """The far side of an adapter, as a test drives it. `ada` is the person who acts when nobody is named."""

    adapter: ChatAdapter
    room: Room

    async def deliver(self, text: str, *, sender: str = "ada", key: str | None = None) -> None:
        """Let a person write `text` in the room; the same `key` again is the same delivery again."""

    async def press(self, label: str, *, sender: str = "ada") -> None:
        """Let a person press the button with this label on the newest message that has one."""

    async def fill_in(self, values: dict[str, str], *, sender: str = "ada") -> None:
        """Let a person fill in and send the form that is open (only where `can.forms`)."""

    def form(self) -> tuple[str, list[str]]:
        """The title and the field labels of the form that is open (only where `can.forms`)."""

    def shown(self) -> list[str]:
        """The texts now visible in the room, as a reader sees them, oldest first; links as their text."""

    def whispered(self) -> list[tuple[str, str]]:
        """(person, text) of what only one person sees (only where `can.whispers`)."""

    def buttons(self) -> list[str]:
        """The labels of the newest message's buttons."""

    def pictures(self) -> list[bytes]:
        """The pictures now visible in the room, oldest first."""

    def files(self) -> list[tuple[str, bytes]]:
        """(name, content) of the papers now in the room, oldest first."""

    def answering(self) -> str | None:
        """The key of the message that the newest one answers (or whose thread it is in)."""

    def alarms(self) -> list[str]:
        """Everything in what we sent that pinged somebody, made a link we did not write, or was dropped."""

    def refuse_next(self) -> None: ...

    def throttle_next(self, seconds: int) -> None: ...

    def break_next(self) -> None:
        """Accept the next call, then hang up without an answer."""

    def fail_next(self) -> None:
        """Answer the next call with an HTML page and status 503, having done nothing."""


HOSTILE = [
    "a & b &amp; c",
    "<b>x</b> </blockquote> <script>alert(1)</script>",
    "1 < 2 > 0",
    "<!channel> <@U1> <#C1> <!subteam^S1> @here @channel @everyone",
    "<https://evil.example|bank>",
    "[klik](http://evil.example) tg://user?id=1",
    "*star* _under_ ~wave~ `tick` ```block``` ||spoiler||",
    "{{ 7*7 }} {% raw %}",
    "שלום \u202eatka\u202c ja\u200blan",
    "👩‍👩‍👦 🇮🇩 👍🏽",
    "baris satu\nbaris dua",
    "</code></b></i>",
]


class ChatAdapterContract:
    """Every test is a sentence about any chat platform."""

    @contextlib.asynccontextmanager
    async def listening(self, wire: Wire, receive: Receive) -> AsyncIterator[None]:
        task = asyncio.create_task(wire.adapter.listen(receive))
        await asyncio.sleep(0)
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def hear(
        self, wire: Wire, *acts: Callable[[], Awaitable[None]], expect: int = -1
    ) -> list[Incoming]:
        """Do `acts` while the adapter listens, and return what it heard."""
        heard: asyncio.Queue[Incoming] = asyncio.Queue()

        async def receive(message: Incoming) -> None:
            heard.put_nowait(message)

        async with self.listening(wire, receive):
            for act in acts:
                await act()
            wanted = len(acts) if expect < 0 else expect
            async with asyncio.timeout(5):
                return [await heard.get() for _ in range(wanted)]

    # -- hearing ----------------------------------------------------------------------------------------

    async def test_hears_messages_in_order(self, wire: Wire) -> None:
        heard = await self.hear(
            wire, lambda: wire.deliver("/bantuan"), lambda: wire.deliver("/laporan_baru x")
        )

        assert [m.body.text for m in heard if isinstance(m.body, Typed)] == ["/bantuan", "/laporan_baru x"]

    async def test_names_the_room_the_person_and_the_moment(self, wire: Wire) -> None:
        [message] = await self.hear(wire, lambda: wire.deliver("/bantuan"))

        assert message.room == wire.room
        assert message.sender.platform == wire.adapter.name
        assert message.sender.kind is Kind.PERSON
        assert message.at.tzinfo is not None

    async def test_a_repeated_delivery_carries_the_same_key(self, wire: Wire) -> None:
        first, again, other = await self.hear(
            wire,
            lambda: wire.deliver("/bantuan", key="11"),
            lambda: wire.deliver("/bantuan", key="11"),
            lambda: wire.deliver("/bantuan", key="12"),
        )

        assert first.key == again.key
        assert other.key != first.key

    @pytest.mark.parametrize(
        "text", ["/tanggapi 3 a & b <c> \"d\" 'e'", "/tanggapi 3 baris satu\nbaris dua 👍🏽"]
    )
    async def test_hears_words_as_they_were_written(self, wire: Wire, text: str) -> None:
        [message] = await self.hear(wire, lambda: wire.deliver(text))

        assert isinstance(message.body, Typed)
        assert message.body.text == text

    @pytest.mark.parametrize("text", ["/laporan baru", "/laporan-baru.", "/tanggapi17", "/tanggapi#17 Baik."])
    async def test_hears_a_command_with_a_slip_of_the_thumb(self, wire: Wire, text: str) -> None:
        [message] = await self.hear(wire, lambda: wire.deliver(text))

        assert isinstance(message.body, Typed)
        assert message.body.text == text

    async def test_an_answer_that_is_ready_is_shown(self, wire: Wire) -> None:
        done = asyncio.Event()

        async def receive(message: Incoming) -> Outgoing:
            done.set()
            return Outgoing("<b>Siap</b> & sedia".replace("&", "&amp;"))

        async with self.listening(wire, receive):
            await wire.deliver("/bantuan")
            async with asyncio.timeout(5):
                await done.wait()
                while not wire.shown():
                    await asyncio.sleep(0)

        assert wire.shown() == ["Siap & sedia"]

    # -- speaking ---------------------------------------------------------------------------------------

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_shows_text_as_written(self, wire: Wire, text: str) -> None:
        await wire.adapter.send(wire.room, Outgoing(f"<blockquote>{escape(text)}</blockquote>"), key="k1")

        assert wire.shown() == [text]
        assert wire.alarms() == []

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_stays_text_beside_our_own_markup(self, wire: Wire, text: str) -> None:
        said = f"<b>Laporan</b> {escape(text)} <i>{escape(text)}</i> <code>{escape(text)}</code>"
        await wire.adapter.send(wire.room, Outgoing(said), key="k1")

        assert wire.shown() == [f"Laporan {text} {text} {text}"]
        assert wire.alarms() == []

    async def test_hostile_button_labels_stay_text(self, wire: Wire) -> None:
        if not wire.adapter.can.buttons:
            return
        await wire.adapter.send(wire.room, with_button("<!channel> & <b>x</b>"), key="k1")

        assert wire.buttons() == ["<!channel> & <b>x</b>"]
        assert wire.alarms() == []

    async def test_lists_and_links_are_shown(self, wire: Wire) -> None:
        said = (
            'Daftar:\n<ul><li>satu</li><li><a href="https://kebumenkab.go.id/a?b=1&amp;c=2">dua</a></li></ul>'
        )
        await wire.adapter.send(wire.room, Outgoing(said), key="k1")

        [text] = wire.shown()
        assert text.startswith("Daftar:")
        assert "satu" in text
        assert "dua" in text

    async def test_answers_the_message_it_was_asked(self, wire: Wire) -> None:
        [asked] = await self.hear(wire, lambda: wire.deliver("/bantuan"))
        if asked.ref is None:
            return
        await wire.adapter.send(wire.room, Outgoing("ini", answers=asked.ref), key="k1")

        assert wire.answering() == asked.ref.key

    async def test_amends_what_it_sent(self, wire: Wire) -> None:
        ref = await wire.adapter.send(wire.room, with_button("Kirim"), key="k1")
        await wire.adapter.amend(ref, Outgoing("Terkirim."))
        await wire.adapter.amend(ref, Outgoing("Terkirim."))

        assert wire.shown() == ["Terkirim."]
        assert wire.buttons() == []

    async def test_a_card_stays_one_message_with_its_buttons(self, wire: Wire) -> None:
        """However much it says, at first and when it is amended: parts that stay behind would say what was true."""
        moments = [f"baris {n} 👩‍👩‍👦 & <b>" for n in range(600)]
        ref = await wire.adapter.send(wire.room, a_card("Baru.", moments), key="k1")

        [shown] = wire.shown()
        assert shown.startswith("Baru.")
        assert moments[-1] in shown
        assert wire.buttons()[-1:] == ["Kirim"]
        for state, told in (("Dijawab.", [moments[0] * 600]), ("Selesai.", [])):
            await wire.adapter.amend(ref, a_card(state, told))
            [shown] = wire.shown()
            assert shown.startswith(state)
            assert wire.buttons()[-1:] == ["Kirim"]
        assert wire.buttons() == ["Kirim"]
        assert wire.alarms() == []

    async def test_a_card_with_a_picture_grows_in_its_place(self, wire: Wire) -> None:
        if not wire.adapter.can.pictures:
            return
        ref = await wire.adapter.send(wire.room, replace(a_card("Baru.", []), pictures=(PIXEL,)), key="k1")
        await wire.adapter.amend(ref, replace(a_card("Dijawab. " * 200, []), pictures=(PIXEL,)))

        assert [" ".join(text.split()) for text in wire.shown() if text] == [("Dijawab. " * 200).strip()]
        assert wire.pictures() == [PIXEL.content]

    async def test_a_long_text_arrives_whole(self, wire: Wire) -> None:
        text = "\n".join(f"baris {n} 👩‍👩‍👦 & <b>" for n in range(600))
        await wire.adapter.send(wire.room, Outgoing(f"<b>Awal</b>\n{escape(text)}"), key="k1")

        together = "\n".join(wire.shown())
        assert wire.alarms() == []
        assert [f"baris {n} 👩‍👩‍👦 & <b>" for n in range(600)] == [
            line for line in together.split("\n") if line.startswith("baris")
        ]

    async def test_shows_a_picture_with_its_words(self, wire: Wire) -> None:
        if not wire.adapter.can.pictures:
            return
        await wire.adapter.send(
            wire.room, Outgoing("Foto & kata".replace("&", "&amp;"), pictures=(PIXEL,)), key="k1"
        )

        assert wire.pictures() == [PIXEL.content]
        assert any("Foto & kata" in text for text in wire.shown())

    async def test_hands_over_papers_under_their_names_with_the_words(self, wire: Wire) -> None:
        if not wire.adapter.can.files:
            return
        message = Outgoing("Bulan &lt;Oktober&gt;", (), (PIXEL,), files=(SHEET, PAPER))
        ref = await wire.adapter.send(wire.room, message, key="k1")

        assert wire.files() == [(SHEET.name, SHEET.content), (PAPER.name, PAPER.content)]
        assert wire.pictures() == [PIXEL.content]
        assert any("Bulan <Oktober>" in text for text in wire.shown())
        assert wire.alarms() == []
        await wire.adapter.amend(ref, replace(message, text="Bulan November"))
        assert any("Bulan November" in text for text in wire.shown())

    async def test_a_paper_that_cannot_go_is_no_success(self, wire: Wire) -> None:
        if not wire.adapter.can.files:
            return
        wire.refuse_next()

        with pytest.raises(Refused):
            await wire.adapter.send(wire.room, Outgoing("Bulan ini", files=(PAPER,)), key="k1")
        assert wire.files() == []

    async def test_whispers_to_one_person(self, wire: Wire) -> None:
        if not wire.adapter.can.whispers:
            return
        [asked] = await self.hear(wire, lambda: wire.deliver("/bantuan"))
        await wire.adapter.send(wire.room, Outgoing("hanya Anda", whisper_to=asked.sender), key="k1")

        assert wire.whispered() == [(asked.sender.key, "hanya Anda")]

    # -- buttons and forms ------------------------------------------------------------------------------

    async def test_a_pressed_button_says_who_and_where(self, wire: Wire) -> None:
        if not wire.adapter.can.buttons:
            return
        ref = await wire.adapter.send(wire.room, with_button("Kirim"), key="k1")
        [heard] = await self.hear(wire, lambda: wire.press("Kirim", sender="budi"))

        assert heard.body == Pressed("t:kirim-token", ref)
        assert heard.sender.key != ""
        assert heard.room == wire.room

    async def test_many_buttons_are_all_shown(self, wire: Wire) -> None:
        if not wire.adapter.can.buttons:
            return
        rows = "".join(
            f"Laporan {n}<actions><button name='a{n}'>Buka {n}</button>"
            f"<button name='b{n}'>Jawab {n}</button></actions>"
            for n in range(8)
        )
        actions = tuple(
            Action(f"{x}{n}", f"{word} {n}", f"c:{x}{n}")
            for n in range(8)
            for x, word in (("a", "Buka"), ("b", "Jawab"))
        )
        await wire.adapter.send(wire.room, Outgoing(rows, actions), key="k1")

        assert wire.buttons() == [a.label for a in actions]

    async def test_a_form_opens_and_comes_back(self, wire: Wire) -> None:
        if not wire.adapter.can.forms:
            return
        opened = asyncio.Event()
        trouble: list[BaseException] = []
        submitted: list[Incoming] = []

        async def receive(message: Incoming) -> None:
            if isinstance(message.body, Submitted):
                submitted.append(message)
            else:
                assert message.opener is not None
                try:
                    await wire.adapter.open_form(message.opener, FORM)
                except DeliveryError as error:
                    trouble.append(error)
                opened.set()

        async with self.listening(wire, receive):
            await wire.deliver("/tanggapi 17")
            async with asyncio.timeout(5):
                await opened.wait()
            assert trouble == []
            assert wire.form() == ("Tanggapi 17", ["Isi", "Catatan"])
            await wire.fill_in({"text": "Baik & <siap>\n👍🏽", "note": ""})
            async with asyncio.timeout(5):
                while not submitted:
                    await asyncio.sleep(0)

        body = submitted[0].body
        assert isinstance(body, Submitted)
        assert body.token == "form-token"
        assert dict(body.values) == {"text": "Baik & <siap>\n👍🏽", "note": ""}

    # -- trouble ----------------------------------------------------------------------------------------

    async def test_a_refusal_is_refused(self, wire: Wire) -> None:
        wire.refuse_next()

        with pytest.raises(Refused):
            await wire.adapter.send(wire.room, Outgoing("tidak"), key="k1")

    async def test_throttling_says_how_long(self, wire: Wire) -> None:
        wire.throttle_next(7)

        with pytest.raises(TryLater) as caught:
            await wire.adapter.send(wire.room, Outgoing("pelan"), key="k1")
        assert caught.value.after == 7

    async def test_a_broken_connection_is_unknown(self, wire: Wire) -> None:
        wire.break_next()

        with pytest.raises(Unknown):
            await wire.adapter.send(wire.room, Outgoing("entah"), key="k1")

    async def test_a_failing_platform_never_breaks_us(self, wire: Wire) -> None:
        wire.fail_next()

        with pytest.raises((Unknown, TryLater)):
            await wire.adapter.send(wire.room, Outgoing("entah"), key="k1")

    async def test_where_there_is_history_it_tells_what_went_out(self, wire: Wire) -> None:
        if not wire.adapter.can.history:
            return
        ref = await wire.adapter.send(wire.room, Outgoing("pagi"), key="ringkasan-1")

        assert await wire.adapter.sent_before(wire.room, "ringkasan-1") == ref
        assert await wire.adapter.sent_before(wire.room, "ringkasan-2") is None

    async def test_says_what_it_can(self, wire: Wire) -> None:
        assert isinstance(wire.adapter.can, Capabilities)
        assert wire.adapter.can.longest >= 1000
        assert wire.adapter.health == "ok"

    async def test_closes_twice(self, wire: Wire) -> None:
        await wire.adapter.aclose()
        await wire.adapter.aclose()


PIXEL = Media(
    "titik.png",
    "image/png",
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff03"
        "00000600055735c9480000000049454e44ae426082"
    ),
    alt="sebuah titik",
)
SHEET = Media(
    "tanggap-2026-10.xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"PK\x03\x04 not opened by anybody here",
)
PAPER = Media("tanggap-2026-10.pdf", "application/pdf", b"%PDF-1.4 not opened by anybody here")
FORM = Form(
    token="form-token",
    title="Tanggapi 17",
    intro="<b>Warga</b> &lt;menulis&gt;",
    submit="Lihat dulu",
    fields=(
        Field("text", "Isi", Shape.TEXT, initial="", hint="tulis di sini", longest=1000),
        Field("note", "Catatan", Shape.LINE, required=False),
    ),
)


def a_card(state: str, moments: Sequence[str]) -> Outgoing:
    """A card with a button, which tells these moments among its details."""
    told = "".join(f"<details><blockquote>{escape(m)}</blockquote></details>" for m in moments)
    button = '<actions><button name="kirim">Kirim</button></actions>'
    rest = Outgoing(
        'Ada lagi.<actions><button name="all">Rincian</button></actions>', (Action("all", "", "all"),)
    )
    return Outgoing(f"{state}\n{told}{button}", (Action("kirim", "", "t:1"),), rest=rest)


def with_button(label: str) -> Outgoing:
    """A message with one button."""
    text = f'Kirim?<actions><button name="kirim">{escape(label)}</button></actions>'
    return Outgoing(text, (Action("kirim", label, "t:kirim-token"),))
