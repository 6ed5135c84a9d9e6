"""The grammar of days: a table of patterns, each with the function that reads what it matched."""

from __future__ import annotations

import calendar
import functools
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from store.rules.when_festivals import festival_rules
from store.rules.when_rules import Here, Match, Rule
from store.rules.when_words import (
    DAY_UNITS,
    EN_DAYS,
    EN_MONTHS,
    EN_NUMBER,
    EN_WEEKDAYS,
    EN_WEEKDAYS_THAT_ARE_WORDS,
    HALF_UNITS,
    NUMBER,
    ZH_DAYS,
    ZH_SHORT_DAYS,
    ZH_WEEKDAYS,
    ZH_YEARS,
    number,
    one_of,
)


def _offset(here: Here, word: str, unit: str, sign: int = 1) -> date:
    name, size = DAY_UNITS[unit]
    if word == "半":
        if unit not in HALF_UNITS:
            raise ValueError(unit)
        name, size = HALF_UNITS[unit]
        word = "1"
    return here.today + relativedelta(**{name: sign * size * number(word)})  # type: ignore[arg-type]


def _weekday(here: Here, wanted: int) -> date:
    """The nearest such weekday, never today."""
    away = (wanted - here.today.weekday()) * here.sign % 7 or 7
    return here.today + timedelta(days=here.sign * away)


def _weekday_of_week(here: Here, wanted: int | None, weeks: int) -> date:
    """That day of the week `weeks` after this one (weeks begin on Monday); without one, today that many weeks later."""
    back = 0 if wanted is None else wanted - here.today.weekday()
    return here.today + timedelta(days=back + 7 * weeks)


def _this_weekday(here: Here, wanted: int) -> date:
    return here.today if here.today.weekday() == wanted else _weekday(here, wanted)


def _month_day(here: Here, month: int, day: str) -> date:
    """The nearest such day in a year that has it."""
    years = (here.today.year + here.sign * step for step in range(9))
    return here.nearest(_valid(year, month, day) for year in years)


def _day_of_month(here: Here, day: str) -> date:
    """The nearest such day in a month that has it."""
    firsts = (here.today.replace(day=1) + relativedelta(months=here.sign * step) for step in range(4))
    return here.nearest(_valid(first.year, first.month, day) for first in firsts)


def _valid(year: int, month: int, day: str) -> date | None:
    try:
        return _exact(year, month, day)
    except ValueError:
        return None


def _exact(year: int, month: int, day: str) -> date:
    """The date; `day` may be the beginning (初), middle (中) or end (底, 末) of the month."""
    part = {"初": 1, "中": 15, "底": 31, "末": 31}.get(day[:1])
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
    return date(year, month, number(day) if part is None else min(part, last))


def _other_month(here: Here, months: int, day: str) -> date:
    """A day of the month `months` after this one; without a day, today's."""
    if not day:
        return here.today + relativedelta(months=months)
    first = here.today.replace(day=1) + relativedelta(months=months)
    return _exact(first.year, first.month, day)


def _zh_year(here: Here, word: str) -> int:
    if word in ZH_YEARS:
        return here.today.year + ZH_YEARS[word]
    return int(word) if len(word) == 4 else 2000 + int(word)


def _in_order(here: Here, first: str, second: str) -> tuple[int, str]:
    """Month and day of 12/25: as the country has them, or in the only way they can be read."""
    day_first = int(first) > 12 if not here.day_first else int(second) <= 12
    return (int(second), first) if day_first else (int(first), second)


def _day_and_month(here: Here, first: str, second: str, year: str) -> date:
    """3/5/2027 and 3/5/27."""
    month, day = _in_order(here, first, second)
    return date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))


def _two_numbers(here: Here, first: str, second: str) -> date:
    month, day = _in_order(here, first, second)
    return _month_day(here, month, day)


def _named_month(match: Match, here: Here) -> date:
    month, year = EN_MONTHS[match["month"]], match["year"]
    return _exact(int(year), month, match["day"]) if year else _month_day(here, month, match["day"])


@functools.cache
def day_rules() -> tuple[Rule[date], ...]:
    """What names a day."""
    return (*_plain_days(), *_zh_days(), *_zh_months(), *_en_days(), *festival_rules())


