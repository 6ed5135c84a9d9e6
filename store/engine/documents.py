"""Where the documents live: the snapshot's stay in the file, what the journal brought is kept as JSON bytes.

Nothing here decodes a document, and nothing that is handed out can be changed in place.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from locales import _
from store.engine.files import FileCalls
from store.engine.hints import Hints
from store.engine.index import Index
from store.engine.snapshot import Extent, documents_of
from store.engine.trouble import NotStorable, damaged

LARGEST_ID = 1 << 60
"""Ids are smaller than this, and larger than its negative."""


class SnapshotReader:
    """The open snapshot file, from which documents are read by offset.

    It stays open as long as anybody reads from it, even if a newer generation counts by then.
    """

    def __init__(self, files: FileCalls, descriptor: int, path: Path) -> None:
        self.files = files
        self.descriptor = descriptor
        self.path = path

    def close(self) -> None:
        """Let go of the file."""
        if self.descriptor >= 0:
            self.files.close(self.descriptor)
            self.descriptor = -1

    def __del__(self) -> None:
        self.close()

    def document(self, offset: int, length: int) -> bytes:
        """The bytes of one document.

        Raises:
            ShopDamaged: another program cut the file or wrote over it.
        """
        raw = self.files.read_at(self.descriptor, length, offset)
        if len(raw) != length or raw[:1] != b"{" or raw[-1:] != b"}":
            raise damaged(self.path, offset, _("another program changed it."))
        return raw

    def documents(self, extent: Extent) -> Iterator[tuple[int, bytes]]:
        """All documents of a table, ascending."""
        return documents_of(self.files, self.descriptor, extent, self.path)


Token = tuple[bool, bytes | None]
"""What the overlay held for an id before a change: whether it held anything, and what."""


class TableDocuments:
    """The documents of one table by id, as JSON bytes."""

    def __init__(self, name: str, reader: SnapshotReader, extent: Extent, next_id: int, hints: Hints) -> None:
        self.name = name
        self.next_id = next_id
        self.count = len(extent.ids)
        self._reader = reader
        self._extent = extent
        self._hints = hints
        self._overlay: dict[int, bytes | None] = {}
        self._sorted: array[int] | None = None
        self._indexes: dict[str, Index] = {}

    def raw(self, identifier: int) -> bytes | None:
        """The JSON bytes of a document, or None."""
        try:
            return self._overlay[identifier]
        except KeyError:
            pass
        place = self._place(identifier)
        if place < 0:
            return None
        return self._reader.document(self._extent.offsets[place], self._extent.lengths[place])

    def has(self, identifier: int) -> bool:
        """Whether there is such a document."""
        if identifier in self._overlay:
            return self._overlay[identifier] is not None
        return self._place(identifier) >= 0

    def _place(self, identifier: int) -> int:
        """Where an id stands among those of the snapshot; -1 when it is not there."""
        ids = self._extent.ids
        if not ids or not ids[0] <= identifier <= ids[-1]:
            return -1
        guess = identifier - ids[0]
        if guess < len(ids) and ids[guess] == identifier:
            return guess
        place = bisect_left(ids, identifier)
        return place if ids[place] == identifier else -1

    def ids(self) -> Sequence[int]:
        """All ids, ascending. What is returned does not change afterwards."""
        overlay = self._overlay
        if not overlay:
            return self._extent.ids
        if self._sorted is None:
            kept = [identifier for identifier in self._extent.ids if identifier not in overlay]
            kept.extend(identifier for identifier, raw in overlay.items() if raw is not None)
            kept.sort()
            self._sorted = array("q", kept)
        return self._sorted[:]

    def items(self) -> Iterator[tuple[int, bytes]]:
        """All documents, ascending, as they are now, whatever is written meanwhile."""
        if not self._overlay:
            yield from self._reader.documents(self._extent)
            return
        overlay = dict(self._overlay)
        added = sorted(identifier for identifier, raw in overlay.items() if raw is not None)
        number = 0
        for identifier, raw in self._reader.documents(self._extent):
            while number < len(added) and added[number] < identifier:
                yield added[number], overlay[added[number]] or b""
                number += 1
            if identifier not in overlay:
                yield identifier, raw
        for identifier in added[number:]:
            yield identifier, overlay[identifier] or b""

    def put(self, identifier: int, raw: bytes | None) -> Token:
        """Set or (None) take away a document; returns what `restore` needs to take that back."""
        if type(identifier) is not int or not -LARGEST_ID < identifier < LARGEST_ID:
            raise NotStorable(_("{id} cannot be the number of a record.").format(id=repr(identifier)))
        overlay = self._overlay
        token = (True, overlay[identifier]) if identifier in overlay else (False, None)
        was_there = token[1] is not None if token[0] else self._place(identifier) >= 0
        overlay[identifier] = raw
        self._counted(identifier, was_there=was_there, is_there=raw is not None)
        if raw is not None and identifier >= self.next_id:
            self.next_id = identifier + 1
        for index in self._indexes.values():
            index.change(identifier, raw)
        return token

    def restore(self, identifier: int, token: Token) -> None:
        """Take back a `put`."""
        was_there = self._overlay[identifier] is not None
        held, raw = token
        if held:
            self._overlay[identifier] = raw
        else:
            del self._overlay[identifier]
        self._counted(identifier, was_there=was_there, is_there=self.has(identifier))
        for index in self._indexes.values():
            if held:
                index.change(identifier, raw)
            else:
                index.forget(identifier)

    def _counted(self, identifier: int, *, was_there: bool, is_there: bool) -> None:
        """Keep the count and the sorted ids right after a document came or went."""
        if was_there == is_there:
            return
        self.count += 1 if is_there else -1
        if self._sorted is not None and is_there and (not self._sorted or identifier > self._sorted[-1]):
            self._sorted.append(identifier)
        else:
            self._sorted = None

    def find(self, field: str, value: object) -> Sequence[int]:
        """The ids of the documents whose `field` is exactly `value`, ascending. Builds the index at first."""
        index = self._indexes.get(field)
        if index is None:
            packed = self._hints.load_index(self.name, field) if self._extent.ids else None
            index = Index(field, packed)
            if packed is None:
                index.build(self._reader.documents(self._extent))
                if index.is_packed:
                    self._hints.save_index(self.name, field, index.packed)
            for identifier, raw in self._overlay.items():
                index.change(identifier, raw)
            self._indexes[field] = index
        return index.find(value)

    def has_index(self, field: str) -> bool:
        """Whether the index of `field` has been built."""
        return field in self._indexes


class Documents:
    """All tables."""

    def __init__(
        self,
        reader: SnapshotReader,
        extents: Mapping[str, Extent],
        next_ids: Mapping[str, int],
        hints: Hints,
    ) -> None:
        self.reader = reader
        self._hints = hints
        self.next_ids = dict(next_ids)
        self.tables: dict[str, TableDocuments] = {}
        for name, extent in extents.items():
            largest = extent.ids[-1] + 1 if extent.ids else 1
            self.tables[name] = TableDocuments(
                name, reader, extent, max(largest, next_ids.get(name, 1)), hints
            )

    def table(self, name: str) -> TableDocuments | None:
        """The documents of a table, or None where there is no such table."""
        return self.tables.get(name)

    def make_table(self, name: str) -> TableDocuments:
        """The documents of a table, which is made when there is none of that name."""
        found = self.tables.get(name)
        if found is None:
            found = TableDocuments(name, self.reader, Extent(), self.next_ids.get(name, 1), self._hints)
            self.tables[name] = found
        return found

    def drop_table(self, name: str) -> None:
        """Forget a table; the ids it gave are remembered."""
        found = self.tables.pop(name, None)
        if found is not None:
            self.next_ids[name] = found.next_id

    def all_next_ids(self) -> dict[str, int]:
        """For each table there ever was, the id its next document gets."""
        return {**self.next_ids, **{name: table.next_id for name, table in self.tables.items()}}

    def dump(
        self, change: Callable[[str, bytes], bytes] | None = None
    ) -> Iterator[tuple[str, Iterable[tuple[int, bytes]]]]:
        """Every table with its documents, for a new snapshot; `change` may replace the bytes of each."""
        for name, table in self.tables.items():
            if change is None:
                yield name, table.items()
            else:
                yield name, [(identifier, change(name, raw)) for identifier, raw in table.items()]
