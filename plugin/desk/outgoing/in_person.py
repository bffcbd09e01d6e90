"""An answer that a person has told the citizen: by telephone, at the counter, on a page that only they can write on.

Nothing shows that it was given but the word of a named person, on record. It stops the clock as a public one does.
"""

from __future__ import annotations

from datetime import tzinfo

from sqlmodel import Session

from plugin.desk.audit import Hand
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.sending import put_out
from plugin.public.values import PostRef
from plugin.store.tables import Reply

TOLD = "told:"
"""How the part of such an answer is called where others have the number of their post."""


def told(session: Session, by: Hand, reply: Reply, zone: tzinfo) -> None:
    """The citizen has been told what was confirmed. The row is ours, and confirmed in this transaction."""
    part = parts.upcoming(parts.of(session, reply.id))
    assert part is not None
    put_out(session, reply, part, PostRef(f"{TOLD}{reply.id}", ""), by.at, zone)
