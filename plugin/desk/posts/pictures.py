"""A stranger's picture made harmless: nothing of the file remains but what can be seen."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where a picture is opened: a house that only talks needs none of it
    from PIL import Image

LONGEST_SIDE = 2048
SMALL = 256 * 256
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# Decoded, a picture takes four bytes a pixel; a JPEG is scaled down while it is read.
MOST_PIXELS = 25_000_000
MOST_PIXELS_JPEG = 80_000_000


HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""What the photos of Apple's telephones say they are; to read them takes a decoder that Pillow does not bring."""


class NotAPicture(Exception):
    """These bytes cannot be shown. `heif`: they are a photo all the same, which whoever sent it can send as JPG."""

    @property
    def heif(self) -> bool:
        return self.args == ("heif",)


def clean(content: bytes) -> tuple[bytes, str]:
    """(the picture, upright, at most `LONGEST_SIDE` long, without place, time or camera; `jpg` or `png`).

    Small ones and those with transparency become PNG. Raises NotAPicture.
    """
    from PIL import Image

    if content[4:8] == b"ftyp" and content[8:12] in HEIF:
        raise NotAPicture("heif")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            return _encoded(_pixels(image))
    except NotAPicture:
        raise
    except Exception as error:  # broken or hostile bytes make Pillow raise almost anything
        raise NotAPicture(type(error).__name__) from None


def _pixels(image: Image.Image) -> Image.Image:
    """A new picture with the same pixels and nothing else: comments, profiles, EXIF, XMP stay behind."""
    from PIL import Image, ImageOps

    if image.width * image.height > (MOST_PIXELS_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS):
        raise NotAPicture("too_many_pixels")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
    shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(shown)
    if upright.mode == "RGBA" and upright.getchannel("A").getextrema()[0] == 255:
        upright = upright.convert("RGB")
    return Image.frombytes(upright.mode, upright.size, upright.tobytes())


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    out = BytesIO()
    if image.mode == "RGBA" or image.width * image.height <= SMALL:
        image.save(out, "PNG", optimize=True)
        return out.getvalue(), "png"
    image.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue(), "jpg"
