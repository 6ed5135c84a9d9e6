"""A look-up among those who pass a filter."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from itertools import islice

from store.lookup.filtering import Asker, Outside, outside
from store.lookup.filters import Node
from store.lookup.match import NOBODY, Found, Match, Matches
from store.lookup.pool import Part, Parts, Place, match_of
from store.lookup.search import Search


def narrow(parts: Parts, node: Node, asker: Asker) -> Parts:
    """The same parts with only those who pass a filter."""
    words: dict[str, Search] = {}

    def find(number: int, text: str) -> Iterator[int]:
        search = words.get(text)
        if search is None:
            search = words[text] = Search(parts, text, sys.maxsize, guesses=False)
            search.anchored()
            search.slower()
        return (position for part, position in search.places if part == number)

    base, overlay = (
        Part(part.segment, outside(node, part.segment, part.dead, asker, partial(find, number)))
        for number, part in enumerate(parts)
    )
    return base, overlay


def passing(parts: Parts, limit: int) -> Found:
    """Everybody in `parts`, which a filter has narrowed, in list order."""
    places: list[Place] = []
    total = 0
    for number, part in enumerate(parts):
        if isinstance(part.dead, Outside):
            total += part.dead.count
            places += [(number, position) for position in islice(part.dead.passed(), limit)]
    places.sort(key=lambda place: parts[place[0]].segment.order(place[1]))
    chosen = places[:limit]

    def make(index: int) -> Match:
        segment, position = parts[chosen[index][0]].segment, chosen[index][1]
        if not segment.is_whole:
            return NOBODY
        return match_of(segment, position, segment.row(position), (), 0)

    return Found(Matches(len(chosen), make), total, total > limit, ())
