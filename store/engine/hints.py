"""Hints: where each document of a snapshot stands, in a side file, so that opening need not read the snapshot.

A hint may be deleted at any time. It is only believed while the snapshot is the very file, unchanged, that was read in
full and found sound when the hint was made; it never holds data of its own.
"""

from __future__ import annotations

import contextlib
import sys
import zlib
from pathlib import Path

import msgspec

from store.engine.files import CREATE, READ, FileCalls, Stamp
from store.engine.generation import Generation
from store.engine.snapshot import Extent, write_whole

CACHE = "cache"
SMALLEST = 2000
"""Documents below which a hint is not worth a file."""


class _Head(msgspec.Struct, frozen=True):
    """The first line of a hint. `crc` is that of everything after the line."""

    version: int
    byteorder: str
    store: str
    generation: int
    snapshot_crc: int
    stamp: Stamp
    tables: list[tuple[str, int]]
    crc: int


_VERSION = 1


def hint_path(folder: Path, generation: int) -> Path:
    """The hint of a generation's snapshot."""
    return folder / CACHE / f"offsets-{generation}.bin"


def load(files: FileCalls, folder: Path, generation: Generation) -> dict[str, Extent] | None:
    """Where the documents of the generation's snapshot stand; None when that has to be read from it."""
    try:
        descriptor = files.open(hint_path(folder, generation.number), READ)
        try:
            text = files.read_at(descriptor, files.size(descriptor), 0)
        finally:
            files.close(descriptor)
        stamp = files.stamp(generation.snapshot)
    except OSError:
        return None
    end = text.find(b"\n") + 1
    try:
        head = msgspec.json.decode(text[:end], type=_Head)
    except ValueError:
        return None
    body = memoryview(text)[end:]
    pointer = generation.pointer
    said = (head.version, head.byteorder, head.store, head.generation, head.snapshot_crc, head.stamp)
    is_so = (_VERSION, sys.byteorder, pointer.store, pointer.generation, pointer.snapshot_crc, stamp)
    if said != is_so or stamp[1] != pointer.snapshot_size or zlib.crc32(body) != head.crc:
        return None
    extents: dict[str, Extent] = {}
    place = 0
    for name, count in head.tables:
        extents[name] = extent = Extent()
        for column in (extent.ids, extent.offsets, extent.lengths):
            size = count * column.itemsize
            column.frombytes(body[place : place + size])
            place += size
    return extents if place == len(body) else None


def save(
    files: FileCalls, folder: Path, generation: Generation, extents: dict[str, Extent], stamp: Stamp
) -> None:
    """Keep what reading the snapshot gave, and remove the hints of other generations. Failing is no harm.

    `stamp` is the snapshot's from before it was read.
    """
    if not generation.writable or sum(len(extent.ids) for extent in extents.values()) < SMALLEST:
        return
    columns = [
        column for extent in extents.values() for column in (extent.ids, extent.offsets, extent.lengths)
    ]
    crc = 0
    for column in columns:
        crc = zlib.crc32(column, crc)
    pointer = generation.pointer
    path = hint_path(folder, generation.number)
    temporary = path.with_name(path.name + ".tmp")
    with contextlib.suppress(OSError):
        tables = [(name, len(extent.ids)) for name, extent in extents.items()]
        head = _Head(
            _VERSION, sys.byteorder, pointer.store, pointer.generation, pointer.snapshot_crc,
            stamp, tables, crc,
        )  # fmt: skip
        files.make_folder(folder / CACHE)
        with contextlib.suppress(FileNotFoundError):
            files.unlink(temporary)
        descriptor = files.open(temporary, CREATE)
        try:
            place = 0
            for data in (msgspec.json.encode(head) + b"\n", *map(bytes, columns)):
                write_whole(files, descriptor, data, place)
                place += len(data)
        finally:
            files.close(descriptor)
        files.rename(temporary, path)
        for name in files.names(folder / CACHE):
            if name.startswith("offsets-") and name != path.name:
                files.unlink(folder / CACHE / name)
