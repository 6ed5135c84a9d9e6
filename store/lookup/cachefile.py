"""A segment as a file: written whole, trusted only when its stamp, its rules and its checksum are right.

Where the system allows, the file is mapped: its numbers and rows are not in the memory of this process, and two clerks
on one machine share them.
"""

from __future__ import annotations

import os
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from store.lookup.column import SORTS, Column, Ints, Sorted, Text
from store.lookup.facts import CODES
from store.lookup.keys import BLOBS, LEXICONS
from store.lookup.lexicon import Lexicon, build_lexicon
from store.lookup.mapping import MappedFile, map_file
from store.lookup.segment import Segment

MAGIC = b"crm-tui look-up 1\n"
RULES = 6
"""Raise it whenever the keys of a customer or the layout of this file change: older files are then made again."""

_STARTS_AT = len(MAGIC) + 4
_WIDTH = 8
"""Every section begins at a multiple of this, so that numbers can be read where they lie."""


_LEXICON = ("words", "starts", "firsts", "places")
_NO_TOPS = build_lexicon(())


def _layout() -> list[str]:
    """The names of all sections, in order: a file of another list was made by another version."""
    names = ["ids", "by_id", "places", "row_offsets", "rows", *CODES]
    for name in BLOBS:
        names += [f"{name}.offsets", f"{name}.blob"]
        names += [f"{name}.{sort}.{part}" for sort in SORTS for part in ("places", "positions")]
    for name in LEXICONS:
        names += [f"{one}.{part}" for one in (name, f"{name}.tops") for part in _LEXICON]
    return names


def _sections(segment: Segment) -> Iterator[bytes | memoryview]:
    for numbers in (segment.ids, segment.by_id, segment.places, segment.row_offsets):
        yield _raw(numbers)
    yield segment.rows
    for name in CODES:
        yield _raw(segment.facts[name])
    for name in BLOBS:
        column = segment.columns[name]
        yield _raw(column.offsets)
        yield column.text.cut(0, column.text.size)
        for sort in SORTS:
            known: Sorted = getattr(column, sort)
            yield _raw(known.places)
            yield _raw(known.positions)
    for name in LEXICONS:
        lexicon = segment.lexicons[name]
        for one in (lexicon, lexicon.tops or _NO_TOPS):
            yield one.words.cut(0, one.words.size)
            for numbers in (one.starts, one.firsts, one.places):
                yield _raw(numbers)


def _raw(numbers: Ints) -> memoryview:
    if isinstance(numbers, (array, memoryview)):
        return memoryview(numbers).cast("B")
    return memoryview(array("I", numbers)).cast("B")


_PIECE = 1 << 14
"""Bytes written at once. Linux keeps what was written at once together, and maps all of it when any of it is read."""


def write(path: Path, segment: Segment, stamp: Mapping[str, Any], readings: str) -> None:
    """Write `segment` to `path`, replacing the file whole; only its owner may read it.

    Raises:
        OSError: it cannot be written; the file that was there is untouched.
    """
    sections = list(_sections(segment))
    head = msgspec.json.encode(
        {
            "rules": RULES,
            "layout": _layout(),
            "readings": readings,
            "byte_order": sys.byteorder,
            "stamp": dict(stamp),
            "active": segment.active,
            "sizes": [
                section.nbytes if isinstance(section, memoryview) else len(section) for section in sections
            ],
        }
    )
    head += b" " * _gap(_STARTS_AT + 4 + len(head))
    pieces: list[bytes | memoryview] = [len(head).to_bytes(4, "little"), head]
    for section in sections:
        pieces += [section, b"\0" * _gap(len(section))]
    body = b"".join(pieces)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", _PIECE) as file:  # noqa: PTH123 - needs the mode
            file.write(MAGIC + zlib.crc32(body).to_bytes(4, "little"))
            file.writelines(body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _gap(size: int) -> int:
    return -size % _WIDTH


def read(path: Path, stamp: Mapping[str, Any], readings: str) -> tuple[Segment, dict[str, Any]] | None:
    """The segment in `path` and its whole stamp; None when it is missing, damaged, stale or made by other rules."""
    try:
        file = map_file(path)
    except (OSError, ValueError):
        return None
    data = file.view
    body = data[_STARTS_AT:]
    if bytes(data[: len(MAGIC)]) != MAGIC or len(body) < 4:
        return None
    if zlib.crc32(body) != int.from_bytes(data[len(MAGIC) : _STARTS_AT], "little"):
        return None
    size = int.from_bytes(body[:4], "little")
    head = msgspec.json.decode(body[4 : 4 + size], type=dict[str, Any])
    expected = {"rules": RULES, "layout": _layout(), "readings": readings, "byte_order": sys.byteorder}
    if any(head.get(key) != value for key, value in expected.items()):
        return None
    wanted = msgspec.json.decode(msgspec.json.encode(dict(stamp)))
    if any(head["stamp"].get(key, wanted) != value for key, value in wanted.items()):
        return None
    segment = _segment(file, _STARTS_AT + 4 + size, head)
    file.let_go()
    return segment, head["stamp"]


def _segment(file: MappedFile, start: int, head: Mapping[str, Any]) -> Segment:
    sections: dict[str, tuple[int, int]] = {}
    for name, size in zip(_layout(), head["sizes"], strict=True):
        sections[name] = (start, size)
        start += size + _gap(size)

    def raw(name: str) -> memoryview:
        at, size = sections[name]
        return file.view[at : at + size]

    def numbers(name: str, code: str = "I") -> Ints:
        return raw(name).cast("q" if code == "q" else "H" if code == "H" else "I")

    def text(name: str) -> Text:
        return Text(file.data, *sections[name])

    def lexicon(name: str, tops: Lexicon | None = None) -> Lexicon:
        starts, firsts, places = [numbers(f"{name}.{part}") for part in _LEXICON[1:]]
        return Lexicon(text(f"{name}.words"), starts, firsts, places, tops)

    columns = {}
    for name in BLOBS:
        sorts = [
            Sorted(numbers(f"{name}.{sort}.places"), numbers(f"{name}.{sort}.positions")) for sort in SORTS
        ]
        columns[name] = Column(text(f"{name}.blob"), numbers(f"{name}.offsets"), *sorts)
    return Segment(
        ids=numbers("ids", "q"),
        active=head["active"],
        rows=raw("rows"),
        row_offsets=numbers("row_offsets"),
        columns=columns,
        lexicons={name: lexicon(name, lexicon(f"{name}.tops")) for name in LEXICONS},
        facts={name: numbers(name, code) for name, code in CODES.items()},
        by_id=numbers("by_id"),
        places=numbers("places"),
        file=file,
    )
