"""Where a query matched: the field, the value as it was written, and the characters in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.lookup.keys import LEXICONS, Row
from store.lookup.match import Mark, customer_number
from store.lookup.mixed import fit, patterns_of
from store.lookup.name_words import name_tokens, spellings
from store.lookup.phones import search_digits
from store.lookup.query import Level, Probe, Term
from store.lookup.readings import readings_of
from store.lookup.segment import Segment
from store.phone_text import extension_of
from store.text import fold, fold_span

_NOT_HAN = re.compile("[^\u4e00-\u9fff]")


def mark_of(term: Term, column: str, segment: Segment, position: int, row: Row) -> Mark:
    """The place where `term` was found in `column` of one record."""
    if column == "number":
        number = customer_number(segment.ids[position])
        return Mark("number", number, 0, len(number))
    if column == "mixed":
        return _mixed_mark(term, row)
    if column in LEXICONS:
        return _reading_mark(term.letters, row, later=column == "inner")
    probes = [probe for probe in term.probes if probe.column == column]
    return _phone_mark(probes, row) if column == "phone" else _value_mark(probes[0], row)


def _values(column: str, row: Row) -> Iterator[tuple[str, str]]:
    """The values of a column with their fields."""
    if column == "name":
        yield "name", row.name
    elif column == "alias":
        yield from (("alias", alias) for alias in row.aliases)
        yield "call_as", row.call_as
    elif column == "company":
        yield "company", row.company
    elif column == "handle":
        yield from row.handles
    elif column == "external":
        yield from (("external_id", value) for value in row.externals)
    elif column == "tag":
        yield from (("tag", tag) for tag in row.tags)


def _find(level: Level, folded: str) -> int:
    """Where what was typed begins in `folded`; -1 when this level is not met."""
    at = f"\n{folded}\n".find(level.needle)
    if at < 0:
        return -1
    lead = 1 if level.how in {"exact", "start", "word"} else 0
    return at + lead - 1


def _value_mark(probe: Probe, row: Row) -> Mark:
    values = [(field, value, fold(value)) for field, value in _values(probe.column, row)]
    for level in probe.levels:
        for field, value, folded in values:
            at = _find(level, folded)
            if at >= 0:
                return Mark(field, value, *fold_span(value, at, at + len(probe.text)))
    return Mark(probe.column, "", 0, 0)


def _phone_mark(probes: list[Probe], row: Row) -> Mark:
    for rank in range(max(len(probe.levels) for probe in probes)):
        for probe in probes:
            digits = probe.text
            for phone in row.phones:
                plain, _ext = extension_of(phone)
                dialled = search_digits(plain)
                at = _find(probe.levels[rank], dialled) if rank < len(probe.levels) else -1
                if at >= 0:
                    return Mark("phone", phone, *_digit_span(plain, len(dialled) - at, len(digits)))
    return Mark("phone", row.phones[0] if row.phones else "", 0, 0)


def _digit_span(phone: str, from_end: int, count: int) -> tuple[int, int]:
    """The characters of `phone` that hold `count` digits beginning `from_end` digits before its end."""
    places = [index for index, character in enumerate(phone) if "0" <= character <= "9"]
    country = 2 if phone.startswith("+86") else 0
    first = max(country, len(places) - from_end)
    last = max(first, len(places) - from_end + count - 1)
    return places[first], places[min(last, len(places) - 1)] + 1


def _mixed_mark(term: Term, row: Row) -> Mark:
    for pattern in patterns_of(term.text if term.kind == "mixed" else term.letters):
        found = fit(pattern, row)
        if found:
            return _syllable_mark("pinyin", found.value, 0, found.syllables)
    return Mark("pinyin", row.name, 0, len(row.name))


def _reading_mark(letters: str, row: Row, *, later: bool) -> Mark:
    """What was typed as (the beginning of) a reading or its initials: from the first syllable, or from a later one."""
    values = [(row.name, row.person, row.reading)]
    values += [(alias, True, "") for alias in (*row.aliases, row.call_as) if alias]
    for value, surname, corrected in values:
        readings = readings_of(value, surname=surname, corrected=corrected)
        mark = _mark_in(letters, value, readings, 1 if later else None)
        if mark:
            return mark
    mark = _mark_in(letters, row.company, readings_of(row.company, surname=False), 0)
    return mark or Mark("pinyin", row.name, 0, len(row.name))


def _mark_in(
    letters: str, value: str, readings: tuple[tuple[str, ...], ...], later: int | None
) -> Mark | None:
    """The whole reading or initials before their beginnings; `later` is the syllable from which others count too."""
    starts = range(1) if later is None else range(later, max(map(len, readings), default=0))
    for whole in (True, False):
        for reading in readings:
            for start in starts:
                rest = reading[start:]
                count = _syllables_typed(letters, rest, whole=whole)
                if count:
                    return _syllable_mark("pinyin", value, start, count)
                initials = "".join([syllable[0] for syllable in rest])
                if initials == letters or (not whole and initials.startswith(letters)):
                    return _syllable_mark("initials", value, start, len(letters))
    return None


def _syllables_typed(letters: str, reading: tuple[str, ...], *, whole: bool) -> int:
    """How many syllables of `reading` the letters cover, the last perhaps in part; 0 when they do not fit."""
    for spelling in spellings(list(reading)):
        full = "".join(spelling)
        if full == letters or (not whole and full.startswith(letters)):
            covered = 0
            for count, syllable in enumerate(spelling, 1):
                covered += len(syllable)
                if covered >= len(letters):
                    return count
    return 0


def _syllable_mark(field: str, value: str, first: int, count: int) -> Mark:
    if len(value) >= first + count and not _NOT_HAN.search(value):
        return Mark(field, value, first, first + count)
    tokens = name_tokens(fold(value))[first : first + count]
    if not tokens:
        return Mark(field, value, 0, len(value))
    return Mark(field, value, *fold_span(value, tokens[0][0], tokens[-1][1]))
