"""A whole desk over a real database, with chats and a public channel in memory: tests talk to it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any  # a row's values
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from adapters.memory import MemoryChannel, MemoryChat
from app import TEMPLATES
from commands import OFFER
from plugin.chat.markup import Buttons, parse, plain
from plugin.chat.rights import give, known
from plugin.chat.rooms import bind
from plugin.chat.values import (
    Action,
    Capabilities,
    Incoming,
    Kind,
    MediaRef,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Pressed,
    Room,
    Submitted,
    Typed,
)
from plugin.clock import Clock, Night
from plugin.desk.measures import counts
from plugin.desk.outgoing import recalls
from plugin.desk.outgoing.claims import due
from plugin.desk.posts.intake import AccountFacts, own_ids, store_page
from plugin.desk.sorting.triaging import read_rules
from plugin.house import Desk, Frame, assemble
from plugin.public.approvals import Approvals
from plugin.public.values import Author, Draft, Page, Post, PostPhoto, PublicAccount
from plugin.registry.snapshot import bump
from plugin.registry.vault import Vault
from plugin.rhythm import following
from plugin.rhythm.escalation import Policy
from plugin.rhythm.ladder import Rung
from plugin.rhythm.limits import Tables, read_tables
from plugin.store import revisions
from plugin.store.store import Store
from plugin.store.tables import Account, Agency, AgencyOpen, Official, Report, Revision, Role, RoomRow
from plugin.terms import Terms

ZONE = ZoneInfo("Asia/Jakarta")
LIMITS = read_tables(ZONE)
POLICY = Policy(
    [
        Rung("kepala", timedelta(hours=4)),
        Rung("sekda", timedelta(hours=24)),
        Rung("bupati", timedelta(hours=48)),
    ],
    Night(time(21), time(6), ZONE),
)
KEY = "m3Jz0yS0c3J3dC1rZXktZm9yLXRlc3RzLW9ubHktMTI="

RULES = cache(read_rules)
"""Triage's lists as they are shipped, read once for all tests, for they are frozen."""

TREE = (
    ("33.05", "", "pemda", "Pemerintah Kabupaten Kebumen", "Kebumen"),
    ("SETDA", "33.05", "setda", "Sekretariat Daerah", "Setda"),
    ("DPUPR", "33.05", "dinas", "Dinas Pekerjaan Umum dan Penataan Ruang", "DPUPR"),
    ("DISHUB", "33.05", "dinas", "Dinas Perhubungan", "Dishub"),
    ("DINKES", "33.05", "dinas", "Dinas Kesehatan", "Dinkes"),
    ("KEC_ALIAN", "33.05", "kecamatan", "Kecamatan Alian", "Kec. Alian"),
    ("33.05.13.2001", "KEC_ALIAN", "desa", "Desa Bojongsari", "Bojongsari"),
)
PEOPLE = (
    ("adi", "Adi Admin", "admin", "33.05"),
    ("sri", "Bu Sri Sekda", "sekda", "33.05"),
    ("tono", "Tono", "petugas", "DPUPR"),
    ("wati", "Bu Wati", "penanggung-jawab", "DPUPR"),
    ("joko", "Joko", "penanggung-jawab", "DISHUB"),
)
ROOMS = (("setda", "33.05"), ("pupr", "DPUPR"), ("hub", "DISHUB"))
SETTLES: Sequence[type[SQLModel]] = (Agency, Official, Revision, Account, Role, RoomRow)
"""In what the government stands, whatever refers to something behind it."""
ACCOUNTS = (("DPUPR", "dpuprkebumen", "101"), ("DISHUB", "dishubkbm", "102"))


