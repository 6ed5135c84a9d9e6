"""Running a query over the two segments: candidates by column, the best by score and place in the list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from store.lookup.explain import mark_of
from store.lookup.keys import Row
from store.lookup.match import Found, Mark, Match, Matches, customer_number
from store.lookup.mixed import Pattern, candidates, fit, patterns_of
from store.lookup.query import EXTENSION_BONUS, MIXED, Probe, Query, ReadingProbe, Term, parse_query
from store.lookup.segment import Segment

MOST_CHECKED = 5_000
"""How many finds of the rarest word, or of the initials of a mixed spelling, are checked for the rest of the query."""


class Grade(NamedTuple):
    """How well a record answers a term, and in which column ("number", "mixed" beside the columns)."""

    score: int
    column: str


class Hit(NamedTuple):
    """A record that answers the whole query: its score, and each term with the column it was found in."""

    score: int
    found: tuple[tuple[Term, str], ...]


class Part(NamedTuple):
    """One of the two segments, with the positions that are superseded."""

    segment: Segment
    dead: Collection[int]


Parts = tuple[Part, Part]
Place = tuple[int, int]
"""Which part, and the position in it."""


class _Pool:
    """The records found for one term: the best grade of each, and whether there are more than were taken.

    `floor` is a score that `most` records are known to reach: what would score less is not looked for any more.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.grades: dict[Place, Grade] = {}
        self.floor = 0
        self.cut = False

    def add(self, place: Place, score: int, column: str) -> None:
        known = self.grades.get(place)
        if known is None or known[0] < score:
            self.grades[place] = Grade(score, column)


def search(parts: Parts, query: str, limit: int) -> Found:
    """The best `limit` answers to `query`."""
    parsed = parse_query(query)
    hits, cut = _hits(parts, parsed, limit)
    best = _best(parts, hits, limit)
    matches = Matches(len(best), lambda index: _match(parts, best[index], hits[best[index]]))
    tried = tuple(dict.fromkeys(field for term in (*parsed.whole, *parsed.words) for field in term.tried))
    more = cut or len(hits) > limit
    return Found(matches, None if cut else len(hits), more, tried)


def _best(parts: Parts, hits: Mapping[Place, Hit], limit: int) -> list[Place]:
    """The places of the best hits: by score, then by place in the list."""
    by_score: dict[int, list[Place]] = {}
    for place, hit in hits.items():
        by_score.setdefault(hit.score, []).append(place)
    best: list[Place] = []
    for score in sorted(by_score, reverse=True):
        places = by_score[score]
        if any(part for part, _position in places):
            places.sort(key=lambda place: parts[place[0]].segment.order(place[1]))
        else:
            places.sort()
        best += places
        if len(best) >= limit:
            break
    return best[:limit]


def _hits(parts: Parts, query: Query, limit: int) -> tuple[dict[Place, Hit], bool]:
    hits: dict[Place, Hit] = {}
    cut = False
    for term in query.whole:
        cut |= _add_hits(hits, parts, term, limit)
    number = query.whole and query.whole[0].kind == "digits"
    if query.words and len(hits) < limit and not (number and hits):
        more, cut_words = _all_words(parts, query.words)
        cut |= cut_words
        for place, hit in more.items():
            hits.setdefault(place, hit)
    for term in () if hits else query.spare:
        cut |= _add_hits(hits, parts, term, limit)
    return hits, cut


def _add_hits(hits: dict[Place, Hit], parts: Parts, term: Term, limit: int) -> bool:
    """Add what one term finds; returns whether there is more of it."""
    pool = _pool(parts, term, limit)
    for place, grade in pool.grades.items():
        if place not in hits or hits[place].score < grade.score:
            hits[place] = Hit(grade.score, ((term, grade.column),))
    return pool.cut


