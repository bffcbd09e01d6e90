"""The public square of the training room."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class SquarePost(SQLModel, table=True):
    """A post on the training room's public square: our own public channel, so its far side is this table.

    `key` makes a post appear once however often it is sent. `account_id` is set on an agency's own posts.
    `conversation` is the first post of the thread; `changed` counts as in `WebMessage`. A citizen's photo is
    `photo`, an agency's are `pictures`: their `file` and what they show (`alt`). Of a post that was taken away
    (`gone_at`) nothing is left but its place in the thread.
    """

    __tablename__ = "square_post"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=200, unique=True)
    account_id: int | None = None
    author: str = Field(max_length=80)
    name: str = Field(default="", max_length=120)
    text: str = Field(sa_type=sa.Text)
    answers: int | None = Field(default=None, index=True)
    conversation: int | None = Field(default=None, index=True)
    photo: str = Field(default="", max_length=120)
    pictures: list[dict[str, str]] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"}
    )
    changed: int = Field(index=True)
    at: datetime
    gone_at: datetime | None = None
