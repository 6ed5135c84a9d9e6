"""Which documents of a table have a value in a field: built at the first question, then kept current."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from store.engine import codec

_SHIFT = 32
_SMALL = 1 << 31
"""Values and ids below this are packed into one 64-bit number; all others go the slower way."""

Hashable = str | int | float | bool | None


def field_reader(field: str) -> Callable[[bytes], Any]:
    """A function that reads one top-level field from a document's JSON bytes (None where it is absent)."""
    shape = msgspec.defstruct("OneField", [("value", Any, None)], rename={"value": field})
    decoder = msgspec.json.Decoder(shape)

    def read(raw: bytes) -> Any:
        try:
            return decoder.decode(raw).value  # type: ignore[attr-defined]
        except ValueError:
            return codec.decode(raw).get(field)

    return read


class Index:
    """Ids by the value of one field.

    What the snapshot holds is one sorted array of 64-bit numbers, eight bytes a document; what the journal
    touched since is kept in dictionaries. An id that the journal touched is looked up in these alone.
    """

    def __init__(self, field: str, packed: array[int] | None = None) -> None:
        self.field = field
        self.read = field_reader(field)
        self.packed: array[int] = array("Q") if packed is None else packed
        self._others: dict[Any, list[int]] = {}
        self._touched: dict[int, Any] = {}
        self._by_value: dict[Any, list[int]] = {}

    @property
    def is_packed(self) -> bool:
        """Whether all that the snapshot holds is in the packed array."""
        return not self._others

    def build(self, base: Iterable[tuple[int, bytes]]) -> None:
        """Read every document of the snapshot once."""
        packed: list[int] = []
        for identifier, raw in base:
            value = _key(self.read(raw))
            if (
                type(value) is tuple
                and value[0] is int
                and 0 <= value[1] < _SMALL
                and 0 <= identifier < _SMALL
            ):
                packed.append(value[1] << _SHIFT | identifier)
            elif value is not None:
                self._others.setdefault(value, []).append(identifier)
        packed.sort()
        self.packed = array("Q", packed)

    def change(self, identifier: int, raw: bytes | None) -> None:
        """The document is now `raw` (None: it is gone)."""
        self.forget(identifier)
        value = None if raw is None else _key(self.read(raw))
        self._touched[identifier] = value
        if value is not None:
            insort(self._by_value.setdefault(value, []), identifier)

    def forget(self, identifier: int) -> None:
        """The journal's change of this document was taken back: the snapshot counts again."""
        old = self._touched.pop(identifier, None)
        if old is not None:
            ids = self._by_value[old]
            del ids[bisect_left(ids, identifier)]
            if not ids:
                del self._by_value[old]

    def find(self, value: Any) -> list[int]:
        """The ids whose field has exactly this value (1, 1.0 and true differ), ascending."""
        key = _key(value)
        if key is None:
            return []
        found = [identifier for identifier in self._in_snapshot(key) if identifier not in self._touched]
        added = self._by_value.get(key)
        if not added:
            return found
        if not found or found[-1] < added[0]:
            return found + added
        return sorted(found + added)

    def _in_snapshot(self, key: Any) -> Iterator[int]:
        yield from self._others.get(key, ())
        if key[0] is int and 0 <= key[1] < _SMALL:
            place = bisect_left(self.packed, key[1] << _SHIFT)
            limit = (key[1] + 1) << _SHIFT
            while place < len(self.packed) and self.packed[place] < limit:
                yield self.packed[place] & (1 << _SHIFT) - 1
                place += 1


def _key(value: Any) -> tuple[type, Any] | None:
    """A value with its type, fit as a dictionary's key; None for what is not indexed: null, lists, objects."""
    return (type(value), value) if isinstance(value, (str, int, float)) else None
