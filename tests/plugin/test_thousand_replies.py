"""A thousand answers, some of several posts, through everything that can go wrong: never two, never silently none."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from adapters.memory import MemoryChannel
from plugin.desk.accounts.tokens import Tokens
from plugin.desk.audit import Hand
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.claims import due
from plugin.desk.outgoing.publishing import Publishing
from plugin.desk.replying import drafts, replies
from plugin.errors import TryLater, Unknown
from plugin.public.approvals import Approvals
from plugin.public.outcomes import NotSent, Outcome, Published, RateLimited, Refusal, Uncertain
from plugin.public.values import Draft, PostRef, PublicAccount
from plugin.registry.vault import Vault
from plugin.store.store import Store
from plugin.store.tables import AuditEntry, Reply, ReplyPart, Report
from plugin.terms import Terms
from plugin.wording import UserError
from tests.conftest import MovableClock
from tests.desk import KEY, ZONE, open_conversation

MANY = 1000
CHAINS = 10
"""Each tenth answer is a chain of three posts."""
AT_ONCE = 50


class Killed(BaseException):
    """The process ended here."""


class Fate:
    """What goes wrong next, drawn with a known seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # no secret
        self.calm = False

    def happens(self, chance: float) -> bool:
        return not self.calm and self._random.random() < chance

    def seconds(self, most: float) -> float:
        return 0.0 if self.calm else self._random.uniform(0, most)


class StrictChannel(MemoryChannel):
    """As strict as X: refuses the same words below the same post twice, shows new posts late, breaks off."""

    def __init__(self, fate: Fate, clock: MovableClock) -> None:
        super().__init__()
        self.fate = fate
        self.clock = clock
        self.shown_from: dict[str, datetime] = {}

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        await asyncio.sleep(0)
        text = draft.text
        trouble = self._trouble(text, target_id)
        if trouble is not None:
            return trouble
        posts = self.timelines[account.handle].posts if account.handle in self.timelines else []
        if any((said, target) == (text, target_id) for said, target, _ in posts):
            return Refusal("duplicate")
        ref = self._put(account, draft, target_id)
        self.shown_from[ref.id] = self.clock() + timedelta(seconds=self.fate.seconds(40))
        if self.fate.happens(0.04):
            raise Killed
        if self.fate.happens(0.12):
            return Uncertain("hung up")
        return Published(ref)

    def _trouble(self, text: str, target_id: str) -> Outcome | None:
        """What goes wrong before anything is out."""
        if self.fate.happens(0.03):
            raise Killed
        wait = self.clock() + timedelta(seconds=self.fate.seconds(300))
        reason = ("forbidden", "no_credit", "suspended")[len(text) % 3]
        below_ours = 0.2 if target_id.startswith("dpupr") else 0.0
        troubles: list[tuple[float, Outcome]] = [
            (0.06, RateLimited(wait)), (0.06, Uncertain("503")), (0.04, Refusal(reason)),
            (below_ours, Refusal("not_summoned")), (0.02, NotSent("the upload broke off")),
        ]  # fmt: skip
        return next((end for chance, end in troubles if self.fate.happens(chance)), None)

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        await asyncio.sleep(0)
        if self.fate.happens(0.03):
            raise Killed
        if self.fate.happens(0.1):
            raise TryLater(self.fate.seconds(120))
        if self.fate.happens(0.1):
            raise Unknown("503")
        found = await super().find_published(account, text, target_id, since=since)
        return found if found and self.shown_from[found.id] <= self.clock() else None


class MortalStore(Store):
    """A process may end just before or just after anything is written."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url)
        self.fate = fate

    async def write(self, step: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if self.fate.happens(0.02):
            raise Killed
        done = await super().write(step, *args, **kwargs)
        if self.fate.happens(0.02):
            raise Killed
        return done


def posts(n: int) -> list[str]:
    """The posts of the nth answer."""
    return [f"Jawaban {n}. ({place}/3)" for place in (1, 2, 3)] if n % CHAINS == 0 else [f"Jawaban {n}."]


def draft_all(session: Session, number: int, by: Hand) -> list[tuple[int, str]]:
    """A thousand drafts below as many posts of as many cases."""
    first = session.get(Report, number)
    assert first is not None
    made = []
    for n in range(MANY):
        report = Report(
            **first.model_dump(exclude={"id", "post_id", "target_post", "conversation"}),
            post_id=f"p{n}", target_post=f"p{n}", conversation=f"p{n}",
        )  # fmt: skip
        session.add(report)
        session.flush()
        assert report.id is not None
        reply = drafts.draft(session, by, report.id, first.account_id, f"Jawaban {n}.", f"o{n}")
        if n % CHAINS == 0:
            drafts.arrange(session, by, reply, posts(n))
        made.append((reply, parts.fingerprint(posts(n), first.account_id, f"p{n}")))
    return made


def press_the_rest(session: Session, drafts: list[tuple[int, str]], by: Hand, terms: Terms) -> None:
    for reply, shown in drafts:
        replies.confirm(session, by, reply, shown, terms)


async def press(store: Store, drafts: list[tuple[int, str]], by: Hand) -> int:
    """Kirim is pressed, on every hundredth by fifty at once; how many were told that somebody was first."""
    terms, late = Terms(ZONE, window=timedelta(0)), 0

    async def once(reply: int, shown: str) -> int:
        try:
            await store.write(replies.confirm, by, reply, shown, terms)
        except UserError:
            return 1
        return 0

    for reply, shown in drafts[::100]:
        late += sum(await asyncio.gather(*[once(reply, shown) for _ in range(AT_ONCE)]))
    await store.write(press_the_rest, [d for n, d in enumerate(drafts) if n % 100], by, terms)
    return late


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database: what differs between the two is tested elsewhere, with fewer answers."""
    path = tmp_path / "app.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[MortalStore]:
    made = MortalStore(database_url, Fate(20150818))
    yield made
    await made.aclose()


