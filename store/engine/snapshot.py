"""The snapshot: an ordinary TinyDB JSON file, one document a line, which stock TinyDB opens.

Its first table is `_store` and says whose it is, of which generation and up to which line of the journals.
The engine reads it by its lines: where each document stands is kept, the documents stay in the file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from locales import _
from store.engine import codec
from store.engine.files import CREATE, FileCalls
from store.engine.places import Places
from store.engine.trouble import damaged

FORMAT = 1
"""The version of the files' layout that this program writes."""

STORE_TABLE = "_store"
"""The table that belongs to the engine."""

BLOCK = 1 << 20

SYNC_EVERY = 16 << 20
"""Bytes of a snapshot after which the disk is waited for: who saves a line meanwhile waits for no more than these."""

_OPEN, _CLOSE = b"{}"
_COMMA = ord(",")


class StoreRecord(msgspec.Struct):
    """The one document of the `_store` table.

    `seq` and `action` are the last journal line and action that the snapshot holds; `next_ids` gives, for each table
    there ever was, the id its next document gets.
    """

    format: int
    generation: int
    store: str
    seq: int
    action: int
    next_ids: dict[str, int]


@dataclass(frozen=True, slots=True)
class Seal:
    """Size and CRC-32 of a whole snapshot file, kept outside of it: tells when another program changed it."""

    size: int
    crc: int


Tables = Iterable[tuple[str, Iterable[tuple[int, bytes]]]]
"""Table names with their documents: ids ascending, JSON bytes without a line break."""


class _Writer:
    """Bytes to a new file in large pieces, counting and summing as they go."""

    def __init__(self, files: FileCalls, descriptor: int) -> None:
        self._files = files
        self._descriptor = descriptor
        self._pieces: list[bytes] = []
        self._waiting = 0
        self.size = self._synced = 0
        self.crc = 0

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting >= BLOCK:
            self.flush()

    def flush(self) -> None:
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._waiting = 0
        self.crc = zlib.crc32(data, self.crc)
        write_whole(self._files, self._descriptor, data, self.size)
        self.size += len(data)
        if self.size - self._synced >= SYNC_EVERY:
            self._files.sync(self._descriptor)
            self._synced = self.size

    @property
    def place(self) -> int:
        return self.size + self._waiting


