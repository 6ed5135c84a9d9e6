"""Running a query over the two segments: what is anchored at once, slower kinds after it, the best in order.

Anchored is what begins a value or a reading, is all of it, or ends a number: it is looked up in sorted lists.
Everything else scores below `ANCHORED`, so that adding it never moves what is listed already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import merge

from store.lookup.explain import mark_of
from store.lookup.match import NOBODY, Found, Match, Matches
from store.lookup.pool import Grade, Parts, Place, Pool, match_of
from store.lookup.pools import add_anchored, add_guesses, add_identity, add_slips, add_slower
from store.lookup.query import Query, parse_query
from store.lookup.words import anchored_words, slower_words

WINDOW = 400
"""So many answers of one score are compared by how the customer is dealt with; of more, those dealt with last."""

FEW = 5
"""With fewer answers than these, and none of them anchored, a slip of the keys is looked for."""

Hit = tuple[int, tuple[Grade, ...]]
"""A record that answers the whole query: its score, and the grade of each word."""


class Search:
    """One query on its way: `anchored`, then perhaps `slower`; `found` is the answer so far."""

    def __init__(self, parts: Parts, query: str, limit: int, *, guesses: bool) -> None:
        """Args: guesses lets digits be read as letters and looks for slips."""
        self._parts = parts
        self._query: Query = parse_query(query)
        self._limit = limit
        self._guesses = guesses
        self._most = max(limit, WINDOW)
        self._hits: dict[Place, Hit] = {}
        self._cut = False
        self._tried: dict[str, None] = {}

    def anchored(self) -> None:
        """Find what is anchored."""
        query = self._query
        for term in query.whole:
            pool = Pool(self._most)
            add_identity(pool, self._parts, term)
            add_anchored(pool, self._parts, term)
            self._take(pool)
            self._tried |= dict.fromkeys(term.tried)
        if query.words and not self._is_number_found:
            hits, cut = anchored_words(self._parts, query.words, self._most)
            self._add(hits, cut=cut)
        for term in () if self._hits else query.spare:
            pool = Pool(self._most)
            add_anchored(pool, self._parts, term)
            self._take(pool)

    def slower(self) -> None:
        """Find the rest, as long as there is room for it; nothing of it comes before what is anchored."""
        query = self._query
        is_anchored = bool(self._hits)
        for term in query.whole:
            if len(self._hits) >= self._most:
                self._cut = True
                return
            pool = Pool(self._most, skip=self._hits)
            add_slower(pool, self._parts, term)
            if self._guesses:
                add_guesses(pool, self._parts, term)
                self._tried |= dict.fromkeys(("digits",) if term.kind == "digits" else ())
            self._take(pool)
        if query.words and not self._is_number_found:
            hits, cut = slower_words(self._parts, query.words)
            self._add({place: hit for place, hit in hits.items() if place not in self._hits}, cut=cut)
            self._tried |= dict.fromkeys(field for word in query.words for field in word.tried)
        for term in query.spare if not self._hits else ():
            pool = Pool(self._most)
            add_slower(pool, self._parts, term)
            self._take(pool)
        if self._guesses and not is_anchored and len(self._hits) < FEW:
            self._slips()

    def found(self) -> Found:
        """The best so far."""
        hits = self._hits
        best = self._best(hits)
        matches = Matches(len(best), lambda index: self._match(best[index], hits[best[index]]))
        more = self._cut or len(hits) > self._limit
        return Found(matches, None if self._cut else len(hits), more, tuple(self._tried))

    @property
    def is_whole(self) -> bool:
        """Whether what it searches is still there; see `Segment.is_whole`."""
        return self._parts[0].segment.is_whole

    @property
    def is_full(self) -> bool:
        """Whether there is no room for slower kinds."""
        return len(self._hits) >= self._limit

    @property
    def places(self) -> Iterable[Place]:
        """Where the records stand that are found so far."""
        return self._hits

    @property
    def _is_number_found(self) -> bool:
        whole = self._query.whole
        return bool(whole) and whole[0].kind == "digits" and bool(self._hits)

    def _slips(self) -> None:
        for term in self._query.whole[-1:]:
            pool = Pool(self._most, skip=self._hits)
            add_slips(pool, self._parts, term)
            self._take(pool)
            self._tried["slip"] = None

    def _take(self, pool: Pool) -> None:
        self._add({place: (grade.score, (grade,)) for place, grade in pool.grades.items()}, cut=pool.cut)

    def _add(self, hits: Mapping[Place, Hit], *, cut: bool) -> None:
        known = self._hits
        self._cut |= cut
        if not known:
            self._hits = dict(hits)
            return
        for place, hit in hits.items():
            if place not in known or known[place][0] < hit[0]:
                known[place] = hit

    def _best(self, hits: Mapping[Place, Hit]) -> list[Place]:
        """The places of the best hits: by score, then by rank."""
        by_score: dict[int, list[Place]] = {}
        for place, hit in hits.items():
            by_score.setdefault(hit[0], []).append(place)
        best: list[Place] = []
        for score in sorted(by_score, reverse=True):
            best += self._ranked(by_score[score])
            if len(best) >= self._limit:
                break
        return best[: self._limit]

    def _ranked(self, places: list[Place]) -> Iterable[Place]:
        """Answers of one score in the order of their rank."""
        large, small = self._parts
        of_large = [position for number, position in places if number == 0]
        of_large.sort(key=large.segment.places.__getitem__)
        ranked = [(0, position) for position in of_large]
        if len(ranked) == len(places):
            return ranked
        of_small = sorted(
            [place for place in places if place[0]], key=lambda place: small.segment.places[place[1]]
        )
        return merge(ranked, of_small, key=self._rank)

    def _rank(self, place: Place) -> tuple[bool, bool, int, int, int]:
        return self._parts[place[0]].segment.rank(place[1])

    def _match(self, place: Place, hit: Hit) -> Match:
        segment, position = self._parts[place[0]].segment, place[1]
        if not segment.is_whole:
            return NOBODY
        row = segment.row(position)
        score, grades = hit
        marks = tuple(mark_of(grade.term, grade.column, segment, position, row) for grade in grades)
        guessed = tuple(dict.fromkeys(grade.guess for grade in grades if grade.guess))
        match = match_of(segment, position, row, marks, score)
        return _with_reasons(match, guessed)


def _with_reasons(match: Match, reasons: tuple[str, ...]) -> Match:
    if not reasons:
        return match
    import msgspec

    return msgspec.structs.replace(match, reasons=(*reasons, *match.reasons))
