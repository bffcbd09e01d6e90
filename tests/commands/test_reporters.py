"""Facts about whoever wrote, for a person to weigh; and the policy on those without a name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plugin.desk.posts.reporters import facts
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import open_conversation

WRITTEN = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)


def test_facts_are_read_as_the_channel_gives_them() -> None:
    said = facts(
        {
            "created_at": "2026-08-15T10:00:00.000Z", "followers": "1203", "location": "Gombong 081234567890",
            "verified": "government",
        },
        WRITTEN,
    )  # fmt: skip

    assert (said.days, said.followers, said.location, said.verified) == (2, 1203, "Gombong •••", "government")


@pytest.mark.parametrize("nonsense", ["", "yesterday", "9" * 40, "2026-13-45", "<b>"])
def test_what_a_channel_does_not_say_is_not_made_up(nonsense: str) -> None:
    said = facts({"created_at": nonsense, "followers": nonsense.replace("9", "x")}, WRITTEN)

    assert (said.since, said.days, said.followers, said.location) == (None, None, None, "")


async def test_facts_are_told_on_request_and_the_policy_is_at_hand(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    card = await talk.read_all(number)

    assert "Akun pelapor: sejak 1 Januari 2020, 12 pengikut" in card
    assert "palsu" not in card
    assert "Pelapor tanpa nama" in await talk.say("/kebijakan", who="asing", room="liar")
