"""The columns of each kind of file, under English and Indonesian names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, what else people call it, and how much of it the tables hold.

    A required one must be there and filled. `parts`: the length counts for each part between upright bars.
    """

    name: str
    also: tuple[str, ...] = ()
    longest: int = 200
    required: bool = False
    parts: bool = False


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "agencies": (
        Column("code", ("kode",), 40, required=True),
        Column("parent", ("induk", "kode_induk", "parent_code"), 40),
        Column("kind", ("jenis",), 30, required=True),
        Column("name", ("nama",), 200, required=True),
        Column("short", ("singkatan", "nama_singkat"), 80),
        Column("contact", ("kontak",), 200),
        Column("valid_from", ("berlaku_dari", "berlaku_mulai", "berlaku_sejak"), 20),
        Column("valid_to", ("berlaku_sampai", "berlaku_hingga"), 20),
        Column("former_code", ("kode_lama",), 40),
        Column("former_name", ("nama_lama",), 200),
        Column("former_short", ("singkatan_lama",), 80),
        Column("former_until", ("lama_sampai", "nama_lama_sampai", "nama_lama_hingga"), 20),
        Column("aliases", ("alias", "nama_lain", "sebutan_lain"), 200, parts=True),
    ),
    "officials": (
        Column("platform", (), 20, required=True),
        Column("user_id", ("id_pengguna", "id"), 80, required=True),
        Column("name", ("nama",), 120, required=True),
        Column("role", ("peran",), 40, required=True),
        Column("agency", ("instansi", "perangkat_daerah", "opd", "skpd"), 200, required=True),
    ),
    "accounts": (
        Column("agency", ("instansi", "perangkat_daerah", "opd", "skpd"), 200, required=True),
        Column("channel", ("kanal",), 20, required=True),
        Column("handle", ("akun", "nama_akun"), 200, required=True),
        Column("platform_id", ("id_akun",), 40),
        Column("verdict", ("status",), 20),
        Column("since", ("sejak", "sejak_tanggal"), 20),
        Column("mode", (), 20),
        Column("evidence", ("bukti", "dasar"), 500),
    ),
}


def column_named(kind: str, given: str) -> Column | None:
    """The column that a file's heading means: any case, blanks or hyphens for the underscore."""
    name = re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", given).casefold().strip())
    return next((c for c in COLUMNS[kind] if name == c.name or name in c.also), None)
