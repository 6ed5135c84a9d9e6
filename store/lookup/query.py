"""What was typed, taken apart: terms, and for each term the probes that look for it in the columns.

A later kind of match (digits as letters, a slip, a filter) is one more kind of term or one more probe here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from store.lookup.phones import phone_digits
from store.text import fold

Kind = Literal["digits", "letters", "text", "mixed", "tag", "number"]
How = Literal["exact", "start", "word", "end", "inside"]
"""Where what was typed stands in an entry: it is all of it, begins it, begins a later word, ends it, or anywhere."""

ANCHORED = 600
"""Scores from here on belong to what is found without a scan; slower kinds of match always score less."""

NUMBER_EXACT = 1000
BARE_NUMBER_EXACT = 945
MIXED = {"pinyin": 590, "pinyin2": 585}
"""A mixed spelling of the likely reading of the name, and of another reading or of an alias."""

LATER_SYLLABLES = 430
EXTENSION_BONUS = 5

REFERENCE = 599
"""The number of one of the customer's records."""

_EXACT = {"name": 1000, "handle": 970, "alias": 960, "external": 950, "company": 940, "tag": 905}
_START = {"name": 800, "alias": 780, "handle": 760, "company": 740, "external": 650}
_WORD = {"name": 740, "alias": 720, "company": 680}
_INSIDE = {"name": 500, "alias": 480, "handle": 460, "company": 440}

_CUSTOMER_NUMBER = re.compile(r"(?:c|id\s?:\s?)0*(\d{1,12})")
_BARE_NUMBER = re.compile(r"0*(\d{1,12})")
_READABLE = re.compile("[a-z][a-z']*")
_HAN_AND_LETTERS = re.compile("(?=.*[a-z])(?=.*[\u3007\u3400-\u9fff\U00020000-\U000323af]).*")
_MASKED = re.compile(r"(\d{2,})\*+(\d{2,})")
_NUMBER_INSIDE = re.compile(r"\+?\d[\d -]{5,}\d")
_SEPARATORS = re.compile(r"[\s,;、。·]+")


class Level(NamedTuple):
    """How good a find is. The needle carries the line feeds or blanks that stand around what was typed."""

    score: int
    how: How
    needle: str


@dataclass(frozen=True, slots=True)
class Probe:
    """One column to look `text` up in, the best levels first; where there is "inside" it comes last."""

    column: str
    text: str
    levels: tuple[Level, ...]


class Anchor(NamedTuple):
    """One look-up that needs no scan. A column of readings has no needle."""

    score: int
    column: str
    how: How
    text: str
    needle: str


