"""All documents of a shop, table by table."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from store.engine.hints import Hints
from store.engine.places import Places
from store.engine.reader import SnapshotReader
from store.engine.table_documents import TableDocuments


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

    def rest(self) -> None:
        """See `Hints.rest`."""
        self._hints.rest()

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

    def replace_places(self, places: Mapping[str, Places]) -> None:
        """The same for all tables."""
        for name, table in self.tables.items():
            table.replace_places(places.get(name, Places()))

    def places(self) -> Iterator[Places]:
        """Where the documents of the snapshot stand, table by table."""
        return (table.places for table in self.tables.values())

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
            items = table.items()
            yield name, items if change is None else [(number, change(name, raw)) for number, raw in items]
