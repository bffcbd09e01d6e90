"""The days on which the whole country rests: national holidays, and the joint leave that is decreed each year.

They come from the `holidays` library. It has two traps, and this file is where we step around them: joint leave
is a category of its own (`government`) that is left out unless asked for, and for years without a decree the
library goes on in silence with estimated feasts and no joint leave at all. So a year counts as decreed when the
library knows at least one day of joint leave in it: there has been one in every year since 2002, when joint
leave began; before that there was nothing to decree.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

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
    return dict(_indonesia()(years=year, categories=(category,), language="id"))


@cache
def _indonesia() -> Any:  # Any: a class of a library that is imported when it is needed
    """The library's class for Indonesia, without the two hundred other countries: half a second and 15 MB.

    Its package of countries imports them all; a bare package that has the same folder imports what is asked for.
    """
    spec = importlib.util.find_spec("holidays.countries")
    assert spec is not None
    bare = importlib.util.module_from_spec(spec)
    there = sys.modules.setdefault(spec.name, bare)
    try:
        return importlib.import_module(f"{spec.name}.indonesia").Indonesia
    finally:
        if there is bare:  # whoever asks for the package itself gets it whole
            sys.modules.pop(spec.name, None)
