"""How recipients would like their pages."""

from __future__ import annotations

from datetime import time

from sqlmodel import Field, SQLModel


class PageWish(SQLModel, table=True):
    """What one recipient (platform:room) said of the pages that come by themselves; blank is as usual.

    `rests`: not on days of rest. `off`: no morning page at all. `weekly` and `monthly` say whether those come.
    """

    __tablename__ = "page_wish"

    recipient: str = Field(primary_key=True, max_length=120)
    at: time | None = None
    brief: bool = False
    rests: bool = False
    off: bool = False
    weekly: bool | None = None
    monthly: bool | None = None