def _plain_days() -> tuple[Rule[date], ...]:
    return (
        Rule(
            r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", lambda m, _: _exact(int(m[1]), int(m[3]), m[4]), fixed=True
        ),
        Rule(r"(\d{4})(\d\d)(\d\d)", lambda m, _: _exact(int(m[1]), int(m[2]), m[3]), weak=True, fixed=True),
        Rule(
            r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})",
            lambda m, h: _day_and_month(h, m[1], m[3], m[4]),
            fixed=True,
        ),
        Rule(
            r"(\d{1,2})/(\d{1,2})/(\d\d)",
            lambda m, h: _day_and_month(h, m[1], m[2], m[3]),
            weak=True,
            fixed=True,
        ),
        Rule(r"(\d{1,2})[-/.](\d{1,2})", lambda m, h: _two_numbers(h, m[1], m[2]), weak=True),
        Rule(
            r"\+\s?(\d{1,4})\s*(days?|weeks?|months?|years?|[dwmy])",
            lambda m, h: _offset(h, m[1], m[2] if len(m[2]) == 1 else m[2].rstrip("s")),
        ),
    )


def _zh_days() -> tuple[Rule[date], ...]:
    # Not 每周五, 一周三次: those are no dates.
    week = r"(?<![每各隔一二两三四五六七八九十几0-9])(?:周|星期|礼拜)"
    next_week, unit = r"(?:周|星期|礼拜)", r"(?P<unit>天|日|周|星期|礼拜|月|年)"
    weekday = r"(?P<day>[一二三四五六日天末]|[1-7](?![0-9次天个]))"
    count = rf"(?P<count>半|{NUMBER})个?"
    half = one_of(("晚上", "晚", "早上", "早"))
    return (
        Rule(one_of(ZH_DAYS), lambda m, h: h.today + timedelta(days=ZH_DAYS[m[0]])),
        Rule(
            rf"(?P<day>{one_of(ZH_SHORT_DAYS)})(?P<half>{half})",
            lambda m, h: h.today + timedelta(days=ZH_SHORT_DAYS[m["day"]]),
        ),
        Rule(rf"{week}{weekday}", lambda m, h: _weekday(h, ZH_WEEKDAYS[m["day"]])),
        Rule("周末", lambda _, h: _this_weekday(h, 5)),
        Rule(rf"[本这]个?{next_week}{weekday}", lambda m, h: _weekday_of_week(h, ZH_WEEKDAYS[m["day"]], 0)),
        Rule(
            rf"(?P<weeks>下+)个?{next_week}(?:的?{weekday})?",
            lambda m, h: _weekday_of_week(h, ZH_WEEKDAYS.get(m["day"] or ""), len(m["weeks"])),
        ),
        Rule(
            rf"(?P<weeks>上+)个?{next_week}(?:的?{weekday})?",
            lambda m, h: _weekday_of_week(h, ZH_WEEKDAYS.get(m["day"] or ""), -len(m["weeks"])),
            past=True,
        ),
        Rule(
            rf"过?{count}{unit}(?:以后|之后|后|以内|之内|内)", lambda m, h: _offset(h, m["count"], m["unit"])
        ),
        Rule(rf"过{count}{unit}", lambda m, h: _offset(h, m["count"], m["unit"]), weak=True),
        Rule(
            rf"{count}{unit}(?:以前|之前|前)", lambda m, h: _offset(h, m["count"], m["unit"], -1), past=True
        ),
    )


def _zh_months() -> tuple[Rule[date], ...]:
    day = rf"(?P<day>{NUMBER}(?:[号日]|(?=\s|$|[上下中晚早凌傍]))|初|中旬|底|末)"
    return (
        Rule(
            rf"(?P<months>下+)个?月的?(?:{day})?",
            lambda m, h: _other_month(h, len(m["months"]), (m["day"] or "").rstrip("号日")),
        ),
        Rule(rf"[本这]个?月的?{day}", lambda m, h: _other_month(h, 0, m["day"].rstrip("号日"))),
        Rule(
            rf"(?P<months>上+)个?月的?(?:{day})?",
            lambda m, h: _other_month(h, -len(m["months"]), (m["day"] or "").rstrip("号日")),
            past=True,
        ),
        Rule("月[底末]", lambda _, h: _other_month(h, 0, "底")),
        Rule("月初", lambda _, h: _day_of_month(h, "1")),
        Rule("年底", lambda _, h: h.today.replace(month=12, day=31)),
        Rule(rf"({NUMBER})[号日]", lambda m, h: _day_of_month(h, m[1]), weak=True),
        Rule(
            rf"(?P<month>{NUMBER})月份?{day}",
            lambda m, h: _month_day(h, number(m["month"]), m["day"].rstrip("号日")),
        ),
        Rule(
            rf"(?P<year>\d{{4}}|\d\d|[前去今本明来后])年(?P<month>{NUMBER})月份?{day}",
            lambda m, h: _exact(_zh_year(h, m["year"]), number(m["month"]), m["day"].rstrip("号日")),
            fixed=True,
        ),
    )


