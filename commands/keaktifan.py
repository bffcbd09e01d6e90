"""/keaktifan dpupr: whether an account answers or only shares links, in figures, with the size of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts import activity
from plugin.desk.accounts.activity import Sample
from plugin.desk.accounts.liveliness import DAYS, LEAST, Mentions, Posts, mentions, posts_in
from plugin.desk.handling.cases import permit
from plugin.registry.handles import CONTACTS
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Node
from plugin.wording import Decide, Press, Say, View


@dataclass(frozen=True)
class Held:
    """One of an agency's accounts. `sample`: what its channel told of it last, if anybody asked.

    `price`, `own_price`: dollars as text for a look today; blank where it tells nothing, or was asked today.
    """

    id: int
    channel: str
    handle: str
    state: str
    sample: Sample | None
    price: str
    own_price: str


@dataclass(frozen=True)
class Alive(View):
    """Figures of one agency. `posts` is None where nobody gave a sample of its posts."""

    agency: str
    code: str
    accounts: tuple[Held, ...]
    mentions: Mentions
    posts: Posts | None
    least: int
    days: int

    def presses(self) -> Mapping[str, Press]:
        reads: dict[str, Press] = {
            f"read{held.id}": Decide("keaktifan-baca", {"account": held.id}, lasts=timedelta(hours=1))
            for held in self.accounts
            if held.price
        }
        return reads | {"ledger": Say(f"/akun {self.code}")}


@command("keaktifan", may=Right.LOOK, rare=True)
async def keaktifan(context: Context, instansi: Node, *, unggahan: str = "") -> Alive:
    await permit(context, Right.LOOK, instansi)
    return await _alive(context, instansi, posts_in(unggahan) if unggahan.strip() else None)


@decision("keaktifan-baca", may=Right.VOUCH)
async def keaktifan_baca(context: Context, account: int) -> Alive:
    held = context.registry.account(account)
    agency = context.registry.by_id(held.agency_id)
    await permit(context, Right.VOUCH, agency)
    await activity.read(context, held)
    return await _alive(context, agency, None)


async def _alive(context: Context, agency: Node, posts: Posts | None) -> Alive:
    today = context.today
    heard = await context.services.store.survey(mentions, [agency.id], today)
    accounts = [
        await _held(context, agency, account.id, today)
        for account in context.registry.accounts(agency)
        if account.verdict == OFFICIAL and account.channel not in CONTACTS
    ]
    return Alive(agency.name, agency.code, tuple(accounts), heard, posts, LEAST, DAYS)


async def _held(context: Context, agency: Node, account_id: int, today: date) -> Held:
    account = context.registry.account(account_id)
    sample = await context.services.store.read(activity.newest, account.id)
    asked = sample is not None and sample.at.astimezone(context.services.zone).date() == today
    costs = None if asked else activity.price(context, account.channel)
    price, own = (f"{each:.2f}".replace(".", ",") for each in costs) if costs else ("", "")
    return Held(account.id, account.channel, account.handle, account.state, sample, price, own)
