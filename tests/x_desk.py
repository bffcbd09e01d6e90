"""A whole desk whose accounts are on X: X is on its far side, and accounts are connected by logging in there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from sqlmodel import Session, col, select

from adapters.x import Client, make_x
from plugin.desk.accounts.spending import Spendings
from plugin.house import Desk, assemble
from plugin.rhythm import consents
from plugin.rhythm.consents import Ending
from plugin.store.store import Store
from plugin.store.tables import Account, Reply, Report
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation
from tests.far_side.x import XFarSide

HERE = "https://tanggap.example.go.id"
BACK = f"{HERE}/hubungkan/x"
HANDLE = "dpuprkebumen"


@dataclass
class XDesk:
    """`talk` is the chat, `far` is X. An official's browser is where both meet."""

    talk: Conversation
    far: XFarSide
    clock: MovableClock
    spendings: Spendings

    @property
    def store(self) -> Store:
        return self.talk.store

    async def ask(self, *, who: str = "wati", room: str = "pupr", words: str = "/hubungkan-akun") -> str:
        """Ask to connect; the link that the button opens."""
        await self.talk.say(words, who=who, room=room)
        return self.talk.button("Buka X", room)[1].url

    async def come_back(self, address: str, desk: Desk | None = None) -> Ending:
        """X sends the browser back to us; perhaps another process takes it."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        services = (desk or self.talk.desk).services
        ending = await consents.finish(services, "x", asked.get("state", ""), asked.get("code", ""))
        await self.talk.work()
        return ending

    async def connect(self, handle: str = HANDLE, desk: Desk | None = None) -> Ending:
        """The whole way: asked for in the chat, allowed on X by whoever is logged in there, come back."""
        return await self.come_back(self.far.oauth.consent(await self.ask(), self.user(handle)), desk)

    def user(self, handle: str) -> str:
        return self.far.world.user(handle, self.clock()).id

    async def complain(self, text: str = "jalan rusak") -> int:
        """A citizen names the account on X, and we hear of it; the report's number."""
        self.far.citizen_posts(text, mention=HANDLE)
        before = found = await self.store.survey(_newest)
        for _ in range(5):  # a page may come a poll later
            await self.poll()
            found = await self.store.survey(_newest)
            if found != before:
                break
        return found

    async def poll(self, **later: float) -> None:
        """Read what is due, a minute later unless it is said otherwise."""
        self.clock.move(**(later or {"minutes": 1}))
        await self.talk.desk.polling.once()

    async def minute(self) -> None:
        """What the minute does."""
        await self.talk.desk.connections.tick()
        await self.talk.work()
        await self.talk.sweep()

    async def account(self) -> Account:
        return await self.store.survey(_account)

    async def replies(self) -> list[tuple[str, str]]:
        """State and refusal of every answer."""
        rows = await self.store.survey(lambda s: s.exec(select(Reply).order_by(col(Reply.id))).all())
        return [(row.state, row.refusal) for row in rows]

    def published(self) -> list[str]:
        return [text for text, _ in self.far.published(HANDLE)]


def _newest(session: Session) -> int:
    return session.exec(select(Report.id).order_by(col(Report.id).desc())).first() or 0


def _account(session: Session) -> Account:
    return session.exec(select(Account).where(Account.handle == HANDLE)).one()


@asynccontextmanager
async def open_x_desk(
    store: Store, clock: MovableClock, *, cap: float | None = None, approved: bool = True
) -> AsyncIterator[XDesk]:
    """The accounts are registered, and none is connected yet."""
    far = XFarSide(clock=clock)
    await far.start()
    far.oauth.callbacks.add(BACK)
    spendings = Spendings(store, clock, ZONE, {"x": cap} if cap is not None else {})
    channel = make_x(
        consumer_key=far.consumer_key, consumer_secret=far.consumer_secret, bearer_token=far.bearer_token,
        api_url=far.url, client=Client(far.oauth.client_id, far.oauth.client_secret, far.url), purse=spendings,
        clock=clock,
    )  # fmt: skip
    plain = await open_conversation(store, clock, approvals={"x": "X-77"} if approved else {})
    frame = replace(plain.frame, channels={"x": channel}, spendings=spendings, public_url=HERE)
    talk = replace(plain, desk=assemble(frame), frame=frame)
    await store.write(_registered_only, far, clock)
    yield XDesk(talk, far, clock, spendings)
    await channel.aclose()
    await far.stop()


def _registered_only(session: Session, far: XFarSide, clock: MovableClock) -> None:
    for account in session.exec(select(Account)).all():
        account.platform_id = far.world.user(account.handle, clock(), verified_type="government").id
        account.tokens, account.mode = None, "manual"
