"""The ledger of accounts: circulars, what became of each account and how we know, and what a room saw last."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index


class Circular(SQLModel, table=True):
    """An order that binds agencies to be reachable by a deadline. Its id is the number that people type.

    It binds what stands at or below `agency_id`: all kinds of agencies, or only `kinds`. `channels`: one of
    them is enough; none named means any account. `particulars` is what an account has to show.
    """

    __tablename__ = "circular"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=80, unique=True)
    dated: date
    issuer: str = Field(default="", max_length=120)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    kinds: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    channels: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    particulars: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    due_at: datetime
    made_by: int | None = Field(default=None, foreign_key="official.id")
    made_at: datetime
    ended_at: datetime | None = None


class CircularException(SQLModel, table=True):
    """An agency that a circular does not bind, though it would, from `since` until `ended_at`.

    Without `since` the circular names it itself; `at` is when it was put on record. An exception taken back stays,
    for questions about the time before.
    """

    __tablename__ = "circular_exception"
    __table_args__ = (
        partial_index(
            "uq_circular_exception_now", "circular_id", "agency_id", where="ended_at IS NULL", unique=True
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    circular_id: int = Field(foreign_key="circular.id", index=True)
    agency_id: int = Field(foreign_key="agency.id")
    why: str = Field(default="", max_length=300)
    by: int | None = Field(default=None, foreign_key="official.id")
    at: datetime
    since: datetime | None = None
    ended_at: datetime | None = None


class CircularDue(SQLModel, table=True):
    """A deadline that a circular had until `until`, when it was given another one."""

    __tablename__ = "circular_due"

    id: int | None = Field(default=None, primary_key=True)
    circular_id: int = Field(foreign_key="circular.id", index=True)
    due_at: datetime
    until: datetime
    by: int | None = Field(default=None, foreign_key="official.id")


class AccountEvent(SQLModel, table=True):
    """One change of an account's state: who, when, why, and the evidence. Rows are only ever added.

    `at` is when it came to be so, `noted_at` when we heard of it. `state`: claimed | official | rejected |
    personal | impostor | dormant | formality. `kind` of evidence: statement | site | letter | snapshot |
    profile | posts | import.
    """

    __tablename__ = "account_event"
    __table_args__ = (sa.Index("ix_account_event_account", "account_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    agency_id: int = Field(foreign_key="agency.id", index=True)
    channel: str = Field(max_length=20)
    handle: str = Field(max_length=80)
    state: str = Field(max_length=20)
    at: datetime
    noted_at: datetime = Field(index=True)
    by: int | None = Field(default=None, foreign_key="official.id")
    why: str = Field(default="", max_length=300)
    kind: str = Field(default="statement", max_length=20)
    evidence: str = Field(default="", max_length=500)


class LedgerLook(SQLModel, table=True):
    """When a room looked at the list of who has no account, and when it had looked the time before."""

    __tablename__ = "ledger_look"

    room: str = Field(primary_key=True, max_length=120)
    at: datetime
    before: datetime | None = None


class FollowerList(SQLModel, table=True):
    """A list of an account's followers as of `taken_at`: how many there were, how many lines could not be read.

    `source`: paste | file | api. `state`: reading | done | stopped. `cursor` is the channel's, while it is read. The
    followers themselves are not kept, only what was proposed of them.
    """

    __tablename__ = "follower_list"

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    channel: str = Field(max_length=20)
    handle: str = Field(default="", max_length=80)
    source: str = Field(max_length=10)
    taken_at: datetime
    noted_at: datetime
    by: int | None = Field(default=None, foreign_key="official.id")
    state: str = Field(default="done", max_length=10)
    cursor: str = Field(default="", max_length=200)
    total: int = 0
    broken: int = 0
    found: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    origin: str | None = Field(default=None, max_length=160, unique=True)


class Proposal(SQLModel, table=True):
    """What the rules believe of one follower, until a person decides: `state` open | confirmed | rejected.

    One row for each account and agency, whatever list it was seen in: what was rejected stays so.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.UniqueConstraint("channel", "handle_key", "agency_id", name="uq_proposal_account_agency"),
        sa.Index("ix_proposal_state", "state", "agency_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="follower_list.id", index=True)
    agency_id: int = Field(foreign_key="agency.id")
    channel: str = Field(max_length=20)
    handle: str = Field(max_length=80)
    handle_key: str = Field(max_length=80)
    platform_id: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=120)
    bio: str = Field(default="", max_length=300)
    verdict: str = Field(max_length=20)
    mark: str = Field(default="", max_length=12)
    score: float = 0.0
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    state: str = Field(default="open", max_length=10)
    decided_by: int | None = Field(default=None, foreign_key="official.id")
    decided_at: datetime | None = None


class ReminderRound(SQLModel, table=True):
    """A day on which the agencies that a circular still waits for were reminded."""

    __tablename__ = "reminder_round"

    circular_id: int = Field(primary_key=True, foreign_key="circular.id")
    day: date = Field(primary_key=True)


class Reminder(SQLModel, table=True):
    """An agency that was reminded, of its circulars together. `kind`: round | rebuke (a superior pressed a button).

    One of each kind a day, whoever asks for it and however often.
    """

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("agency_id", "day", "kind", name="uq_reminder_agency_day"),)

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    day: date
    kind: str = Field(default="round", max_length=10)
    circulars: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    at: datetime
    by: int | None = Field(default=None, foreign_key="official.id")
    rooms: int = 0


class ReminderSnooze(SQLModel, table=True):
    """Until when an agency is not reminded, and why."""

    __tablename__ = "reminder_snooze"

    agency_id: int = Field(primary_key=True, foreign_key="agency.id")
    until: datetime
    why: str = Field(default="", max_length=300)
    by: int | None = Field(default=None, foreign_key="official.id")
    at: datetime


class Custody(SQLModel, table=True):
    """Who holds an account's login: handed over item by item, and held since the new holder said so.

    `done` are the items of the checklist that were ticked. `ended_at`: somebody else has it since.
    """

    __tablename__ = "custody"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    holder_id: int = Field(foreign_key="official.id")
    begun_at: datetime
    begun_by: int | None = Field(default=None, foreign_key="official.id")
    done: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    held_since: datetime | None = None
    ended_at: datetime | None = None


class AccountSample(SQLModel, table=True):
    """What an account did of late, as its channel told it: read once a day at most, since it may cost money.

    `figures` as in `plugin.desk.accounts.activity`; None while it is being read, or was not read to the end.
    """

    __tablename__ = "account_sample"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date = Field(primary_key=True)
    at: datetime
    by: int | None = Field(default=None, foreign_key="official.id")
    figures: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)


class FollowerPage(SQLModel, table=True):
    """A page of a list that is being read: it cost money, so it is kept until the list is complete, and no longer."""

    __tablename__ = "follower_page"

    list_id: int = Field(primary_key=True, foreign_key="follower_list.id")
    number: int = Field(primary_key=True)
    lines: str = Field(sa_type=sa.Text)