def _pool(parts: Parts, term: Term, most: int) -> _Pool:
    """The records that answer one term; slower kinds of match only while there is room."""
    pool = _Pool(most)
    for number, part in enumerate(parts):
        _add_identity(pool, number, part, term)
    for reading_probe in term.reading_probes:
        _add_readings(pool, parts, reading_probe)
    for probe in term.probes:
        _add_probe(pool, parts, probe, term.extension)
    if len(pool.grades) >= most:
        pool.cut = pool.cut or bool(term.later_probes)
        return pool
    for reading_probe in term.later_probes:
        _add_readings(pool, parts, reading_probe)
    if term.kind == "mixed" or term.letters:
        _add_mixed(pool, parts, term)
    return pool


def _add_identity(pool: _Pool, number: int, part: Part, term: Term) -> None:
    if term.identity is None:
        return
    position = part.segment.find(term.identity)
    if position is not None and position not in part.dead:
        pool.add((number, position), term.identity_score, "number")


def _add_probe(pool: _Pool, parts: Parts, probe: Probe, extension: str | None) -> None:
    """Look through one column for the levels that may still be among the best."""
    levels = [level for level in probe.levels if level.score >= pool.floor]
    pool.cut = pool.cut or len(levels) < len(probe.levels)
    for number, part in enumerate(parts):
        column = part.segment.columns[probe.column]
        if len(column.blob) == 1:
            continue
        complete: list[str] = []
        found: dict[int, None] = {}
        for level in reversed(levels):
            if any(needle in level.needle for needle in complete):
                continue
            positions, cut = column.scan(level.needle, pool.most, part.dead)
            found.update(dict.fromkeys(positions))
            if cut:
                pool.cut = True
                pool.floor = max(pool.floor, level.score)
            else:
                complete.append(level.needle)
        for position in found:
            region = column.region(position)
            bonus = EXTENSION_BONUS if extension and f";{extension}\n" in region else 0
            pool.add((number, position), probe.grade(region) + bonus, probe.column)


def _add_readings(pool: _Pool, parts: Parts, probe: ReadingProbe) -> None:
    """Look through one column of readings for the whole and for the beginning of a word."""
    for score, whole in ((probe.exact, True), (probe.start, False)):
        if whole and probe.exact == probe.start:
            continue
        if score < pool.floor:
            pool.cut = True
            continue
        for number, part in enumerate(parts):
            lexicon = part.segment.lexicons[probe.column]
            positions, cut = lexicon.first_holders(probe.letters, pool.most, part.dead, whole=whole)
            for position in positions:
                pool.add((number, position), score, probe.column)
            if cut:
                pool.cut = True
                pool.floor = max(pool.floor, score)


def _add_mixed(pool: _Pool, parts: Parts, term: Term) -> None:
    for pattern in patterns_of(term.text if term.kind == "mixed" else term.letters):
        for name in MIXED:
            for number, part in enumerate(parts):
                _add_fitting(pool, number, part, pattern, name)


def _add_fitting(pool: _Pool, number: int, part: Part, pattern: Pattern, name: str) -> None:
    positions = candidates(pattern, name, part.segment.lexicons)
    pool.cut = pool.cut or len(positions) > MOST_CHECKED
    count = 0
    for position in positions[:MOST_CHECKED]:
        if position in part.dead:
            continue
        found = fit(pattern, part.segment.row(position))
        if found and found.column == name:
            pool.add((number, position), MIXED[name], "mixed")
            count += 1
            if count >= pool.most:
                pool.cut = True
                return


def _rarity(term: Term) -> tuple[int, int]:
    """How few records a word is likely to find: numbers, then long digits, then characters, then letters."""
    ranks = {"number": 5, "digits": 4, "text": 3, "mixed": 2, "letters": 2, "tag": 1}
    rank = ranks[term.kind]
    if term.kind == "digits" and len(term.text) < 3:
        rank = 0
    return rank, len(term.text)


def _all_words(parts: Parts, words: tuple[Term, ...]) -> tuple[dict[Place, Hit], bool]:
    """The records in which every word is found, each perhaps in another column."""
    driver = max(words, key=_rarity)
    pool = _pool(parts, driver, MOST_CHECKED)
    others = [_Checker(word, parts) for word in words if word is not driver]
    hits = {}
    for place, grade in pool.grades.items():
        grades = {driver: grade}
        for other in others:
            found = other.grade(place)
            if not found:
                break
            grades[other.term] = found
        else:
            score = sum(grades[word].score for word in words) // len(words) - 1
            hits[place] = Hit(score, tuple((word, grades[word].column) for word in words))
    return hits, pool.cut


