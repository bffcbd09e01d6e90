"""Nobody else on the machine reads what citizens wrote: modes of the database's files and of the photos' folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

log = logging.getLogger(__name__)

FILE, FOLDER = 0o600, 0o700
BESIDE = ("", "-wal", "-shm", "-journal", ".engine", ".engine-wal", ".engine-shm", ".engine-journal")
"""What SQLite keeps, for us and for the durable engine; it gives what it adds the mode of the file itself."""


def only_ours(url: sa.URL, media: Path) -> None:
    """See to it that what is there, and what the database will make, can be read by the owner alone."""
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        database = Path(url.database or "")
        for path in (database, database.with_name(f"{database.name}.engine")):
            path.touch(FILE)
        for name in BESIDE:
            _close(database.with_name(database.name + name), FILE)
    if media.is_dir():
        # Behind a closed folder nobody reaches anything: then there is no need to look at each photo.
        if media.stat().st_mode & 0o077:
            for path in _below(media):
                _close(path, FOLDER if path.is_dir() else FILE)
        _close(media, FOLDER)


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if not path.is_symlink():
            yield path
            if path.is_dir():
                yield from _below(path)


def _close(path: Path, mode: int) -> None:
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(mode)
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("%s can be read by others: %s", path, error.strerror)
