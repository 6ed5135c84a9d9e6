"""Where a query matched: the field, the value as it was written, and the characters in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.lookup.keys import Row, name_tokens
from store.lookup.match import Mark, customer_number
from store.lookup.mixed import fits, patterns_of
from store.lookup.phones import search_digits
from store.lookup.query import MIXED, Level, Probe, Term
from store.lookup.readings import readings_of, table
from store.lookup.segment import Segment
from store.text import fold, fold_span

_NOT_HAN = re.compile("[^\u4e00-\u9fff]")


def mark_of(term: Term, column: str, segment: Segment, position: int, row: Row) -> Mark:
    """The place where `term` was found in `column` of one record."""
    if column == "number":
        number = customer_number(segment.ids[position])
        return Mark("number", number, 0, len(number))
    if column == "mixed":
        return _mixed_mark(term, segment, position)
    if column == "inner":
        return _inner_mark(term.letters, row)
    if column in MIXED:
        return _reading_mark(term.letters, segment.columns[column].value(position), row)
    probes = [probe for probe in term.probes if probe.column == column]
    return _phone_mark(probes, row) if column == "phone" else _value_mark(term.text, probes[0], row)


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


def _find(level: Level, length: int, folded: str) -> int:
    """Where the `length` characters that were typed begin in `folded`; -1 when this level is not met."""
    at = f"\n{folded}\n".find(level.needle)
    if at < 0:
        return -1
    lead = 1 if len(level.needle) > length and level.needle[0] in "\n " else 0
    return at + lead - 1


def _value_mark(text: str, probe: Probe, row: Row) -> Mark:
    values = [(field, value, fold(value)) for field, value in _values(probe.column, row)]
    for level in probe.levels:
        for field, value, folded in values:
            at = _find(level, len(text), folded)
            if at >= 0:
                return Mark(field, value, *fold_span(value, at, at + len(text)))
    return Mark(probe.column, "", 0, 0)


def _phone_mark(probes: list[Probe], row: Row) -> Mark:
    for rank in range(max(len(probe.levels) for probe in probes)):
        for probe in probes:
            digits = probe.levels[-1].needle
            for phone in row.phones:
                dialled = search_digits(phone)
                at = _find(probe.levels[rank], len(digits), dialled) if rank < len(probe.levels) else -1
                if at >= 0:
                    return Mark("phone", phone, *_digit_span(phone, len(dialled) - at, len(digits)))
    return Mark("phone", row.phones[0] if row.phones else "", 0, 0)


def _digit_span(phone: str, from_end: int, count: int) -> tuple[int, int]:
    """The characters of `phone` that hold `count` digits beginning `from_end` digits before its end."""
    places = [index for index, character in enumerate(phone) if "0" <= character <= "9"]
    country = 2 if phone.startswith("+86") else 0
    first = max(country, len(places) - from_end)
    last = max(first, len(places) - from_end + count - 1)
    return places[first], places[min(last, len(places) - 1)] + 1


def _mixed_mark(term: Term, segment: Segment, position: int) -> Mark:
    for column in MIXED:
        entries = segment.columns[column].value(position)
        for pattern in patterns_of(term.text if term.kind == "mixed" else term.letters):
            found = fits(pattern, entries, segment, position)
            if found:
                return _syllable_mark("pinyin", found[0], 0, found[1])
    name = segment.row(position).name
    return Mark("pinyin", name, 0, len(name))


def _reading_mark(letters: str, entries: str, row: Row) -> Mark:
    """What was typed as the beginning of a reading, or of its initials; a whole one before a beginning."""
    triples = iter(entries.split("\n"))
    found = None
    for full, initials, lengths in zip(triples, triples, triples, strict=False):
        if full.startswith(letters):
            place = ("pinyin", full, lengths, _count(len(letters), lengths))
        elif initials.startswith(letters):
            place = ("initials", full, lengths, len(letters))
        else:
            continue
        found = found or place
        if letters in {full, initials}:
            found = place
            break
    if not found:
        return Mark("pinyin", row.name, 0, len(row.name))
    field, full, lengths, count = found
    return _syllable_mark(field, _value_read(full, lengths, row), 0, count)


def _count(letters: int, lengths: str) -> int:
    """How many syllables of these lengths so many letters cover, the last perhaps in part."""
    covered = 0
    for count, length in enumerate(lengths, 1):
        covered += ord(length) - 48
        if covered >= letters:
            return count
    return len(lengths)


def _value_read(full: str, lengths: str, row: Row) -> str:
    """Which of the name, the aliases and the form of address has this reading."""
    for value in (row.name, *row.aliases, row.call_as):
        tokens = name_tokens(fold(value))
        if len(tokens) != len(lengths):
            continue
        at = 0
        for (_start, _end, token), length in zip(tokens, lengths, strict=True):
            syllable = full[at : at + ord(length) - 48]
            at += len(syllable)
            if not any(
                syllable[:1] == reading[:1] and syllable[-1:] == reading[-1:] for reading in table().of(token)
            ):
                break
        else:
            return value
    return row.name


def _inner_mark(letters: str, row: Row) -> Mark:
    values = [(row.name, row.person, row.reading)]
    values += [(alias, True, "") for alias in (*row.aliases, row.call_as) if alias]
    if row.company:
        values.append((row.company, False, ""))
    for value, surname, corrected in values:
        for reading in readings_of(value, surname=surname, corrected=corrected):
            for first in range(0 if value == row.company else 1, len(reading)):
                count = _syllables_typed(letters, reading[first:])
                if count:
                    return _syllable_mark("pinyin", value, first, count)
                if "".join([syllable[0] for syllable in reading[first:]]).startswith(letters):
                    return _syllable_mark("initials", value, first, len(letters))
    return Mark("pinyin", row.name, 0, len(row.name))


def _syllables_typed(letters: str, reading: tuple[str, ...]) -> int:
    """How many syllables of `reading` the letters cover, the last perhaps in part; 0 when they do not fit."""
    for umlaut in ("v", "u", "yu"):
        spelled = [
            syllable[0] + umlaut + syllable[2:] if syllable[:2] in {"lv", "nv"} else syllable
            for syllable in reading
        ]
        if "".join(spelled).startswith(letters):
            covered = 0
            for count, syllable in enumerate(spelled, 1):
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
