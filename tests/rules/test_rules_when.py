"""Dates and times as people write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import Refused
from store.rules.when import days_late, find_due, parse_day, parse_due, parse_moment, show_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""Wednesday, 10:00 in Shanghai."""

DUES = {
    "明天下午3点": "11-19 15:00",
    "明天下午三点半": "11-19 15:30",
    "后天": "11-20",
    "大后天上午10点": "11-21 10:00",
    "今晚8点": "11-18 20:00",
    "今天晚上八点一刻": "11-18 20:15",
    "下周五": "11-27",
    "下周五下午两点": "11-27 14:00",
    "下个星期三": "11-25",
    "本周日": "11-22",
    "这周五": "11-20",
    "周五": "11-20",
    "周三": "11-25",
    "下下周一": "11-30",
    "下周": "11-25",
    "周末": "11-21",
    "3天后": "11-21",
    "三天后": "11-21",
    "3天后下午3点": "11-21 15:00",
    "二十三天后": "12-11",
    "两周后": "12-02",
    "半个月后": "12-03",
    "半小时后": "11-18 10:30",
    "一个半小时后": "11-18 11:30",
    "2小时后": "11-18 12:00",
    "20分钟后": "11-18 10:20",
    "下个月5号": "12-05",
    "下月底": "12-31",
    "月底": "11-30",
    "12月25日": "12-25",
    "12月25号晚上7点": "12-25 19:00",
    "十二月二十五号": "12-25",
    "2027年1月5日": "2027-01-05",
    "明年3月1日": "2027-03-01",
    "1月5日": "2027-01-05",
    "2月29日": "2028-02-29",
    "星期六中午12点": "11-21 12:00",
    "礼拜天": "11-22",
    "週五下午3點": "11-20 15:00",
    "12.25": "12-25",
    "20号下午4点": "11-20 16:00",
    "5号": "12-05",
    "31号": "12-31",
    "周五前": "11-20",
    "明早9点": "11-19 09:00",
    "明天下午": "11-19 15:00",
    "下午": "11-18 15:00",
    "上午": "11-18",
    "3点": "11-18 15:00",
    "8点": "11-19 08:00",
    "晚上12点": "11-19 00:00",
    "凌晨2点": "11-19 02:00",
    "１２月２５日 １５：３０": "12-25 15:30",
    "tomorrow 3pm": "11-19 15:00",
    "Tomorrow at 3:30 p.m.": "11-19 15:30",
    "next fri 3pm": "11-27 15:00",
    "in 3 days": "11-21",
    "fri": "11-20",
    "by Friday": "11-20",
    "this friday": "11-20",
    "next week": "11-25",
    "2 weeks": "12-02",
    "two weeks from now": "12-02",
    "+3d": "11-21",
    "+2w": "12-02",
    "+1m": "12-18",
    "+2h": "11-18 12:00",
    "+30min": "11-18 10:30",
    "in 2 hours": "11-18 12:00",
    "half an hour": "11-18 10:30",
    "in a week": "11-25",
    "a month from now": "12-18",
    "dec 25 7pm": "12-25 19:00",
    "25 dec": "12-25",
    "25th of December, 2027": "2027-12-25",
    "December 25th at 7:30 pm": "12-25 19:30",
    "next month": "12-18",
    "end of month": "11-30",
    "monday 9am": "11-23 09:00",
    "tonight 8pm": "11-18 20:00",
    "at 8 tonight": "11-18 20:00",
    "this afternoon": "11-18 15:00",
    "tomorrow noon": "11-19 12:00",
    "12am tomorrow": "11-19 00:00",
    "12pm tomorrow": "11-19 12:00",
    "jan 5": "2027-01-05",
    "the 20th": "11-20",
    "day after tomorrow": "11-20",
    "1/5": "2027-01-05",
    "25/12": "12-25",
    "12/25/2026": "12-25",
    "2026-12-01": "12-01",
    "2026/12/1": "12-01",
    "20261201": "12-01",
    "2026-12-01 14:30": "12-01 14:30",
    "2026-12-01T14:30": "12-01 14:30",
    "2026-12-01T06:30:00Z": "12-01 14:30",
    "2026-12-01T06:30:00+00:00": "12-01 14:30",
    "Fri 11-27 15:00": "11-27 15:00",
    "周五 11-27 15:00": "11-27 15:00",
    "明天 15:00": "11-19 15:00",
    "2020-01-01": "2020-01-01",
    "14:30": "11-18 14:30",
    "9:30": "11-19 09:30",
    "today": "11-18",
    "今天内": "11-18",
    "周五下班前": "11-20",
    "月初": "12-01",
    "11月25日（周三）": "11-25",
    "2026年12月1日 星期二 15:00": "12-01 15:00",
    "明天周四下午两点": "11-19 14:00",
    "tuesday next week": "11-24",
    "end of the week": "11-20",
    "2d": "11-20",
    "friday, nov 27th at 3pm": "11-27 15:00",
    "截至周五": "11-20",
    "week after next": "12-02",
    "Monday, 30 November 2026": "11-30",
}


