"""The kinds of match, one function each: what they find of one term goes into a pool."""

from __future__ import annotations

from collections.abc import Iterable

from store.lookup.column import Ints
from store.lookup.guess import may_slip, slips_of_digits, slips_of_letters, spellings_of_digits
from store.lookup.keys import LEXICONS
from store.lookup.mixed import Pattern, candidates, fit, patterns_of
from store.lookup.pool import Grade, Part, Parts, Pool
from store.lookup.query import EXTENSION_BONUS, LATER_SYLLABLES, MIXED, Anchor, Probe, Term
from store.lookup.segment import Segment

MOST_CHECKED = 3_000
"""How many finds of the initials of a mixed spelling are checked for the rest of it."""

MANY = 2_000
"""From so many finds on, the first are found sooner by looking through the list than by sorting."""

DIGITS_AS_LETTERS = {"pinyin": 280, "pinyin2": 270}
SLIP = {"phone": 195, "pinyin": 190, "name": 185, "alias": 183, "pinyin2": 180, "inner": 175}
_WHOLE_BONUS = 4


def positions_of(segment: Segment, anchor: Anchor) -> Ints:
    """The positions that have what `anchor` looks for, in no order, some perhaps twice."""
    if anchor.column in LEXICONS:
        return segment.lexicons[anchor.column].holders(anchor.text, whole=anchor.how == "exact")
    column = segment.columns[anchor.column]
    if anchor.how == "exact":
        return column.starting(anchor.text + "\n")
    if anchor.how == "end":
        return column.ending(anchor.text)
    return column.starting(anchor.text, word=anchor.how == "word")


def add_identity(pool: Pool, parts: Parts, term: Term) -> None:
    """The customer whose number it is."""
    if term.identity is None:
        return
    for number, part in enumerate(parts):
        position = part.segment.find(term.identity)
        if position is not None and position not in part.dead:
            pool.add((number, position), Grade(term.identity_score, "number", term))


def add_anchored(pool: Pool, parts: Parts, term: Term, guess: str = "") -> None:
    """What stands at the beginning or the end of a value, the best first."""
    for anchor in term.anchors:
        if pool.is_full:
            pool.cut = True
            return
        grade = Grade(anchor.score, anchor.column, term, guess)
        for number, part in enumerate(parts):
            _take_anchored(pool, number, part, anchor, grade)


def _take_anchored(pool: Pool, number: int, part: Part, anchor: Anchor, grade: Grade) -> None:
    positions = _in_order(pool, part, anchor)
    count = 0
    for position in positions:
        if position in part.dead:
            continue
        if count >= pool.most:
            pool.cut = True
            return
        count += 1
        if grade.term.extension and anchor.column == "phone":
            pool.add((number, position), _with_extension(grade, part.segment, position))
        else:
            pool.add((number, position), grade)


def _in_order(pool: Pool, part: Part, anchor: Anchor) -> Iterable[int]:
    """The positions that `anchor` finds, in order, each once; of many at least as many as the pool takes."""
    segment = part.segment
    if anchor.column in LEXICONS and anchor.how == "start":
        return segment.lexicons[anchor.column].in_order(anchor.text)
    found = positions_of(segment, anchor)
    if len(found) >= MANY and anchor.needle:
        positions, cut = segment.columns[anchor.column].scan(anchor.needle, pool.most, part.dead)
        pool.cut |= cut
        return positions
    return found if len(found) < 2 else sorted(set(found))


def _with_extension(grade: Grade, segment: Segment, position: int) -> Grade:
    entry = f";{grade.term.extension}\n"
    bonus = EXTENSION_BONUS if segment.columns["phone"].holds(position, entry) else 0
    return grade._replace(score=grade.score + bonus)


