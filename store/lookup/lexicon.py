"""The readings of all customers as a sorted list of words, each with the places of who has it.

A reading is only ever looked for from its beginning, so a sorted list answers in microseconds where a scan of all
readings takes milliseconds.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from store.lookup.column import Ints

_AFTER_LETTERS = "\U0010ffff"
_WORTH_KEEPING = 2000
_MOST_KEPT = 64


class Lexicon:
    """One column of readings; it never changes once it is made.

    `words` are sorted, each ended by a line feed; word `n` is `words[starts[n]:starts[n + 1] - 1]`, and the positions
    `places[firsts[n]:firsts[n + 1]]`, ascending, have it.
    """

    __slots__ = ("_kept", "firsts", "places", "starts", "words")

    def __init__(self, words: str, starts: Ints, firsts: Ints, places: Ints) -> None:
        self.words = words
        self.starts = starts
        self.firsts = firsts
        self.places = places
        self._kept: dict[str, Ints] = {}

    def __len__(self) -> int:
        return len(self.starts) - 1

    def word(self, index: int) -> str:
        """One word."""
        return self.words[self.starts[index] : self.starts[index + 1] - 1]

    def find(self, text: str) -> int:
        """The index of the first word not before `text`."""
        return bisect_left(range(len(self)), text, key=self.word)

    def next_word(self, text: str) -> str | None:
        """The first word that is not before `text`."""
        index = self.find(text)
        return self.word(index) if index < len(self) else None

    def holders(self, text: str, *, whole: bool = False) -> Ints:
        """The positions that have a word that is `text` or, unless `whole`, begins with it; some perhaps twice."""
        first = self.find(text)
        if whole:
            last = first + 1 if first < len(self) and self.word(first) == text else first
        else:
            last = self.find(text + _AFTER_LETTERS)
        return self.places[self.firsts[first] : self.firsts[last]]

    def beginning(self, text: str) -> list[str]:
        """The words that begin with `text`, in order."""
        return [self.word(index) for index in range(self.find(text), self.find(text + _AFTER_LETTERS))]

    def words_at(self, position: int) -> tuple[str, ...]:
        """The words of one record; looks through all."""
        at = [index for index, place in enumerate(self.places) if place == position]
        return tuple([self.word(bisect_right(self.firsts, index) - 1) for index in at])

    def in_order(self, text: str) -> Ints:
        """The positions that have a word that begins with `text`, in order, each once. Long answers are kept."""
        kept = self._kept.get(text)
        if kept is None:
            kept = array("I", sorted(set(self.holders(text))))
            if len(kept) >= _WORTH_KEEPING:
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)), None)
                self._kept[text] = kept
        return kept


def build_lexicon(values: Iterable[tuple[str, ...]]) -> Lexicon:
    """The lexicon of the words of every position in turn."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for position, words in enumerate(values):
        if words:
            known = alike.get(words)
            if known is None:
                alike[words] = [position]
            else:
                known.append(position)
    holders: dict[str, list[int]] = {}
    for words, positions in alike.items():
        for word in words:
            found = holders.get(word)
            if found is None:
                holders[word] = positions.copy()
            else:
                found += positions
    firsts, places = array("I", [0]), array("I")
    words_in_order = sorted(holders)
    for word in words_in_order:
        positions = holders[word]
        if len(positions) > 1:
            places.extend(sorted(set(positions)))
        else:
            places.append(positions[0])
        firsts.append(len(places))
    starts = array("I", accumulate([len(word) + 1 for word in words_in_order], initial=0))
    return Lexicon("".join([word + "\n" for word in words_in_order]), starts, firsts, places)


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
    words: list[str] = []
    starts, firsts, places = array("I", [0]), array("I", [0]), array("I")

    def copy(first: int, last: int) -> None:
        words.append(base.words[base.starts[first] : base.starts[last]])
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
            words.append(word + "\n")
            starts.append(starts[-1] + len(word) + 1)
            places.extend(holders)
            firsts.append(len(places))
        done = at if own else at + 1
    copy(done, len(base))
    return Lexicon("".join(words), starts, firsts, places)
