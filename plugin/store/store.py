"""Transactions, on SQLite and on PostgreSQL alike.

What happens inside a transaction is an ordinary function of a `Session`. It cannot await, so it cannot call
anybody over the network while it holds locks; and it runs the same on both databases. The store decides
where it runs: on the loop or on a thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import NullPool, StaticPool
from sqlmodel import Session, SQLModel

from plugin.store.prepared import KEPT

P = ParamSpec("P")
T = TypeVar("T")

Step = Callable[Concatenate[Session, P], T]
"""Work inside one transaction: plain, synchronous, no network."""

BUSY_MS, SOON_MS, MOMENT_MS = 15_000, 4_000, 200
"""How long to wait for a locked SQLite file: when working, when somebody at the terminal waits for the start, and
when everybody else waits meanwhile."""
WRITING = ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=0", "secure_delete=ON")
LONG_LOG = 4 * 1024 * 1024
SURVEYS_PAGES = "cache_size=-512"
"""KiB of the file that a connection of SQLite's keeps when its long reading has ended; by itself 2,000."""
TRIES, DEADLOCK = 3, "40P01"
"""PostgreSQL ends one of two transactions that wait for each other; nothing of it remains, so it begins anew."""
HANDS, SURVEYORS = 8, 2
"""PostgreSQL: so many transactions at once, and so many long readings beside them."""


