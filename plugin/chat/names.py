"""How a command's name is recognised, however a phone wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

DASHES = "-_\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
SIGNS = ".,:;!?\u2026"
"""What phones and habit put right behind a word."""
# A command is a slash, a name, perhaps @bot, and the rest. Platforms differ in which signs they let through.
LINE = re.compile(
    rf"^\s*[/\uff0f](?P<name>[^\W_][\w{re.escape(DASHES)}]*)(?:@(?P<bot>\w{{3,40}}))?"
    rf"[{re.escape(SIGNS)}]*(?=\s|#|$)\s*(?P<rest>.*)$",
    re.S,
)
FURTHER = re.compile(rf"[ \t]*(?P<word>[^\W\d_][\w{re.escape(DASHES)}]*)[{re.escape(SIGNS)}]*(?=\s|$)")
LONGEST_NAME = 3
"""Words in a name."""
UMBRELLA = "aduan"
GREETINGS = frozenset({"start", "help", "mulai", "menu"})
"""What people and platforms say to a bot first (Telegram's button says /start): they get the help."""
HELP = "bantuan"


def canonical(name: str) -> str:
    """`Belum_Punya–Akun` as `belum-punya-akun`: any case, any dash, underscores."""
    if name.isascii():
        return name.lower().replace("_", "-").strip("-")
    name = unicodedata.normalize("NFKC", name).casefold()
    return "".join("-" if c in DASHES else c for c in name).strip("-")


def read_line(text: str) -> tuple[str, str, str] | None:
    """(canonical name, bot it was addressed to or "", rest as typed), or None when it is not a command.

    `/aduan belum-punya-akun kec` means the same as `/belum-punya-akun kec`. Invisible signs that keyboards
    and copy-paste put before the slash are passed over.
    """
    match = LINE.match(text.lstrip("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff \t\r\n"))
    if match is None:
        return None
    name, rest = canonical(match["name"]), match["rest"]
    if name == UMBRELLA:
        first, _, after = rest.strip().partition(" ")
        name, rest = canonical(first.lstrip("/")), after
    if not name or name in GREETINGS:
        name, rest = HELP, ""
    return name, match["bot"] or "", rest


class Names:
    """The names that commands have, recognised where one was written apart, together, or with its number."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._together = {name.replace("-", ""): name for name in self._names}

    def meant(self, name: str, rest: str) -> tuple[str, str]:
        """(the command, what is left of its line); the name as it was read where there is no such command.

        `/laporan baru`, `/laporanbaru` and `/laporan-baru` are one, and so are `/tanggapi17` and `/tanggapi 17`.
        """
        apart = self._apart(name, rest)
        if apart is not None:
            return apart
        whole = self._whole(name)
        if whole:
            return whole, rest
        stem = name.rstrip("0123456789")
        known = self._whole(stem.strip("-"))
        return (known, f"{name[len(stem) :]} {rest}".rstrip()) if known else (name, rest)

    def several(self, text: str) -> tuple[str, ...]:
        """The commands in a text, each from a line of its own on; other lines belong to the one above."""
        parts: list[str] = []
        lines = text.splitlines()
        if len(lines) == 1:
            return (text.strip(),)
        for line in lines:
            read = read_line(line)
            if parts and not (read and self.meant(read[0], read[2])[0] in self._names):
                parts[-1] += f"\n{line}"
            else:
                parts.append(line)
        return tuple(part.strip() for part in parts)

    def _whole(self, name: str) -> str:
        return name if name in self._names else self._together.get(name.replace("-", ""), "")

    def _apart(self, name: str, rest: str) -> tuple[str, str] | None:
        """The longest name that the first words make: nobody wants a report whose number is "baru"."""
        found, end = None, 0
        for _ in range(LONGEST_NAME - 1):
            match = FURTHER.match(rest, end)
            if match is None:
                break
            name, end = f"{name}-{canonical(match['word'])}", match.end()
            if name in self._names:
                found = name, rest[end:].lstrip()
        return found
