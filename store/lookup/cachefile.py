"""A segment as a file: written whole, trusted only when its stamp, its rules and its checksum are right."""

from __future__ import annotations

import os
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from store.lookup.keys import BLOBS, LEXICONS
from store.lookup.lexicon import Lexicon
from store.lookup.segment import Column, Segment

MAGIC = b"crm-tui look-up 1\n"
RULES = 2
"""Raise it whenever the keys of a customer or the layout of this file change: older files are then made again."""


def write(path: Path, segment: Segment, stamp: Mapping[str, Any], readings: str) -> None:
    """Write `segment` to `path`, replacing the file whole; only its owner may read it.

    Raises:
        OSError: it cannot be written; the file that was there is untouched.
    """
    sections: list[bytes | memoryview] = [
        segment.ids.tobytes(),
        segment.recency.tobytes(),
        segment.by_id.tobytes(),
        segment.row_offsets.tobytes(),
        segment.rows,
    ]
    for name in BLOBS:
        column = segment.columns[name]
        sections += [column.offsets.tobytes(), column.blob.encode()]
    for name in LEXICONS:
        lexicon = segment.lexicons[name]
        sections += [
            lexicon.words.encode(),
            *(part.tobytes() for part in (lexicon.starts, lexicon.firsts, lexicon.places)),
        ]
    head = msgspec.json.encode(
        {
            "rules": RULES,
            "readings": readings,
            "byte_order": sys.byteorder,
            "stamp": dict(stamp),
            "active": segment.active,
            "sizes": [len(section) for section in sections],
        }
    )
    body = b"".join([len(head).to_bytes(4, "little"), head, *sections])
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - needs the mode
            file.write(MAGIC + zlib.crc32(body).to_bytes(4, "little"))
            file.write(body)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def read(path: Path, stamp: Mapping[str, Any], readings: str) -> tuple[Segment, dict[str, Any]] | None:
    """The segment in `path` and its whole stamp; None when it is missing, damaged, stale or made by other rules."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    start = len(MAGIC) + 4
    body = memoryview(data)[start:]
    if data[: len(MAGIC)] != MAGIC or zlib.crc32(body) != int.from_bytes(data[len(MAGIC) : start], "little"):
        return None
    size = int.from_bytes(body[:4], "little")
    head = msgspec.json.decode(body[4 : 4 + size], type=dict[str, Any])
    expected = {"rules": RULES, "readings": readings, "byte_order": sys.byteorder}
    if any(head.get(key) != value for key, value in expected.items()):
        return None
    wanted = msgspec.json.decode(msgspec.json.encode(dict(stamp)))
    if any(head["stamp"].get(key, wanted) != value for key, value in wanted.items()):
        return None
    return _segment(body[4 + size :], head), head["stamp"]


def _segment(body: memoryview, head: Mapping[str, Any]) -> Segment:
    def sections() -> Iterator[memoryview]:
        at = 0
        for size in head["sizes"]:
            yield body[at : at + size]
            at += size

    each = sections()
    ids, recency = _array("q", next(each)), _array("q", next(each))
    by_id, row_offsets = _array("I", next(each)), _array("I", next(each))
    rows = bytes(next(each))
    columns = {}
    for name in BLOBS:
        offsets = _array("I", next(each))
        columns[name] = Column(str(next(each), "utf-8"), offsets)
    lexicons = {}
    for name in LEXICONS:
        words = str(next(each), "utf-8")
        lexicons[name] = Lexicon(words, *(_array("I", next(each)) for _part in range(3)))
    return Segment(ids, recency, head["active"], rows, row_offsets, columns, lexicons, by_id)


def _array(code: str, section: memoryview) -> array[int]:
    made = array(code)
    made.frombytes(section)
    return made
