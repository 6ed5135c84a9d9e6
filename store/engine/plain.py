"""Snapshot files read line by line, sound or not: for backups, for rewriting them, and for saving what can be saved.

The engine itself reads a snapshot in `store.engine.snapshot` and takes no other form than the one it writes. Here a
line that is not as it should be is one event more, and reading goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from store.engine import codec
from store.engine.files import FileCalls
from store.engine.journal import split_lines
from store.engine.snapshot import STORE_TABLE, StoreRecord

_STORE_LINE = re.compile(rb'\{"_store":\{"1":(\{.*\})\},?\n', re.DOTALL)
_TABLE_LINE = re.compile(rb'("(?:[^"\\]|\\.)*"):\{(\},?)?\n', re.DOTALL)
_DOCUMENT_LINE = re.compile(rb'"(0|-?[1-9]\d{0,18})":(\{.*\})(,?)\n', re.DOTALL)
_DOCUMENT_START = re.compile(rb'"(-?\d{1,19})":\{')


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a snapshot.

    Attributes:
        kind: store, table, document, close (of a table), end (of the file), or bad.
        offset: where the line begins.
        line: its bytes, with the line break where it has one.
        table: the table it stands in, or opens; empty where that is not known.
        identifier: of a document; of a bad line where it can be read.
        raw: the JSON bytes of a document.
    """

    kind: str
    offset: int
    line: bytes
    table: str = ""
    identifier: int | None = None
    raw: bytes = b""

    @property
    def end(self) -> int:
        """The byte behind the line."""
        return self.offset + len(self.line)

    @property
    def place(self) -> int:
        """Where the JSON of a document begins."""
        return self.offset + self.line.find(b":{") + 1


def pieces(files: FileCalls, descriptor: int) -> Iterator[Piece]:
    """The lines of a snapshot, each document decoded once to see that it is one."""
    table: str | None = None
    for offset, line in split_lines(files, descriptor, 0, files.size(descriptor)):
        piece = _piece(offset, line, table)
        if piece.kind == "table":
            table = None if line.rstrip(b",\n").endswith(b"{}") else piece.table
        elif piece.kind == "close":
            table = None
        yield piece


def _piece(offset: int, line: bytes, table: str | None) -> Piece:
    if offset == 0 and _STORE_LINE.fullmatch(line) and read_store(line) is not None:
        return Piece("store", offset, line, STORE_TABLE)
    if line in (b"}\n", b"},\n"):
        if table is not None:
            return Piece("close", offset, line, table)
        return Piece("end" if line == b"}\n" else "bad", offset, line)
    document = _DOCUMENT_LINE.fullmatch(line)
    if document is not None:
        identifier = int(document[1])
        if table is not None and is_document(document[2]):
            return Piece("document", offset, line, table, identifier, document[2])
        return Piece("bad", offset, line, table or "", identifier)
    start = _DOCUMENT_START.match(line)
    if start is not None:
        return Piece("bad", offset, line, table or "", int(start[1]))
    opening = _TABLE_LINE.fullmatch(line)
    if opening is not None:
        try:
            return Piece("table", offset, line, str(codec.decode(opening[1])))
        except ValueError:
            pass  # A name that is no text: told as a bad line.
    return Piece("bad", offset, line, table or "")


def opens_table(line: bytes) -> str | None:
    """The table that a line of a snapshot opens; None where it opens none."""
    opening = _TABLE_LINE.fullmatch(line)
    return None if opening is None else str(codec.decode(opening[1]))


def document_in(offset: int, line: bytes, table: str) -> Piece | None:
    """The document in a line of a snapshot; None where there is none that can be read."""
    piece = _piece(offset, line, table)
    return piece if piece.kind == "document" else None


def is_document(raw: bytes) -> bool:
    """Whether bytes are the JSON of a document."""
    try:
        return isinstance(codec.decode(raw), dict)
    except (ValueError, RecursionError):
        return False


def read_store(line: bytes) -> StoreRecord | None:
    """What the first line of a snapshot says; None where it does not."""
    found = _STORE_LINE.fullmatch(line)
    if found is None:
        return None
    try:
        return msgspec.json.decode(found[1], type=StoreRecord)
    except (ValueError, RecursionError):
        return None


def record_of(files: FileCalls, descriptor: int) -> StoreRecord | None:
    """What the first line of an open file says of the shop; None where it is no snapshot of ours."""
    text = files.read_at(descriptor, 1 << 16, 0)
    return read_store(text[: text.find(b"\n") + 1])
