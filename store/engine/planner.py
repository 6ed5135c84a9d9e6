"""How a TinyDB condition is answered without reading every document whole: by an index, by bytes, by its fields alone.

A condition is a function; what it asks is told by the structure that TinyDB keeps with it (`QueryInstance._hash`).
Where that says nothing, each document is read and asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from tinydb.queries import QueryLike

from store.engine.table_documents import TableDocuments

_PATH_TESTS = frozenset(
    ("==", "!=", "<", "<=", ">", ">=", "exists", "matches", "search", "test", "any", "all", "one_of")
)  # fmt: skip
"""Tests of what stands under one path; each has that path second in its structure."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")

Pair = tuple[int, dict[str, Any]]


class Plan:
    """How one condition is answered in one table."""

    def __init__(self, condition: QueryLike, declared: Collection[str]) -> None:
        """Args: declared are the fields that have an index."""
        self._condition = condition
        self._declared = declared
        self._structure: Any = getattr(condition, "_hash", None)

    def ids(self, documents: TableDocuments) -> Sequence[int] | None:
        """Ascending ids among which all that match are; None without an index that tells."""
        return self._ids(self._structure, documents) if self._declared else None

    def pairs(self, documents: TableDocuments) -> Iterator[Pair]:
        """Ids and documents that match, ascending."""
        ids = self.ids(documents)
        if ids is None:
            return self._scan(documents)
        pairs = documents.documents(ids)
        # An index is a side file, which is never trusted; the condition itself takes ten times as long as comparing.
        kind, *rest = self._structure
        if kind == "==":
            (field,), wanted = rest
            return (pair for pair in pairs if pair[1].get(field) == wanted)
        condition = self._condition
        return (pair for pair in pairs if condition(pair[1]))

    def _ids(self, structure: Any, documents: TableDocuments) -> Sequence[int] | None:
        if not isinstance(structure, tuple) or len(structure) < 2:
            return None
        kind = structure[0]
        if kind == "and":
            found = [part for part in (self._ids(one, documents) for one in structure[1]) if part is not None]
            return min(found, key=len) if found else None
        if kind == "or":
            parts = [self._ids(one, documents) for one in structure[1]]
            return None if None in parts else _together([part for part in parts if part is not None])
        if kind not in ("==", "one_of") or len(structure) != 3 or len(structure[1]) != 1:
            return None
        field, values = structure[1][0], structure[2]
        if field not in self._declared:
            return None
        if kind == "==":
            return documents.find_equal(field, values) if _is_indexed(values) else None
        if not isinstance(values, (tuple, frozenset)) or not all(map(_is_indexed, values)):
            return None
        return _together([documents.find_equal(field, value) for value in values])

    def _scan(self, documents: TableDocuments) -> Iterator[Pair]:
        """Read all documents, no more of each than is needed to rule it out."""
        condition = self._condition
        needles = _needles(self._structure)
        fields = _fields(self._structure)
        part = None if fields is None else _partial(fields)
        rows: Iterable[tuple[int, bytes]] = documents.items()
        if needles is not None:
            rows = _holding(rows, needles)
        for identifier, raw in rows:
            some = None if part is None else part(raw)
            if some is not None and not condition(some):
                continue
            document = documents.decoded(identifier, raw)
            if some is not None or condition(document):
                yield identifier, document


def _holding(rows: Iterable[tuple[int, bytes]], needles: list[bytes]) -> Iterable[tuple[int, bytes]]:
    """The rows whose bytes hold one of the needles, or a backslash, which may write any character in another way."""
    if len(needles) != 1:
        found = re.compile(b"|".join(map(re.escape, [*needles, b"\\"]))).search
        return (row for row in rows if found(row[1]))
    (needle,) = needles
    return (row for row in rows if needle in row[1] or b"\\" in row[1])


def _together(parts: list[Sequence[int]]) -> Sequence[int]:
    """All ids of several ascending sequences, ascending, each once."""
    filled = [part for part in parts if len(part)]
    if len(filled) < 2:
        return filled[0] if filled else ()
    return sorted(set().union(*filled))


def _is_indexed(value: Any) -> bool:
    """Whether an index knows every document in which a field equals this (null, lists and objects it does not)."""
    return isinstance(value, (str, int, float)) and value == value  # noqa: PLR0124 - not a number equals nothing


def _needles(structure: Any) -> list[bytes] | None:
    """Bytes of which a document has at least one if it matches and no backslash is in it; None where none are known."""
    if not isinstance(structure, tuple) or len(structure) < 2:
        return None
    kind = structure[0]
    if kind == "and":
        found = [part for part in map(_needles, structure[1]) if part is not None]
        return min(found, key=len) if found else None
    if kind == "or":
        parts = [_needles(one) for one in structure[1]]
        return None if None in parts else [needle for part in parts for needle in part or ()]
    values = structure[2] if len(structure) == 3 else None
    if kind == "==":
        values = (values,)
    if kind not in ("==", "one_of") or not isinstance(values, (tuple, frozenset)) or len(values) > 8:
        return None
    if not all(isinstance(value, str) and not _SURROGATE.search(value) for value in values):
        return None
    return [b'"%b"' % value.encode() for value in values]


def _fields(structure: Any) -> set[str] | None:
    """The top-level fields that a condition looks at; None when it may look at all of them."""
    if not isinstance(structure, tuple) or len(structure) < 2:
        return None
    kind = structure[0]
    if kind in ("and", "or"):
        parts = [_fields(one) for one in structure[1]]
        return None if None in parts else {field for part in parts for field in part or ()}
    if kind == "not":
        return _fields(structure[1])
    path = structure[1]
    if kind not in _PATH_TESTS or not isinstance(path, tuple) or not path or not isinstance(path[0], str):
        return None
    return {path[0]}


def _partial(fields: set[str]) -> Callable[[bytes], dict[str, Any] | None]:
    """A function that reads only these fields of a document's JSON bytes; None where it has to be read whole."""
    names = sorted(fields)
    shape = msgspec.defstruct(
        "SomeFields",
        [(f"field_{number}", Any, msgspec.UNSET) for number in range(len(names))],
        rename={f"field_{number}": name for number, name in enumerate(names)},
        gc=False,
    )
    decode = msgspec.json.Decoder(shape).decode
    unset = msgspec.UNSET

    (name,) = names if len(names) == 1 else ("",)

    def read_one(raw: bytes) -> dict[str, Any] | None:
        try:
            value = decode(raw).field_0  # type: ignore[attr-defined]
        except ValueError:
            return None
        return {} if value is unset else {name: value}

    def read(raw: bytes) -> dict[str, Any] | None:
        try:
            values = msgspec.structs.astuple(decode(raw))
        except ValueError:
            # A lone surrogate, or damage, which is told when it is read whole.
            return None
        return {name: one for name, one in zip(names, values, strict=True) if one is not unset}

    return read_one if len(names) == 1 else read
