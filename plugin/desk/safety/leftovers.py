"""What the chat or a template left in a text: `<@U…>`, `@1`, `{nama}`, `:pray:`; nobody means to publish it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugin.desk.safety.reading import Reading
from plugin.findings import NOTE, WARN, Finding, Swap

ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " "}
TO_FILL_IN = (
    "nama|nomor|no|isi|tanggal|tgl|alamat|lokasi|tempat|instansi|dinas|tiket|kategori|warga|pelapor|judul|desa|kecamatan|"
    "link|tautan|sebut\\w*|tulis\\w*|lengkapi|template|placeholder|contoh|xx+|\\.{2,}|todo"
)
SHAPES = (
    ("sebutan_chat", re.compile(r"<[@#!][^>\s]*>|(?<![\w@])@(?:here|channel|everyone|all)\b", re.I)),
    # Where a chat hides a colleague behind an id; a price is no mention ("dua lembar @10.000").
    (
        "sebutan_chat",
        re.compile(r"(?<!\w)@\d{1,2}\b(?![.,]\d|\s?(?:rb|ribu|juta))|\b[UW](?=[A-Z]*\d)[A-Z0-9]{8,11}\b"),
    ),
    ("tautan_chat", re.compile(r"<(?:https?|mailto|tel):[^>]*>")),
    ("isian", re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|%\(?\w+\)s|(?<![\w{])\{[\w .]{1,40}\}")),
    ("isian", re.compile(rf"[\[<«](?:(?:{TO_FILL_IN})\b[^\]>»\n]{{0,40}})[\]>»]", re.I)),
    ("isian", re.compile(r"_{3,}|\b[xX]{3,}\b|\b(?:TODO|TBD|lorem ipsum)\b|\.{6,}")),
    (
        "isian",
        re.compile(
            r"\[\s*(?:\.{2,}|…)\s*\]|\(\s*(?:isi|diisi|nama|sebutkan|nomor tiket|\.{3,})[^)\n]{0,30}\)"
        ),
    ),
    ("kode_emoji", re.compile(r"(?<![\w:])(?::[a-z][a-z0-9_+\-]{2,30}:)(?![\w:])")),
    ("perintah", re.compile(r"^\s*/[a-z][a-z\-_]{2,30}\b")),
    (
        "entitas",
        re.compile(r"&(?:#x?[0-9a-fA-F]{2,6}|apos|hellip|ndash|mdash|copy|rsquo|lsquo|ldquo|rdquo);"),
    ),
    (
        "hiasan_chat",
        re.compile(
            r"(?<![\w*])\*{1,2}[^\s*][^*\n]{0,60}[^\s*]\*{1,2}(?![\w*])|```|(?<!\w)~[^~\s][^~\n]*~(?!\w)"
        ),
    ),
    ("sebutan_dieja", re.compile(r"(?<![\w@])@ [a-z_]\w{2,}|\((?:at|@)\)\s?[a-z_]\w{3,}\b(?!\.\w)", re.I)),
)


def find_leftovers(reading: Reading) -> Iterator[Finding]:
    """Every such remnant."""
    text = reading.text
    for entity, sign in ENTITIES.items():
        for found in re.finditer(re.escape(entity), text):
            yield Finding(
                "leftover", "entitas", WARN, *found.span(), found[0], Swap(*found.span(), text=sign)
            )
    for why, shape in SHAPES:
        for found in shape.finditer(text):
            level = NOTE if why == "hiasan_chat" else WARN
            yield Finding("leftover", why, level, *found.span(), found[0])
