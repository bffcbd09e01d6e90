"""Who was told that something takes too long, and what of it is still to be said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

NOTICE_OPEN = "state IN ('waiting', 'sending')"
"""A notice that has not met its end."""


class Alarm(SQLModel, table=True):
    """A level was told of a clock, once. `agency_id` is the node whose people were told, `who` their names.

    `level`: warning | holder | a role of the ladder | nobody. `step` is the rung of the ladder.
    """

    __tablename__ = "alarm"
    __table_args__ = (sa.UniqueConstraint("clock_id", "step", name="uq_alarm_step"),)

    id: int | None = Field(default=None, primary_key=True)
    clock_id: int = Field(foreign_key="report_clock.id")
    report_id: int = Field(foreign_key="report.id", index=True)
    step: int
    level: str = Field(max_length=20)
    agency_id: int = Field(foreign_key="agency.id")
    who: str = Field(default="", max_length=200)
    at: datetime


class Snooze(SQLModel, table=True):
    """Until when nobody is told about a report, and why. The clocks go on."""

    __tablename__ = "snooze"

    report_id: int = Field(primary_key=True, foreign_key="report.id")
    until: datetime
    reason: str = Field(max_length=500)
    given_by: int = Field(foreign_key="official.id")
    given_at: datetime


class Notice(SQLModel, table=True):
    """A message of ours that a room must get once, however often we die: made with what it tells of.

    `key` is its once-only name; `kind` and `args` say what it shows, made when it leaves. `state`: waiting |
    sending | sent | unknown | refused | dropped (there was nothing left to tell).
    """

    __tablename__ = "notice"
    __table_args__ = (partial_index("ix_notice_open", "id", where=NOTICE_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=200, unique=True)
    platform: str = Field(max_length=20)
    room: str = Field(max_length=80)
    kind: str = Field(max_length=20)
    args: dict[str, Any] = Field(sa_type=sa.JSON)
    made_at: datetime
    state: str = Field(default="waiting", max_length=10)
    owner: str = Field(default="", max_length=40)
    lease_until: datetime | None = None
    not_before: datetime | None = None
    tries: int = 0
    sent_at: datetime | None = None