@pytest.mark.timeout(600)  # a thousand answers on a busy machine
async def test_a_thousand_answers_never_two_never_silently_none(
    store: MortalStore, clock: MovableClock
) -> None:
    fate = store.fate
    fate.calm = True
    channel = StrictChannel(fate, clock)
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    by = Hand("memory:wati", "memory:pupr", clock(), 4)
    drafts = await store.write(draft_all, number, by)
    assert await press(store, drafts, by) == MANY // 100 * (AT_ONCE - 1)

    fate.calm = False
    lives = 0

    async def refresh(about: str) -> None:
        pass

    def process() -> Publishing:
        return Publishing(
            store, {"x": channel}, Tokens(store, {"x": channel}, Vault([KEY]), clock, owner="one"), clock,
            zone=ZONE, owner=f"life-{lives}", approvals=Approvals(), media=Path("nowhere"), refresh=refresh,
        )  # fmt: skip

    async def work(publisher: Publishing, reply: int) -> None:
        await publisher.publish(reply)

    for _ in range(200):
        if not await store.survey(on_their_way):
            break
        waiting = await store.survey(due, clock())
        for start in range(0, len(waiting), 8):
            publisher = process()
            some = waiting[start : start + 8]
            ends = await asyncio.gather(
                *(work(publisher, r) for r in [*some, *some[:2]]), return_exceptions=True
            )
            lives += any(isinstance(end, Killed) for end in ends)
            assert [end for end in ends if isinstance(end, Exception)] == []
        clock.move(seconds=50)

    said = Counter(text for text, _, _ in channel.timelines["dpuprkebumen"].posts)
    rows = await store.survey(lambda s: list(s.exec(select(Reply))))
    mine = await store.survey(_posts)
    states = Counter(row.state for row in rows)
    assert set(states) <= {"published", "refused", "unknown", "stopped"}, states
    assert max(said.values()) == 1
    assert all(said[text] == 1 for row in rows if row.state == "published" for text, _ in mine[row.id or 0])
    assert all(said[text] == 0 for row in rows if row.state == "refused" for text, _ in mine[row.id or 0])
    assert all(row.refusal for row in rows if row.state in ("refused", "stopped"))
    assert all(said[text] == out for row in rows if row.state == "stopped" for text, out in mine[row.id or 0])
    assert all(said[text] for row in rows if row.state == "unknown" for text, out in mine[row.id or 0] if out)
    assert all([out for _, out in m] == sorted((out for _, out in m), reverse=True) for m in mine.values())
    chains = [row for row in rows if len(mine[row.id or 0]) == 3]
    assert sum(row.state == "published" for row in chains) > MANY / CHAINS * 0.6
    told = await store.survey(_acts)
    assert all(told[row.state][row.id or 0] == 1 for row in rows if row.state in told)
    assert states["published"] > MANY * 0.8
    assert lives > 50  # it was worth the name


def on_their_way(session: Session) -> list[int | None]:
    # What waits was late, and the channel wanted us to wait before we look for it.
    still = ("confirmed", "sending", "waiting")
    return list(session.exec(select(Reply.id).where(sa.column("state").in_(still))))


def _posts(session: Session) -> dict[int, list[tuple[str, bool]]]:
    """The posts of each answer, and whether we know them to be out."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for part in session.exec(select(ReplyPart).order_by(sa.column("reply_id"), sa.column("place"))):
        found.setdefault(part.reply_id, []).append((part.text, part.post_id is not None))
    return found


def _acts(session: Session) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {"published": Counter(), "unknown": Counter()}
    acts = select(AuditEntry).where(sa.column("act").in_(list(found)))
    for entry in session.exec(acts):
        found[entry.act][entry.detail["reply"]] += 1
    return found
