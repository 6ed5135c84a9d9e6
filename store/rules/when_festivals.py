"""The grammar of festivals and of days of the Chinese calendar: 春节前, 中秋, 腊月廿三, "before Christmas".

Before a festival means the day before it, for by then the thing is to be done; after it means the first day behind the
holidays that go with it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from store.rules.lunar import qingming, solar_day
from store.rules.when_rules import Here, Match, Rule
from store.rules.when_words import LUNAR_MONTHS, NUMBER, ZH_YEARS, number, one_of


@dataclass(frozen=True)
class Festival:
    """A festival: its day in our calendar or the lunar one (month 0: Qingming), and how long its holidays last."""

    month: int
    day: int
    lunar: bool = False
    holidays: int = 1

    def in_year(self, year: int) -> date | None:
        """Its day in that year, by the reckoning of its calendar."""
        if not self.month:
            return qingming(year)
        return solar_day(year, self.month, self.day) if self.lunar else date(year, self.month, self.day)


NEW_YEAR: Final = Festival(1, 1)
SPRING: Final = Festival(1, 1, lunar=True, holidays=7)
EVE: Final = Festival(12, 30, lunar=True, holidays=8)
LANTERNS: Final = Festival(1, 15, lunar=True)
QINGMING: Final = Festival(0, 0)
LABOUR: Final = Festival(5, 1, holidays=5)
DRAGON_BOAT: Final = Festival(5, 5, lunar=True)
MID_AUTUMN: Final = Festival(8, 15, lunar=True)
NATIONAL: Final = Festival(10, 1, holidays=7)
CHRISTMAS: Final = Festival(12, 25)

ZH_FESTIVALS: Final = {
    "元旦": NEW_YEAR, "元旦节": NEW_YEAR, "春节": SPRING, "过年": SPRING, "大年初一": SPRING, "农历新年": SPRING,
    "除夕": EVE, "年三十": EVE, "大年三十": EVE, "元宵": LANTERNS, "元宵节": LANTERNS, "清明": QINGMING,
    "清明节": QINGMING,
    "劳动节": LABOUR, "五一节": LABOUR, "端午": DRAGON_BOAT, "端午节": DRAGON_BOAT, "七夕": Festival(7, 7, lunar=True),
    "七夕节": Festival(7, 7, lunar=True), "中元节": Festival(7, 15, lunar=True), "中秋": MID_AUTUMN,
    "中秋节": MID_AUTUMN,
    "重阳": Festival(9, 9, lunar=True), "重阳节": Festival(9, 9, lunar=True), "腊八": Festival(12, 8, lunar=True),
    "腊八节": Festival(12, 8, lunar=True), "小年": Festival(12, 23, lunar=True), "国庆": NATIONAL, "国庆节": NATIONAL,
    "情人节": Festival(2, 14), "妇女节": Festival(3, 8), "儿童节": Festival(6, 1), "教师节": Festival(9, 10),
    "双十一": Festival(11, 11), "双11": Festival(11, 11), "双十二": Festival(12, 12), "双12": Festival(12, 12),
    "平安夜": Festival(12, 24), "圣诞": CHRISTMAS, "圣诞节": CHRISTMAS, "跨年": Festival(12, 31),
}  # fmt: skip
ZH_SHORT: Final = {"五一": LABOUR, "十一": NATIONAL, "六一": Festival(6, 1), "三八": Festival(3, 8)}
"""Festivals only where something of a festival stands behind: 五一前, not 五一点."""

EN_FESTIVALS: Final = {
    "new year": NEW_YEAR, "new year's day": NEW_YEAR, "new years day": NEW_YEAR, "new year's eve": Festival(12, 31),
    "new years eve": Festival(12, 31), "chinese new year": SPRING, "lunar new year": SPRING,
    "spring festival": SPRING, "chinese new year's eve": EVE, "lantern festival": LANTERNS, "qingming": QINGMING,
    "labour day": LABOUR, "labor day": LABOUR, "dragon boat": DRAGON_BOAT, "dragon boat festival": DRAGON_BOAT,
    "mid-autumn": MID_AUTUMN, "mid-autumn festival": MID_AUTUMN, "mid autumn festival": MID_AUTUMN,
    "national day": NATIONAL, "christmas": CHRISTMAS, "xmas": CHRISTMAS, "christmas day": CHRISTMAS,
    "christmas eve": Festival(12, 24), "valentine's day": Festival(2, 14), "valentines day": Festival(2, 14),
}  # fmt: skip

_AROUND = (
    rf"(?:(?P<before>(?:之前|以前|前)(?:一天)?)(?!\s*{NUMBER}天)|前(?P<days_before>{NUMBER})天"
    rf"|后(?P<days_after>{NUMBER})天|(?P<after>之后|以后|后)|当天|期间|那天)"
)


@functools.cache
def festival_rules() -> tuple[Rule[date], ...]:
    """What names a day by a festival or by the Chinese calendar."""
    year = r"(?:(?P<year>[今本明来后])年的?)?"
    month = rf"(?P<leap>闰)?(?P<month>{one_of(LUNAR_MONTHS)}|{NUMBER})月"
    day = r"(?P<day>初[一二三四五六七八九十]|[廿卅][一二三四五六七八九]?|[一二]?十[一二三四五六七八九]?)"
    traditional = rf"(?:(?:农历|阴历|旧历|古历){month}|(?P<leap2>闰)?(?P<month2>{one_of(LUNAR_MONTHS)})月)"
    early = rf"(?P<leap>闰)?(?P<month>{NUMBER})月(?P<day>初[一二三四五六七八九十]|廿[一二三四五六七八九]?)"
    english = r"(?:(?P<before>before|the day before) |(?P<after>after|the day after) )"
    return (
        Rule(
            rf"{year}(?P<name>{one_of(ZH_FESTIVALS)}){_AROUND}",
            lambda m, h: _festival(h, ZH_FESTIVALS[m["name"]], m),
        ),
        # Alone it may be no date: 中秋礼盒, 元宵三袋, a Christmas box.
        Rule(
            rf"{year}(?P<name>{one_of(ZH_FESTIVALS)})",
            lambda m, h: _festival(h, ZH_FESTIVALS[m["name"]], m),
            weak=True,
        ),
        Rule(
            rf"{year}(?P<name>{one_of(ZH_SHORT)})(?:{_AROUND}|(?=放假|假期|黄金周|小长假|促销|活动))",
            lambda m, h: _festival(h, ZH_SHORT[m["name"]], m),
        ),
        Rule(
            rf"{english}(?P<name>{one_of(EN_FESTIVALS)})",
            lambda m, h: _festival(h, EN_FESTIVALS[m["name"]], m),
        ),
        Rule(
            rf"(?P<name>{one_of(EN_FESTIVALS)})",
            lambda m, h: _festival(h, EN_FESTIVALS[m["name"]], m),
            weak=True,
        ),
        Rule(rf"{traditional}{day}(?:[日号])?", _lunar_date),
        Rule(early, _lunar_date),
    )


def _festival(here: Here, festival: Festival, match: Match) -> date:
    """The nearest day of the festival, or the one around it that is meant."""
    offset, groups = timedelta(), match.groupdict()
    if groups.get("before"):
        offset = timedelta(days=-1)
    elif groups.get("days_before"):
        offset = timedelta(days=-number(groups["days_before"]))
    elif groups.get("days_after"):
        offset = timedelta(days=number(groups["days_after"]))
    elif groups.get("after"):
        offset = timedelta(days=festival.holidays)
    if groups.get("year"):
        wanted = here.today.year + ZH_YEARS[groups["year"]]
        days = (festival.in_year(year) for year in (wanted, wanted - 1))
        return next(day for day in days if day is not None and day.year == wanted) + offset
    return here.nearest(day + offset if day else None for day in _each_year(here, festival))


def _each_year(here: Here, festival: Festival) -> Iterator[date | None]:
    """Its days, leading away from now. A lunar year begins and ends weeks after ours."""
    first = here.today.year - (here.sign > 0)
    return (festival.in_year(first + here.sign * step) for step in range(4))


def _lunar_date(match: Match, here: Here) -> date:
    groups = match.groupdict()
    word = groups.get("month") or groups.get("month2") or ""
    month = LUNAR_MONTHS.get(word) or number(word)
    leap = bool(groups.get("leap") or groups.get("leap2"))
    day = number(groups["day"].removeprefix("初"))
    first = here.today.year - (here.sign > 0)
    return here.nearest(solar_day(first + here.sign * step, month, day, leap=leap) for step in range(4))
