"""Whether a citizen's words propose something for the place, beside or instead of a complaint."""

from __future__ import annotations

import re

WISH = re.compile(
    r"\b("
    r"usul(?:an|kan|nya)?|(?:meng|di)usulkan|aspirasi|musrenbang\w*|proposal"
    r"|(?:mohon|tolong|minta|agar|supaya|semoga|harap\w*|kapan|bisa\w*|perlu|butuh)"
    r"(?:\W+\w+){0,4}?\W+(?:di)?(?:bangun\w*|dirikan|tambah\w*|adakan|sediakan|pasangi|lebarkan|perlebar|aspal(?:kan)?)"
    r"|(?:pembangunan|pengadaan|penambahan|pelebaran)\W+(?:\w+\W+){0,4}?(?:sangat |sungguh )?"
    r"(?:diharapkan|dibutuhkan|diperlukan|ditunggu)"
    r")\b",
    re.IGNORECASE,
)


def is_wish(text: str) -> bool:
    """A guess that an official confirms."""
    return WISH.search(" ".join(text.split())[:2000]) is not None
