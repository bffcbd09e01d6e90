"""What the operator's commands do: each builds no more of the house than it needs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlmodel import Session

from plugin import moments
from plugin.clock import system_clock
from plugin.dates import FILTERS
from plugin.desk.accounts.claiming import new_code
from plugin.desk.accounts.connecting import Connected, connect_account
from plugin.desk.accounts.overview import Overview, overview
from plugin.desk.audit import Fault, Mark, mark, operator, read_mark, record, verify
from plugin.desk.safety import Voice, check_lines, read_safety
from plugin.desk.sorting import learning
from plugin.desk.triage.backtest import backtest
from plugin.errors import OperatorError
from plugin.opening import approvals_of, open_store, spendings_of, tables_of, vault_of
from plugin.public.port import PublicChannel
from plugin.registry.find import only
from plugin.registry.importing import Detail, Outcome, Problem, import_file
from plugin.registry.importing.telling import outcome_lines, problem_lines
from plugin.registry.matching.lines import match_lines
from plugin.registry.matching.reading import Broken
from plugin.registry.paths import codes_at
from plugin.registry.rekeying import Rekeyed, rekey
from plugin.registry.snapshot import load
from plugin.rhythm import cursors
from plugin.rhythm.deadlines import explain
from plugin.rhythm.workdays import read_days
from plugin.settings import Settings, read_settings
from plugin.store.store import Store
from plugin.wording import Wording

T = TypeVar("T")

ROWS = 200
"""Of an import in one entry of the record."""


ChannelsOf = Callable[[Settings], Mapping[str, PublicChannel]]
Manifest = Callable[[str | None], str]


class Works:
    """The operator's commands.

    `channels` makes the public channels that the settings ask for, `manifest` Slack's manifest as JSON; `run` serves
    until it is told to stop.
    """

    def __init__(
        self,
        templates: Path,
        *,
        channels: ChannelsOf,
        manifest: Manifest,
        run: Callable[[Settings], None],
    ) -> None:
        self._templates = templates
        self._wording = Wording(templates)
        self._channels = channels
        self._manifest, self._run = manifest, run

    def serve(self) -> None:
        """Run until Ctrl-C."""
        self._run(read_settings())

    def import_file(self, kind: str, path: Path, *, dry_run: bool) -> tuple[bool, list[str]]:
        """(whether it went well, what to tell)."""
        settings = read_settings()

        async def work(store: Store) -> Outcome | list[Problem]:
            now = system_clock()
            return await import_file(
                store, path, kind, now=now, zone=settings.zone, dry_run=dry_run, note=_imported(now)
            )

        result = _with_store(settings, work)
        if isinstance(result, list):
            return False, problem_lines(self._wording, result)
        return True, outcome_lines(self._wording, result)

    def admin_code(self) -> str:
        """A new one-time code, on record."""

        def work(session: Session) -> str:
            by = operator(system_clock())
            record(session, by, "code_made")
            return new_code(session, by.at)

        return _with_store(read_settings(), lambda store: store.write(work))

    def rotate_keys(self) -> Rekeyed:
        """Every stored secret under the newest key."""
        settings = read_settings()
        return _with_store(settings, lambda store: store.write(rekey, vault_of(settings)))

    def accounts(self) -> Overview:
        """Every official account, and what they cost."""
        settings = read_settings()
        channels, approvals = self._channels(settings), approvals_of(settings)

        async def look(store: Store) -> Overview:
            spendings = spendings_of(settings, store, system_clock)
            return await store.survey(overview, channels, spendings, approvals, system_clock())

        return _with_store(settings, look)

    def connect(self, agency: str, channel: str, ask: Callable[[str], Sequence[str]]) -> Connected:
        """Connect an account with the tokens that `ask` gives for its handle."""
        return asyncio.run(self._connect(read_settings(), agency, channel, ask))

    def match_accounts(
        self, lines: Iterable[str], as_of: str | None, region: str | None
    ) -> tuple[Iterator[str], Sequence[Broken]]:
        """(a judgement of each follower, the lines that could not be read)."""
        settings = read_settings()
        day = moments.read_day(as_of or "hari ini", settings.zone, system_clock())
        registry = _with_store(settings, lambda store: store.survey(load, settings.zone))
        broken: list[Broken] = []
        return iter(list(match_lines(lines, registry, day, region=region, broken=broken))), broken

    def triage(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]:
        """(what triage would propose for each message, the lines that could not be read)."""
        broken: list[object] = []
        return iter(list(backtest(lines, broken.append))), broken

    def check_replies(self, lines: Iterable[str]) -> tuple[Iterator[str], Sequence[object]]:
        """(what the checks find in each reply, the lines that could not be read)."""
        broken: list[object] = []
        voice = Voice(self._wording)
        return iter(list(check_lines(lines, read_safety(), voice.why, broken.append))), broken

    def deadline(self, received: str, days: str, agency: str | None) -> str:
        """The last day of so many working days after that day (at an agency), and how it is counted."""
        settings = read_settings()
        zone = settings.zone
        codes = _with_store(settings, lambda store: store.survey(_codes, agency, zone)) if agency else ()
        day = moments.read_day(received, zone, system_clock())
        found = explain(day, read_days(days), tables_of(settings).calendars.of(codes))
        wording = Wording(self._templates, FILTERS(zone, system_clock))
        return unescape(wording.text("deadlines/explained.txt", deadline=found))

    def slack_manifest(self, url: str | None) -> str:
        """Slack's manifest, as JSON. Raises OperatorError for an address to which Slack would deliver nothing."""
        asked = urlsplit(url or "")
        if url is not None and (asked.scheme != "https" or not asked.hostname or asked.path not in ("", "/")):
            raise OperatorError("manifest_url", given=url)
        return self._manifest(url)

    def lessons(self, agency: str | None) -> Sequence[object]:
        """What was taught and counts, the newest first: all, or for one agency."""
        settings = read_settings()

        def look(session: Session) -> Sequence[object]:
            codes = [only(load(session, settings.zone), agency).code] if agency else None
            return learning.listed(session, codes, limit=10_000)[1]

        return _with_store(settings, lambda store: store.survey(look))

    def teach(self, agency: str, phrase: str, category: str, weight: float) -> object:
        """Teach a phrase for an agency (without weight: it points there no longer), on record."""
        settings = read_settings()

        def work(session: Session) -> object:
            known, code = learning.fit(phrase), only(load(session, settings.zone), agency).code
            if not known or (category and category not in learning.categories()):
                raise OperatorError("unfit_lesson")
            number = learning.teach(
                session, operator(system_clock()), known, code, category=category, weight=weight
            )
            return learning.lesson(session, number)

        return _with_store(settings, lambda store: store.write(work))

    def unteach(self, lesson: int) -> object:
        """Take a lesson back, on record."""

        def work(session: Session) -> object:
            undone = learning.undo(session, operator(system_clock()), lesson)
            if undone is None:
                raise OperatorError("no_lesson", lesson=lesson)
            return undone

        return _with_store(read_settings(), lambda store: store.write(work))

    def verify(self, heads: Sequence[str]) -> tuple[int, str, Fault | None]:
        """(sound entries of the record, the mark of the last, the first fault), held against marks of other days."""
        marks = [_mark(typed) for typed in heads]
        return _with_store(read_settings(), lambda store: store.survey(_verified, marks))

    async def _connect(
        self, settings: Settings, agency: str, channel: str, ask: Callable[[str], Sequence[str]]
    ) -> Connected:
        async with contextlib.AsyncExitStack() as stack:
            store = await open_store(settings)
            stack.push_async_callback(store.aclose)
            channels = self._channels(settings)
            for one in channels.values():
                stack.push_async_callback(one.aclose)
            there, now = channels.get(channel), system_clock()
            if there is None:
                raise OperatorError("no_channel", channel=channel)
            approved = approvals_of(settings).allow(there)
            done = await connect_account(
                store, there, vault_of(settings), agency, ask, now=now, zone=settings.zone, approved=approved
            )
            await store.write(cursors.retry, done.account_id, now)  # what it had to wait for before is past
            return done


def _imported(now: datetime) -> Callable[[Session, Outcome], None]:
    """Puts an import on record: what was added, and which columns of what were changed."""

    def note(session: Session, outcome: Outcome) -> None:
        by, rows = operator(now), [_row(detail) for detail in outcome.details]
        for start in range(0, len(rows), ROWS):
            record(session, by, "imported", kind=outcome.kind, rows=rows[start : start + ROWS])

    return note


def _row(detail: Detail) -> list[str]:
    return [detail.key, *(change.column for change in detail.changes)]


def _codes(session: Session, agency: str, zone: ZoneInfo) -> tuple[str, ...]:
    return codes_at(session, only(load(session, zone), agency).id)


def _mark(typed: str) -> Mark:
    found = read_mark(typed)
    if found is None:
        raise OperatorError("no_mark", given=typed[:80])
    return found


def _verified(session: Session, marks: Sequence[Mark]) -> tuple[int, str, Fault | None]:
    sound, fault = verify(session, marks)
    return sound, mark(session), fault


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    async def doing() -> T:
        store = await open_store(settings)
        try:
            return await work(store)
        finally:
            await store.aclose()

    return asyncio.run(doing())
