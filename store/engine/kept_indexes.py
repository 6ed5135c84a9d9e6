"""Indexes made in passing while a snapshot is written, so that nobody has to read it again for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from store.engine.hints import Hints
from store.engine.index import Index
from store.engine.places import Places
from store.engine.snapshot import Tables

if TYPE_CHECKING:
    from store.engine.engine import Engine


class KeptIndexes:
    """The indexes that a shop keeps in side files: those declared here, and those that others keep."""

    def __init__(self, engine: Engine) -> None:
        wanted = {(table, field) for table, fields in engine.indexes.items() for field in fields}
        self._indexes = {key: Index(key[1]) for key in sorted(wanted | set(engine.hints.indexes()))}
        self._packed: dict[tuple[str, str], list[int]] = {key: [] for key in self._indexes}

    def tables(self, tables: Tables) -> Tables:
        """The same tables; what passes is taken into the indexes."""
        for name, documents in tables:
            wanted = [(self._indexes[key], self._packed[key]) for key in self._indexes if key[0] == name]
            yield name, self._collected(documents, wanted) if wanted else documents

    def _collected(
        self, documents: Iterable[tuple[int, bytes]], wanted: list[tuple[Index, list[int]]]
    ) -> Iterator[tuple[int, bytes]]:
        for identifier, raw in documents:
            for index, packed in wanted:
                index.collect(packed, identifier, raw)
            yield identifier, raw

    def save(self, hints: Hints, places: Mapping[str, Places]) -> None:
        """Write the side files of the snapshot that was written."""
        for (table, field), index in self._indexes.items():
            index.pack(self._packed[table, field])
            if index.is_packed:
                hints.save_index(table, field, index.packed, len(places.get(table, ())))
