"""An agency comes to its account: claimed by one, confirmed by another, connected by the operator."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from plugin.registry import accounts
from plugin.registry.account_rows import Changed
from plugin.registry.accounts import Taken, claim, confirm, connect, reject
from plugin.registry.handles import channel_named, handle_key, read_handle
from plugin.registry.ledger import Evidence, history
from plugin.registry.snapshot import RegistryView, revision
from plugin.store.store import Store
from plugin.store.tables import Account, Agency, Official
from plugin.wording import Refusal, UserError, View, Wording
from tests.plugin.registry.conftest import NOW, WIB

DPU, DINKES, SRI, BUDI = 2, 3, 1, 2


@pytest.fixture
async def desk(store: Store) -> Store:
    """A kabupaten with two agencies and two officials."""

    def plant(session: Session) -> None:
        session.add(Agency(id=1, code="33.05", kind="pemda", name="Pemkab Kebumen"))
        session.flush()
        session.add(Agency(id=DPU, code="DPU", parent_id=1, kind="dinas", name="Dinas PU"))
        session.add(Agency(id=DINKES, code="DINKES", parent_id=1, kind="dinas", name="Dinas Kesehatan"))
        session.add(Official(id=SRI, platform="web", key="sri", name="Sri"))
        session.add(Official(id=BUDI, platform="web", key="budi", name="Budi"))

    await store.write(plant)
    return store


async def claimed(store: Store, agency: int = DPU, handle: str = "@DpuKbm", channel: str = "x") -> Changed:
    return await store.write(
        claim, by=SRI, agency_id=agency, channel=channel, handle=handle, now=NOW, today=NOW.date()
    )


def verdicts(session: Session) -> dict[str, str]:
    return {a.handle: a.verdict for a in session.exec(select(Account))}


async def view_of(attempt: Awaitable[Changed]) -> View:
    with pytest.raises(UserError) as caught:
        await attempt
    return caught.value.view


async def test_claimed_by_one_and_confirmed_by_another(desk: Store) -> None:
    made = await claimed(desk)
    done = await desk.write(
        confirm, made.account_id, by=BUDI, now=NOW + timedelta(hours=1), shown=Evidence("situs resmi")
    )

    assert (made.before, made.verdict, made.mode) == ("", "claimed", "off")
    assert (done.before, done.verdict, done.handle, done.agency_id) == ("claimed", "official", "DpuKbm", DPU)
    registry = await RegistryView(desk, WIB).current()
    (account,) = registry.accounts(registry.by_id(DPU))
    assert (account.handle, account.verdict, account.since) == (
        "DpuKbm",
        "official",
        NOW.astimezone(WIB).date(),
    )


async def test_every_act_is_seen_by_the_next_command(desk: Store) -> None:
    numbers = [await desk.read(revision)]
    made = await claimed(desk)
    numbers.append(await desk.read(revision))
    await desk.write(confirm, made.account_id, by=BUDI, now=NOW)
    numbers.append(await desk.read(revision))
    await desk.write(connect, made.account_id, tokens=b"sealed", platform_id="77", mode="api")
    numbers.append(await desk.read(revision))

    assert numbers == [0, 1, 2, 3]


async def test_the_history_names_whoever_decided_by_the_key_where_there_is_no_name(desk: Store) -> None:
    def unname(session: Session) -> None:
        session.get_one(Official, SRI).name = ""

    await claimed(desk)
    await desk.write(unname)
    [entry] = await desk.read(history, [DPU])

    assert entry.who == "sri"


async def test_nobody_confirms_a_claim_of_the_same_name(desk: Store) -> None:
    def other_chat(session: Session) -> int:
        name = session.get_one(Official, SRI).name
        row = Official(id=77, platform="telegram", key="99", name=f"Hj. {name.upper()}, S.Sos")
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id

    made = await claimed(desk)
    twin = await desk.write(other_chat)

    assert await view_of(desk.write(confirm, made.account_id, by=twin, now=NOW)) == accounts.OwnClaim(
        "DpuKbm", namesake=True
    )


async def test_nobody_confirms_their_own_claim(desk: Store) -> None:
    made = await claimed(desk)

    assert await view_of(desk.write(confirm, made.account_id, by=SRI, now=NOW)) == accounts.OwnClaim("DpuKbm")
    assert await desk.read(verdicts) == {"DpuKbm": "claimed"}


async def test_a_claim_may_be_withdrawn_and_another_made(desk: Store) -> None:
    made = await claimed(desk)
    await desk.write(reject, made.account_id, by=SRI, now=NOW)

    again = await claimed(desk, DINKES)

    assert (again.account_id, again.agency_id, again.before) == (made.account_id, DINKES, "rejected")
    assert await desk.read(verdicts) == {"DpuKbm": "claimed"}


async def test_a_handle_is_one_agencys_in_any_case(desk: Store) -> None:
    await claimed(desk)

    assert await view_of(claimed(desk, DINKES, "dpukbm")) == accounts.Taken("x", "DpuKbm", "Dinas PU", "DPU")


async def test_an_agency_has_one_account_on_a_channel(desk: Store) -> None:
    await claimed(desk)

    assert await view_of(claimed(desk, DPU, "second")) == accounts.AlreadyHas(
        "x", "DpuKbm", "Dinas PU", "DPU", "claimed"
    )
    assert await view_of(claimed(desk)) == accounts.AlreadyHas("x", "DpuKbm", "Dinas PU", "DPU", "claimed")
    assert (await claimed(desk, DPU, "dpukbm", "instagram")).channel == "instagram"


async def test_what_cannot_be_an_account(desk: Store) -> None:
    assert await view_of(claimed(desk, handle="not a handle")) == accounts.BadHandle("not a handle", "x")
    unknown = await view_of(claimed(desk, channel="myspace"))
    assert isinstance(unknown, accounts.UnknownChannel)
    assert await view_of(desk.write(confirm, 999, by=BUDI, now=NOW)) == accounts.NoSuchAccount()


async def test_a_decision_is_made_once(desk: Store) -> None:
    made = await claimed(desk)
    await desk.write(confirm, made.account_id, by=BUDI, now=NOW)

    for act in (confirm, reject):
        view = await view_of(desk.write(act, made.account_id, by=BUDI, now=NOW))
        assert view == accounts.AlreadyDecided("DpuKbm", "official")


async def test_two_who_claim_at_once_do_not_both_succeed(desk: Store, database_url: str) -> None:
    other = Store(database_url)

    ends = await asyncio.gather(
        claimed(desk), claimed(other, DINKES, "DPUKBM"), claimed(desk, DPU, "dpu2"), return_exceptions=True
    )
    await other.aclose()

    assert sum(isinstance(end, Changed) for end in ends) in {1, 2}
    assert all(isinstance(end, Changed | UserError) for end in ends), ends
    rows = await desk.read(lambda s: [(a.agency_id, a.handle_key) for a in s.exec(select(Account))])
    assert len({agency for agency, _ in rows}) == len(rows) == len({handle for _, handle in rows})


async def test_only_a_confirmed_account_is_connected(desk: Store) -> None:
    made = await claimed(desk)

    view = await view_of(desk.write(connect, made.account_id, tokens=b"", platform_id="77", mode="api"))

    assert view == accounts.NotOfficial("DpuKbm", "claimed")


async def test_one_platform_account_is_not_connected_twice(desk: Store) -> None:
    for agency, handle in ((DPU, "dpu"), (DINKES, "dinkes")):
        made = await claimed(desk, agency, handle)
        await desk.write(confirm, made.account_id, by=BUDI, now=NOW)
    await desk.write(connect, made.account_id, tokens=b"sealed", platform_id="77", mode="api")
    await desk.write(connect, made.account_id, tokens=b"sealed again", platform_id="77", mode="manual")

    view = await view_of(desk.write(connect, made.account_id - 1, tokens=b"", platform_id="77", mode="api"))

    assert view == accounts.OtherAccountsId("x", "dinkes")


@pytest.mark.parametrize(
    ("channel", "written", "handle"),
    [
        ("x", "@DPUPRkebumen", "DPUPRkebumen"),
        ("x", " dpuprkebumen ", "dpuprkebumen"),
        ("x", "https://x.com/dpuprkebumen", "dpuprkebumen"),
        ("x", "http://www.twitter.com/dpuprkebumen/", "dpuprkebumen"),
        ("x", "mobile.twitter.com/dpuprkebumen?lang=id", "dpuprkebumen"),
        ("x", "https://x.com/@dpuprkebumen#top", "dpuprkebumen"),
        ("instagram", "https://instagram.com/dpupr.kebumen", "dpupr.kebumen"),
        ("youtube", "https://www.youtube.com/@dpuprkebumen", "dpuprkebumen"),
        ("alun-alun", "@dpupr-kebumen", "dpupr-kebumen"),
        ("x", "https://x.com.evil.example/dpupr", None),
        ("x", "https://evil.example/x.com/dpupr", None),
        ("x", "https://x.com/dpupr/status/1", None),
        ("x", "https://x.com/i", None),
        ("x", "https://x.com/", None),
        ("x", "https://[x.com/dpupr", None),
        ("x", "@@dpupr", None),
        ("x", "sixteen_letters_", None),
        ("x", "dpupr\n", "dpupr"),
        ("x", "dpúpr", None),
        ("x", "", None),
        ("x", "<@U1>", None),
    ],
)
def test_handles_however_somebody_wrote_them(channel: str, written: str, handle: str | None) -> None:
    assert read_handle(channel, written) == handle


def test_channels_by_their_usual_names() -> None:
    assert [channel_named(t) for t in ("X", "Twitter", " ig ", "Alun_Alun", "irc")] == [
        "x", "x", "instagram", "alun-alun", None,
    ]  # fmt: skip
    assert handle_key("DpuKbm") == handle_key("dpukbm")


VIEWS = [
    v for _, v in inspect.getmembers(accounts, inspect.isclass) if issubclass(v, Refusal) and v is not Refusal
]


@pytest.mark.parametrize("view", VIEWS)
def test_a_refusal_uses_just_what_its_view_holds(wording: Wording, view: type[View]) -> None:
    assert wording.asks_for(view) <= set(view.__dataclass_fields__)


@pytest.mark.parametrize("verdict", ["claimed", "official", "rejected"])
def test_refusals_are_whole_sentences_and_escape_what_was_typed(wording: Wording, verdict: str) -> None:
    views: list[View] = [
        accounts.UnknownChannel("<b>", ("x", "alun-alun")),
        accounts.BadHandle("<!channel>", "x"),
        accounts.Taken("x", "dpu", "Dinas PU", "DPU"),
        accounts.AlreadyHas("x", "dpu", "Dinas PU", "DPU", verdict),
        accounts.NoSuchAccount(),
        accounts.AlreadyDecided("dpu", verdict),
        accounts.OwnClaim("dpu"),
        accounts.NotOfficial("dpu", verdict),
        accounts.OtherAccountsId("x", "dpu"),
        accounts.KnownImpostor("x", "dpu"),
        accounts.PersonalNumber(True),
    ]
    assert {type(view) for view in views} == set(VIEWS)

    for said in (wording.say(view) for view in views):
        words, _, _ = said.partition("<actions>")
        assert words.rstrip().endswith(".")
        assert "<!channel>" not in said


async def test_an_office_has_ended_by_the_governments_calendar(desk: Store) -> None:
    """At seven in the evening UTC it is tomorrow in Kebumen: an office until today is no more."""

    def ends(session: Session) -> None:
        session.get_one(Agency, DPU).valid_to = NOW.date()

    await claimed(desk)
    await desk.write(ends)
    tomorrow = NOW.date() + timedelta(days=1)

    async def taken_over(today: date) -> Changed:
        return await desk.write(
            claim, by=SRI, agency_id=DINKES, channel="x", handle="@DpuKbm", now=NOW, today=today
        )

    assert isinstance(await view_of(taken_over(NOW.date())), Taken)
    assert (await taken_over(tomorrow)).agency_id == DINKES
