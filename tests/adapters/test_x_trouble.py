"""When X refuses, throttles or fails while we read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from plugin.errors import Refused, TryLater, Unknown
from plugin.public.values import Draft, PublicAccount
from tests.adapters.x_wire import HANDLE, XWire, open_wire


@pytest.fixture(params=["tweet", "post"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
    async with open_wire(request.param) as wire:
        yield wire


class TestTrouble:
    @pytest.mark.parametrize(
        ("status", "body", "code"),
        [
            (401, {"title": "Unauthorized"}, "disconnected"),
            (402, {"title": "Payment Required", "detail": "credits depleted"}, "no_credit"),
            (403, {"detail": "Your account is suspended and is not permitted."}, "suspended"),
            (403, {"detail": "Something else."}, "forbidden"),
            (403, {"title": "Client Forbidden", "reason": "client-not-enrolled"}, "not_entitled"),
            (403, {"type": "https://api.x.com/2/problems/unsupported-authentication"}, "not_entitled"),
            (
                403,
                {"detail": "Your client app is not configured with the appropriate oauth1 app permissions."},
                "not_entitled",
            ),
            (
                403,
                {"errors": [{"code": 453, "message": "… you may need a different access level."}]},
                "not_entitled",
            ),
            (404, {}, "gone"),
            (400, {"detail": "One or more parameters to your request was invalid."}, "other"),
            (429, {"title": "UsageCapExceeded", "type": "…/problems/usage-capped"}, "no_credit"),
            (200, {"errors": [{"title": "Not Found Error", "detail": "Could not find user."}]}, "gone"),
            (200, {"errors": [{"detail": "User has been suspended: [9]."}]}, "suspended"),
        ],
    )
    async def test_a_refusal_says_why(
        self, wire: XWire, status: int, body: dict[str, object], code: str
    ) -> None:
        wire.far.answer_next(status, body)

        with pytest.raises(Refused) as caught:
            await wire.pages()
        assert caught.value.why == code

    @pytest.mark.parametrize("status", [200, 302, 500])
    async def test_a_page_for_browsers_is_no_answer(self, wire: XWire, status: int) -> None:
        wire.far.fail_next(status)

        with pytest.raises(Unknown):
            await wire.pages()

    @pytest.mark.parametrize("body", [{}, {"data": {}}, {"errors": []}])
    async def test_an_answer_that_is_none_is_not_taken_for_an_empty_page(
        self, wire: XWire, body: dict[str, object]
    ) -> None:
        wire.far.answer_next(200, body)

        with pytest.raises(Unknown):
            await wire.pages()

    async def test_throttled_reading_waits_as_long_as_x_says(self, wire: XWire) -> None:
        wire.far.throttle_next(600)

        with pytest.raises(TryLater) as caught:
            await wire.pages()
        assert 595 <= caught.value.after <= 601
        assert len(wire.far.calls) == 1

    async def test_health_names_the_trouble_until_the_next_success(self, wire: XWire) -> None:
        seen = []
        faults: list[Callable[[], None]] = [
            lambda: wire.far.throttle_next(600),
            lambda: wire.far.answer_next(401, {}),
            wire.far.no_credit_next,
            wire.far.fail_next,
        ]
        for fault in faults:
            fault()
            with pytest.raises((Refused, TryLater, Unknown)):
                await wire.pages()
            seen.append(wire.channel.health)
        await wire.pages()

        until = datetime.now(UTC) + timedelta(seconds=600)
        nearly = {f"rate limited until {until - timedelta(seconds=s):%H:%M}Z" for s in (0, 2)}
        assert seen[0] in nearly
        assert seen[1:] == [f"unauthorized for @{HANDLE}", "no credit left", "no answer: HTTP 503"]
        assert wire.channel.health == "ok"

    async def test_one_accounts_success_does_not_hide_anothers_trouble(self, wire: XWire) -> None:
        revoked = PublicAccount(2, "x", "dishub_kbm", "77", {"access_token": "a", "access_token_secret": "b"})
        with pytest.raises(Refused):
            await wire.pages(account=revoked)
        await wire.pages()

        assert wire.channel.health == "unauthorized for @dishub_kbm"

    async def test_without_any_keys_nothing_is_asked(self) -> None:
        async with open_wire(bearer=False) as wire:
            with pytest.raises(Refused) as caught:
                await wire.pages(account=PublicAccount(3, "x", "dishub_kbm", "77"))

            assert caught.value.why == "disconnected"
            assert wire.far.calls == []

    @pytest.mark.parametrize("handle", ["tidak_ada", "../../me", "", "a b"])
    async def test_a_handle_that_nobody_has_is_gone(self, wire: XWire, handle: str) -> None:
        with pytest.raises(Refused) as caught:
            await wire.pages(account=PublicAccount(3, "x", handle))

        assert caught.value.why == "gone"


class TestLine:
    async def test_the_app_reads_for_an_account_without_keys_and_looks_its_number_up_once(self) -> None:
        async with open_wire(numbered=False) as wire:
            key = wire.citizen_posts("jalan rusak")
            reader = PublicAccount(9, "x", f"@{HANDLE.upper()}")
            for _ in range(2):
                [page] = await wire.pages(account=reader)

            assert [p.id for p in page.posts] == [key]
            assert [path.rpartition("/")[2].lower() for _, path, _ in wire.far.calls] == [
                HANDLE,
                "mentions",
                "mentions",
            ]

    async def test_all_calls_go_through_one_warm_connection(self, wire: XWire) -> None:
        for _ in range(4):
            await wire.pages()
        await wire.channel.publish(wire.account, Draft("x"), wire.citizen_posts("jalan"), key="r1")

        assert len(wire.far.connections) == 1
