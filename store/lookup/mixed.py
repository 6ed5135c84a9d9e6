"""Mixed spellings of a name: `zwei`, `liml`, `z伟`, `张w`. Each part is a character or the start of a syllable."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import NamedTuple

from store.lookup.keys import Row, name_tokens
from store.lookup.readings import TOKEN, table
from store.text import fold

MOST_PARTS = 8
MOST_INITIALS = 4
_DOUBLE_INITIALS = ("zh", "ch", "sh")


class Pattern(NamedTuple):
    """A spelling split into parts, and the initials that a name must begin with to fit."""

    parts: tuple[str, ...]
    initials: str


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


def patterns_of(text: str) -> list[Pattern]:
    """The patterns of a folded word of letters, or of characters and letters; few, the likeliest first.

    Spellings that begin like the full reading, and plain initials, are none: they are found without.
    """
    if text.isascii():
        splits = _splits(text)
        if any(all(part in _syllables() for part in parts[:-1]) for parts in splits):
            return []
        choices = [parts for parts in splits if any(len(part) > 1 for part in parts)]
        patterns = [Pattern(parts, "".join(part[0] for part in parts)) for parts in choices]
    else:
        patterns = _han_patterns(text)
    kept = list(dict.fromkeys(pattern.initials for pattern in patterns))[:MOST_INITIALS]
    return [pattern for pattern in patterns if pattern.initials in kept]


def _han_patterns(text: str) -> list[Pattern]:
    runs = TOKEN.findall(text)
    if "".join(runs) != text.replace(" ", "") or len(runs) > MOST_PARTS:
        return []
    choices = [_splits(run) if run.isascii() else [(run,)] for run in runs]
    patterns = []
    for chosen in product(*(options[:4] for options in choices)):
        parts = tuple(part for parts in chosen for part in parts)
        firsts = [
            sorted({reading[0] for reading in table().of(part)}) if not part.isascii() else [part[0]]
            for part in parts
        ]
        patterns += [Pattern(parts, "".join(initials)) for initials in product(*firsts)]
    return patterns


def fits(pattern: Pattern, entries: str, row: Row) -> tuple[str, int] | None:
    """Whether a customer fits: the value whose characters do, and how many of its syllables are meant.

    Args:
        pattern: of the query.
        entries: the customer's entries in column pinyin or pinyin2.
        row: the customer.
    """
    triples = iter(entries.strip("\n").split("\n"))
    for full, initials, lengths in zip(triples, triples, triples, strict=True):
        if not initials.startswith(pattern.initials):
            continue
        value = _value_that_fits(pattern, full, lengths, row)
        if value is not None:
            return value, len(pattern.parts)
    return None


def _value_that_fits(pattern: Pattern, full: str, lengths: str, row: Row) -> str | None:
    at = 0
    for part, length in zip(pattern.parts, lengths, strict=False):
        if part.isascii() and not full.startswith(part, at, at + ord(length) - 48):
            return None
        at += ord(length) - 48
    for value in (row.name, *row.aliases, row.call_as):
        tokens = name_tokens(fold(value))
        if len(tokens) == len(lengths) and all(
            part.isascii() or part == token[2] for part, token in zip(pattern.parts, tokens, strict=False)
        ):
            return value
    return None
