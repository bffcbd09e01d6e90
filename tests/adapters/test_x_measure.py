"""How X counts a draft, what it makes links of, and where its composer opens."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib import resources
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.x.measure import ruler
from plugin.public.values import Author, Post, PublicAccount
from tests.adapters.x_wire import HANDLE, XWire, open_wire

TARGET = Post("1", Author("9", "warga"), "jalan rusak", datetime(2026, 8, 18, tzinfo=UTC))


@pytest.fixture
async def wire() -> AsyncIterator[XWire]:
    async with open_wire() as wire:
        yield wire


class TestMeasure:
    def test_every_emoji_of_the_list_is_known(self) -> None:
        listed = resources.files("twitter_text.regexp").joinpath("emoji-test.txt").read_text("utf-8")
        shown = listed.partition("# group: Component")[0] + listed.partition("# group: Animals")[2]
        signs = re.findall(r"(?m)^[0-9A-F][0-9A-F ]+;.*?# (\S+) ", shown)
        found = [one["emoji"] for one in ruler().extract_emojis_with_indices(" ".join(signs))]

        assert len(signs) > 3500
        assert found == signs

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("", 0),
            ("Baik.", 5),
            ("–—…“”’", 7),
            ("…", 2),
            ("•", 2),
            ("ꦗꦮ", 4),
            ("🙏🏽", 2),
            ("👨‍👩‍👧‍👦", 2),
            ("Cafe\u0301", 4),
            ("https://kebumenkab.go.id/berita/2026/08/18/perbaikan", 23),
            ("lapor.go.id", 23),
            ("sudah diteruskan.ke dinas", 6 + 23 + 6),
            ("sudah diteruskan. ke dinas", 26),
            ("a@b.co", 6),
            ("@warga_kbm baik", 15),
            ("a\r\nb", 3),
        ],
    )
    async def test_weight_as_x_counts_it(self, wire: XWire, text: str, weight: int) -> None:
        assert wire.channel.inspect(text, wire.account, TARGET).weight == weight

    async def test_links_that_nobody_meant_are_found(self, wire: XWire) -> None:
        found = wire.channel.inspect("Laporan diteruskan.ke dinas, lihat http://x.id/a", wire.account, TARGET)

        assert [(link.text, link.url) for link in found.links] == [
            ("diteruskan.ke", "https://diteruskan.ke"),
            ("http://x.id/a", "http://x.id/a"),
        ]

    @pytest.mark.parametrize(
        ("text", "fits"),
        [
            ("a" * 300, 280),
            ("a" * 279 + "🙏🏽 ya", 279),
            ("a" * 278 + "🙏🏽 ya", 280),
            ("a" * 279 + "👨‍👩‍👧‍👦", 279),
            ("a" * 279 + "e\u0301" + "zz", 281),
            ("a" * 279 + "x\u0323\u0301 ya", 279),
            ("…" * 141, 140),
            ("https://kebumenkab.go.id/" + "b" * 300 + " " + "c" * 300, 325 + 257),
            ("baik. " * 2000, 280),
        ],
    )
    async def test_fits_never_ends_inside_a_sign(self, wire: XWire, text: str, fits: int) -> None:
        found = wire.channel.inspect(text, wire.account, TARGET)

        assert found.too_long
        assert found.fits == fits

    def test_counting_needs_no_setuptools(self) -> None:
        """twitter_text asks for `pkg_resources`, which a fresh environment does not have."""
        ask = (
            "import sys; sys.modules['pkg_resources'] = None; "
            "from adapters.x.measure import weigh; print(weigh('… 🙏🏽'))"
        )
        told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

        assert told.stdout == "5\n"

    async def test_half_a_sign_does_not_break_the_counting(self, wire: XWire) -> None:
        assert wire.channel.inspect("a\ud800", wire.account, TARGET).fits == 2

    async def test_summoned_is_told_from_the_post_itself(self, wire: XWire) -> None:
        named = wire.citizen_posts("jalan rusak")
        post = (await wire.read())[named]
        unknown = PublicAccount(5, "x", HANDLE)

        assert wire.channel.inspect("x", wire.account, post).summoned is True
        assert wire.channel.inspect("x", wire.account, TARGET).summoned is False
        assert wire.channel.inspect("x", unknown, post).summoned is None


class TestComposer:
    @pytest.mark.parametrize("text", ["Baik & <ya> = 100% #jalan +1?", "Salam 🙏🏽\nBupati", "&amp;"])
    async def test_the_composer_opens_with_exactly_the_text(self, wire: XWire, text: str) -> None:
        url = urlsplit(wire.channel.compose_url(text, "17"))

        assert (url.scheme, url.netloc, url.path) == ("https", "x.com", "/intent/tweet")
        assert parse_qs(url.query) == {"in_reply_to": ["17"], "text": [text]}
        assert "+" not in url.query

    async def test_says_what_it_can(self, wire: XWire) -> None:
        can = wire.channel.can

        assert (can.longest, can.needs_approval, can.composer, can.poll_seconds) == (280, True, True, 60)