class Store:
    """One database. `url` is SQLAlchemy's: `sqlite:///file.db` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._near = Near(self.url) if self.is_sqlite else None
        self._engine = _writer(self.url)
        self._surveyed = _surveyor(self.url) if self.is_sqlite else self._engine
        # SQLite has one writer at a time: it queues here, where waiting costs nothing, not in its busy loop.
        self._hands = ThreadPoolExecutor(1 if self.is_sqlite else HANDS, thread_name_prefix="store")
        self._surveyors = ThreadPoolExecutor(SURVEYORS, thread_name_prefix="survey")
        self._log = Log(self.url, self._surveyed) if self.is_sqlite else None
        self.trouble = ""
        """Why the last transaction could not be kept: a full disk, a lock, a server that is away; "" if it could."""

    async def write(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `step` in a transaction and commit it; on an exception nothing of it remains.

        Where two transactions wait for each other, one of them is run again.

        A caller who is cancelled does not stop a transaction that has begun: it ends whole, unseen by him.
        """
        return await self._on(self._hands, self._transact, step, *args, **kwargs)

    async def read(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short, indexed read. On SQLite it runs at once, on the loop: 0.04 ms instead of 1.5."""
        if self._near is not None:
            return self._near.read(step, *args, **kwargs)
        return await self._on(self._hands, self._look, step, *args, **kwargs)

    async def survey(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read that may take long: never on the loop, and never in the way of the short ones."""
        return await self._on(self._surveyors, self._look, step, *args, **kwargs)

    async def sweep(self, tables: Sequence[str]) -> bool:
        """Let the disk forget what was deleted or overwritten in these tables; False: ask again later."""
        if self._log is not None:
            # In the writer's own thread: nobody writes meanwhile, and who reads is waited for but a moment.
            return await self._on(self._hands, self._log.empty)
        return await self._on(self._surveyors, self._vacuum, tables)

    async def check(self) -> None:
        """Raise what the database says if it cannot be reached or read."""
        await self.read(lambda session: session.connection().execute(sa.select(1)))

    async def aclose(self) -> None:
        """End what has begun and let go of every connection. Safe to call twice."""
        for threads in (self._hands, self._surveyors):
            await asyncio.to_thread(threads.shutdown)
        if self._near is not None:
            self._near.close()
        self._surveyed.dispose()
        self._engine.dispose()

    @staticmethod
    async def _on(threads: ThreadPoolExecutor, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, partial(work, *args, **kwargs))

    def _transact(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(TRIES)):
            try:
                with Session(self._engine, expire_on_commit=False) as session, session.begin():
                    made = step(session, *args, **kwargs)
                self.trouble = ""
                break
            except sa.exc.OperationalError as error:
                if not left or getattr(error.orig, "sqlstate", None) != DEADLOCK:
                    self.trouble = str(error.orig).partition("\n")[0]
                    raise
        if self._log is not None and self._log.is_long():
            self._log.shorten(self._surveyors)
        return made

    def _vacuum(self, tables: Sequence[str]) -> bool:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
        return True

    def _look(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with Session(self._surveyed, expire_on_commit=False) as session:
            return step(session, *args, **kwargs)


class Near:
    """SQLite for short reads on the loop: one connection and one session, opened once.

    To open and to close them for each reading takes several times as long as an indexed reading itself. So
    SQLAlchemy is left to believe in one long transaction, and each reading begins and ends one of its own.
    """

    def __init__(self, url: sa.URL) -> None:
        self._engine = _reader(url, begin="")
        self._open: tuple[Session, Any] | None = None  # Any: the driver's own connection

    def read(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `step` finds, all of it as of one moment. What it returns belongs to no session any more."""
        session, driver = self._open = self._open or self._opened()
        driver.execute("BEGIN")
        try:
            return step(session, *args, **kwargs)
        except sa.exc.SQLAlchemyError:
            self._open = None  # who knows in what state it is
            raise
        finally:
            if session.identity_map or session.new:
                session.expunge_all()
            if driver.in_transaction:  # some errors end it by themselves
                driver.execute("ROLLBACK")
            if self._open is None:
                session.close()

    def close(self) -> None:
        """Let go of the connection; the next reading would open it again."""
        if self._open is not None:
            self._open[0].close()
            self._open = None
        self._engine.dispose()

    def _opened(self) -> tuple[Session, Any]:
        session = Session(self._engine, expire_on_commit=False)
        connection = session.info[KEPT] = session.connection()
        return session, connection.connection.driver_connection


class Log:
    """SQLite's write-ahead log, brought home into the database beside the writer.

    By itself SQLite does that inside whichever commit makes the log long; that caller would wait for the whole
    database to reach the disk: some tenths of a second instead of some milliseconds.
    """

    def __init__(self, url: sa.URL, engine: sa.Engine) -> None:
        self._url = url
        self._file = Path(f"{url.database}-wal")
        self._engine = engine
        self._at_work = threading.Lock()

    def is_long(self) -> bool:
        """Whether there is enough in it to be worth the way."""
        try:
            return self._file.stat().st_size > LONG_LOG
        except FileNotFoundError:  # a database in memory has none
            return False

    def empty(self) -> bool:
        """Bring all of it home and leave nothing in it; False while somebody still reads from it."""
        engine = sync_engine(self._url, busy_ms=MOMENT_MS)
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        engine.dispose()
        return not busy

    def shorten(self, threads: ThreadPoolExecutor) -> None:
        """Bring it home on one of these threads, unless one is at it."""
        if self._at_work.acquire(blocking=False):
            threads.submit(self._shorten)

    def _shorten(self) -> None:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            self._at_work.release()


def insert(session: Session, table: type[SQLModel] | sa.Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of this session's database."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type[SQLModel] | sa.Table) -> Any:
    """The same for a statement that is made once for each dialect, and kept."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def _writer(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(
            url, pool_size=HANDS + SURVEYORS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=StaticPool,  # one writer, one connection
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    tune(engine, begin="BEGIN IMMEDIATE")
    return engine


def _surveyor(url: sa.URL) -> sa.Engine:
    return _reader(url, begin="BEGIN", further=(SURVEYS_PAGES,))


def _reader(url: sa.URL, *, begin: str, further: Sequence[str] = ()) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    tune(engine, begin=begin, further=("query_only=ON", *further))
    return engine


def sync_engine(url: sa.URL, *, foreign_keys: bool = True, busy_ms: int = SOON_MS) -> sa.Engine:
    """A plain engine for migrations and command-line work."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, poolclass=NullPool)
    engine = sa.create_engine(url.set(drivername="sqlite+pysqlite"), poolclass=NullPool)
    tune(engine, begin="BEGIN IMMEDIATE", busy_ms=busy_ms, foreign_keys=foreign_keys)
    return engine


def tune(
    engine: sa.Engine,
    *,
    begin: str,
    further: Sequence[str] = WRITING,
    busy_ms: int = BUSY_MS,
    foreign_keys: bool = True,
) -> None:
    """Make SQLite keep its word: commits on disk, foreign keys held, what is deleted overwritten.

    A writer locks from its first moment. `further`: what is asked of it beside that.
    """
    pragmas = [f"busy_timeout={busy_ms}", f"foreign_keys={'ON' if foreign_keys else 'OFF'}"]
    pragmas += further

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        if begin:
            connection.exec_driver_sql(begin)
