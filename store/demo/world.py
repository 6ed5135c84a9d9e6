"""The clock, the dice and the counters that all parts of a made-up shop share."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar

from store.demo.words import Words
from store.records.setting import Settings

T = TypeVar("T")

PAST_DAYS: Final = 760
"""How far back a made-up shop remembers: two years and a bit."""
FUTURE_DAYS: Final = 60


class World:
    """A made-up shop on one day. The same seed and day always give the same world.

    Attributes:
        roll: the next random number, at least 0 and below 1. Everything is made from it alone, as Python promises only
            this sequence to stay the same from version to version.
    """

    def __init__(self, seed: int, today: date, words: Words, settings: Settings) -> None:
        """Args: seed chooses the shop, today is the shop's day on which it is looked at."""
        self.words = words
        self.settings = settings
        self.today = today
        self.seed = seed
        # Not for secrets: a demo must come out the same each time.
        self.roll: Callable[[], float] = random.Random(f"{seed} {today}").random  # noqa: S311
        self._last_ids: dict[str, int] = {}
        days = [today + timedelta(days=FUTURE_DAYS - step) for step in range(FUTURE_DAYS + PAST_DAYS + 1)]
        self._midnights = [datetime.combine(day, time(), settings.zone).astimezone(UTC) for day in days]
        self.logins = tuple(login for login, _name, _role in words.staff)

    def pick(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[int(self.roll() * len(choices))]

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.roll() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def at(self, days_ago: int, minutes: int) -> datetime:
        """The UTC moment `minutes` after the shop's midnight, so many days ago (negative: ahead)."""
        return self._midnights[days_ago + FUTURE_DAYS] + timedelta(minutes=minutes)

    def opening_hours(self, days_ago: int) -> datetime:
        """Some moment of that day while the shop was open: half past nine to half past eight."""
        return self._midnights[days_ago + FUTURE_DAYS] + timedelta(seconds=34_200 + int(self.roll() * 39_600))

    def day(self, days_ago: int) -> date:
        """The shop's day so many days ago."""
        return self.today - timedelta(days=days_ago)

    def next_id(self, table: str) -> int:
        """The next id of a table, from 1."""
        found = self._last_ids.get(table, 0) + 1
        self._last_ids[table] = found
        return found
