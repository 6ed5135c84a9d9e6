"""One field of all customers as one string: looked through anywhere, and looked up from its ends without a scan."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate

Ints = Sequence[int]
"""Whole numbers of fixed width: an array, or a view of the mapped file."""

SORTS = ("starts", "words", "ends")
WITH_WORDS = frozenset({"name", "alias", "company"})
WITH_ENDS = frozenset({"phone"})


class Sorted:
    """Places in a blob in the order of the text there, each with the position of the record that has it."""

    __slots__ = ("places", "positions")

    def __init__(self, places: Ints = (), positions: Ints = ()) -> None:
        self.places = places
        self.positions = positions

    def having(self, text: str, read: Callable[[int], str]) -> Ints:
        """The positions at whose places `read` gives `text`."""
        first = bisect_left(self.places, text, key=read)
        last = bisect_right(self.places, text, first, key=read)
        return self.positions[first:last]


class Column:
    """The entries of one field of all customers in one string, and where each customer's begin.

    `blob` starts with a line feed and each entry ends in one; record `n` owns `blob[offsets[n]:offsets[n + 1]]`.

    Attributes:
        starts: the beginnings of all entries, sorted by the entry.
        words: the beginnings of later words of entries, sorted likewise (names and companies only).
        ends: the line feeds after the entries, sorted by the entry read backwards (numbers only).
    """

    __slots__ = ("blob", "ends", "offsets", "starts", "words")

    def __init__(self, blob: str, offsets: Ints, starts: Sorted, words: Sorted, ends: Sorted) -> None:
        self.blob = blob
        self.offsets = offsets
        self.starts = starts
        self.words = words
        self.ends = ends

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

    def starting(self, text: str, *, word: bool = False) -> Ints:
        """The positions that have an entry (`word`: a later word of an entry) beginning with `text`."""
        blob, length = self.blob, len(text)
        return (self.words if word else self.starts).having(text, lambda at: blob[at : at + length])

    def next_word(self, text: str) -> str | None:
        """The first entry that is not before `text`."""
        blob, length, places = self.blob, len(text), self.starts.places
        index = bisect_left(places, text, key=lambda at: blob[at : at + length])
        return blob[places[index] : blob.index("\n", places[index])] if index < len(places) else None

    def ending(self, text: str) -> Ints:
        """The positions that have an entry ending with `text`."""
        blob, length = self.blob, len(text)
        return self.ends.having(text[::-1], lambda end: blob[max(0, end - length) : end][::-1])

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


def build_column(name: str, blob: str, offsets: Ints) -> Column:
    """The column `name`, sorted."""
    entries = blob[1:-1].split("\n") if len(blob) > 1 else []
    places = list(accumulate([len(entry) + 1 for entry in entries], initial=1))
    positions = _owners(places, offsets)
    order = sorted(range(len(entries)), key=entries.__getitem__)
    starts = Sorted(
        array("I", [places[index] for index in order]), array("I", [positions[index] for index in order])
    )
    words, ends = Sorted(array("I"), array("I")), Sorted(array("I"), array("I"))
    if name in WITH_WORDS and " " in blob:
        words = _sorted_words(entries, places, positions)
    if name in WITH_ENDS:
        backwards = [entry[::-1] for entry in entries]
        order.sort(key=backwards.__getitem__)
        ends = Sorted(
            array("I", [places[index + 1] - 1 for index in order]),
            array("I", [positions[index] for index in order]),
        )
    return Column(blob, offsets, starts, words, ends)


def _owners(places: list[int], offsets: Ints) -> list[int]:
    """For each entry the position of the record that has it."""
    if len(places) - 1 == len(offsets) - 1 and places == list(offsets):
        return list(range(len(places) - 1))
    positions = []
    position = 0
    for place in places[:-1]:
        while place >= offsets[position + 1]:
            position += 1
        positions.append(position)
    return positions


def _sorted_words(entries: list[str], places: list[int], positions: list[int]) -> Sorted:
    """The beginnings of the second and later words."""
    found = []
    for index, entry in enumerate(entries):
        at = entry.find(" ")
        while at >= 0:
            found.append((entry[at + 1 :], places[index] + at + 1, positions[index]))
            at = entry.find(" ", at + 1)
    found.sort()
    return Sorted(array("I", [place for _, place, _ in found]), array("I", [owner for _, _, owner in found]))


def merged_column(
    base: Column,
    base_places: Sequence[int],
    overlay: Column,
    overlay_places: Sequence[int],
    blob: str,
    offsets: Ints,
) -> Column:
    """One column of two whose text is already joined in `blob`.

    A position becomes what stands at it in `base_places` (-1: that record is gone) or in `overlay_places`.
    """

    def entry(at: int) -> str:
        return blob[at : blob.index("\n", at)]

    def backwards(end: int) -> str:
        return blob[blob.rindex("\n", 0, end) + 1 : end][::-1]

    made = {}
    for name in SORTS:
        kept = _moved(getattr(base, name), base, base_places, offsets)
        added = _moved(getattr(overlay, name), overlay, overlay_places, offsets)
        made[name] = _joined(kept, added, backwards if name == "ends" else entry)
    return Column(blob, offsets, made["starts"], made["words"], made["ends"])


Pair = tuple[int, int]


def _moved(old: Sorted, column: Column, moved: Sequence[int], offsets: Ints) -> list[Pair]:
    before = column.offsets
    return [
        (place - before[position] + offsets[moved[position]], moved[position])
        for place, position in zip(old.places, old.positions, strict=True)
        if moved[position] >= 0
    ]


def _joined(kept: list[Pair], added: list[Pair], read: Callable[[int], str]) -> Sorted:
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
