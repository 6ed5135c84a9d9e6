"""Columns of search keys in the order of the list: active before archived, recently dealt with first.

A segment never changes once it is made, so any number of threads may search it. The index is a large one and a small
one with what changed since (the overlay); `merging` makes one of both.
"""

from __future__ import annotations

import operator
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from store.lookup.column import Column, Ints, build_column
from store.lookup.facts import CODES, Facts
from store.lookup.keys import BLOBS, LEXICONS, Keys, Row, decode_row, words_of_row
from store.lookup.lexicon import Lexicon, build_lexicon
from store.lookup.mapping import MappedFile

SortKey = tuple[bool, int, int]


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
        opened = map(operator.or_, facts["tickets"], facts["promises"])
        keys = list(
            zip(
                (position >= self.active for position in range(len(self))),
                map(operator.not_, opened),
                map(operator.neg, facts["warmth"]),
                map(operator.neg, self.recency),
                self.ids,
                strict=True,
            )
        )
        places = array("I", bytes(4 * len(self)))
        for place, position in enumerate(sorted(range(len(self)), key=keys.__getitem__)):
            places[position] = place
        return places

    def __len__(self) -> int:
        return len(self.ids)

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


class Builder:
    """Collects entries in any order and makes one segment of them."""

    _CHUNK = 4096

    def __init__(self) -> None:
        self._keys: list[SortKey] = []
        self._facts: list[Facts] = []
        self._pending: list[tuple[str, ...]] = []
        self._chunks: list[list[bytes]] = [[b"\n"] for _name in BLOBS]
        self._offsets = [array("I", [1]) for _name in BLOBS]
        self._words: list[tuple[tuple[str, ...], ...]] = []
        self._rows: list[bytes] = []

    def add(self, entry: Entry) -> None:
        """Add one customer; each id once."""
        identity, facts, keys = entry
        self._keys.append((keys.archived, -facts.recency, identity))
        self._facts.append(facts)
        self._rows.append(keys.row)
        self._words.append(keys.words)
        self._pending.append(keys.blobs)
        if len(self._pending) == self._CHUNK:
            self._flush()

    def _flush(self) -> None:
        values = zip(*self._pending, strict=True) if self._pending else ()
        for chunks, offsets, column in zip(self._chunks, self._offsets, values, strict=False):
            encoded = list(map(str.encode, column))
            chunks.append(b"".join(encoded))
            offsets.extend(islice(accumulate(map(len, encoded), initial=offsets[-1]), 1, None))
        self._pending.clear()

    def segment(self) -> Segment:
        """All that was added, in list order."""
        self._flush()
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        columns = {}
        for index, name in enumerate(BLOBS):
            blob, offsets = _reordered(b"".join(self._chunks[index]), self._offsets[index], order)
            columns[name] = build_column(name, blob, offsets)
            self._chunks[index] = []
        rows = [self._rows[index] for index in order]
        words = [self._words[index] for index in order]
        facts = [self._facts[index] for index in order]
        return Segment(
            ids=array("q", [self._keys[index][2] for index in order]),
            active=sum(not archived for archived, _recency, _id in self._keys),
            rows=b"".join(rows),
            row_offsets=array("I", accumulate(map(len, rows), initial=0)),
            columns=columns,
            lexicons={
                name: build_lexicon([values[index] for values in words], is_typed=name != "trait")
                for index, name in enumerate(LEXICONS)
            },
            facts={
                name: array(code, [known[index] for known in facts])
                for index, (name, code) in enumerate(CODES.items())
            },
        )


def _reordered(blob: bytes, old: Ints, order: Sequence[int]) -> tuple[bytes, Ints]:
    if len(blob) == 1:
        return blob, old
    values = [blob[old[index] : old[index + 1]] for index in order]
    return b"\n" + b"".join(values), array("I", accumulate(map(len, values), initial=1))


def build_segment(entries: Iterable[Entry]) -> Segment:
    """A segment of `entries`, which may come in any order."""
    builder = Builder()
    for entry in entries:
        builder.add(entry)
    return builder.segment()
