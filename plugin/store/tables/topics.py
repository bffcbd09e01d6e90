"""How often people complain about what and where, and when that suddenly rises."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

RISING = "ended_at IS NULL"


class TopicDay(SQLModel, table=True):
    """How many reports of one category came from one place (kecamatan; "" is unknown) on one local day."""

    __tablename__ = "topic_day"

    day: date = Field(primary_key=True)
    category: str = Field(primary_key=True, max_length=30)
    place: str = Field(primary_key=True, max_length=60)
    reports: int = 0


class Rise(SQLModel, table=True):
    """An unusual number of reports of one category in one place (`*` is everywhere); at most one at a time.

    `reports` came within the hours before `began_at`, where `usual` are expected. It has ended when nothing was
    unusual for some hours.
    """

    __tablename__ = "rise"
    __table_args__ = (partial_index("uq_rise_now", "category", "place", where=RISING, unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    category: str = Field(max_length=30)
    place: str = Field(max_length=60)
    agency_id: int = Field(foreign_key="agency.id")
    reports: int
    usual: float
    began_at: datetime
    last_at: datetime
    ended_at: datetime | None = None
