"""/jawaban: the ready-made answers of an agency: listed, shown, worded anew, and brought back to the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.answers import ANSWERS, VARIABLES, Fault, Slot, read_book, read_slot
from plugin.desk.answers.grammar import LONGEST
from plugin.desk.answers.texts import Worded, change, find_change, held, undo
from plugin.desk.answers.trying import Tried, try_out
from plugin.desk.audit import hand
from plugin.desk.handling.cases import find_case, permit
from plugin.desk.replying import ready
from plugin.registry.snapshot import Node
from plugin.wording import CardHere, Decide, Press, Refusal, Say, UserError, View

EDIT, ORIGINAL = "ubah", "asli"


@dataclass(frozen=True)
class AnswerList(View):
    """All answers by name; `own` are those that the agency or one above it has worded itself."""

    agency: str
    names: tuple[str, ...]
    own: frozenset[str]

    def presses(self) -> Mapping[str, Press]:
        return {name: Say(f"/jawaban {name}") for name in self.names}


@dataclass(frozen=True)
class Shown:
    """One wording as it holds; `whose` is the agency that worded it, "" for the original."""

    topic: str
    language: str
    text: str
    whose: str
    by: str
    at: object
    own: bool


@dataclass(frozen=True)
class AnswerShown(View):
    """Everything that one answer may say, for each category and language. `one`: only that was asked for."""

    agency: str
    name: str
    lines: tuple[Shown, ...]
    one: bool

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {"list": Say("/jawaban")}
        for n, line in enumerate(self.lines):
            what = _typed(self.name, line.topic, line.language)
            named[f"open{n}"] = Say(f"/jawaban {what}")
            named[f"edit{n}"] = Say(f"/jawaban {EDIT} {what}")
            named[f"original{n}"] = Say(f"/jawaban {ORIGINAL} {what}")
        return named


@dataclass(frozen=True)
class WordAnswer(Ask):
    """The form for the words. `seen` is the change that was shown in it."""

    agency: str
    agency_id: int
    name: str
    topic: str
    category: str
    language: str
    seen: int
    text: str
    variables: tuple[str, ...]

    def then(self) -> Decide:
        what = {"name": self.name, "category": self.category, "language": self.language}
        return Decide("jawaban-simpan", what | {"agency": self.agency_id, "seen": self.seen})

    def again(self) -> str:
        return f"/jawaban {EDIT} {_typed(self.name, self.topic, self.language)}"

    def asks(self) -> Sequence[Field]:
        return (Field("text", "", Shape.TEXT, self.text, longest=LONGEST),)


@dataclass(frozen=True)
class AnswerWorded(View):
    """The words hold from now on, here and below. `example` shows them filled; `undone`: taken back."""

    agency: str
    name: str
    topic: str
    language: str
    change: int
    original: bool
    example: str
    undone: bool = False

    def presses(self) -> Mapping[str, Press]:
        return {
            "undo": Decide("batal-jawaban", {"change": self.change}),
            "show": Say(f"/jawaban {_typed(self.name, self.topic, self.language)}"),
        }


@dataclass(frozen=True)
class _Again:
    """What was not kept: `text` for `args`, to be changed, or kept all the same."""

    args: Mapping[str, object]
    text: str

    def presses(self) -> Mapping[str, Press]:
        return {
            "edit": Decide("jawaban-ubah-lagi", {**self.args, "text": self.text}),
            "keep": Decide("jawaban-tetap", {**self.args, "text": self.text}),
        }


@dataclass(frozen=True)
class BrokenAnswer(_Again, Refusal):
    """The words cannot be filled: what is wrong, and where."""

    kind: str
    words: str
    near: str
    variables: tuple[str, ...]
    longest: int = LONGEST


@dataclass(frozen=True)
class UnfitAnswer(_Again, Refusal):
    """Filled with examples it is too long, or says what no public answer may."""

    tried: Tried


@dataclass(frozen=True)
class DoubtfulAnswer(_Again, View):
    """Something was found in it: it is kept only after a second press."""

    whisper = True
    tried: Tried


@dataclass(frozen=True)
class WhichAnswer(Refusal):
    given: str
    names: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {"list": Say("/jawaban")}


@command("jawaban", may=Right.LOOK)
async def jawaban(
    context: Context, *, pesan: str = ""
) -> AnswerList | AnswerShown | WordAnswer | AnswerWorded:
    node = context.here
    head, _, text = pesan.partition(":")
    verb, *words = head.split() or [""]
    if verb.casefold() == EDIT:
        return await _word(context, node, words, text.strip())
    if verb.casefold() == ORIGINAL:
        return await _original(context, node, _slot(words))
    found = await _held(context, node)
    if not verb:
        own = frozenset(slot.name for slot, w in found.items() if w.agency_id is not None)
        return AnswerList(node.label, tuple(ANSWERS), own)
    return _shown(context, node, [verb, *words], found)


@decision("isi-jawaban", may=Right.DRAFT)
async def isi_jawaban(
    context: Context, /, number: int, name: str, language: str, **given: str
) -> CardHere | ready.FillIn:
    """What only a person knows was filled in: the preview, as for any answer."""
    case = await find_case(context, number, Right.DRAFT)
    return await ready.prepare(context, case, name, language, given)


@decision("jawaban-simpan", may=Right.PUBLISH)
async def jawaban_simpan(  # a slot, whose, and what was shown
    context: Context, name: str, category: str, language: str, agency: int, seen: int, text: str
) -> AnswerWorded | DoubtfulAnswer:
    return await _keep(context, Slot(name, category, language), agency, seen, text, sure=False)


@decision("jawaban-tetap", may=Right.PUBLISH)
async def jawaban_tetap(
    context: Context, name: str, category: str, language: str, agency: int, seen: int, text: str
) -> AnswerWorded | DoubtfulAnswer:
    """Whoever keeps it was told what the checks found."""
    return await _keep(context, Slot(name, category, language), agency, seen, text, sure=True)


@decision("jawaban-ubah-lagi", may=Right.PUBLISH)
async def jawaban_ubah_lagi(
    context: Context, name: str, category: str, language: str, agency: int, seen: int, text: str
) -> WordAnswer:
    node = context.registry.by_id(agency)
    await permit(context, Right.PUBLISH, node)
    return _form(node, Slot(name, category, language), seen, text)


@decision("batal-jawaban", may=Right.PUBLISH)
async def batal_jawaban(context: Context, change: int) -> AnswerWorded:
    store = context.services.store
    row = await store.read(find_change, change)
    assert row is not None
    node = context.registry.by_id(row.agency_id)
    await permit(context, Right.PUBLISH, node)
    await store.write(undo, hand(context), change)
    slot = Slot(row.name, row.category, row.language)
    return await _worded(context, node, slot, undone=True)


async def _word(context: Context, node: Node, words: Sequence[str], text: str) -> AnswerWorded | WordAnswer:
    slot = _slot(words)
    await permit(context, Right.PUBLISH, node)
    now = (await _held(context, node)).get(slot)
    seen = now.row if now else 0
    if text:
        kept = await _keep(context, slot, node.id, seen, text, sure=False)
        if isinstance(kept, DoubtfulAnswer):
            raise UserError(kept)
        return kept
    return _form(node, slot, seen, now.text if now else await _general(context, node, slot))


async def _keep(
    context: Context, slot: Slot, agency: int, seen: int, text: str, *, sure: bool
) -> AnswerWorded | DoubtfulAnswer:
    node = context.registry.by_id(agency)
    await permit(context, Right.PUBLISH, node)
    services, text = context.services, text.strip()
    args = {
        "name": slot.name,
        "category": slot.category,
        "language": slot.language,
        "agency": agency,
        "seen": seen,
    }
    try:
        tried = try_out(services, read_book(services.originals()), text)
    except Fault as fault:
        broken = BrokenAnswer(args, text[:LONGEST], fault.kind, fault.words, fault.near, VARIABLES)
        raise UserError(broken) from None
    if tried.unfit:
        raise UserError(UnfitAnswer(args, text, tried))
    if tried.doubtful and not sure:
        return DoubtfulAnswer(args, text, tried)
    await services.store.write(change, hand(context), agency, slot, text, seen)
    return await _worded(context, node, slot)


async def _original(context: Context, node: Node, slot: Slot) -> AnswerWorded:
    await permit(context, Right.PUBLISH, node)
    now = (await _held(context, node)).get(slot)
    if now is not None and now.row:
        await context.services.store.write(change, hand(context), node.id, slot, "", now.row)
    return await _worded(context, node, slot, original=True)


async def _worded(
    context: Context, node: Node, slot: Slot, *, original: bool = False, undone: bool = False
) -> AnswerWorded:
    """How it stands now, with an example."""
    services = context.services
    now = (await _held(context, node)).get(slot)
    text = now.text if now else await _general(context, node, slot)
    example = try_out(services, read_book(services.originals()), text).text
    row = now.row if now else 0
    return AnswerWorded(node.label, slot.name, slot.topic, slot.language, row, original, example, undone)


async def _held(context: Context, node: Node) -> dict[Slot, Worded]:
    book = read_book(context.services.originals())
    return await context.services.store.read(held, book, node.id)


async def _general(context: Context, node: Node, slot: Slot) -> str:
    """The words to begin with, where a slot has none yet."""
    book, found = read_book(context.services.originals()), await _held(context, node)
    return next((found[one].text for one in book.candidates(slot) if one in found), "")


def _shown(context: Context, node: Node, words: Sequence[str], found: Mapping[Slot, Worded]) -> AnswerShown:
    slot = _slot(words)
    one = len(words) > 1 and slot in found
    wanted = [s for s in found if s == slot or (not one and s.name == slot.name)]
    wanted.sort(key=lambda s: (s.category, s.language))
    return AnswerShown(node.label, slot.name, tuple(_line(context, node, found[s]) for s in wanted), one)


def _line(context: Context, node: Node, wording: Worded) -> Shown:
    whose = context.registry.by_id(wording.agency_id).label if wording.agency_id is not None else ""
    slot = wording.slot
    own = wording.agency_id == node.id
    return Shown(slot.topic, slot.language, wording.text, whose, wording.by, wording.at, own)


def _form(node: Node, slot: Slot, seen: int, text: str) -> WordAnswer:
    return WordAnswer(
        node.label, node.id, slot.name, slot.topic, slot.category, slot.language, seen, text, VARIABLES
    )


def _slot(words: Sequence[str]) -> Slot:
    slot, _ = read_slot(words)
    if slot is None:
        raise UserError(WhichAnswer(" ".join(words)[:40], tuple(ANSWERS)))
    return slot


def _typed(name: str, topic: str, language: str) -> str:
    """How a slot is typed."""
    return " ".join(filter(None, (name, topic, "jawa" if language == "jv" else "")))
