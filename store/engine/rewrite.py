"""Rewriting what was kept: documents and journal lines that name somebody who is to be forgotten.

Each line keeps its number, its action and its length, so that whoever has the file open reads on at the same places;
its checksum is new. Each file is written beside the old one, while everybody works, and takes its name in one step
under the lock, if that still names the file that was read: dying anywhere leaves either of them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from locales import _
from store.engine import codec, journal
from store.engine.adopt import read_stock, read_whole
from store.engine.files import CREATE, READ, FileCalls
from store.engine.generation import CLOSED, generation_of
from store.engine.plain import Piece, document_in, opens_table, record_of
from store.engine.sealing import check_seal, seal_copy
from store.engine.snapshot import STORE_TABLE, SYNC_EVERY, write_whole
from store.engine.trouble import damaged

KEY = re.compile(rb'\["((?:[^"\\]|\\.)*)",(-?\d+),')
"""Where a change begins in a line: table and id. May also be found in a text, which does no harm."""

NEW = ".new"
"""What the name of a file that is being rewritten ends with until it takes the place of the old one."""

Keys = frozenset[tuple[str, int]]


Alone = Callable[[], AbstractContextManager[object]]
"""Holds the lock between processes for a block."""


class ReplacedError(OSError):
    """Another program replaced or moved the file while it was rewritten; it has to be looked at again."""


class Redaction(Protocol):
    """What is to be forgotten. Documents and their parts may only become shorter."""

    @property
    def keys(self) -> Keys:
        """Table and id of all documents that are concerned."""

    @property
    def sign(self) -> re.Pattern[bytes]:
        """What is found in each document of a backup that is concerned though it is not among `keys`."""

    def part(self, table: str, identifier: int, part: dict[str, Any]) -> dict[str, Any]:
        """A document, or units of one, as it may be kept."""

    def meta(self, meta: dict[str, Any]) -> dict[str, Any]:
        """What an action noted about itself, as it may be kept."""

    def concerns(self, table: str, identifier: int, document: Mapping[str, Any]) -> bool:
        """Whether a document of a backup is concerned."""


def kept_journals(files: FileCalls, folder: Path, current: int) -> list[Path]:
    """All journals but the one in use, oldest first."""
    found: list[tuple[int, Path]] = []
    for place in (folder / CLOSED, folder):
        if files.is_folder(place):
            for name in files.names(place):
                number = generation_of(name)
                if name.startswith("journal") and number is not None and number != current:
                    found.append((number, place / name))
    return [path for _number, path in sorted(found)]


def lines_about(files: FileCalls, path: Path, sign: re.Pattern[bytes]) -> Iterator[journal.Line]:
    """The sound lines of a journal in which `sign` is found, in their order."""
    descriptor = -1
    # Whoever has compacted meanwhile has moved it to where closed ones are; one that was removed tells nothing.
    for place in (path, path.parent / CLOSED / path.name):
        with contextlib.suppress(FileNotFoundError):
            descriptor = files.open(place, READ)
            break
    if descriptor < 0:
        return
    try:
        for _offset, text in journal.split_lines(files, descriptor, 0, files.size(descriptor)):
            if sign.search(text):
                line = journal.read_line(text)
                if line is not None and line.seq:
                    yield line
    finally:
        files.close(descriptor)


def last_line(files: FileCalls, path: Path) -> journal.Line | None:
    """The last line of a journal behind its header; None where there is none, or it is not sound."""
    descriptor = files.open(path, READ)
    try:
        text = files.read_at(descriptor, 4096, 0)
        lines = journal.lines_backwards(files, descriptor, text.find(b"\n") + 1, files.size(descriptor))
        found = next(lines, None)
        return None if found is None else journal.read_line(found[1])
    finally:
        files.close(descriptor)


def rewrite_journal(
    files: FileCalls, path: Path, redaction: Redaction, alone: Alone
) -> tuple[bool, list[int]]:
    """Rewrite a journal that nobody writes to any more.

    Returns:
        Whether anything had to be rewritten, and where lines stand that are not sound and stay as they are.

    Raises:
        OSError: as the system says; `ReplacedError` where it is another file by now.
    """
    wanted = frozenset(
        (codec.encode(table)[1:-1], b"%d" % identifier) for table, identifier in redaction.keys
    )
    descriptor = files.open(path, READ)
    try:
        fresh: dict[int, bytes] = {}
        unsound: list[int] = []
        size = files.size(descriptor)
        for offset, text in journal.split_lines(files, descriptor, 0, size):
            if any((found[1], found[2]) in wanted for found in KEY.finditer(text)):
                line = redacted_line(text, redaction)
                if line is None:
                    unsound.append(offset)
                elif line != text:
                    fresh[offset] = line
        if fresh:
            lines = journal.split_lines(files, descriptor, 0, size)
            _replace(files, descriptor, path, (fresh.get(offset, text) for offset, text in lines), alone)
    finally:
        files.close(descriptor)
    return bool(fresh), unsound


def redacted_line(text: bytes, redaction: Redaction) -> bytes | None:
    """The line as it may be kept, of the same length; None when it is not sound."""
    line = journal.read_line(text)
    if line is None:
        return None
    changed = False
    changes: list[bytes] = []
    for table, identifier, before, after in line.changes:
        old, new = bytes(before), bytes(after)
        if (table, identifier) in redaction.keys:
            old, new = (_redacted(redaction, table, identifier, raw) for raw in (old, new))
            changed = changed or (old, new) != (bytes(before), bytes(after))
        changes.append(b"[%b,%d,%b,%b]" % (codec.encode(table), identifier, old, new))
    if not any((table, identifier) in redaction.keys for table, identifier, _b, _a in line.changes):
        return text
    meta = codec.decode(line.meta)
    kept = redaction.meta(meta)
    if not changed and kept == meta:
        return text
    parts = _members(text)
    parts["changes"] = b"[" + b",".join(changes) + b"]"
    if kept != meta:
        parts["meta"] = codec.encode(kept)
    body = b",".join(b'"%b":%b' % (name.encode(), raw) for name, raw in parts.items() if name != "crc")
    room = len(text) - len(journal.seal(body + b"}"))
    if room < 0:
        raise AssertionError(line.seq)
    return journal.seal(body + b" " * room + b"}")


def _members(text: bytes) -> dict[str, bytes]:
    """The members of a line as their JSON bytes, in their order."""
    try:
        return {
            name: bytes(raw) for name, raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items()
        }
    except ValueError:
        # A lone surrogate, which only the standard library reads.
        return {name: codec.encode(value) for name, value in codec.decode(text).items()}


def _redacted(redaction: Redaction, table: str, identifier: int, raw: bytes) -> bytes:
    if raw == b"null":
        return raw
    part = codec.decode(raw)
    kept = redaction.part(table, identifier, part)
    return raw if kept == part else codec.encode(kept)


def write_anew(files: FileCalls, path: Path, text: bytes) -> None:
    """Put other bytes in the place of a small file, in one step; on the disk when this returns.

    Raises:
        OSError: as the system says.
    """
    files.rename(_written(files, path, [text]), path)
    files.sync_folder(path.parent)


def _replace(
    files: FileCalls, old: int, path: Path, lines: Iterable[bytes], alone: Alone, *, seal: bool = False
) -> None:
    """Write a file anew beside the old one, with its checksum if it is to have one, then let it take the name."""
    fresh = _written(files, path, lines)
    if seal:
        seal_copy(files, fresh)
    with alone():
        try:
            is_same = files.identity(path) == files.identity_of(old)
        except FileNotFoundError:
            is_same = False
        if not is_same:
            files.unlink(fresh)
            raise ReplacedError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        files.rename(fresh, path)
        files.sync_folder(path.parent)


def _written(files: FileCalls, path: Path, lines: Iterable[bytes]) -> Path:
    """A new file beside `path` with these lines; its bytes are on the disk, its name need not be."""
    fresh = path.with_name(path.name + NEW)
    with contextlib.suppress(FileNotFoundError):
        files.unlink(fresh)
    descriptor = files.open(fresh, CREATE)
    try:
        place, waiting, size, synced = 0, list[bytes](), 0, 0
        for line in lines:
            waiting.append(line)
            size += len(line)
            if size >= journal.BLOCK:
                write_whole(files, descriptor, b"".join(waiting), place)
                place, waiting, size = place + size, [], 0
                if place - synced >= SYNC_EVERY:
                    # Who saves a line meanwhile waits for no more than these.
                    files.sync(descriptor)
                    synced = place
        write_whole(files, descriptor, b"".join(waiting), place)
        files.sync(descriptor)
    finally:
        files.close(descriptor)
    return fresh


def rewrite_copy(files: FileCalls, path: Path, redaction: Redaction, alone: Alone) -> bool:
    """Rewrite a backup, a snapshot or a stock TinyDB file; says whether it had to be.

    Raises:
        ShopUnusable: it is none of these.
        OSError: as the system says; `ReplacedError` where it is another file by now.
    """
    descriptor = files.open(path, READ)
    try:
        if record_of(files, descriptor) is None:
            return _rewrite_stock(files, descriptor, path, redaction, alone)
        sealed = check_seal(files, descriptor, path)
        fresh = dict(_fresh_documents(files, descriptor, path, redaction))
        if not fresh:
            return False
        size = files.size(descriptor)
        lines = (fresh.get(offset, text) for offset, text in journal.split_lines(files, descriptor, 0, size))
        _replace(files, descriptor, path, _unsealed(lines) if sealed else lines, alone, seal=sealed)
        return True
    finally:
        files.close(descriptor)


def _fresh_documents(
    files: FileCalls, descriptor: int, path: Path, redaction: Redaction
) -> Iterator[tuple[int, bytes]]:
    """The lines of a snapshot that hold documents which are concerned, anew, by where they stand."""
    wanted: dict[str, set[bytes]] = {}
    for table, identifier in redaction.keys:
        wanted.setdefault(table, set()).add(b"%d" % identifier)
    table, ids = "", set[bytes]()
    for offset, line in journal.split_lines(files, descriptor, 0, files.size(descriptor)):
        if not (line[1:2].isdigit() or line[1:2] == b"-"):
            opened = opens_table(line)
            if opened is not None:
                table, ids = opened, wanted.get(opened, set())
            continue
        if line[1 : line.find(b'"', 1)] not in ids and not redaction.sign.search(line):
            continue
        piece = document_in(offset, line, table)
        if piece is None:
            raise damaged(path, offset, _("this is not how the program writes it."))
        raw = _concerned(redaction, piece)
        if raw is not None:
            yield offset, line.replace(piece.raw, raw, 1)


def _concerned(redaction: Redaction, piece: Piece) -> bytes | None:
    """The document as it may be kept; None when it may stay as it is."""
    document = codec.decode(piece.raw)
    identifier = piece.identifier or 0
    if not redaction.concerns(piece.table, identifier, document):
        return None
    kept = redaction.part(piece.table, identifier, document)
    return None if kept == document else codec.encode(kept)


def _unsealed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a backup without its seal."""

    def kept() -> Iterator[bytes]:
        for line in lines:
            if line == b'"_seal":{\n':
                next(lines), next(lines)
            else:
                yield line

    return _without_comma(kept())


def _without_comma(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a file whose last table was left out: what stands before its end leads to nothing more."""
    before = next(lines)
    for line in lines:
        yield before[:-2] + b"\n" if line == b"}\n" and before.endswith(b"},\n") else before
        before = line
    yield before


def _rewrite_stock(files: FileCalls, descriptor: int, path: Path, redaction: Redaction, alone: Alone) -> bool:
    """A file that stock TinyDB has written, of whatever layout."""
    text = read_whole(files, path)
    read_stock(text, path)  # Says what is wrong where it is no such file.
    content: dict[str, dict[str, Any]] = codec.decode(text) if text.strip() else {}
    changed = False
    for table, documents in content.items():
        if table == STORE_TABLE:
            continue
        for key, document in documents.items():
            if redaction.concerns(table, int(key), document):
                kept = redaction.part(table, int(key), document)
                changed = changed or kept != document
                documents[key] = kept
    if changed:
        _replace(files, descriptor, path, [codec.encode(content)], alone)
    return changed
