"""The engine behind a database: who may write, and what a change does.

Writing takes the lock, follows, changes, appends one journal line, syncs, and lets go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locales import _
from store.engine import compaction, journal, recovery
from store.engine.files import FileCalls
from store.engine.following import Follower
from store.engine.generation import LOCK
from store.engine.history import Commit
from store.engine.journal import BadLine, Closing
from store.engine.lock import TIMEOUT, WriteLock
from store.engine.snapshot import StoreRecord
from store.engine.transaction import Mark, Transaction
from store.engine.trouble import no_rights
from store.errors import ShopUnusable


class Writing:
    """The block in which a shop is changed. A block inside a block joins it, and fails alone."""

    __slots__ = ("_arguments", "_engine", "_joined", "_mark", "_transaction")

    def __init__(self, engine: Engine, *arguments: Any) -> None:
        self._engine = engine
        self._arguments = arguments

    def __enter__(self) -> Transaction:
        engine = self._engine
        engine.mutex.acquire()
        try:
            outer = engine.transaction
            self._joined = outer is not None
            if outer is not None:
                self._mark: Mark = outer.mark()
                self._transaction = outer
            else:
                self._transaction = engine.begin(*self._arguments)
        except BaseException:
            engine.mutex.release()
            raise
        return self._transaction

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if not self._joined:
                self._engine.end(self._transaction, failed=kind is not None)
            elif kind is not None:
                self._transaction.rollback_to(self._mark)
        finally:
            self._engine.mutex.release()


class Engine(Follower):
    """One shop folder, opened by one process, for reading and changing."""

    def __init__(
        self,
        folder: Path,
        files: FileCalls,
        *,
        read_only: bool = False,
        now: Callable[[], datetime] | None = None,
        indexes: Mapping[str, Sequence[str]] | None = None,
        compact_at: int | None = None,
        lock_timeout: float = TIMEOUT,
    ) -> None:
        self.indexes = {table: frozenset(fields) for table, fields in (indexes or {}).items()}
        self.compact_at = compact_at
        self.compaction_error: Exception | None = None
        self.lock = WriteLock(files, folder / LOCK, lock_timeout)
        self._now = now or (lambda: datetime.now(UTC))
        self._locked = False
        self._swept = False
        self._compact_after = 0
        super().__init__(folder, files, read_only=read_only)

    def close(self) -> None:
        """Let go of all files."""
        super().close()
        self.lock.close()

    def writing(
        self,
        kind: str = "raw",
        by: str = "",
        origin: str = "",
        at: datetime | None = None,
        meta: dict[str, Any] | None = None,
    ) -> Writing:
        """Change the shop; see `Database.transaction`."""
        return Writing(self, kind, by, origin, at, meta)

    def begin(
        self, kind: str, by: str, origin: str, at: datetime | None, meta: dict[str, Any] | None
    ) -> Transaction:
        """Take the lock, see everything that was committed before, and begin one action."""
        self._begin()
        try:
            moment = self._moment(at)
        except BaseException:
            self._end()
            raise
        self.transaction = Transaction(self.documents, kind, by, origin, moment, dict(meta or {}))
        return self.transaction

    def end(self, transaction: Transaction, *, failed: bool) -> None:
        """Commit the action, or take it back when it failed, and let go of the lock."""
        try:
            try:
                if not failed:
                    self._commit(transaction)
            finally:
                self.transaction = None
                if transaction.action is None:
                    transaction.rollback()
            if not failed:
                self._compact_when_due()
        finally:
            self._end()

    def _moment(self, at: datetime | None) -> str:
        moment = self._now() if at is None else at
        if moment.tzinfo is not UTC:
            moment = moment.astimezone(UTC)
        return moment.isoformat()[:19] + "Z"

    def _begin(self) -> None:
        """Take the lock and see everything that was committed before."""
        self.require_open()
        if self.read_only or not self.generation.writable:
            raise no_rights(self.folder, writing=True)
        self.lock.acquire()
        self._locked = True
        try:
            self.catch_up()
            self.writer.require_healthy()
            if not self._swept:
                recovery.sweep(self.files, self.folder, self.generation.number)
                self._swept = True
            self._cut_tail()
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        self._locked = False
        self.lock.release()

    def _cut_tail(self) -> None:
        """Drop what a process that died left behind the last commit, after reading the whole journal again."""
        if self.seen == self.position:
            return
        generation = self.generation
        size = self.files.size(generation.journal)
        end, seq = generation.start, generation.record.seq
        try:
            for stretch in journal.committed(self.files, generation.journal, end, size, seq + 1):
                end, seq = stretch.end, stretch.closing.seq
        except BadLine:
            pass  # What stands there has been judged when it was read.
        if (end, seq) != (self.position, self.seq):
            # Never cut at a place that is only remembered.
            self._reload()
        if self.files.size(self.generation.journal) != self.position:
            self.writer.cut(self.position)
            self.seen = self.position

    def _commit(self, transaction: Transaction) -> None:
        """Make the changes durable as one action."""
        changes = list(transaction.changes())
        if not changes and not transaction.tables:
            return
        if not self._locked:
            raise AssertionError(transaction.kind)
        closing = Closing(
            transaction.kind,
            transaction.by,
            transaction.at,
            transaction.origin,
            dict(transaction.meta),
            dict(transaction.tables),
        )
        start, action = self.position, self.action + 1
        lines = journal.build_lines(self.seq + 1, action, start, changes, closing)
        end = self.writer.append(lines, start)
        self.seq, self.action = self.seq + len(lines), action
        self.position = self.seen = end
        transaction.action = action
        transaction.finish()
        place = (self.generation.number, start, end)
        self._wait(
            Commit(
                action, self.seq, closing.kind, closing.by, closing.at, closing.origin, closing.meta, closing.tables,
                place, self.journals,
            )
        )  # fmt: skip

    def _compact_when_due(self) -> None:
        """Make a new generation when the journal has grown large. A failure is no failure of the write before."""
        limit = self.compact_at
        if limit is None:
            limit = compaction.usual_limit(self.generation.pointer.snapshot_size)
        if self.position <= max(limit, self._compact_after):
            return
        try:
            self.rewrite()
        except Exception as error:  # noqa: BLE001 - the action is durable; whoever wants to know can ask
            self.compaction_error = error
            # A full disk would make each further action try again: wait until the journal has grown as much.
            self._compact_after = self.position + limit

    def compact(self) -> None:
        """Make a new generation now; see `Database.compact`."""
        with self.exclusive():
            self.rewrite()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock, having seen everything, without a change in the making."""
        with self.mutex:
            if self.transaction is not None:
                raise ShopUnusable(_("A shop cannot be compacted in the middle of a change."))
            self._begin()
            try:
                yield
            finally:
                self._end()

    def rewrite(self, change: Callable[[str, bytes], bytes] | None = None) -> None:
        """Make a new generation under the lock; `change` may replace the JSON bytes of each document."""
        old = self.generation
        record = StoreRecord(
            0, old.number + 1, self.store, self.seq, self.action, self.documents.all_next_ids()
        )
        new, extents = compaction.new_generation(self, record, change)
        hints = self._hints(new)
        hints.save_extents(extents)
        self._use(new, extents, hints)
        self.writer.names_are_synced()
        old.close()
        self.compaction_error = None
        self._compact_after = 0
        recovery.sweep(self.files, self.folder, new.number)
