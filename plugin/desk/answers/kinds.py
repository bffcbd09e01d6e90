"""Which ready-made answers there are, in which states of a case they fit, and what they may say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.chat.names import canonical

WAITS = frozenset({"new", "disposed", "returned", "reopened"})
ANSWERED = frozenset({"replied", "waiting", "done"})

WITH_PHOTOS = "selesai-foto"
"""The answer to which the photos that show the work belong."""

ANSWERS: Mapping[str, frozenset[str]] = {
    "diterima": WAITS,
    "dicek": WAITS | {"replied", "waiting"},
    "data": WAITS | {"replied"},
    "anggaran": WAITS | {"replied", "waiting"},
    "dikerjakan": WAITS | {"replied", "waiting"},
    "wewenang": WAITS | {"replied"},
    "diteruskan": WAITS | {"replied"},
    "selesai": WAITS | ANSWERED,
    WITH_PHOTOS: WAITS | ANSWERED,
    "maaf": WAITS | {"replied"},
    "darurat": WAITS,
    "terima-kasih": frozenset({"new"}),
}
"""The answers by the names that officials type, in the order in which a case usually needs them."""

VARIABLES = (
    "nomor", "instansi", "pemda", "akun", "tempat", "badan", "kontak", "nomor_surat", "biaya", "anggaran",
    "batas", "aturan", "pekerjaan", "data", "darurat", "telepon",
)  # fmt: skip
"""What an answer may be filled with. What the case does not tell, a person is asked for; nothing is guessed."""

TOPICS: Mapping[str, str] = {
    "jalan": "jalan_jembatan",
    "lampu": "pju",
    "air": "air_bersih",
    "kependudukan": "adminduk",
    "kesehatan": "kesehatan",
    "sampah": "sampah_lingkungan",
    "sekolah": "pendidikan",
    "bansos": "bansos_sosial",
    "selokan": "drainase_irigasi",
    "lalu-lintas": "lalu_lintas_parkir",
    "pungli": "pengawasan_pungli",
    "pasar": "pasar_perdagangan",
    "bencana": "bencana",
    "desa": "pemdes",
    "pajak": "pajak_aset",
}
"""What an answer may be worded for of its own: the officials' word, and triage's category."""

GENERAL = ""
INDONESIAN, JAVANESE = "id", "jv"
LANGUAGES: Mapping[str, str] = {"indonesia": INDONESIAN, "jawa": JAVANESE, "krama": JAVANESE}


@dataclass(frozen=True, slots=True)
class Slot:
    """One wording: of which answer, for which category ("" for all others), in which language."""

    name: str
    category: str = GENERAL
    language: str = INDONESIAN

    @property
    def topic(self) -> str:
        """The officials' word for the category."""
        return next((word for word, category in TOPICS.items() if category == self.category), "")


def read_slot(words: Sequence[str]) -> tuple[Slot | None, bool]:
    """`diterima lampu jawa` as a slot, or None; and whether a language was named."""
    left = [canonical(word) for word in words]
    language = LANGUAGES.get(left[-1], "") if left else ""
    left = left[:-1] if language else left
    for split in (len(left), len(left) - 1):
        name, rest = "-".join(left[:split]), left[split:]
        if name in ANSWERS and (not rest or rest[0] in TOPICS):
            category = TOPICS[rest[0]] if rest else GENERAL
            return Slot(name, category, language or INDONESIAN), bool(language)
    return None, bool(language)
