"""Days of the Chinese calendar."""

from __future__ import annotations

from datetime import date

import pytest

from store.rules.lunar import nearest_lunar, qingming, solar_day


@pytest.mark.parametrize(
    ("year", "month", "day", "leap", "solar"),
    [
        (2025, 1, 1, False, date(2025, 1, 29)),
        (2026, 1, 1, False, date(2026, 2, 17)),
        (2026, 8, 15, False, date(2026, 9, 25)),
        (2025, 6, 1, True, date(2025, 7, 25)),
        (2026, 6, 1, True, date(2026, 7, 14)),
        (1988, 12, 8, False, date(1989, 1, 15)),
    ],
)
def test_a_lunar_day(year: int, month: int, day: int, leap: bool, solar: date) -> None:
    assert solar_day(year, month, day, leap=leap) == solar


def test_the_thirtieth_of_a_short_month_is_its_last_day() -> None:
    for year in range(2020, 2040):
        eve, new_year = solar_day(year, 12, 30), solar_day(year + 1, 1, 1)
        assert eve is not None
        assert new_year is not None
        assert (new_year - eve).days == 1


def test_the_end_of_the_lunar_year_falls_into_the_next_one_of_ours() -> None:
    assert nearest_lunar(date(2027, 1, 20), 12, 23) == date(2027, 1, 30)
    assert nearest_lunar(date(2027, 1, 31), 12, 23) == date(2028, 1, 19)
    assert nearest_lunar(date(2026, 11, 18), 8, 15, sign=-1) == date(2026, 9, 25)


def test_outside_the_known_years_there_is_no_answer() -> None:
    assert solar_day(1800, 1, 1) is None
    assert solar_day(2500, 1, 1) is None
    assert qingming(1800) is None


def test_qingming_is_in_the_first_days_of_april() -> None:
    assert {(found.month, found.day) for year in range(2000, 2050) if (found := qingming(year))} <= {
        (4, 4),
        (4, 5),
    }
