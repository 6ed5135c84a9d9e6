"""TinyDB's table on the engine: its whole API, but only the documents that are touched are read and written.

TinyDB's own methods hand `_update_table` a function that changes a mapping of documents. Here that mapping reads a
document when it is asked for one and records what was changed, so that each of them costs what it touches.
"""

from __future__ import annotations

import sys
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
    ValuesView,
)
from typing import TYPE_CHECKING, Any, cast

import tinydb.table
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document
from tinydb.utils import LRUCache

from store.engine import codec, single
from store.engine.planner import Pair, Plan
from store.engine.table_documents import TableDocuments

if TYPE_CHECKING:
    from store.engine.engine import Engine
    from store.engine.storage import EngineStorage
    from store.engine.transaction import Transaction

_HELD = 2048
"""Decoded documents that a recording view keeps before it lets unchanged ones go."""


def _document(value: dict[str, Any], identifier: int) -> Document:
    """What `Document(value, identifier)` gives, in half the time."""
    document = Document.__new__(Document)
    document |= value
    document.doc_id = identifier
    return document


class NoCache(LRUCache[Any, Any]):
    """A query cache that forgets: a cached answer would miss what another process wrote."""

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ARG002
        """Nothing is ever found."""
        return default

    def set(self, key: Any, value: Any) -> None:
        """Nothing is kept."""


