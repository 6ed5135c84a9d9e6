"""Many records written as one action, a row of a file at a time, without holding documents twice."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

import msgspec

from store.actions.change import check
from store.actions.view import View
from store.records.base import BOOKKEEPING, Record, decode

R = TypeVar("R", bound=Record)


class Batch:
    """The records of one table that an import makes and changes.

    What a row writes is seen by the rows after it. A record that several rows change has one more rev in the end;
    where they end with what was there before, nothing is written.

    Attributes:
        made: ids of the records it has created.
    """

    def __init__(self, view: View, kind: type[Record]) -> None:
        """Args: kind is what is written."""
        self.view = view
        self._kind = kind
        self.made: set[int] = set()
        self._before: dict[int, bytes] = {}
        self._updates: Counter[int] = Counter()

    def create(self, record: R) -> R:
        """Write a new record; returns it with its id.

        Raises:
            Refused: a value breaks a rule; nothing was written.
        """
        view = self.view
        record = record.replace(
            created_at=view.now, created_by=view.by, updated_at=view.now, updated_by=view.by, rev=1
        )
        check(record)
        record_id = view.next_id(record.table)
        self._put(record, record_id)
        self.made.add(record_id)
        return record

    def update(self, old: R, new: R) -> bool:
        """Write `new` in place of `old`; whether that changed anything.

        Raises:
            Refused: a value breaks a rule; nothing was written.
        """
        if new == old:
            return False
        record_id = old.id
        view = self.view
        check(new)
        if record_id in self.made:
            rev = old.rev
        else:
            if record_id not in self._before:
                self._before[record_id] = view.database.raw(old.table, record_id) or b"{}"
            rev = decode(type(old), record_id, self._before[record_id]).rev + 1
            self._updates[record_id] += 1
        self._put(new.replace(updated_at=view.now, updated_by=view.by, rev=rev), record_id)
        return True

    def next_rev(self, record: Record) -> int:
        """The rev that a change of `record` will give it; new items are named after it."""
        written = record.id in self.made or record.id in self._before
        return record.rev if written else record.rev + 1

    def original(self, record: R) -> R:
        """The record as it was before this import."""
        before = self._before.get(record.id)
        return record if before is None else decode(type(record), record.id, before)

    def settle(self) -> int:
        """Take back changes that came to nothing; returns how many rows had been counted as updates for them."""
        reverted = 0
        for record_id, before in self._before.items():
            if self._updates[record_id] < 2:
                continue
            after = self.view.database.raw(self._kind.table, record_id) or b"{}"
            if _content(before) == _content(after):
                self.view.transaction.put(self._kind.table, record_id, msgspec.json.decode(before))
                reverted += self._updates[record_id]
        return reverted

    def _put(self, record: Record, record_id: int) -> None:
        """Write the bytes of a record as `to_document` would make them, fields of newer versions kept."""
        transaction = self.view.transaction
        # At its default the id is left out, as it is of every document.
        raw = msgspec.json.encode(record.replace(id=0))
        before = self._before.get(record_id)
        if before is not None:
            known = set(record.__struct_fields__)
            kept = {name: value for name, value in msgspec.json.decode(before).items() if name not in known}
            raw = msgspec.json.encode(msgspec.json.decode(raw) | kept) if kept else raw
        transaction.put_raw(transaction.touch(record.table), record_id, raw)
        msgspec.structs.force_setattr(record, "id", record_id)


def _content(raw: bytes) -> dict[str, object]:
    found: dict[str, object] = msgspec.json.decode(raw)
    return {name: value for name, value in found.items() if name not in BOOKKEEPING}
