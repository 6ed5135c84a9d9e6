"""Where the documents live: the snapshot's stay in the file, what the journal brought is kept as JSON bytes.

Nothing here decodes a document, and nothing that is handed out can be changed in place.
"""

from __future__ import annotations

import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from locales import _
from store.engine import codec
from store.engine.files import FileCalls
from store.engine.hints import Hints
from store.engine.index import Index
from store.engine.places import Places
from store.engine.snapshot import documents_of
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

    def documents(self, places: Places) -> Iterator[tuple[int, bytes]]:
        """All documents of a table, ascending."""
        return documents_of(self.files, self.descriptor, places, self.path)


Token = tuple[bool, bytes | None]
"""What the overlay held for an id before a change: whether it held anything, and what."""

_NOTHING: Token = (False, None)
_UNKNOWN = b""

_MANY = 5000
"""Documents of the journal that are forgotten at once; more are forgotten bit by bit."""


class TableDocuments:
    """The documents of one table by id, as JSON bytes.

    Attributes:
        name: the table's name.
        json_name: the same as JSON bytes.
        next_id: the id that the next new document gets.
        count: how many documents there are.
    """

    def __init__(self, name: str, reader: SnapshotReader, places: Places, next_id: int, hints: Hints) -> None:
        self.name = name
        self.json_name = codec.encode(name)
        self.next_id = next_id
        self.count = len(places)
        self._reader = reader
        self._places = places
        self._hints = hints
        self._overlay: dict[int, bytes | None] = {}
        self._sorted: array[int] | None = None
        self._indexes: dict[str, Index] = {}

    def raw(self, identifier: int) -> bytes | None:
        """The JSON bytes of a document, or None."""
        if identifier in self._overlay:
            return self._overlay[identifier]
        return self._base(identifier)

    def _base(self, identifier: int) -> bytes | None:
        """The JSON bytes of a document in the snapshot, or None."""
        found = self._places.find(identifier)
        return None if found is None else self._reader.document(*found)

    def has(self, identifier: int) -> bool:
        """Whether there is such a document."""
        if identifier in self._overlay:
            return self._overlay[identifier] is not None
        return self._places.ids.place(identifier) >= 0

    def ids(self) -> Sequence[int]:
        """All ids, ascending. What is returned does not change afterwards."""
        overlay = self._overlay
        if not overlay:
            return self._places.ids
        if self._sorted is None:
            kept = [identifier for identifier in self._places.ids if identifier not in overlay]
            kept.extend(identifier for identifier, raw in overlay.items() if raw is not None)
            kept.sort()
            self._sorted = array("q", kept)
        return self._sorted[:]

    def items(self) -> Iterator[tuple[int, bytes]]:
        """All documents, ascending, as they are now, whatever is written meanwhile."""
        if not self._overlay:
            yield from self._reader.documents(self._places)
            return
        overlay = dict(self._overlay)
        added = sorted(identifier for identifier, raw in overlay.items() if raw is not None)
        number = 0
        for identifier, raw in self._reader.documents(self._places):
            while number < len(added) and added[number] < identifier:
                yield added[number], overlay[added[number]] or b""
                number += 1
            if identifier not in overlay:
                yield identifier, raw
        for identifier in added[number:]:
            yield identifier, overlay[identifier] or b""

    def put(self, identifier: int, raw: bytes | None, before: bytes | None = _UNKNOWN) -> Token:
        """Set or (None) take away a document; returns what `restore` needs to take that back.

        `before` is the document as it is, where the caller knows it.
        """
        if type(identifier) is not int or not -LARGEST_ID < identifier < LARGEST_ID:
            raise NotStorable(_("{id} cannot be the number of a record.").format(id=repr(identifier)))
        overlay = self._overlay
        if identifier in overlay:
            held = overlay[identifier]
            token = (True, held)
            was_there = held is not None
        else:
            token = _NOTHING
            was_there = self._places.ids.place(identifier) >= 0 if before is _UNKNOWN else before is not None
        overlay[identifier] = raw
        if was_there != (raw is not None):
            self._counted(identifier, is_there=not was_there)
        if raw is not None and identifier >= self.next_id:
            self.next_id = identifier + 1
        if self._indexes:
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
        is_there = self.has(identifier)
        if was_there != is_there:
            self._counted(identifier, is_there=is_there)
        if self._indexes:
            # Asked of the snapshot, not forgotten: an inherited index knows the one before it.
            raw = raw if held else self._base(identifier)
            for index in self._indexes.values():
                index.change(identifier, raw)

    def _counted(self, identifier: int, *, is_there: bool) -> None:
        """Keep the count and the sorted ids right after a document came or went."""
        self.count += 1 if is_there else -1
        if self._sorted is not None:
            if is_there and (not self._sorted or identifier > self._sorted[-1]):
                self._sorted.append(identifier)
            else:
                self._sorted = None

    def find(self, field: str, value: object) -> Sequence[int]:
        """The ids of the documents whose `field` is exactly `value`, ascending. Builds the index at first."""
        index = self._indexes.get(field)
        if index is None:
            index = self._load_index(field) or self._build_index(field)
            self._take_in(index)
        return index.find(value, self._base)

    def _load_index(self, field: str) -> Index | None:
        """The index of a field from its side file."""
        packed = self._hints.load_index(self.name, field) if len(self._places) else array("Q")
        return None if packed is None else Index(field, packed)

    def _build_index(self, field: str) -> Index:
        index = Index(field)
        index.build(self._reader.documents(self._places))
        if index.is_packed:
            self._hints.save_index(self.name, field, index.packed, len(self._places))
        return index

    def _take_in(self, index: Index) -> None:
        """Let an index know what the journal brought, and keep it."""
        for identifier, raw in self._overlay.items():
            index.change(identifier, raw)
        self._indexes[index.field] = index

    def inherit(self, earlier: TableDocuments) -> None:
        """Go on with the ids and indexes of the same table in the generation before."""
        self.next_id = max(self.next_id, earlier.next_id)
        for field, index in earlier._indexes.items():
            loaded = self._load_index(field)
            if loaded is not None:
                self._take_in(loaded)
            else:
                self._indexes[field] = index

    @property
    def is_large(self) -> bool:
        """Whether the journal brought so many documents that forgetting them at once would be felt."""
        return len(self._overlay) > _MANY

    def forget_some(self) -> None:
        """Forget a few documents of a table that nobody reads any more."""
        for _number in range(_MANY // 10):
            self._overlay.popitem()

    def has_index(self, field: str) -> bool:
        """Whether the index of `field` has been built."""
        return field in self._indexes


def _empty(tables: list[TableDocuments]) -> None:
    while tables:
        table = tables.pop()
        # Held by this name and the call's argument, and by nobody who still reads from it.
        while table.is_large and sys.getrefcount(table) <= 2:
            table.forget_some()
            time.sleep(0.001)


class Documents:
    """All tables."""

    def __init__(
        self,
        reader: SnapshotReader,
        places: Mapping[str, Places],
        next_ids: Mapping[str, int],
        hints: Hints,
    ) -> None:
        self.reader = reader
        self._hints = hints
        self.next_ids = dict(next_ids)
        self.tables: dict[str, TableDocuments] = {}
        for name, found in places.items():
            largest = found.ids[-1] + 1 if len(found) else 1
            self.tables[name] = TableDocuments(
                name, reader, found, max(largest, next_ids.get(name, 1)), hints
            )

    def inherit(self, earlier: Documents) -> None:
        """Go on with what the generation before knew; it held the same documents, and perhaps later ones."""
        for name, next_id in earlier.all_next_ids().items():
            self.next_ids[name] = max(next_id, self.next_ids.get(name, 1))
        for name, table in self.tables.items():
            found = earlier.tables.get(name)
            if found is not None:
                table.inherit(found)

    def let_go(self) -> None:
        """Forget everything, a little at a time: freeing a million documents at once would be felt."""
        tables = [table for table in self.tables.values() if table.is_large]
        self.tables.clear()
        if tables:
            threading.Thread(target=_empty, args=(tables,), name="forgetting", daemon=True).start()

    def take_over(self, earlier: Documents, name: str, identifier: int) -> None:
        """Set a document to what it was in `earlier`."""
        found = earlier.tables.get(name)
        raw = None if found is None else found.raw(identifier)
        if raw is not None or name in self.tables:
            self.make_table(name).put(identifier, raw)

    def table(self, name: str) -> TableDocuments | None:
        """The documents of a table, or None where there is no such table."""
        return self.tables.get(name)

    def make_table(self, name: str) -> TableDocuments:
        """The documents of a table, which is made when there is none of that name."""
        found = self.tables.get(name)
        if found is None:
            found = TableDocuments(name, self.reader, Places(), self.next_ids.get(name, 1), self._hints)
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
