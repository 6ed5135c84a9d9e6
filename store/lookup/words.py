"""Several words that must all be found in a customer, each perhaps in another field."""

from __future__ import annotations

from typing import NamedTuple

from store.lookup.column import Ints
from store.lookup.keys import LEXICONS
from store.lookup.mixed import fit, patterns_of
from store.lookup.pool import Grade, Part, Parts, Place, Pool
from store.lookup.pools import MOST_CHECKED, add_anchored, add_identity, add_slower, positions_of
from store.lookup.query import ANCHORED, LATER_SYLLABLES, MIXED, Term
from store.lookup.segment import Segment

_SETS_UP_TO = 4_000
"""Longer answers are not made a set of; single records are looked at instead."""

Hit = tuple[int, tuple[Grade, ...]]


class _Range(NamedTuple):
    """What one anchor of a word found; a set unless there is too much of it."""

    grade: Grade
    found: Ints
    known: frozenset[int] | None
    needle: str

    def holds(self, segment: Segment, position: int) -> bool:
        if self.known is not None:
            return position in self.known
        return segment.columns[self.grade.column].holds(position, self.needle)


class _Word:
    """One word in one part: everything anchored that it finds."""

    def __init__(self, term: Term, segment: Segment) -> None:
        self.term = term
        self.segment = segment
        self.ranges: list[_Range] = []
        self.identity: int | None = None
        if term.identity is not None:
            self.identity = segment.find(term.identity)
        for anchor in term.anchors:
            found = positions_of(segment, anchor)
            if found:
                small = len(found) <= _SETS_UP_TO or anchor.column in LEXICONS
                known = frozenset(found) if small else None
                self.ranges.append(
                    _Range(Grade(anchor.score, anchor.column, term), found, known, anchor.needle)
                )

    @property
    def size(self) -> int:
        """How much it finds, at most."""
        return sum(len(one.found) for one in self.ranges) + (self.identity is not None)

    def positions(self) -> set[int]:
        """All that it finds."""
        found = set() if self.identity is None else {self.identity}
        for one in self.ranges:
            found.update(one.found if one.known is None else one.known)
        return found

    def among(self, chosen: set[int]) -> set[int]:
        """Those of `chosen` that it finds; all of them when that is quicker told one by one."""
        if any(one.known is None for one in self.ranges):
            return chosen
        found = {self.identity} & chosen
        for one in self.ranges:
            found |= chosen & (one.known or frozenset())
        return {position for position in found if position is not None}

    def grade(self, position: int) -> Grade | None:
        """How well a record answers."""
        if position == self.identity:
            return Grade(self.term.identity_score, "number", self.term)
        for one in self.ranges:
            if one.holds(self.segment, position):
                return one.grade
        return None


def anchored_words(parts: Parts, terms: tuple[Term, ...], most: int) -> tuple[dict[Place, Hit], bool]:
    """`most` records in which every word is anchored; and whether there may be more."""
    hits: dict[Place, Hit] = {}
    cut = False
    for number, part in enumerate(parts):
        words = [_Word(term, part.segment) for term in terms]
        rarest = min(words, key=lambda word: word.size)
        chosen = rarest.positions()
        for word in words:
            if word is not rarest:
                chosen = word.among(chosen)
        positions = sorted(chosen)
        cut |= len(positions) > MOST_CHECKED
        count = len(hits)
        for position in positions[:MOST_CHECKED]:
            if len(hits) - count >= most:
                cut = True
                break
            grades = [word.grade(position) for word in words]
            found = tuple([grade for grade in grades if grade])
            if len(found) == len(words) and position not in part.dead:
                score = max(ANCHORED, sum(grade.score for grade in found) // len(found) - 1)
                hits[number, position] = (score, found)
    return hits, cut


def _rarity(term: Term) -> tuple[int, int]:
    """How few records a word is likely to find: numbers, then long digits, then characters, then letters."""
    ranks = {"number": 5, "digits": 4, "text": 3, "mixed": 2, "letters": 2, "tag": 1}
    rank = 0 if term.kind == "digits" and len(term.text) < 3 else ranks[term.kind]
    return rank, len(term.text)


def slower_words(parts: Parts, terms: tuple[Term, ...]) -> tuple[dict[Place, Hit], bool]:
    """The records in which every word is found in any way; those with all words anchored among them."""
    driver = max(terms, key=_rarity)
    pool = Pool(MOST_CHECKED)
    add_identity(pool, parts, driver)
    add_anchored(pool, parts, driver)
    add_slower(pool, parts, driver)
    others = [[_Checker(term, part) for part in parts] for term in terms if term is not driver]
    hits: dict[Place, Hit] = {}
    for place, grade in pool.grades.items():
        grades = {driver: grade}
        for checkers in others:
            found = checkers[place[0]].grade(place[1])
            if not found:
                break
            grades[found.term] = found
        else:
            in_order = tuple([grades[term] for term in terms])
            mean = sum(grade.score for grade in in_order) // len(in_order)
            hits[place] = (min(mean, ANCHORED - 1) - 1, in_order)
    return hits, pool.cut


class _Checker:
    """Grades single records against one word, found in any way."""

    def __init__(self, term: Term, part: Part) -> None:
        self._word = _Word(term, part.segment)
        self._term = term
        self._segment = part.segment
        self._inside = [probe for probe in term.probes if probe.levels[-1].how == "inside"]
        self._later = (
            frozenset(part.segment.lexicons["inner"].holders(term.letters)) if term.letters else frozenset()
        )
        self._patterns = patterns_of(term.text if term.kind == "mixed" else term.letters)

    def grade(self, position: int) -> Grade | None:
        """How well the record at `position` answers."""
        found = self._word.grade(position)
        if found:
            return found
        for probe in self._inside:
            if self._segment.columns[probe.column].holds(position, probe.text):
                return Grade(probe.levels[-1].score, probe.column, self._term)
        if position in self._later:
            return Grade(LATER_SYLLABLES, "inner", self._term)
        if self._patterns:
            row = self._segment.row(position)
            for pattern in self._patterns:
                fits = fit(pattern, row)
                if fits:
                    return Grade(MIXED[fits.column], "mixed", self._term)
        return None
