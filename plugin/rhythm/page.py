"""The morning page about a node, made from everything it needs to know."""

from __future__ import annotations

from plugin.chat.context import Services
from plugin.desk.audit import mark
from plugin.desk.lists.queue import span_of
from plugin.registry.snapshot import Node, Registry
from plugin.registry.units import without_account
from plugin.rhythm.digest import Page, digest


async def page_about(services: Services, registry: Registry, node: Node, *, picture: bool = False) -> Page:
    """The page as of now: on request and in the morning the same; the picture takes longer than the words."""
    now, zone = services.clock(), services.zone
    missing, total = without_account(registry, node, now.astimezone(zone).date())
    span = span_of(registry, node)
    made = await services.store.survey(digest, span, now, zone, (len(missing), total))
    record = await services.store.read(mark) if registry.parent(node) is None else ""
    return Page(made, node.label, picture, node.code, record)
