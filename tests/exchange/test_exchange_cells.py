from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from store.errors import Refused
from store.exchange import cells
from store.exchange.addresses import compose
from store.exchange.safe_cells import is_formula, neutralised, restored
from store.records.kinds import Calendar, Channel, Gender

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-06-30 01:17:56.089000", datetime(2022, 6, 29, 17, 17, 56, 89000, UTC)),
        ("2022-06-30", datetime(2022, 6, 29, 16, tzinfo=UTC)),
        ("2022/6/30 9:05", datetime(2022, 6, 30, 1, 5, tzinfo=UTC)),
        ("2022年6月30日 下午3点05分", datetime(2022, 6, 30, 7, 5, tzinfo=UTC)),
        ("9/7/11", datetime(2011, 9, 6, 16, tzinfo=UTC)),
        ("12/31/2014 11:30 PM", datetime(2014, 12, 31, 15, 30, tzinfo=UTC)),
        ("20220630", datetime(2022, 6, 29, 16, tzinfo=UTC)),
        ("20220630123456", datetime(2022, 6, 30, 4, 34, 56, tzinfo=UTC)),
        ("2022-06-30T12:00:00Z", datetime(2022, 6, 30, 12, tzinfo=UTC)),
        ("2022-06-30T12:00:00+02:00", datetime(2022, 6, 30, 10, tzinfo=UTC)),
        ("44742.5", datetime(2022, 6, 30, 4, tzinfo=UTC)),
        ("２０２２－０６－３０", datetime(2022, 6, 29, 16, tzinfo=UTC)),
        ("1656549476", datetime(2022, 6, 30, 0, 37, 56, tzinfo=UTC)),
    ],
)
def test_times_as_programs_write_them(text: str, expected: datetime) -> None:
    assert cells.moment(text, SHANGHAI, today=TODAY) == expected


@pytest.mark.parametrize("text", ["", "明天", "2022-13-01", "31/31/2020", "2022-02-30", "12:30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is not a time"):
        cells.moment(text, SHANGHAI)


def test_the_order_of_day_and_month_is_told_from_the_column() -> None:
    assert cells.day_order(["3/4/2022", "14/4/2022"]) is True
    assert cells.day_order(["3/4/2022", "4/14/2022", "2022-05-20"]) is False
    assert cells.day_order(["3/4/2022", "4/5/2022"]) is None
    assert cells.day_order(["2022-05-20", ""]) is None
    assert cells.moment("3/4/2022", SHANGHAI, day_comes_first=True).astimezone(SHANGHAI).date() == date(
        2022, 4, 3
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1985-03-14", (1985, 3, 14)),
        ("3/14/1985", (1985, 3, 14)),
        ("1960/1/3", (1960, 1, 3)),
        ("19880229", (1988, 2, 29)),
        (" --04-22", (None, 4, 22)),
        ("04-22", (None, 4, 22)),
        ("4月22日", (None, 4, 22)),
        ("1988年3月5日", (1988, 3, 5)),
        ("5/6/71", (1971, 5, 6)),
        ("31234", (1985, 7, 6)),
        ("1985-03-14 00:00:00", (1985, 3, 14)),
    ],
)
def test_birthdays(text: str, expected: tuple[int | None, int, int]) -> None:
    found = cells.birthday(text, TODAY)

    assert found is not None
    assert (found.year, found.month, found.day) == expected
    assert found.calendar is Calendar.SOLAR


@pytest.mark.parametrize("text", ["", "00/0/0", "0/0/00", "0000-00-00", "1900-01-00", "0", "无"])
def test_the_ways_of_programs_to_say_that_there_is_no_date(text: str) -> None:
    assert cells.birthday(text, TODAY) is None


@pytest.mark.parametrize("text", ["1988-13-45", "2090-01-01", "不告诉你", "1988-02-30"])
def test_what_is_no_birthday(text: str) -> None:
    with pytest.raises(Refused):
        cells.birthday(text, TODAY)


def test_a_lunar_birthday() -> None:
    found = cells.birthday("农历八月十五", TODAY)

    assert found is not None
    assert (found.calendar, found.year, found.month, found.day) == (Calendar.LUNAR, None, 8, 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234", "1234"),
        ("￥88.00", "88"),
        ("12.50", "12.5"),
        ("0.0", "0"),
        ("100", "100"),
        ("金卡", "金卡"),
        ("-3", "-3"),
    ],
)
def test_numbers_of_points_and_balances(text: str, expected: str) -> None:
    assert cells.number_text(text) == expected


def test_words_for_enumerations() -> None:
    assert cells.gender("女") is Gender.FEMALE
    assert cells.gender("未指定") is Gender.UNKNOWN
    assert cells.member(Channel, "WeChat") is Channel.WECHAT
    assert cells.member(Channel, "douyin") is Channel.DOUYIN
    assert cells.member(Channel, "carrier pigeon") is None


@pytest.mark.parametrize("words", [["辣", "熟客"], ["a,b", "c"], ["x;y"], [], ["一"], ["a | b", "c"]])
def test_words_of_one_cell_come_back_as_they_were(words: list[str]) -> None:
    assert cells.split_words(cells.join_words(words)) == words


def test_words_are_separated_in_the_ways_of_other_programs() -> None:
    assert cells.split_words("* My Contacts ::: Exit") == ["* My Contacts", "Exit"]
    assert cells.split_words("客户;VIP，熟客、辣") == ["客户", "VIP", "熟客", "辣"]


def test_addresses_out_of_parts() -> None:
    assert (
        compose({"street1": "建国路88号", "city": "北京", "region": "北京", "zip": "100022"})
        == "北京建国路88号 100022"
    )
    assert compose({"street1": "1 Main St", "city": "Springfield", "region": "IL", "zip": "62701"}) == (
        "1 Main St, Springfield, IL 62701"
    )


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-2+3",
        "@SUM(1,2)",
        "\t=1+1",
        "\r=1+1",
        "＝1+1",
        " =1+1",
        "'=1+1",
        "\u3000@x",
        "=^_^=",
        "\ufeff=1",
        "+a",
    ],
)
def test_cells_that_would_be_run_are_neutralised_and_come_back(text: str) -> None:
    cell = neutralised(text)

    assert cell == "'" + text
    assert not is_formula(cell)
    assert restored(cell) == text


@pytest.mark.parametrize(
    "text",
    [
        "+8613800138000",
        "-50.00",
        "+1 (408) 881-4767",
        "-5%",
        "-",
        "+",
        "王芳",
        "'tis",
        "''",
        "O'Brien",
        "",
        "1=1",
    ],
)
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert neutralised(text) == text
    assert restored(text) == text
