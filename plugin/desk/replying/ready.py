"""A ready-made answer for a case: offered, filled with what is known, and shown as an ordinary draft.

Nothing leaves by it. What only a person knows is asked for in a form; then there is a preview like any other, with
all its checks, to be changed and confirmed as always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process as fuzzy

from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.values import Field, Shape
from plugin.desk.answers import ANSWERS, Slot, filled, needed, read_book, read_slot
from plugin.desk.answers.facts import Known, known
from plugin.desk.answers.kinds import INDONESIAN, JAVANESE, WITH_PHOTOS
from plugin.desk.answers.offering import fitting
from plugin.desk.answers.texts import choose
from plugin.desk.handling.cases import Case
from plugin.desk.replying import drafting, enclosures
from plugin.store.tables import Reply
from plugin.wording import CardHere, Decide, Press, Refusal, Say, UserError, View

WORD, ALL = "jawaban", "semua"
ACCOUNT = "akun"
"""The variable that names where to write to us in private."""
MOST = 5
LONGEST_VALUE = 160
MOST_WORDS = 3
SLIP = 75
"""How like a name, of 100, a word is that was meant to be one; anything else is an answer in itself."""


@dataclass(frozen=True)
class ReadyAnswers(View):
    """The answers that fit a case, to choose one. `more`: there are others than these."""

    number: int
    names: tuple[str, ...]
    javanese: bool
    more: bool

    def presses(self) -> Mapping[str, Press]:
        line = f"/tanggapi {self.number} {WORD}"
        named: dict[str, Press] = {name: Say(f"{line} {name}") for name in self.names}
        return named | {"more": Say(f"{line} {ALL}"), "own": Say(f"/tanggapi {self.number}")}


@dataclass(frozen=True)
class FillIn(Ask):
    """The form for what only a person knows; `likely` is proposed for it."""

    number: int
    name: str
    language: str
    fields: tuple[str, ...]
    likely: Mapping[str, str]
    text: str

    def then(self) -> Decide:
        return Decide("isi-jawaban", {"number": self.number, "name": self.name, "language": self.language})

    def again(self) -> str:
        return f"/tanggapi {self.number} {WORD} {self.name}"

    def asks(self) -> Sequence[Field]:
        return tuple(
            Field(name, "", Shape.LINE, self.likely.get(name, ""), longest=LONGEST_VALUE)
            for name in self.fields
        )


@dataclass(frozen=True)
class NoSuchAnswer(Refusal):
    """No ready-made answer has that name."""

    number: int
    given: str
    names: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {"list": Say(f"/tanggapi {self.number} {WORD}")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed behind /tanggapi 17: an answer's name, or "" for the list."""

    name: str
    language: str = ""
    every: bool = False


def meant(number: int, text: str) -> Wanted | None:
    """Whether the words are no answer themselves but ask for a ready-made one. Raises UserError for a slip."""
    first, *words = text.split() or [""]
    if first.casefold() != WORD or len(words) > MOST_WORDS:
        return None
    if not words or words[0].casefold() == ALL:
        return Wanted("", every=bool(words))
    slot, told = read_slot(words)
    if slot is None and fuzzy.extractOne(words[0].casefold(), ANSWERS.keys(), score_cutoff=SLIP):
        raise UserError(NoSuchAnswer(number, " ".join(words)[:40], tuple(ANSWERS)))
    return None if slot is None else Wanted(slot.name, slot.language if told else "")


async def answer(context: Context, case: Case, wanted: Wanted) -> CardHere | FillIn | ReadyAnswers:
    """The list, or the draft, or first the form for what is missing."""
    if wanted.name:
        return await prepare(context, case, wanted.name, wanted.language)
    facts = await _known(context, case)
    names = fitting(facts)
    shown = tuple(dict.fromkeys([*names, *ANSWERS])) if wanted.every else names[:MOST]
    return ReadyAnswers(case.number, shown, facts.javanese, not wanted.every)


async def prepare(
    context: Context, case: Case, name: str, language: str, given: Mapping[str, str] | None = None
) -> CardHere | FillIn:
    """A draft with that answer, in the citizen's language if none is named; asks for what is missing."""
    facts = await _known(context, case)
    language = language or (JAVANESE if facts.javanese else INDONESIAN)
    slot = Slot(name, facts.category, language)
    book = read_book(context.services.originals())
    # What a person tells a citizen sends nobody to an account.
    without = "" if ACCOUNT in facts.values else ACCOUNT
    wording = await context.services.store.read(choose, book, case.agency.id, slot, without)
    if wording is None:
        raise UserError(NoSuchAnswer(case.number, name, tuple(ANSWERS)))
    values = {**facts.values, **_said(given or {}, facts)}
    missing = [one for one in needed(wording.text) if not values.get(one)]
    if missing:
        example = filled(wording.text, {one: "…" for one in missing} | values)
        return FillIn(case.number, name, language, tuple(missing), facts.likely, example)
    number = await drafting.keep(context, case, filled(wording.text, values))
    if name == WITH_PHOTOS:
        await _enclose(context, case, number)
    return CardHere(f"reply:{number}")


async def _enclose(context: Context, case: Case, number: int) -> None:
    reply = await context.services.store.read(lambda session: session.get_one(Reply, number))
    await enclosures.add_proofs(context, reply, (await drafting.speaker(context, case)).channel)


async def _known(context: Context, case: Case) -> Known:
    account = await drafting.speaker(context, case)
    services = context.services
    return await services.store.read(
        known, case.number, context.registry, account, services.limits, services.zone, context.now
    )


def _said(given: Mapping[str, str], facts: Known) -> dict[str, str]:
    """What a person filled in, on one line each; a proposed body brings its contact along."""
    said = {name: " ".join(value.split())[:LONGEST_VALUE] for name, value in given.items()}
    if said.get("badan") and said["badan"] == facts.likely.get("badan"):
        said["kontak"] = facts.likely.get("kontak", "")
    return said
