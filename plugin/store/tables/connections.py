"""How agencies' accounts are connected: who is asked to let us in, how long that holds, and what it costs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Consent(SQLModel, table=True):
    """An official was sent to a channel to let us into an account: good once, and for a short while.

    `state_key` is the hash of what the channel brings back; `verifier` is sealed, and let go of when it is used.
    `writes`: whether posting was asked for, or reading alone. `outcome`: "" while nobody has come back, then
    connected | other_account | denied | disconnected | unknown | no_right | broken.
    """

    __tablename__ = "consent"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    state_key: str = Field(unique=True, max_length=64)
    verifier: bytes | None = None
    writes: bool = False
    asked_by: int = Field(foreign_key="official.id")
    platform: str = Field(max_length=20)
    room: str = Field(max_length=80)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    outcome: str = Field(default="", max_length=20)


class Connection(SQLModel, table=True):
    """How long an account's tokens hold, and who is renewing them.

    `expires_at`: None for tokens that do not end. `doubted_at`: the channel did not take them, once.
    `lost_at`: they are no good any more; somebody has to connect the account again. `owner` and `lease_until`:
    one renews at a time, since a refresh token is good for one use; `failures`: attempts without a clear answer.
    """

    __tablename__ = "connection"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    since: datetime
    expires_at: datetime | None = None
    doubted_at: datetime | None = None
    lost_at: datetime | None = Field(default=None, index=True)
    owner: str = Field(default="", max_length=80)
    lease_until: datetime | None = None
    failures: int = 0


class Spending(SQLModel, table=True):
    """What one account's calls of one kind have cost in a month (`2026-11`), in millionths of a dollar."""

    __tablename__ = "spending"

    channel: str = Field(primary_key=True, max_length=20)
    month: str = Field(primary_key=True, max_length=7)
    account_id: int = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    calls: int = 0
    micro: int = Field(default=0, sa_type=sa.BigInteger)


class OpenBill(SQLModel, table=True):
    """What is set aside in the purse for one call that has not ended: `items` are (kind, number, millionths each)."""

    __tablename__ = "open_bill"

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=20)
    month: str = Field(max_length=7)
    account_id: int
    items: list[Any] = Field(sa_type=sa.JSON)
    made_at: datetime = Field(index=True)


class Purse(SQLModel, table=True):
    """What a channel has cost in a month, and what is set aside for calls under way: what does not fit is not done.

    `met_cap`: the limit that a call was stopped by, 0 where none was.
    """

    __tablename__ = "purse"

    channel: str = Field(primary_key=True, max_length=20)
    month: str = Field(primary_key=True, max_length=7)
    micro: int = Field(default=0, sa_type=sa.BigInteger)
    aside: int = Field(default=0, sa_type=sa.BigInteger)
    met_cap: int = Field(default=0, sa_type=sa.BigInteger)
