"""Where the documents of a table stand in the snapshot: about four bytes a document.

A document's line is `"<id>":<document>,` and a line break; where it ends behind the last mark, its id and the marks at
every 32nd line tell all.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

_BLOCK = 32
"""Lines between two marks."""

_AROUND = 5
"""Bytes of a line beside id and document: two quotation marks, colon, comma, line break."""


class Ids(Sequence[int]):
    """Ascending ids, kept as runs without a gap."""

    __slots__ = ("firsts", "size", "starts")

    def __init__(self) -> None:
        self.starts = array("q")
        """The first id of each run."""
        self.firsts = array("q")
        """Where in the sequence each run begins."""
        self.size = 0

    def append(self, identifier: int) -> None:
        """One more id, larger than those before."""
        starts = self.starts
        if not starts or identifier - starts[-1] != self.size - self.firsts[-1]:
            starts.append(identifier)
            self.firsts.append(self.size)
        self.size += 1

    def place(self, identifier: int) -> int:
        """Where an id stands; -1 when it is not there."""
        run = bisect_right(self.starts, identifier) - 1
        if run < 0:
            return -1
        place = self.firsts[run] + identifier - self.starts[run]
        end = self.firsts[run + 1] if run + 1 < len(self.firsts) else self.size
        return place if place < end else -1

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[int]: ...
    def __getitem__(self, place: int | slice) -> int | Sequence[int]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self.size))]
        if not -self.size <= place < self.size:
            raise IndexError(place)
        place %= self.size
        run = bisect_right(self.firsts, place) - 1
        return self.starts[run] + place - self.firsts[run]

    def __iter__(self) -> Iterator[int]:
        for run, start in enumerate(self.starts):
            end = self.firsts[run + 1] if run + 1 < len(self.firsts) else self.size
            yield from range(start, start + end - self.firsts[run])

    def __contains__(self, identifier: object) -> bool:
        return type(identifier) is int and self.place(identifier) >= 0


class Places:
    """The lines of one table in the snapshot, ascending by id."""

    __slots__ = ("end", "ends", "ids", "marks")

    def __init__(self) -> None:
        self.ids = Ids()
        self.ends = array("I")
        """Where each line ends, counted from the mark before it, with the comma and the line break (which the last one
        lacks in part)."""
        self.marks = array("q")
        """Where every 32nd line begins."""
        self.end = 0

    def begin(self, offset: int) -> None:
        """The first line begins at `offset`."""
        self.end = offset

    def add(self, identifier: int, length: int) -> int:
        """One more document of `length` bytes, its id larger than those before; returns the bytes of its line."""
        line = length + len(str(identifier)) + _AROUND
        self.add_line(identifier, line)
        return line

    def add_line(self, identifier: int, line: int) -> None:
        """One more line of that many bytes, counted with comma and line break."""
        if self.ids.size % _BLOCK == 0:
            self.marks.append(self.end)
        self.end += line
        self.ends.append(self.end - self.marks[-1])
        self.ids.append(identifier)

    def find(self, identifier: int) -> tuple[int, int] | None:
        """Offset and length of a document; None when it is not there."""
        found = self.line(identifier)
        if found is None:
            return None
        digits = len(str(identifier))
        return found[0] + digits + 3, found[1] - digits - _AROUND

    def line(self, identifier: int) -> tuple[int, int] | None:
        """Offset and length of the line of a document, counted with comma and line break; None when it is not there."""
        starts = self.ids.starts
        if len(starts) == 1:
            # Mostly nothing was ever deleted; the way through the runs costs as much as all the rest.
            place = identifier - starts[0]
            if not 0 <= place < self.ids.size:
                return None
        else:
            place = self.ids.place(identifier)
            if place < 0:
                return None
        begin = self.ends[place - 1] if place % _BLOCK else 0
        return self.marks[place // _BLOCK] + begin, self.ends[place] - begin

    def lines(self, ids: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """Each id with offset and length of its line, as `line` gives them; -1 and 0 where it is not there."""
        starts, size, ends, marks = self.ids.starts, self.ids.size, self.ends, self.marks
        if len(starts) != 1:
            for identifier in ids:
                yield identifier, *(self.line(identifier) or (-1, 0))
            return
        start = starts[0]
        for identifier in ids:
            place = identifier - start
            if 0 <= place < size:
                begin = ends[place - 1] if place % _BLOCK else 0
                yield identifier, marks[place // _BLOCK] + begin, ends[place] - begin
            else:
                yield identifier, -1, 0

    @property
    def after(self) -> int:
        """The byte behind the last line."""
        if not self.ids.size:
            return self.end
        return self.marks[-1] + self.ends[-1] - 1

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Id, offset and length of each document, ascending."""
        ids, ends = iter(self.ids), self.ends
        for block, mark in enumerate(self.marks):
            begin = mark
            # The ends first: where they are at their end, no id is taken.
            for end, identifier in zip(ends[block * _BLOCK : (block + 1) * _BLOCK], ids, strict=False):
                digits = len(str(identifier))
                line_end = mark + end
                yield identifier, begin + digits + 3, line_end - begin - digits - _AROUND
                begin = line_end

    def __len__(self) -> int:
        return self.ids.size
