"""Public answers, and whether they need a second person."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

ALONG = "companion_of IS NOT NULL"
DRAFT = "state = 'drafted'"
UNREAD = "reply.state = 'published' AND NOT reply.heeded"
"""A published answer in which nobody has looked for promises."""


class Reply(SQLModel, table=True):
    """A public answer, from draft to published. What stands in public are its parts (`ReplyPart`), one or more:
    `text` is all that was written, `post_id` and `url` are its first part's.

    `state`: drafted | asking | approved | returned | confirmed | sending | published | refused | unknown |
    stopped | manual | cancelled | withdrawing | withdrawn | waiting. `waiting`: confirmed, until its account is
    connected again. `stopped`: some parts stand, the others do not, and a person says how it goes on.
    `asking`: a second person must agree, for the reasons in `needs` (see
    plugin/desk/replying/approvals.py); `returned`: with a `note`. What is confirmed leaves when
    `not_before` has come. `corrects` is the public answer that goes once this one is public. Where a public
    one could not be taken back, `refusal` says why.
    `text_hash` is what the preview showed and the confirmation holds: parts, pictures, account and target post.
    `owner` and `tries` say who may mark the end of a sending (see plugin/desk/outgoing/publishing.py). `heeded`:
    promises were looked for in it. `companion_of` is the answer to another reporter of the incident that
    it goes along with.
    """

    __tablename__ = "reply"
    __table_args__ = (
        sa.Index("ix_reply_state", "state", "lease_until"),
        partial_index("ix_reply_published", "published_at", where="published_at IS NOT NULL"),
        partial_index("ix_reply_draft", "drafted_by", where=DRAFT),
        partial_index("ix_reply_along", "companion_of", where=ALONG),
        partial_index("ix_reply_unread", "id", where="state = 'published' AND NOT heeded"),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    target_post: str = Field(max_length=40)
    text: str = Field(sa_type=sa.Text)
    text_hash: str = Field(max_length=64)
    state: str = Field(default="drafted", max_length=20)
    drafted_by: int = Field(foreign_key="official.id", index=True)
    drafted_at: datetime
    origin: str | None = Field(default=None, max_length=160, unique=True)
    confirmed_by: int | None = Field(default=None, foreign_key="official.id")
    confirmed_at: datetime | None = None
    owner: str = Field(default="", max_length=40)
    lease_until: datetime | None = None
    not_before: datetime | None = None
    tries: int = 0
    post_id: str | None = Field(default=None, max_length=40, index=True)
    url: str = Field(default="", max_length=300)
    published_at: datetime | None = None
    refusal: str = Field(default="", max_length=300)
    needs: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    approved_by: int | None = Field(default=None, foreign_key="official.id")
    approved_at: datetime | None = None
    returned_by: int | None = Field(default=None, foreign_key="official.id")
    note: str = Field(default="", max_length=500)
    heeded: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    corrects: int | None = Field(default=None, foreign_key="reply.id")
    withdrawn_by: int | None = Field(default=None, foreign_key="official.id")
    withdrawn_at: datetime | None = None
    companion_of: int | None = None


class ApprovalRule(SQLModel, table=True):
    """Whether answers of an agency, and of those below it, need a second person: tidak | perlu | selalu."""

    __tablename__ = "approval_rule"

    agency_id: int = Field(primary_key=True, foreign_key="agency.id")
    mode: str = Field(max_length=10)
    set_by: int | None = Field(default=None, foreign_key="official.id")
    set_at: datetime
