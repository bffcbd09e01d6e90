"""What the settings name, opened: the database, the keys, the tables of limits, the ladder of escalation."""

from __future__ import annotations

import asyncio
import errno
import os
from datetime import timedelta

import sqlalchemy as sa

from plugin.clock import Clock, Night
from plugin.desk.accounts.spending import Spendings
from plugin.errors import OperatorError
from plugin.public.approvals import Approvals
from plugin.registry.vault import Vault
from plugin.rhythm.escalation import Policy
from plugin.rhythm.ladder import Rung
from plugin.rhythm.limits import Tables, read_tables
from plugin.settings import Settings
from plugin.store.migrate import migrate
from plugin.store.privacy import only_ours
from plugin.store.store import Store


async def open_store(settings: Settings) -> Store:
    """The database, in today's shape; OperatorError when it cannot be opened."""
    try:
        await asyncio.to_thread(only_ours, sa.make_url(settings.database_url), settings.media_dir)
        await asyncio.to_thread(migrate, settings.database_url)
        store = Store(settings.database_url)
        await store.check()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        why = str(getattr(error, "orig", error)).splitlines()[0]
        raise OperatorError("database", why=why) from None
    return store


def open_media(settings: Settings) -> None:
    """The folder of photos is there and can be written to; OperatorError where it is not."""
    folder = settings.media_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise OperatorError("media", folder=str(folder), why=error.strerror) from None


def approvals_of(settings: Settings) -> Approvals:
    """What channels have allowed in writing."""
    return Approvals({"x": settings.x_approval})


def spendings_of(settings: Settings, store: Store, clock: Clock) -> Spendings:
    """What channels cost, and where the operator's limits are."""
    caps = {"x": settings.x_monthly_usd} if settings.x_monthly_usd else {}
    return Spendings(store, clock, settings.zone, caps)


def policy_of(settings: Settings) -> Policy:
    """Who hears of late reports after their holder, and when nobody is disturbed."""
    rungs = [Rung(level, timedelta(hours=wait)) for level, wait in settings.escalation]
    return Policy(rungs, Night(*settings.quiet_hours, settings.zone))


def tables_of(settings: Settings) -> Tables:
    """The limits, the office hours and the local days."""
    return read_tables(settings.zone, settings.rules_file, settings.hours_file, settings.local_days_file)


def vault_of(settings: Settings) -> Vault:
    """What seals and opens the accounts' tokens; without keys it refuses to."""
    return Vault([key.get_secret_value() for key in settings.secret_keys])
