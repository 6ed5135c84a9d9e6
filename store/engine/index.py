"""Which documents of a table have a value in a field: built at the first question, then kept current."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from store.engine import codec

_SHIFT = 32
_EXACT = 1 << 31
"""Codes below this are the value itself; from here on they are a checksum of it, and the document has to be asked."""

_IDENTIFIER = (1 << _SHIFT) - 1

_FEW, _AROUND = 16, 64

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
        self._largest = 0
        """The largest code in the packed array where each of them is the value itself; otherwise 0."""
        self._only_counts = self._is_only_counts()
        """Whether every value is an integer that is its own code: then no text, float or truth need be looked for."""

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
        self._only_counts = self._is_only_counts()

    def _is_only_counts(self) -> bool:
        largest = self.packed[-1] >> _SHIFT if len(self.packed) else 0
        self._largest = largest if largest < _EXACT else 0
        return not self._others and largest < _EXACT

    def change(self, identifier: int, raw: bytes | None) -> None:
        """The document is now `raw` (None: it is gone)."""
        if identifier in self._touched:
            self.forget(identifier)
        value = None if raw is None else _key(self.read(raw))
        self._touched[identifier] = value
        if value is not None:
            ids = self._by_value.get(value)
            if ids is None:
                self._only_counts = self._only_counts and value[0] is int
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
        found = self._in_snapshot(key, base)
        added = self._by_value.get(key)
        if not added:
            return found
        if not found or found[-1] < added[0]:
            return found + added
        return sorted(found + added)

    def find_equal(self, value: str | float, base: Callable[[int], bytes | None]) -> list[int]:
        """The ids whose field equals this value as a condition sees it (1, 1.0 and true are equal), ascending."""
        if type(value) is str or (self._only_counts and type(value) is int):
            return self.find(value, base)
        parts = [self.find(one, base) for one in _equals(value)]
        return sorted(set().union(*parts))

    def _in_snapshot(self, key: Key, base: Callable[[int], bytes | None]) -> list[int]:
        """The ids that have this value in the snapshot and were not touched since."""
        code, touched = _code(key), self._touched
        found = self._with_code(code)
        if touched:
            found = [identifier for identifier in found if identifier not in touched]
        if code >= _EXACT:
            read = self.read
            raws = ((identifier, base(identifier)) for identifier in found)
            found = [identifier for identifier, raw in raws if raw is not None and _key(read(raw)) == key]
        others = self._others.get(key)
        if others:
            found = sorted(found + [identifier for identifier in others if identifier not in touched])
        return found

    def _with_code(self, code: int) -> list[int]:
        """The ids that stand in the packed array under a code."""
        packed, lowest, size = self.packed, code << _SHIFT, len(self.packed)
        begin, end = 0, size
        if self._largest:
            # Numbers of customers are spread evenly: a look near where it would be saves most of the steps.
            guess = code * size // self._largest
            if (
                _AROUND < guess < size - _AROUND
                and packed[guess - _AROUND] < lowest <= packed[guess + _AROUND]
            ):
                begin, end = guess - _AROUND, guess + _AROUND
        first = bisect_left(packed, lowest, begin, end)
        # Mostly there are a few: looking for their end right behind their beginning saves steps, too.
        near = min(first + _FEW, size)
        last = bisect_left(packed, lowest + _IDENTIFIER + 1, first, near)
        if last == near:
            last = bisect_left(packed, lowest + _IDENTIFIER + 1, near)
        return [number & _IDENTIFIER for number in packed[first:last]]


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


def _equals(value: Any) -> list[Any]:
    """The values that equal this one for a condition: 1, 1.0 and true are three for an index."""
    if isinstance(value, str):
        return [value]
    found: list[Any] = []
    if value in (0, 1):
        found.append(bool(value))
    if isinstance(value, float):
        found.append(value)
        if value.is_integer():
            found.append(int(value))
    else:
        found.append(int(value))
        try:
            if float(value) == value:
                found.append(float(value))
        except OverflowError:
            pass  # No float is so large.
    return found
