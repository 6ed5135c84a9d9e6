"""Days of the Chinese calendar, told in ours. Years 1900 to 2099; `borax` is imported for the first one asked for."""

from __future__ import annotations

import functools
from datetime import date
from typing import Final

FIRST, LAST = 1900, 2099
"""Years whose lunar months are known."""

QINGMING: Final = "qingming"
"""Not a day of a lunar month but of the sun's path: the fourth or fifth of April."""


@functools.lru_cache(512)
def solar_day(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The day on which that day of the lunar `year` falls; None outside the years that are known.

    The 30th of a month that has 29 days is its 29th, and a leap month that the year does not have is the ordinary one,
    as families keep such birthdays.
    """
    from borax.calendars.lunardate import LCalendars, LunarDate

    if not FIRST <= year <= LAST or not 1 <= month <= 12 or not 1 <= day <= 30:
        return None
    is_leap = int(leap and LCalendars.leap_month(year) == month)
    last = LCalendars.ndays(year, month, is_leap)
    found: date = LunarDate(year, month, min(day, last), is_leap).to_solar_date()
    return found


def nearest_lunar(today: date, month: int, day: int, *, leap: bool = False, sign: int = 1) -> date | None:
    """The next such lunar day from `today` on, or with `sign` -1 the last one until today."""
    for step in range(3):
        found = solar_day(today.year - (sign > 0) + sign * step, month, day, leap=leap)
        if found is not None and (found - today).days * sign >= 0:
            return found
    return None


@functools.lru_cache(256)
def qingming(year: int) -> date | None:
    """The day on which the graves are swept; None outside the years that are known."""
    from borax.calendars.lunardate import TermUtils

    if not FIRST < year <= LAST:
        return None
    found: date = TermUtils.day_start_from_term(year, "清明")
    return found
