"""/luar-wewenang: what other bodies must act on, kept and counted; and telling the citizen so in public.

`/luar-wewenang 17` takes the body that triage proposes, `/luar-wewenang 17 pln` the one that is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.refusals import NoSuchReport
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import Case, find_case
from plugin.desk.lists.queue import span_of
from plugin.desk.replying import drafting
from plugin.desk.sorting import proposals
from plugin.desk.sorting.suggestion import Outside, bodies, body
from plugin.wording import CardHere, Press, Refusal, Say, UserError, View

MOST_NEAR = 4
NUMBER = re.compile(r"#?[0-9]{1,9}")


@dataclass(frozen=True)
class Count:
    """How many confirmed cases a body has, and how many of them the citizen was told of."""

    body: Outside
    total: int
    answered: int


@dataclass(frozen=True)
class Elsewhere(View):
    """What lies outside our authority, by body, the most first."""

    under: str
    counts: tuple[Count, ...]


@dataclass(frozen=True)
class NotReadYet(Refusal):
    """It has only just come."""

    number: int

    def presses(self) -> Mapping[str, Press]:
        return {"again": Say(f"/luar-wewenang {self.number}")}


@dataclass(frozen=True)
class WhichBody(Refusal):
    """None is proposed, or none is called so: those that are most like it, by the word that names each."""

    number: int
    given: str
    near: tuple[tuple[str, str], ...]

    def presses(self) -> Mapping[str, Press]:
        return {word: Say(f"/luar-wewenang {self.number} {word}") for word, _ in self.near}


@command("luar-wewenang", may=Right.LOOK)
async def luar_wewenang(context: Context, *, nomor_dan_badan: str = "") -> Elsewhere | CardHere:
    first, _, named = nomor_dan_badan.partition(" ")
    if NUMBER.fullmatch(first):
        number = int(first.lstrip("#"))
        case = await find_case(context, number, Right.DRAFT)
        return await _told(context, case, await _meant(context, number, named.strip()))
    span = span_of(context.registry, context.here)
    rows = await context.services.store.survey(proposals.outside_counts, span)
    counts = tuple(Count(b, n, told) for code, n, told in rows if (b := body(code)) is not None)
    return Elsewhere(context.here.label, counts)


async def _meant(context: Context, number: int, named: str) -> Outside:
    """The body that is named, else of the one that is proposed."""
    if not named:
        said = (await context.services.store.read(proposals.of, [number])).get(number)
        codes = (said.confirmed_outside, *said.agencies) if said else ()
        if found := next((one for code in codes if (one := body(code))), None):
            return found
    words = {_word(one): one for one in bodies()}
    if named.casefold().replace(" ", "_") in words:
        return words[named.casefold().replace(" ", "_")]
    near = process.extract(
        named, {word: f"{word} {one.name}" for word, one in words.items()},
        scorer=fuzz.partial_ratio, processor=str.casefold, limit=MOST_NEAR,
    )  # fmt: skip
    raise UserError(WhichBody(number, named, tuple((word, words[word].name) for _, _, word in near)))


def _word(one: Outside) -> str:
    return one.code.partition(":")[2].casefold()


@decision("luar-wewenang", may=Right.DRAFT)
async def di_luar_wewenang(context: Context, number: int, body: str) -> CardHere:
    """Confirm that this body must act, on record, and prepare the answer that says so. Nothing is sent by it."""
    case = await find_case(context, number, Right.DRAFT)
    return await _told(context, case, _body(number, body))


async def _told(context: Context, case: Case, meant: Outside) -> CardHere:
    services, number = context.services, case.number
    await drafting.speaker(context, case)  # where nobody can answer, nothing is confirmed either
    text = services.words("triage/outside.txt", body=meant.name, contact=meant.contact)
    if not await services.store.write(proposals.confirm_outside, hand(context), number, meant.code):
        raise UserError(NotReadYet(number))
    draft = await drafting.keep(context, case, text)
    await services.refresh(f"report:{number}")
    return CardHere(f"reply:{draft}")


def _body(number: int, code: str) -> Outside:
    meant = body(code)
    if meant is None:
        raise UserError(NoSuchReport(number))
    return meant
