"""Hints: side files that say where each document of a snapshot stands, so that opening need not read it.

A hint may be deleted at any time. It is only believed while the snapshot is the very file, unchanged, that was read in
full and found sound when the hint was made; it never holds data of its own. Long columns are read where they lie in the
file, so that they are in the system's memory, once for all who work with the shop, and not in each process's.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import sys
import threading
import zlib
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec

from store.engine.files import CREATE, READ, FileCalls, Stamp
from store.engine.generation import Pointer
from store.engine.places import Places
from store.engine.snapshot import write_whole

CACHE = "cache"
SMALLEST = 2000
"""Documents below which a hint is not worth a file."""

_VERSION = 3

Parts = list[tuple[str, int]]
Columns = list[tuple[str, int]]
"""The kind of number of each column, as of an array, and how many there are."""

_SIZES = {"q": 8, "Q": 8, "I": 4}

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


def _columns_of_places(parts: Parts) -> Columns:
    found: Columns = []
    for number in range(0, len(parts) - 3, 4):
        (_name, _count), (_runs, runs), (_lines, lines), (_marks, marks) = parts[number : number + 4]
        found += [("q", runs), ("q", runs), ("I", lines), ("q", marks)]
    return found


def _columns_of_index(parts: Parts) -> Columns:
    return [("Q", parts[0][1])]


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
        self._mapped: list[mmap.mmap] = []
        self._watched: list[tuple[int, tuple[int, int]]] = []
        self.distrusted: Callable[[], None] = lambda: None
        """What is to be done when a file that is in use was written over."""

    def renewed(self) -> bool:
        """See whether somebody wrote into a file that is in use; where that is so, nothing of them is used any more.

        The files are replaced and never changed by this program, and mapped where that is possible: what is read from
        them is only as good as they are.
        """
        if all(self._files.stamp(descriptor)[1:3] == known for descriptor, known in self._watched):
            return False
        self.close()
        self.distrusted()
        return True

    def close(self) -> None:
        """Stop watching the files."""
        while self._watched:
            self._files.close(self._watched.pop()[0])

    def __del__(self) -> None:
        self.close()

    def rest(self) -> None:
        """Give back the memory in which pages of the files are; they come back one by one when they are read."""
        if sys.platform == "linux":
            for data in self._mapped:
                data.madvise(mmap.MADV_DONTNEED)

    def wait(self) -> None:
        """Return when all that is to be kept has been written."""
        while self._threads:
            self._threads.pop().join()

    def load_places(self) -> dict[str, Places] | None:
        """Where the documents of the snapshot stand; None when that has to be read from it."""
        found = self._load(self._name("places"), _columns_of_places)
        if found is None:
            return None
        parts, columns = found
        tables: dict[str, Places] = {}
        for number in range(0, len(columns), 4):
            (name, count), (starts, firsts, ends, marks) = parts[number], columns[number : number + 4]
            tables[name] = places = Places()
            places.ids.starts, places.ids.firsts, places.ids.size = starts, firsts, count
            places.ends, places.marks = ends, marks
        return tables

    def save_places(self, tables: dict[str, Places]) -> None:
        """Keep what reading the snapshot gave."""
        parts: list[tuple[str, int]] = []
        columns: list[array[int]] = []
        for name, places in tables.items():
            parts += [(name, len(places)), ("runs", len(places.ids.starts))]
            parts += [("lines", len(places.ends)), ("marks", len(places.marks))]
            columns += (places.ids.starts, places.ids.firsts, places.ends, places.marks)
        self._save(self._name("places"), parts, columns)

    def load_index(self, table: str, field: str) -> array[int] | None:
        """The packed part of an index, see `store.engine.index`; None when it has to be built."""
        found = self._load(self._name("index", table, field), _columns_of_index)
        if found is None or [name for name, _count in found[0]] != [table, field]:
            return None
        return found[1][0]

    def save_index(self, table: str, field: str, packed: array[int], read: int) -> None:
        """Keep the packed part of an index that has no other part; worth it by the `read` documents it was made of."""
        self._save(self._name("index", table, field), [(table, len(packed)), (field, read)], [packed])

    def indexes(self) -> list[tuple[str, str]]:
        """Table and field of the indexes that are kept."""
        found: list[tuple[str, str]] = []
        with contextlib.suppress(OSError):
            for name in self._files.names(self._folder):
                if name.startswith(f"index-{self._pointer.generation}-"):
                    hint = self._load(name, _columns_of_index)
                    if hint is not None and len(hint[0]) == 2:
                        found.append((hint[0][0][0], hint[0][1][0]))
        return found

    def _name(self, kind: str, *of: str) -> str:
        number = f"-{zlib.crc32(' '.join(of).encode()):08x}" if of else ""
        return f"{kind}-{self._pointer.generation}{number}.bin"

    def _load(self, name: str, columns: Callable[[Parts], Columns]) -> tuple[Parts, list[array[int]]] | None:
        """What a hint says it has, and the columns of it; None when it is not to be believed."""
        try:
            descriptor = self._files.open(self._folder / name, READ)
            known = self._files.stamp(descriptor)[1:3]
            found = None
            try:
                found = self._read(self._files.mapped(descriptor), columns)
                return found
            finally:
                if found is None:
                    self._files.close(descriptor)
                else:
                    self._watched.append((descriptor, known))
        except (OSError, ValueError, TypeError, LookupError, OverflowError):
            return None

    def _read(
        self, data: mmap.mmap | bytes, columns: Callable[[Parts], Columns]
    ) -> tuple[Parts, list[array[int]]] | None:
        place = data.find(b"\n") + 1
        head = msgspec.json.decode(data[:place], type=_Head)
        if self.stamp[1] != self._pointer.snapshot_size or head != self._head(head.parts, head.crc):
            return None
        view = memoryview(data)
        if zlib.crc32(view[place:]) != head.crc:
            return None
        found = []
        for code, items in columns(head.parts):
            size = items * _SIZES[code]
            column = view[place : place + size].cast("q" if code == "q" else "Q" if code == "Q" else "I")
            # Read like an array; nothing is ever added to what was read from a hint.
            found.append(cast("array[int]", column))
            place += size
        if place != len(view):
            return None
        if not isinstance(data, bytes):
            self._mapped.append(data)
            # The checksum looked at all of it.
            self.rest()
        return head.parts, found

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
