"""The ledger of accounts: circulars, what became of each account and how we know, and what a room saw last."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


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
    """An agency that a circular does not bind, though it would."""

    __tablename__ = "circular_exception"
    __table_args__ = (sa.UniqueConstraint("circular_id", "agency_id", name="uq_circular_exception"),)

    id: int | None = Field(default=None, primary_key=True)
    circular_id: int = Field(foreign_key="circular.id", index=True)
    agency_id: int = Field(foreign_key="agency.id")
    why: str = Field(default="", max_length=300)
    by: int | None = Field(default=None, foreign_key="official.id")
    at: datetime


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
