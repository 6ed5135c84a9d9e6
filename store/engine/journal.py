"""The journal: one line per action, or many bounded lines of which the last one commits.

A line is one JSON object. Its first name is `crc`, the CRC-32 of everything after it on that line; then `seq` (one
more than the line before), `action`, and `changes` as (table, id, before, after). The line that commits also says kind,
by, at, origin and meta; the lines before it in a bulk action say `more`, and the committing one where they `start`.
The first line of the file is its header: whose journal it is, and after which snapshot it begins.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from store.engine import codec
from store.engine.files import FileCalls

MAXIMUM_LINE = 1 << 20
"""Bytes a line may have; only a single document that is larger makes a larger line."""

BLOCK = 1 << 20
"""Bytes read at once."""

_HEAD = b'{"crc":"'
_PREFIX = len(_HEAD) + 10
"""Length of `{"crc":"0123abcd",`, after which the checked bytes begin."""

RawChange = tuple[str, int, msgspec.Raw, msgspec.Raw]


class Header(msgspec.Struct, frozen=True):
    """The first line of a journal. `first` is the sequence number of the line that follows it."""

    format: int
    store: str
    generation: int
    first: int


class Line(msgspec.Struct, frozen=True):
    """One line as written. `tables` names tables made (true) or dropped (false) by the action."""

    seq: int
    action: int
    changes: list[RawChange] = []
    more: bool = False
    start: int = -1
    kind: str = ""
    by: str = ""
    at: str = ""
    origin: str = ""
    meta: msgspec.Raw = msgspec.Raw(b"{}")
    tables: dict[str, bool] = {}


class LineHead(msgspec.Struct, frozen=True):
    """A line without its changes: quick to read where only the place of an action is asked."""

    seq: int
    action: int
    more: bool = False
    start: int = -1


_encode = msgspec.json.encode
_line_decoder = msgspec.json.Decoder(Line)
_head_decoder = msgspec.json.Decoder(LineHead)
_header_decoder = msgspec.json.Decoder(Header)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lines of one committed action and where they stand in the file: [start, end)."""

    start: int
    end: int
    lines: list[Line]

    @property
    def closing(self) -> Line:
        """The line that commits."""
        return self.lines[-1]


class BadLine(ValueError):  # noqa: N818 - it says what the line is
    """The bytes at `offset` are no line of this journal: torn, or damaged."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def seal(body: bytes) -> bytes:
    """A whole line from its bytes after the checksum (which begin with a name and end with a brace)."""
    return b'{"crc":"%08x",' % zlib.crc32(body) + body + b"\n"


def is_sound(line: bytes) -> bool:
    """Whether a line (with its newline) is whole and its checksum right, to the letter."""
    if not line.startswith(_HEAD) or line[-1:] != b"\n" or len(line) < _PREFIX:
        return False
    return line[len(_HEAD) : _PREFIX] == b'%08x",' % zlib.crc32(line[_PREFIX:-1])


def header_line(header: Header) -> bytes:
    """The first line of a journal."""
    return seal(msgspec.json.encode(header)[1:])


def read_header(line: bytes) -> Header | None:
    """The header in a line, or None when it is none."""
    if not is_sound(line):
        return None
    try:
        return _header_decoder.decode(line)
    except (ValueError, RecursionError):
        return None


def read_line(line: bytes) -> Line | None:
    """The content of a line, or None when it is not sound."""
    if not is_sound(line):
        return None
    try:
        return _line_decoder.decode(line)
    except RecursionError:
        return None
    except ValueError:
        return _read_line_slowly(line)


def _read_line_slowly(line: bytes) -> Line | None:
    """A line with a lone surrogate in it, which only the standard library reads."""
    try:
        content = codec.decode(line)
        changes = [
            (table, identifier, msgspec.Raw(codec.encode(before)), msgspec.Raw(codec.encode(after)))
            for table, identifier, before, after in content.pop("changes", [])
        ]
        meta = msgspec.Raw(codec.encode(content.pop("meta", {})))
        del content["crc"]
        return Line(changes=changes, meta=meta, **content)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def read_head(line: bytes) -> LineHead | None:
    """A line without its changes, or None when it is not sound."""
    if not is_sound(line):
        return None
    try:
        return _head_decoder.decode(line)
    except RecursionError:
        return None
    except ValueError:
        slow = _read_line_slowly(line)
        return None if slow is None else LineHead(slow.seq, slow.action, slow.more, slow.start)


def raw_change(table: bytes, identifier: int, before: bytes, after: bytes) -> bytes:
    """One change as its JSON bytes, from those of the table's name, `before` and `after` (`null` for no document)."""
    return b"[%b,%d,%b,%b]" % (table, identifier, before, after)


