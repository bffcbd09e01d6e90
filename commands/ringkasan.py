"""/ringkasan: the morning page, now."""

from __future__ import annotations

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.rhythm.digest import Page
from plugin.rhythm.page import page_about


@command("ringkasan", may=Right.LOOK, at_once=True)
async def ringkasan(context: Context) -> Page:
    return await page_about(context.services, context.registry, context.here)