def local(words: str) -> str:
    """The due that "11-19 15:00" in Shanghai stands for."""
    day, _, clock = words.partition(" ")
    day = day if len(day) == 10 else f"2026-{day}"
    if not clock:
        return day
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(("text", "expected"), DUES.items())
def test_due_phrases_are_read(text: str, expected: str) -> None:
    assert parse_due(text, NOW, SHANGHAI) == local(expected)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "2月30日", "13月1日", "2026-02-30", "25:00", "10:75", "2026年11月31日",
     "9999年后", "半天后", "11月25日（周四）", "3", "0000-01-01",
     "明天3件", "周八", "9999-12-31", "!", "３", "tomorrow 2026-12-01", "\x1b[31m明天"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_due(text, NOW, SHANGHAI)
    assert "is not a day or time" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "text", ["昨天", "上周五", "3天前", "yesterday", "last week", "2 hours ago", "本周一", "today 9:00"]
)
def test_a_due_that_is_over_is_refused_as_such(text: str) -> None:
    with pytest.raises(Refused, match="is in the past"):
        parse_due(text, NOW, SHANGHAI)


def test_half_hours_are_never_told_too_early() -> None:
    assert parse_due("半小时后", NOW + timedelta(seconds=20), SHANGHAI) == "2026-11-18T02:31:00Z"


def test_the_day_is_the_shop_s_not_the_clock_s() -> None:
    late = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
    assert parse_due("明天", late, SHANGHAI) == "2026-11-20"
    assert parse_due("tomorrow", late, ZoneInfo("America/New_York")) == "2026-11-19"


MOMENTS = {
    "昨天下午3点": "11-17 15:00",
    "上周五": "11-13 00:00",
    "周五": "11-13 00:00",
    "12月25日": "2025-12-25 00:00",
    "20号": "2026-10-20 00:00",
    "3天前": "11-15 00:00",
    "2 hours ago": "11-18 08:00",
    "yesterday 9am": "11-17 09:00",
    "today 14:30": "11-18 14:30",
    "14:30": "11-18 14:30",
    "2024-05-01 08:30:15": "2024-05-01 08:30:15",
    "now": "11-18 10:00",
}


@pytest.mark.parametrize(("text", "expected"), MOMENTS.items())
def test_moments_without_a_year_lie_behind(text: str, expected: str) -> None:
    moment = parse_moment(text, NOW, SHANGHAI)
    assert moment.tzinfo is UTC
    assert f"{moment:%Y-%m-%dT%H:%M:%SZ}" == local(expected)


def test_days_are_read_in_the_direction_asked_for() -> None:
    assert parse_day("明天", NOW, SHANGHAI) == date(2026, 11, 19)
    assert parse_day("12月25日", NOW, SHANGHAI) == date(2026, 12, 25)
    assert parse_day("12月25日", NOW, SHANGHAI, ahead=False) == date(2025, 12, 25)
    assert parse_day("2026-11-18T20:00:00Z", NOW, SHANGHAI) == date(2026, 11, 19)