def closing_members(
    kind: str, by: str, at: str, origin: str, meta: dict[str, Any], tables: dict[str, bool]
) -> bytes:
    """What the committing line says about an action: JSON members, ready to stand before `changes`."""
    texts = {"kind": kind, "by": by, "at": at, "origin": origin}
    try:
        members = _encode(texts)[1:-1]
    except UnicodeEncodeError:
        # These four are read as text on each replay: an undecodable byte of a terminal becomes a question mark.
        plain = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
        members = _encode(plain)[1:-1]
    if meta:
        members += b',"meta":' + codec.encode_document(meta)
    if tables:
        members += b',"tables":' + codec.encode(tables)
    return members


def more_line(seq: int, action: int, changes: list[bytes]) -> bytes:
    """A line of a bulk action that has not ended yet."""
    return seal(b'"seq":%d,"action":%d,"more":true,"changes":[%b]}' % (seq, action, b",".join(changes)))


def closing_line(seq: int, action: int, start: int, changes: list[bytes], closing: bytes) -> bytes:
    """The line that commits an action; `start` is where a bulk action begins in the file, -1 for any other."""
    return seal(
        b'"seq":%d,"action":%d,%b%b,"changes":[%b]}'
        % (seq, action, b"" if start < 0 else b'"start":%d,' % start, closing, b",".join(changes))
    )


def insert_line(seq: int, action: int, at: str, table: bytes, identifier: int, after: bytes) -> bytes:
    """The line of a plain write of one new document: what `closing_line` makes of it, in one step."""
    return seal(
        b'"seq":%d,"action":%d,"kind":"raw","by":"","at":"%b","origin":"","changes":[[%b,%d,null,%b]]}'
        % (seq, action, at.encode(), table, identifier, after)
    )


def groups_of(changes: list[bytes], room: int) -> list[list[bytes]]:
    """The changes in groups of at most `room` bytes, or of one change. At least one group."""
    groups: list[list[bytes]] = [[]]
    size = 0
    for change in changes:
        size += len(change) + 1
        if size > room and groups[-1]:
            groups.append([])
            size = len(change) + 1
        groups[-1].append(change)
    return groups


def split_lines(files: FileCalls, descriptor: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The lines of [start, end) with their offsets; the last one may lack its newline."""
    offset, carry = start, b""
    place = start
    while place < end:
        block = files.read_at(descriptor, min(BLOCK, end - place), place)
        if not block:
            break
        place += len(block)
        if b"\n" not in block:
            carry += block
            continue
        pieces = (carry + block).split(b"\n")
        carry = pieces.pop()
        for piece in pieces:
            yield offset, piece + b"\n"
            offset += len(piece) + 1
    if carry:
        yield offset, carry


def committed(files: FileCalls, descriptor: int, start: int, end: int, seq: int) -> Iterator[Stretch]:
    """The committed actions in [start, end), whose first line has number `seq`.

    Ends before an uncommitted or unfinished tail.

    Raises:
        BadLine: the bytes at its offset are no line, and more than an unfinished write follows or stands there.
    """
    lines: list[Line] = []
    begin = start
    for offset, text in split_lines(files, descriptor, start, end):
        line = read_line(text)
        if line is None or line.seq != seq or (lines and line.action != lines[0].action):
            raise BadLine(offset)
        seq += 1
        lines.append(line)
        if not line.more:
            after = offset + len(text)
            yield Stretch(begin, after, lines)
            begin, lines = after, []


def lines_backwards(files: FileCalls, descriptor: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The whole lines of [start, end) with their offsets, last one first, reading no more than is asked for.

    `end` stands right behind a newline.
    """
    size = 1 << 14
    carry = b""
    place = end
    while place > start:
        begin = max(start, place - size)
        text = files.read_at(descriptor, place - begin, begin) + carry
        place = begin
        size = min(BLOCK, size * 2)
        pieces = text.split(b"\n")
        # Unless this is the beginning of the range, the first piece may lack its own beginning.
        carry = pieces[0] + b"\n" if place > start else b""
        offset = place + len(text)
        for number in range(len(pieces) - 2, -1 if place <= start else 0, -1):
            line = pieces[number] + b"\n"
            offset -= len(line)
            yield offset, line


def snapshot_text(raw: msgspec.Raw) -> bytes | None:
    """The bytes of a `before` or `after`; None for `null`. A `Raw` itself equals no bytes at all."""
    text = bytes(raw)
    return None if text == b"null" else text
