"""The ways things go wrong, sorted by who must act.

* TanggapError
  - UserError          the sender can put it right; its view says how (in `plugin.wording`)
  - OperatorError      the person who runs the program can put it right; its words stand in templates/cli
  - DeliveryError      a platform did not take what we sent
      TryLater         ... but may, after `after` seconds
      Refused          ... and will not, however often we ask
        RoomClosed     ... nor anything else in that room: we are out of it, or it is archived or gone
      Unknown          ... or perhaps it did: nobody can tell from here
"""

from __future__ import annotations

import traceback


class TanggapError(Exception):
    """Anything this application raises on purpose."""


class OperatorError(TanggapError):
    """The operator can mend this: `templates/cli/stopped.txt.j2` says how, for each `code`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class DeliveryError(TanggapError):
    """A platform did not take what we sent."""


class TryLater(DeliveryError):
    """The platform is busy; ask again after `after` seconds (its own figure where it names one)."""

    def __init__(self, after: float, why: str = "") -> None:
        super().__init__(f"try again in {after:g} s {why}".strip())
        self.after = after
        self.why = why


class Refused(DeliveryError):
    """The platform will never take this; `why` is its own code or sentence, without citizens' text."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RoomClosed(Refused):
    """The platform says clearly that this room takes nothing from us any more, whatever it is."""


class Unknown(DeliveryError):
    """The call ended without an answer (timeout, broken connection, 5xx): it may have had its effect."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or "no answer")
        self.why = why


def place_of(error: BaseException) -> str:
    """The kind of an error and where it rose, innermost first, for the log of a door.

    Never its words: a database error's hold what the citizen wrote. Of libraries only the innermost line is told.
    """
    frames = traceback.extract_tb(error.__traceback__)[::-1]
    told = frames[:1] + [frame for frame in frames[1:] if "site-packages" not in frame.filename]
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in told)
    return f"{type(error).__name__} at {where}" if where else type(error).__name__
