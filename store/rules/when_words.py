"""Words of dates and times, Chinese and English, and the numbers written with them. The grammar is beside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

FOLD: Final = str.maketrans(
    {
        0x3000: " ",
        0xA0: " ",
        ord("\t"): " ",
        ord("週"): "周",
        ord("點"): "点",
        ord("時"): "时",
        ord("後"): "后",
    }
    | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {code: code + 0x20 for code in range(0x41, 0x5B)}
    | {code: code - 0xFEE0 + 0x20 for code in range(0xFF21, 0xFF3B)}
)
"""Full-width signs as their half-width selves, capitals as small letters: one character stays one character."""

ZH_DIGITS: Final = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
ZH_DIGITS.update({"七": 7, "八": 8, "九": 9})
ZH_TENS: Final = {"廿": "二十", "卅": "三十"}
EN_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip

NUMBER: Final = r"(?:(?<![0-9.])[0-9]{1,4}|(?<![一二两三四五六七八九十])[一二两三四五六七八九十]{1,3})"
"""A number in digits or Chinese characters, whole: "3天后" is not found inside "13天后"."""

EN_NUMBER: Final = (
    r"(?:(?<![\w.])[0-9]{1,4}|(?<!\w)(?:" + "|".join(sorted(EN_NUMBERS, key=len, reverse=True)) + r"))"
)

ZH_DAYS: Final = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "今儿": 0, "当天": 0, "明天": 1, "明日": 1,
    "明儿": 1, "后天": 2, "后日": 2, "大后天": 3,
}  # fmt: skip
ZH_SHORT_DAYS: Final = {"前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2}
"""Days that are so short only before a part of the day: 今晚, 明早."""
EN_DAYS: Final = {
    "today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "tomorow": 1, "tommorow": 1, "yesterday": -1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "eod": 0, "end of day": 0,
    "end of the day": 0,
    "the day before yesterday": -2, "day before yesterday": -2,
}  # fmt: skip

ZH_WEEKDAYS: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
ZH_WEEKDAYS.update({str(number + 1): number for number in range(7)})
EN_WEEKDAYS: Final = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "weds": 2, "wed": 2, "thursday": 3,
    "thurs": 3, "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6, "sun": 6,
    "weekend": 5,
}  # fmt: skip
EN_WEEKDAYS_THAT_ARE_WORDS: Final = ("wed", "weds", "sat", "sun", "mon", "weekend")
"""Weekdays that are not looked for inside a sentence: "he sat in the sun"."""

EN_MONTHS: Final = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10,
    "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
ZH_YEARS: Final = {"前": -2, "去": -1, "今": 0, "本": 0, "明": 1, "来": 1, "后": 2}

HALVES: Final = {
    "凌晨": "dawn", "清晨": "morning", "清早": "morning", "早上": "morning", "早晨": "morning", "上午": "morning",
    "早": "morning",
    "中午": "noon", "正午": "noon", "下午": "afternoon", "午后": "afternoon", "傍晚": "evening", "晚上": "evening",
    "晚间": "evening", "夜里": "evening", "夜晚": "evening", "晚": "evening",
    "in the morning": "morning", "morning": "morning", "in the afternoon": "afternoon", "afternoon": "afternoon",
    "in the evening": "evening", "evening": "evening", "at night": "evening", "night": "evening",
    "am": "am", "a.m.": "am", "pm": "pm", "p.m.": "pm",
}  # fmt: skip
HALF_STARTS: Final = {"dawn": 5, "morning": 9, "noon": 12, "afternoon": 15, "evening": 19}
"""The hour meant by a part of the day that is named without an hour."""
BEFORE_AND_AFTER_NOON: Final = {"am": "morning", "pm": "afternoon"}
"""What they mean right behind a day: Mon am."""
EN_CLOCKS: Final = {"noon": 12, "midday": 12, "midnight": 24}

EN_PARTS: Final = {"half": 30, "quarter": 15}
"""Parts of an hour: half past three."""

ZH_MINUTES: Final = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}

DAY_UNITS: Final = {
    "天": ("days", 1), "日": ("days", 1), "周": ("days", 7), "星期": ("days", 7), "礼拜": ("days", 7),
    "月": ("months", 1), "年": ("years", 1), "day": ("days", 1), "d": ("days", 1), "week": ("days", 7),
    "wk": ("days", 7), "w": ("days", 7), "fortnight": ("days", 14), "month": ("months", 1), "m": ("months", 1),
    "year": ("years", 1), "y": ("years", 1),
}  # fmt: skip
CLOCK_UNITS: Final = {
    "小时": 60, "钟头": 60, "刻钟": 15, "分钟": 1, "分": 1, "hour": 60, "hr": 60, "h": 60, "minute": 1, "min": 1,
}  # fmt: skip
HALF_UNITS: Final = {"月": ("days", 15), "年": ("months", 6)}
"""Half of a unit, as people count: 半个月后, 半年后."""

LUNAR_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}


def one_of(words: Iterable[str]) -> str:
    """A regular expression for one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


def number(word: str) -> int:
    """The number in digits, Chinese characters up to 99 or an English word; 0 for nothing.

    Raises:
        ValueError: it is no such number.
    """
    if not word:
        return 0
    if word in EN_NUMBERS:
        return EN_NUMBERS[word]
    if word.isascii() and word.isdigit():
        return int(word)
    for short, long in ZH_TENS.items():
        word = word.replace(short, long)
    tens, ten, ones = word.rpartition("十")
    if tens not in ("", *ZH_DIGITS) or ones not in ("", *ZH_DIGITS):
        raise ValueError(word)
    return (ZH_DIGITS.get(tens, 1) * 10 if ten else 0) + ZH_DIGITS.get(ones, 0)
