"""The readings of all customers as a sorted list of words, each with the places of who has it.

A reading is only ever looked for from its beginning, so a sorted list answers in microseconds where a scan of all
readings takes milliseconds.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, islice
from operator import eq

from store.lookup.column import Ints, Text, encoded, text_of

_AFTER_LETTERS = b"\xff"
MANY = 2000
"""From so many holders on, the first of them are kept in order for whatever words begin with."""
KEPT = 1200
"""So many of them are kept: more than a search takes, and than records that have changed beside the file."""


class Lexicon:
    """One column of readings; it never changes once it is made.

    `words` are sorted, each ended by a line feed; word `n` is between `starts[n]` and `starts[n + 1] - 1`, and the
    positions `places[firsts[n]:firsts[n + 1]]`, ascending, have it. `tops` has as its words what many words begin
    with, each with the first of those who have them.
    """

    __slots__ = ("firsts", "places", "starts", "tops", "words")

    def __init__(
        self, words: Text, starts: Ints, firsts: Ints, places: Ints, tops: Lexicon | None = None
    ) -> None:
        self.words = words
        self.starts = starts
        self.firsts = firsts
        self.places = places
        self.tops = tops

    def __len__(self) -> int:
        return len(self.starts) - 1

    def word(self, index: int) -> str:
        """One word."""
        return self._word(index).decode()

    def _word(self, index: int) -> bytes:
        return self.words.cut(self.starts[index], self.starts[index + 1] - 1)

    def find(self, text: str) -> int:
        """The index of the first word not before `text`."""
        return self.find_bytes(encoded(text))

    def find_bytes(self, text: bytes, first: int = 0) -> int:
        """The index of the first word not before `text`, and not before `first`."""
        data, base, starts = self.words.data, self.words.base, self.starts
        end = base - 1
        return bisect_left(
            range(len(self)), text, first, key=lambda n: data[base + starts[n] : end + starts[n + 1]]
        )

    def next_word(self, text: str) -> str | None:
        """The first word that is not before `text`."""
        index = self.find(text)
        return self.word(index) if index < len(self) else None

    def holders(self, text: str, *, whole: bool = False) -> Ints:
        """The positions that have a word that is `text` or, unless `whole`, begins with it; some perhaps twice."""
        wanted = encoded(text)
        first = self.find_bytes(wanted)
        if whole:
            last = first + 1 if first < len(self) and self._word(first) == wanted else first
        else:
            last = self.find_bytes(wanted + _AFTER_LETTERS, first)
        return self.places[self.firsts[first] : self.firsts[last]]

    def beginning(self, text: str) -> list[str]:
        """The words that begin with `text`, in order."""
        wanted = encoded(text)
        return [
            self.word(index)
            for index in range(self.find_bytes(wanted), self.find_bytes(wanted + _AFTER_LETTERS))
        ]

    def words_at(self, position: int) -> tuple[str, ...]:
        """The words of one record; looks through all."""
        at = [index for index, place in enumerate(self.places) if place == position]
        return tuple([self.word(bisect_right(self.firsts, index) - 1) for index in at])

    def in_order(self, text: str) -> Iterable[int]:
        """The positions that have a word that begins with `text`, in order, each once."""
        first = self.tops.holders(text, whole=True) if self.tops else ()
        return self._going_on(first, text) if len(first) else sorted(set(self.holders(text)))

    def _going_on(self, first: Ints, text: str) -> Iterator[int]:
        """The first, and all others should anybody want them."""
        yield from first
        if len(first) == KEPT:
            yield from islice(sorted(set(self.holders(text))), KEPT, None)


def build_lexicon(values: Iterable[tuple[str, ...]], *, is_typed: bool = True) -> Lexicon:
    """The lexicon of the words of every position in turn; `is_typed` where their beginnings are looked for."""
    holders: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
    for position, words in enumerate(values):
        for word in words:
            holders[word].append(position)
    made = _lexicon(sorted(holders.items()))
    return with_tops(made) if is_typed else made


def _lexicon(entries: Sequence[tuple[str, array[int]]]) -> Lexicon:
    """A lexicon of words in order, each with its positions in order, some of them perhaps twice."""
    words = [f"{word}\n".encode() for word, _positions in entries]
    holders = [positions for _word, positions in entries]
    places = array("I", b"".join(holders))
    if any(map(eq, places, islice(places, 1, None))):
        holders = [array("I", dict.fromkeys(positions)) for positions in holders]
        places = array("I", b"".join(holders))
    starts = array("I", accumulate(map(len, words), initial=0))
    return Lexicon(
        text_of(b"".join(words)), starts, array("I", accumulate(map(len, holders), initial=0)), places
    )


def with_tops(lexicon: Lexicon) -> Lexicon:
    """The same with the tops of what many words begin with."""
    found: dict[str, array[int]] = {}

    def top(first: int, last: int, text: str) -> list[int]:
        """The first positions of the words from `first` to `last`, all of which begin with `text`."""
        positions = lexicon.places[lexicon.firsts[first] : lexicon.firsts[last]]
        if len(positions) < MANY:
            return _first_of(positions)
        own = lexicon.word(first) == text
        kept = list(lexicon.places[lexicon.firsts[first] : lexicon.firsts[first + 1]][:KEPT]) if own else []
        at = first + own
        while at < last:
            longer = lexicon.word(at)[: len(text) + 1]
            end = min(last, lexicon.find_bytes(longer.encode() + _AFTER_LETTERS, at))
            kept += top(at, end, longer)
            at = end
        kept = _first_of(kept)
        if text:
            found[text] = array("I", kept)
        return kept

    top(0, len(lexicon), "")
    tops = _lexicon(sorted(found.items())) if found else None
    return Lexicon(lexicon.words, lexicon.starts, lexicon.firsts, lexicon.places, tops)


def _first_of(positions: Iterable[int]) -> list[int]:
    """The first of these positions, in order, each once. They come in runs that are in order."""
    return list(islice(dict.fromkeys(sorted(positions)), KEPT))


def merged_lexicon(
    base: Lexicon, base_places: Sequence[int], overlay: Lexicon, overlay_places: Sequence[int]
) -> Lexicon:
    """One lexicon of two.

    A position becomes what stands at it in `base_places` (-1: that record is gone) or in `overlay_places`.
    """
    moved = [base_places[place] for place in base.places]
    changed = set(_words_of_the_gone(base, moved))
    added: dict[str, list[int]] = {}
    inserted: list[tuple[int, str]] = []
    for index in range(len(overlay)):
        word = overlay.word(index)
        added[word] = [
            overlay_places[place]
            for place in overlay.places[overlay.firsts[index] : overlay.firsts[index + 1]]
        ]
        at = base.find(word)
        if at < len(base) and base.word(at) == word:
            changed.add(at)
        else:
            inserted.append((at, word))
    return _joined(base, moved, added, [*((at, "") for at in changed), *inserted])


def _words_of_the_gone(base: Lexicon, moved: list[int]) -> list[int]:
    """The words that somebody had who is gone."""
    found: list[int] = []
    at = -1
    while True:
        try:
            at = moved.index(-1, at + 1)
        except ValueError:
            return found
        found.append(bisect_right(base.firsts, at) - 1)


def _joined(
    base: Lexicon, moved: list[int], added: Mapping[str, list[int]], changes: list[tuple[int, str]]
) -> Lexicon:
    """Copy `base` with its places `moved`. A change is a new word before an index, or "" for the word that is there."""
    words: list[bytes] = []
    starts, firsts, places = array("I", [0]), array("I", [0]), array("I")

    def copy(first: int, last: int) -> None:
        words.append(base.words.cut(base.starts[first], base.starts[last]))
        for target, source in ((starts, base.starts), (firsts, base.firsts)):
            shift = target[-1] - source[first]
            target.extend([offset + shift for offset in source[first + 1 : last + 1]])
        places.extend(moved[base.firsts[first] : base.firsts[last]])

    done = 0
    for at, own in sorted(changes, key=lambda change: (change[0], change[1] == "", change[1])):
        copy(done, at)
        word = own or base.word(at)
        kept = [] if own else [place for place in moved[base.firsts[at] : base.firsts[at + 1]] if place >= 0]
        holders = sorted([*kept, *added.get(word, ())])
        if holders:
            words.append(word.encode() + b"\n")
            starts.append(starts[-1] + len(words[-1]))
            places.extend(holders)
            firsts.append(len(places))
        done = at if own else at + 1
    copy(done, len(base))
    return with_tops(Lexicon(text_of(b"".join(words)), starts, firsts, places))
