"""Publishing on X: exactly once, exactly this text, and an outcome whatever X answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from plugin.errors import Refused
from plugin.public.outcomes import Published, RateLimited, Refusal, Uncertain
from plugin.public.values import Draft, PublicAccount
from tests.adapters.x_wire import HANDLE, XWire, open_wire
from tests.far_side import x_rules

TEXT = "Terima kasih, jalan kami periksa besok & lusa."


@pytest.fixture(params=["tweet", "post"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
    async with open_wire(request.param) as wire:
        yield wire


class TestOutcome:
    async def test_published_says_where(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        outcome = await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")

        assert isinstance(outcome, Published)
        assert outcome.ref.url == f"https://x.com/{HANDLE}/status/{outcome.ref.id}"

    @pytest.mark.parametrize(
        ("status", "detail", "code"),
        [
            (403, x_rules.NOT_SUMMONED, "not_summoned"),
            (403, x_rules.GONE, "gone"),
            (403, x_rules.DUPLICATE, "duplicate"),
            (403, x_rules.TOO_LONG, "too_long"),
            (403, x_rules.SUSPENDED, "suspended"),
            (403, "You are not permitted to perform this action.", "forbidden"),
            (400, "One or more parameters to your request was invalid.", "other"),
            (400, x_rules.TOO_LONG, "too_long"),
            (401, "Unauthorized", "disconnected"),
            (402, "credits depleted", "no_credit"),
        ],
    )
    async def test_each_refusal_has_its_code(self, wire: XWire, status: int, detail: str, code: str) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.far.answer_next(status, x_rules.problem(status, "No", detail))

        assert await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1") == Refusal(code)
        assert wire.published() == []
        assert len(wire.far.calls) == 1

    async def test_the_older_form_of_a_refusal_is_understood(self, wire: XWire) -> None:
        wire.far.answer_next(403, {"errors": [{"code": 187, "message": x_rules.DUPLICATE}, 7, None]})

        assert await wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1") == Refusal("duplicate")

    async def test_who_was_not_named_may_not_answer(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak", summon=False)

        assert await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1") == Refusal(
            "not_summoned"
        )

    async def test_a_deleted_post_cannot_be_answered(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.far.delete(target)

        assert await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1") == Refusal("gone")

    async def test_the_same_text_twice_is_a_duplicate_that_is_found(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        first = await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")
        second = await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")
        found = await wire.channel.find_published(wire.account, TEXT, target, since=datetime.now(UTC))

        assert second == Refusal("duplicate")
        assert isinstance(first, Published)
        assert found == first.ref

    async def test_too_long_is_refused_and_nothing_is_cut(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        outcome = await wire.channel.publish(wire.account, Draft("a" * 281), target, key="r1")

        assert outcome == Refusal("too_long")
        assert wire.published() == []

    async def test_what_fits_exactly_is_published(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")

        assert isinstance(
            await wire.channel.publish(wire.account, Draft("a" * 280), target, key="r1"), Published
        )

    @pytest.mark.parametrize("status", [0, 200, 201, 302, 500, 503])
    async def test_no_answer_is_uncertain_and_never_sent_again(self, wire: XWire, status: int) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.far.fail_next(status) if status else wire.break_next()

        assert isinstance(await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1"), Uncertain)
        assert len(wire.far.calls) == 1

    async def test_nobody_at_the_door_is_uncertain(self, wire: XWire) -> None:
        await wire.far.stop()

        outcome = await wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1")
        assert outcome == Uncertain("connection broken")

    async def test_waiting_too_long_is_uncertain(self) -> None:
        async with open_wire(deadline=0.05) as wire:
            target = wire.citizen_posts("jalan rusak")
            wire.far.hang_next()
            outcome = await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")

            assert outcome == Uncertain("timeout")

    async def test_an_answer_without_an_id_is_uncertain(self, wire: XWire) -> None:
        wire.far.answer_next(201, {"data": {"text": "x"}})

        assert isinstance(await wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1"), Uncertain)

    async def test_being_cancelled_passes_through(self, wire: XWire) -> None:
        wire.far.hang_next()
        task = asyncio.create_task(wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1"))
        while not wire.far.calls:
            await asyncio.sleep(0)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task

    async def test_the_days_limit_counts_when_it_is_used_up(self, wire: XWire) -> None:
        now = datetime.now(UTC)
        day = int((now + timedelta(hours=9)).timestamp())
        headers = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(day)}
        wire.far.answer_next(429, {}, headers)
        outcome = await wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1")

        assert outcome == RateLimited(datetime.fromtimestamp(day, UTC))

    @pytest.mark.parametrize("reset", ["", "soon", "0", "9" * 40, "-1", "٣"])
    async def test_without_a_sensible_figure_a_minute_is_waited(self, wire: XWire, reset: str) -> None:
        wire.far.answer_next(429, {}, {"x-rate-limit-reset": reset})
        outcome = await wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1")

        assert isinstance(outcome, RateLimited)
        assert timedelta(seconds=50) < outcome.until - datetime.now(UTC) <= timedelta(seconds=60)

    async def test_an_account_without_keys_publishes_nothing(self, wire: XWire) -> None:
        nobody = PublicAccount(5, "x", HANDLE, "1")

        assert await wire.channel.publish(nobody, Draft(TEXT), "1", key="r1") == Refusal("disconnected")
        assert wire.far.calls == []

    async def test_a_refused_reply_is_no_trouble_of_the_line(self, wire: XWire) -> None:
        wire.far.refuse_next(x_rules.NOT_SUMMONED)
        await wire.channel.publish(wire.account, Draft(TEXT), "1", key="r1")

        assert wire.channel.health == "ok"


class TestKeys:
    async def test_a_wrong_secret_is_refused_by_its_signature(self, wire: XWire) -> None:
        tokens = dict(wire.account.tokens) | {"access_token_secret": "salah"}
        stranger = PublicAccount(1, "x", HANDLE, wire.account.platform_id, tokens)

        assert await wire.channel.publish(stranger, Draft(TEXT), "1", key="r1") == Refusal("disconnected")

    async def test_an_account_that_was_connected_anew_uses_its_new_keys(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.far.revoke(wire.account.tokens)
        before = await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")
        fresh = PublicAccount(1, "x", HANDLE, wire.account.platform_id, wire.far.add_account(HANDLE))
        after = await wire.channel.publish(fresh, Draft(TEXT), target, key="r1")

        assert before == Refusal("disconnected")
        assert isinstance(after, Published)

    async def test_each_account_writes_as_itself(self, wire: XWire) -> None:
        other = PublicAccount(2, "x", "dishub_kbm", "", wire.far.add_account("dishub_kbm"))
        target = wire.far.citizen_posts(f"jalan @{HANDLE} @dishub_kbm")
        await wire.channel.publish(wire.account, Draft("Dari PUPR."), target, key="r1")
        await wire.channel.publish(other, Draft("Dari Dishub."), target, key="r2")

        assert wire.far.published(HANDLE) == [("Dari PUPR.", target)]
        assert wire.far.published("dishub_kbm") == [("Dari Dishub.", target)]
        assert (await wire.channel.identify(other))[1] == "dishub_kbm"

    async def test_whose_tokens_cannot_be_told_without_any(self, wire: XWire) -> None:
        with pytest.raises(Refused):
            await wire.channel.identify(PublicAccount(5, "x", HANDLE))

    async def test_no_token_and_no_text_is_ever_logged(
        self, wire: XWire, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        target = wire.citizen_posts("rahasia warga")
        await wire.pages()
        await wire.pages(account=PublicAccount(9, "x", HANDLE, wire.account.platform_id))
        await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")
        for fault in (wire.fail_next, wire.break_next, wire.refuse_next):
            fault()
            await wire.channel.publish(wire.account, Draft("Jawaban rahasia"), target, key="r2")

        said = caplog.text
        secrets = [*wire.account.tokens.values(), wire.far.bearer_token, wire.far.consumer_secret]
        assert "POST /2/tweets: 201" in said
        for secret in [*secrets, "oauth_", "Bearer", "rahasia", TEXT]:
            assert secret not in said
