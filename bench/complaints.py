"""What citizens write, invented: enough different words that search has something to do."""

from __future__ import annotations

import random

from bench.registry_data import place_name

THINGS = (
    "jalan", "jembatan", "lampu jalan", "saluran air", "trotoar", "gorong-gorong", "talud sungai", "pasar",
    "puskesmas", "air PDAM", "sampah", "KTP elektronik", "akta kelahiran", "bantuan sosial", "rambu",
    "halte", "sekolah dasar", "lapangan", "pohon tumbang", "banjir", "parkir liar", "pungutan",
)  # fmt: skip
FAULTS = (
    "rusak parah", "berlubang", "mati sejak minggu lalu", "tersumbat", "belum diperbaiki", "ambrol",
    "sangat berbahaya", "menumpuk dan bau", "tidak kunjung selesai", "antre sejak subuh", "retak",
    "licin kalau hujan", "gelap gulita", "keruh", "tergenang", "dipersulit", "belum cair",
)  # fmt: skip
PLEAS = (
    "mohon segera ditangani", "tolong dicek pak", "sudah lapor berkali-kali", "kapan diperbaiki?",
    "kasihan anak sekolah", "warga sudah resah", "semoga ada perhatian", "mohon info",
    "terima kasih sebelumnya", "jangan tunggu ada korban",
)  # fmt: skip
NUMBERS = (
    "",
    "",
    "",
    " hub 0812-3456-{:04}",
    " WA 08571234{:04}",
    " no pelanggan 33050012{:04}",
    " RT {:02}",
)


def complaint(dice: random.Random, handle: str) -> str:
    """One complaint to the account with this handle, about 150 signs."""
    n = dice.randrange(10_000)
    where = place_name(n)
    number = NUMBERS[n % len(NUMBERS)].format(n)
    said = (
        f"@{handle} {dice.choice(THINGS)} di {where} RW {n % 12} {dice.choice(FAULTS)}, "
        f"{dice.choice(THINGS)} juga {dice.choice(FAULTS)}"
    )
    return f"{said}. {dice.choice(PLEAS).capitalize()}, {dice.choice(PLEAS)}{number}"
