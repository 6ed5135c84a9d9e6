"""Birthdays as people and member sheets write them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import Refused
from store.records.kinds import Calendar, DateKind
from store.rules.when import parse_birthday

SOLAR = {
    "1988-03-05": (1988, 3, 5),
    "1988/3/5": (1988, 3, 5),
    "1988.3.5": (1988, 3, 5),
    "19880305": (1988, 3, 5),
    "1988年3月5日": (1988, 3, 5),
    "１９８８年３月５号": (1988, 3, 5),
    "88年3月5日": (1988, 3, 5),
    "08年3月5日": (2008, 3, 5),
    "1988-03-05 00:00:00": (1988, 3, 5),
    "3月5日": (None, 3, 5),
    "三月五日": (None, 3, 5),
    "八月十五日": (None, 8, 15),
    "阳历八月十五": (None, 8, 15),
    "03-05": (None, 3, 5),
    "--03-05": (None, 3, 5),
    "--0305": (None, 3, 5),
    "0305": (None, 3, 5),
    "3/5": (None, 3, 5),
    "3/5/1988": (1988, 3, 5),
    "25/12/1988": (1988, 12, 25),
    "Mar 5, 1988": (1988, 3, 5),
    "5 March": (None, 3, 5),
    "May 5th": (None, 5, 5),
    "2月29日": (None, 2, 29),
}
LUNAR = {
    "农历八月十五": (None, 8, 15, False),
    "阴历8月15": (None, 8, 15, False),
    "(农历)8月15日": (None, 8, 15, False),
    "八月十五": (None, 8, 15, False),
    "腊月廿三": (None, 12, 23, False),
    "正月初一": (None, 1, 1, False),
    "冬月三十": (None, 11, 30, False),
    "闰六月初三": (None, 6, 3, True),
    "1990年农历闰五月初三": (1990, 5, 3, True),
    "农历1990年八月初二": (1990, 8, 2, False),
    "农历1990-8-2": (1990, 8, 2, False),
    "lunar 8-15": (None, 8, 15, False),
    "lunar 1990-08-15": (1990, 8, 15, False),
    "Lunar leap 6-3": (None, 6, 3, True),
}


@pytest.mark.parametrize(("text", "expected"), SOLAR.items())
def test_solar_birthdays(text: str, expected: tuple[int | None, int, int]) -> None:
    found = parse_birthday(text)
    assert (found.year, found.month, found.day) == expected
    assert (found.calendar, found.kind, found.leap) == (Calendar.SOLAR, DateKind.BIRTHDAY, False)


@pytest.mark.parametrize(("text", "expected"), LUNAR.items())
def test_lunar_birthdays(text: str, expected: tuple[int | None, int, int, bool]) -> None:
    found = parse_birthday(text)
    assert (found.year, found.month, found.day, found.leap) == expected
    assert found.calendar is Calendar.LUNAR


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "99",
        "2/30",
        "13-13",
        "1988-02-30",
        "1988-03",
        "3月",
        "2月30日",
        "农历八月三十一",
        "1789-07-14",
        "阳历闰六月初三",
        "今天",
    ],
)
def test_what_is_no_birthday_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is not a birthday"):
        parse_birthday(text)


@given(
    st.one_of(
        st.text(max_size=20),
        st.lists(st.sampled_from([*SOLAR, *LUNAR, "月", "日", "闰", "٣", "初", "-"])).map("".join),
    )
)
def test_nothing_but_refused_is_ever_raised(text: str) -> None:
    with contextlib.suppress(Refused):
        assert parse_birthday(text).problem() is None
