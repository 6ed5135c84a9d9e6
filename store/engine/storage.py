"""TinyDB's storage interface on the engine: what `Table` and `TinyDB` do not do in a quicker way goes through here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb.storages import Storage

from store.engine.engine import Engine
from store.engine.table import ReadView


class EngineStorage(Storage):
    """Reads tables as they are now, and writes the difference to what is given."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables; a table is read when it is looked into. None when there is none."""
        self.engine.catch_up()
        tables = _Tables(self.engine)
        return cast("dict[str, dict[str, Any]]", tables) if tables else None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Make the tables what `data` says, as one action."""
        given = {name: dict(documents.items()) for name, documents in data.items()}
        with self.engine.writing() as transaction:
            for name in list(table_names(self.engine)):
                if name not in given:
                    transaction.drop_table(name)
            for name, documents in given.items():
                table = transaction.touch(name)
                wanted = {int(identifier): document for identifier, document in documents.items()}
                for identifier in table.ids():
                    if identifier not in wanted:
                        transaction.put_raw(table, identifier, None)
                for identifier, document in wanted.items():
                    transaction.put(name, identifier, document)
                if not wanted:
                    transaction.make_table(name)

    def close(self) -> None:
        """Let go of all files."""
        self.engine.close()


def table_names(engine: Engine) -> Iterator[str]:
    """The names of the tables there are."""
    transaction = engine.transaction
    for name in engine.documents.tables:
        if transaction is None or not transaction.is_dropped(name):
            yield name


class _Tables(MutableMapping[str, Any]):
    """The tables by name. Taking one out or putting one in shows only in this object, until it is written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables: dict[str, Any] = dict.fromkeys(table_names(engine))

    def __getitem__(self, name: str) -> Any:
        found = self._tables[name]
        return ReadView(self._engine.documents.table(name)) if found is None else found

    def __setitem__(self, name: str, documents: Any) -> None:
        self._tables[name] = documents

    def __delitem__(self, name: str) -> None:
        del self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
