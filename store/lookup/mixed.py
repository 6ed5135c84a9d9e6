"""Mixed spellings of a name: `zwei`, `liml`, `z伟`, `张w`. Each part is a character or the start of a syllable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from store.lookup.keys import Row
from store.lookup.lexicon import Lexicon
from store.lookup.name_words import name_tokens, spellings
from store.lookup.readings import TOKEN, readings_of, table
from store.text import fold

MOST_PARTS = 8
MOST_NEEDLES = 4
_NAME = re.compile("[\u4e00-\u9fff]{1,4}")
_DOUBLE_INITIALS = ("zh", "ch", "sh")


class Pattern(NamedTuple):
    """A spelling split into parts, and what must stand in a column for a name to fit: its initials, or more."""

    parts: tuple[str, ...]
    needle: str


@cache
def _syllables() -> frozenset[str]:
    found = {syllable for readings in table().sets for syllable in readings.split()}
    for syllable in list(found):
        if syllable[:2] in {"lv", "nv"}:
            found |= {syllable[0] + "u" + syllable[2:], syllable[0] + "yu" + syllable[2:]}
    return frozenset(found)


@cache
def _starts() -> frozenset[str]:
    return frozenset(syllable[:length] for syllable in _syllables() for length in range(1, len(syllable) + 1))


def _splits(letters: str) -> list[tuple[str, ...]]:
    """The ways to read `letters` as syllables, lone initials, and the start of a last syllable; fewest parts first."""
    found: list[tuple[str, ...]] = []

    def split(rest: str, parts: tuple[str, ...]) -> None:
        if rest in _starts():
            found.append((*parts, rest))
        if len(parts) + 1 >= MOST_PARTS:
            return
        for length in range(min(6, len(rest) - 1), 0, -1):
            part = rest[:length]
            initial = (length == 1 and part not in "aeiouv") or part in _DOUBLE_INITIALS
            if initial or part in _syllables():
                split(rest[length:], (*parts, part))

    split(letters, ())
    return sorted(found, key=len)


@lru_cache(maxsize=256)
def patterns_of(text: str) -> tuple[Pattern, ...]:
    """The patterns of a folded word of letters, or of characters and letters; few, the likeliest first.

    Spellings that begin like the full reading, and plain initials, are none: they are found without.
    """
    if not text.isascii():
        patterns = _han_patterns(text)
    else:
        splits = _splits(text)
        if any(all(part in _syllables() for part in parts[:-1]) for parts in splits):
            return ()
        choices = [parts for parts in splits if any(len(part) > 1 for part in parts)]
        patterns = [Pattern(parts, "".join([part[0] for part in parts])) for parts in choices]
    kept = list(dict.fromkeys(pattern.needle for pattern in patterns))[:MOST_NEEDLES]
    return tuple(pattern for pattern in patterns if pattern.needle in kept)


def _han_patterns(text: str) -> list[Pattern]:
    """Patterns with characters: the needle is their full reading where only the last part is letters (张w: zhangw)."""
    runs = TOKEN.findall(text)
    if "".join(runs) != text.replace(" ", "") or len(runs) > MOST_PARTS:
        return []
    patterns = []
    for chosen in product(*([(run,)] if not run.isascii() else _splits(run)[:MOST_NEEDLES] for run in runs)):
        parts = tuple(part for parts in chosen for part in parts)
        whole = not any(part.isascii() for part in parts[:-1])
        spelled = [(part,) if part.isascii() else table().of(part) for part in parts]
        if not whole:
            spelled = [tuple(dict.fromkeys(reading[0] for reading in readings)) for readings in spelled]
        patterns += [Pattern(parts, "".join(syllables)) for syllables in product(*spelled)]
    return patterns


def candidates(pattern: Pattern, name: str, lexicons: Mapping[str, Lexicon]) -> list[int]:
    """The positions that may fit in column `name` (pinyin or pinyin2), in order."""
    lexicon = lexicons[name]
    found = set(lexicon.holders(pattern.needle, whole=False))
    first, second = pattern.parts[0], pattern.parts[1] if len(pattern.parts) > 1 else ""
    if first.isascii() and len(first) > 1:
        found &= set(lexicon.holders(first, whole=False))
    if second.isascii() and len(second) > 1 and name == "pinyin":
        found &= set(lexicons["inner"].holders(second, whole=False))
    return sorted(found)


class Fit(NamedTuple):
    """How a customer fits: the column, the value whose characters do, and how many of its syllables are meant."""

    column: str
    value: str
    syllables: int


def fit(pattern: Pattern, row: Row) -> Fit | None:
    """Whether a customer fits a pattern."""
    for value in (row.name, *row.aliases, row.call_as):
        if not _may_fit(pattern, value) and not (row.reading and value == row.name):
            continue
        tokens = name_tokens(fold(value))
        if len(tokens) < len(pattern.parts) or not _characters_fit(pattern, tokens):
            continue
        own = value == row.name
        readings = readings_of(value, surname=row.person or not own, corrected=row.reading if own else "")
        for rank, reading in enumerate(readings):
            if len(reading) == len(tokens) and _letters_fit(pattern, reading):
                return Fit("pinyin" if own and rank == 0 else "pinyin2", value, len(pattern.parts))
    return None


def _may_fit(pattern: Pattern, value: str) -> bool:
    """Whether each part could be read from its character. Saves reading most names that do not fit."""
    if not _NAME.fullmatch(value):
        return True
    if len(value) < len(pattern.parts):
        return False
    return all(
        part == character or any(reading.startswith(part) for reading in _readings_anywhere(character))
        for part, character in zip(pattern.parts, value, strict=False)
    )


@lru_cache(maxsize=8192)
def _readings_anywhere(character: str) -> tuple[str, ...]:
    """All readings of a character, as a surname too, in all spellings."""
    known = table()
    readings = list(known.of(character))
    if character in known.surnames:
        readings.append(known.surnames[character])
    readings += [
        compound[name.index(character)] for name, compound in known.compounds.items() if character in name
    ]
    return tuple(spelling[0] for reading in dict.fromkeys(readings) for spelling in spellings([reading]))


def _characters_fit(pattern: Pattern, tokens: list[tuple[int, int, str]]) -> bool:
    return all(part.isascii() or part == token[2] for part, token in zip(pattern.parts, tokens, strict=False))


def _letters_fit(pattern: Pattern, reading: tuple[str, ...]) -> bool:
    return any(
        all(
            not part.isascii() or syllable.startswith(part)
            for part, syllable in zip(pattern.parts, spelling, strict=False)
        )
        for spelling in spellings(list(reading))
    )
