"""What is counted of agencies: kept with every change, never summed up from reports."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel


class AgencyOpen(SQLModel, table=True):
    """How many reports of an agency wait for their first answer: kept with every change, never counted."""

    __tablename__ = "agency_open"

    agency_id: int = Field(primary_key=True, foreign_key="agency.id")
    waiting: int = 0


class AgencyDay(SQLModel, table=True):
    """What happened at an agency on one day of the government's calendar: kept, never counted."""

    __tablename__ = "agency_day"

    day: date = Field(primary_key=True)
    agency_id: int = Field(primary_key=True, foreign_key="agency.id")
    incoming: int = 0
    answered: int = 0