class ReadView(Mapping[str, dict[str, Any]]):
    """The documents of a table, decoded one by one, under the text ids that TinyDB's storages give."""

    def __init__(self, documents: TableDocuments | None) -> None:
        self._documents = documents

    def __getitem__(self, key: str) -> dict[str, Any]:
        raw = self._raw(key)
        if raw is None:
            raise KeyError(key)
        return {} if self._documents is None else self._documents.decoded(int(key), raw)

    def _raw(self, key: str) -> bytes | None:
        try:
            identifier = int(key)
        except ValueError:
            return None
        return None if self._documents is None else self._documents.raw(identifier)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._raw(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(()) if self._documents is None else map(str, self._documents.ids())

    def __len__(self) -> int:
        return 0 if self._documents is None else self._documents.count

    def items(self) -> ItemsView[str, dict[str, Any]]:
        """Ids and documents, read in large pieces."""
        return _Items(self)

    def values(self) -> ValuesView[dict[str, Any]]:
        """Documents, read in large pieces."""
        return _Values(self)

    def pairs(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Ids and documents, ascending."""
        documents = self._documents
        if documents is None:
            return
        for identifier, raw in documents.items():
            yield identifier, documents.decoded(identifier, raw)


class _Items(ItemsView[str, dict[str, Any]]):
    _mapping: ReadView

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((str(identifier), document) for identifier, document in self._mapping.pairs())


class _Values(ValuesView[dict[str, Any]]):
    _mapping: ReadView

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (document for _identifier, document in self._mapping.pairs())


class RecordingView(MutableMapping[int, dict[str, Any]]):
    """The documents of a table for one update: a document handed out may be changed in place until `flush`."""

    def __init__(self, transaction: Transaction, documents: TableDocuments) -> None:
        self._transaction = transaction
        self._documents = documents
        self._held: dict[int, tuple[dict[str, Any], bytes]] = {}
        self._written: dict[int, Mapping[str, Any] | None] = {}

    def __getitem__(self, key: int) -> dict[str, Any]:
        if key in self._written:
            found = self._written[key]
            if found is None:
                raise KeyError(key)
            return cast("dict[str, Any]", found)
        if key in self._held:
            return self._held[key][0]
        raw = self._documents.raw(key)
        if raw is None:
            raise KeyError(key)
        if len(self._held) >= _HELD:
            self._release()
        document = self._documents.decoded(key, raw)
        self._held[key] = (document, raw)
        return document

    def __setitem__(self, key: int, document: dict[str, Any]) -> None:
        self._held.pop(key, None)
        self._written[key] = document

    def __delitem__(self, key: int) -> None:
        if key not in self:
            raise KeyError(key)
        self._held.pop(key, None)
        self._written[key] = None

    def __contains__(self, key: object) -> bool:
        if key in self._written:
            return self._written[key] is not None
        return isinstance(key, int) and self._documents.has(key)

    def __iter__(self) -> Iterator[int]:
        for identifier in self._documents.ids():
            if self._written.get(identifier, self) is not None:
                yield identifier
        for identifier, document in list(self._written.items()):
            if document is not None and not self._documents.has(identifier):
                yield identifier

    def __len__(self) -> int:
        change = 0
        for identifier, document in self._written.items():
            change += (document is not None) - self._documents.has(identifier)
        return self._documents.count + change

    def clear(self) -> None:
        """Take all documents away, without reading one."""
        self._held.clear()
        self._written = dict.fromkeys(self._documents.ids())

    def _release(self) -> None:
        """Let go of documents that nobody else holds, after noting those that were changed."""
        for key in list(self._held):
            # The three holders are the tuple, the name here and the call's argument.
            document, raw = self._held[key]
            if sys.getrefcount(document) <= 3:
                if codec.encode_document(document) != raw:
                    self._written[key] = document
                del self._held[key]

    def flush(self) -> None:
        """Hand everything that was changed to the transaction, once all of it is known to be storable."""
        changed: list[tuple[int, bytes | None]] = []
        for key, (document, before) in self._held.items():
            raw = codec.encode_document(document)
            if raw != before:
                changed.append((key, raw))
        for key, written in self._written.items():
            changed.append((key, None if written is None else codec.encode_document(written)))
        for key, raw_or_none in changed:
            self._transaction.put_raw(self._documents, key, raw_or_none)


class Table(tinydb.table.Table):
    """A table of a shop: TinyDB's API, always reading what was committed last, writing as kind `raw`."""

    query_cache_class = NoCache

    def __init__(
        self,
        storage: Storage,
        name: str,
        cache_size: int = 0,
        persist_empty: bool = False,  # noqa: FBT001, FBT002 - as TinyDB has it
    ) -> None:
        super().__init__(storage, name, cache_size, persist_empty)
        self._engine: Engine = cast("EngineStorage", storage).engine

    def _documents(self) -> TableDocuments | None:
        engine = self._engine
        engine.catch_up()
        return engine.documents.tables.get(self._name)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", ReadView(self._documents()))

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._engine.writing() as transaction:
            view = RecordingView(transaction, transaction.touch(self._name))
            updater(cast("dict[int, Mapping[str, Any]]", view))
            view.flush()

    def _get_next_id(self) -> int:
        engine = self._engine
        if engine.transaction is not None:
            return engine.transaction.next_id(self._name)
        documents = self._documents()
        if documents is not None:
            return documents.next_id
        return engine.documents.next_ids.get(self._name, 1)

    # The id of a new document is asked for before `_update_table`, so the lock is taken around both.

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document and return its id, which no document of this table ever had."""
        if type(document) is dict and self._engine.transaction is None:
            identifier = single.insert(self._engine, self._name, codec.encode_document(document))
            if identifier is not None:
                return identifier
        with self._engine.writing() as transaction:
            return self._insert(transaction, transaction.touch(self._name), document)

    def _insert(self, transaction: Transaction, table: TableDocuments, document: Mapping[str, Any]) -> int:
        if type(document) is dict:  # asked first: imports bring hundreds of thousands
            raw, identifier = codec.encode_document(document), table.next_id
            transaction.put_raw(table, identifier, raw)
            return identifier
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")  # noqa: TRY004 - as TinyDB does
        raw = codec.encode_document(dict(document))
        if isinstance(document, self.document_class):
            identifier = document.doc_id
            if table.has(identifier):
                raise ValueError(f"Document with ID {identifier} already exists")
        else:
            identifier = table.next_id
        transaction.put_raw(table, identifier, raw)
        return identifier

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert documents as one action and return their ids."""
        with self._engine.writing() as transaction:
            table = transaction.touch(self._name)
            return [self._insert(transaction, table, document) for document in documents]

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Update what matches, or insert; as one action."""
        with self._engine.writing():
            return super().upsert(document, cond)

    def truncate(self) -> None:
        """Delete all documents. Their ids are not given again."""
        super().truncate()

    def get(self, cond: Any = None, doc_id: Any = None, doc_ids: Any = None) -> Any:
        """One document by condition or id, or those of several ids; see TinyDB."""
        if doc_id is not None:
            documents = self._documents()
            return None if documents is None else self._document(documents, doc_id)
        if doc_ids is not None:
            wanted = sorted({identifier for identifier in doc_ids if isinstance(identifier, int)})
            documents = self._documents()
            if documents is None:
                return []
            found = (self._document(documents, identifier) for identifier in wanted)
            return [document for document in found if document is not None]
        if cond is None:
            return super().get()
        first = next(self._matching(cond), None)
        return None if first is None else self._maker()(first[1], first[0])

    def _document(self, documents: TableDocuments, identifier: Any) -> Document | None:
        if type(identifier) is not int:
            return None
        value = documents.document(identifier)
        return None if value is None else self._maker()(value, identifier)

    def contains(self, cond: QueryLike | None = None, doc_id: int | None = None) -> bool:
        """Whether there is such a document; by id without reading it."""
        if doc_id is not None:
            documents = self._documents()
            return documents is not None and documents.has(doc_id)
        return super().contains(cond)

    def search(self, cond: QueryLike) -> list[Document]:
        """All documents that match, ascending; by indexes where they tell, see `store.engine.planner`."""
        make = self._maker()
        return [make(document, identifier) for identifier, document in self._matching(cond)]

    def _matching(self, cond: QueryLike) -> Iterator[Pair]:
        """Ids and documents that match."""
        documents = self._documents()
        if documents is None:
            return iter(())
        return Plan(cond, self._engine.indexes.get(self._name, ())).pairs(documents)

    def _maker(self) -> Callable[[dict[str, Any], int], Document]:
        made = self.document_class
        return _document if made is Document else made

    def _matching_ids(self, cond: QueryLike | None) -> list[int] | None:
        """The ids of what matches where an index tells; None otherwise."""
        documents = None if cond is None else self._documents()
        if cond is None or documents is None:
            return None
        plan = Plan(cond, self._engine.indexes.get(self._name, ()))
        if plan.ids(documents) is None:
            return None
        return [identifier for identifier, _document in plan.pairs(documents)]

    def update(
        self,
        fields: Any,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Update documents by condition or ids; see TinyDB. Where an index tells which, no others are read."""
        with self._engine.writing():
            found = self._matching_ids(cond) if doc_ids is None else None
            if found is not None:
                return super().update(fields, doc_ids=found)
            return super().update(fields, cond, doc_ids)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Remove documents by condition or ids; see TinyDB. Where an index tells which, no others are read."""
        with self._engine.writing():
            found = self._matching_ids(cond) if doc_ids is None else None
            return super().remove(doc_ids=found) if found is not None else super().remove(cond, doc_ids)

    def ids(self) -> Sequence[int]:
        """All ids, ascending."""
        documents = self._documents()
        return () if documents is None else documents.ids()

    def __len__(self) -> int:
        documents = self._documents()
        return 0 if documents is None else documents.count
