"""What a platform makes a link of: addresses, and words that a missing blank turned into one (`diteruskan.ke`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from plugin.desk.safety.contacts import Contacts
from plugin.desk.safety.reading import Reading
from plugin.findings import WARN, Finding, Swap

ADDRESS = re.compile(
    r"(?P<scheme>https?://|www\.)?(?<![\w@.\-])(?P<host>(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+(?P<top>[a-z]{2,12}))"
    r"(?P<rest>(?::\d+)?(?:[/?#][^\s<>\"']*)?)(?![\w@])"
)
INITIALS = re.compile(r"[a-z]{1,2}(?:\.[a-z]{1,3})+")
"""m.si, s.pd, a.n: letters of a degree or of a name, no page."""
PAGES = frozenset(["com", "net", "org", "co", "xyz", "site", "online", "app", "ly"])


def find_links(reading: Reading, contacts: Contacts, tops: Collection[str]) -> Iterator[Finding]:
    """Every link that leads outside the allow-list, and every one that nobody meant."""
    plain = reading.plain
    for found in ADDRESS.finditer(plain):
        start, end = found.start("host"), found.end()
        host, meant = found["host"], bool(found["scheme"] or found["rest"])
        before = plain[max(0, start - 8) : start]
        if before.endswith("://") or before.endswith("www."):
            meant, start = True, max(plain.rfind("http", 0, start), plain.rfind("www.", 0, start), 0)
        if not meant and (found["top"] not in tops or INITIALS.fullmatch(host)):
            continue
        if contacts.allows(host):
            continue
        while end > start and plain[end - 1] in ".,;:!?)":
            end -= 1
        words = reading.text[start:end]
        if not meant and _run_together(host):
            apart = ". ".join(words.rsplit(".", 1))
            yield Finding("link", "tersambung", WARN, start, end, words, Swap(start, end, text=apart))
        else:
            yield Finding("link", "luar_daftar", WARN, start, end, words)


def _run_together(host: str) -> bool:
    """Whether two sentences met: one point, plain words, no sign of a real page's name."""
    name, _, top = host.rpartition(".")
    return "." not in name and name.isalpha() and top not in PAGES
