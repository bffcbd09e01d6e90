"""Every new report is judged right behind its storing: what it is about, whose, how urgent, told before or not.

Storing never waits for it and never fails through it. What is to be judged is asked of the tables, so nothing is
forgotten by a restart; several processes may, for the first who stores a proposal is the one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache, partial

from plugin.clock import Clock
from plugin.desk.posts import further
from plugin.desk.sorting import learning, proposals
from plugin.desk.sorting.proposals import Judged, Message
from plugin.desk.sorting.suggestion import BY_DECISIONS
from plugin.desk.triage import Grouping, Lessons, Triage, Verdict, opinion, read_grouping, read_triage
from plugin.desk.triage.opinion import SecondOpinion
from plugin.desk.triage.triage import MOST_AGENCIES, OUTSIDE
from plugin.errors import place_of
from plugin.store.store import Store

log = logging.getLogger(__name__)

BATCH = 25
QUIET = 0.3
"""Seconds without a new page before we begin: a page that is being stored goes first."""
PATIENCE = 20.0
"""But not longer than this: only a flood of pages lasts so long."""
RESTS = 4
"""After each batch so many times as long as it took: commands and storing have most of the machine."""
AFTER_START = 5.0
"""Seconds: who has just started the program waits for its first answer, not for what lay there."""
LOOK_AROUND = 60.0
FIRST_LESSON, LESSONS_APART = timedelta(minutes=15), timedelta(days=1)
"""When a second opinion is learned: not while everybody waits for the start, and not more often than daily."""
MOST_DECISIONS = 10_000

Warn = Callable[[int], Awaitable[None]]
"""Tells the rooms concerned of an urgent report."""
Refresh = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is judged by."""

    triage: Triage
    grouping: Grouping
    second: SecondOpinion | None = None


@lru_cache(maxsize=1)  # they are frozen, and the same as long as nobody teaches them anything
def read_rules(lessons: Lessons) -> Rules:
    """The rules as they are shipped and as people taught them since."""
    return Rules(read_triage(lessons=lessons), read_grouping())


