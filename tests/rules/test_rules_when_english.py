"""How English-speaking clerks write days and times, and the order of numbers in their country."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from store.errors import Refused
from store.records.setting import Settings
from store.rules.promises import promises_in
from store.rules.when import find_due, is_past, parse_birthday, parse_day, parse_due, show_due

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
"""A Wednesday."""


def due(text: str, *, day_first: bool = True) -> str:
    found = parse_due(text, NOW, ZONE, day_first=day_first)
    if "T" not in found:
        return found
    return f"{datetime.fromisoformat(found).astimezone(ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weds", "2026-11-25"),
        ("next weds", "2026-11-25"),
        ("3 o'clock", "2026-11-18 15:00"),
        ("3 o’clock", "2026-11-18 15:00"),
        ("tomorrow at three o'clock", "2026-11-19 15:00"),
        ("9 o'clock", "2026-11-19 09:00"),
        ("half past 3", "2026-11-18 15:30"),
        ("half past three", "2026-11-18 15:30"),
        ("quarter to 4", "2026-11-18 15:45"),
        ("a quarter past 11", "2026-11-18 11:15"),
        ("tomorrow quarter to 7", "2026-11-19 06:45"),
        ("tomorrow quarter to 7 pm", "2026-11-19 18:45"),
        ("quarter to one", "2026-11-18 12:45"),
        ("ten past 4", "2026-11-18 16:10"),
        ("20 to 5", "2026-11-18 16:40"),
        ("fri half past 2", "2026-11-20 14:30"),
        ("monday week", "2026-11-30"),
        ("a week on tuesday", "2026-12-01"),
        ("Mon am", "2026-11-23 09:00"),
        ("tomorrow pm", "2026-11-19 15:00"),
        ("fri 10 am", "2026-11-20 10:00"),
        ("20 Nov pm", "2026-11-20 15:00"),
    ],
)
def test_days_and_times_as_they_are_said(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    "text", ["am", "pm", "half past", "half past 13", "quarter to", "70 past 3", "o'clock"]
)
def test_what_says_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        due(text)


@pytest.mark.parametrize(
    ("text", "in_britain", "in_america"),
    [
        ("4/12/2026 3pm", "2026-12-04 15:00", "2026-04-12 15:00"),
        ("4/12/26", "2026-12-04", "2026-04-12"),
        ("4/12", "2026-12-04", "2027-04-12"),
        ("25/12", "2026-12-25", "2026-12-25"),
        ("12/25", "2026-12-25", "2026-12-25"),
        ("4.12.2026", "2026-12-04", "2026-04-12"),
        ("2026-12-04", "2026-12-04", "2026-12-04"),
        ("12月4日", "2026-12-04", "2026-12-04"),
    ],
)
def test_numbers_are_read_in_the_order_of_the_country(text: str, in_britain: str, in_america: str) -> None:
    assert due(text) == in_britain
    assert due(text, day_first=False) == in_america


def test_the_order_belongs_to_the_country() -> None:
    assert {region: Settings(region=region).day_first for region in ("US", "GB", "AU", "DE", "CN", "TW")} == {
        "US": False, "GB": True, "AU": True, "DE": True, "CN": False, "TW": False,
    }  # fmt: skip


def test_what_the_program_shows_is_read_again_in_every_country() -> None:
    for day in ("2026-11-20", "2026-11-22", "2026-11-23"):
        shown = show_due(day, ZONE, NOW.date())
        assert due(shown) == day
    # In December both numbers could be the day.
    later = datetime(2026, 12, 1, 10, 0, tzinfo=ZONE)
    assert parse_due("Fri 12-04", later, ZONE, day_first=True) == "2026-12-04"


def test_days_and_promises_follow_the_country_too() -> None:
    assert parse_day("4/12/2026", NOW, ZONE, day_first=True).isoformat() == "2026-12-04"
    found = find_due("!4/12 call", NOW, ZONE, day_first=True)
    assert found is not None
    assert found[0] == "2026-12-04"
    (promise,) = promises_in("!4/12 call", NOW, ZONE, day_first=True)
    assert promise.due == "2026-12-04"
    (other,) = promises_in("!4/12 call", NOW, ZONE)
    assert other.due == "2027-04-12"


def test_what_is_over_is_known() -> None:
    assert is_past("2026-11-17", NOW, ZONE)
    assert not is_past("2026-11-18", NOW, ZONE)
    assert is_past("2026-11-18T09:00:00Z", NOW.astimezone(UTC), ZONE)
    assert not is_past("2026-11-18T10:00:00Z", NOW.astimezone(UTC), ZONE)


@pytest.mark.parametrize(
    ("text", "in_britain", "in_america"),
    [
        ("03/04/1971", (1971, 4, 3), (1971, 3, 4)),
        ("3/4", (None, 4, 3), (None, 3, 4)),
        ("25/12/1971", (1971, 12, 25), (1971, 12, 25)),
        ("12/25/1971", (1971, 12, 25), (1971, 12, 25)),
        ("1971-04-03", (1971, 4, 3), (1971, 4, 3)),
        ("04-03", (None, 4, 3), (None, 4, 3)),
    ],
)
def test_birthdays_follow_the_country(
    text: str, in_britain: tuple[int | None, int, int], in_america: tuple[int | None, int, int]
) -> None:
    for day_first, expected in ((True, in_britain), (False, in_america)):
        found = parse_birthday(text, day_first=day_first)
        assert (found.year, found.month, found.day) == expected
