"""Importing the registry from files: read, compare, and only then write, all of a file or nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from sqlmodel import Session

from plugin.registry.importing import accounts, agencies, officials
from plugin.registry.importing.outcome import Change, Detail, Outcome
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.importing.reading import read
from plugin.registry.importing.rows import Parsed
from plugin.registry.snapshot import bump, hold, load
from plugin.store.store import Store

__all__ = [
    "KINDS",
    "Change",
    "Detail",
    "Outcome",
    "Parsed",
    "Problem",
    "Reason",
    "apply",
    "import_file",
    "read",
]

KINDS = ("agencies", "officials", "accounts")
Note = Callable[[Session, Outcome], None]


async def import_file(
    store: Store,
    path: Path,
    kind: str,
    *,
    now: datetime,
    zone: tzinfo,
    dry_run: bool = False,
    note: Note = lambda session, outcome: None,
) -> Outcome | list[Problem]:
    """Import a file, in one transaction; with problems nothing of it is applied.

    A second import of the same file changes nothing. `zone` says when a day in the file began. `note` puts what was
    changed on record, in the same transaction.
    """
    parsed = await asyncio.to_thread(read, path, kind)
    if not isinstance(parsed, Parsed):
        return parsed

    def work(session: Session) -> Outcome | list[Problem]:
        done = apply(session, parsed, now=now, zone=zone, dry_run=dry_run)
        if isinstance(done, Outcome) and done.details and not dry_run:
            note(session, done)
        return done

    return await (store.survey if dry_run else store.write)(work)


def apply(
    session: Session, parsed: Parsed, *, now: datetime, zone: tzinfo, dry_run: bool = False
) -> Outcome | list[Problem]:
    """Compare with what is registered and, unless it is a dry run, write what differs."""
    if not dry_run:
        hold(session)  # two imports that compare at once would both add the same
    match parsed.kind:
        case "agencies":
            return _agencies(session, parsed, dry_run)
        case "officials":
            return _officials(session, parsed, now, zone, dry_run)
        case _:
            return _accounts(session, parsed, now, zone, dry_run)


def _agencies(session: Session, parsed: Parsed, dry_run: bool) -> Outcome | list[Problem]:
    plan = agencies.plan(session, parsed)
    if not isinstance(plan, agencies.Plan):
        return plan
    outcome = agencies.describe(session, plan, dry_run=dry_run)
    if outcome.details and not dry_run:
        agencies.carry_out(session, plan)
        bump(session)
    return outcome


def _officials(
    session: Session, parsed: Parsed, now: datetime, zone: tzinfo, dry_run: bool
) -> Outcome | list[Problem]:
    plan = officials.plan(session, load(session, zone), parsed)
    if not isinstance(plan, officials.Plan):
        return plan
    outcome = officials.describe(session, plan, dry_run=dry_run)
    if outcome.details and not dry_run:
        officials.carry_out(session, plan, now)
        bump(session)
    return outcome


def _accounts(
    session: Session, parsed: Parsed, now: datetime, zone: tzinfo, dry_run: bool
) -> Outcome | list[Problem]:
    registry = load(session, zone)
    plan = accounts.plan(session, registry, parsed, zone)
    if not isinstance(plan, accounts.Plan):
        return plan
    outcome = accounts.describe(plan, dry_run=dry_run)
    if outcome.details and not dry_run:
        accounts.carry_out(session, plan, registry, now, zone)
        bump(session)
    return outcome
