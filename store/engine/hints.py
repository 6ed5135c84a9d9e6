"""Hints: side files that say where each document of a snapshot stands, so that opening need not read it.

A hint may be deleted at any time. It is only believed while the snapshot is the very file, unchanged, that was read in
full and found sound when the hint was made; it never holds data of its own.
"""

from __future__ import annotations

import contextlib
import sys
import zlib
from array import array
from pathlib import Path

import msgspec

from store.engine.files import CREATE, READ, FileCalls, Stamp
from store.engine.generation import Pointer
from store.engine.snapshot import Extent, write_whole

CACHE = "cache"
SMALLEST = 2000
"""Documents below which a hint is not worth a file."""

_VERSION = 1


class _Head(msgspec.Struct, frozen=True):
    """The first line of a hint. `crc` is that of everything after the line."""

    version: int
    byteorder: str
    store: str
    generation: int
    snapshot_crc: int
    stamp: Stamp
    parts: list[tuple[str, int]]
    crc: int


class Hints:
    """The hints of one generation. `stamp` is its snapshot's, taken before the snapshot was read."""

    def __init__(
        self, files: FileCalls, folder: Path, pointer: Pointer, stamp: Stamp, *, writable: bool
    ) -> None:
        self._files = files
        self._folder = folder / CACHE
        self._pointer = pointer
        self._stamp = stamp
        self._writable = writable

    def load_extents(self) -> dict[str, Extent] | None:
        """Where the documents of the snapshot stand; None when that has to be read from it."""
        found = self._load(self._name("offsets"))
        if found is None:
            return None
        parts, body = found
        extents: dict[str, Extent] = {}
        place = 0
        for name, count in parts:
            extents[name] = extent = Extent()
            for column in (extent.ids, extent.offsets, extent.lengths):
                size = count * column.itemsize
                column.frombytes(body[place : place + size])
                place += size
        return extents if place == len(body) else None

    def save_extents(self, extents: dict[str, Extent]) -> None:
        """Keep what reading the snapshot gave, and remove the hints of other generations."""
        parts = [(name, len(extent.ids)) for name, extent in extents.items()]
        columns: list[array[int]] = []
        for extent in extents.values():
            columns += (extent.ids, extent.offsets, extent.lengths)
        self._save(self._name("offsets"), parts, columns)

    def load_index(self, table: str, field: str) -> array[int] | None:
        """The packed part of an index, see `store.engine.index`; None when it has to be built."""
        found = self._load(self._name("index", table, field))
        packed: array[int] = array("Q")
        if found is None or found[0] != [(f"{table} {field}", len(found[1]) // packed.itemsize)]:
            return None
        packed.frombytes(found[1])
        return packed

    def save_index(self, table: str, field: str, packed: array[int]) -> None:
        """Keep the packed part of an index that has no other part."""
        self._save(self._name("index", table, field), [(f"{table} {field}", len(packed))], [packed])

    def _name(self, kind: str, *of: str) -> str:
        number = f"-{zlib.crc32(' '.join(of).encode()):08x}" if of else ""
        return f"{kind}-{self._pointer.generation}{number}.bin"

    def _load(self, name: str) -> tuple[list[tuple[str, int]], memoryview] | None:
        try:
            descriptor = self._files.open(self._folder / name, READ)
            try:
                text = self._files.read_at(descriptor, self._files.size(descriptor), 0)
            finally:
                self._files.close(descriptor)
        except OSError:
            return None
        end = text.find(b"\n") + 1
        try:
            head = msgspec.json.decode(text[:end], type=_Head)
        except ValueError:
            return None
        body = memoryview(text)[end:]
        fresh = self._stamp[1] == self._pointer.snapshot_size
        if not fresh or head != self._head(head.parts, zlib.crc32(body)):
            return None
        return head.parts, body

    def _head(self, parts: list[tuple[str, int]], crc: int) -> _Head:
        pointer = self._pointer
        return _Head(
            _VERSION, sys.byteorder, pointer.store, pointer.generation, pointer.snapshot_crc, self._stamp, parts, crc
        )  # fmt: skip

    def _save(self, name: str, parts: list[tuple[str, int]], columns: list[array[int]]) -> None:
        """Write a hint, when it is worth it and can be done. Failing is no harm."""
        if not self._writable or sum(count for _name, count in parts) < SMALLEST:
            return
        crc = 0
        for column in columns:
            crc = zlib.crc32(column, crc)
        temporary = self._folder / f"{name}.tmp"
        with contextlib.suppress(OSError):
            self._files.make_folder(self._folder)
            with contextlib.suppress(FileNotFoundError):
                self._files.unlink(temporary)
            descriptor = self._files.open(temporary, CREATE)
            try:
                place = 0
                for data in (msgspec.json.encode(self._head(parts, crc)) + b"\n", *map(bytes, columns)):
                    write_whole(self._files, descriptor, data, place)
                    place += len(data)
            finally:
                self._files.close(descriptor)
            self._files.rename(temporary, self._folder / name)
            self._sweep()

    def _sweep(self) -> None:
        """Remove the hints of other generations."""
        for name in self._files.names(self._folder):
            kind, _dash, rest = name.partition("-")
            generation = rest.partition(".")[0].partition("-")[0]
            if kind in ("offsets", "index") and generation != str(self._pointer.generation):
                self._files.unlink(self._folder / name)
