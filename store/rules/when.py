"""Dates and times as people write them, in Chinese and English, told against a given `now` and the shop's zone.

The grammar is tables (`when_days`, `when_clocks`) over word lists (`when_words`). Where people differ: "next fri" is
the Friday of next week; a bare weekday is the next one and never today; "next week" and 下周 alone are today's weekday
one week on; 3点 and "at 3" are 15:00, while "03:00" is taken literally; 晚上12点 is the midnight that ends the day.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Generic, NamedTuple, TypedDict, TypeVar

from locales import N_, _
from store.errors import Refused
from store.rules.birthdays import parse_birthday
from store.rules.when_clocks import clock_rules, moment_rules
from store.rules.when_days import day_rules
from store.rules.when_rules import Clock, Here, Match, Rule, half_of
from store.rules.when_words import EN_WEEKDAYS, FOLD, ZH_WEEKDAYS, one_of

__all__ = [
    "days_late",
    "find_due",
    "is_past",
    "parse_birthday",
    "parse_day",
    "parse_due",
    "parse_moment",
    "show_due",
]

T = TypeVar("T")

EARLIEST, LATEST = 1900, 2200
"""Years outside are typing errors."""

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class _Flags(TypedDict):
    """What a rule says about a phrase; `strong` is a date inside a sentence, too."""

    strong: bool
    fixed: bool
    past: bool


class _Found(NamedTuple, Generic[T]):
    """What one rule read, and where that ends in the text."""

    match: Match
    value: T
    flags: _Flags
    end: int


@dataclass(frozen=True)
class _Phrase:
    """What stands at one place of a text: a day, a time of day, both, or a moment."""

    end: int
    day: date | None = None
    clock: Clock | None = None
    moment: datetime | None = None
    strong: bool = False
    fixed: bool = False
    past: bool = False


def parse_due(text: str, now: datetime, zone: tzinfo, *, day_first: bool = False) -> str:
    """When something is due: "2026-12-01" (a whole day) or "2026-12-01T07:00:00Z" (a UTC time).

    Only a text that names its year may lie in the past (the due of an old follow-up, corrected). `day_first` says how
    3/4 is read, here and in the functions below.

    Raises:
        Refused: it is no day or time, or one that is over.
    """
    here = Here(now.astimezone(zone), day_first=day_first)
    phrase = _whole(text, here)
    found = None if phrase is None else _resolved(phrase, here)
    if phrase is None or found is None:
        raise _not_understood(text)
    if phrase.past or (not phrase.fixed and _is_over(found, here)):
        raise Refused(_('"{text}" is in the past.').format(text=_short(text)))
    return _due_text(found, phrase)


def parse_moment(text: str, now: datetime, zone: tzinfo, *, day_first: bool = False) -> datetime:
    """When something happened, in UTC. A bare day means its 00:00; a day without a year is the last such day.

    Raises:
        Refused: it is no day or time.
    """
    here = Here(now.astimezone(zone), ahead=False, day_first=day_first)
    found = _understood(text, here)
    if not isinstance(found, datetime):
        found = datetime.combine(found, time(), zone)
    return found.astimezone(UTC).replace(microsecond=0)


def parse_day(text: str, now: datetime, zone: tzinfo, *, ahead: bool = True, day_first: bool = False) -> date:
    """A day of the shop's calendar; without a year the next such day, or with `ahead=False` the last one.

    Raises:
        Refused: it is no day.
    """
    found = _understood(text, Here(now.astimezone(zone), ahead=ahead, day_first=day_first))
    return found.astimezone(zone).date() if isinstance(found, datetime) else found


def find_due(
    text: str, now: datetime, zone: tzinfo, *, day_first: bool = False
) -> tuple[str, int, int] | None:
    """The first due inside a free text, as `parse_due` gives it, with the span it was read from.

    Words that are dates only by context (12.25, 20号, sat, 3点) count when the whole text is one, when a surer word
    stands with them (20号下午4点), or right behind an exclamation mark.
    """
    here = Here(now.astimezone(zone), day_first=day_first)
    folded = text.translate(FOLD)
    over = 0
    for start in _starts().finditer(folded):
        at = start.start()
        marked = folded[:at].endswith("!")
        phrase = _phrase(folded, at, here, in_sentence=True) if at >= over else None
        if phrase is None or not (phrase.strong or marked or phrase.end - at == len(folded.strip())):
            continue
        over = phrase.end
        found = None if phrase.past else _resolved(phrase, here)
        if found is not None and not _is_over(found, here) and not _told(phrase, found):
            return _due_text(found, phrase), at, phrase.end
    return None


def show_due(due: str, zone: tzinfo, today: date) -> str:
    """A due for a list, at most 16 cells wide: "today 15:00", "Fri 11-27", "2027-01-05 09:30".

    `parse_due` reads those that lie ahead again, in the language in which they were shown.
    """
    day, clock = _due_parts(due, zone)
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    away = (day - today).days
    if away in near:
        words = near[away]
    elif abs(away) < 7:
        words = f"{_(WEEKDAYS[day.weekday()])} {day:%m-%d}"
    else:
        words = day.isoformat()
    return f"{words} {clock:%H:%M}" if clock else words


def is_past(due: str, now: datetime, zone: tzinfo) -> bool:
    """Whether a due lies before now; a day, where it is over."""
    day, clock = _due_parts(due, zone)
    local = now.astimezone(zone)
    return day < local.date() or (
        clock is not None
        and datetime.combine(day, clock) < local.replace(tzinfo=None, second=0, microsecond=0)
    )


def days_late(due: str, now: datetime, zone: tzinfo) -> int:
    """How many days of the shop's calendar have passed since it was due; 0 on the day itself and before."""
    day, _clock = _due_parts(due, zone)
    return max(0, (now.astimezone(zone).date() - day).days)


