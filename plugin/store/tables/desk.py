"""A complaint's life: reports, what was written further, photos, and who was told to act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

MISSED = "gone_at IS NULL AND missed_at IS NOT NULL"
"""A citizen's post that was not there when we looked, and is to be looked for once more."""
OPEN = "answered_at IS NULL AND closed_at IS NULL"
"""A report that still waits for its first public answer."""
FIRST = f"{OPEN} AND priority > 0"
"""Of those, what an official has put in front of the others."""
HELD = "held_by IS NOT NULL"
JOINED = "joined_to IS NOT NULL"
ASIDE = f"{OPEN} AND aside"
"""Of those, what seems to be no report and waits for a person to say so."""
UNRECEIVED = "received_at IS NULL"
WATCHED = "due_at IS NOT NULL AND overdue_at IS NULL"
"""An order whose own deadline was not found to be over."""
UNHEARD = "followup.heard = ''"
"""A citizen's further post that triage has not read."""


class Report(SQLModel, table=True):
    """One citizen's message taken as a case. Its id is the number that people type.

    `conversation` and `post_id` are the channel's own keys; `target_post` is the post to answer now (a
    citizen's later post moves it). `folded` is the text as search knows it (`store.search.folded`). `author`
    holds what the channel says of the reporter, as facts: created_at, followers, location, verified.
    `gone_at`: the citizen's post is no longer public (`gone`: gone | hidden) and its words have left this row.
    `held_by` is the official at work on it, until `held_until`. `priority` is a number of `steps.PRIORITIES`.
    `joined_to` is the report of the same incident that it was joined to; `reporters` tell of that incident.
    `kind`: what a person said it is (`plugin.limits.KINDS`), blank while nobody did.
    `aside`: it seems to be no report, and stands apart in the lists until a person has said so.
    """

    __tablename__ = "report"
    __table_args__ = (
        sa.UniqueConstraint("channel", "post_id", name="uq_report_post"),
        sa.Index("ix_report_conversation", "channel", "conversation", "author_id"),
        partial_index("ix_report_open_due", "due_at", "id", "agency_id", where=OPEN),
        partial_index("ix_report_open_agency", "agency_id", "due_at", "id", where=OPEN),
        partial_index("ix_report_first", "priority", "due_at", "id", "agency_id", where=FIRST),
        sa.Index(
            "ix_report_aside",
            "id",
            "agency_id",
            sqlite_where=sa.text(f"{ASIDE} = 1"),
            postgresql_where=sa.text(ASIDE),
        ),
        partial_index("ix_report_joined", "joined_to", where=JOINED),
        partial_index("ix_report_held", "held_by", where=HELD),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=20)
    post_id: str = Field(max_length=40)
    conversation: str = Field(default="", max_length=40)
    target_post: str = Field(default="", max_length=40)
    account_id: int = Field(foreign_key="account.id")
    agency_id: int = Field(foreign_key="agency.id")
    author_id: str = Field(max_length=40)
    author_handle: str = Field(default="", max_length=80)
    author_name: str = Field(default="", max_length=120)
    author: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    text: str = Field(sa_type=sa.Text)
    folded: str = Field(default="", sa_type=sa.Text)
    url: str = Field(default="", max_length=300)
    place: str = Field(default="", max_length=120)
    mentions: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    photos: int = 0
    state: str = Field(default="new", max_length=20)
    written_at: datetime
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    gone_at: datetime | None = None
    gone: str = Field(default="", max_length=10)
    held_by: int | None = None
    held_until: datetime | None = None
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    kind: str = Field(default="", max_length=12, sa_column_kwargs={"server_default": ""})
    aside: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    joined_to: int | None = None
    reporters: int = Field(default=1, sa_column_kwargs={"server_default": "1"})

    @property
    def waits(self) -> bool:
        """Whether it still waits for its first public answer, as `OPEN` asks it of the database."""
        return self.answered_at is None and self.closed_at is None

    @property
    def listed(self) -> bool:
        """Whether it waits and somebody is to act, as `queue.SHOWN` asks it: what stands apart is nobody's delay."""
        return self.waits and not self.aside


