"""How far a remark about somebody goes: the words that belong to it, to the end of the sum or of the clause."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from plugin.desk.safety.behind import CLASS, SCHOOL
from plugin.desk.safety.lists import Lists, either
from plugin.findings import Finding

SUM = r"(?:[.,:\-/]\d+)*(?:\s+(?:juta|ribu|jt|rb|miliar))?(?:\s*(?:per|/)\s*(?:bulan|tahun|hari|bln|thn))?"
SINCE = r"\s+sejak\s+(?:(?:tahun|bulan|tanggal)\s+)?[\w/\-]+"
PUPIL_OF = rf"(?:{CLASS.pattern}|,?\s+(?:di|dari)\s+{SCHOOL}|\s+{SCHOOL})*"


class Clauses:
    """Lengthens findings. `words` are lists of the table: clause_ends, remark_ends."""

    def __init__(self, words: Lists) -> None:
        ends, sooner = either(words["clause_ends"]), either([*words["clause_ends"], *words["remark_ends"]])
        clause = re.compile(rf"(?:\s+(?!{ends}\b)[\w\-]+){{0,8}}", re.IGNORECASE)
        remark = re.compile(rf"(?:\s+(?!{sooner}\b)[\w\-]+){{0,3}}(?:{SINCE})?", re.IGNORECASE)
        sums = re.compile(SUM, re.IGNORECASE)
        self._shapes: Mapping[str, re.Pattern[str]] = {
            "pelapor": clause,
            "nama_anak_korban": clause,
            "lahir": re.compile(PUPIL_OF),
            "kesehatan": remark,
            "riwayat": remark,
            "keuangan": sums,
        }

    def whole(self, finding: Finding, text: str) -> Finding:
        """The finding with the rest of what it is about."""
        shape = self._shapes.get(finding.why) if finding.kind == "personal_data" else None
        more = shape.match(text, finding.end) if shape else None
        end = more.end() if more else finding.end
        return replace(finding, end=end, words=text[finding.start : end]) if end > finding.end else finding
