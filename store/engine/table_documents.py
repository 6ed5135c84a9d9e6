"""Where the documents of a table live: the snapshot's stay in the file, what the journal brought is kept as JSON bytes.

A document that is handed out is decoded for whoever asks and kept by nobody here.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from locales import _
from store.engine import codec
from store.engine.hints import Hints
from store.engine.index import Index
from store.engine.places import Places
from store.engine.reader import SnapshotReader
from store.engine.snapshot import is_object
from store.engine.trouble import NotStorable, damaged
from store.errors import ShopDamaged

LARGEST_ID = 1 << 60
"""Ids are smaller than this, and larger than its negative."""


T = TypeVar("T")

Token = tuple[bool, bytes | None]
"""What the overlay held for an id before a change: whether it held anything, and what."""

_decode = msgspec.json.Decoder().decode

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
        self.places = places
        self._hints = hints
        self._overlay: dict[int, bytes | None] = {}
        self._sorted: array[int] | None = None
        self._indexes: dict[str, Index] = {}
        # The document of the snapshot that was read last: who changes one has just read it.
        self._last: tuple[int, bytes | None] = (LARGEST_ID, None)

    def raw(self, identifier: int) -> bytes | None:
        """The JSON bytes of a document, or None."""
        if identifier in self._overlay:
            return self._overlay[identifier]
        return self._base(identifier)

    def document(self, identifier: int) -> dict[str, Any] | None:
        """A document, decoded, or None. Decoding proves its bytes, which `raw` has to do beforehand.

        Raises:
            ShopDamaged: it is not what was written.
        """
        if identifier not in self._overlay:
            found = self.places.line(identifier)
            if found is None:
                return None
            raw = self._reader.line(identifier, *found)
            if raw is not None:
                try:
                    value = _decode(raw)
                except (ValueError, RecursionError):
                    value = None
                if type(value) is dict:
                    self._last = (identifier, raw)
                    return value
        # Kept in memory, or in doubt.
        raw = self.raw(identifier)
        return None if raw is None else self.decoded(identifier, raw)

    def documents(self, ids: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Ids and documents of those of `ids` that are there, in their order; see `document`."""
        overlay = self._overlay
        for identifier, raw in self._reader.lines(self.places.lines(ids)):
            value: Any = None
            if raw is not None and identifier not in overlay:
                try:
                    value = _decode(raw)
                except (ValueError, RecursionError):
                    value = None
            if type(value) is not dict:
                value = self.document(identifier)
            if value is not None:
                yield identifier, value

    def raws(self, ids: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Ids and JSON bytes of those of `ids` that are there, in their order; see `raw`."""
        overlay = self._overlay
        for identifier, found in self._reader.lines(self.places.lines(ids)):
            raw = found
            if raw is None or identifier in overlay or not is_object(raw):
                raw = self.raw(identifier)
            if raw is not None:
                yield identifier, raw

    def decoded(self, identifier: int, raw: bytes) -> dict[str, Any]:
        """The document in the JSON bytes that are kept under an id.

        Raises:
            ShopDamaged: they are not the JSON of a document.
        """
        try:
            value = codec.decode(raw)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(identifier, str(error)) from error
        if type(value) is not dict:
            raise self._unreadable(identifier, type(value).__name__)
        return value

    def _unreadable(self, identifier: int, reason: str) -> ShopDamaged:
        found = None if identifier in self._overlay else self.places.find(identifier)
        if found is not None:
            return damaged(self._reader.path, found[0], _("another program changed it."))
        sentence = _("Record {id} in table {table} cannot be read: {reason}.")
        return ShopDamaged(
            sentence.format(id=identifier, table=self.name, reason=reason), table=self.name, id=identifier
        )

    def _base(self, identifier: int) -> bytes | None:
        """The JSON bytes of a document in the snapshot, or None."""
        found = self.places.line(identifier)
        if found is None:
            return None
        raw = self._reader.line(identifier, *found)
        if raw is None or not is_object(raw):
            return self._doubtful(identifier)
        self._last = (identifier, raw)
        return raw

    def _doubtful(self, identifier: int) -> bytes | None:
        """The same of a document that is not found as it should be."""
        found = self.places.find(identifier)
        if found is None:
            return None
        try:
            raw = self._reader.document(identifier, *found)
        except ShopDamaged:
            # Or else it is the side file, which says where it stands, that was written over.
            if not self._hints.renewed():
                raise
            return self._base(identifier)
        self._last = (identifier, raw)
        return raw

    def before_change(self, identifier: int) -> bytes | None:
        """As `raw`, of a document that has mostly been read a moment ago."""
        if type(identifier) is int and identifier >= self.next_id:
            return None
        if identifier in self._overlay or self._last[0] != identifier:
            return self.raw(identifier)
        return self._last[1]

    def has(self, identifier: int) -> bool:
        """Whether there is such a document."""
        if identifier in self._overlay:
            return self._overlay[identifier] is not None
        return self.places.ids.place(identifier) >= 0

    def ids(self) -> Sequence[int]:
        """All ids, ascending. What is returned does not change afterwards."""
        overlay = self._overlay
        if not overlay:
            return self.places.ids
        if self._sorted is None:
            kept = [identifier for identifier in self.places.ids if identifier not in overlay]
            kept.extend(identifier for identifier, raw in overlay.items() if raw is not None)
            kept.sort()
            self._sorted = array("q", kept)
        return self._sorted[:]

    def items(self) -> Iterator[tuple[int, bytes]]:
        """All documents, ascending, as they are now, whatever is written meanwhile."""
        if not self._overlay:
            yield from self._reader.documents(self.places)
            return
        overlay = dict(self._overlay)
        added = sorted(identifier for identifier, raw in overlay.items() if raw is not None)
        number = 0
        for identifier, raw in self._reader.documents(self.places):
            while number < len(added) and added[number] < identifier:
                yield added[number], overlay[added[number]] or b""
                number += 1
            if identifier not in overlay:
                yield identifier, raw
        for identifier in added[number:]:
            yield identifier, overlay[identifier] or b""

    def all_decoded(self, kind: type[T], read: Callable[[bytes], T]) -> Iterator[dict[int, T]]:
        """All documents by id, many at a time, ascending, as they are when the reading begins.

        It takes a third of the time of `items`, as only the fields of `kind` are looked at. Damage elsewhere in a
        document is left to whoever reads that.

        Args:
            kind: what to make of each: a struct with the fields that are wanted.
            read: makes it of the bytes of a document that is not as `kind` has it.

        Raises:
            ShopDamaged: the file is not as it was.
        """
        changed = dict(self._overlay)
        waiting = sorted((identifier for identifier, raw in changed.items() if raw is not None), reverse=True)
        decode = msgspec.json.Decoder(dict[int, kind]).decode  # type: ignore[valid-type]
        count = 0
        for block in self._reader.blocks(self.places):
            try:
                found = decode(b"{%b}" % block)
            except (ValueError, RecursionError):
                found = self._one_by_one(block, read)
            count += len(found)
            if changed:
                last = max(found, default=-LARGEST_ID)
                found = {
                    identifier: value for identifier, value in found.items() if identifier not in changed
                }
                while waiting and waiting[-1] <= last:
                    identifier = waiting.pop()
                    found[identifier] = read(changed[identifier] or b"")
                found = dict(sorted(found.items()))
            yield found
        if count != len(self.places):
            raise damaged(self._reader.path, self.places.after, _("another program changed it."))
        yield {identifier: read(changed[identifier] or b"") for identifier in reversed(waiting)}

    def _one_by_one(self, block: bytes, read: Callable[[bytes], T]) -> dict[int, T]:
        """The documents on some lines of the snapshot, which are not all as they should be; says which is damaged."""
        found = {}
        for line in block.split(b"\n"):
            number = line[1:].partition(b'":')[0]
            identifier = int(number) if number.removeprefix(b"-").isdigit() else LARGEST_ID
            raw = self._base(identifier)
            if raw is None:
                raise damaged(self._reader.path, self.places.after, _("another program changed it."))
            found[identifier] = read(raw)
        return found

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
            was_there = self.places.ids.place(identifier) >= 0 if before is _UNKNOWN else before is not None
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
        return self._index(field).find(value, self._base)

    def find_equal(self, field: str, value: str | float) -> Sequence[int]:
        """The same for a condition, to which 1, 1.0 and true are equal."""
        return self._index(field).find_equal(value, self._base)

    def _index(self, field: str) -> Index:
        index = self._indexes.get(field)
        if index is None:
            index = self._load_index(field) or self._build_index(field)
            self._take_in(index)
        return index

    def _load_index(self, field: str) -> Index | None:
        """The index of a field from its side file."""
        packed = self._hints.load_index(self.name, field) if len(self.places) else array("Q")
        return None if packed is None else Index(field, packed)

    def _build_index(self, field: str) -> Index:
        index = Index(field)
        index.build(self._reader.documents(self.places))
        if index.is_packed:
            self._hints.save_index(self.name, field, index.packed, len(self.places))
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

    def replace_places(self, places: Places) -> None:
        """Take the places of the documents from the snapshot itself: those of a side file are not to be believed."""
        self.places = places
        self._sorted = None
        self._indexes.clear()
        self._last = (0, None)
        self.count = len(places)
        for identifier, raw in self._overlay.items():
            self.count += (raw is not None) - (places.ids.place(identifier) >= 0)

    def has_index(self, field: str) -> bool:
        """Whether the index of `field` has been built."""
        return field in self._indexes
