"""Several changes as one action. What is written shows at once in this process, and can be taken back whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from locales import _
from store.engine import codec
from store.engine.diff import diff
from store.engine.documents import Documents, TableDocuments, Token
from store.engine.journal import raw_change
from store.engine.snapshot import STORE_TABLE
from store.engine.trouble import NotStorable

Step = tuple[TableDocuments, int, Token]
Mark = tuple[int, dict[str, bool]]

_VALUES = 64
"""Decoded documents that a transaction keeps, to spare a small one from decoding them again."""


class Transaction:
    """One action in the making.

    Attributes:
        kind: the action's name.
        by: who.
        origin: from where.
        at: when, UTC ISO 8601.
        meta: what else is noted with the action; may be changed until the commit.
        action: the action's number, after the commit; None before it, and when nothing changed.
    """

    def __init__(
        self, documents: Documents, kind: str, by: str, origin: str, at: str, meta: dict[str, Any]
    ) -> None:
        self.kind = kind
        self.by = by
        self.origin = origin
        self.at = at
        self.meta = meta
        self.action: int | None = None
        self._documents = documents
        self._steps: list[Step] = []
        self._before: dict[tuple[str, int], bytes | None] = {}
        self._next_ids: dict[str, int] = {}
        self._tables: dict[str, bool] = {}
        self._made: list[str] = []
        self._largest: dict[str, int] = {}
        self._values: dict[tuple[str, int], tuple[bytes, dict[str, Any]]] = {}

    def put(self, table: str, id: int, document: Mapping[str, Any] | None) -> None:  # noqa: A002
        """Set a document, or (None) delete it.

        Raises:
            NotStorable: JSON cannot hold it; nothing was changed.
        """
        if document is not None:
            raw, value = codec.encode_and_read(dict(document))
            self.put_raw(self.touch(table), id, raw, value)
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
        found = self._documents.table(table)
        if found is None:
            _require_name(table)
            found = self._documents.make_table(table)
            self._made.append(table)
        self._next_ids.setdefault(table, found.next_id)
        return found

    def put_raw(
        self, table: TableDocuments, identifier: int, raw: bytes | None, value: dict[str, Any] | None = None
    ) -> None:
        """Set the JSON bytes of a document in a table that was `touch`ed, or (None) delete it.

        `value` is what reading the bytes gives, where that is known already; it is not changed.
        """
        key = (table.name, identifier)
        if key not in self._before:
            before = table.raw(identifier)
            if before is None and raw is None:
                return
            token = table.put(identifier, raw)
            self._before[key] = before
        else:
            token = table.put(identifier, raw)
        self._steps.append((table, identifier, token))
        if (
            raw is not None
            and value is not None
            and len(self._values) < _VALUES
            and self._before[key] is not None
        ):
            self._values[key] = (raw, value)
        if raw is not None and self._tables.get(table.name) is False:
            self._tables[table.name] = True

    def make_table(self, name: str) -> None:
        """Keep a table even if nothing is in it."""
        if self._documents.table(name) is None or name in self._made:
            self.touch(name)
            self._tables[name] = True

    def drop_table(self, name: str) -> None:
        """Delete all documents of a table and, at the commit, the table itself."""
        if self._documents.table(name) is None:
            return
        table = self.touch(name)
        for identifier in table.ids():
            self.put_raw(table, identifier, None)
        self._tables[name] = False

    def is_dropped(self, name: str) -> bool:
        """Whether the table goes with this action."""
        return self._tables.get(name) is False

    def mark(self) -> Mark:
        """A point to which `rollback_to` can return."""
        return len(self._steps), dict(self._tables)

    def rollback_to(self, mark: Mark) -> None:
        """Take back what was done since `mark`."""
        count, self._tables = mark
        while len(self._steps) > count:
            table, identifier, token = self._steps.pop()
            table.restore(identifier, token)

    def rollback(self) -> None:
        """Take everything back."""
        self.rollback_to((0, {}))
        for name, next_id in self._next_ids.items():
            found = self._documents.table(name)
            if found is not None:
                found.next_id = next_id
        self._forget_made()

    def _forget_made(self) -> None:
        """Tables that were made here and hold nothing are no tables."""
        for name in self._made:
            found = self._documents.table(name)
            if found is not None and found.count == 0 and name not in self._tables:
                self._documents.drop_table(name)

    def changes(self) -> Iterator[bytes]:
        """Each document that differs from what it was, as the JSON bytes of one change."""
        for (name, identifier), before in self._before.items():
            table = self._documents.table(name)
            after = None if table is None else table.raw(identifier)
            if before == after:
                continue
            if before is None:
                self._largest[name] = max(identifier, self._largest.get(name, identifier))
            if before is None or after is None:
                yield raw_change(name, identifier, before or b"null", after or b"null")
                continue
            known = self._values.get((name, identifier))
            value = known[1] if known is not None and known[0] is after else codec.decode(after)
            old, new = diff(codec.decode(before), value)
            if old or new:
                yield raw_change(name, identifier, codec.encode(old), codec.encode(new))

    @property
    def tables(self) -> dict[str, bool]:
        """Tables that the action makes (true) though they are empty, or drops (false)."""
        return self._tables

    def finish(self) -> None:
        """After the commit: ids that came and went are free again, as every other process sees it; drop tables."""
        for name, next_id in self._next_ids.items():
            found = self._documents.table(name)
            if found is not None:
                found.next_id = max(next_id, self._largest.get(name, 0) + 1)
        for name, kept in self._tables.items():
            if not kept:
                self._documents.drop_table(name)
        self._forget_made()


def _require_name(table: str) -> None:
    """Raise where a table cannot have that name."""
    try:
        table.encode()
    except UnicodeEncodeError:
        raise NotStorable(_("{name} cannot be the name of a table.").format(name=ascii(table))) from None
    if table == STORE_TABLE:
        raise NotStorable(_("{name} cannot be the name of a table.").format(name=table))
