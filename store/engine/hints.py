"""Hints: side files that say where each document of a snapshot stands, so that opening need not read it.

A hint may be deleted at any time. It is only believed while the snapshot is the very file, unchanged, that was read in
full and found sound when the hint was made; it never holds data of its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
import zlib
from array import array
from collections.abc import Callable
from pathlib import Path

import msgspec

from store.engine.files import CREATE, READ, FileCalls, Stamp
from store.engine.generation import Pointer
from store.engine.places import Places
from store.engine.snapshot import write_whole

CACHE = "cache"
SMALLEST = 2000
"""Documents below which a hint is not worth a file."""

_VERSION = 2

_BLOCK = 1 << 17

Parts = list[tuple[str, int]]
Column = tuple["array[int]", int]
"""An array and how many items of a hint are to be read into it."""

_NAME = re.compile(r"(offsets|places|index)-(\d+)(-[0-9a-f]{8})?\.bin(\.\d+)?(\.tmp)?")


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
        self.stamp = stamp
        self._writable = writable
        self._threads: list[threading.Thread] = []

    def wait(self) -> None:
        """Return when all that is to be kept has been written."""
        while self._threads:
            self._threads.pop().join()

    def load_places(self) -> dict[str, Places] | None:
        """Where the documents of the snapshot stand; None when that has to be read from it."""
        tables: dict[str, Places] = {}

        def columns(parts: list[tuple[str, int]]) -> list[Column]:
            found: list[Column] = []
            for number in range(0, len(parts) - 3, 4):
                (name, count), (_runs, runs), (_lines, lines), (_marks, marks) = parts[number : number + 4]
                tables[name] = places = Places()
                places.ids.size = count
                found += [(places.ids.starts, runs), (places.ids.firsts, runs)]
                found += [(places.lengths, lines), (places.marks, marks)]
            return found

        return None if self._load(self._name("places"), columns) is None else tables

    def save_places(self, tables: dict[str, Places]) -> None:
        """Keep what reading the snapshot gave."""
        parts: list[tuple[str, int]] = []
        columns: list[array[int]] = []
        for name, places in tables.items():
            parts += [(name, len(places)), ("runs", len(places.ids.starts))]
            parts += [("lines", len(places.lengths)), ("marks", len(places.marks))]
            columns += (places.ids.starts, places.ids.firsts, places.lengths, places.marks)
        self._save(self._name("places"), parts, columns)

    def load_index(self, table: str, field: str) -> array[int] | None:
        """The packed part of an index, see `store.engine.index`; None when it has to be built."""
        packed: array[int] = array("Q")
        found = self._load(self._name("index", table, field), lambda parts: [(packed, parts[0][1])])
        if found is None or [name for name, _count in found] != [table, field]:
            return None
        return packed

    def save_index(self, table: str, field: str, packed: array[int], read: int) -> None:
        """Keep the packed part of an index that has no other part; worth it by the `read` documents it was made of."""
        self._save(self._name("index", table, field), [(table, len(packed)), (field, read)], [packed])

    def indexes(self) -> list[tuple[str, str]]:
        """Table and field of the indexes that are kept."""
        found: list[tuple[str, str]] = []
        with contextlib.suppress(OSError):
            for name in self._files.names(self._folder):
                if name.startswith(f"index-{self._pointer.generation}-"):
                    packed: array[int] = array("Q")
                    parts = self._load(name, lambda parts, packed=packed: [(packed, parts[0][1])])  # type: ignore[misc]
                    if parts is not None and len(parts) == 2:
                        found.append((parts[0][0], parts[1][0]))
        return found

    def _name(self, kind: str, *of: str) -> str:
        number = f"-{zlib.crc32(' '.join(of).encode()):08x}" if of else ""
        return f"{kind}-{self._pointer.generation}{number}.bin"

    def _load(self, name: str, columns: Callable[[Parts], list[Column]]) -> Parts | None:
        """Fill the columns that a hint says it has; None, whatever they hold then, when it is not to be believed."""
        try:
            descriptor = self._files.open(self._folder / name, READ)
            try:
                return self._read(descriptor, columns)
            finally:
                self._files.close(descriptor)
        except (OSError, ValueError, LookupError, OverflowError):
            return None

    def _read(self, descriptor: int, columns: Callable[[Parts], list[Column]]) -> Parts | None:
        text = self._files.read_at(descriptor, _BLOCK, 0)
        place = text.find(b"\n") + 1
        head = msgspec.json.decode(text[:place], type=_Head)
        if self.stamp[1] != self._pointer.snapshot_size or head != self._head(head.parts, head.crc):
            return None
        crc = 0
        for column, items in columns(head.parts):
            left = items * column.itemsize
            # In small pieces, whose memory is used again at once.
            while left > 0:
                block = self._files.read_at(descriptor, min(_BLOCK, left), place)
                if not block:
                    return None
                column.frombytes(block)
                crc = zlib.crc32(block, crc)
                place += len(block)
                left -= len(block)
        return head.parts if crc == head.crc and place == self._files.size(descriptor) else None

    def _head(self, parts: list[tuple[str, int]], crc: int) -> _Head:
        pointer = self._pointer
        return _Head(
            _VERSION, sys.byteorder, pointer.store, pointer.generation, pointer.snapshot_crc, self.stamp, parts, crc
        )  # fmt: skip

    def _save(self, name: str, parts: list[tuple[str, int]], columns: list[array[int]]) -> None:
        """Write a hint, when it is worth it, without making the caller wait."""
        if not self._writable or not parts or sum(count for _name, count in parts) < SMALLEST:
            return
        thread = threading.Thread(target=self._write, args=(name, parts, columns), name="hints", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _write(self, name: str, parts: list[tuple[str, int]], columns: list[array[int]]) -> None:
        """Write a hint; failing is no harm."""
        crc = 0
        for column in columns:
            crc = zlib.crc32(column, crc)
        # Two processes may write the same hint: each a file of its own, and the last name wins.
        temporary = self._folder / f"{name}.{os.getpid()}.tmp"
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
        """Remove the hints of earlier generations, and torn ones of processes that died long ago."""
        generation = self._pointer.generation
        for name in self._files.names(self._folder):
            found = _NAME.fullmatch(name)
            # A hint of the next generation is made before that generation counts.
            if found is not None and not generation <= int(found[2]) <= generation + 1:
                with contextlib.suppress(FileNotFoundError):
                    self._files.unlink(self._folder / name)