@dataclass(frozen=True)
class Term:
    """One thing that must be found somewhere in a customer.

    Attributes:
        text: folded; without `#`, `id:` and the like.
        kind: what it can be.
        spellings: of a phone number's digits, the most likely first.
        extension: typed behind the number.
        identity: the id of the customer that it names, if it names one.
    """

    text: str
    kind: Kind
    spellings: tuple[str, ...] = ()
    extension: str | None = None
    identity: int | None = None

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """What is looked through at once."""
        if self.kind == "number":
            return ()
        text = self.text
        if self.kind == "tag":
            levels = (
                Level(1000, "exact", f"\n{text}\n"),
                Level(800, "start", f"\n{text}"),
                Level(500, "inside", text),
            )
            return (Probe("tag", text, levels),)
        probes = [_phone_probe(spelling) for spelling in self.spellings]
        probes += [_text_probe(column, text) for column in ("name", "handle", "alias", "company")]
        probes.append(
            Probe(
                "external", text, (_exact("external", text), Level(_START["external"], "start", f"\n{text}"))
            )
        )
        probes.append(Probe("tag", text, (_exact("tag", text),)))
        return tuple(probes)

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """What is looked up without a scan, the best first. One letter alone is the beginning of a reading, not all."""
        found = [
            Anchor(level.score, probe.column, level.how, probe.text, level.needle)
            for probe in self.probes
            for level in probe.levels
            if level.how != "inside"
        ]
        if self.letters:
            for column, whole, start in (("pinyin", 920, 790), ("pinyin2", 915, 770)):
                if len(self.letters) > 1:
                    found.append(Anchor(whole, column, "exact", self.letters, ""))
                found.append(Anchor(start, column, "start", self.letters, ""))
        return tuple(sorted(found, key=lambda anchor: -anchor.score))

    @property
    def letters(self) -> str:
        """The term as letters of a reading; empty when it cannot be one."""
        readable = self.kind == "letters" and _READABLE.fullmatch(self.text)
        return self.text.replace("'", "") if readable else ""

    @property
    def identity_score(self) -> int:
        """How good it is that the id is the one named."""
        return NUMBER_EXACT if self.kind in {"number", "letters"} else BARE_NUMBER_EXACT

    @property
    def tried(self) -> tuple[str, ...]:
        """The fields that this term looks through."""
        if self.kind == "number":
            return ("number",)
        fields = ["external_id" if probe.column == "external" else probe.column for probe in self.probes]
        if self.letters:
            fields += ["pinyin", "initials"]
        number = ("number",) if self.identity is not None else ()
        mixed = ("pinyin",) if self.kind == "mixed" else ()
        return tuple(dict.fromkeys((*fields, *number, *mixed)))


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart.

    Attributes:
        whole: the terms that the whole query may be (a number written in groups, a name of several words).
        words: the terms that must all be found; empty when the query is one word.
        spare: what is looked for when all that finds nobody: the numbers in a pasted line (手机：138…（微信同号）).
    """

    whole: tuple[Term, ...] = ()
    words: tuple[Term, ...] = ()
    spare: tuple[Term, ...] = ()


def _exact(column: str, text: str) -> Level:
    return Level(_EXACT[column], "exact", f"\n{text}\n")


def _text_probe(column: str, text: str) -> Probe:
    levels = [_exact(column, text), Level(_START[column], "start", f"\n{text}")]
    if column in _WORD:
        levels.append(Level(_WORD[column], "word", f" {text}"))
    return Probe(column, text, (*levels, Level(_INSIDE[column], "inside", text)))


def _phone_probe(digits: str) -> Probe:
    """Equal, then the last digits, then the first, then any. Four digits typed are the last four, almost always."""
    levels = []
    if len(digits) >= 3:
        end = 980 if len(digits) == 4 else 890
        levels = [Level(1000, "exact", f"\n{digits}\n"), Level(end, "end", f"{digits}\n")]
    start, inside = Level(805, "start", f"\n{digits}"), Level(505, "inside", digits)
    return Probe("phone", digits, (*levels, start, inside))


def may_be_reference(query: str) -> bool:
    """Whether it could be the number of a ticket (T000045) or of an order: one word with a digit in it."""
    text = fold(query).strip()
    if re.fullmatch(r"t\d{1,12}", text):
        return True
    return 4 <= len(text) <= 64 and " " not in text and any(character.isdigit() for character in text)


def parse_query(query: str) -> Query:
    """Take `query` apart; nothing of it is refused."""
    phrase = fold(query).strip()
    text = _SEPARATORS.sub(" ", phrase).strip()
    if not text:
        return Query((_term(phrase),) if phrase else ())
    masked = _MASKED.fullmatch(text)
    if masked:
        return Query(words=(_term(masked[1]), _term(masked[2])))
    spellings, extension = phone_digits(query.strip())
    words = tuple(_term(word) for word in text.split(" "))
    if spellings:
        digits = Term(text, "digits", spellings, extension, _identity(text))
        return Query((digits,), words if len(words) > 1 else ())
    spare = tuple(_term(number) for number in _NUMBER_INSIDE.findall(text)) if not text.isalnum() else ()
    if len(words) == 1:
        return Query(words if phrase == text else (_term(phrase), *words), (), spare)
    whole = [_term(phrase)]
    joined = text.replace(" ", "")
    if all(word.kind == "letters" and word.letters for word in words):
        whole.append(Term(joined, "letters"))
    elif _HAN_AND_LETTERS.fullmatch(joined):
        whole.append(Term(joined, "mixed"))
    return Query(tuple(whole), words, spare)


def _term(text: str) -> Term:
    """The term of one word, or of several that stand for one value."""
    if text.startswith("#") and len(text) > 1:
        return Term(text[1:], "tag")
    named = _CUSTOMER_NUMBER.fullmatch(text)
    if named:
        kind: Kind = "letters" if text.startswith("c") else "number"
        return Term(text, kind, identity=int(named[1]))
    if text.isascii():
        spellings, extension = phone_digits(text)
        if spellings:
            return Term(text, "digits", spellings, extension, _identity(text))
        return Term(text, "letters")
    return Term(text, "mixed" if _HAN_AND_LETTERS.fullmatch(text) else "text")


def _identity(text: str) -> int | None:
    bare = _BARE_NUMBER.fullmatch(text)
    return int(bare[1]) if bare else None
