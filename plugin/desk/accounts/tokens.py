"""An account's tokens whenever they are needed: opened, and renewed in time by one process alone.

A refresh token is good for one use, and whoever shows it again has the whole connection ended by the channel. So:
take the turn (commit) → ask → keep the new pair (commit) → only then use it. Where a process dies between the
channel's answer and the keeping, the pair is lost; the next turn hears that from the channel, and a person
connects the account again. As long as the channel says nothing clear, the same token may be shown again: if it
was used up, there is nothing left that this could end.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.clock import Clock
from plugin.desk.accounts import connected
from plugin.desk.accounts.connected import SOON, Held, Turn
from plugin.errands import Errands
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.public.port import Consenting, PublicChannel
from plugin.public.values import Granted, PublicAccount
from plugin.registry.vault import Vault
from plugin.store.store import Store
from plugin.store.tables import Account

log = logging.getLogger(__name__)

FIRST_PAUSE = 30.0
LONGEST_PAUSE = 900.0


class Tokens:
    """Opens what the vault holds, for one process; `owner` is its name in leases.

    `on_lost` is called when an account may have lost its connection: whoever must hear of it need not wait for the
    minute.
    """

    def __init__(
        self, store: Store, channels: Mapping[str, PublicChannel], vault: Vault, clock: Clock, *, owner: str
    ) -> None:
        self._store = store
        self._channels = channels
        self._vault = vault
        self._clock = clock
        self._owner = owner[:40]
        self._probing: set[int] = set()
        self._renewals = Errands()
        self.on_lost: Callable[[], Awaitable[None]] | None = None

    async def account(self, account_id: int) -> PublicAccount | None:
        """The account as its channel needs it now: without tokens where it has none, or lost them.

        Raises TryLater while its tokens have ended and nobody has new ones yet.
        """
        held = await self._store.read(connected.stored, account_id)
        if held is None:
            return None
        if held.probed(self._clock()):
            self._probing.add(account_id)
            return self._opened(replace(held, connection=None))
        if held.lost or not held.account.tokens or not held.ends_before(self._clock() + SOON):
            return self._opened(held)
        return await self._renewed(held)

    async def of(self, row: Account) -> PublicAccount:
        """The account of a row that is stored, as its channel needs it. Raises TryLater as `account` does."""
        assert row.id is not None
        account = await self.account(row.id)
        assert account is not None
        return account

    async def refused(self, account: PublicAccount) -> bool:
        """The channel does not take these tokens. Whether to try again soon: with new ones, or once more.

        A second refusal settles it: the account is lost, and somebody has to connect it again.
        """
        if not account.tokens:
            return False
        self._probing.discard(account.id)
        again = await self._store.write(connected.doubt, self._vault, account, self._clock())
        if not again:
            await self._tell()
        return again

    async def heard(self, account: PublicAccount) -> bool:
        """The channel took these tokens. Whether that is news: they were lost, and are good after all."""
        if account.id not in self._probing or not account.tokens:
            return False
        self._probing.discard(account.id)
        return await self._store.write(connected.found, account.id, self._clock())

    async def _renewed(self, held: Held) -> PublicAccount:
        account_id, channel = held.account.id, self._channels.get(held.account.channel)
        assert account_id is not None
        if not isinstance(channel, Consenting):
            return self._opened(held)
        owner = f"{self._owner}-{secrets.token_hex(8)}"
        turn = await self._store.write(connected.take_turn, account_id, owner, self._clock())
        if isinstance(turn, Held):
            return self._opened(turn)
        if isinstance(turn, float):
            return self._meanwhile(held, turn)
        # Once the channel has given new tokens the old ones are used up: whoever stops waits until they are kept.
        task: asyncio.Task[PublicAccount] = self._renewals.start(self._renew(channel, held, turn))
        return await asyncio.shield(task)

    async def stop(self, grace: float) -> None:
        """Let renewals that are under way end within `grace` seconds."""
        await self._renewals.stop(grace)

    async def _renew(self, channel: Consenting, held: Held, turn: Turn) -> PublicAccount:
        account_id = held.account.id
        assert account_id is not None
        try:
            granted = await channel.renew(self._open(turn.account))
        except Refused as refused:
            if refused.why != "disconnected":
                return await self._put_off(held, turn, refused, LONGEST_PAUSE)
            await self._store.write(connected.lose, turn, self._clock())
            await self._tell()
        except DeliveryError as error:
            pause = error.after if isinstance(error, TryLater) else FIRST_PAUSE * 2 ** min(turn.failures, 5)
            return await self._put_off(held, turn, error, min(pause, LONGEST_PAUSE))
        else:
            sealed = self._vault.seal(account_id, granted.tokens)
            await self._store.write(connected.keep, turn, sealed, ends_at(granted, self._clock()))
        found = await self._store.read(connected.stored, account_id)
        assert found is not None
        return self._opened(found)

    async def _tell(self) -> None:
        if self.on_lost is not None:
            await self.on_lost()

    async def _put_off(self, held: Held, turn: Turn, error: DeliveryError, pause: float) -> PublicAccount:
        log.warning("account %s: its tokens could not be renewed: %s", turn.account.id, error)
        await self._store.write(connected.wait, turn, self._clock() + timedelta(seconds=pause))
        return self._meanwhile(held, pause)

    def _meanwhile(self, held: Held, pause: float) -> PublicAccount:
        """The tokens that still hold for some minutes, while others are on their way."""
        if held.ends_before(self._clock()):
            raise TryLater(pause, "tokens are being renewed")
        return self._opened(held)

    def _opened(self, held: Held) -> PublicAccount:
        account = held.account
        assert account.id is not None
        tokens = {} if held.lost or not account.tokens else self._open(account)
        return PublicAccount(
            account.id, account.channel, account.handle, account.platform_id or "", tokens
        )  # fmt: skip

    def _open(self, account: Account) -> dict[str, str]:
        assert account.id is not None
        return self._vault.open(account.id, account.tokens or b"")


def ends_at(granted: Granted, now: datetime) -> datetime | None:
    """When these tokens end; None when they do not."""
    return now + timedelta(seconds=granted.lasts) if granted.lasts else None
