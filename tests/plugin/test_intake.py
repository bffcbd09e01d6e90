"""A citizen's public post becomes a report: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from plugin.desk.measures import counts
from plugin.public.values import Author, PostPhoto
from plugin.store.store import Store
from plugin.store.tables import Followup, Photo, Reply, ReplyPart, Report
from tests.plugin.intake_world import DAY, DISHUB, NOW, PUPR, change, days, found, post, rows, take, waiting


@pytest.fixture
async def world(store: Store) -> Store:
    await store.write(found)
    return store


async def test_a_mention_becomes_a_report(world: Store) -> None:
    mention = post(
        "500",
        "Jalan Pemuda rusak  @pupr\n\tmohon\u200b diperbaiki 🙏🏽",
        author=Author("9", "siti", "Siti A.", {"followers": "12", "created_at": "2011-01-01"}),
        conversation="500",
        url="https://memory.example/500",
        place="Kebumen",
        mentions=("101",),
        photos=(PostPhoto("m1", "memory:1", "lubang"),),
    )
    stored = await take(world, [mention], now=NOW + timedelta(minutes=5))
    [report] = await rows(world, Report)
    [photo] = await rows(world, Photo)

    assert stored.reports == (report.id,)
    assert (report.text, report.author_handle, report.author) == (
        mention.text,
        "siti",
        {"followers": "12", "created_at": "2011-01-01"},
    )
    assert (report.agency_id, report.account_id, report.state) == (1, 1, "new")
    assert (report.post_id, report.target_post, report.mentions) == ("500", "500", ["101"])
    assert (report.written_at, report.received_at) == (NOW, NOW + timedelta(minutes=5))
    assert report.due_at == NOW + timedelta(minutes=5) + DAY
    assert report.folded == "jalan pemuda rusak pupr mohon diperbaiki"
    assert (photo.report_id, photo.media_key, photo.url, photo.alt, photo.state) == (
        report.id,
        "m1",
        "memory:1",
        "lubang",
        "waiting",
    )
    assert await waiting(world) == {1: 1}
    assert await days(world) == {("2026-08-18", 1): (1, 0)}


async def test_the_day_is_the_governments(world: Store) -> None:
    await take(world, [post("1")], now=NOW.replace(hour=18))  # 01.00 WIB on the next day

    assert await days(world) == {("2026-08-19", 1): (1, 0)}


async def test_the_same_page_again_changes_nothing(world: Store) -> None:
    page = [post("2", minute=2, conversation="1"), post("1", conversation="1"), post("3", by="8", minute=3)]
    await take(world, page)
    before = await rows(world, Report), await rows(world, Followup), await waiting(world)
    again = await take(world, page)

    assert (again.reports, again.followups, again.skipped) == ((), (), 3)
    assert (await rows(world, Report), await rows(world, Followup), await waiting(world)) == before


async def test_a_post_that_names_two_agencies_is_one_report(world: Store) -> None:
    await take(world, [post("1")], PUPR)
    second = await take(world, [post("1")], DISHUB)

    assert second.skipped == 1
    assert len(await rows(world, Report)) == 1
    assert await waiting(world) == {1: 1}


async def test_two_accounts_read_at_the_same_moment(world: Store, database_url: str) -> None:
    other = Store(database_url)
    thread = [post(str(n), minute=n, conversation=str(n // 3 * 3)) for n in range(30)]
    await asyncio.gather(
        *(
            take(where, thread[n : n + 10][::-1], account)
            for n in (0, 5, 10, 15, 20)
            for where, account in ((world, PUPR), (other, DISHUB))
        )
    )
    await other.aclose()
    reports, followups = await rows(world, Report), await rows(world, Followup)

    assert len({r.conversation for r in reports}) == len(reports) == 10
    assert sorted(int(r.post_id) for r in (*reports, *followups)) == list(range(30))
    assert sum((await waiting(world)).values()) == 10


@pytest.mark.parametrize(
    "author",
    [Author("101", "pupr"), Author("102", "DisHub"), Author("", "Terminal"), Author("777", "@terminal")],
    ids=lambda a: a.handle,
)
async def test_our_own_posts_are_no_reports(world: Store, author: Author) -> None:
    stored = await take(world, [post("1", author=author)])

    assert (stored.reports, stored.skipped) == ((), 1)
    assert await rows(world, Report) == []


async def test_a_handle_that_changed_hands_is_a_citizen(world: Store) -> None:
    stored = await take(
        world, [post("1", author=Author("999", "pupr")), post("2", author=Author("5", "101"))]
    )

    assert len(stored.reports) == 2


async def test_an_account_we_have_not_confirmed_is_a_citizen(world: Store) -> None:
    def doubt(session: Session) -> None:
        session.connection().execute(sa.text("UPDATE account SET verdict = 'claimed' WHERE id = 2"))

    await world.write(doubt)

    assert len((await take(world, [post("1", by="102")])).reports) == 1


async def test_reposts_are_no_reports(world: Store) -> None:
    stored = await take(world, [post("1", is_repost=True)])

    assert (stored.reports, stored.skipped) == ((), 1)


async def test_a_thread_in_one_page_is_one_report_in_any_order(world: Store) -> None:
    for number, order in enumerate(itertools.permutations((8, 9, 10)), start=1):
        base = number * 100  # 8, 9 and 10: keys are older by number, not by letter
        thread = [post(str(base + n), f"kata{n}", by=f"u{number}", conversation=str(number)) for n in order]
        stored = await take(world, thread)

        assert (stored.reports, stored.followups, stored.reopened, stored.skipped) == (
            (number,),
            (number,),
            (),
            0,
        )
    reports, followups = await rows(world, Report), await rows(world, Followup)

    assert {r.folded for r in reports} == {"kata8 kata9 kata10"}
    assert all(r.post_id == r.target_post == str(r.id * 100 + 8) for r in reports)
    assert [f.post_id for f in followups] == [str(n * 100 + k) for n in range(1, 7) for k in (9, 10)]
    assert await waiting(world) == {1: 6}


async def test_a_further_post_on_an_open_report_moves_no_clock(world: Store) -> None:
    await take(world, [post("1", conversation="1", mentions=("101",))])
    [before] = await rows(world, Report)
    picture = PostPhoto("m2", "memory:2")
    stored = await take(
        world,
        [post("2", "masih rusak", minute=9, conversation="1", answers="1", photos=(picture,))],
        now=NOW + timedelta(hours=5),
    )
    [after] = await rows(world, Report)
    [more] = await rows(world, Followup)

    assert (stored.followups, stored.reopened) == ((1,), ())
    assert (after.state, after.due_at, after.received_at) == (before.state, before.due_at, before.received_at)
    assert (after.target_post, after.mentions) == ("1", ["101"])
    assert (more.report_id, more.text, more.written_at) == (1, "masih rusak", NOW + timedelta(minutes=9))
    assert after.photos == 1
    assert [p.media_key for p in await rows(world, Photo)] == ["m2"]
    assert await waiting(world) == {1: 1}


@pytest.mark.parametrize(
    "ended", [{"answered_at": NOW}, {"closed_at": NOW}, {"answered_at": NOW, "closed_at": NOW}]
)
async def test_a_further_post_reopens_what_had_ended(world: Store, ended: dict[str, object]) -> None:
    await take(world, [post("1", conversation="1", mentions=("101",))])
    await world.write(change, 1, state="done", agency_id=2, **ended)
    await world.write(counts.moved, 1, 2)
    await world.write(counts.closed, 2)
    later = NOW + timedelta(days=3)
    page = [
        post("3", "halo?", minute=8, conversation="1"),
        post("2", "belum!", minute=7, conversation="1", mentions=("102",)),
    ]
    stored = await take(world, page, now=later)
    [report] = await rows(world, Report)

    assert (stored.followups, stored.reopened) == ((1,), (1,))
    assert (report.state, report.answered_at, report.closed_at) == ("reopened", None, None)
    assert report.due_at == later + DAY
    assert report.received_at == NOW
    assert (report.target_post, report.mentions) == ("2", ["102"])
    assert [f.post_id for f in await rows(world, Followup)] == ["2", "3"]
    assert await waiting(world) == {2: 1}
    assert await days(world) == {("2026-08-18", 1): (1, 0)}


async def test_somebody_elses_complaint_is_not_swallowed(world: Store) -> None:
    await take(world, [post("1", conversation="1")])
    await world.write(change, 1, answered_at=NOW)
    await world.write(counts.closed, 1)
    page = [
        post("2", "di sini juga", by="8", minute=1, conversation="1"),
        post("3", "lagi", by="8", minute=2, conversation="1"),
    ]
    stored = await take(world, page, DISHUB)
    first, second = await rows(world, Report)

    assert (stored.reports, stored.reopened) == ((2,), ())
    assert first.answered_at == NOW
    assert (second.post_id, second.conversation, second.agency_id) == ("2", "1", 2)
    assert [(f.report_id, f.post_id) for f in await rows(world, Followup)] == [(2, "3")]


async def test_a_channel_without_conversations_is_followed_by_its_answers(world: Store) -> None:
    def answer(session: Session) -> None:
        session.connection().execute(
            sa.text("INSERT INTO official (id, platform, key, name) VALUES (1, 'web', 'ani', 'Ani')")
        )
        session.flush()
        session.add(
            Reply(
                id=1, report_id=1, account_id=1, target_post="1", text="Baik.", text_hash="", state="published",
                drafted_by=1, drafted_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        session.add(ReplyPart(reply_id=1, place=1, text="Baik.", post_id="ours-1"))

    await take(world, [post("1"), post("2", minute=1, answers="1")])
    await world.write(answer)
    await take(
        world,
        [
            post("3", minute=2, answers="ours-1"),
            post("4", minute=3, answers="2"),
            post("5", minute=4, answers="4"),
        ],
    )
    await take(world, [post("6", by="8", minute=5, answers="ours-1")])
    reports = await rows(world, Report)

    assert [(r.post_id, r.conversation) for r in reports] == [("1", "1"), ("6", "1")]
    assert [f.post_id for f in await rows(world, Followup)] == ["2", "3", "4", "5"]


async def test_authors_nobody_knows_are_never_taken_for_one_another(world: Store) -> None:
    nobody = Author("")
    stored = await take(world, [post(str(n), author=nobody, minute=n, conversation="1") for n in range(3)])

    assert len(stored.reports) == 3


async def test_another_channel_with_the_same_keys_is_another_world(world: Store) -> None:
    await take(world, [post("1", conversation="1")])
    await take(world, [post("1", conversation="1")], type(PUPR)(1, 1, "square"))

    assert [r.channel for r in await rows(world, Report)] == ["memory", "square"]


HOSTILE = {
    "NUL and escape": ("parkir\0 liar\x1b[31m di\x9b stasiun\x7f", "parkir liar[31m di stasiun"),
    "line ends": ("a\r\nb\rc\n\td\x0be\x85f", "a\nb\nc\n\td\ne\nf"),
    "half a surrogate pair": ("jalan \ud83d rusak", "jalan \ufffd rusak"),
    "empty": ("", ""),
    "blanks": ("   ", "   "),
    "long": ("lubang besar " * 800, "lubang besar " * 800),
    "one long word": ("x" * 10_000, "x" * 10_000),
    "ten thousand different words": (" ".join(map(str, range(10_000))), " ".join(map(str, range(10_000)))),
    "right to left and emoji": ("akta \u202eatka\u202c 👩‍👩‍👦", "akta \u202eatka\u202c 👩‍👩‍👦"),
    "sql": ("x'; DROP TABLE report;--", "x'; DROP TABLE report;--"),
    "markup": ("<!channel> {{7*7}} <b>&amp;", "<!channel> {{7*7}} <b>&amp;"),
}


async def test_whatever_is_written_is_kept(world: Store) -> None:
    first = [post(str(n), text, by=f"u{n}") for n, (text, _) in enumerate(HOSTILE.values())]
    more = [replace(p, id=f"m{p.id}", answers=p.id) for p in first]
    await take(world, first)
    await take(world, more)
    kept = dict(zip(HOSTILE, (text for _, text in HOSTILE.values()), strict=True))

    assert dict(zip(HOSTILE, [r.text for r in await rows(world, Report)], strict=True)) == kept
    assert dict(zip(HOSTILE, [f.text for f in await rows(world, Followup)], strict=True)) == kept


async def test_what_no_column_could_hold_does_not_stop_the_page(world: Store) -> None:
    strange = post(
        "p" * 200,
        author=Author("a\0" * 90, "h" * 500, "Nama\n\x1b" * 90, {"location\0": "\ud800" * 5000}),
        conversation="c" * 200,
        url="https://memory.example/" + "u" * 900,
        place="di\nsini " * 90,
        mentions=("m" * 300,),
        photos=(PostPhoto("k" * 300, "memory:" + "u" * 5000, "alt\0" * 900),),
    )
    await take(world, [strange, post("2")])
    await take(world, [strange])

    assert len(await rows(world, Report)) == 2
    [photo] = await rows(world, Photo)
    assert photo.url == strange.photos[0].url


async def test_a_large_page_is_stored_at_once(world: Store) -> None:
    stored = await take(world, [post(str(n), by=f"u{n}", minute=n) for n in range(1500)])

    assert len(stored.reports) == 1500
    assert await waiting(world) == {1: 1500}


async def test_recounting_while_posts_come(world: Store, database_url: str) -> None:
    other = Store(database_url)
    pages = [[post(str(n * 10 + k), by=f"u{n * 10 + k}") for k in range(10)] for n in range(12)]
    await asyncio.gather(
        *(take(world, page, account) for page, account in zip(pages, (PUPR, DISHUB) * 6, strict=True)),
        *(other.write(counts.recount) for _ in range(12)),
    )
    await other.aclose()

    assert await waiting(world) == {1: 60, 2: 60}