_NOTHING = Grade(0, "")


class _Checker:
    """Grades single records against one word."""

    def __init__(self, term: Term, parts: Parts) -> None:
        self.term = term
        self._parts = parts
        self._patterns = patterns_of(term.text if term.kind == "mixed" else term.letters)
        self._holders: list[dict[int, Grade]] = [{} for _part in parts]
        for probe in reversed((*term.reading_probes, *term.later_probes)):
            for part, holders in zip(parts, self._holders, strict=True):
                lexicon = part.segment.lexicons[probe.column]
                for score, whole in ((probe.start, False), (probe.exact, True)):
                    better = Grade(score, probe.column)
                    for position in lexicon.holders(probe.letters, whole=whole):
                        if holders.get(position, _NOTHING).score < score:
                            holders[position] = better

    def grade(self, place: Place) -> Grade | None:
        """How well the record at `place` answers."""
        segment, position = self._parts[place[0]].segment, place[1]
        best = self._holders[place[0]].get(position, _NOTHING)
        if self.term.identity is not None and segment.ids[position] == self.term.identity:
            best = max(best, Grade(self.term.identity_score, "number"))
        for probe in self.term.probes:
            column = segment.columns[probe.column]
            if column.holds(position, probe.levels[-1].needle):
                score = probe.grade(column.region(position))
                if score > best.score:
                    best = Grade(score, probe.column)
        if best.score or not self._patterns:
            return best if best.score else None
        row = segment.row(position)
        fits = [found for pattern in self._patterns if (found := fit(pattern, row))]
        return Grade(MIXED[fits[0].column], "mixed") if fits else None


def _match(parts: Parts, place: Place, hit: Hit) -> Match:
    segment, position = parts[place[0]].segment, place[1]
    row = segment.row(position)
    marks = tuple(mark_of(term, column, segment, position, row) for term, column in hit.found)
    return match_of(segment.ids[position], row, marks, hit.score)


def match_of(identity: int, row: Row, marks: tuple[Mark, ...], score: int) -> Match:
    """A row of the list; without marks when nothing was typed."""
    first = marks[0] if marks else Mark("", "", 0, 0)
    return Match(
        id=identity,
        number=customer_number(identity),
        name=row.name,
        call_as=row.call_as,
        company=row.company,
        phones=row.phones,
        tags=row.tags,
        status=row.status,
        field=first.field,
        text=first.text,
        start=first.start,
        end=first.end,
        score=score,
        marks=marks,
    )


def in_list_order(parts: Parts, start: int, count: int) -> Iterator[tuple[Segment, int]]:
    """The living records of both segments from place `start` of the list on."""
    base, overlay = parts
    dead = sorted(base.dead)
    taken = _overlay_before(base.segment, dead, overlay.segment, start)
    position = _living(dead, start - taken)
    size = len(base.segment)
    while count > 0:
        while position < size and position in base.dead:
            position += 1
        from_overlay = taken < len(overlay.segment) and (
            position >= size or overlay.segment.order(taken) < base.segment.order(position)
        )
        if from_overlay:
            yield overlay.segment, taken
            taken += 1
        elif position < size:
            yield base.segment, position
            position += 1
        else:
            return
        count -= 1


def _living(dead: list[int], rank: int) -> int:
    """The position of the `rank`-th record that is not dead."""
    for position in dead:
        if position > rank:
            break
        rank += 1
    return rank


def _overlay_before(base: Segment, dead: list[int], overlay: Segment, rank: int) -> int:
    """How many records of the overlay are among the first `rank` of the list."""
    low, high = 0, len(overlay)
    while low < high:
        middle = (low + high) // 2
        before = bisect_left(range(len(base)), overlay.order(middle), key=base.order)
        before -= bisect_left(dead, before)
        if before + middle < rank:
            low = middle + 1
        else:
            high = middle
    return low