@dataclass
class Conversation:
    """One desk; `say`, `press` and `fill_in` act as people do, and return what they would see."""

    desk: Desk
    chat: MemoryChat
    channel: MemoryChannel
    store: Store
    clock: Clock
    frame: Frame
    jobs: list[tuple[str, int]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def room(self, key: str) -> Room:
        return Room("memory", key, private=key.startswith("pribadi"))

    async def say(
        self,
        text: str,
        *,
        who: str = "sri",
        room: str = "setda",
        answers: MessageRef | None = None,
        mentions: tuple[str, ...] = (),
        kind: Kind = Kind.PERSON,
        key: str | None = None,
        media: tuple[MediaRef, ...] = (),
    ) -> str:
        """Type something; returns the words that came in answer, all of them."""
        named = tuple(Person("memory", m, m.title()) for m in mentions)
        return await self._happen(who, room, Typed(text, answers, named, media), kind, key)

    async def press(self, label: str, *, who: str = "sri", room: str | None = None) -> str:
        """Press the newest button with this label (in `room`, or anywhere)."""
        ref, action = self.button(label, room)
        return await self._happen(who, ref.room.key, Pressed(action.token, ref), Kind.PERSON, None)

    async def read_all(self, number: int, *, who: str = "sri", room: str = "setda") -> str:
        """Everything there is about a report, as its card tells it on request."""
        await self.say(f"/laporan {number}", who=who, room=room)
        return await self.press("Selengkapnya", who=who, room=room)

    async def press_token(self, button: tuple[MessageRef, Action], *, who: str) -> str:
        """Press a button seen earlier, whatever has become of its message."""
        ref, action = button
        return await self._happen(who, ref.room.key, Pressed(action.token, ref), Kind.PERSON, None)

    async def fill_in(
        self, *, who: str = "sri", room: str = "setda", media: tuple[MediaRef, ...] = (), **values: str
    ) -> str:
        """Send the newest form."""
        token = self.chat.forms[-1][1].token
        return await self._happen(who, room, Submitted(token, values, media), Kind.PERSON, None)

    async def _happen(
        self, who: str, room: str, body: Typed | Pressed | Submitted, kind: Kind, key: str | None
    ) -> str:
        number = next(self._numbers)
        place, person = self.room(room), Person("memory", who, who.title(), kind)
        ref = MessageRef(place, f"in-{number}") if isinstance(body, Typed) else None
        message = Incoming(
            key or f"d{number}", place, person, self.clock(), body, ref, Opener(place, person, "opener")
        )
        before = dict(self.chat.board)
        answer = await self.desk.dispatcher.receive(message)
        if answer is not None:
            await self.chat.send(place, answer, key=f"at-once-{number}")
        await self.desk.dispatcher.settle()
        await self.work()
        changed = [m for ref, m in self.chat.board.items() if before.get(ref) is not m]
        return "\n---\n".join(plain(parse(m.text)) for m in changed)

    async def work(self) -> None:
        """Do the durable work that is due now."""
        while self.jobs:
            name, row_id = self.jobs.pop(0)
            desk = self.desk
            jobs = {"publish": desk.publishing.publish, "withdraw": desk.withdrawing.withdraw}
            await (jobs | {"notice": desk.notices.send})[name](row_id)

    def another(self, node: str) -> Desk:
        """Another process over the same store and the same chat."""
        return assemble(replace(self.frame, node=node))

    async def sweep(self) -> None:
        """What the minute does: start again what is due and not done."""
        await self.desk.timekeeper.tick()
        self.jobs += [("publish", n) for n in await self.store.survey(due, self.clock())]
        self.jobs += [("withdraw", n) for n in await self.store.survey(recalls.due, self.clock())]
        await self.work()

    async def triage(self) -> None:
        """What happens right behind storing: what is new is judged."""
        await self.desk.triaging.once()

    async def read_lists(self) -> None:
        """What durable work does: read the lists of followers that were ordered, and tell who asked."""
        for number in await self.store.survey(following.due):
            for _ in range(20):
                if await self.desk.following.read(number) is None:
                    break
        await self.desk.timekeeper.tick()
        await self.work()

    async def remind(self) -> None:
        """What the minute does: remind who owes something, and send what is waiting."""
        await self.desk.reminding.tick()
        await self.desk.timekeeper.tick()
        await self.work()

    async def news(self) -> None:
        """What the minute does: tell rooms what has come in."""
        await self.desk.arrivals.tick()
        await self.work()

    async def recheck(self) -> None:
        """What the minute does: look up which citizens' posts are still public."""
        await self.desk.rechecking.tick()

    async def post_by_hand(self, handle: str, text: str, target: str) -> None:
        """A person posts in the platform's own composer."""
        account = PublicAccount(0, "x", handle)
        await self.channel.publish(account, Draft(text), target, key="by hand")

    def button(self, label: str, room: str | None) -> tuple[MessageRef, Action]:
        for ref, message in reversed(self.chat.board.items()):
            for action in message.actions:
                if action.label == label and room in (None, ref.room.key):
                    return ref, action
        raise AssertionError(f"no button {label!r}; there are {self.buttons()}")

    def newest(self, room: str = "setda") -> tuple[MessageRef, Outgoing]:
        """The newest message in a room."""
        return next((r, m) for r, m in reversed(self.chat.board.items()) if r.room.key == room)

    def shown(self, room: str = "setda") -> list[str]:
        """All words in a room, oldest first."""
        return [plain(parse(m.text)) for r, m in self.chat.board.items() if r.room.key == room]

    def buttons(self, room: str = "setda") -> list[str]:
        """The labels on the newest message of a room."""
        _, message = self.newest(room)
        return [x for b in parse(message.text) if isinstance(b, Buttons) for x in b.labels]

    async def complain(
        self, text: str, *, to: str = "dpuprkebumen", author: str = "warga1", **more: str
    ) -> int:
        """A citizen writes in public to an account; returns the report's number (0 when it joined another)."""
        number = str(1000 + next(self._numbers))
        post = Post(
            id=more.get("post", number),
            author=Author(author, author, author.title(), {"followers": "12", "created_at": "2020-01-01"}),
            text=text,
            at=self.clock(),
            url=f"https://memory.example/{author}/{number}",
            conversation=more.get("conversation", number),
            answers=more.get("answers", ""),
            mentions=tuple(a[2] for a in ACCOUNTS if a[1] == to and more.get("named") != "no"),
            photos=(PostPhoto(f"m{number}", more["photo"]),) if "photo" in more else (),
        )
        stored = await self.store.write(_store, post, to, self.frame)
        return stored[0] if stored else 0

    def published(self, handle: str = "dpuprkebumen") -> list[str]:
        """What an account has published, oldest first."""
        return [text for text, _, _ in self.channel.public(handle)]

    async def report(self, number: int) -> Report:
        """The report as it is stored."""
        row = await self.store.survey(lambda s: s.get(Report, number))
        assert row is not None
        return row


def kept_and_counted(session: Session) -> tuple[dict[int, int], dict[int, int]]:
    """How many reports wait at each agency: as it is kept beside them, and as counting them gives."""
    kept = {row.agency_id: row.waiting for row in session.exec(select(AgencyOpen)) if row.waiting}
    assert revisions.read(session, counts.EVERYWHERE) == sum(kept.values())
    counted: dict[int, int] = {}
    for row in session.exec(select(Report)):
        if row.answered_at is None and row.closed_at is None:
            counted[row.agency_id] = counted.get(row.agency_id, 0) + 1
    return kept, counted


def _store(session: Session, post: Post, handle: str, frame: Frame) -> tuple[int, ...]:
    row = session.exec(select(Account).where(Account.handle_key == handle)).one()
    assert row.id is not None
    facts = AccountFacts(row.id, row.agency_id, "x")
    stored = store_page(
        session, facts, Page((post,), "1"), now=post.at, zone=frame.zone, limits=frame.limits,
        own_ids=own_ids(session, "x", [post]),
    )  # fmt: skip
    return stored.reports


async def open_conversation(  # noqa: PLR0913  # each is one thing that a test may want otherwise
    store: Store,
    clock: Clock,
    *,
    media: Path = Path("nowhere"),
    can: Capabilities | None = None,
    channel: MemoryChannel | None = None,
    approvals: Mapping[str, str] | None = None,
    policy: Policy = POLICY,
    zone: ZoneInfo = ZONE,
    limits: Tables | None = None,
    chat: MemoryChat | None = None,
    terms: Terms | None = None,
    news_gap: timedelta = timedelta(0),
) -> Conversation:
    """A desk with a small government, its officials, rooms and two connected accounts."""
    vault = Vault([KEY])
    await store.write(_settle, vault, clock())
    chat = chat or (MemoryChat(can) if can else MemoryChat())
    channel = channel or MemoryChannel()
    jobs: list[tuple[str, int]] = []

    async def put(name: str, row_id: int) -> None:
        jobs.append((name, row_id))

    frame = Frame(
        offer=OFFER,
        templates=TEMPLATES,
        store=store,
        clock=clock,
        zone=zone,
        node="test",
        adapters={"memory": chat},
        channels={"x": channel},
        vault=vault,
        media=media,
        approvals=Approvals(approvals or {}),
        limits=limits or (LIMITS if zone is ZONE else read_tables(zone)),
        terms=terms or Terms(zone, window=timedelta(0)),
        put=put,
        remind_at=time(8, 30),
        news_gap=news_gap,
        policy=policy,
        rules=RULES,
    )
    return Conversation(assemble(frame), chat, channel, store, clock, frame, jobs)


_SETTLED: dict[datetime, list[tuple[sa.Table, list[dict[str, Any]]]]] = {}
"""What stands in a database once the government is there, by the moment of its making."""


def _settle(session: Session, vault: Vault, now: datetime) -> None:
    """The government, in an empty database: made as officials would for the first test, and row by row for others."""
    if now not in _SETTLED:
        _government(session, vault, now)
        session.flush()
        tables = [SQLModel.metadata.tables[str(kind.__tablename__)] for kind in SETTLES]
        _SETTLED[now] = [
            (table, [dict(row) for row in session.connection().execute(sa.select(table)).mappings()])
            for table in tables
        ]
        return
    for table, rows in _SETTLED[now]:
        session.connection().execute(table.insert(), rows)
    if session.get_bind().dialect.name == "postgresql":
        counters = [name for table, _ in _SETTLED[now] if (name := _counter(table))]
        session.connection().execute(sa.text(f"SELECT {', '.join(counters)}"))


def _counter(table: sa.Table) -> str:
    """PostgreSQL counts on from the rows that came with their numbers."""
    if "id" not in table.c:
        return ""
    newest = f"(SELECT max(id) FROM {table.name})"
    return f"setval(pg_get_serial_sequence('{table.name}', 'id'), {newest})"


def _government(session: Session, vault: Vault, now: datetime) -> None:
    ids: dict[str, tuple[int, str]] = {}
    for code, parent, kind, name, short in TREE:
        row = Agency(
            code=code, parent_id=ids[parent][0] if parent else None, kind=kind, name=name, short=short
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        row.path = (ids[parent][1] if parent else "") + f"{row.id:08x}"
        ids[code] = (row.id, row.path)
    for key, name, role, code in PEOPLE:
        give(session, known(session, Person("memory", key, name)), ids[code][0], role, None, now)
    for room, code in ROOMS:
        bind(session, Room("memory", room), ids[code][0], now)
    for code, handle, platform_id in ACCOUNTS:
        account = Account(
            agency_id=ids[code][0], channel="x", handle=handle, handle_key=handle, platform_id=platform_id,
            verdict="official", mode="api", claimed_at=now, decided_at=now,
        )  # fmt: skip
        session.add(account)
        session.flush()
        assert account.id is not None
        account.tokens = vault.seal(account.id, {"id": platform_id})
    bump(session)
