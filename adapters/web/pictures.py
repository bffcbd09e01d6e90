"""Pictures and papers of the training room: kept in one folder under names of our own, strangers' cleaned."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from plugin.chat.values import Media

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPERS = {"application/pdf": "pdf", SHEET: "xlsx"}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", **PAPERS}
MIMES = {suffix: mime for mime, suffix in SUFFIXES.items()}
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
NAME = re.compile(r"[0-9a-f]{40}\.(jpg|png|webp|gif|pdf|xlsx)")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2048


class NotAPicture(Exception):
    """The bytes are not of a kind we take, or a picture too large to open."""


class Album:
    """The media folder. A picture's name is made from its content, so the same one is kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, content: bytes, mime: str) -> str:
        """Store a picture or paper as it is and return its name. NotAPicture when the kind is none of ours."""
        if mime not in SUFFIXES:
            raise NotAPicture(mime)
        name = f"{hashlib.sha256(content).hexdigest()[:40]}.{SUFFIXES[mime]}"
        await asyncio.to_thread(self._write, name, content)
        return name

    async def keep_upload(self, content: bytes) -> str:
        """Store a picture that a stranger sent: opened, turned upright, drawn anew without its metadata."""
        clean, mime = await asyncio.to_thread(cleaned, content)
        return await self.keep(clean, mime)

    def find(self, name: str) -> Path | None:
        """Where that picture lies; None for every name that is not one of ours."""
        path = self._folder / name
        return path if NAME.fullmatch(name) and path.is_file() else None

    async def read(self, name: str, *, most_bytes: int) -> Media | None:
        """The picture, or None when there is none of that name or it is larger."""
        path = self.find(name)
        if path is None or path.stat().st_size > most_bytes:
            return None
        return Media(name, MIMES[path.suffix[1:]], await asyncio.to_thread(path.read_bytes))

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=self._folder, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(unfinished, path)


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The picture drawn anew, and its kind. NotAPicture when it cannot be opened or is too large."""
    try:
        with Image.open(BytesIO(content), formats=tuple(FORMATS)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPicture("too many pixels")
            return _redrawn(image, image.format or "PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(type(error).__name__) from error
    except Image.DecompressionBombWarning as error:
        raise NotAPicture("too many pixels") from error


def _redrawn(image: Image.Image, kind: str) -> tuple[bytes, str]:
    upright = ImageOps.exif_transpose(image)
    see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through and kind != "JPEG" else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.info.clear()
    out = BytesIO()
    plain.save(out, kind, quality=85)
    return out.getvalue(), FORMATS[kind]
