"""A province's archive: 8,900 agencies and 1,000,000 reports, 3 % of them unanswered, in one SQLite file.

It is built once, kept in a folder for temporary things, and built anew when the schema changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from bench.complaints import complaint
from bench.registry_data import write_agencies
from plugin.desk.masking import searchable
from plugin.desk.measures.clocks import AT_RECEIPT
from plugin.desk.measures.counts import recount
from plugin.desk.measures.scoring import span_of
from plugin.desk.posts import refolding
from plugin.registry.importing import Parsed, apply, read
from plugin.registry.paths import codes_at
from plugin.rhythm.limits import read_tables
from plugin.store.migrate import migrate
from plugin.store.store import sync_engine

VERSION = 4
"""Of what stands below; another one means another file."""

REPORTS = 1_000_000
OPEN_IN_100 = 3
CONNECTED = 32
"""Accounts that the app reads; the others are known, and not connected."""

DAYS = 3 * 365
ZONE = ZoneInfo("Asia/Jakarta")
PROVINCE, KABUPATEN, OFFICE, VILLAGE = "CPROV", "CKAB", "CDINAS", "CDESA"
ROOMS = {PROVINCE: "99", KABUPATEN: "99.05", OFFICE: "99.DPUPR", VILLAGE: "99.07.03.2004"}
TELEGRAM_ROOM = -1001000000001
SEKDA, TELEGRAM_SEKDA = "USEKDA", 501
FIRST_ACCOUNT_KEY = 7_000_000

HEARD = 4
"""Rungs of the ladder, all of them climbed."""

Row = tuple[object, ...]


@dataclass(frozen=True)
class Known:
    """An official account as the reports need it."""

    id: int
    agency_id: int
    handle: str
    key: str


def archive() -> Path:
    """The file; building it takes a minute or two."""
    folder = Path(os.environ.get("BENCH_DIR") or Path(tempfile.gettempdir()) / "tanggap-bench")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        fresh = Path(temporary) / "archive.db"
        migrate(f"sqlite:///{fresh}")
        kept = folder / f"archive-{_fingerprint(fresh)}.db"
        if not kept.exists():
            began = time.perf_counter()
            print(f"building {kept} …", flush=True)
            _build(fresh)
            for old in folder.glob("archive-*.db"):
                old.unlink()
            fresh.rename(kept)
            print(
                f"built in {time.perf_counter() - began:.0f} s, {kept.stat().st_size / 1e6:.0f} MB",
                flush=True,
            )
    return kept


def copy_to(folder: Path) -> Path:
    """A copy to spoil. It forgets the pace of mentions: more is asked of the app here than X gives."""
    copy = Path(shutil.copyfile(archive(), folder / "bench.db"))
    with contextlib.closing(sqlite3.connect(copy)) as db:
        for event in ("INSERT", "UPDATE"):
            db.execute(
                f"CREATE TRIGGER hurry_{event} AFTER {event} ON gate WHEN new.free_at > 0"
                " AND new.lane LIKE '%:mentions' BEGIN UPDATE gate SET free_at = 0 WHERE lane = new.lane; END"
            )
    return copy


def connected(path: Path) -> list[Known]:
    """The accounts that the app reads."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT id, agency_id, handle, platform_id FROM account WHERE mode <> 'off' ORDER BY id"
        )
        return [Known(*row) for row in rows]


def _fingerprint(empty: Path) -> str:
    with sqlite3.connect(empty) as db:
        rows = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
        # A table made anew by a migration has its constraints in another order each time.
        schema = [(name, sorted((sql or "").replace("\n)", "").split(","))) for name, sql in rows]
    return hashlib.sha256(f"{VERSION} {schema}".encode()).hexdigest()[:12]


def _build(path: Path) -> None:
    _agencies(path)
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    accounts = _accounts(db)
    _rooms(db)
    _reports(db, accounts)
    _proposals(db)
    _days(db)
    _scores(db)
    db.execute("COMMIT")
    db.close()
    engine = sync_engine(sa.make_url(f"sqlite:///{path}"))
    with Session(engine) as session, session.begin():
        recount(session)
        _clocks(session)
    engine.dispose()  # the last connection leaves everything in the one file


