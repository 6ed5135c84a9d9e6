"""Columns of search keys in the order of the list: active before archived, recently dealt with first.

A segment never changes once it is made, so any number of threads may search it. The index is a large one and a small
one with what changed since (the overlay); `merging` makes one of both.
"""

from __future__ import annotations

import operator
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from store.lookup.column import Column, Ints, build_column
from store.lookup.facts import CODES, Facts
from store.lookup.keys import BLOBS, LEXICONS, Keys, Row, decode_row, words_of_row
from store.lookup.lexicon import Lexicon, build_lexicon
from store.lookup.mapping import MappedFile

SortKey = tuple[bool, int, int]
T = TypeVar("T")


class Entry(NamedTuple):
    """One customer as it enters a segment."""

    id: int
    facts: Facts
    keys: Keys

    @property
    def order(self) -> SortKey:
        """Its place in the list."""
        return self.keys.archived, -self.facts.recency, self.id


class Segment:
    """Immutable columns of customers in list order.

    Attributes:
        ids: of each position.
        active: how many are active; they come first.
        rows, row_offsets: what is shown of each.
        columns, lexicons: by name, as in `BLOBS` and `LEXICONS`.
        facts: by name, as in `facts.CODES`.
        by_id: the positions in ascending order of ids.
        places: of each position the place among answers that match equally well, see `rank`.
        file: where it lies, when it lies in a file.
    """

    __slots__ = (
        "active", "by_id", "columns", "facts", "file", "ids", "lexicons", "places", "recency", "row_offsets", "rows"
    )  # fmt: skip

    def __init__(
        self,
        ids: Ints,
        active: int,
        rows: bytes | memoryview,
        row_offsets: Ints,
        columns: Mapping[str, Column],
        lexicons: Mapping[str, Lexicon],
        facts: Mapping[str, Ints],
        by_id: Ints | None = None,
        places: Ints | None = None,
        file: MappedFile | None = None,
    ) -> None:
        self.ids = ids
        self.active = active
        self.rows = rows
        self.row_offsets = row_offsets
        self.columns = columns
        self.lexicons = lexicons
        self.facts = facts
        self.recency = facts["recency"]
        self.by_id = by_id if by_id is not None else array("I", sorted(range(len(ids)), key=ids.__getitem__))
        self.places = places if places is not None else self._places()
        self.file = file

    def _places(self) -> array[int]:
        """The places of all positions by their rank."""
        facts = self.facts
        # In list order they are by archived, by recency and by id: the rest is sorted by, what counts least first.
        order = sorted(range(len(self)), key=list(facts["warmth"]).__getitem__, reverse=True)
        is_open = list(map(bool, map(operator.or_, facts["tickets"], facts["promises"])))
        order.sort(key=is_open.__getitem__, reverse=True)
        if self.active < len(self):
            order.sort(key=self.active.__le__)
        places = array("I", bytes(4 * len(self)))
        for place, position in enumerate(order):
            places[position] = place
        return places

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_whole(self) -> bool:
        """Whether the file it lies in, if any, is as long as it was: else nothing of it may be looked at any more."""
        return self.file is None or self.file.is_whole

    def order(self, position: int) -> SortKey:
        """The place in the list of the record at `position`."""
        return position >= self.active, -self.recency[position], self.ids[position]

    def rank(self, position: int) -> tuple[bool, bool, int, int, int]:
        """The place among answers that match equally well: active, something open, often and lately, lately, id."""
        facts = self.facts
        is_open = facts["tickets"][position] or facts["promises"][position]
        return (
            position >= self.active,
            not is_open,
            -facts["warmth"][position],
            -self.recency[position],
            self.ids[position],
        )

    def facts_at(self, position: int) -> Facts:
        """What is known of the dealings with the record at `position`."""
        return Facts(*[self.facts[name][position] for name in CODES])

    def row(self, position: int) -> Row:
        """What is shown of the record at `position`."""
        return decode_row(self.rows[self.row_offsets[position] : self.row_offsets[position + 1]])

    def entry(self, position: int, facts: Facts) -> Entry:
        """The record at `position` as an entry of another segment, with other `facts`."""
        row = bytes(self.rows[self.row_offsets[position] : self.row_offsets[position + 1]])
        blobs = tuple(self.columns[name].value(position) for name in BLOBS)
        traits = self.lexicons["trait"].words_at(position)
        keys = Keys(position >= self.active, row, blobs, (*words_of_row(decode_row(row)), traits))
        return Entry(self.ids[position], facts, keys)

    def find(self, identity: int) -> int | None:
        """The position of a customer."""
        at = bisect_left(self.by_id, identity, key=self.ids.__getitem__)
        if at < len(self.by_id) and self.ids[self.by_id[at]] == identity:
            return self.by_id[at]
        return None


def sorted_for_the_list(ids: Sequence[int], recency: Sequence[int], archived: Sequence[bool]) -> list[int]:
    """The places in these in the order of the list: active first, recently dealt with first, by id."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    order.sort(key=recency.__getitem__, reverse=True)
    order.sort(key=archived.__getitem__)
    return order


class Builder:
    """Collects entries and makes one segment of them."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._archived: list[bool] = []
        self._rows: list[bytes] = []
        # All fields of one customer after the other: what is made at once then lies side by side.
        self._facts: list[int] = []
        self._blobs: list[str] = []
        self._words: list[tuple[str, ...]] = []

    def add(self, identity: int, facts: Facts, keys: Keys) -> None:
        """Add one customer; each id once."""
        archived, row, blobs, words = keys
        self._ids.append(identity)
        self._archived.append(archived)
        self._rows.append(row)
        self._facts += facts
        self._blobs += blobs
        self._words += words

    def segment(self, *, is_in_order: bool = False) -> Segment:
        """All that was added, in list order; `is_in_order` where it was added so."""
        count = len(CODES)
        order: Sequence[int] | None = None
        if not is_in_order:
            order = sorted_for_the_list(self._ids, self._facts[::count], self._archived)
        rows = _ordered(self._rows, order)
        return Segment(
            ids=array("q", _ordered(self._ids, order)),
            active=self._archived.count(False),
            rows=b"".join(rows),
            row_offsets=array("I", accumulate(map(len, rows), initial=0)),
            columns={
                name: build_column(name, _ordered(self._blobs[index :: len(BLOBS)], order))
                for index, name in enumerate(BLOBS)
            },
            lexicons={
                name: build_lexicon(
                    _ordered(self._words[index :: len(LEXICONS)], order), is_typed=name != "trait"
                )
                for index, name in enumerate(LEXICONS)
            },
            facts={
                name: array(code, _ordered(self._facts[index::count], order))
                for index, (name, code) in enumerate(CODES.items())
            },
        )


def _ordered(values: list[T], order: Sequence[int] | None) -> list[T]:
    return values if order is None else [values[index] for index in order]


def build_segment(entries: Iterable[Entry]) -> Segment:
    """A segment of `entries`, which may come in any order."""
    builder = Builder()
    for entry in entries:
        builder.add(*entry)
    return builder.segment()
