"""X: where citizens name an agency's account and the agency answers under its own."""

from __future__ import annotations

from adapters.x.channel import XChannel, make_x
from adapters.x.consent import Client

__all__ = ["Client", "XChannel", "make_x"]
