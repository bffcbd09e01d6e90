"""A citizen edits a post: it stays one complaint, and what an official sees and answers is its newest wording."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session

from plugin.desk.outgoing import parts
from plugin.public.values import PostPhoto
from plugin.store.store import Store
from plugin.store.tables import (
    AuditEntry,
    CaseProposal,
    Followup,
    Official,
    Photo,
    PostCheck,
    Reply,
    ReplyPart,
    Report,
)
from tests.plugin.intake_world import DISHUB, NOW, change, found, post, rows, take

LAMP, HOLE = PostPhoto("m1", "memory:1", "lampu"), PostPhoto("m2", "memory:2", "lubang")


@pytest.fixture
async def world(store: Store) -> Store:
    await store.write(found)
    return store


async def test_it_is_the_same_report_in_its_new_words(world: Store) -> None:
    await take(world, [post("500", "jalan rusk", conversation="500")])
    stored = await take(
        world, [post("501", "jalan rusak parah", conversation="501", url="https://m/501", versions=("500",))]
    )
    [report] = await rows(world, Report)

    assert (stored.reports, stored.followups, stored.changed) == ((), (), ("report:1",))
    assert (report.post_id, report.target_post, report.url) == ("501", "501", "https://m/501")
    assert (report.text, report.folded) == ("jalan rusak parah", "jalan rusak parah")
    assert report.written_at == NOW
    assert [(e.act, e.detail["post"]) for e in await rows(world, AuditEntry)][-1] == ("edited", "501")


@pytest.mark.parametrize("late", ["500", "501"])
async def test_whatever_version_comes_again_changes_nothing(world: Store, late: str) -> None:
    await take(world, [post("500", "a", conversation="500")])
    await take(world, [post("502", "c", conversation="502", versions=("500", "501"))])
    again = await take(
        world, [post(late, "b", conversation=late, versions=("500",) if late == "501" else ())], DISHUB
    )
    same = await take(world, [post("502", "c", conversation="502", versions=("500", "501"))], DISHUB)

    assert (again.reports, again.changed, same.changed) == ((), (), ())
    assert [report.text for report in await rows(world, Report)] == ["c"]


async def test_versions_on_one_page_are_one_report(world: Store) -> None:
    await take(world, [post("500", "a"), post("501", "b", versions=("500",))])
    await take(world, [post("500", "a")])

    assert [(report.post_id, report.text) for report in await rows(world, Report)] == [("501", "b")]


async def test_two_accounts_read_it_at_once(world: Store) -> None:
    edited = post("501", "b", versions=("500",))
    await asyncio.gather(take(world, [edited]), take(world, [post("500", "a")], DISHUB))
    await take(world, [edited])

    assert [(report.post_id, report.text) for report in await rows(world, Report)] == [("501", "b")]


@pytest.mark.parametrize("below", ["500", "501"])
async def test_what_is_written_below_any_version_belongs_to_the_case(world: Store, below: str) -> None:
    await take(world, [post("500", "a", conversation="500")])
    await take(world, [post("501", "b", conversation="501", versions=("500",))])
    stored = await take(world, [post("600", "tolong ya", conversation=below, minute=9)])

    assert (stored.reports, stored.followups) == ((), (1,))


async def test_a_further_post_is_changed_in_its_case(world: Store) -> None:
    await take(world, [post("500", "jalan rusak", conversation="500")])
    await take(world, [post("600", "tlong", conversation="500", minute=5)])
    await take(world, [post("601", "tolong, ada korban", conversation="500", minute=5, versions=("600",))])
    [report], [further] = await rows(world, Report), await rows(world, Followup)

    assert (further.post_id, further.text, further.heard) == ("601", "tolong, ada korban", "")
    assert report.folded == "jalan rusak tolong ada korban"
    assert report.target_post == "500"


async def test_an_answered_case_is_not_woken_by_it(world: Store) -> None:
    await take(world, [post("500", "a", conversation="500")])
    await world.write(change, 1, state="replied", answered_at=NOW)
    stored = await take(world, [post("501", "b", conversation="501", versions=("500",))])
    [report] = await rows(world, Report)

    assert (report.state, report.text, stored.reopened) == ("replied", "b", ())


async def test_triage_reads_the_new_words_unless_a_person_has_decided(world: Store) -> None:
    for key, decided in (("500", ""), ("600", "33.05.1")):
        await take(world, [post(key, "a", by=key)])
        number = len(await rows(world, Report))
        await world.write(_judged, number, decided)
        await take(world, [post(f"{key}1", "ada korban", by=key, versions=(key,))])

    assert [row.report_id for row in await rows(world, CaseProposal)] == [2]
    assert [report.aside for report in await rows(world, Report)] == [False, True]


def _judged(session: Session, number: int, decided: str) -> None:
    session.add(
        CaseProposal(report_id=number, is_report=False, category="salam", judged_at=NOW, decided=decided)
    )
    session.get_one(Report, number).aside = True


async def test_photos_follow_and_one_that_was_taken_out_leaves(world: Store) -> None:
    await take(world, [post("500", "a", photos=(LAMP,))])
    await take(world, [post("501", "b", photos=(HOLE,), versions=("500",))])
    [report] = await rows(world, Report)

    assert [(p.media_key, p.post_id, p.state) for p in await rows(world, Photo)] == [
        ("m1", "501", "leaving"),
        ("m2", "501", "waiting"),
    ]
    assert report.photos == 1


async def test_the_newest_version_is_looked_up_from_then_on(world: Store) -> None:
    await take(world, [post("500", "a")])
    await world.write(
        lambda session: session.add(PostCheck(channel="memory", post_id="500", report_id=1, due_at=NOW))
    )
    await take(world, [post("501", "b", versions=("500",))])

    assert [check.post_id for check in await rows(world, PostCheck)] == ["501"]


async def test_what_has_left_stays_away(world: Store) -> None:
    await take(world, [post("500", "a")])
    await world.write(change, 1, text="", folded="", gone_at=NOW, gone="gone")
    stored = await take(world, [post("501", "b", versions=("500",))])

    assert (stored.reports, stored.changed) == ((), ())
    assert [report.text for report in await rows(world, Report)] == [""]


@pytest.mark.parametrize(
    ("state", "target"), [("drafted", "501"), ("confirmed", "500"), ("published", "500")]
)
async def test_a_draft_is_looked_at_again_and_what_is_under_way_is_left_alone(
    world: Store, state: str, target: str
) -> None:
    await take(world, [post("500", "a", conversation="500")])
    seen = await world.write(_answer, state)
    await take(world, [post("501", "b", conversation="501", versions=("500",))])
    [report], [reply] = await rows(world, Report), await rows(world, Reply)

    assert (report.target_post, reply.target_post) == (target, target)
    assert (reply.text_hash == seen) == (target == "500")


def _answer(session: Session, state: str) -> str:
    session.add(Official(id=1, platform="memory", key="1", name="Wati"))
    session.flush()
    reply = Reply(
        report_id=1, account_id=1, target_post="500", text="Kami cek.", text_hash="", state=state,
        drafted_by=1, drafted_at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    session.add(reply)
    session.flush()
    session.add(ReplyPart(reply_id=reply.id or 0, place=1, text="Kami cek."))
    session.flush()
    parts.seal(session, reply)
    return reply.text_hash
