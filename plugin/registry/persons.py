"""Who the officials of our tables are, and who is one person: whoever serves in two chats stands there twice.

A chat tells us no more of people than a key and a name. So the same name is taken for the same person wherever two
people are asked for; whoever goes by two names cannot be known by us.
"""

from __future__ import annotations

import re
import unicodedata

from sqlmodel import Session

from plugin.store.tables import Official

TITLES = frozenset({
    "bapak", "bpk", "pak", "ibu", "bu", "sdr", "sdri", "saudara", "saudari", "mas", "mbak", "kang", "mbah", "h", "hj",
    "kh", "kiai", "kyai", "gus", "prof", "dr", "drs", "dra", "drg", "drh", "ir", "r", "rr", "raden",
})  # fmt: skip
"""What stands before a name; degrees stand behind a comma."""
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]|[,|/].*$")
_WORD = re.compile(r"[^\W_]+")


def name_of(session: Session, official_id: int | None) -> str:
    """What the platform showed last; "" for nobody."""
    official = session.get(Official, official_id) if official_id is not None else None
    return official.shown if official is not None else ""


def one_person(session: Session, one: int | None, other: int | None) -> bool:
    """Whether these are one person, as far as can be told. Nobody (None: the operator, a channel) is no person."""
    if one is None or other is None:
        return False
    return one == other or namesakes(session, one, other)


def namesakes(session: Session, one: int, other: int) -> bool:
    """Whether two rows bear one name."""
    names = [bare_name(row.name) for row in (session.get(Official, one), session.get(Official, other)) if row]
    return one != other and len(names) == 2 and names[0] == names[1] != ""


def answers_to(name: str, typed: str) -> bool:
    """Whether somebody of that name may be meant: each word typed begins a word of the name."""
    words, begun = bare_name(name).split(), bare_name(typed).split()
    return bool(begun) and all(any(word.startswith(b) for word in words) for b in begun)


def bare_name(name: str) -> str:
    """A name without titles, degrees, office and signs: `H. Budi  Santoso, S.Sos (DPUPR)` as `budi santoso`."""
    words = _WORD.findall(_ASIDE.sub("", unicodedata.normalize("NFKC", name).casefold()))
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return " ".join(words)
