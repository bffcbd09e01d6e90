"""/keaktifan dpupr: whether an account answers or only shares links, in figures, with the size of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.cases import permit
from plugin.desk.liveliness import DAYS, LEAST, Mentions, Posts, mentions, posts_in
from plugin.registry.handles import CONTACTS
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Node
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Alive(View):
    """Figures of one agency. `posts` is None where nobody gave a sample of its posts."""

    agency: str
    code: str
    accounts: tuple[tuple[str, str, str], ...]
    mentions: Mentions
    posts: Posts | None
    least: int
    days: int

    def presses(self) -> Mapping[str, Press]:
        return {"ledger": Say(f"/akun {self.code}")}


@command("keaktifan", may=Right.LOOK, rare=True)
async def keaktifan(context: Context, instansi: Node, *, unggahan: str = "") -> Alive:
    await permit(context, Right.LOOK, instansi)
    today = context.now.astimezone(context.services.zone).date()
    seen = await context.services.store.survey(mentions, [instansi.id], today)
    accounts = tuple(
        (a.channel, a.handle, a.state)
        for a in context.registry.accounts(instansi)
        if a.verdict == OFFICIAL and a.channel not in CONTACTS
    )
    posts = posts_in(unggahan) if unggahan.strip() else None
    return Alive(instansi.name, instansi.code, accounts, seen, posts, LEAST, DAYS)
