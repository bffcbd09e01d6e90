"""How the accounts on X are doing, in a few words that are safe to show: no tokens, no texts."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.x.trouble import Trouble, Wait
from plugin.clock import Clock
from plugin.public.values import PublicAccount

FORGET_AFTER = timedelta(minutes=30)
"""An account that is not asked about any more does not stay in trouble for ever."""


class Health:
    """The last trouble of each account, until its next success."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._troubles: dict[int, tuple[str, datetime]] = {}

    def note(self, account: PublicAccount, trouble: Trouble) -> Trouble:
        """Remember what is wrong, if it concerns more than one post; gives `trouble` back."""
        now = self._clock()
        phrase = trouble.phrase(account.handle)
        if phrase:
            until = trouble.until if isinstance(trouble, Wait) else now
            self._troubles.pop(account.id, None)
            self._troubles[account.id] = phrase, max(now, until) + FORGET_AFTER
        return trouble

    def well(self, account: PublicAccount) -> None:
        self._troubles.pop(account.id, None)

    def phrase(self) -> str:
        """`ok`, or the latest trouble and how many accounts have one besides."""
        now = self._clock()
        standing = [phrase for phrase, until in self._troubles.values() if until > now]
        if not standing:
            return "ok"
        others = len(standing) - 1
        return standing[-1] + (f" (and {others} more)" if others else "")
