"""One field of all customers as one text: looked through anywhere, and looked up from its ends without a scan.

Text is kept as UTF-8, in the mapped file or in memory, and only what is found is ever decoded. Its order is the order
of the characters.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate
from typing import Protocol

Ints = Sequence[int]
"""Whole numbers of fixed width: an array, or a view of the mapped file."""

SORTS = ("starts", "words", "ends")
WITH_WORDS = frozenset({"name", "alias", "company"})
WITH_ENDS = frozenset({"phone"})
DISTINCT = frozenset({"phone", "handle", "external"})
"""Of which hardly two customers have the same."""


class Bytes(Protocol):
    """Bytes in memory or a mapped file."""

    def __getitem__(self, span: slice, /) -> bytes: ...

    def find(self, wanted: bytes, start: int, end: int, /) -> int:
        """Where `wanted` begins between `start` and `end`; -1 when it is not there."""


class Text:
    """A stretch of bytes: `size` of `data` from `base` on. Places in it count from `base`."""

    __slots__ = ("base", "data", "size")

    def __init__(self, data: Bytes, base: int, size: int) -> None:
        self.data = data
        self.base = base
        self.size = size

    def cut(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`."""
        return self.data[self.base + start : self.base + end]

    def find(self, wanted: bytes, start: int, end: int) -> int:
        """Where `wanted` begins between `start` and `end`; -1 when it is not there."""
        at = self.data.find(wanted, self.base + start, self.base + end)
        return at - self.base if at >= 0 else -1

    def line(self, start: int) -> bytes:
        """What stands from `start` to the next line feed."""
        return self.cut(start, self.find(b"\n", start, self.size))


def encoded(text: str) -> bytes:
    """`text` as it would stand in a `Text`; half a character, of which none is kept, is found nowhere."""
    return text.encode("utf-8", "surrogatepass")


def text_of(content: bytes) -> Text:
    """Bytes in memory as a text."""
    return Text(content, 0, len(content))


class Sorted:
    """Places in a text in the order of what stands there, each with the position of the record that has it."""

    __slots__ = ("places", "positions")

    def __init__(self, places: Ints = (), positions: Ints = ()) -> None:
        self.places = places
        self.positions = positions

    def having(self, wanted: bytes, read: Callable[[int], bytes]) -> Ints:
        """The positions at whose places `read` gives `wanted`."""
        first = bisect_left(self.places, wanted, key=read)
        last = bisect_right(self.places, wanted, first, key=read)
        return self.positions[first:last]


class Column:
    """The entries of one field of all customers in one text, and where each customer's begin.

    `text` starts with a line feed and each entry ends in one; record `n` owns what is between `offsets[n]` and
    `offsets[n + 1]`.

    Attributes:
        starts: the beginnings of all entries, sorted by the entry.
        words: the beginnings of later words of entries, sorted likewise (names and companies only).
        ends: the line feeds after the entries, sorted by the entry read backwards (numbers only).
    """

    __slots__ = ("ends", "offsets", "starts", "text", "words")

    def __init__(self, text: Text, offsets: Ints, starts: Sorted, words: Sorted, ends: Sorted) -> None:
        self.text = text
        self.offsets = offsets
        self.starts = starts
        self.words = words
        self.ends = ends

    @property
    def is_empty(self) -> bool:
        """Whether nobody has an entry."""
        return self.text.size < 2

    def holds(self, position: int, needle: str) -> bool:
        """Whether `needle` is in the entries of one record, with the line feed before the first."""
        start, end = self.offsets[position], self.offsets[position + 1]
        return end > start and self.text.find(encoded(needle), start - 1, end) >= 0

    def value(self, position: int) -> str:
        """The entries of one record."""
        return self.text.cut(self.offsets[position], self.offsets[position + 1]).decode()

    def starting(self, text: str, *, word: bool = False) -> Ints:
        """The positions that have an entry (`word`: a later word of an entry) beginning with `text`."""
        wanted = encoded(text)
        data, base, end = self.text.data, self.text.base, self.text.base + len(wanted)
        # What is read behind the last entry is not of this text, but its line feed has decided before.
        return (self.words if word else self.starts).having(wanted, lambda at: data[base + at : end + at])

    def next_word(self, text: str) -> str | None:
        """The first entry that is not before `text`."""
        wanted = encoded(text)
        data, base, end = self.text.data, self.text.base, self.text.base + len(wanted)
        places = self.starts.places
        index = bisect_left(places, wanted, key=lambda at: data[base + at : end + at])
        return self.text.line(places[index]).decode() if index < len(places) else None

    def ending(self, text: str) -> Ints:
        """The positions that have an entry ending with `text`."""
        wanted = encoded(text)[::-1]
        data, base, start = self.text.data, self.text.base, self.text.base - len(wanted)
        return self.ends.having(wanted, lambda end: data[max(0, start + end) : base + end][::-1])

    def scan(self, needle: str, most: int, dead: Collection[int]) -> tuple[list[int], bool]:
        """The first `most` records that hold `needle`, in order, and whether there are more."""
        wanted = encoded(needle)
        offsets, find = self.offsets, self.text.data.find
        base, end = self.text.base, self.text.base + self.text.size
        lead = 1 if needle[0] == "\n" else 0
        positions: list[int] = []
        position = 0
        at = find(wanted, base, end)
        while at >= 0:
            position = bisect_right(offsets, at - base + lead, position) - 1
            if position not in dead:
                if len(positions) == most:
                    return positions, True
                positions.append(position)
            position += 1
            at = find(wanted, base + offsets[position] - lead, end)
        return positions, False


