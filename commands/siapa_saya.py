"""/siapa-saya: who you are to us, what you may do, and what this room sees."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.wording import View


@dataclass(frozen=True)
class Introduced(View):
    """`roles` are (role, agency) pairs; `key` is the platform's user id, to give to an administrator."""

    whisper = confidential = True
    name: str
    platform: str
    key: str
    roles: tuple[tuple[str, str], ...]
    room: str
    private: bool


@command("siapa-saya", may=Right.ANY, at_once=True)
async def siapa_saya(context: Context) -> Introduced:
    roles = tuple((h.role, context.registry.by_id(h.agency_id).label) for h in context.standing.held)
    node = context.node
    who = context.sender
    return Introduced(
        who.shown, who.platform, who.key, roles, node.name if node else "", context.room.private
    )