def write_whole(files: FileCalls, descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data`, however few bytes the system takes at a time."""
    written = files.write_at(descriptor, data, offset)
    while written < len(data):
        more = files.write_at(descriptor, memoryview(data)[written:], offset + written)
        written += more


def write_snapshot(
    files: FileCalls, path: Path, record: StoreRecord, tables: Tables
) -> tuple[Seal, dict[str, Places]]:
    """Make the file `path` (which must not exist) and return when its bytes are on the disk. Its name is not yet."""
    descriptor = files.open(path, CREATE)
    try:
        writer = _Writer(files, descriptor)
        places: dict[str, Places] = {}
        writer.add(b'{"%b":{"1":%b}' % (STORE_TABLE.encode(), msgspec.json.encode(record)))
        for name, documents in tables:
            places[name] = _write_table(writer, name, documents)
        writer.add(b"\n}\n")
        writer.flush()
        files.sync(descriptor)
    finally:
        files.close(descriptor)
    return Seal(writer.size, writer.crc), places


def _write_table(writer: _Writer, name: str, documents: Iterable[tuple[int, bytes]]) -> Places:
    """One table: a line that opens it, one line a document, a line that closes it."""
    places = Places()
    writer.add(b",\n%b:{\n" % codec.encode(name))
    places.begin(writer.place)
    between = b""
    for identifier, raw in documents:
        places.add(identifier, len(raw))
        writer.add(b'%b"%d":%b' % (between, identifier, raw))
        between = b",\n"
    writer.add(b"\n}" if between else b"}")
    return places


class _Scan:
    """Reads a snapshot line by line, as `write_snapshot` made it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record: StoreRecord | None = None
        self.tables: dict[str, Places] = {}
        self.ended = False
        self._places: Places | None = None

    def lines(self, lines: list[bytes], offset: int) -> None:
        """Take in whole lines, the first of which stands at `offset`."""
        for line in lines:
            if self._places is not None and line[:1] == b'"':
                try:
                    # The last line of a table lacks the comma.
                    self._places.add_line(
                        int(line[1 : line.index(b'":{', 1)]), len(line) + 1 + (line[-1] != 44)
                    )
                except (ValueError, OverflowError):
                    raise self.bad(offset) from None
            else:
                self._structure(line, offset)
            offset += len(line) + 1

    def _structure(self, line: bytes, offset: int) -> None:
        """A line that opens or closes something."""
        if self.record is None:
            self._first(line, offset)
        elif self._places is not None and line in (b"}", b"},"):
            self._places = None
        elif self._places is None and line == b"}":
            self.ended = True
        elif self._places is None and line.startswith(b'"') and line.endswith((b":{", b":{},", b":{}")):
            try:
                name = codec.decode(line[: line.rindex(b":{")])
            except ValueError:
                raise self.bad(offset) from None
            self.tables[name] = places = Places()
            places.begin(offset + len(line) + 1)
            self._places = places if line.endswith(b":{") else None
        elif line:
            raise self.bad(offset)

    def _first(self, line: bytes, offset: int) -> None:
        start = b'{"%b":{"1":' % STORE_TABLE.encode()
        if not line.startswith(start):
            raise self.bad(offset)
        try:
            self.record = msgspec.json.decode(line[len(start) : line.rindex(b"}")], type=StoreRecord)
        except (ValueError, RecursionError):
            raise self.bad(offset) from None

    def bad(self, offset: int) -> Exception:
        """The error for a line that is not as it was written."""
        return damaged(self.path, offset, _("this is not how the program writes it."))


def scan_snapshot(
    files: FileCalls, descriptor: int, path: Path
) -> tuple[StoreRecord, dict[str, Places], Seal]:
    """Where each document stands, and the file's seal.

    Raises:
        ShopDamaged: the file is not as `write_snapshot` makes it.
    """
    scan = _Scan(path)
    crc = 0
    place = 0
    start, carry = 0, b""
    while block := files.read_at(descriptor, BLOCK, place):
        place += len(block)
        crc = zlib.crc32(block, crc)
        text = carry + block if carry else block
        cut = text.rfind(b"\n") + 1
        carry = text[cut:]
        if cut:
            scan.lines(text[: cut - 1].split(b"\n"), start)
            start += cut
    if scan.record is None or not scan.ended or carry:
        raise scan.bad(place)
    return scan.record, scan.tables, Seal(place, crc)


def read_record(files: FileCalls, descriptor: int, path: Path) -> StoreRecord:
    """The `_store` document alone.

    Raises:
        ShopDamaged: the file does not begin with it.
    """
    text = files.read_at(descriptor, BLOCK, 0)
    scan = _Scan(path)
    scan.lines([text.split(b"\n", 1)[0]], 0)
    if scan.record is None:
        raise scan.bad(0)
    return scan.record


def require_sealed(
    files: FileCalls, descriptor: int, path: Path, stated: Seal, tables: Iterable[Places]
) -> None:
    """See that an open snapshot is to the last byte what was written.

    Raises:
        ShopDamaged: it is not; names the first document that cannot be read, else only how long the file is.
    """
    crc = place = 0
    while block := files.read_at(descriptor, BLOCK, place):
        crc = zlib.crc32(block, crc)
        place += len(block)
    if Seal(place, crc) == stated:
        return
    for places in tables:
        for _document in documents_of(files, descriptor, places, path):
            pass
    raise damaged(path, min(place, stated.size), _("another program changed it."))


_RAW = msgspec.json.Decoder(msgspec.Raw)


def is_object(raw: bytes) -> bool:
    """Whether bytes are one JSON object in UTF-8. Reads them without making anything of them: half a microsecond."""
    try:
        _RAW.decode(raw)
        if not raw.isascii():
            raw.decode()
    except RecursionError:
        return False
    except ValueError:
        return _is_object_slowly(raw)
    return raw[0] == _OPEN


def _is_object_slowly(raw: bytes) -> bool:
    """The same of bytes that only the standard library reads: with lone surrogates."""
    try:
        return rb"\u" in raw and type(codec.decode(raw)) is dict
    except (ValueError, RecursionError):
        return False


def documents_of(
    files: FileCalls, descriptor: int, places: Places, path: Path
) -> Iterator[tuple[int, bytes]]:
    """All documents of one table, ascending, reading the file in large pieces. What is no JSON is not handed out.

    Raises:
        ShopDamaged: the file is not as it was; names the byte.
    """
    place, block, sure = 0, b"", 0
    doubtful = False
    for identifier, offset, length in places:
        begin = offset - place
        if begin + length > sure:
            room = min(max(BLOCK, length), places.after - offset)
            block = files.read_at(descriptor, max(room, length), offset)
            place, begin = offset, 0
            sure = block.rfind(b"\n")
            sure = len(block) if sure < 0 else sure
            if len(block) < length:
                raise damaged(path, offset, _("it is shorter than it was."))
            doubtful = not is_object(b'{"":%b}' % block[:sure].rstrip(b","))
        raw = block[begin : begin + length]
        if doubtful:
            key = b'"%d":' % identifier
            if not is_object(raw) or files.read_at(descriptor, len(key), offset - len(key)) != key:
                raise damaged(path, offset, _("another program changed it."))
        elif raw[0] != _OPEN or raw[-1] != _CLOSE:
            raise damaged(path, offset, _("another program changed it."))
        yield identifier, raw


def blocks_of(files: FileCalls, descriptor: int, places: Places, path: Path) -> Iterator[bytes]:
    """The lines of one table, many at a time, ascending, without the last comma and line feed. Nothing is checked.

    Raises:
        ShopDamaged: the file is shorter than it was, or a line has no end.
    """
    place, size = places.marks[0] if len(places) else places.after, BLOCK
    while place < places.after:
        wanted = min(size, places.after - place)
        block = files.read_at(descriptor, wanted, place)
        if len(block) < wanted:
            raise damaged(path, place, _("it is shorter than it was."))
        end = block.rfind(b"\n")
        if end < 0 and wanted < size:
            raise damaged(path, place, _("another program changed it."))
        if end < 0:
            size *= 2
            continue
        yield block[: end - (block[end - 1] == _COMMA)]
        place, size = place + end + 1, BLOCK
