"""Backups carry their own checksum: a last table `_seal`, which stock TinyDB shows as one document more.

`crc` is the CRC-32 of the first `size` bytes of the file, that is of everything before the comma and the line break
that lead to the seal.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from locales import _
from store.engine.files import READ, READ_WRITE, FileCalls
from store.engine.plain import pieces, read_store
from store.engine.snapshot import BLOCK, StoreRecord, write_whole
from store.engine.trouble import damaged

SEAL_TABLE = "_seal"
"""The table that belongs to the seal."""

_END = b"\n}\n"
_TAIL = re.compile(rb',\n"_seal":\{\n"1":\{"crc":(0|[1-9]\d*),"size":(0|[1-9]\d*)\}\n\}\n\}\n\Z')
_SIGNS = (b'"_seal":{', b'"crc":', b'"size":')
_TAIL_ROOM = 128


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup that was read whole and found sound.

    Attributes:
        record: whose it is, and up to which line of the journals.
        documents: how many documents it holds.
        sealed: whether it carries its checksum.
    """

    record: StoreRecord
    documents: int
    sealed: bool


def seal_copy(files: FileCalls, path: Path) -> None:
    """Add the seal to a snapshot file that has none; on the disk when this returns."""
    descriptor = files.open(path, READ_WRITE)
    try:
        size = files.size(descriptor) - len(_END)
        if files.read_at(descriptor, len(_END), size) != _END:
            raise damaged(path, size, _("this is not how the program writes it."))
        crc = checksum(files, descriptor, size)
        tail = b',\n"_seal":{\n"1":{"crc":%d,"size":%d}\n}\n}\n' % (crc, size)
        write_whole(files, descriptor, tail, size)
        files.sync(descriptor)
    finally:
        files.close(descriptor)


def checksum(files: FileCalls, descriptor: int, size: int) -> int:
    """The CRC-32 of the first `size` bytes of an open file."""
    crc = place = 0
    while place < size:
        block = files.read_at(descriptor, min(BLOCK, size - place), place)
        if not block:
            break
        crc = zlib.crc32(block, crc)
        place += len(block)
    return crc


def check_seal(files: FileCalls, descriptor: int, path: Path) -> bool:
    """Whether a file has a seal.

    Raises:
        ShopDamaged: it has one that does not fit.
    """
    size = files.size(descriptor)
    start = max(0, size - _TAIL_ROOM)
    text = files.read_at(descriptor, _TAIL_ROOM, start)
    found = _TAIL.search(text)
    if found is None:
        # One damaged byte does not make a file with a seal into one without.
        if sum(sign in text for sign in _SIGNS) < 2:
            return False
        raise damaged(path, start, _("this is not how the program writes it."))
    if int(found[2]) != start + found.start():
        raise damaged(path, start + found.start(), _("this is not how the program writes it."))
    if checksum(files, descriptor, int(found[2])) != int(found[1]):
        raise damaged(path, 0, _("its checksum is not the one that it carries."))
    return True


def verify_seal(files: FileCalls, path: Path) -> bool:
    """Whether a file carries its checksum, which fits.

    Raises:
        ShopDamaged: it does not fit.
        OSError: as the system says.
    """
    descriptor = files.open(path, READ)
    try:
        return check_seal(files, descriptor, path)
    finally:
        files.close(descriptor)


def verify_copy(files: FileCalls, path: Path) -> Copy:
    """Read a backup whole, as `restore` would.

    Raises:
        ShopDamaged: it is not as it was written; names the byte where that can be told.
        OSError: as the system says.
    """
    descriptor = files.open(path, READ)
    try:
        record: StoreRecord | None = None
        count = 0
        ended = False
        for piece in pieces(files, descriptor):
            if piece.kind == "bad" or ended or (record is None and piece.kind != "store"):
                raise damaged(path, piece.offset, _("this is not how the program writes it."))
            if piece.kind == "store":
                record = read_store(piece.line)
            ended = piece.kind == "end"
            count += piece.kind == "document" and piece.table != SEAL_TABLE
        if record is None or not ended:
            raise damaged(path, files.size(descriptor), _("it is shorter than it was."))
        return Copy(record, count, check_seal(files, descriptor, path))
    finally:
        files.close(descriptor)
