"""The engine behind a database: who may write, and what a change does.

Writing takes the lock, follows, changes, appends one journal line, syncs, and lets go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locales import _
from store.engine import background, compaction, journal, preparing, recovery, tails
from store.engine.documents import Documents
from store.engine.files import FileCalls, system_files
from store.engine.following import Follower
from store.engine.generation import LOCK, Generation, UnsureError
from store.engine.hints import Hints
from store.engine.history import Commit
from store.engine.journal import MAXIMUM_LINE, BadLine
from store.engine.kept_indexes import KeptIndexes
from store.engine.lock import TIMEOUT, WriteLock
from store.engine.places import Places
from store.engine.preparing import Basis
from store.engine.snapshot import StoreRecord
from store.engine.transaction import Transaction
from store.engine.trouble import new_files, no_rights, read_only_now, told
from store.engine.writing import Writing
from store.errors import CrmError, NoRoom, OutcomeUnknown, ShopUnusable

_ROOM = MAXIMUM_LINE - 4096


class Engine(Follower):
    """One shop folder, opened by one process, for reading and changing.

    Attributes:
        trouble: a sentence while this process can only read because the disk failed; None otherwise.
    """

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
        self.trouble: str | None = None
        self.lock = WriteLock(files, folder / LOCK, lock_timeout)
        self.helper = background.Helper(folder, lock_timeout)
        self._now = now
        self._second = (0, "")
        self._locked = False
        self._swept = False
        self._trouble_generation = 0
        self._spilled: tuple[int, int] | None = None
        self._beside = compact_at is None and type(files) is type(system_files())
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
        basis: Basis | None = None,
    ) -> Writing:
        """Change the shop; see `Database.transaction`."""
        return Writing(self, kind, by, origin, at, meta, basis)

    def begin(
        self,
        kind: str,
        by: str,
        origin: str,
        at: datetime | None,
        meta: dict[str, Any] | None,
        basis: Basis | None = None,
    ) -> Transaction:
        """See everything that was committed before, under the lock (without, given a basis), and begin one action."""
        if basis is None:
            self.enter()
        else:
            preparing.begin(self)
        try:
            moment = self.moment(at)
        except BaseException:
            self.leave()
            raise
        self._spilled = None
        self.transaction = Transaction(
            self.documents, kind, by, origin, moment, {} if meta is None else dict(meta),
            self.spill if basis is None else None,
        )  # fmt: skip
        self.transaction.basis = basis
        return self.transaction

    def end(self, transaction: Transaction, *, failed: bool) -> None:
        """Commit the action, or take it back when it failed, and let go of the lock."""
        outgrown = False
        try:
            try:
                if not failed:
                    self._commit(transaction)
            except OutcomeUnknown as error:
                self._take_back(transaction)
                self.disk_failed(error)
                raise
            finally:
                self._take_back(transaction)
            outgrown = not failed and self.position > self.due_at and self.compact_or_tell()
        finally:
            self.leave()
        if outgrown:
            self.helper.start(self)

    def _take_back(self, transaction: Transaction) -> None:
        """Leave the action; nothing of it stays unless it was committed."""
        if self.transaction is None:
            return
        self.transaction = None
        if transaction.action is None:
            transaction.rollback()
            if self._spilled is not None and self.lock.is_ours:
                self.writer.cut_back(self.position)
                self.seen = -1 if self.writer.sick else self.position
            self._spilled = None

    def moment(self, at: datetime | None = None) -> str:
        """That moment (now, when not given) as it is noted with an action."""
        if at is None and self._now is None:
            second = int(time.time())
            if second != self._second[0]:
                self._second = (second, datetime.fromtimestamp(second, UTC).isoformat()[:19] + "Z")
            return self._second[1]
        moment = at or (self._now or _utc_now)()
        if moment.tzinfo is not UTC:
            moment = moment.astimezone(UTC)
        return moment.isoformat()[:19] + "Z"

    def enter(self) -> None:
        """Take the lock and see everything that was committed before."""
        if self.closed or self._broken is not None:
            self.require_open()
        if self.read_only or not self.generation.writable:
            raise no_rights(self.folder, writing=True)
        try:
            self.hold_lock(None)
            self.catch_up()
            if self.writer.sick or self.unsure or self.trouble is not None:
                self._require_health()
            if not self._swept:
                recovery.sweep(self.files, self.folder, self.generation.number)
                self._swept = True
            if self.seen != self.position:
                self._cut_tail()
        except BaseException:
            self.leave()
            raise

    def hold_lock(self, patience: float | None) -> None:
        """Take the lock, waiting at most so many seconds, and follow while others have it."""
        self.lock.acquire(patience, self.catch_up, self._turn if self.files.takes_turns else None)
        self._locked = True

    def _turn(self) -> int:
        """What is locked by the next one to have the lock: the journal, of which nothing else is ever locked."""
        return self.generation.journal

    def leave(self) -> None:
        """Let go of the lock."""
        self._locked = False
        try:
            self.lock.release()
        except BaseException:
            self.lock.release()  # Interrupted: nobody else would let go of it.
            raise

    def _cut_tail(self) -> None:
        """Drop what a process that died left behind the last commit, after reading the whole journal again."""
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
        size = self.files.size(self.generation.journal)
        if size != self.position:
            self.notices += tails.keep(self.files, self.folder, self.generation, self.position, size)
            self.writer.cut(self.position)
        self.seen = self.position

    def spill(self, changes: list[bytes]) -> None:
        """Write a part of a large action to the journal; nobody believes it before the closing line."""
        lines, end = self._spilled or (0, self.position)
        for group in journal.groups_of(changes, _ROOM):
            line = journal.more_line(self.seq + 1 + lines, self.action + 1, group)
            self._spilled = (lines, end)
            end = self.writer.extend(line, end, self.position)
            lines += 1
        self._spilled = (lines, end)

    def _commit(self, transaction: Transaction) -> None:
        """Make the changes durable as one action."""
        if transaction.basis is None:
            changes = transaction.changes()
        else:
            preparing.take_turn(self, transaction.basis)
            changes = preparing.write_most(self, transaction, _ROOM // 2)
        if not changes and not transaction.tables and self._spilled is None:
            return
        if not self._locked or not self.lock.is_ours:
            raise ShopUnusable(_("A change that was begun in one process cannot be ended in another."))
        encoded = journal.closing_members(
            transaction.kind, transaction.by, transaction.at, transaction.origin, transaction.meta, transaction.tables
        )  # fmt: skip
        start, action = self.position, self.action + 1
        if transaction.size + len(encoded) > _ROOM // 2 and sum(map(len, changes)) + len(encoded) > _ROOM:
            *groups, changes = journal.groups_of(changes, max(_ROOM - len(encoded), _ROOM // 2))
            for group in groups:
                self.spill(group)
        lines, at = self._spilled or (0, start)
        seq = self.seq + 1 + lines
        line = journal.closing_line(seq, action, start if lines else -1, changes, encoded)
        end = self.writer.append(line, at, start)
        transaction.action = action
        self._spilled = None
        transaction.finish()
        self._note(transaction, action, seq, (start, end))
        # Last: after an interrupt before, the line is read as those of other processes are.
        self.seq, self.action = seq, action
        self.position = self.seen = end

    def _note(self, transaction: Transaction, action: int, seq: int, stretch: tuple[int, int]) -> None:
        """Keep the commit, which stands in those bytes of the journal, for the next `follow`."""
        place = (self.generation.number, *stretch)
        self.keep(
            Commit(
                action, seq, transaction.kind, transaction.by, transaction.at, transaction.origin, transaction.meta,
                transaction.tables, place, self.journals,
            )
        )  # fmt: skip

    # The disk failed

    def disk_failed(self, error: OutcomeUnknown) -> None:
        """Go on in new files if there is room for them; `error` is told what became of it."""
        with suppress(NoRoom):
            self._start_over(error)

    def _require_health(self) -> None:
        """Go on in new files: those that another process made since, or else our own.

        Raises:
            OutcomeUnknown: that could not be done either.
            NoRoom: that will be possible once there is room.
        """
        if self.trouble is not None and self.generation.number > self._trouble_generation:
            self.trouble, self.unsure = None, False
        elif self.trouble is None:
            self._start_over(self.writer.unknown())
        if self.trouble is not None:
            raise OutcomeUnknown(self.trouble, file=str(self.generation.journal_path))

    def _start_over(self, error: OutcomeUnknown) -> None:
        """Copy all that was confirmed to new files; where that fails too, nothing is changed any more.

        The files that the disk did not confirm are never written to again. `error` is told what became of it.

        Raises:
            NoRoom: the disk is full; to be tried again.
        """
        try:
            self.rewrite()
            _say(error, new_files(self.folder))
        except NoRoom:
            raise
        except (CrmError, OSError) as failure:
            reason = failure.message if isinstance(failure, CrmError) else str(failure.strerror or failure)
            self.writer.fail()
            self.trouble = read_only_now(self.folder, reason)
            _say(error, self.trouble)
            # A pointer that was replaced but not confirmed may count already.
            self._trouble_generation = self.generation.number + self.unsure

    # Compaction

    def _use(
        self,
        generation: Generation,
        places: dict[str, Places],
        hints: Hints,
        earlier: Documents | None = None,
    ) -> None:
        """Begin with a snapshot; its journal has still to be read."""
        super()._use(generation, places, hints, earlier)
        self.due_at = self._usual_limit()
        """The size of journal beyond which the shop is compacted."""

    def _usual_limit(self) -> int:
        if self.compact_at is not None:
            return self.compact_at
        return compaction.usual_limit(self.generation.pointer.snapshot_size)

    def compact_or_tell(self) -> bool:
        """Make a new generation under the lock, or (true) say that it is to be made beside the work.

        A failure is no failure of the write before.
        """
        if self._beside:
            return True
        try:
            self.rewrite()
        except Exception as error:  # noqa: BLE001 - the action is durable; whoever wants to know can ask
            self.compaction_failed(error)
        return False

    def compaction_failed(self, error: Exception) -> None:
        """Note it, and wait until the journal has grown as much: a full disk would make each action try again."""
        self.compaction_error = error
        self.due_at = self.position + self._usual_limit()

    def compact(self) -> None:
        """Make a new generation now; see `Database.compact`."""
        with self.exclusive():
            self.rewrite(indexes=KeptIndexes(self))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock, having seen everything, without a change in the making."""
        with self.mutex:
            if self.transaction is not None:
                raise ShopUnusable(_("A shop cannot be compacted in the middle of a change."))
            self.enter()
            try:
                yield
            finally:
                self.leave()

    def rewrite(
        self, change: Callable[[str, bytes], bytes] | None = None, indexes: KeptIndexes | None = None
    ) -> None:
        """Make a new generation under the lock; `change` may replace the JSON bytes of each document."""
        old = self.generation
        earlier = self.documents if change is None else None
        record = StoreRecord(
            0, old.number + 1, self.store, self.seq, self.action, self.documents.all_next_ids()
        )
        with told(old.snapshot_path):
            self.reader.require_sound(self.documents.places())
        try:
            new, places = compaction.new_generation(self, record, change, indexes)
        except CrmError as error:
            self.unsure = self.unsure or isinstance(error.__cause__, UnsureError)
            raise
        self.unsure = False
        hints = self._hints(new)
        hints.save_places(places)
        if indexes is not None:
            indexes.save(hints, places)
        self._use(new, places, hints, earlier)
        self.writer.names_are_synced()
        old.close()
        self.compaction_error = None
        recovery.sweep(self.files, self.folder, new.number)
        with suppress(OSError):
            background.sweep(self.files, self.folder)


def _say(error: OutcomeUnknown, sentence: str) -> None:
    """Let an error say that sentence."""
    error.message = sentence
    error.args = (sentence,)


def _utc_now() -> datetime:
    return datetime.now(UTC)
