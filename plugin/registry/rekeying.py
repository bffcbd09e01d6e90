"""Every stored secret under the newest key, so that an older one can be retired."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from plugin.errors import OperatorError
from plugin.registry.vault import Vault
from plugin.store.tables import Account, Consent


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How many secrets were sealed anew, how many were already, and the accounts whose secret no key opens."""

    sealed: int
    before: int
    closed: tuple[int, ...]


def rekey(session: Session, vault: Vault) -> Rekeyed:
    """Seal anew whatever is not under the newest key. Rows stay locked meanwhile, so that none is written over.

    Asked again, it finds nothing to do.
    """
    accounts = session.exec(
        select(Account).where(col(Account.tokens).is_not(None)).order_by(col(Account.id)).with_for_update()
    ).all()
    consents = session.exec(
        select(Consent).where(col(Consent.verifier).is_not(None)).order_by(col(Consent.id)).with_for_update()
    ).all()
    sealed, before, closed = 0, 0, set[int]()
    for row, name, number in [
        *((a, "tokens", a.id or 0) for a in accounts), *((c, "verifier", c.account_id) for c in consents)
    ]:  # fmt: skip
        secret: bytes = getattr(row, name)
        if vault.is_newest(secret):
            before += 1
            continue
        try:
            setattr(row, name, vault.rotate(number, secret))
            sealed += 1
        except OperatorError:
            closed.add(number)
    return Rekeyed(sealed, before, tuple(sorted(closed)))
