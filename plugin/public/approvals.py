"""Which channels have allowed a government to post by API, as far as the operator has it on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.public.port import PublicChannel


@dataclass(frozen=True, slots=True)
class Approvals:
    """The reference of each approval, by the channel's name."""

    on_record: Mapping[str, str] = field(default_factory=dict)

    def allow(self, channel: PublicChannel) -> bool:
        """Whether accounts may post there by API: its terms ask for no approval, or there is one."""
        return not channel.can.needs_approval or bool(self.on_record.get(channel.name))

    def missing(self, channels: Mapping[str, PublicChannel]) -> tuple[str, ...]:
        """The channels that ask for an approval which is not on record."""
        return tuple(name for name, channel in channels.items() if not self.allow(channel))