class Followup(SQLModel, table=True):
    """A citizen's later post in the same conversation: part of the case, not a new one.

    `heard`: what triage took it for ("report", else the category of what is none); blank until it has read it.
    """

    __tablename__ = "followup"
    __table_args__ = (
        sa.UniqueConstraint("channel", "post_id", name="uq_followup_post"),
        partial_index("ix_followup_unheard", "id", where="heard = ''"),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    channel: str = Field(max_length=20)
    post_id: str = Field(max_length=40)
    author_id: str = Field(max_length=40)
    author_handle: str = Field(default="", max_length=80)
    text: str = Field(sa_type=sa.Text)
    url: str = Field(default="", max_length=300)
    written_at: datetime
    gone_at: datetime | None = None
    gone: str = Field(default="", max_length=10)
    heard: str = Field(default="", max_length=30, sa_column_kwargs={"server_default": ""})


class PostVersion(SQLModel, table=True):
    """A number that a citizen's post has had: each edit gives it a new one. `conversation` is where we keep what was
    written below any of them."""

    __tablename__ = "post_version"

    channel: str = Field(primary_key=True, max_length=20)
    post_id: str = Field(primary_key=True, max_length=40)
    conversation: str = Field(max_length=40)


class PostCheck(SQLModel, table=True):
    """A citizen's post of which we hold a copy, and when we ask next whether it is still public.

    `missed_at` is when the channel first said that it is not: once may be a fault of the channel's, the
    second time the words leave. `seen_at` is when it was last seen. `gone_at` ends the asking.
    `followup_id` where it is a further post of the case.
    """

    __tablename__ = "post_check"
    __table_args__ = (
        partial_index("ix_post_check_due", "channel", "due_at", where="gone_at IS NULL"),
        partial_index("ix_post_check_missed", "channel", "due_at", where=MISSED),
        sa.Index("ix_post_check_seen", "channel", "seen_at"),
    )

    channel: str = Field(primary_key=True, max_length=20)
    post_id: str = Field(primary_key=True, max_length=40)
    report_id: int = Field(foreign_key="report.id", index=True)
    followup_id: int | None = Field(default=None, foreign_key="followup.id", index=True)
    due_at: datetime
    seen_at: datetime | None = None
    missed_at: datetime | None = None
    gone_at: datetime | None = None


class Photo(SQLModel, table=True):
    """A photo of a report. `file` is its name in the media folder, once fetched and cleaned.

    `state`: waiting | stored | failed | leaving. `post_id` is the citizen's post that it was in.
    """

    __tablename__ = "photo"
    __table_args__ = (sa.UniqueConstraint("report_id", "media_key", name="uq_photo_media"),)

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    post_id: str = Field(default="", max_length=40)
    media_key: str = Field(max_length=80)
    url: str = Field(default="", sa_type=sa.Text)
    alt: str = Field(default="", max_length=1000)
    file: str = Field(default="", max_length=120)
    state: str = Field(default="waiting", max_length=10, index=True)
    tries: int = 0
    next_at: datetime | None = None


class Disposition(SQLModel, table=True):
    """Handing a report to an agency, as an official act. `kind`: given | returned (the reason is `instruction`).

    `due_at` is until when the order is to be carried out; `received_by` says who has confirmed it at the agency.
    `reminded_at`: its deadline is near, `overdue_at`: it was found to be over, and those concerned were told.
    """

    __tablename__ = "disposition"
    __table_args__ = (
        partial_index("ix_disposition_unreceived", "given_by", where=UNRECEIVED),
        partial_index("ix_disposition_watched", "due_at", where=WATCHED),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    from_agency: int = Field(foreign_key="agency.id")
    to_agency: int = Field(foreign_key="agency.id")
    kind: str = Field(default="given", max_length=10, sa_column_kwargs={"server_default": "given"})
    instruction: str = Field(default="", sa_type=sa.Text)
    given_by: int = Field(foreign_key="official.id")
    given_at: datetime
    due_at: datetime | None = None
    received_by: int | None = None
    received_at: datetime | None = None
    reminded_at: datetime | None = None
    overdue_at: datetime | None = None
