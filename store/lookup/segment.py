"""Columns of search keys in the order of the list: active before archived, recently dealt with first.

A segment never changes once it is made, so any number of threads may search it. The index is a large one and a small
one with what changed since (the overlay); `merged` makes one of both.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from store.lookup.keys import BLOBS, LEXICONS, Keys, Row, decode_row, reading_columns
from store.lookup.lexicon import Lexicon, build_lexicon, merged_lexicon

SortKey = tuple[bool, int, int]


class Entry(NamedTuple):
    """One customer as it enters a segment."""

    id: int
    recency: int
    keys: Keys

    @property
    def order(self) -> SortKey:
        """Its place in the list."""
        return self.keys.archived, -self.recency, self.id


class Column:
    """The entries of one field of all customers in one string, and where each customer's begin.

    `blob` starts with a line feed and each entry ends in one; record `n` owns `blob[offsets[n]:offsets[n + 1]]`.
    """

    __slots__ = ("blob", "offsets")

    def __init__(self, blob: str, offsets: array[int]) -> None:
        self.blob = blob
        self.offsets = offsets

    def region(self, position: int) -> str:
        """The entries of one record, with the line feed before the first; empty when it has none."""
        start, end = self.offsets[position], self.offsets[position + 1]
        return self.blob[start - 1 : end] if end > start else ""

    def holds(self, position: int, needle: str) -> bool:
        """Whether `needle` is in the region of one record."""
        start, end = self.offsets[position], self.offsets[position + 1]
        return end > start and self.blob.find(needle, start - 1, end) >= 0

    def value(self, position: int) -> str:
        """The entries of one record."""
        return self.blob[self.offsets[position] : self.offsets[position + 1]]

    def scan(self, needle: str, most: int, dead: Collection[int]) -> tuple[list[int], bool]:
        """The first `most` records that hold `needle`, in order, and whether there are more."""
        offsets, find = self.offsets, self.blob.find
        lead = 1 if needle[0] == "\n" else 0
        positions: list[int] = []
        position = 0
        at = find(needle)
        while at >= 0:
            position = bisect_right(offsets, at + lead, position) - 1
            if position not in dead:
                if len(positions) == most:
                    return positions, True
                positions.append(position)
            position += 1
            at = find(needle, offsets[position] - lead)
        return positions, False


class Segment:
    """Immutable columns of customers in list order.

    Attributes:
        ids, recency: of each position.
        active: how many are active; they come first.
        columns, lexicons: by name, as in `BLOBS` and `LEXICONS`.
        by_id: the positions in ascending order of ids.
    """

    __slots__ = ("active", "by_id", "columns", "ids", "lexicons", "recency", "row_offsets", "rows")

    def __init__(
        self,
        ids: array[int],
        recency: array[int],
        active: int,
        rows: bytes | memoryview,
        row_offsets: array[int],
        columns: dict[str, Column],
        lexicons: dict[str, Lexicon],
        by_id: array[int] | None = None,
    ) -> None:
        self.ids = ids
        self.recency = recency
        self.active = active
        self.rows = rows
        self.row_offsets = row_offsets
        self.columns = columns
        self.lexicons = lexicons
        self.by_id = by_id if by_id is not None else array("I", sorted(range(len(ids)), key=ids.__getitem__))

    def __len__(self) -> int:
        return len(self.ids)

    def order(self, position: int) -> SortKey:
        """The place in the list of the record at `position`."""
        return position >= self.active, -self.recency[position], self.ids[position]

    def row(self, position: int) -> Row:
        """What is shown of the record at `position`."""
        return decode_row(self.rows[self.row_offsets[position] : self.row_offsets[position + 1]])

    def entry(self, position: int, recency: int) -> Entry:
        """The record at `position` as an entry of another segment, dealt with at `recency`."""
        row = bytes(self.rows[self.row_offsets[position] : self.row_offsets[position + 1]])
        blobs = tuple(self.columns[name].value(position) for name in BLOBS)
        keys = Keys(position >= self.active, row, blobs, reading_columns(decode_row(row)))
        return Entry(self.ids[position], recency, keys)

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
        self.keys: list[SortKey] = []
        self._pending: list[tuple[str, ...]] = []
        self._chunks: list[list[str]] = [["\n"] for _name in BLOBS]
        self._offsets = [array("I", [1]) for _name in BLOBS]
        self._readings: list[tuple[str, ...]] = []
        self._rows = [b""]
        self._row_offsets = array("I", [0])

    def add(self, entry: Entry) -> None:
        """Add one customer; each id once."""
        self.keys.append(entry.order)
        self._rows.append(entry.keys.row)
        self._row_offsets.append(self._row_offsets[-1] + len(entry.keys.row))
        self._readings.append(entry.keys.readings)
        self._pending.append(entry.keys.blobs)
        if len(self._pending) == self._CHUNK:
            self._flush()

    def _flush(self) -> None:
        values = zip(*self._pending, strict=True) if self._pending else ()
        for chunks, offsets, column in zip(self._chunks, self._offsets, values, strict=False):
            chunks.append("".join(column))
            offsets.extend(islice(accumulate(map(len, column), initial=offsets[-1]), 1, None))
        self._pending.clear()

    def segment(self) -> Segment:
        """All that was added, in list order."""
        self._flush()
        order = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        columns = {}
        for index, name in enumerate(BLOBS):
            columns[name] = _reordered(Column("".join(self._chunks[index]), self._offsets[index]), order)
            self._chunks[index] = []
        rows, row_offsets = _reordered_rows(self._rows, self._row_offsets, order)
        readings = [self._readings[index] for index in order]
        return Segment(
            ids=array("q", [self.keys[index][2] for index in order]),
            recency=array("q", [-self.keys[index][1] for index in order]),
            active=sum(not archived for archived, _recency, _id in self.keys),
            rows=rows,
            row_offsets=row_offsets,
            columns=columns,
            lexicons={
                name: build_lexicon([values[index] for values in readings])
                for index, name in enumerate(LEXICONS)
            },
        )


def _reordered(column: Column, order: Sequence[int]) -> Column:
    blob, old = column.blob, column.offsets
    if len(blob) == 1:
        return column
    offsets = array("I", [1])
    total = 1
    for index in order:
        total += old[index + 1] - old[index]
        offsets.append(total)
    return Column("\n" + "".join([blob[old[index] : old[index + 1]] for index in order]), offsets)


def _reordered_rows(rows: list[bytes], old: array[int], order: Sequence[int]) -> tuple[bytes, array[int]]:
    """Row `n` is `rows[n + 1]`."""
    lengths = [old[index + 1] - old[index] for index in order]
    return b"".join([rows[index + 1] for index in order]), array("I", accumulate(lengths, initial=0))


def build_segment(entries: Iterable[Entry]) -> Segment:
    """A segment of `entries`, which may come in any order."""
    builder = Builder()
    for entry in entries:
        builder.add(entry)
    return builder.segment()


Piece = tuple[Segment, int, int]
"""A run of positions of one of the two segments."""


def merged(base: Segment, dead: Collection[int], overlay: Segment) -> Segment:
    """One segment of the living records of `base` and all of `overlay`; runs are copied, nothing is keyed again."""
    pieces = _pieces(base, dead, overlay)
    ids, recency = array("q"), array("q")
    rows = []
    row_offsets = array("I", [0])
    for segment, start, end in pieces:
        ids += segment.ids[start:end]
        recency += segment.recency[start:end]
        rows.append(bytes(segment.rows[segment.row_offsets[start] : segment.row_offsets[end]]))
        _append_offsets(row_offsets, segment.row_offsets, start, end)
    columns = {}
    for name in BLOBS:
        chunks = ["\n"]
        offsets = array("I", [1])
        for segment, start, end in pieces:
            column = segment.columns[name]
            chunks.append(column.blob[column.offsets[start] : column.offsets[end]])
            _append_offsets(offsets, column.offsets, start, end)
        columns[name] = Column("".join(chunks), offsets)
    active = base.active - sum(position < base.active for position in dead) + overlay.active
    return Segment(
        ids, recency, active, b"".join(rows), row_offsets, columns, _merged_lexicons(base, overlay, pieces)
    )


def _merged_lexicons(base: Segment, overlay: Segment, pieces: Iterable[Piece]) -> dict[str, Lexicon]:
    base_places, overlay_places = [-1] * len(base), [-1] * len(overlay)
    count = 0
    for segment, start, end in pieces:
        places = base_places if segment is base else overlay_places
        places[start:end] = range(count, count + end - start)
        count += end - start
    return {
        name: merged_lexicon(base.lexicons[name], base_places, overlay.lexicons[name], overlay_places)
        for name in LEXICONS
    }


def _pieces(base: Segment, dead: Collection[int], overlay: Segment) -> list[Piece]:
    """The runs of both segments that, one after the other, are in list order."""
    cuts: list[tuple[int, int, Piece | None]] = [(position, 1, None) for position in dead]
    for index in range(len(overlay)):
        place = bisect_left(range(len(base)), overlay.order(index), key=base.order)
        cuts.append((place, 0, (overlay, index, index + 1)))
    cuts.sort(key=lambda cut: (cut[0], cut[1], cut[2][1] if cut[2] else 0))
    pieces: list[Piece] = []
    start = 0
    for place, kind, piece in cuts:
        if place > start:
            pieces.append((base, start, place))
        start = max(start, place + kind)
        if piece:
            pieces.append(piece)
    if start < len(base):
        pieces.append((base, start, len(base)))
    return pieces


def _append_offsets(target: array[int], source: array[int], start: int, end: int) -> None:
    shift = target[-1] - source[start]
    part = source[start + 1 : end + 1]
    target.extend(part if shift == 0 else array("I", [offset + shift for offset in part]))
