"""What a cell says: dates, times, numbers, words. Pure functions of its text."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from locales import _, language
from store.errors import Refused
from store.records.customer import ImportantDate
from store.records.kinds import DateKind, Gender
from store.records.labels import label

E = TypeVar("E", bound=StrEnum)

_NOTHING = frozenset({"", "null", "none", "nan", "n/a", "#n/a", "\\n", "-", "--", "/", "#value!", "#ref!"})
_EMPTY_DATE = re.compile(r"0+[-/.]0+[-/.]0+(?:\s.*)?|1900-01-00|0+|none|null|-+|无|未知|未填", re.IGNORECASE)
_TIME = (
    r"(?:[T\s]*(?P<half>上午|下午|中午|晚上|凌晨)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?)?[秒分]?\s*(?P<ampm>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?号?" + _TIME
)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})" + _TIME)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:\s?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2}))?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_NO_YEAR = re.compile(r"(?:--)?(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?号?|--(?P<mm>\d{2})(?P<dd>\d{2})")
_NO_YEAR_NUMBERS = re.compile(r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})")
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's own day count has no zone
_AMOUNT_NOISE = re.compile(r"[\s,，_￥¥$€£元分]")


def nothing(text: str) -> bool:
    """Whether the cell is empty, or says so in the way of databases."""
    return text.strip().casefold() in _NOTHING


def is_doubtful(text: str) -> bool:
    """Whether a date can be read with the day first or with the month first, as two different days."""
    match = _YEAR_LAST.match(text.strip()) or _NO_YEAR_NUMBERS.fullmatch(text.strip())
    return match is not None and max(int(match["a"]), int(match["b"])) <= 12 and match["a"] != match["b"]


def read_in_order(text: str, today: date, *, day_comes_first: bool) -> str:
    """A doubtful date as it is read: 1971-04-03, or 04-03 where no year is told."""
    if match := _YEAR_LAST.match(text.strip()):
        year, month, day = _day(match.groupdict(), day_comes_first=day_comes_first, today=today)
        return f"{year}-{month:02d}-{day:02d}"
    match = _NO_YEAR_NUMBERS.fullmatch(text.strip())
    first, second = (int(match["a"]), int(match["b"])) if match else (0, 0)
    return f"{second:02d}-{first:02d}" if day_comes_first else f"{first:02d}-{second:02d}"


def day_order(values: Iterable[str]) -> bool | None:
    """Whether dates such as 3/4/2022 put the day first; None where none of them can only be read in one way."""
    for value in values:
        match = _YEAR_LAST.match(value.strip()) or _NO_YEAR_NUMBERS.fullmatch(value.strip())
        if match is None:
            continue
        if int(match["a"]) > 12:
            return True
        if int(match["b"]) > 12:
            return False
    return None


def moment(text: str, zone: tzinfo, *, day_comes_first: bool = False, today: date | None = None) -> datetime:
    """The UTC moment that a cell tells, in the shop's zone; a day alone is its beginning.

    Raises:
        Refused: it is no time.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        seconds = round(float(plain) * 86400)
        return (_EXCEL_DAY_ZERO + timedelta(seconds=seconds)).replace(tzinfo=zone).astimezone(UTC)
    if _EPOCH.fullmatch(plain):
        return datetime.fromtimestamp(int(plain) / (1000 if len(plain) == 13 else 1), UTC)
    match = _YEAR_FIRST.fullmatch(plain) or _YEAR_LAST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if match is None:
        raise Refused(_('"{text}" is not a time.').format(text=text))
    try:
        return _built(match.groupdict(), zone, day_comes_first=day_comes_first, today=today)
    except ValueError:
        raise Refused(_('"{text}" is not a time.').format(text=text)) from None


def _built(
    parts: dict[str, str | None], zone: tzinfo, *, day_comes_first: bool, today: date | None
) -> datetime:
    year, month, day = _day(parts, day_comes_first=day_comes_first, today=today)
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or parts.get("ampm") or "").casefold()
    if half[:1] in ("p", "下", "晚") and hour < 12:
        hour += 12
    elif half[:1] == "a" and hour == 12:
        hour = 0
    fraction = ((parts.get("fraction") or "") + "000000")[:6]
    clock = time(hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), int(fraction))
    found = datetime.combine(date(year, month, day), clock)
    offset = parts.get("offset")
    if offset:
        moment = datetime.fromisoformat(found.isoformat() + ("+00:00" if offset == "Z" else offset))
        return moment.astimezone(UTC)
    return found.replace(tzinfo=zone).astimezone(UTC)


def _day(parts: dict[str, str | None], *, day_comes_first: bool, today: date | None) -> tuple[int, int, int]:
    year = int(parts["y"] or 0)
    if "a" in parts:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        turned = second <= 12 if day_comes_first else first > 12
        month, day = (second, first) if turned else (first, second)
        if year < 100:
            last = (today.year if today else 2069) % 100 + 1
            year += 2000 if year <= last else 1900
        return year, month, day
    return year, int(parts["m"] or 0), int(parts["d"] or 0)


