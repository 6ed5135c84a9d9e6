"""What the grammar of dates and times is made of: a place in time, a time of day, a pattern with its reading."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from store.rules.when_words import HALF_STARTS, HALVES

Match = re.Match[str]
T = TypeVar("T")


@dataclass(frozen=True)
class Here:
    """Where a phrase is spoken.

    Attributes:
        now: the local time, with its zone.
        ahead: whether a date without a year is the next one (a promise) or the last one (a purchase).
        day_first: whether 3/4 is the 3rd of April, where both can be meant.
    """

    now: datetime
    ahead: bool = True
    day_first: bool = False

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.date()

    @property
    def sign(self) -> int:
        """The direction in which dates are looked for."""
        return 1 if self.ahead else -1

    def nearest(self, days: Iterator[date | None]) -> date:
        """The first of `days` (which lead away from now, with gaps) that is today or lies in the direction meant.

        Raises:
            ValueError: there is none.
        """
        for day in days:
            if day is not None and (day - self.today).days * self.sign >= 0:
                return day
        raise ValueError


class Clock(NamedTuple):
    """A time of day, as said. Without an hour it is a part of the day.

    `spoken` marks hours said by a person (3点, at 3): 1 to 6 are those of the afternoon. "03:00" is taken literally.
    """

    half: str
    hour: int | None = None
    minute: int = 0
    second: int = 0
    spoken: bool = False

    def since_midnight(self) -> timedelta:
        """The time from the midnight before the day until then; from 24 hours on it is in the night after it.

        Raises:
            ValueError: no clock shows that.
        """
        if self.hour is None:
            return timedelta(hours=HALF_STARTS[self.half])
        if self.minute > 59 or self.second > 59 or self.hour * 60 + self.minute > 24 * 60:
            raise ValueError(self)
        return timedelta(hours=self._hour_of_day(), minutes=self.minute, seconds=self.second)

    def _hour_of_day(self) -> int:
        hour = self.hour or 0
        if hour > 12:
            return hour
        if self.half in ("dawn", "am", "morning"):
            return hour % 12
        if self.half == "evening":
            return hour + 12 if 5 <= hour <= 12 else hour + 24
        if self.half in ("pm", "afternoon") or (self.half == "noon" and hour < 10):
            return hour % 12 + 12
        return hour + 12 if self.spoken and not self.half and 1 <= hour <= 6 else hour


@dataclass(frozen=True)
class Rule(Generic[T]):
    """A pattern and its reading. A group `half` in a pattern of a day names the part of the day (今晚).

    Attributes:
        weak: it means a time only where one is expected, not inside a sentence ("12.25", "2 weeks").
        fixed: it names its year, so it may lie in the past.
        past: it always lies in the past.
    """

    pattern: str
    read: Callable[[Match, Here], T]
    weak: bool = False
    fixed: bool = False
    past: bool = False

    @functools.cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, not beginning or ending inside a number or an English word."""
        edge = "(?<![0-9a-z])|(?![0-9a-z])"
        # The T between the day and the time of ISO 8601 is no word.
        return re.compile(rf"(?:{edge}|(?<=\dt))(?:{self.pattern})(?:{edge}|(?=t\d\d:))", re.ASCII)


def half_of(match: Match) -> str:
    """The part of the day that the match names, or nothing."""
    groups = match.groupdict()
    word = groups.get("half") or groups.get("half2") or ""
    return HALVES[word] if word in HALVES else word.replace(".", "")
