"""Rooms, officials and their roles, and what passed between them and us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index


class RoomRow(SQLModel, table=True):
    """A room we know. `agency_id` is the node it is bound to; `superseded_by` where the platform moved it.

    `shut_at`: since then the platform says, in words of its own (`shut_why`), that it takes nothing from us.
    """

    __tablename__ = "room"
    __table_args__ = (sa.UniqueConstraint("platform", "key", name="uq_room_platform_key"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(max_length=20)
    key: str = Field(max_length=80)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    bound_at: datetime | None = None
    superseded_by: str | None = Field(default=None, max_length=80)
    shut_at: datetime | None = None
    shut_why: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})


class Official(SQLModel, table=True):
    """A person, known by the platform's user id. `name` is what the platform showed last."""

    __tablename__ = "official"
    __table_args__ = (sa.UniqueConstraint("platform", "key", name="uq_official_platform_key"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(max_length=20)
    key: str = Field(max_length=80)
    name: str = Field(default="", max_length=120)

    @property
    def shown(self) -> str:
        """What people call this person: the name, or the key where the platform tells no name."""
        return self.name or self.key


class Role(SQLModel, table=True):
    """What somebody may do at a node and below. A role that ended stays on record."""

    __tablename__ = "role"
    __table_args__ = (
        partial_index(
            "uq_role_active", "official_id", "agency_id", "role", where="ended_at IS NULL", unique=True
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    official_id: int = Field(foreign_key="official.id", index=True)
    agency_id: int = Field(foreign_key="agency.id")
    role: str = Field(max_length=20)
    given_by: int | None = Field(default=None, foreign_key="official.id")
    given_at: datetime
    ended_at: datetime | None = None


class Inbox(SQLModel, table=True):
    """What a platform delivered, kept before it is acknowledged and until it is worked off."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("platform", "key", name="uq_inbox_platform_key"),
        partial_index("ix_inbox_waiting", "received_at", where="done_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(max_length=20)
    key: str = Field(max_length=120)
    body: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    received_at: datetime
    owner: str = Field(default="", max_length=40)
    leased_until: datetime | None = None
    tries: int = 0
    done_at: datetime | None = None


class ActionToken(SQLModel, table=True):
    """What a button or a form means: `verb` with `args`, until `expires_at`, or until a question is answered.

    `asked` is the message that asks the question on a platform without forms, `answers` what was said so far.
    """

    __tablename__ = "action_token"

    token: str = Field(primary_key=True, max_length=40)
    verb: str = Field(max_length=40)
    args: dict[str, Any] = Field(sa_type=sa.JSON)
    made_for: str | None = Field(default=None, max_length=120)
    room: str = Field(default="", max_length=120)
    asked: str | None = Field(default=None, max_length=200, index=True)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class Card(SQLModel, table=True):
    """A message of ours: `key` is its once-only name, `about` (report:17, reply:4) what it shows.

    `reader` is whose private chat it hangs in, by the platform's user id. `state`: sent | stale (it must not go on
    saying what it says) | left (its room may not see that any more, and has been told so).
    """

    __tablename__ = "card"
    __table_args__ = (
        sa.Index("ix_card_message", "platform", "room", "message"),
        partial_index("ix_card_stale", "about", where="state = 'stale'"),
    )

    key: str = Field(primary_key=True, max_length=160)
    platform: str = Field(max_length=20)
    room: str = Field(max_length=80)
    message: str = Field(default="", max_length=80)
    thread: str = Field(default="", max_length=80)
    about: str = Field(default="", max_length=40, index=True)
    reader: str = Field(default="", max_length=80)
    state: str = Field(default="sent", max_length=10)
    sent_at: datetime


class Subscription(SQLModel, table=True):
    """Who asked for the digest: an official, in the private chat with us."""

    __tablename__ = "subscription"

    official_id: int = Field(primary_key=True, foreign_key="official.id")
    platform: str = Field(max_length=20)
    room: str = Field(max_length=80)
    since: datetime


class WebMessage(SQLModel, table=True):
    """A message in the browser's room: our own platform, so its far side is this table.

    `changed` numbers the changes of all such messages and of the square's posts, in the order of their
    commits: a browser that was away asks for what came after the last number it saw.
    """

    __tablename__ = "web_message"
    __table_args__ = (sa.UniqueConstraint("room", "key", name="uq_web_message_key"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str = Field(max_length=80, index=True)
    key: str = Field(max_length=200)
    author: str = Field(default="", max_length=120)
    whisper_to: str = Field(default="", max_length=80)
    answers: str = Field(default="", max_length=80)
    body: dict[str, Any] = Field(sa_type=sa.JSON)
    changed: int = Field(index=True)
    at: datetime
