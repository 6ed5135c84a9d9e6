"""The readings of all customers as a sorted list of words, each with the places of who has it.

A reading is only ever looked for from its beginning, so a sorted list answers in microseconds where a scan of all
readings takes milliseconds.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence

_AFTER_LETTERS = "\x7f"


class Lexicon:
    """One column of readings; it never changes once it is made.

    `words` are sorted, each ended by a line feed; word `n` is `words[starts[n]:starts[n + 1] - 1]`, and the positions
    `places[firsts[n]:firsts[n + 1]]`, ascending, have it.
    """

    __slots__ = ("_of_letter", "firsts", "places", "starts", "words")

    def __init__(self, words: str, starts: array[int], firsts: array[int], places: array[int]) -> None:
        self.words = words
        self.starts = starts
        self.firsts = firsts
        self.places = places
        self._of_letter: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self.starts) - 1

    def word(self, index: int) -> str:
        """One word."""
        return self.words[self.starts[index] : self.starts[index + 1] - 1]

    def find(self, text: str) -> int:
        """The index of the first word not before `text`."""
        return bisect_left(range(len(self)), text, key=self.word)

    def holders(self, text: str, *, whole: bool) -> array[int]:
        """The positions that have a word that is `text` or, unless `whole`, begins with it; some perhaps twice."""
        first = self.find(text)
        if whole:
            last = first + 1 if first < len(self) and self.word(first) == text else first
        else:
            last = self.find(text + _AFTER_LETTERS)
        return self.places[self.firsts[first] : self.firsts[last]]

    def first_holders(
        self, text: str, most: int, dead: Collection[int], *, whole: bool
    ) -> tuple[list[int], bool]:
        """The first `most` positions that have such a word, in order, and whether there are more."""
        positions: list[int] = []
        for position in self._in_order(text, whole=whole):
            if position not in dead:
                if len(positions) == most:
                    return positions, True
                positions.append(position)
        return positions, False

    def _in_order(self, text: str, *, whole: bool) -> Sequence[int]:
        """The holders in order, each once. Those of one letter are a tenth of all; they are sorted once and kept."""
        if whole or len(text) > 1:
            return sorted(set(self.holders(text, whole=whole)))
        kept = self._of_letter.get(text)
        if kept is None:
            kept = self._of_letter[text] = array("I", sorted(set(self.holders(text, whole=False))))
        return kept


def build_lexicon(values: Iterable[str]) -> Lexicon:
    """The lexicon of the entries (each ended by a line feed) of every position in turn."""
    holders: dict[str, list[int]] = {}
    for position, value in enumerate(values):
        for word in value.split("\n")[:-1]:
            known = holders.get(word)
            if known is None:
                holders[word] = [position]
            elif known[-1] != position:
                known.append(position)
    starts, firsts, places = array("I", [0]), array("I", [0]), array("I")
    words = sorted(holders)
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
        places.extend(holders[word])
        firsts.append(len(places))
    return Lexicon("".join([word + "\n" for word in words]), starts, firsts, places)


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
