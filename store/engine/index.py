"""Which documents of a table have a value in a field: built at the first question, then kept current."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from store.engine import codec

_SHIFT = 32
_EXACT = 1 << 31
"""Codes below this are the value itself; from here on they are a checksum of it, and the document has to be asked."""

Key = tuple[type, Any]


def field_reader(field: str) -> Callable[[bytes], Any]:
    """A function that reads one top-level field from a document's JSON bytes (None where it is absent)."""
    shape = msgspec.defstruct("OneField", [("value", Any, None)], rename={"value": field}, gc=False)
    decoder = msgspec.json.Decoder(shape)

    def read(raw: bytes) -> Any:
        try:
            return decoder.decode(raw).value  # type: ignore[attr-defined]
        except ValueError:
            return codec.decode(raw).get(field)

    return read


class Index:
    """Ids by the value of one field.

    What the snapshot holds is one sorted array of 64-bit numbers, eight bytes a document: the code of the value above,
    the id below. What the journal touched since is kept in dictionaries; such an id is looked up in these alone.
    """

    def __init__(self, field: str, packed: array[int] | None = None) -> None:
        self.field = field
        self.read = field_reader(field)
        self.packed: array[int] = array("Q") if packed is None else packed
        self._others: dict[Key, list[int]] = {}
        self._touched: dict[int, Key | None] = {}
        self._by_value: dict[Key, list[int]] = {}

    @property
    def is_packed(self) -> bool:
        """Whether all that the snapshot holds is in the packed array."""
        return not self._others

    def build(self, base: Iterable[tuple[int, bytes]]) -> None:
        """Read every document of the snapshot once."""
        packed: list[int] = []
        for identifier, raw in base:
            self.collect(packed, identifier, raw)
        self.pack(packed)

    def collect(self, packed: list[int], identifier: int, raw: bytes) -> None:
        """Add what one document of the snapshot gives to `packed`, which `pack` takes in the end."""
        value = _key(self.read(raw))
        if value is None:
            return
        if 0 <= identifier < 1 << _SHIFT:
            packed.append(_code(value) << _SHIFT | identifier)
        else:
            self._others.setdefault(value, []).append(identifier)

    def pack(self, packed: list[int]) -> None:
        """Take in what was collected."""
        packed.sort()
        self.packed = array("Q", packed)

    def change(self, identifier: int, raw: bytes | None) -> None:
        """The document is now `raw` (None: it is gone)."""
        if identifier in self._touched:
            self.forget(identifier)
        value = None if raw is None else _key(self.read(raw))
        self._touched[identifier] = value
        if value is not None:
            ids = self._by_value.get(value)
            if ids is None:
                self._by_value[value] = [identifier]
            else:
                insort(ids, identifier)

    def forget(self, identifier: int) -> None:
        """The journal's change of this document was taken back: the snapshot counts again."""
        old = self._touched.pop(identifier, None)
        if old is not None:
            ids = self._by_value[old]
            del ids[bisect_left(ids, identifier)]
            if not ids:
                del self._by_value[old]

    def find(self, value: Any, base: Callable[[int], bytes | None]) -> list[int]:
        """The ids whose field has exactly this value (1, 1.0 and true differ), ascending.

        `base` gives the bytes of a document of the snapshot.
        """
        key = _key(value)
        if key is None:
            return []
        touched = self._touched
        found = [identifier for identifier in self._in_snapshot(key, base) if identifier not in touched]
        added = self._by_value.get(key)
        if not added:
            return found
        if not found or found[-1] < added[0]:
            return found + added
        return sorted(found + added)

    def _in_snapshot(self, key: Key, base: Callable[[int], bytes | None]) -> Iterator[int]:
        yield from self._others.get(key, ())
        code = _code(key)
        first = bisect_left(self.packed, code << _SHIFT)
        last = bisect_left(self.packed, (code + 1) << _SHIFT, first)
        for number in self.packed[first:last]:
            identifier = number & (1 << _SHIFT) - 1
            if code < _EXACT or identifier in self._touched:
                yield identifier
                continue
            raw = base(identifier)
            if raw is not None and _key(self.read(raw)) == key:
                yield identifier


def _key(value: Any) -> Key | None:
    """A value with its type, fit as a dictionary's key; None for what is not indexed: null, lists, objects."""
    return (type(value), value) if isinstance(value, (str, int, float)) else None


def _code(key: Key) -> int:
    """The 32 bits under which a value stands in the packed array."""
    kind, value = key
    if kind is int and 0 <= value < _EXACT:
        return int(value)
    if kind is str:
        text = value.encode("utf-8", "surrogatepass")
    else:
        # Minus zero equals zero.
        text = repr(value + 0.0 if kind is float else value).encode()
    return _EXACT | zlib.crc32(text, len(kind.__name__)) & _EXACT - 1