def _agencies(path: Path) -> None:
    parsed = read(write_agencies(path.with_name("agencies.csv")), "agencies")
    assert isinstance(parsed, Parsed), parsed
    engine = sync_engine(sa.make_url(f"sqlite:///{path}"))
    with Session(engine) as session, session.begin():
        apply(session, parsed, now=datetime.now(UTC), zone=ZONE)
    engine.dispose()


def _accounts(db: sqlite3.Connection) -> list[Known]:
    """Two agencies of five have one; the busiest come first and are connected."""
    agencies = [n for (n,) in db.execute("SELECT id FROM agency ORDER BY id") if n % 5 < 2]
    busy = [n for (n,) in db.execute("SELECT id FROM agency WHERE code = ?", (ROOMS[OFFICE],))]
    random.Random(1).shuffle(agencies)
    chosen = list(dict.fromkeys(busy + agencies))
    keys = (str(FIRST_ACCOUNT_KEY + n) for n in range(len(chosen)))
    made = [
        Known(n, agency, f"kanal_{agency}", key)
        for n, (agency, key) in enumerate(zip(chosen, keys, strict=True), 1)
    ]
    now = _stamp(datetime.now(UTC))
    db.executemany(
        "INSERT INTO account (id, agency_id, channel, handle, handle_key, platform_id, verdict, condition, mode,"
        " health, claimed_at, decided_at, evidence) VALUES (?, ?, 'x', ?, ?, ?, 'official', '', ?, 'ok', ?, ?, '')",
        [
            (
                a.id,
                a.agency_id,
                a.handle,
                a.handle,
                a.key,
                "read_only" if a.id <= CONNECTED else "off",
                now,
                now,
            )
            for a in made
        ],
    )
    db.executemany(
        "INSERT INTO poll_cursor (account_id, cursor, began_at, next_at, owner, failures, last_ok_at, trouble)"
        " VALUES (?, ?, ?, ?, '', 0, ?, '')",
        [(a.id, f'{{"since": "{_post_id(datetime.now(UTC), 0)}"}}', now, now, now) for a in made[:CONNECTED]],
    )
    return made


def _rooms(db: sqlite3.Connection) -> None:
    now = _stamp(datetime.now(UTC))
    rooms = [("slack", key, code) for key, code in ROOMS.items()]
    rooms.append(("telegram", str(TELEGRAM_ROOM), ROOMS[PROVINCE]))
    db.executemany(
        "INSERT INTO room (platform, key, agency_id, bound_at) SELECT ?, ?, id, ? FROM agency WHERE code = ?",
        [(platform, key, now, code) for platform, key, code in rooms],
    )
    for platform, who in (("slack", SEKDA), ("telegram", str(TELEGRAM_SEKDA))):
        db.execute("INSERT INTO official (platform, key, name) VALUES (?, ?, 'Sekda')", (platform, who))
    db.execute(
        "INSERT INTO role (official_id, agency_id, role, given_at)"
        " SELECT official.id, agency.id, 'sekda', ? FROM official, agency WHERE code = ?",
        (now, ROOMS[PROVINCE]),
    )


def _reports(db: sqlite3.Connection, accounts: list[Known]) -> None:
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    columns = (
        "channel, post_id, conversation, target_post, account_id, agency_id, author_id, author_handle, author_name,"
        " author, text, folded, url, place, mentions, photos, state, written_at, received_at, due_at, answered_at"
    )
    marks = ", ".join("?" * 21)
    db.executemany(f"INSERT INTO report ({columns}) VALUES ({marks})", _rows(accounts))
    db.execute("INSERT INTO report_fts(report_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO revision (name, number) VALUES (?, ?)", (refolding.NAME, refolding.DONE))
    for _, sql in triggers:
        db.execute(sql)


def _proposals(db: sqlite3.Connection) -> None:
    """Whatever waits has long been judged, and one report in three seems to be another agency's."""
    db.execute(
        "INSERT INTO case_proposal (report_id, is_report, category, agencies, why, urgent, numbers, kecamatan, desa,"
        " place_code, candidates, judged_at, told_at, confirmed_outside, brought_back, decided)"
        " SELECT report.id, 1, 'jalan_jembatan',"
        "  CASE WHEN report.id % 3 THEN json_array(agency.code, ?) ELSE json_array(?, agency.code) END,"
        "  json_array('jalan', 'rusak parah'), 0, '[]', '', '', '', 0, received_at, received_at, '', 0, ''"
        " FROM report JOIN agency ON agency.id = report.agency_id WHERE answered_at IS NULL",
        (ROOMS[OFFICE], ROOMS[OFFICE]),
    )