def _due_parts(due: str, zone: tzinfo) -> tuple[date, time | None]:
    if "T" not in due:
        return date.fromisoformat(due), None
    local = datetime.fromisoformat(due).astimezone(zone)
    return local.date(), local.time()


def _understood(text: str, here: Here) -> date | datetime:
    phrase = _whole(text, here)
    found = None if phrase is None else _resolved(phrase, here)
    if found is None:
        raise _not_understood(text)
    return found


def _not_understood(text: str) -> Refused:
    sentence = _('"{text}" is not a day or time. Try 2026-12-01 15:00, tomorrow 3pm or +3d.')
    return Refused(sentence.format(text=_short(text)))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


@functools.cache
def _starts() -> re.Pattern[str]:
    """Where in a folded text a date may begin."""
    signs = "一二两三四五六七八九十半零〇大前昨今当明后来去本这下上周星礼过月年凌清早中正午傍晚夜刚现马立"
    signs += "春除元端重腊圣情妇儿教国劳双农阴旧古闰冬小平跨"
    return re.compile(rf"(?<![0-9])[0-9]|\+|(?<![a-z])[a-z]|[{signs}]")


@functools.cache
def _between() -> re.Pattern[str]:
    """What may stand between a day and a time: the T of ISO 8601, a blank, a comma."""
    return re.compile(r"t(?=\d)|[\s,、的在@]*")


@functools.cache
def _named_weekday() -> re.Pattern[str]:
    """A weekday beside a date, perhaps in brackets."""
    weekday = (
        rf"(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])|(?<![a-z])(?P<en>{one_of(EN_WEEKDAYS)})(?![0-9a-z])"
    )
    return re.compile(rf"[\s,]*[(\[]?(?:{weekday})[)\]]?[\s,]*")


@functools.cache
def _frame() -> re.Pattern[str]:
    """What may stand around a due: "by friday", 周五之前."""
    return re.compile(
        r"(?:(?:by|before|until|till|due|on|于|在|到|截至)\s*)?(.+?)\s*(?:之?内|(?:下班)?(?:之前|以前|前))?",
        re.DOTALL,
    )


def _whole(text: str, here: Here) -> _Phrase | None:
    """The phrase that the whole text is."""
    plain = text.translate(FOLD).strip(" \r\n.。!")
    framed = _frame().fullmatch(plain)
    for candidate in (plain, framed[1] if framed else ""):
        phrase = _phrase(candidate, 0, here, in_sentence=False)
        if phrase is not None and phrase.end == len(candidate):
            return phrase
    return None


def _phrase(text: str, at: int, here: Here, *, in_sentence: bool) -> _Phrase | None:
    """The longest phrase that begins at `at`."""
    clocks = clock_rules()
    moment = _longest(moment_rules(), text, at, here)
    day = _longest(day_rules(), text, at, here)
    named = _behind_its_weekday(text, at, here)
    if named and (day is None or named.end > day.end):
        day = named
    clock = _longest(clocks[:-2], text, at, here)
    found = []
    if moment:
        found.append(_Phrase(moment.end, moment=moment.value, **moment.flags))
    if day:
        day = day._replace(end=_behind_weekday(text, day))
        # A bare number behind a day is an hour ("tomorrow 3"), but not in a sentence (明天3件).
        clock_behind = _longest(clocks[:-1] if in_sentence else clocks, text, _gap(text, day.end), here)
        found.append(_day_and_clock(day, clock_behind))
    if clock:
        day_behind = _longest(day_rules(), text, _gap(text, clock.end), here)
        found.append(_day_and_clock(day_behind, clock) if day_behind else _clock_only(clock))
    return max(found, key=lambda phrase: phrase.end, default=None)


