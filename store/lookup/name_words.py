"""The words by which the names of a customer are found when their readings are typed.

A word is the reading of a name, its initials, or what begins at a later syllable. They are made for every customer when
the index is built, so names of two to four characters, which nearly all are, go a short way.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from store.lookup.readings import MOST_READINGS, TOKEN, readings_of, table

_ALIAS_READINGS = 3
_LONGEST_NAME = 40
_LONGEST_READING = 12
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_FAMILIAR = frozenset("小老阿大")

Words = tuple[str, ...]
NameWords = tuple[Words, Words, Words]
"""The words of the columns pinyin, pinyin2 and inner."""


def with_other_names(words: NameWords, aliases: tuple[str, ...], call_as: str, company: str) -> NameWords:
    """`words` of a name, and those of the other names of the customer."""
    usual, others, inner = words
    for alias in (*aliases, call_as):
        if alias:
            others += tuple(
                [word for word in _alias_words(alias) if word not in usual and word not in others]
            )
    for alias in aliases:
        inner += tuple([word for word in _later_words(alias, 1) if word not in inner])
    if company:
        inner += tuple([word for word in _later_words(company, 0) if word not in inner])
    return usual, others, inner


def words_of_name(name: str, corrected: str, *, person: bool) -> NameWords:
    """The words of a name in the columns pinyin, pinyin2 and inner."""
    if person and not corrected and _PLAIN_NAME.fullmatch(name):
        known = table()
        plain = name[:2] not in known.compounds and name[:3] not in known.compounds
        given = _given_name(name[1:]) if plain and name[0] not in _FAMILIAR else None
        surnames = _surname(name[0]) if given else ()
        if given and surnames and len(surnames) * len(given.words) <= MOST_READINGS:
            return _joined(surnames, given)
    usual: dict[str, None] = {}
    others: dict[str, None] = {}
    inner: dict[str, None] = {}
    readings = readings_of(name, surname=person, corrected=corrected)
    if readings and not (len(readings[0]) == 1 and name.isascii()):
        _add_reading(usual, readings[0])
        for reading in readings[1:]:
            _add_reading(others, reading)
        for reading in readings:
            _add_later_syllables(inner, reading, 1)
    return tuple(usual), tuple([word for word in others if word not in usual]), tuple(inner)


class _Given:
    """A given name: its readings with their initials, the usual first, and its words as later syllables."""

    __slots__ = ("inner", "words")

    def __init__(self, words: list[tuple[str, str]], inner: Words) -> None:
        self.words = words
        self.inner = inner


@lru_cache(maxsize=65536)
def _given_name(given: str) -> _Given | None:
    """None where ü makes several spellings."""
    known = table()
    readings = list(product(*[known.of(character) or ("",) for character in given]))
    if len(readings) > MOST_READINGS or any(
        "v" in syllable or not syllable for reading in readings for syllable in reading
    ):
        return None
    inner: dict[str, None] = {}
    for reading in readings:
        _add_later_syllables(inner, ("", *reading), 1)
    words = [("".join(reading), "".join([syllable[0] for syllable in reading])) for reading in readings]
    return _Given(words, tuple(inner))


@lru_cache(maxsize=4096)
def _surname(character: str) -> Words:
    """The readings of a surname, its own first; none where ü makes several spellings."""
    known = table()
    readings = known.of(character)
    own = known.surnames.get(character)
    if own:
        readings = (own, *[reading for reading in readings if reading != own])
    return () if any("v" in reading for reading in readings) else readings


def _joined(surnames: Words, given: _Given) -> NameWords:
    full, initials = given.words[0]
    first = surnames[0]
    usual = (first + full, first[0] + initials)
    if len(surnames) == len(given.words) == 1:
        return usual, (), given.inner
    others: dict[str, None] = {}
    for surname in surnames:
        for full, initials in given.words:
            others[surname + full] = None
            others[surname[0] + initials] = None
    return usual, tuple([word for word in others if word not in usual]), given.inner


@lru_cache(maxsize=4096)
def _alias_words(alias: str) -> Words:
    """The words of an alias or a form of address, which many customers share."""
    words: dict[str, None] = {}
    for reading in readings_of(alias, most=_ALIAS_READINGS):
        if not (len(reading) == 1 and alias.isascii()):
            _add_reading(words, reading)
    return tuple(words)


@lru_cache(maxsize=4096)
def _later_words(value: str, first: int) -> Words:
    """The later syllables of an alias (from 1), or all of a company (from 0), which has its usual reading only."""
    words: dict[str, None] = {}
    most = _ALIAS_READINGS if first else 1
    for reading in readings_of(value, surname=first > 0, most=most):
        _add_later_syllables(words, reading, first)
    return tuple(words)


def _add_reading(words: dict[str, None], reading: tuple[str, ...]) -> None:
    """Add the words of one reading: its letters, and its initials."""
    syllables = list(reading[:_LONGEST_NAME])
    for spelling in spellings(syllables):
        words["".join(spelling)] = None
    words["".join([syllable[0] for syllable in syllables])] = None


def spellings(syllables: list[str]) -> list[list[str]]:
    """`syllables`, and with ü spelled as u and as yu when there is one (吕: lv, lu, lyu)."""
    spelled = [syllables]
    if "v" in "".join(syllables) and any(syllable[:2] in {"lv", "nv"} for syllable in syllables):
        spelled += [[_respelled(syllable, umlaut) for syllable in syllables] for umlaut in ("u", "yu")]
    return spelled


def _respelled(syllable: str, umlaut: str) -> str:
    return syllable[0] + umlaut + syllable[2:] if syllable[:2] in {"lv", "nv"} else syllable


def _add_later_syllables(words: dict[str, None], reading: tuple[str, ...], first: int) -> None:
    """Add the letters and the initials of what starts at each syllable from `first` on."""
    syllables = list(reading[:_LONGEST_READING])
    for spelling in spellings(syllables[first:]):
        rest = ""
        for syllable in reversed(spelling):
            rest = syllable + rest
            words[rest] = None
    initials = "".join([syllable[:1] for syllable in syllables[first:]])
    for index in range(len(initials) - 1):
        words[initials[index:]] = None


def name_tokens(folded: str) -> list[tuple[int, int, str]]:
    """Where the syllables of a folded name stand: (start, end, text) of each."""
    return [(found.start(), found.end(), found[0]) for found in TOKEN.finditer(folded)]
