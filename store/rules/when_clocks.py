"""The grammar of times of day and of moments: tables of patterns, each with the function that reads what it matched."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta

from store.rules.when_rules import Clock, Here, Match, Rule, half_of
from store.rules.when_words import (
    BEFORE_AND_AFTER_NOON,
    CLOCK_UNITS,
    EN_CLOCKS,
    EN_NUMBER,
    EN_NUMBERS,
    EN_PARTS,
    HALF_STARTS,
    HALVES,
    NUMBER,
    ZH_MINUTES,
    number,
    one_of,
)


def _clock_offset(here: Here, match: Match, sign: int = 1) -> datetime:
    groups = match.groupdict()
    size = CLOCK_UNITS[groups["unit"]]
    minutes = size / 2 if groups["count"] in ("半", "half an", "half a") else size * number(groups["count"])
    if groups.get("more"):
        minutes += size / 2
    return here.now + sign * timedelta(minutes=minutes)


def _around(match: Match, _here: Here) -> Clock:
    """Half past three, quarter to four: in the afternoon where the hour that is named would be."""
    hour, minute = number(match["hour"]), EN_PARTS.get(match["part"]) or number(match["part"])
    if match["side"] == "to":
        minute = 60 - minute
    if not 1 <= hour <= 12 or not 0 <= minute < 60:
        raise ValueError(match[0])
    half = half_of(match)
    before = (hour - 1 or 12) if match["side"] == "to" else hour
    if half or not 1 <= hour <= 6:
        return Clock(half, before, minute, 0)
    return Clock("pm", before, minute, 0)


@functools.cache
def clock_rules() -> tuple[Rule[Clock], ...]:
    """What names a time of day. The last two have a meaning only behind a day: "am" alone, and a bare hour."""
    half = rf"(?:(?P<half>{one_of(HALVES)})\s*(?:的|at )?\s*)"
    after = rf"(?:\s*(?P<half2>{one_of(word for word in HALVES if word.isascii())}))?"
    minutes = rf"(?:(?P<part>{one_of(ZH_MINUTES)})|(?P<minute>{NUMBER})分?)?"

    def spoken(match: Match, _here: Here) -> Clock:
        groups = match.groupdict()
        part = groups.get("part")
        minute = ZH_MINUTES[part] if part else number(groups.get("minute") or "")
        return Clock(half_of(match), number(match["hour"]), minute, 0, spoken=True)

    def written(match: Match, _here: Here) -> Clock:
        return Clock(half_of(match), int(match["hour"]), int(match["minute"]), int(match["second"] or 0))

    hour = rf"(?P<hour>{NUMBER}|零|〇)[点时]钟?{minutes}钟?"
    one_hour = rf"\d{{1,2}}|{one_of(set(EN_NUMBERS) - {'a', 'an'})}"
    parts = one_of(word for word, part in HALVES.items() if part in HALF_STARTS)
    colon = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    return (
        Rule(half + hour, spoken),
        Rule(hour, spoken, weak=True),
        Rule(f"{half}?{colon}{after}", written, weak=True),
        Rule(r"(?:at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>[ap]\.?m\.?)", spoken),
        Rule(rf"at (?P<hour>\d{{1,2}})(?:\s*o'?clock)?{after}", spoken, weak=True),
        Rule(
            rf"(?:at )?{one_of(EN_CLOCKS)}",
            lambda m, _: Clock("", EN_CLOCKS[m[0].removeprefix("at ")]),
            weak=True,
        ),
        Rule(rf"({parts})", lambda m, _: Clock(HALVES[m[1]]), weak=True),
        Rule(rf"(?:at )?(?P<hour>{one_hour})\s*o['’]? ?clock{after}", spoken, weak=True),
        Rule(
            rf"(?:at )?(?:a )?(?P<part>{one_of(EN_PARTS)}|\d{{1,2}}|{one_of(EN_NUMBERS)})(?: minutes?)? "
            rf"(?P<side>past|to) (?P<hour>{one_hour}){after}",
            _around,
            weak=True,
        ),
        Rule(one_of(BEFORE_AND_AFTER_NOON), lambda m, _: Clock(BEFORE_AND_AFTER_NOON[m[0]]), weak=True),
        Rule(rf"(?P<hour>\d{{1,2}})(?:\s*o'?clock)?{after}", spoken, weak=True),
    )


@functools.cache
def moment_rules() -> tuple[Rule[datetime], ...]:
    """What names a moment by itself."""
    zh_unit = r"(?P<unit>小时|钟头|刻钟|分钟)"
    zh_count = rf"(?P<count>半|{NUMBER})个?(?P<more>半)?个?"
    en_count = rf"(?P<count>half an?|{EN_NUMBER})\s*"
    en_unit = r"(?P<unit>hour|hr|h|minute|min)s?"
    return (
        Rule(
            r"(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s?(z|[+-]\d\d:?\d\d)",
            lambda m, _: _iso(m[1], m[2], m[3]),
            fixed=True,
        ),
        Rule("now|right now|现在|马上|立刻", lambda _, h: h.now, weak=True),
        Rule("刚才|刚刚|just now", lambda _, h: h.now, past=True),
        Rule(rf"过?{zh_count}{zh_unit}(?:以后|之后|后|以内|之内|内)", lambda m, h: _clock_offset(h, m)),
        Rule(rf"{zh_count}{zh_unit}(?:以前|之前|前)", lambda m, h: _clock_offset(h, m, -1), past=True),
        Rule(rf"in {en_count}{en_unit}", lambda m, h: _clock_offset(h, m)),
        Rule(rf"{en_count}{en_unit}(?: from now| later)", lambda m, h: _clock_offset(h, m)),
        Rule(rf"{en_count}{en_unit}", lambda m, h: _clock_offset(h, m), weak=True),
        Rule(rf"{en_count}{en_unit} ago", lambda m, h: _clock_offset(h, m, -1), past=True),
        Rule(rf"\+(?P<count>\d{{1,4}})\s*{en_unit}", lambda m, h: _clock_offset(h, m)),
    )


def _iso(day: str, clock: str, offset: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}{'+00:00' if offset == 'z' else offset}")
