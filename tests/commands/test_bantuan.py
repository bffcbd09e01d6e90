"""/bantuan: short enough for a phone, and only what this person may do here."""

from __future__ import annotations

from commands import OFFER
from tests.desk import Conversation


async def test_the_page_explains_what_is_typed_every_day_and_names_the_rest(talk: Conversation) -> None:
    page = await talk.say("/bantuan")

    assert "/tanggapi menanggapi warga lewat akun resmi" in page
    assert "/edaran" in page
    assert "surat edaran:" not in page
    assert "/beri-peran" not in page  # only for who gives roles
    assert len(page) < 1400


async def test_all_of_it_is_explained_where_somebody_asks(talk: Conversation) -> None:
    page = await talk.say("/bantuan semua")

    assert "/edaran surat edaran:" in page
    assert "/tanggapi menanggapi warga" in page


async def test_one_command_is_explained_also_to_who_may_not_use_it(talk: Conversation) -> None:
    assert "/beri-peran" in await talk.say("/bantuan beri-peran", who="tamu")


async def test_what_slacks_menu_has_no_room_for_says_how_it_is_typed_there(talk: Conversation) -> None:
    rare = next(c for c in OFFER.commands if c.rare)

    assert f"/aduan {rare.name}" in await talk.say("/bantuan semua")
    assert f"Di Slack: /aduan {rare.name}" in await talk.say(f"/bantuan {rare.name}")
    assert (await talk.say(f"/aduan {rare.name}")) == (await talk.say(f"/{rare.name}"))
