"""What time does: polling, digests, pace."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

DIGEST_OPEN = "state IN ('waiting', 'sending')"
"""A digest that has not met its end."""


class PollCursor(SQLModel, table=True):
    """How far an account's mentions were read. `cursor` is the channel's own, opaque to us.

    `began_at` is when we first meant to read it. `owner` is one reading, not one process: whoever took over
    an expired lease has another name, so that the late one can no longer move the cursor. `own_since`: what the
    account itself wrote since then is still to be looked over, for we heard nothing of it.
    """

    __tablename__ = "poll_cursor"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    cursor: str = Field(default="", sa_type=sa.Text)
    began_at: datetime
    next_at: datetime = Field(index=True)
    owner: str = Field(default="", max_length=40)
    leased_until: datetime | None = None
    failures: int = 0
    last_ok_at: datetime | None = None
    trouble: str = Field(default="", max_length=200)
    own_since: datetime | None = None


class DigestRun(SQLModel, table=True):
    """One digest about an agency to one recipient (platform:room) on one local date.

    `state`: waiting | sending | sent | unknown | refused | late | dropped.
    """

    __tablename__ = "digest_run"
    __table_args__ = (
        sa.UniqueConstraint("recipient", "day", name="uq_digest_recipient_day"),
        partial_index("ix_digest_run_open", "day", "id", where=DIGEST_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    recipient: str = Field(max_length=120)
    agency_id: int = Field(foreign_key="agency.id")
    day: date
    state: str = Field(default="waiting", max_length=10)
    owner: str = Field(default="", max_length=40)
    lease_until: datetime | None = None
    not_before: datetime | None = None
    tries: int = 0
    sent_at: datetime | None = None


class Gap(SQLModel, table=True):
    """A time in which we did not hear an account's mentions, and when we had caught up.

    `lost` is set when the platform no longer reached back far enough.
    """

    __tablename__ = "gap"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    began_at: datetime
    ended_at: datetime
    closed_at: datetime | None = Field(default=None, index=True)
    lost: bool = False


class Gate(SQLModel, table=True):
    """The pace of one lane (a chat room, an account's endpoint), in seconds since 1970.

    `free_at` is when the lane would be idle again if nobody else came; `closed_until` is what the platform
    asked for (Retry-After), and nothing leaves before it.
    """

    __tablename__ = "gate"

    lane: str = Field(primary_key=True, max_length=120)
    free_at: float = 0.0
    closed_until: float = 0.0


class Node(SQLModel, table=True):
    """A process that shares this database, and when it was heard last."""

    __tablename__ = "node"

    name: str = Field(primary_key=True, max_length=80)
    seen_at: datetime
