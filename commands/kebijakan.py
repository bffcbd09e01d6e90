"""/kebijakan: how this government treats reporters without a name; its words are a template's."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.wording import View


@dataclass(frozen=True)
class Policy(View):
    """The policy, as the government has written it."""


@command("kebijakan", may=Right.ANY, at_once=True, rare=True)
async def kebijakan(context: Context) -> Policy:
    return Policy()
