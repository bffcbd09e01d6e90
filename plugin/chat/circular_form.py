"""A circular as an official writes it down: whom it binds, what it asks, by when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.agencies import named
from plugin.chat.context import Context
from plugin.moments import read_day, read_moment
from plugin.registry.duties import Draft
from plugin.registry.handles import ACCOUNT_CHANNELS, channel_named
from plugin.registry.snapshot import Node
from plugin.wording import Refusal, UserError

FIELDS = ("number", "dated", "binds", "asks", "due", "shows", "issuer")
"""What is asked for, in the order of the line `/edaran baru …; …; …`."""
NEEDED = 5

SKPD = ("setda", "setwan", "inspektorat", "dinas", "badan", "satpol", "rsud")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "skpd": SKPD, "opd": SKPD, "perangkat daerah": SKPD,
    "bagian": ("bagian",), "kabag": ("bagian",), "kepala bagian": ("bagian",),
    "kecamatan": ("kecamatan",), "camat": ("kecamatan",),
    "kelurahan": ("kelurahan",), "lurah": ("kelurahan",),
    "desa": ("desa",), "kades": ("desa",), "kepala desa": ("desa",),
    "bumd": ("bumd",), "perusahaan daerah": ("bumd",),
    "vertikal": ("vertikal",), "instansi vertikal": ("vertikal",),
    "setda": ("setda",), "setwan": ("setwan",), "inspektorat": ("inspektorat",), "dinas": ("dinas",),
    "badan": ("badan",), "satpol pp": ("satpol",), "rsud": ("rsud",),
}  # fmt: skip
EVERYBODY = frozenset({"semua", "semuanya", "seluruh", "seluruhnya", "semua instansi"})
ACCOUNTS = frozenset({"medsos", "media sosial", "sosmed", "akun", "akun resmi", "akun media sosial"})
PRIVATE = re.compile(
    r"\b(hp|ponsel|handphone|seluler|wa pribadi|whatsapp pribadi|nomor pribadi|no\.? hp|nik|rumah)\b"
)
AT_LEAST = ("minimal", "salah satu", "satu", "dari", ":")
"""Words before the channels, in this order: one of them is enough anyway."""
NOTHING = frozenset({"", "-"})
MOST_SHOWN = 10
BETWEEN = re.compile(r"\s*(?:,|/|\bdan\b|\bserta\b|\batau\b|&)\s*")


@dataclass(frozen=True)
class TooFewParts(Refusal):
    """The line has to say more."""


@dataclass(frozen=True)
class UnknownKind(Refusal):
    """Whom the circular is to bind is not understood."""

    given: str


@dataclass(frozen=True)
class UnknownContact(Refusal):
    """What the circular asks for is no channel."""

    given: str


@dataclass(frozen=True)
class PrivateParticular(Refusal):
    """A circular cannot ask officials to show personal numbers in public."""

    given: str


def split_line(line: str) -> dict[str, str]:
    """The parts of a typed line, by name. Raises UserError where too few are there."""
    parts = [part.strip() for part in line.split(";")]
    if len(parts) < NEEDED:
        raise UserError(TooFewParts())
    return dict(zip(FIELDS, [*parts, *[""] * (len(FIELDS) - len(parts))], strict=False))


def read_draft(context: Context, said: Mapping[str, str]) -> Draft:
    """The circular that these words describe. Raises UserError for the first part that is not understood."""
    zone, now = context.services.zone, context.now
    node, kinds, excepted = read_bound(context, said["binds"])
    number = said["number"].strip()
    if not number:
        raise UserError(TooFewParts())
    return Draft(
        number=number[:80],
        dated=read_day(said["dated"], zone, now),
        issuer="" if said["issuer"].strip() in NOTHING else said["issuer"].strip()[:120],
        agency_id=node.id,
        kinds=kinds,
        channels=read_channels(said["asks"]),
        particulars=read_particulars(said["shows"]),
        due_at=read_moment(said["due"], zone, now),
        excepted=excepted,
    )


def read_bound(context: Context, text: str) -> tuple[Node, tuple[str, ...], tuple[int, ...]]:
    """`SKPD, camat di kec alian kecuali rsud` as (node, kinds, ids of the exceptions)."""
    text, _, without = re.sub(r"\s+", " ", text).strip().partition(" kecuali ")
    words, _, place = text.partition(" di ")
    node = named(context.registry, place, context.here) if place.strip() else context.here
    kinds: list[str] = []
    for word in filter(None, BETWEEN.split(words.casefold().strip())):
        if word in EVERYBODY:
            kinds = []
            break
        if word not in GROUPS:
            raise UserError(UnknownKind(word[:60]))
        kinds += GROUPS[word]
    excepted = [
        named(context.registry, name, context.here).id
        for name in re.split(r"\s*,\s*|\s+dan\s+", without)
        if name.strip()
    ]
    return node, tuple(dict.fromkeys(kinds)), tuple(dict.fromkeys(excepted))


def read_channels(text: str) -> tuple[str, ...]:
    """`salah satu: telepon, sms atau medsos` as channels; nothing in particular is any account."""
    words = text.casefold().strip()
    for before in AT_LEAST:
        words = words.removeprefix(before).strip()
    if words in NOTHING | ACCOUNTS:
        return ()
    found: list[str] = []
    for word in filter(None, BETWEEN.split(words)):
        channel = channel_named(word.replace(" ", "-"))
        if channel is None and word not in ACCOUNTS:
            raise UserError(UnknownContact(word[:60]))
        found += [channel] if channel else ACCOUNT_CHANNELS
    return tuple(dict.fromkeys(found))


def read_particulars(text: str) -> tuple[str, ...]:
    """What an account has to show. Raises UserError for a personal number: that is nobody's business."""
    if text.strip() in NOTHING:
        return ()
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        if PRIVATE.search(part.casefold()):
            raise UserError(PrivateParticular(part[:60]))
    return tuple(part[:60] for part in parts[:MOST_SHOWN])
