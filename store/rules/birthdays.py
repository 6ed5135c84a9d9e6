"""Birthdays as people and member sheets write them, in the solar or the lunar calendar, with or without a year."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from locales import _
from store.errors import Refused
from store.records.customer import ImportantDate
from store.records.kinds import Calendar
from store.rules.when_words import EN_MONTHS, FOLD, LUNAR_MONTHS, NUMBER, number, one_of

Match = re.Match[str]

LUNAR_WORDS = ("农历", "阴历", "旧历", "古历", "lunar")
SOLAR_WORDS = ("公历", "阳历", "新历", "solar")


def parse_birthday(text: str, *, day_first: bool = False) -> ImportantDate:
    """A birthday: 1988-03-05, 19880305, 88年3月5日, 03-05, --03-05, 3/5/1988, March 5; 农历八月十五, 闰六月初三.

    3/5/1988 is the 5th of March, as in the United States, with `day_first` the 3rd of May; where only one of them is a
    month, that. 八月十五 without 号 or 日 is lunar, as nobody writes a solar day so.

    Raises:
        Refused: it is no day of a year.
    """
    plain = " ".join(text.translate(FOLD).split())
    calendar = _calendar(plain)
    bare = _marks().sub("", plain).strip(" ,.:")
    found = None
    for pattern, read in _forms(day_first=day_first):
        match = re.fullmatch(pattern, bare, re.ASCII)
        if match:
            found = read(match)
            break
    if found is not None and (calendar or found.leap):
        found = ImportantDate(
            calendar=calendar or Calendar.LUNAR,
            year=found.year,
            month=found.month,
            day=found.day,
            leap=found.leap,
        )
    if found is None or found.problem() or (found.leap and found.calendar is Calendar.SOLAR):
        shown = text if len(text) <= 60 else text[:59] + "…"
        raise Refused(
            _('"{text}" is not a birthday. Try 1988-03-05, 03-05 or 农历八月十五.').format(text=shown)
        )
    return found


def _calendar(text: str) -> Calendar | None:
    """The calendar that the text names."""
    if any(word in text for word in LUNAR_WORDS):
        return Calendar.LUNAR
    return Calendar.SOLAR if any(word in text for word in SOLAR_WORDS) else None


@functools.cache
def _marks() -> re.Pattern[str]:
    """Words about the date, and the empty time that spreadsheets add."""
    words = one_of((*LUNAR_WORDS, *SOLAR_WORDS))
    return re.compile(rf"[(\[]?{words}[)\]]?|[ t]0{{1,2}}:00(?::00(?:\.0+)?)?z?$|生日?$|出生$")


def _date(
    year: str | None, month: int, day: int, *, lunar: bool = False, leap: bool = False
) -> ImportantDate:
    """A date; a year of two digits is one of 1930 to 2029."""
    full = None if not year else int(year)
    if full is not None and len(year or "") == 2:
        full += 1900 if full >= 30 else 2000
    return ImportantDate(
        calendar=Calendar.LUNAR if lunar else Calendar.SOLAR, year=full, month=month, day=day, leap=leap
    )


def _chinese(match: Match) -> ImportantDate:
    """八月十五, 3月5日, 闰六月初三, 腊月廿三."""
    word, day = match["month"], match["day"]
    month = LUNAR_MONTHS.get(word) or _number(word)
    # 日 and 号 belong to the solar calendar, 初 and 廿 to the lunar one.
    traditional = (
        word in LUNAR_MONTHS or day.startswith(("初", "廿", "卅")) or not (match["unit"] or day.isascii())
    )
    return _date(
        match["year"],
        month,
        _number(day.removeprefix("初")),
        lunar=traditional or bool(match["leap"]),
        leap=bool(match["leap"]),
    )


def _number(word: str) -> int:
    try:
        return number(word)
    except ValueError:
        return 0


@functools.cache
def _forms(*, day_first: bool) -> tuple[tuple[str, Callable[[Match], ImportantDate]], ...]:
    """The spellings, each with its reading."""
    months = rf"(?P<month>{one_of(EN_MONTHS)})\.?"
    ordinal = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    zh_month = rf"(?P<month>{NUMBER}|{one_of(LUNAR_MONTHS)})"
    zh_day = rf"(?P<day>初?{NUMBER}|[廿卅][一二三四五六七八九]?)(?P<unit>[日号])?"

    def named(match: Match) -> ImportantDate:
        return _date(match["year"], EN_MONTHS[match["month"]], int(match["day"]))

    def by_order(match: Match) -> ImportantDate:
        """Month and day in the order of the country, unless they can only be meant in the other."""
        first, second = int(match["first"]), int(match["second"])
        turned = second <= 12 if day_first else first > 12
        month, day = (second, first) if turned else (first, second)
        return _date(match.groupdict().get("year"), month, day)

    def plain(match: Match) -> ImportantDate:
        return _date(
            match["year"], int(match["month"]), int(match["day"]), leap=bool(match.groupdict().get("leap"))
        )

    return (
        (r"(?P<year>\d{4})(?P<sep>[-/.])(?:leap )?(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})", plain),
        (r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", plain),
        (r"(?P<year>)(?:--?)?(?P<month>\d\d)-?(?P<day>\d\d)", plain),
        (r"(?P<year>)(?P<leap>leap )(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", plain),
        (r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?:(?P=sep)(?P<year>\d{4}))?", by_order),
        (rf"(?:(?P<year>\d{{4}}|\d\d)年 ?)?(?P<leap>闰)?{zh_month}月(?:份 ?)? ?{zh_day}", _chinese),
        (rf"{ordinal}(?: of)?[ -]{months}(?:[ ,-]+(?P<year>\d{{4}}))?", named),
        (rf"{months}[ -]?{ordinal}(?:[ ,-]+(?P<year>\d{{4}}))?", named),
    )