FOUND = {
    "明天下午3点给王芳打电话": ("11-19 15:00", "明天下午3点"),
    "给单雄信回访 下周五": ("11-27", "下周五"),
    "call bob tomorrow at 3pm about order 1234": ("11-19 15:00", "tomorrow at 3pm"),
    "！明天15点 回电报价": ("11-19 15:00", "明天15点"),
    "!12.25 寄样": ("12-25", "12.25"),
    "上周五说过，下周一回电": ("11-23", "下周一"),
    "回电 20号下午4点": ("11-20 16:00", "20号下午4点"),
    "他今天早上说3天后来拿货": ("11-21", "3天后"),
    "CALL Tomorrow.": ("11-19", "Tomorrow"),
    "12.25": ("12-25", "12.25"),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items())
def test_dues_are_found_in_sentences(text: str, expected: tuple[str, str]) -> None:
    found = find_due(text, NOW, SHANGHAI)
    assert found is not None
    due, start, end = found
    assert (due, text[start:end]) == (local(expected[0]), expected[1])


@pytest.mark.parametrize(
    "text",
    ["买3件红色童装", "王芳 13800138000 预存500", "周周来电", "价格12.25元", "每周五送货", "一周3次", "he sat down",
     "3号楼",     "我有3点意见", "order 20261201", "昨天来过", "", "T000045", "march on, may I", "比例 3:20"],
)  # fmt: skip
def test_sentences_without_a_due_give_nothing(text: str) -> None:
    assert find_due(text, NOW, SHANGHAI) is None


@pytest.mark.parametrize(
    ("due", "words", "late"),
    [
        ("2026-11-18", "today", 0),
        ("2026-11-18T07:00:00Z", "today 15:00", 0),
        ("2026-11-19T07:00:00Z", "tomorrow 15:00", 0),
        ("2026-11-20", "Fri 11-20", 0),
        ("2026-11-24T07:00:00Z", "Tue 11-24 15:00", 0),
        ("2026-11-25", "2026-11-25", 0),
        ("2027-01-05T01:30:00Z", "2027-01-05 09:30", 0),
        ("2026-11-17T07:00:00Z", "yesterday 15:00", 1),
        ("2026-11-13", "Fri 11-13", 5),
        ("2026-11-17T16:30:00Z", "today 00:30", 0),
    ],
)
def test_dues_are_shown_short(due: str, words: str, late: int) -> None:
    assert show_due(due, SHANGHAI, date(2026, 11, 18)) == words
    assert len(words) <= 16
    assert days_late(due, NOW, SHANGHAI) == late


