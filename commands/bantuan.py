"""/bantuan: what this person may do here, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.names import canonical
from plugin.chat.rights import Right
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Overview(View):
    """The commands this person may use here; what each does stands in its help text."""

    whisper = True
    names: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {f"help_{name}": Say(f"/bantuan {name}") for name in self.names}


@dataclass(frozen=True)
class Explained(View):
    """One command. `usage` is its grammar."""

    whisper = True
    name: str
    usage: str


@command("bantuan", may=Right.ANY, at_once=True)
async def bantuan(context: Context, perintah: str = "") -> Overview | Explained:
    offered = {name: (right, usage) for name, right, usage in context.services.offered}
    name = canonical(perintah.lstrip("/"))
    if name in offered:
        return Explained(name, offered[name][1])
    allowed = tuple(n for n, (right, _) in offered.items() if context.standing.somewhere(right))
    return Overview(allowed)