def _clocks(session: Session) -> None:
    """The clocks of what waits, counted; of those that are late every level has heard."""
    limits, now = read_tables(ZONE), datetime.now(UTC)
    codes: dict[int, tuple[str, ...]] = {}
    rows = []
    report, clock = (SQLModel.metadata.tables[name] for name in ("report", "report_clock"))
    waiting = sa.select(report.c.id, report.c.agency_id, report.c.received_at).where(
        report.c.answered_at.is_(None)
    )
    for number, agency, received in session.connection().execute(waiting).all():
        if agency not in codes:
            codes[agency] = codes_at(session, agency)
        for name in AT_RECEIPT:
            limit = limits.limit(name, received, codes[agency])
            if limit is not None:
                told = limit.warn_at <= now
                rows.append(
                    {
                        "report_id": number, "clock": name, "agency_id": agency, "started_at": received,
                        "due_at": limit.due_at, "warn_at": limit.warn_at, "pausable": limit.pauses, "pauses": [],
                        "step": HEARD if told else 0, "next_at": None if told else limit.warn_at,
                    }
                )  # fmt: skip
    session.connection().execute(sa.insert(clock), rows)


def _rows(accounts: list[Known]) -> Iterator[Row]:
    dice = random.Random(2)
    weights = [1 / (n + 3) ** 0.8 for n in range(len(accounts))]
    chosen = iter(dice.choices(accounts, weights, k=REPORTS))
    now = datetime.now(UTC).replace(microsecond=0)
    step = timedelta(days=DAYS) / REPORTS
    for number, account in enumerate(chosen):
        at = now - (REPORTS - number) * step
        yield _row(dice, account, at, _post_id(at, number), now)


def _row(dice: random.Random, account: Known, at: datetime, post: str, now: datetime) -> Row:
    author, text = dice.randrange(10**9, 2 * 10**9), complaint(dice, account.handle)
    answered = None
    if dice.randrange(100) >= OPEN_IN_100:
        answered = _stamp(min(now, at + timedelta(minutes=dice.randrange(5, 3000))))
    received = at + timedelta(seconds=30)
    return (
        "x", post, post, post, account.id, account.agency_id, str(author), f"warga{author}", f"Warga {author}",
        '{"created_at": "2019-02-01T00:00:00.000Z", "followers": "120"}', text, searchable(text),
        f"https://x.com/warga{author}/status/{post}", "", f'["{account.key}"]', int(author % 10 == 0),
        "replied" if answered else "new", _stamp(at), _stamp(received), _stamp(received + timedelta(hours=24)),
        answered,
    )  # fmt: skip


def _days(db: sqlite3.Connection) -> None:
    """What is kept of each day, counted from the reports."""
    db.execute(
        "INSERT INTO agency_day (day, agency_id, incoming, answered)"
        " SELECT day, agency_id, SUM(incoming), SUM(answered) FROM ("
        "  SELECT date(received_at, '+7 hours') AS day, agency_id, COUNT(*) AS incoming, 0 AS answered"
        "  FROM report GROUP BY 1, 2"
        "  UNION ALL SELECT date(answered_at, '+7 hours'), agency_id, 0, COUNT(*)"
        "  FROM report WHERE answered_at IS NOT NULL GROUP BY 1, 2"
        " ) GROUP BY 1, 2"
    )


def _scores(db: sqlite3.Connection) -> None:
    """How long first answers took, by the ladder that scorecards are read from."""
    db.create_function("step", 1, lambda seconds: span_of(timedelta(seconds=seconds)), deterministic=True)
    db.execute(
        "INSERT INTO answer_score (day, agency_id, span, answered, late)"
        " SELECT date(received_at, '+7 hours'), agency_id,"
        "  step(86400.0 * (julianday(answered_at) - julianday(received_at))), COUNT(*), SUM(answered_at > due_at)"
        " FROM report WHERE answered_at IS NOT NULL GROUP BY 1, 2, 3"
    )


def _post_id(at: datetime, number: int) -> str:
    """Rising with time, as X's are."""
    return str(int(at.timestamp() * 1000) * 4_194_304 + number % 4_194_304)


def _stamp(moment: datetime) -> str:
    """As SQLAlchemy writes a moment into SQLite."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