def _en_days() -> tuple[Rule[date], ...]:
    half = r"(?P<half>morning|afternoon|evening|night)"
    common = one_of(set(EN_WEEKDAYS) - set(EN_WEEKDAYS_THAT_ARE_WORDS))
    weekday = one_of(EN_WEEKDAYS)
    unit = r"(?P<unit>day|week|fortnight|month|year)s?"
    count = rf"(?P<count>{EN_NUMBER})\s*"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    month = rf"(?P<month>{one_of(EN_MONTHS)})\.?"
    year = r"(?:,?\s*(?P<year>\d{4})(?!:))?"
    return (
        Rule(one_of(EN_DAYS), lambda m, h: h.today + timedelta(days=EN_DAYS[m[0]])),
        Rule(rf"this {half}|to(?P<half2>night)", lambda _, h: h.today),
        Rule(common, lambda m, h: _weekday(h, EN_WEEKDAYS[m[0]])),
        Rule(weekday, lambda m, h: _weekday(h, EN_WEEKDAYS[m[0]]), weak=True),
        Rule(rf"on ({weekday})", lambda m, h: _weekday(h, EN_WEEKDAYS[m[1]])),
        Rule(rf"this ({weekday})", lambda m, h: _this_weekday(h, EN_WEEKDAYS[m[1]])),
        Rule(rf"next ({weekday})", lambda m, h: _weekday_of_week(h, EN_WEEKDAYS[m[1]], 1)),
        Rule(
            rf"last ({weekday})",
            lambda m, h: _weekday(Here(h.now, ahead=False), EN_WEEKDAYS[m[1]]),
            past=True,
        ),
        Rule(
            rf"({weekday}) week", lambda m, h: _weekday(h, EN_WEEKDAYS[m[1]]) + timedelta(days=7), weak=True
        ),
        Rule(rf"a week on ({weekday})", lambda m, h: _weekday(h, EN_WEEKDAYS[m[1]]) + timedelta(days=7)),
        Rule(rf"({weekday}) next week", lambda m, h: _weekday_of_week(h, EN_WEEKDAYS[m[1]], 1)),
        Rule("(?:the )?week after next", lambda _, h: _weekday_of_week(h, None, 2)),
        Rule("eow|(?:the )?end of (?:the |this )?week", lambda _, h: _this_weekday(h, 4)),
        Rule(rf"next {unit}", lambda m, h: _offset(h, "1", m["unit"])),
        Rule(rf"last {unit}", lambda m, h: _offset(h, "1", m["unit"], -1), past=True),
        Rule(
            rf"{count}{unit} (?:from now|later|from today)",
            lambda m, h: _offset(h, m["count"], m["unit"]),
        ),
        Rule(rf"in {count}{unit}", lambda m, h: _offset(h, m["count"], m["unit"])),
        Rule(rf"{count}{unit}", lambda m, h: _offset(h, m["count"], m["unit"]), weak=True),
        Rule(r"(\d{1,3})([dw])", lambda m, h: _offset(h, m[1], m[2]), weak=True),
        Rule(rf"{count}{unit} ago", lambda m, h: _offset(h, m["count"], m["unit"], -1), past=True),
        Rule(r"eom|(?:the )?end of (?:the |this )?month", lambda _, h: _other_month(h, 0, "底")),
        Rule(r"(?:the )?end of next month", lambda _, h: _other_month(h, 1, "底")),
        Rule(r"(?:the )?end of (?:the |this )?year", lambda _, h: h.today.replace(month=12, day=31)),
        Rule(r"(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)", lambda m, h: _day_of_month(h, m[1]), weak=True),
        Rule(rf"(?:the )?{day}(?: of)?[ -]?{month}{year}", _named_month),
        Rule(rf"{month}[ -]?(?:the )?{day}{year}", _named_month),
    )
