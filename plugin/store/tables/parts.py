"""What an answer consists of: the posts that it makes in public, and the pictures that go with it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class ReplyPart(SQLModel, table=True):
    """One post of an answer, word for word; most answers have just one, a long one is a chain of them.

    `begun`: a call was made for it of which we do not know that nothing came: it is looked up before it is sent
    (again). `target` is the post that it answers, once that is known: the citizen's, or the part before. It
    stands in public from `out_at` until `gone_at`.
    """

    __tablename__ = "reply_part"

    reply_id: int = Field(primary_key=True, foreign_key="reply.id", sa_column_kwargs={"autoincrement": False})
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=sa.Text)
    target: str = Field(default="", max_length=40)
    begun: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    post_id: str | None = Field(default=None, max_length=40, index=True)
    url: str = Field(default="", max_length=300)
    out_at: datetime | None = None
    gone_at: datetime | None = None


class ReplyPicture(SQLModel, table=True):
    """A photo that goes with an answer's first post. `file` is its name in the media folder, cleaned.

    `digest` is of its bytes: what was confirmed is what is sent. `alt` says what is to be seen to those who cannot
    see it. `origin` names the delivery that it came with, and which of its files it was.
    """

    __tablename__ = "reply_picture"
    __table_args__ = (sa.UniqueConstraint("origin", name="uq_reply_picture_origin"),)

    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="reply.id", index=True)
    file: str = Field(max_length=120)
    mime: str = Field(max_length=60)
    digest: str = Field(max_length=64)
    alt: str = Field(default="", max_length=1000)
    off: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    origin: str = Field(max_length=180)
    added_by: int = Field(foreign_key="official.id")
    added_at: datetime