class Triaging:
    """Judges what is new. `read` makes the rules, at the first need and after each lesson: it takes a moment."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        warn: Warn,
        refresh: Refresh,
        read: Callable[[Lessons], Rules] = read_rules,
    ) -> None:
        self._store = store
        self._clock = clock
        self._warn = warn
        self._refresh = refresh
        self._read = read
        self._rules: Rules | None = None
        self._revision = 0
        self._learns_at = clock() + FIRST_LESSON
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something new was stored."""
        self._rung.set()

    async def run(self) -> None:
        """Judge until cancelled. Trouble is written down and tried again later."""
        await self._rung_within(AFTER_START)
        while True:
            try:
                await self.once()
                await self.learn()
            except Exception as error:  # one card that cannot be drawn must not end the desk
                log.error("reports wait to be judged: %s", place_of(error))
            await self._rung_within(LOOK_AROUND)

    async def _rung_within(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
            await self._until_quiet()

    async def once(self) -> int:
        """Judge all that waits, reports and what was added to them, in small portions; says how many."""
        total = 0
        while True:
            began = time.monotonic()
            done, heard = await self._batch(), await self._hear_out()
            if not done + heard:
                break
            total += done + heard
            if BATCH in (done, heard):
                await asyncio.sleep((time.monotonic() - began) * RESTS)
        await self._tell()
        return total

    async def learn(self) -> None:
        """Learn a second opinion from what people decided, once a day and once there is enough of it."""
        now = self._clock()
        if now < self._learns_at:
            return
        self._learns_at = now + LESSONS_APART
        decisions = await self._store.survey(learning.decisions, MOST_DECISIONS)
        if len(decisions) < opinion.ENOUGH:
            return
        rules = await self._made()
        second = await asyncio.to_thread(opinion.learn, decisions, partial(first_of, rules.triage))
        self._rules = replace(rules, second=second)

    async def _batch(self) -> int:
        messages = await self._store.survey(proposals.unjudged, BATCH)
        if not messages:
            return 0
        rules = await self._made()
        judged = await self._judge(rules, messages)
        judged = [await self._compared(rules, one, judged[:n]) for n, one in enumerate(judged)]
        new = await self._store.write(proposals.keep, judged, self._clock())
        for number in new:
            await self._refresh(f"report:{number}")
        return len(messages)

    async def _judge(self, rules: Rules, messages: Sequence[Message]) -> list[Judged]:
        return await asyncio.to_thread(lambda: [judge(rules, message) for message in messages])

    async def _compared(self, rules: Rules, one: Judged, before: Sequence[Judged]) -> Judged:
        """With the oldest report that seems to tell of the same incident; those `before` it came with it."""
        if not one.is_report or not one.keys:
            return one
        number = one.message.number
        near = await self._store.survey(proposals.neighbours, one.keys, one.message.at, [number])
        fellows = [o for o in before if o.is_report and not set(o.keys).isdisjoint(one.keys)]
        if not near and not fellows:
            return one
        return await asyncio.to_thread(compare, rules, one, near, fellows)

    async def _hear_out(self) -> int:
        messages = await self._store.survey(further.unheard, BATCH)
        if not messages:
            return 0
        judged = await self._judge(await self._made(), messages)
        noted, changed = await self._store.write(further.hear_out, judged, self._clock())
        for number in changed:
            await self._refresh(f"report:{number}")
        return noted

    async def _tell(self) -> None:
        for number in await self._store.survey(proposals.untold):
            try:
                await self._warn(number)
            except Exception as error:  # the others must hear of theirs
                log.warning("urgent report %s is told later: %s", number, place_of(error))
                continue
            await self._store.write(proposals.mark_told, number, self._clock())

    async def _until_quiet(self) -> None:
        until = time.monotonic() + PATIENCE
        while self._rung.is_set() and time.monotonic() < until:
            self._rung.clear()
            await asyncio.sleep(QUIET)
        self._rung.clear()

    async def _made(self) -> Rules:
        """The rules with every lesson that was committed before this call."""
        revision = await self._store.read(learning.revision)
        if self._rules is None or revision != self._revision:
            lessons = await self._store.survey(learning.lessons)
            second = self._rules.second if self._rules else None
            made = await asyncio.to_thread(self._read, lessons)
            self._rules, self._revision = replace(made, second=second), revision
        return self._rules


def judge(rules: Rules, message: Message) -> Judged:
    """One message; if the rules fail on it, it stays a report that nothing is proposed for."""
    try:
        verdict = heard(rules.second, rules.triage.judge(message.text), message.text)
        return Judged(message, verdict, rules.grouping.keys(verdict))
    except Exception as error:  # a report must never be lost or stuck because of our lists
        log.error("report %s could not be judged: %s", message.number, place_of(error))
        return Judged(message, None)


def heard(second: SecondOpinion | None, verdict: Verdict, text: str) -> Verdict:
    """The verdict with the second opinion's agency first, where that has measured better."""
    first = next(iter(verdict.agencies), opinion.UNKNOWN)
    chosen = second.on(text, first) if second and verdict.is_report and not verdict.urgent else first
    if chosen == first:
        return verdict
    return replace(
        verdict,
        agencies=(chosen, *(a for a in verdict.agencies if a != chosen))[:MOST_AGENCIES],
        in_authority=not chosen.startswith(OUTSIDE),
        category=learning.usual_category(chosen),
        why=(BY_DECISIONS, *verdict.why),
    )


def first_of(triage: Triage, text: str) -> str:
    """The agency that the rules propose first."""
    return next(iter(triage.judge(text).agencies), opinion.UNKNOWN)


def compare(rules: Rules, one: Judged, near: Sequence[Message], fellows: Sequence[Judged] = ()) -> Judged:
    """Which of the reports near it tells of the same incident: the oldest of the group it falls into."""
    every = [one, *fellows, *(judge(rules, message) for message in near)]
    groups = rules.grouping.propose(proposals.cases(every))
    group = groups[proposals.key_of(one)]
    alike = min(
        (o.message.number for o in every if o.verdict and groups[proposals.key_of(o)] == group),
        default=one.message.number,
    )
    return one if alike == one.message.number else Judged(one.message, one.verdict, one.keys, alike)
