"""/catat telepon …: write down what a citizen said by telephone, at the counter, in a letter: a report like any."""

from __future__ import annotations

from collections.abc import Sequence

from plugin.chat.command import command, decision
from plugin.chat.compose import filled
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.waiting_words import refs
from plugin.desk.posts import noting
from plugin.desk.posts.correcting import Channel, Corrected, correct, give_back
from plugin.desk.posts.dictation import change_in
from plugin.desk.posts.notes import Added, Answer, Chosen, Recorded, WriteMore
from plugin.desk.posts.recording import Citizen
from plugin.public.recorded import OTHER, channel_named


@command("catat", may=Right.DRAFT)
async def catat(context: Context, *, isi: str = "") -> Answer | Channel | Corrected:
    change = change_in(isi)
    return await (noting.begin(context, isi) if change is None else correct(context, change))


@decision("catat-ini", may=Right.DRAFT)
async def catat_ini(
    context: Context, words: str, agency: int = 0, channel: str = "", further: bool | None = None
) -> Answer:
    return await noting.go_on(context, Chosen(words, agency, channel, further))


@decision("catat", may=Right.DRAFT)
async def catat_form(  # what was filled in, and what came before
    context: Context,
    channel: str,
    text: str,
    name: str = "",
    contact: str = "",
    agency: int = 0,
    sent: Sequence[Sequence[str]] = (),
) -> Recorded:
    """A channel that we have no name for is some other one: what was said is not lost for it."""
    citizen = Citizen(filled(name), filled(contact))
    line = noting.typed(context, text, refs(sent))
    return await noting.write_down(context, agency, channel_named(channel) or OTHER, line, citizen)


@decision("catat-lagi", may=Right.DRAFT)
async def catat_lagi(
    context: Context, number: int, text: str, sent: Sequence[Sequence[str]] = ()
) -> Added | WriteMore:
    return await noting.add(context, number, noting.typed(context, text, refs(sent)))


@decision("kata-kembali", may=Right.DRAFT)
async def kata_kembali(context: Context, number: int) -> Corrected:
    return await give_back(context, number)
