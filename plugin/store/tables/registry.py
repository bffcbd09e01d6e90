"""Who is who: the tree of agencies, their former names, their accounts."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Agency(SQLModel, table=True):
    """A node in the tree of government.

    `path` is the materialised path: eight hexadecimal digits for each ancestor's id and its own, so that
    everything below a node is one range of it. `code` follows Kemendagri's where it exists.
    """

    __tablename__ = "agency"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    parent_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    path: str = Field(default="", max_length=200, index=True)
    kind: str = Field(max_length=30)
    name: str = Field(max_length=200)
    short: str = Field(default="", max_length=80)
    contact: str = Field(default="", max_length=200)
    valid_from: date | None = None
    valid_to: date | None = None


class FormerName(SQLModel, table=True):
    """A name (and code) that an agency had until `valid_to`, or an alias that people write (no date)."""

    __tablename__ = "former_name"

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    code: str = Field(default="", max_length=40)
    name: str = Field(max_length=200)
    short: str = Field(default="", max_length=80)
    valid_to: date | None = None


class Account(SQLModel, table=True):
    """An agency's public presence on one channel.

    `verdict`: claimed | official | rejected | personal | impostor | desk (no account at all, see
    plugin/registry/desks.py). `condition` of an official one: dormant |
    formality, or nothing. `mode`: off | read_only | manual | api. `handle` is without the
    @ and as the platform writes it; `handle_key` is what makes it unique. `tokens` are encrypted.
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("channel", "handle_key", name="uq_account_channel_handle"),
        sa.UniqueConstraint("channel", "platform_id", name="uq_account_channel_platform_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    channel: str = Field(max_length=20)
    handle: str = Field(max_length=80)
    handle_key: str = Field(max_length=80)
    platform_id: str | None = Field(default=None, max_length=40)
    verdict: str = Field(default="claimed", max_length=20)
    condition: str = Field(default="", max_length=20)
    mode: str = Field(default="off", max_length=20)
    tokens: bytes | None = None
    health: str = Field(default="", max_length=200)
    claimed_by: int | None = Field(default=None, foreign_key="official.id")
    claimed_at: datetime
    decided_by: int | None = Field(default=None, foreign_key="official.id")
    decided_at: datetime | None = None
    evidence: str = Field(default="", max_length=500)


class Revision(SQLModel, table=True):
    """Counts the changes of something, so that every process knows when its picture of it is old.

    Three rows are none: `limits` tells by which tables the clocks were counted (their fingerprint), `aspirations` the
    last report that was looked at, `waiting` how many reports wait anywhere.
    """

    __tablename__ = "revision"

    name: str = Field(primary_key=True, max_length=20)
    number: int = 0
