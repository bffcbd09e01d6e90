"""What the house does by itself: what is due, and what there is to see to every minute and every hour."""

from __future__ import annotations

from functools import partial

from plugin.chat import forms, inbox
from plugin.desk.audit import system
from plugin.desk.outgoing import claims, recalls
from plugin.desk.posts import album
from plugin.desk.posts.recording import forget_citizens
from plugin.desk.posts.refolding import refold
from plugin.desk.sorting import aspirations
from plugin.house import Desk
from plugin.rhythm import following, notices
from plugin.rhythm.durable import Durable
from plugin.rhythm.morning import Morning
from plugin.rhythm.periodic import Periodical
from plugin.store import numbers

HOURLY = "0 * * * *"
"""Each hour, a little: what need not be kept any longer is forgotten."""
DAILY = "0 3 * * *"
"""While offices are open (10:00 at Jakarta): some machines are off at night."""
EVERY_FEW_MINUTES = "*/3 * * * *"
"""What is counted anew, and need not be known in the same minute."""


def assign(durable: Durable, desk: Desk, morning: Morning, periodical: Periodical, *, training: bool) -> None:
    """Tell the durable runner what there is to do, and when."""
    store, clock, zone = desk.services.store, desk.services.clock, desk.services.zone

    async def hour() -> None:
        await store.write(inbox.forget, clock())
        await store.write(forms.forget, clock())
        while await store.write(
            forget_citizens, system(clock()), clock() - desk.services.terms.contact_lasts
        ):
            pass

    async def day() -> None:
        await album.sweep(store, desk.services.media, clock())

    async def lists() -> list[tuple[str, int]]:
        return [(following.JOB, n) for n in await store.survey(following.due)]

    async def watch() -> None:
        await store.write(numbers.watch, clock())

    async def gather() -> None:
        await store.write(aspirations.gather, zone)

    async def due() -> list[tuple[str, int]]:
        now = clock()
        told = [("notice", n) for n in await store.survey(notices.due, now)]
        back = [("withdraw", n) for n in await store.survey(recalls.due, now)]
        return [("publish", n) for n in await store.survey(claims.due, now)] + back + told

    durable.job("publish", desk.publishing.publish)
    durable.job("withdraw", desk.withdrawing.withdraw)
    durable.job("notice", desk.notices.send)
    durable.job(following.JOB, desk.following.read)
    durable.sweep(lists)
    # In training the chat is put back along with the numbers, and the folder may be the real desk's.
    if not training:
        durable.tick("numbers", watch, at_start=True)
        durable.tick("day", day, DAILY)
    durable.tick("inbox", desk.dispatcher.recover)
    durable.tick("reminders", desk.reminding.tick)
    durable.tick("clocks", desk.timekeeper.tick, at_start=True)
    durable.tick("morning", morning.tick, at_start=True)
    durable.tick("periodical", periodical.tick, at_start=True)
    durable.tick("photos", desk.fetching.ring)
    durable.tick("recheck", desk.rechecking.tick)
    durable.tick("refold", partial(refold, store))
    durable.tick("looking_back", desk.looking_back.tick)
    durable.tick("connections", desk.connections.tick, at_start=True)
    durable.tick("arrivals", desk.arrivals.tick)
    durable.tick("topics", desk.topics.tick, EVERY_FEW_MINUTES)
    durable.tick("aspirations", gather, EVERY_FEW_MINUTES)
    durable.tick("hour", hour, HOURLY)
    durable.sweep(due)
