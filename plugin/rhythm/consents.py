"""An official connects the agency's account from the chat: sent to the channel, come back, looked at, kept.

What must survive a restart stands in a row: the hash of the state that comes back, the sealed verifier, who
asked and for which account. A row is good once and for a short while; it is used up before anybody is asked, so
that a link followed twice asks once. Whoever logged in must be the registered account, else nothing is kept.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from plugin.chat.context import Context, Services
from plugin.chat.rights import Right, standing
from plugin.chat.values import Person, Room
from plugin.desk.accounts.connecting import is_it, keep
from plugin.desk.accounts.tokens import ends_at
from plugin.desk.audit import Hand, hand, record
from plugin.desk.cards.connection_card import waiting_for
from plugin.errors import DeliveryError, Refused
from plugin.public.port import Consenting
from plugin.public.values import Granted, PublicAccount
from plugin.registry.ledger import OFFICIAL
from plugin.registry.snapshot import Account as Registered
from plugin.registry.tree import Registry
from plugin.rhythm import cursors, notices
from plugin.store.tables import Account, Consent, Official
from plugin.wording import Press, Say, UserError, View

log = logging.getLogger(__name__)

KIND = "consent"
LASTS = timedelta(minutes=15)
BROKEN_OFF = timedelta(minutes=3)
"""Longer than the calls may take that follow when somebody comes back."""
KEPT = timedelta(hours=12)
"""So long a lapsed link is told apart from one that never was."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of it, for the page. `kind`: an outcome of `Consent`, or unknown_link | used | expired.

    `found` is who had logged in: said on the page alone, since it may be somebody's own account.
    """

    kind: str
    account: str = ""
    agency: str = ""
    channel: str = ""
    found: str = ""
    mode: str = ""


@dataclass(frozen=True)
class ConnectedNow(View):
    """The room hears that the account is connected, by whom, and what leaves now."""

    account: str
    agency: str
    channel: str
    by: str
    mode: str
    waiting: int


@dataclass(frozen=True)
class NotConnected(View):
    """The room hears why it is not, and how to go on."""

    account: str
    agency: str
    code: str
    channel: str
    by: str
    why: str

    def presses(self) -> Mapping[str, Press]:
        return {"again": Say(f"/hubungkan-akun {self.code} {self.channel}")}


@dataclass(frozen=True, slots=True)
class _Came:
    """Somebody came back with a state that was good, and is used up now."""

    consent: Consent
    account: Account
    official: Official


def callback(services: Services, channel: str) -> str:
    """The address to come back to: it must be entered at the channel, letter by letter."""
    return f"{services.public_url.rstrip('/')}/hubungkan/{channel}"


async def begin(context: Context, account: Registered, channel: Consenting, *, writes: bool) -> str:
    """The link on which whoever holds the account lets us in; good for `LASTS`, once."""
    services, official = context.services, context.standing.official_id
    assert official is not None
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    row = Consent(
        account_id=account.id, state_key=_hash(state), writes=writes, asked_by=official,
        verifier=services.vault.seal(account.id, {"verifier": verifier}), platform=context.room.platform,
        room=context.room.key, made_at=context.now, expires_at=context.now + LASTS,
    )  # fmt: skip
    await services.store.write(_ask, row, hand(context))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return channel.consent_url(state, challenge, callback(services, account.channel), writes=writes)


async def finish(services: Services, channel: str, state: str, code: str) -> Ending:
    """Somebody came back from the channel; without a code they have not let us in. Never raises for junk."""
    there = services.channels.get(channel)
    if not isinstance(there, Consenting) or not state:
        return Ending("unknown_link")
    why = await services.store.read(_look, _hash(state), channel, services.clock())
    if why:
        return Ending(why)
    came = await services.store.write(_use, _hash(state), channel, services.clock())
    if isinstance(came, str):
        return Ending(came)
    registry = await services.registry.current()
    agency = registry.by_id(came.account.agency_id).label
    ending = Ending("denied", came.account.handle, agency, channel)
    if not await services.store.read(_may, came, registry):
        ending = _as(ending, "no_right")
    elif code:
        ending = await _let_in(services, there, came, code, ending)
    await _tell(services, came, ending)
    return ending


async def _let_in(services: Services, channel: Consenting, came: _Came, code: str, ending: Ending) -> Ending:
    """Ask for the tokens, look whose they are, keep them; or have them forgotten."""
    account_id, sealed = came.consent.account_id, came.consent.verifier
    verifier = services.vault.open(account_id, sealed or b"")["verifier"]
    try:
        granted = await channel.redeem(code, verifier, callback(services, ending.channel))
    except DeliveryError as error:
        return _as(ending, "disconnected" if isinstance(error, Refused) else "unknown")
    kept = _as(ending, "unknown")
    try:
        kept = await _keep(services, came, granted, ending)
    except DeliveryError as error:
        log.warning("account %s: nobody says who logged in: %s", account_id, error)
    except UserError:
        kept = _as(ending, "no_right")
    if kept.kind != "connected":
        await _give_up(channel, granted, account_id)
    return kept


async def _keep(services: Services, came: _Came, granted: Granted, ending: Ending) -> Ending:
    account, channel = came.account, services.channels[came.account.channel]
    assert account.id is not None
    found_id, found = await channel.identify(
        PublicAccount(account.id, account.channel, account.handle, account.platform_id or "", granted.tokens)
    )
    if not is_it(_registered(account), found_id, found):
        return Ending("other_account", ending.account, ending.agency, ending.channel, found)
    mode = "api" if came.consent.writes else "manual"
    sealed = services.vault.seal(account.id, granted.tokens)
    await services.store.write(_kept, came, sealed, found_id, mode, granted, services.clock())
    return Ending("connected", ending.account, ending.agency, ending.channel, mode=mode)


async def _give_up(channel: Consenting, granted: Granted, account_id: int) -> None:
    """Tokens that nobody keeps are not to lie about at the channel either."""
    try:
        await channel.give_up(granted.tokens)
    except DeliveryError as error:
        log.warning("account %s: the channel did not forget tokens that nobody keeps: %s", account_id, error)


async def _tell(services: Services, came: _Came, ending: Ending) -> None:
    for number in await services.store.write(_end, came.consent.id, ending.kind, services.clock()):
        await services.notify(number)
    if ending.kind == "connected":
        await services.refresh(f"connection:{came.account.id}")
        for reply in await services.store.read(waiting_for, came.account.id or 0):
            await services.publish(reply)


async def consent_news(services: Services, args: Mapping[str, Any]) -> View | None:
    """What the room hears of it."""

    def read(session: Session) -> tuple[_Came, int]:
        row = session.get_one(Consent, args["consent"])
        return _came(session, row), len(waiting_for(session, row.account_id))

    came, waits = await services.store.read(read)
    node = (await services.registry.current()).by_id(came.account.agency_id)
    by, account, channel = came.official.shown, came.account.handle, came.account.channel
    if came.consent.outcome == "connected":
        return ConnectedNow(account, node.label, channel, by, came.account.mode, waits)
    return NotConnected(account, node.label, node.code, channel, by, came.consent.outcome)


def waits(session: Session, now: datetime) -> bool:
    """Whether there is a row that nobody will come back to any more."""
    open_rows = (col(Consent.outcome) == "") & (
        (col(Consent.used_at) < now - BROKEN_OFF) | (col(Consent.expires_at) < now - KEPT)
    )
    return session.exec(select(Consent.id).where(open_rows).limit(1)).first() is not None


def broken_off(session: Session, now: datetime) -> list[int]:
    """Those who came back to a process that died before it was done: they are told to begin again."""
    left = select(Consent).where(
        Consent.outcome == "", col(Consent.used_at).is_not(None), col(Consent.used_at) < now - BROKEN_OFF
    )
    told: list[int] = []
    for row in session.exec(left.with_for_update()).all():
        told += _end(session, row.id, "broken", now)
    return told


def forget(session: Session, now: datetime) -> None:
    """Let go of what nobody used in time."""
    lapsed = select(Consent).where(Consent.expires_at < now - KEPT, Consent.outcome == "")
    for row in session.exec(lapsed.where(col(Consent.used_at).is_(None))).all():
        session.delete(row)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


def _as(ending: Ending, kind: str) -> Ending:
    return Ending(kind, ending.account, ending.agency, ending.channel)


def _registered(account: Account) -> Registered:
    assert account.id is not None
    return Registered(
        account.id, account.agency_id, account.channel, account.handle, account.platform_id, account.verdict,
        account.mode, account.claimed_at.date(),
    )  # fmt: skip


def _ask(session: Session, row: Consent, by: Hand) -> None:
    session.add(row)
    record(session, by, "consent_asked", account=row.account_id, writes=row.writes)


def _state(row: Consent | None, account: Account | None, channel: str, now: datetime) -> str:
    """Why this row is not good, or nothing."""
    if row is None or account is None or account.channel != channel:
        return "unknown_link"
    if row.used_at is not None:
        return "used"
    return "expired" if row.expires_at <= now or row.verifier is None else ""


def _look(session: Session, key: str, channel: str, now: datetime) -> str:
    """Junk is told from what we asked for without writing anything."""
    row = session.exec(select(Consent).where(Consent.state_key == key)).first()
    return _state(row, session.get(Account, row.account_id) if row else None, channel, now)


def _use(session: Session, key: str, channel: str, now: datetime) -> _Came | str:
    """Use the row up: of two who come at once, one gets it."""
    row = session.exec(select(Consent).where(Consent.state_key == key).with_for_update()).first()
    why = _state(row, session.get(Account, row.account_id) if row else None, channel, now)
    if why or row is None:
        return why
    came = _came(session, Consent(**row.model_dump()))
    row.used_at, row.verifier = now, None
    return came


def _came(session: Session, row: Consent) -> _Came:
    return _Came(row, session.get_one(Account, row.account_id), session.get_one(Official, row.asked_by))


def _may(session: Session, came: _Came, registry: Registry) -> bool:
    """Whether whoever asked may still do so: a quarter of an hour is time enough to lose an office."""
    row, who = came.consent, came.official
    stands = standing(session, Room(row.platform, row.room), Person(who.platform, who.key))
    right = stands.holds(Right.CONNECT, came.account.agency_id, registry)
    return right and came.account.verdict == OFFICIAL


def _kept(
    session: Session,
    came: _Came,
    sealed: bytes,
    platform_id: str,
    mode: str,
    granted: Granted,
    now: datetime,
) -> None:
    who, account_id = came.official, came.consent.account_id
    room = Room(came.consent.platform, came.consent.room)
    by = Hand(Person(who.platform, who.key).address, room.address, now, who.id)
    keep(session, by, account_id, sealed, platform_id, mode, ends_at(granted, now))
    cursors.retry(session, account_id, now)  # what it had to wait for before is past
    _end(session, came.consent.id, "connected", now)


def _end(session: Session, number: int | None, outcome: str, now: datetime) -> list[int]:
    """Note how it ended, and have the room told in the same transaction; its notices, whenever they were put."""
    row = session.get_one(Consent, number)
    row.outcome = row.outcome or outcome
    room, key = Room(row.platform, row.room), f"{KIND}:{row.id}"
    notices.put(session, [room], KIND, {"consent": row.id}, key, now)
    return notices.made(session, [room], key)
