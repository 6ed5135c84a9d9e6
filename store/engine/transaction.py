"""Several changes as one action. What is written shows at once in this process, and can be taken back whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from locales import _
from store.engine import codec
from store.engine.diff import diff_bytes
from store.engine.documents import Documents
from store.engine.journal import raw_change
from store.engine.preparing import Basis
from store.engine.snapshot import STORE_TABLE
from store.engine.table_documents import TableDocuments, Token
from store.engine.trouble import NotStorable

Step = tuple[TableDocuments, int, Token]
Mark = tuple[int, dict[str, bool]]
Key = tuple[TableDocuments, int]

SPILL = 1 << 19
"""Bytes of documents after which a large action writes what it has to the journal, uncommitted."""


class Transaction:
    """One action in the making.

    Attributes:
        kind: the action's name.
        by: who.
        origin: from where.
        at: when, UTC ISO 8601.
        meta: what else is noted with the action; may be changed until the commit.
        action: the action's number, after the commit; None before it, and when nothing changed.
        basis: what it rests on, where it is worked out without the lock; None otherwise.
        tables: tables that the action makes (true) though they are empty, or drops (false).
        size: bytes of documents that were set and the journal does not know of yet.
    """

    __slots__ = (
        "_before", "_documents", "_largest", "_made", "_next_ids", "_spill", "_steps",
        "action", "at", "basis", "by", "kind", "meta", "origin", "size", "tables",
    )  # fmt: skip

    def __init__(
        self,
        documents: Documents,
        kind: str,
        by: str,
        origin: str,
        at: str,
        meta: dict[str, Any],
        spill: Callable[[list[bytes]], None] | None = None,
    ) -> None:
        self.kind = kind
        self.by = by
        self.origin = origin
        self.at = at
        self.meta = meta
        self.action: int | None = None
        self.basis: Basis | None = None
        self._documents = documents
        self._spill = spill
        self.size = 0
        self._steps: list[Step] = []
        self._before: dict[Key, bytes | None] = {}
        """What each document was when the journal was last told of it by this action, or when the action began."""
        self._next_ids: dict[TableDocuments, int] = {}
        self.tables: dict[str, bool] = {}
        self._made: list[str] = []
        self._largest: dict[TableDocuments, int] = {}

    def put(self, table: str, id: int, document: Mapping[str, Any] | None) -> None:  # noqa: A002
        """Set a document, or (None) delete it.

        Raises:
            NotStorable: JSON cannot hold it; nothing was changed.
        """
        if document is not None:
            raw = codec.encode_document(document if type(document) is dict else dict(document))
            self.put_raw(self.touch(table), id, raw)
        elif self._documents.table(table) is not None:
            self.put_raw(self.touch(table), id, None)

    def next_id(self, table: str) -> int:
        """A new id for that table, given once."""
        found = self.touch(table)
        identifier = found.next_id
        found.next_id = identifier + 1
        return identifier

    def touch(self, table: str) -> TableDocuments:
        """The documents of a table that is about to be changed; it is made when missing."""
        found = self._documents.tables.get(table)
        if found is None:
            _require_name(table)
            found = self._documents.make_table(table)
            self._made.append(table)
        if found not in self._next_ids:
            self._next_ids[found] = found.next_id
        return found

    def put_raw(self, table: TableDocuments, identifier: int, raw: bytes | None) -> None:
        """Set the JSON bytes of a document in a table that was `touch`ed, or (None) delete it."""
        key = (table, identifier)
        if key in self._before:
            before = self._before[key]
            token = table.put(identifier, raw)
        else:
            before = table.before_change(identifier)
            if before is None and raw is None:
                return
            token = table.put(identifier, raw, before)
            self._before[key] = before
        self._steps.append((table, identifier, token))
        if raw is not None:
            if self.tables and self.tables.get(table.name) is False:
                self.tables[table.name] = True
            self.size += len(raw)
            if self.size > SPILL and self._spill is not None:
                self._spill(self.changes())
                self.size = 0
                self._before.clear()

    def make_table(self, name: str) -> None:
        """Keep a table even if nothing is in it."""
        if self._documents.table(name) is None or name in self._made:
            self.touch(name)
            self.tables[name] = True

    def drop_table(self, name: str) -> None:
        """Delete all documents of a table and, at the commit, the table itself."""
        if self._documents.table(name) is None:
            return
        table = self.touch(name)
        for identifier in table.ids():
            self.put_raw(table, identifier, None)
        self.tables[name] = False

    def is_dropped(self, name: str) -> bool:
        """Whether the table goes with this action."""
        return self.tables.get(name) is False

    def mark(self) -> Mark:
        """A point to which `rollback_to` can return."""
        return len(self._steps), dict(self.tables)

    def rollback_to(self, mark: Mark) -> None:
        """Take back what was done since `mark`."""
        count, self.tables = mark
        while len(self._steps) > count:
            table, identifier, token = self._steps.pop()
            if (table, identifier) not in self._before:
                # The journal was told of it: it has to be told the opposite.
                self._before[table, identifier] = table.raw(identifier)
            table.restore(identifier, token)

    def rollback(self) -> None:
        """Take everything back."""
        self.rollback_to((0, {}))
        for table, next_id in self._next_ids.items():
            table.next_id = next_id
        self._forget_made()

    def _forget_made(self) -> None:
        """Tables that were made here and hold nothing are no tables."""
        for name in self._made:
            found = self._documents.table(name)
            if found is not None and found.count == 0 and name not in self.tables:
                self._documents.drop_table(name)

    def changes(self) -> list[bytes]:
        """Each document that differs from what the journal knows of it, as the JSON bytes of one change."""
        return list(self.each_change())

    def each_change(self) -> Iterator[bytes]:
        """The same, one by one."""
        for key, before in self._before.items():
            table, identifier = key
            after = table.raw(identifier)
            if before is None:
                if after is not None:
                    self._largest[table] = max(identifier, self._largest.get(table, identifier))
                    yield raw_change(table.json_name, identifier, b"null", after)
            elif after is None:
                yield raw_change(table.json_name, identifier, before, b"null")
            elif before != after:
                units = diff_bytes(before, after)
                if units is not None:
                    yield raw_change(table.json_name, identifier, *units)

    def finish(self) -> None:
        """After the commit: ids that came and went are free again, as every other process sees it; drop tables."""
        for table, next_id in self._next_ids.items():
            table.next_id = max(next_id, self._largest.get(table, 0) + 1)
        for name, kept in self.tables.items():
            if not kept:
                self._documents.drop_table(name)
        if self._made:
            self._forget_made()


def _require_name(table: str) -> None:
    """Raise where a table cannot have that name."""
    try:
        table.encode()
    except UnicodeEncodeError:
        raise NotStorable(_("{name} cannot be the name of a table.").format(name=ascii(table))) from None
    if table == STORE_TABLE:
        raise NotStorable(_("{name} cannot be the name of a table.").format(name=table))