def add_slower(pool: Pool, parts: Parts, term: Term) -> None:
    """Mixed spellings, what stands anywhere in a value, and later syllables, while there is room."""
    for pattern in patterns_of(term.text if term.kind == "mixed" else term.letters):
        for name in MIXED:
            for number, part in enumerate(parts):
                _add_fitting(pool, number, part, pattern, name, term)
    for probe in term.probes:
        if probe.levels[-1].how == "inside":
            if pool.is_full:
                pool.cut = True
                return
            _add_inside(pool, parts, probe, term)
    if term.letters:
        for number, part in enumerate(parts):
            anchor = Anchor(LATER_SYLLABLES, "inner", "start", term.letters, "")
            _take_anchored(pool, number, part, anchor, Grade(LATER_SYLLABLES, "inner", term))


def _add_inside(pool: Pool, parts: Parts, probe: Probe, term: Term) -> None:
    level = probe.levels[-1]
    grade = Grade(level.score, probe.column, term)
    for number, part in enumerate(parts):
        column = part.segment.columns[probe.column]
        if not column.is_empty:
            positions, cut = column.scan(level.needle, pool.most, part.dead)
            pool.cut |= cut
            for position in positions:
                pool.add((number, position), grade)


def _add_fitting(pool: Pool, number: int, part: Part, pattern: Pattern, name: str, term: Term) -> None:
    positions = candidates(pattern, name, part.segment.lexicons)
    pool.cut |= len(positions) > MOST_CHECKED
    for position in positions[:MOST_CHECKED]:
        if position in part.dead:
            continue
        found = fit(pattern, part.segment.row(position))
        if found and found.column == name:
            pool.add((number, position), Grade(MIXED[name], "mixed", term))
            if pool.is_full:
                pool.cut = True
                return


def add_guesses(pool: Pool, parts: Parts, term: Term) -> None:
    """Digits as the letters on their keys: readings and initials."""
    if term.kind != "digits" or pool.is_full:
        return
    for column, score in DIGITS_AS_LETTERS.items():
        for number, part in enumerate(parts):
            for letters in spellings_of_digits(term.text, part.segment.lexicons[column]):
                meant = Term(letters, "letters")
                for how, better in (("exact", _WHOLE_BONUS), ("start", 0)):
                    grade = Grade(score + better, column, meant, "digits")
                    anchor = Anchor(grade.score, column, "exact" if how == "exact" else "start", letters, "")
                    _take_anchored(pool, number, part, anchor, grade)


def add_slips(pool: Pool, parts: Parts, term: Term) -> None:
    """What is one slip of the keys away: readings and Latin names, whole numbers."""
    if term.kind == "digits":
        for digits in term.spellings:
            for meant in slips_of_digits(digits) if may_slip(digits) else ():
                _add_slip(pool, parts, Term(meant, "digits", (meant,)), "phone", starts=True)
    elif may_slip(term.letters):
        for column in SLIP:
            if column != "phone":
                # In one order, whichever part has a word, so that the same customers are always found the same way.
                for text, starts in sorted(_slips(parts, column, term.letters).items()):
                    _add_slip(pool, parts, Term(text, "letters"), column, starts=starts)


def _slips(parts: Parts, column: str, letters: str) -> dict[str, bool]:
    """What may have been meant, of what there is in one column of both parts."""
    found: dict[str, bool] = {}
    for part in parts:
        segment = part.segment
        words = segment.lexicons[column] if column in LEXICONS else segment.columns[column]
        for text, starts in slips_of_letters(letters, words).items():
            found[text] = found.get(text, False) or starts
    return found


def _add_slip(pool: Pool, parts: Parts, term: Term, column: str, *, starts: bool) -> None:
    anchors = [anchor for anchor in term.anchors if anchor.column == column]
    if column == "inner":
        anchors = [Anchor(0, column, "exact", term.letters, ""), Anchor(0, column, "start", term.letters, "")]
    for anchor in anchors:
        if pool.is_full:
            pool.cut = True
            return
        if anchor.how == "exact" or starts:
            better = _WHOLE_BONUS if anchor.how == "exact" else 0
            grade = Grade(SLIP[column] + better, column, term, "slip")
            for number, part in enumerate(parts):
                _take_anchored(pool, number, part, anchor, grade)
