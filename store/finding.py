"""Keeps the look-up index current with the shop: made from its records, kept in `cache/`, updated with each change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from store.engine import Commit, Database, codec
from store.lookup.index import LookupIndex

DEALINGS = ("interactions", "purchases", "tickets")
"""Tables whose records say when a customer was last dealt with. Looking at somebody writes nothing."""

INDEXES = dict.fromkeys(DEALINGS, ("customer",))
"""What `Finding` asks of the database's indexes."""

REBUILD_FROM = 5_000
"""So many changed customers at once are quicker indexed from scratch."""

MISSED_OFTEN = 40
"""So many searches without an index take about as long as making one."""


class _Dealing(msgspec.Struct, gc=False):
    customer: int = 0
    at: datetime | None = None
    opened_at: datetime | None = None


class Finding:
    """The index and its upkeep."""

    def __init__(self, database: Database) -> None:
        """Args: database is the shop's."""
        self._database = database
        self._index: LookupIndex | None = None
        self._saved_seq = -1
        self._reloads = database.reloads
        self._missed = 0

    @property
    def index(self) -> LookupIndex:
        """The index; read from the cache or built on first use."""
        if self._index is None:
            self._index = self._load() or self._build()
        return self._index

    @property
    def ready(self) -> LookupIndex | None:
        """The index where it is in memory; None where it would have to be read or made, with the lock held."""
        if self._index is None:
            self._missed += 1
        return self._index

    def warm_up(self) -> None:
        """Have the index in memory for who keeps asking for it. To be called without the lock: it takes a while."""
        if self._missed > MISSED_OFTEN and self._index is None:
            self._index = self._load() or self._build()

    def follow(self, commits: Iterable[Commit]) -> None:
        """Take in what was committed."""
        if self._index is None:
            return
        if self._reloads != self._database.reloads:
            self._reloads = self._database.reloads
            self._index = self._build()
            return
        changed: set[int] = set()
        for commit in commits:
            for change in commit.changes:
                if change.table == "customers":
                    changed.add(change.id)
                elif change.table in DEALINGS:
                    changed.update(self._customers_of(change.table, change.id, change.before, change.after))
        if len(changed) >= REBUILD_FROM:
            self._index = self._build()
        elif changed:
            self._index.update([self._entry(customer) for customer in sorted(changed)])

    def save(self) -> None:
        """Write the index to `cache/` for the next start, where it has changed and may be written."""
        if self._index is None or self._database.seq == self._saved_seq or not self._database.writable:
            return
        # Only what speeds up the next start: a full disk must keep nobody from what they came for.
        with contextlib.suppress(OSError):
            generation = self._database.generation
            self._index.save(self._path, self._stamp())
            self._saved_seq = self._database.seq
            self._database.tables()
            if self._database.generation != generation:
                # Somebody may have been erased while this was written (`store.erasing` begins with a new generation).
                self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return self._database.folder / "cache" / "lookup"

    def _stamp(self) -> dict[str, object]:
        return {"store": self._database.identity, "seq": self._database.seq}

    def _load(self) -> LookupIndex | None:
        """The index of the cache, brought up to date with what was committed since; None when it must be built."""
        found = LookupIndex.load(self._path, {"store": self._database.identity})
        seq = found.stamp.get("seq") if found is not None else None
        if not isinstance(seq, int) or seq > self._database.seq:
            return None
        missed: list[Commit] = []
        for commit in self._database.commits():
            if commit.seq <= seq:
                break
            missed.append(commit)
        self._index = found
        self._saved_seq = seq
        self.follow(reversed(missed))
        return self._index

    def _build(self) -> LookupIndex:
        return LookupIndex.build(self._database.all_raw("customers"), self._recency())

    def _recency(self) -> dict[int, int]:
        """When each customer was last dealt with, in epoch seconds."""
        latest: dict[int, int] = {}
        decode = msgspec.json.Decoder(_Dealing).decode
        for table in DEALINGS:
            for _id, raw in self._database.all_raw(table):
                dealing = decode(raw)
                at = dealing.at or dealing.opened_at
                seconds = int(at.timestamp()) if at else 0
                if seconds > latest.get(dealing.customer, 0):
                    latest[dealing.customer] = seconds
        return latest

    def _entry(self, customer: int) -> tuple[int, dict[str, object] | None, int]:
        document = self._database.raw("customers", customer)
        seconds = 0
        decode = msgspec.json.Decoder(_Dealing).decode
        for table in DEALINGS:
            for record_id in self._database.ids(table, "customer", customer):
                raw = self._database.raw(table, record_id)
                dealing = decode(raw) if raw is not None else _Dealing()
                at = dealing.at or dealing.opened_at
                seconds = max(seconds, int(at.timestamp()) if at else 0)
        return customer, None if document is None else codec.decode(document), seconds

    def _customers_of(
        self, table: str, record_id: int, before: dict[str, object] | None, after: dict[str, object] | None
    ) -> set[int]:
        """Customers whose dealings a change touched: named in it, or the owner of the record as it stands."""
        found = {value for part in (before, after) if part and isinstance(value := part.get("customer"), int)}
        if not found:
            raw = self._database.raw(table, record_id)
            if raw is not None:
                found.add(msgspec.json.decode(raw, type=_Dealing).customer)
        return found
