"""How much room is left on the disks that we write to."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

LOW = 200 * 1024 * 1024
"""Some days of photos, and the nightly backup's own room: somebody has to act before it is used up."""


def written_to(url: sa.URL, media: Path) -> list[Path]:
    """The folders in which a database, where it is a file, and photos are kept."""
    file = url.database if url.get_backend_name() == "sqlite" else None
    return [*([Path(file).parent] if file else []), media]


def low(folders: Iterable[Path], *, least: int = LOW) -> str:
    """What to tell of the fullest of their disks; "" while there is room on all."""
    left = [shutil.disk_usage(folder).free for folder in folders if folder.is_dir()]
    return f"only {min(left) // 1024**2} MB left" if left and min(left) < least else ""
