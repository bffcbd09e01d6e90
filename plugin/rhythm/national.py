"""The days on which the whole country rests: national holidays, and the joint leave that is decreed each year.

They come from the `holidays` library. It has two traps, and this file is where we step around them: joint leave
is a category of its own (`government`) that is left out unless asked for, and for years without a decree the
library goes on in silence with estimated feasts and no joint leave at all. So a year counts as decreed when the
library knows at least one day of joint leave in it: there has been one in every year since 2002, when joint
leave began; before that there was nothing to decree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

FIRST_JOINT_LEAVE = 2002

Kind = Literal["weekend", "national", "joint", "local"]


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is no working day, and why: a weekend, a national day, joint leave, or a local decision."""

    day: date
    kind: Kind
    name: str


@cache
def national_days(year: int) -> Mapping[date, DayOff]:
    """The year's national days and joint leave, whatever day of the week they fall on."""
    joint, public = _known(year, "government"), _known(year, "public")
    return {day: DayOff(day, "joint", name) for day, name in joint.items()} | {
        day: DayOff(day, "national", name) for day, name in public.items()
    }


@cache
def decreed(year: int) -> bool:
    """Whether the library knows the decree on this year's joint leave."""
    return year < FIRST_JOINT_LEAVE or bool(_known(year, "government"))


def _known(year: int, category: str) -> dict[date, str]:
    from holidays import country_holidays  # a tenth of a second, which most commands need not spend

    return dict(country_holidays("ID", years=year, categories=(category,), language="id"))