def _day_and_clock(day: _Found[date], clock: _Found[Clock] | None) -> _Phrase:
    half = half_of(day.match)
    flags = day.flags.copy()
    if clock is None:
        return _Phrase(day.end, day.value, Clock(half) if half else None, **flags)
    said = clock.value if clock.value.half or not half else clock.value._replace(half=half)
    flags["strong"] = day.flags["strong"] or clock.flags["strong"]
    return _Phrase(max(day.end, clock.end), day.value, said, **flags)


def _clock_only(clock: _Found[Clock]) -> _Phrase:
    return _Phrase(clock.end, clock=clock.value, **clock.flags)


def _longest(rules: Sequence[Rule[T]], text: str, at: int, here: Here) -> _Found[T] | None:
    """The rule that reads most of the text from `at` on, unless it reads what does not exist (2月30日)."""
    best: tuple[Rule[T], Match] | None = None
    for rule in rules:
        match = rule.compiled.match(text, at)
        if match and (best is None or match.end() > best[1].end()):
            best = rule, match
    if best is None:
        return None
    rule, match = best
    try:
        value = rule.read(match, here)
    except (ValueError, OverflowError):
        return None
    return _Found(
        match, value, {"strong": not rule.weak, "fixed": rule.fixed, "past": rule.past}, match.end()
    )


def _behind_weekday(text: str, day: _Found[date]) -> int:
    """Where the text goes on behind the weekday that people add to a date, when it is the right one: 11月25日(周三)."""
    match = _named_weekday().match(text, day.end)
    return match.end() if match and _weekday_of(match) == day.value.weekday() else day.end


def _behind_its_weekday(text: str, at: int, here: Here) -> _Found[date] | None:
    """A date behind its weekday, when that is the right one: "Fri 11-27", as `show_due` writes it."""
    match = _named_weekday().match(text, at)
    if match is None or match.end() == at:
        return None
    # "Fri 11-27" is what the program writes, in every country: with the month first where the weekday fits.
    for order in dict.fromkeys((False, here.day_first)):
        day = _longest(day_rules(), text, match.end(), replace(here, day_first=order))
        if day is not None and _weekday_of(match) == day.value.weekday():
            return day._replace(flags={**day.flags, "strong": True})
    return None


def _weekday_of(match: Match) -> int:
    return ZH_WEEKDAYS[match["zh"]] if match["zh"] else EN_WEEKDAYS[match["en"]]


def _gap(text: str, at: int) -> int:
    """Where the text goes on behind what may stand between a day and a time."""
    match = _between().match(text, at)
    return match.end() if match else at


def _resolved(phrase: _Phrase, here: Here) -> date | datetime | None:
    """The day, or the moment in the zone of `here`; None when there is no such time or nobody can mean it."""
    try:
        found = _combined(phrase, here)
        moment = found if isinstance(found, datetime) else datetime.combine(found, time(), here.now.tzinfo)
        return found if EARLIEST <= moment.astimezone(UTC).year <= LATEST else None
    except (ValueError, OverflowError):
        return None


def _combined(phrase: _Phrase, here: Here) -> date | datetime:
    if phrase.moment:
        return phrase.moment
    day, clock = phrase.day or here.today, phrase.clock
    if clock is None:
        return day
    moment = _local(day, clock, here)
    if here.ahead and day == here.today and _is_over(moment, here):
        if clock.hour is None:
            # "this morning", said at noon: some time today.
            return day
        if phrase.day is None:
            return _local(day + timedelta(days=1), clock, here)
    return moment


def _local(day: date, clock: Clock, here: Here) -> datetime:
    return (datetime.combine(day, time()) + clock.since_midnight()).replace(tzinfo=here.now.tzinfo)


def _told(phrase: _Phrase, found: date | datetime) -> bool:
    """Whether a part of today that is over by now was meant, as when somebody tells what happened this morning."""
    return phrase.clock is not None and not isinstance(found, datetime)


def _is_over(found: date | datetime, here: Here) -> bool:
    if isinstance(found, datetime):
        return found.astimezone(UTC) < here.now.astimezone(UTC).replace(second=0, microsecond=0)
    return found < here.today


def _due_text(found: date | datetime, phrase: _Phrase) -> str:
    if not isinstance(found, datetime):
        return found.isoformat()
    moment = found.astimezone(UTC)
    if phrase.moment and not phrase.fixed and (moment.second or moment.microsecond):
        # "in 2 hours" is told to the minute, and never too early.
        moment += timedelta(minutes=1)
        moment = moment.replace(second=0)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
