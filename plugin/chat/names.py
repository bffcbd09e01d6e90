"""How a command's name is recognised, however a phone wrote it."""

from __future__ import annotations

import re
import unicodedata

DASHES = "-_\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
# A command is a slash, a name, perhaps @bot, and the rest. Platforms differ in which signs they let through.
LINE = re.compile(
    rf"^\s*[/\uff0f](?P<name>[^\W_][\w{re.escape(DASHES)}]*)(?:@(?P<bot>\w{{3,40}}))?(?=\s|$)\s*(?P<rest>.*)$",
    re.S,
)
UMBRELLA = "aduan"
GREETINGS = frozenset({"start", "help", "mulai", "menu"})
"""What people and platforms say to a bot first (Telegram's button says /start): they get the help."""
HELP = "bantuan"


def canonical(name: str) -> str:
    """`Belum_Punya–Akun` as `belum-punya-akun`: any case, any dash, underscores."""
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
