"""One segment of two: what changed goes into the large segment without keying anything again."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection

from store.lookup.column import Ints, merged_column
from store.lookup.facts import CODES
from store.lookup.keys import BLOBS, LEXICONS
from store.lookup.lexicon import merged_lexicon
from store.lookup.segment import Segment

Piece = tuple[Segment, int, int]
"""A run of positions of one of the two segments."""


def merged(base: Segment, dead: Collection[int], overlay: Segment) -> Segment:
    """One segment of the living records of `base` and all of `overlay`; runs are copied, nothing is keyed again."""
    pieces = _pieces(base, dead, overlay)
    places = _new_places(base, overlay, pieces)
    ids = array("q")
    facts = {name: array(code) for name, code in CODES.items()}
    rows = []
    row_offsets = array("I", [0])
    for segment, start, end in pieces:
        ids.extend(segment.ids[start:end])
        for name, numbers in facts.items():
            numbers.extend(segment.facts[name][start:end])
        rows.append(bytes(segment.rows[segment.row_offsets[start] : segment.row_offsets[end]]))
        _append_offsets(row_offsets, segment.row_offsets, start, end)
    columns = {}
    for name in BLOBS:
        chunks = [b"\n"]
        offsets = array("I", [1])
        for segment, start, end in pieces:
            column = segment.columns[name]
            chunks.append(column.text.cut(column.offsets[start], column.offsets[end]))
            _append_offsets(offsets, column.offsets, start, end)
        columns[name] = merged_column(
            base.columns[name], places[0], overlay.columns[name], places[1], b"".join(chunks), offsets
        )
    return Segment(
        ids,
        base.active - sum(position < base.active for position in dead) + overlay.active,
        b"".join(rows),
        row_offsets,
        columns,
        {
            name: merged_lexicon(base.lexicons[name], places[0], overlay.lexicons[name], places[1])
            for name in LEXICONS
        },
        facts,
        places=_ranked(base, overlay, places),
    )


def _ranked(base: Segment, overlay: Segment, moved: tuple[list[int], list[int]]) -> array[int]:
    """The places by rank of all records, at their new positions in `moved`."""
    known = [position for position in _by_place(base) if moved[0][position] >= 0]
    order: list[int] = []
    done = 0
    for position in _by_place(overlay):
        at = bisect_left(known, overlay.rank(position), done, key=base.rank)
        order += [moved[0][before] for before in known[done:at]]
        order.append(moved[1][position])
        done = at
    order += [moved[0][after] for after in known[done:]]
    ranked = array("I", bytes(4 * len(order)))
    for place, position in enumerate(order):
        ranked[position] = place
    return ranked


def _by_place(segment: Segment) -> list[int]:
    """The positions in the order of their places."""
    order = [0] * len(segment)
    for position, place in enumerate(segment.places):
        order[place] = position
    return order


def _new_places(base: Segment, overlay: Segment, pieces: list[Piece]) -> tuple[list[int], list[int]]:
    """Where each position of both comes to stand; -1 where the record is gone."""
    base_places, overlay_places = [-1] * len(base), [-1] * len(overlay)
    count = 0
    for segment, start, end in pieces:
        places = base_places if segment is base else overlay_places
        places[start:end] = range(count, count + end - start)
        count += end - start
    return base_places, overlay_places


def _pieces(base: Segment, dead: Collection[int], overlay: Segment) -> list[Piece]:
    """The runs of both segments that, one after the other, are in list order."""
    cuts: list[tuple[int, int, Piece | None]] = [(position, 1, None) for position in dead]
    for index in range(len(overlay)):
        place = bisect_left(range(len(base)), overlay.order(index), key=base.order)
        cuts.append((place, 0, (overlay, index, index + 1)))
    cuts.sort(key=lambda cut: (cut[0], cut[1], cut[2][1] if cut[2] else 0))
    pieces: list[Piece] = []
    start = 0
    for place, kind, piece in cuts:
        if place > start:
            pieces.append((base, start, place))
        start = max(start, place + kind)
        if piece:
            pieces.append(piece)
    if start < len(base):
        pieces.append((base, start, len(base)))
    return pieces


def _append_offsets(target: array[int], source: Ints, start: int, end: int) -> None:
    shift = target[-1] - source[start]
    part = source[start + 1 : end + 1]
    target.extend(part if shift == 0 else [offset + shift for offset in part])
