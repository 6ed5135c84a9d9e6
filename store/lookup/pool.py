"""What a search collects, and the rows it answers with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Container, Iterator
from typing import NamedTuple

from store.lookup.facts import HALF_LIFE
from store.lookup.keys import Row
from store.lookup.match import Mark, Match, customer_number
from store.lookup.query import Term
from store.lookup.segment import Segment

OFTEN = 2 * HALF_LIFE
"""From here on warmth says `often`: four dealings within a few days, or more over weeks."""


class Grade(NamedTuple):
    """How well a record answers a term, and in which column ("number", "mixed" beside the columns).

    `guess` tells how the term came about: `digits` read as letters, a `slip`.
    """

    score: int
    column: str
    term: Term
    guess: str = ""


class Part(NamedTuple):
    """One of the two segments, with the positions that do not count: superseded, or kept out by a filter."""

    segment: Segment
    dead: Collection[int]


Parts = tuple[Part, Part]
Place = tuple[int, int]
"""Which part, and the position in it."""


class Pool:
    """The records found for one term: the best grade of each, and whether there are more than were taken."""

    def __init__(self, most: int, skip: Container[Place] = ()) -> None:
        """Args: skip are places that are known already."""
        self.most = most
        self.grades: dict[Place, Grade] = {}
        self.cut = False
        self._skip = skip

    @property
    def is_full(self) -> bool:
        """Whether `most` are found."""
        return len(self.grades) >= self.most

    def add(self, place: Place, grade: Grade) -> None:
        """Take a record in, unless it is known as well or better."""
        known = self.grades.get(place)
        if (known is None or known.score < grade.score) and place not in self._skip:
            self.grades[place] = grade


def match_of(segment: Segment, position: int, row: Row, marks: tuple[Mark, ...], score: int) -> Match:
    """A row of the list; without marks when nothing was typed."""
    first = marks[0] if marks else Mark("", "", 0, 0)
    identity = segment.ids[position]
    return Match(
        id=identity,
        number=customer_number(identity),
        name=row.name,
        call_as=row.call_as,
        company=row.company,
        phones=row.phones,
        tags=row.tags,
        status=row.status,
        field=first.field,
        text=first.text,
        start=first.start,
        end=first.end,
        score=score,
        marks=marks,
        reasons=_reasons(segment, position),
    )


def _reasons(segment: Segment, position: int) -> tuple[str, ...]:
    facts = segment.facts
    found = []
    if facts["tickets"][position]:
        found.append("ticket")
    if facts["promises"][position]:
        found.append("promise")
    if facts["warmth"][position] - facts["recency"][position] >= OFTEN:
        found.append("often")
    return tuple(found)


def in_list_order(parts: Parts, start: int, count: int) -> Iterator[tuple[Segment, int]]:
    """The living records of both segments from place `start` of the list on."""
    base, overlay = parts
    dead = sorted(base.dead)
    taken = _overlay_before(base.segment, dead, overlay.segment, start)
    position = _living(dead, start - taken)
    size = len(base.segment)
    while count > 0:
        while position < size and position in base.dead:
            position += 1
        from_overlay = taken < len(overlay.segment) and (
            position >= size or overlay.segment.order(taken) < base.segment.order(position)
        )
        if from_overlay:
            yield overlay.segment, taken
            taken += 1
        elif position < size:
            yield base.segment, position
            position += 1
        else:
            return
        count -= 1


def _living(dead: list[int], rank: int) -> int:
    """The position of the `rank`-th record that is not dead."""
    for position in dead:
        if position > rank:
            break
        rank += 1
    return rank


def _overlay_before(base: Segment, dead: list[int], overlay: Segment, rank: int) -> int:
    """How many records of the overlay are among the first `rank` of the list."""
    low, high = 0, len(overlay)
    while low < high:
        middle = (low + high) // 2
        before = bisect_left(range(len(base)), overlay.order(middle), key=base.order)
        before -= bisect_left(dead, before)
        if before + middle < rank:
            low = middle + 1
        else:
            high = middle
    return low
