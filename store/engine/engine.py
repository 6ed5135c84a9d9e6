"""The engine behind a database: what is open, what has been applied, who may write.

Reading takes no lock. Writing takes the lock, follows, changes, appends one journal line, syncs, and lets go.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locales import _
from store.engine import codec, compaction, journal, recovery
from store.engine.diff import apply
from store.engine.documents import Documents, SnapshotReader
from store.engine.files import FileCalls
from store.engine.generation import LOCK, POINTER, Generation, open_generation
from store.engine.history import Commit, Journals
from store.engine.journal import BadLine, Closing, Line, Stretch, snapshot_text
from store.engine.lock import TIMEOUT, WriteLock
from store.engine.snapshot import Extent, StoreRecord, scan_snapshot
from store.engine.transaction import Transaction
from store.engine.trouble import damaged, no_rights, told
from store.engine.writer import JournalWriter
from store.errors import ShopDamaged, ShopUnusable

WAITING_LIMIT = 10_000
"""Commits kept for the next `follow`; beyond it they are read from the journals again."""


class Engine:
    """One shop folder, opened by one process."""

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
        self.folder = folder
        self.files = files
        self.read_only = read_only
        self.indexes = {table: frozenset(fields) for table, fields in (indexes or {}).items()}
        self.compact_at = compact_at
        self.compaction_error: Exception | None = None
        self.reloads = 0
        self.lock = WriteLock(files, folder / LOCK, lock_timeout)
        self.closed = False
        self.transaction: Transaction | None = None
        self._now = now or (lambda: datetime.now(UTC))
        self._mutex = threading.RLock()
        self._locked = False
        self._waiting: list[Commit] = []
        self._forgotten_from: int | None = None
        self._broken: BaseException | None = None
        self._reloading = False
        self._swept = False
        self._compact_after = 0
        generation = open_generation(files, folder, writable=not read_only)
        self.journals = Journals(files, folder, generation.pointer.store)
        try:
            self._load(generation)
        except BaseException:
            generation.close()
            raise

    # -- what is open ------------------------------------------------------------------------------------------

    def _load(self, generation: Generation) -> None:
        """Take in a generation from the beginning; when its snapshot cannot be read, nothing has changed here."""
        with told(generation.snapshot_path):
            record, extents, seal = scan_snapshot(self.files, generation.snapshot, generation.snapshot_path)
        pointer = generation.pointer
        if (seal.size, seal.crc) != (pointer.snapshot_size, pointer.snapshot_crc):
            place = min(seal.size, pointer.snapshot_size)
            raise damaged(generation.snapshot_path, place, _("another program changed it."))
        self._use(generation, record, extents)
        try:
            self._read_new()
        except BaseException as error:
            self._broken = error
            raise

    def _use(self, generation: Generation, record: StoreRecord, extents: dict[str, Extent]) -> None:
        """Begin with a snapshot; its journal has still to be read."""
        self.generation = generation
        self.reader = SnapshotReader(self.files, generation.release_snapshot(), generation.snapshot_path)
        self.documents = Documents(self.reader, extents, record.next_ids)
        self.seq = record.seq
        self.action = record.action
        self.position = generation.start
        self.seen = generation.start
        self.writer = JournalWriter(generation)
        self.journals.use(generation)

    @property
    def store(self) -> str:
        """The random name given to this shop when it was made."""
        return self.generation.pointer.store

    def close(self) -> None:
        """Let go of all files."""
        with self._mutex:
            if not self.closed:
                self.closed = True
                self.generation.close()
                self.reader.close()
                self.journals.close()
                self.lock.close()

    def require_open(self) -> None:
        """Raise where the database has been closed."""
        if self.closed:
            raise ShopUnusable(_("This shop has been closed: {path}.").format(path=self.folder))
        if self._broken is not None:
            raise self._broken

    # -- following -----------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Apply what was committed since the last look. Inside a transaction nothing can have been."""
        if self.transaction is not None:
            return
        self.require_open()
        generation = self.generation
        with told(self.folder / POINTER):
            current = self.files.identity(self.folder / POINTER)
        if current != generation.identity:
            self._switch()
        elif self.files.size(generation.journal) != self.seen:
            self._read_new()

    def _read_new(self) -> None:
        """Apply the committed lines behind our position."""
        generation = self.generation
        size = self.files.size(generation.journal)
        if size < self.position:
            self._doubt(size, size)
            return
        try:
            for stretch in self._stretches(size):
                self._apply(stretch)
            self.seen = size
        except BadLine as error:
            self._doubt(error.offset, size)

    def _stretches(self, size: int) -> Iterator[Stretch]:
        return journal.committed(self.files, self.generation.journal, self.position, size, self.seq + 1)

    def _doubt(self, place: int, size: int) -> None:
        """A line is not as it should be: an unfinished write, a journal cut back under our hands, or damage."""
        generation = self.generation
        try:
            if size < self.position:
                raise damaged(generation.journal_path, size, _("it is shorter than it was."))
            recovery.judge_tail(
                self.files, generation.journal, generation.journal_path, place, size, self.action + 1
            )
            self.seen = size
        except ShopDamaged:
            # What another process wrote and took back may have been read by us: begin anew before believing it.
            if self._reloading:
                raise
            self._reload()

    def _reload(self) -> None:
        """Begin anew with the files as they are. What changed meanwhile cannot be told commit by commit."""
        old = self.generation
        new = open_generation(self.files, self.folder, writable=not self.read_only)
        self._reloading = True
        try:
            self._load(new)
        except BaseException:
            if self.generation is not new:
                new.close()
            raise
        finally:
            self._reloading = False
        old.close()
        self._broken = None
        self.reloads += 1
        self._waiting.clear()
        self._forgotten_from = None

    def _switch(self) -> None:
        """Another process made a new generation: finish the old one, then go over to it."""
        old = self.generation
        self._read_new()
        if self.generation is not old:
            return
        waiting, forgotten, seq = self._waiting, self._forgotten_from, self.seq
        new = open_generation(self.files, self.folder, writable=not self.read_only)
        record = new.record
        between: list[Commit] | None = None
        try:
            if record is not None and new.pointer.store == self.store and record.seq >= seq:
                between = self._between(old.number, new.number, record.seq)
            self._waiting, self._forgotten_from = [], None
            self._load(new)
        except BaseException:
            if self.generation is not new:
                self._waiting, self._forgotten_from = waiting, forgotten
                new.close()
            raise
        old.close()
        if between is None:
            self.reloads += 1
            self._waiting.clear()
        else:
            self._waiting[:0] = waiting + between
            self._forgotten_from = forgotten

    def _between(self, old: int, new: int, seq: int) -> list[Commit] | None:
        """The commits of whole generations that passed unseen; None where their journals are not there."""
        if seq == self.seq:
            return []
        found: list[Commit] = []
        for commit in self.journals.newest_first(new - 1, None):
            if commit.place[0] <= old or commit.action <= self.action:
                break
            found.append(commit)
        found.reverse()
        return found if found and found[-1].seq == seq else None

    def _apply(self, stretch: Stretch) -> None:
        """Bring the documents up to one committed action."""
        for line in stretch.lines:
            self._apply_line(line)
        closing = stretch.closing
        for name, kept in closing.tables.items():
            if kept:
                self.documents.make_table(name)
            else:
                self.documents.drop_table(name)
        self.seq = closing.seq
        self.action = closing.action
        self.position = stretch.end
        self._wait(self.journals.commit(closing, self.generation.number, stretch.start, stretch.end))

    def _apply_line(self, line: Line) -> None:
        for name, identifier, before, after in line.changes:
            table = self.documents.make_table(name)
            old, new = snapshot_text(before), snapshot_text(after)
            if old is not None and new is not None:
                current = table.raw(identifier)
                if current is None:
                    path = self.generation.journal_path
                    raise damaged(path, self.position, _("it changes a record that is not there."))
                new = codec.encode(apply(codec.decode(current), codec.decode(old), codec.decode(new)))
            table.put(identifier, new)

    def _wait(self, commit: Commit) -> None:
        """Keep a commit for the next `follow`."""
        if self._forgotten_from is not None:
            return
        if len(self._waiting) >= WAITING_LIMIT:
            self._forgotten_from = self._waiting[0].action
            self._waiting.clear()
            return
        self._waiting.append(commit)

    def follow(self) -> list[Commit]:
        """What was committed, by anybody, since the last call, oldest first."""
        with self._mutex:
            self.catch_up()
            if self._forgotten_from is not None:
                found = []
                for commit in self.newest_first():
                    if commit.action < self._forgotten_from:
                        break
                    found.append(commit)
                found.reverse()
                self._forgotten_from = None
                return found
            waiting, self._waiting = self._waiting, []
            return waiting

    def newest_first(self) -> Iterator[Commit]:
        """All commits that have been applied, newest first."""
        return self.journals.newest_first(self.generation.number, self.position)

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(
        self, kind: str = "raw", by: str = "", origin: str = "", at: datetime | None = None,
        meta: dict[str, Any] | None = None,
    ) -> Iterator[Transaction]:  # fmt: skip
        """Change the shop; see `Database.transaction`."""
        with self._mutex:
            outer = self.transaction
            if outer is not None:
                mark = outer.mark()
                try:
                    yield outer
                except BaseException:
                    outer.rollback_to(mark)
                    raise
                return
            self._begin()
            try:
                yield from self._as_one(kind, by, origin, self._moment(at), dict(meta or {}))
                self._compact_when_due()
            finally:
                self._end()

    def _as_one(
        self, kind: str, by: str, origin: str, at: str, meta: dict[str, Any]
    ) -> Iterator[Transaction]:
        """One transaction under the lock: committed when the caller is done, taken back when it fails."""
        transaction = Transaction(self.documents, kind, by, origin, at, meta)
        self.transaction = transaction
        try:
            yield transaction
            self._commit(transaction)
        except BaseException:
            if transaction.action is None:
                transaction.rollback()
            raise
        finally:
            self.transaction = None

    def _moment(self, at: datetime | None) -> str:
        moment = self._now() if at is None else at
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

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
        generation = self.generation
        size = self.files.size(generation.journal)
        if size == self.position:
            return
        end, seq = generation.start, generation.record.seq if generation.record else 0
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
            transaction.finish()
            return
        if not self._locked:
            raise AssertionError(transaction.kind)
        closing = Closing(
            transaction.kind,
            transaction.by,
            transaction.at,
            transaction.origin,
            transaction.meta,
            transaction.tables,
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

    # -- compaction ----------------------------------------------------------------------------------------------

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
        with self._mutex:
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
        self._use(new, record, extents)
        self.writer.names_are_synced()
        old.close()
        self.compaction_error = None
        self._compact_after = 0
        recovery.sweep(self.files, self.folder, new.number)
