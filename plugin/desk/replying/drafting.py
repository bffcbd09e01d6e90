"""A draft in the making: from which account, and signed where it is not the agency's own."""

from __future__ import annotations

from plugin.chat.context import Context
from plugin.desk.audit import hand
from plugin.desk.handling.cases import Case
from plugin.desk.posts.leaving import answerable
from plugin.desk.replying import drafts, replies, voices
from plugin.public.recorded import is_recorded
from plugin.registry.desks import desk_of
from plugin.store.tables import Account
from plugin.wording import UserError


async def speaker(context: Context, case: Case) -> Account:
    """The account that answers this case, or the agency's desk; raises UserError where none can."""
    if not answerable(case.report):
        raise UserError(replies.NothingToAnswer(case.number))
    store = context.services.store
    if is_recorded(case.report.channel):
        return await store.write(desk_of, case.report.channel, case.agency.id, context.now)
    channel = context.services.channels.get(case.report.channel)
    summons = channel is not None and channel.can.summons
    found = await store.read(voices.voice, case.report, summons=summons)
    if found is None:
        raise UserError(replies.NoAccount(case.number, case.agency.label, case.report.channel))
    return found.account


async def keep(context: Context, case: Case, text: str, *, corrects: int = 0) -> int:
    """Keep a draft under the account that answers this case, on record; its number."""
    account = await speaker(context, case)
    assert account.id is not None
    if account.agency_id != case.agency.id and drafts.clean(text):
        text = voices.signed(drafts.clean(text), case.agency.label, (case.agency.label, case.agency.name))
    return await context.services.store.write(
        drafts.draft, hand(context), case.number, account.id, text, context.origin, corrects=corrects or None
    )
