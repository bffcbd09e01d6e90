"""Importing accounts: what the operator's file says is decided, without a claim and a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo

from sqlmodel import Session, select

from plugin.registry.desks import DESK
from plugin.registry.handles import account_key
from plugin.registry.importing.agency_named import agency_named
from plugin.registry.importing.outcome import Change, Detail, Outcome, changes
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.importing.rows import AccountRow, Parsed
from plugin.registry.ledger import HOLDING, OFF, Evidence, note
from plugin.registry.tree import Registry
from plugin.store.tables import Account

NOTED = frozenset({"agency", "handle", "verdict", "since", "evidence"})
"""Columns whose change is an entry in the ledger."""


@dataclass
class Plan:
    """What has to be written: accounts to add, and accounts that change."""

    added: list[tuple[AccountRow, int]] = field(default_factory=list)
    changed: list[tuple[AccountRow, Account, tuple[Change, ...]]] = field(default_factory=list)
    unchanged: int = 0
    registered: int = 0


def plan(session: Session, registry: Registry, parsed: Parsed, zone: tzinfo) -> Plan | list[Problem]:
    """Compare a file with what is registered. Writes nothing."""
    known = _Known(session.exec(select(Account).where(Account.verdict != DESK)).all(), registry)
    made = Plan(registered=len(known.accounts))
    problems: list[Problem] = []
    for row in (row for row in parsed.rows if isinstance(row, AccountRow)):
        node = agency_named(registry, row.agency, row.line, parsed.heading("agency"))
        if isinstance(node, Problem):
            problems.append(node)
            continue
        account = known.meant(row, node.id)
        trouble = known.collides(row, node.id, account, parsed)
        if trouble:
            problems.append(trouble)
        elif account is None:
            made.added.append((row, node.id))
        elif found := changes(_cells(account, registry, zone), _wanted(row, node.code)):
            made.changed.append((row, account, found))
        else:
            made.unchanged += 1
        if row.verdict in HOLDING:
            known.taken.setdefault((node.id, row.channel), row)
    return problems or made


def describe(made: Plan, *, dry_run: bool) -> Outcome:
    """What the plan means, for the person who imports."""
    details = [Detail(row.line, f"{row.channel}:@{row.handle}", row.agency) for row, _ in made.added]
    details += [
        Detail(row.line, f"{row.channel}:@{row.handle}", row.agency, found) for row, _, found in made.changed
    ]
    return Outcome(
        kind="accounts",
        added=len(made.added),
        changed=len(made.changed),
        unchanged=made.unchanged,
        left_alone=made.registered - len(made.changed) - made.unchanged,
        details=tuple(sorted(details, key=lambda d: d.line)),
        dry_run=dry_run,
    )


def carry_out(session: Session, made: Plan, registry: Registry, now: datetime, zone: tzinfo) -> None:
    """Write a plan."""
    for row, agency_id in made.added:
        account = Account(agency_id=agency_id, channel=row.channel, handle="", handle_key="", claimed_at=now)
        _write(account, row, now, zone)
        session.add(account)
        _note(session, account, row, now)
    for row, account, found in made.changed:
        for change in found:
            if change.column == "agency" and (node := registry.by_code(change.after)):
                account.agency_id = node.id
        _write(account, row, now, zone)
        if {change.column for change in found} & NOTED:
            _note(session, account, row, now)
    session.flush()


def _note(session: Session, account: Account, row: AccountRow, now: datetime) -> None:
    session.flush()
    since = (account.decided_at or account.claimed_at) if row.since else None
    note(session, account, by=None, now=now, shown=Evidence("", "import", row.evidence, since))


def _write(account: Account, row: AccountRow, now: datetime, zone: tzinfo) -> None:
    if row.since:
        account.claimed_at = datetime.combine(row.since, time.min, zone)
    if row.since or account.verdict != row.verdict:
        decided = account.claimed_at if row.since else now
        account.decided_at = None if row.verdict == "claimed" else decided
    account.handle = row.handle
    account.handle_key = account_key(row.channel, row.handle, account.agency_id)
    account.verdict = row.verdict
    account.platform_id = row.platform_id or account.platform_id
    account.mode = _mode(row) or account.mode
    if row.verdict not in HOLDING:
        account.tokens = None
    account.evidence = row.evidence or account.evidence


class _Known:
    """The accounts there are, and those that rows of this file have spoken for."""

    def __init__(self, accounts: Iterable[Account], registry: Registry) -> None:
        self.accounts = list(accounts)
        self.taken: dict[tuple[int, str], AccountRow] = {}
        self._registry = registry
        self._handles = {(a.channel, a.handle_key): a for a in self.accounts}
        self._ids = {(a.channel, a.platform_id): a for a in self.accounts if a.platform_id}
        self._held = {(a.agency_id, a.channel): a for a in self.accounts if a.verdict in HOLDING}

    def meant(self, row: AccountRow, agency_id: int) -> Account | None:
        """The account a row speaks of: by its handle, or by its platform id under another handle."""
        by_id = self._ids.get((row.channel, row.platform_id))
        return self._handles.get((row.channel, account_key(row.channel, row.handle, agency_id))) or by_id

    def collides(
        self, row: AccountRow, agency_id: int, account: Account | None, parsed: Parsed
    ) -> Problem | None:
        """What stands in the way: a handle or id that is another's, or a second account on one channel."""
        if account and account.agency_id != agency_id and account.verdict in HOLDING:
            owner = self._registry.title(self._registry.by_id(account.agency_id))
            return Problem(row.line, parsed.heading("handle"), Reason.HANDLE_TAKEN, row.handle, (owner,))
        other = self._ids.get((row.channel, row.platform_id))
        if row.platform_id and other is not None and other is not account:
            where = parsed.heading("platform_id")
            return Problem(row.line, where, Reason.ID_TAKEN, row.platform_id, (other.handle,))
        held = self.taken.get((agency_id, row.channel)) or self._held.get((agency_id, row.channel))
        if held and held is not account and row.verdict in HOLDING:
            where = parsed.heading("handle")
            return Problem(row.line, where, Reason.SECOND_ACCOUNT, row.handle, (row.channel, held.handle))
        return None


def _cells(account: Account, registry: Registry, zone: tzinfo) -> dict[str, str]:
    return {
        "agency": registry.by_id(account.agency_id).code,
        "handle": account.handle,
        "platform_id": account.platform_id or "",
        "verdict": account.verdict,
        "since": (account.decided_at or account.claimed_at).astimezone(zone).date().isoformat(),
        "mode": account.mode,
        "evidence": account.evidence,
    }


def _mode(row: AccountRow) -> str:
    return row.mode if row.verdict in HOLDING else OFF


def _wanted(row: AccountRow, code: str) -> dict[str, str]:
    """What a row says; a blank cell says nothing."""
    said = {
        "agency": code,
        "handle": row.handle,
        "platform_id": row.platform_id,
        "verdict": row.verdict,
        "since": row.since.isoformat() if row.since else "",
        "mode": _mode(row),
        "evidence": row.evidence,
    }
    return {column: value for column, value in said.items() if value}