ZONES = st.sampled_from([SHANGHAI, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")])
NOWS = st.datetimes(datetime(1971, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PIECES = st.sampled_from(
    [*DUES, *MOMENTS, *FOUND, "一", "两", "半", "个", "月", "下", "周", "点", "号", "日", "年", "后", "前", "3", "12",
     "31", "2026", "-", ":", "/", " ", "pm", "at", "in", "next", "+", "d", "的", "零", "〇", "００", "٣", "٣点",
     "\x00", "İ"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=6).map("".join))


@given(text=TEXTS, now=NOWS, zone=ZONES)
def test_nothing_but_refused_is_ever_raised(text: str, now: datetime, zone: ZoneInfo) -> None:
    for read in (parse_due, parse_moment, parse_day):
        with contextlib.suppress(Refused):
            read(text, now, zone)
    found = find_due(text, now, zone)
    if found is not None:
        due, start, end = found
        assert 0 <= start < end <= len(text)
        assert parse_due(due, now, zone) == due


RELATIVE = [
    text
    for text in DUES
    if not any(
        word in text
        for word in ("2026", "2020", "2027", "这周", "本周", "this", "today", "周四", "（", "11-27", "nov 27")
    )
]
"""Phrases that have a meaning on every day: no year, no weekday beside a date."""


@given(text=st.sampled_from(RELATIVE), now=NOWS, zone=ZONES)
def test_what_is_relative_never_lies_in_the_past(text: str, now: datetime, zone: ZoneInfo) -> None:
    try:
        due = parse_due(text, now, zone)
    except Refused as error:
        # "tonight 8pm", said at nine: told, never stored.
        assert "past" in error.message  # noqa: PT017
        return
    if "T" in due:
        assert datetime.fromisoformat(due) > now - timedelta(minutes=1)
    else:
        assert date.fromisoformat(due) >= now.astimezone(zone).date()


@given(now=NOWS, ahead=st.integers(-400, 4000), minute=st.integers(0, 1439), zone=ZONES)
def test_iso_dues_survive_a_round_trip(now: datetime, ahead: int, minute: int, zone: ZoneInfo) -> None:
    day = (now.astimezone(zone) + timedelta(days=ahead)).date()
    assert parse_due(day.isoformat(), now, zone) == day.isoformat()
    moment = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=UTC)
    due = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    assert parse_due(due, now, zone) == due
    assert parse_moment(due, now, zone) == moment


@given(now=NOWS, days=st.integers(0, 4000), minute=st.integers(0, 1439))
def test_what_is_shown_is_read_again(now: datetime, days: int, minute: int) -> None:
    today = now.astimezone(SHANGHAI).date()
    start = datetime(2000, 1, 1, tzinfo=UTC) - timedelta(hours=8)
    midnight = start + (today - date(2000, 1, 1)) + timedelta(days=days)
    for due in (
        f"{today + timedelta(days=days)}",
        f"{midnight + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}",
    ):
        shown = show_due(due, SHANGHAI, today)
        assert len(shown) <= 16
        try:
            assert parse_due(shown, now, SHANGHAI) == due
        except Refused as error:
            assert days == 0 and "past" in error.message  # noqa: PT017, PT018


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("春节", "2027-02-06"),
        ("春节前", "2027-02-05"),
        ("春节前三天", "2027-02-03"),
        ("春节后", "2027-02-13"),
        ("明年春节", "2027-02-06"),
        ("除夕", "2027-02-05"),
        ("中秋", "2027-09-15"),
        ("中秋节前", "2027-09-14"),
        ("腊月廿三", "2027-01-30"),
        ("腊月二十三", "2027-01-30"),
        ("小年", "2027-01-30"),
        ("正月十五", "2027-02-20"),
        ("农历八月十五", "2027-09-15"),
        ("八月初五", "2027-09-05"),
        ("十一月初一", "2026-12-09"),
        ("元旦", "2027-01-01"),
        ("元旦前", "2026-12-31"),
        ("清明", "2027-04-05"),
        ("端午", "2027-06-09"),
        ("国庆后", "2027-10-08"),
        ("十一前", "2027-09-30"),
        ("平安夜晚上8点", "2026-12-24T12:00:00Z"),
        ("正月初八上午10点", "2027-02-13T02:00:00Z"),
        ("before christmas", "2026-12-24"),
        ("Chinese New Year", "2027-02-06"),
        ("new year's eve 8pm", "2026-12-31T12:00:00Z"),
    ],
)
def test_festivals_and_days_of_the_chinese_calendar(phrase: str, due: str) -> None:
    assert parse_due(phrase, NOW, SHANGHAI) == due


@pytest.mark.parametrize(
    "text", ["中秋礼盒要十盒", "小年轻来了", "元宵三袋", "十一点半", "他是元老", "a christmas box"]
)
def test_a_festival_in_a_sentence_may_be_no_date(text: str) -> None:
    found = find_due(text, NOW, SHANGHAI)
    assert found is None or "T" in found[0]


def test_a_festival_that_is_over_this_year_is_refused_when_this_year_is_said() -> None:
    with pytest.raises(Refused):
        parse_due("今年中秋", NOW, SHANGHAI)