def build_column(name: str, values: Sequence[str]) -> Column:
    """The column `name` of the entries of every position in turn, each of which ends in a line feed."""
    encoded = list(map(str.encode, values))
    blob = b"\n" + b"".join(encoded)
    offsets = array("I", accumulate(map(len, encoded), initial=1))
    entries = blob[1:-1].split(b"\n") if len(blob) > 1 else []
    places = list(accumulate([len(entry) + 1 for entry in entries], initial=1))
    positions = [position for position, value in enumerate(values) if value]
    if len(positions) < len(entries):
        positions = [position for position in positions for _entry in range(values[position].count("\n"))]
    are_distinct = name in DISTINCT
    order = _in_order(entries, are_distinct=are_distinct)
    starts = _sorted(order, places, positions)
    words, ends = Sorted(array("I"), array("I")), Sorted(array("I"), array("I"))
    if name in WITH_WORDS and b" " in blob:
        words = _sorted_words(entries, places, positions)
    if name in WITH_ENDS:
        order = _in_order([entry[::-1] for entry in entries], are_distinct=are_distinct)
        ends = _sorted(order, [place - 1 for place in places[1:]], positions)
    return Column(text_of(blob), offsets, starts, words, ends)


def _in_order(entries: Sequence[bytes], *, are_distinct: bool) -> list[int]:
    """The places of entries in their order; quickest where they are as distinct as is said."""
    if are_distinct:
        # Digits are the same text as bytes, and compared in a third of the time.
        texts = [*map(bytes.decode, entries)]
        return sorted(range(len(entries)), key=texts.__getitem__)
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        holders[entry].append(index)
    return [index for entry in sorted(holders) for index in holders[entry]]


def _sorted(order: Sequence[int], places: Sequence[int], positions: Sequence[int]) -> Sorted:
    return Sorted(
        array("I", [places[index] for index in order]), array("I", [positions[index] for index in order])
    )


def _sorted_words(entries: list[bytes], places: list[int], positions: list[int]) -> Sorted:
    """The beginnings of the second and later words."""
    found = []
    for index, entry in enumerate(entries):
        at = entry.find(b" ")
        while at >= 0:
            found.append((entry[at + 1 :], places[index] + at + 1, positions[index]))
            at = entry.find(b" ", at + 1)
    found.sort()
    return Sorted(array("I", [place for _, place, _ in found]), array("I", [owner for _, _, owner in found]))


def merged_column(
    base: Column,
    base_places: Sequence[int],
    overlay: Column,
    overlay_places: Sequence[int],
    blob: bytes,
    offsets: Ints,
) -> Column:
    """One column of two whose text is already joined in `blob`.

    A position becomes what stands at it in `base_places` (-1: that record is gone) or in `overlay_places`.
    """

    def entry(at: int) -> bytes:
        return blob[at : blob.index(b"\n", at)]

    def backwards(end: int) -> bytes:
        return blob[blob.rindex(b"\n", 0, end) + 1 : end][::-1]

    made = {}
    for name in SORTS:
        kept = _moved(getattr(base, name), base, base_places, offsets)
        added = _moved(getattr(overlay, name), overlay, overlay_places, offsets)
        made[name] = _joined(kept, added, backwards if name == "ends" else entry)
    return Column(text_of(blob), offsets, made["starts"], made["words"], made["ends"])


Pair = tuple[int, int]


def _moved(old: Sorted, column: Column, moved: Sequence[int], offsets: Ints) -> list[Pair]:
    before = column.offsets
    return [
        (place - before[position] + offsets[moved[position]], moved[position])
        for place, position in zip(old.places, old.positions, strict=True)
        if moved[position] >= 0
    ]


def _joined(kept: list[Pair], added: list[Pair], read: Callable[[int], bytes]) -> Sorted:
    """Both in one order."""
    whole: list[Pair] = []
    done = 0
    for pair in added:
        at = bisect_left(kept, read(pair[0]), done, key=lambda known: read(known[0]))
        whole += kept[done:at]
        whole.append(pair)
        done = at
    whole += kept[done:]
    return Sorted(array("I", [place for place, _ in whole]), array("I", [position for _, position in whole]))