def birthday(
    text: str, today: date, *, day_comes_first: bool = False, kind: DateKind = DateKind.BIRTHDAY
) -> ImportantDate | None:
    """The date that a cell tells, the year optional; nothing when it says "no date" (00/0/0, 0/0/00).

    Raises:
        Refused: it is no date.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or _EMPTY_DATE.fullmatch(plain):
        return None
    match = _YEAR_FIRST.fullmatch(plain) or _YEAR_LAST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    numbers, short = _NO_YEAR_NUMBERS.fullmatch(plain), _NO_YEAR.fullmatch(plain)
    if match:
        year, month, day = _day(match.groupdict(), day_comes_first=day_comes_first, today=today)
        found = ImportantDate(kind=kind, year=year, month=month, day=day)
    elif _SERIAL.fullmatch(plain):
        serial = (_EXCEL_DAY_ZERO + timedelta(days=int(float(plain)))).date()
        found = ImportantDate(kind=kind, year=serial.year, month=serial.month, day=serial.day)
    elif numbers:
        first, second = int(numbers["a"]), int(numbers["b"])
        turned = second <= 12 if day_comes_first else first > 12
        found = ImportantDate(kind=kind, month=second if turned else first, day=first if turned else second)
    elif short:
        found = ImportantDate(
            kind=kind, month=int(short["m"] or short["mm"]), day=int(short["d"] or short["dd"])
        )
    else:
        found = _spoken(plain, kind)
    problem = found.problem()
    if problem or (found.year or 0) > today.year:
        raise Refused(_('"{text}" is not a date.').format(text=text))
    return found


def _spoken(text: str, kind: DateKind) -> ImportantDate:
    """A date in words, lunar ones among them."""
    import msgspec

    from store.rules.when import parse_birthday

    return msgspec.structs.replace(parse_birthday(text), kind=kind)


def number_text(text: str) -> str:
    """A plain number for "1,234" or ￥88.00; anything else as it is."""
    plain = _AMOUNT_NOISE.sub("", unicodedata.normalize("NFKC", text))
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return text
    if not value.is_finite() or not re.fullmatch(r"[+-]?[\d.]+", plain):
        return text
    return format(value.normalize() + 0, "f")


_DECIMAL_COMMA = re.compile(r"[^\d.,]*-?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}[^\d.,]*")
_THOUSANDS_COMMA = re.compile(r".*,\d{3}(?!\d).*")
_COMPUTED = re.compile(r"-?\d+\.\d{4,}", re.ASCII)


def decimal_comma(values: Iterable[str]) -> bool:
    """Whether a column of amounts is written as in 1.234,50: some amounts can only be read so, and none otherwise."""
    found = [value.strip() for value in values]
    some = any(_DECIMAL_COMMA.fullmatch(value) for value in found)
    return some and not any(_THOUSANDS_COMMA.fullmatch(value) for value in found)


def is_decimal_comma(text: str) -> bool:
    """Whether the amount can only be read with a decimal comma: 12,5 or 1.234,50."""
    return bool(_DECIMAL_COMMA.fullmatch(text.strip()))


def is_computed(text: str) -> bool:
    """Whether a program and no person wrote the amount: with four places and more. Three may be thousands."""
    return bool(_COMPUTED.fullmatch(text.strip()))


def rounded(text: str, places: int) -> str:
    """A computed amount with that many places."""
    return str(Decimal(text.strip()).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


_GENDERS = {
    "男": Gender.MALE, "男性": Gender.MALE, "先生": Gender.MALE, "m": Gender.MALE, "male": Gender.MALE,
    "mr": Gender.MALE,
    "女": Gender.FEMALE, "女性": Gender.FEMALE, "女士": Gender.FEMALE, "小姐": Gender.FEMALE, "f": Gender.FEMALE,
    "female": Gender.FEMALE, "ms": Gender.FEMALE, "mrs": Gender.FEMALE,
}  # fmt: skip


def gender(text: str) -> Gender:
    """The gender a cell tells; unknown for everything else, such as 未指定."""
    plain = text.strip().casefold().rstrip(".")
    return _GENDERS.get(plain) or member(Gender, text) or Gender.UNKNOWN


def member(kind: type[E], text: str) -> E | None:
    """The member of an enumeration that is meant by its key or its word; None for everything else."""
    return _members(kind, language()).get(text.strip().casefold())


@functools.cache
def _members(kind: type[E], spoken: str) -> dict[str, E]:
    """Members by key and by word, in the language that is spoken."""
    del spoken
    return {text: entry for entry in kind for text in (label(entry).casefold(), entry.value)}


_SEPARATORS = re.compile(r"\s*(?::::|[,，、;；|])\s*")


def split_words(text: str) -> list[str]:
    """The words of a cell that holds several: tags, other names. A cell of several lines has one a line."""
    parts = text.split("\n") if "\n" in text else _SEPARATORS.split(text)
    return [part.strip() for part in parts if part.strip()]


def join_words(words: Iterable[str]) -> str:
    """The cell from which `split_words` reads the same words."""
    found = list(words)
    if any(_SEPARATORS.search(word) for word in found):
        return "\n".join(found) + "\n"
    return "; ".join(found)
