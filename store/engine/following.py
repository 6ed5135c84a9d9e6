"""Following: what is open, and applying what was committed since the last look. Reading takes no lock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from locales import _
from store.engine import codec, journal, recovery
from store.engine.diff import apply
from store.engine.documents import Documents, SnapshotReader
from store.engine.files import FileCalls
from store.engine.generation import POINTER, Generation, open_generation
from store.engine.hints import Hints
from store.engine.history import Commit, Journals
from store.engine.journal import BadLine, Line, Stretch, snapshot_text
from store.engine.snapshot import Extent, scan_snapshot
from store.engine.transaction import Transaction
from store.engine.trouble import damaged, from_system, told
from store.engine.writer import JournalWriter
from store.errors import ShopDamaged, ShopUnusable

WAITING_LIMIT = 10_000
"""Commits kept for the next `follow`; beyond it they are read from the journals again."""

_SHORT_TAIL = 1 << 16


class Follower:
    """One shop folder as one process sees it.

    Attributes:
        documents: all documents, up to line `seq` of the journals and byte `position` of the current one.
        seen: how long that journal was when it was last looked at.
        transaction: the change in the making.
        reloads: how often everything had to be read anew.
    """

    def __init__(self, folder: Path, files: FileCalls, *, read_only: bool) -> None:
        self.folder = folder
        self.files = files
        self.read_only = read_only
        self.reloads = 0
        self.closed = False
        self.transaction: Transaction | None = None
        self._pointer_path = folder / POINTER
        self.mutex = threading.RLock()
        self._waiting: list[Commit] = []
        self._forgotten_from: int | None = None
        self._broken: BaseException | None = None
        self._reloading = False
        generation = open_generation(files, folder, writable=not read_only)
        self.journals = Journals(files, folder)
        try:
            self._load(generation)
        except BaseException:
            generation.close()
            raise
        self._waiting.clear()
        self._forgotten_from = None

    def _load(self, generation: Generation) -> None:
        """Take in a generation from the beginning; when its snapshot cannot be read, nothing has changed here."""
        hints = self._hints(generation)
        extents = hints.load_extents()
        if extents is None:
            extents = self._scan(generation)
            hints.save_extents(extents)
        self._use(generation, extents, hints)
        try:
            self._read_new()
        except BaseException as error:
            self._broken = error
            raise

    def _hints(self, generation: Generation) -> Hints:
        """The side files of a generation."""
        with told(generation.snapshot_path):
            stamp = self.files.stamp(generation.snapshot)
        return Hints(self.files, self.folder, generation.pointer, stamp, writable=generation.writable)

    def _scan(self, generation: Generation) -> dict[str, Extent]:
        """Read the whole snapshot to see that it is sound and where each document stands."""
        with told(generation.snapshot_path):
            _record, extents, seal = scan_snapshot(self.files, generation.snapshot, generation.snapshot_path)
        pointer = generation.pointer
        if (seal.size, seal.crc) != (pointer.snapshot_size, pointer.snapshot_crc):
            place = min(seal.size, pointer.snapshot_size)
            raise damaged(generation.snapshot_path, place, _("another program changed it."))
        return extents

    def _use(self, generation: Generation, extents: dict[str, Extent], hints: Hints) -> None:
        """Begin with a snapshot; its journal has still to be read."""
        record = generation.record
        self.generation = generation
        self.reader = SnapshotReader(self.files, generation.release_snapshot(), generation.snapshot_path)
        self.documents = Documents(self.reader, extents, record.next_ids, hints)
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
        with self.mutex:
            if not self.closed:
                self.closed = True
                self.generation.close()
                self.reader.close()
                self.journals.close()

    def require_open(self) -> None:
        """Raise where the database has been closed."""
        if self.closed:
            raise ShopUnusable(_("This shop has been closed: {path}.").format(path=self.folder))
        if self._broken is not None:
            raise self._broken

    def catch_up(self) -> None:
        """Apply what was committed since the last look. Inside a transaction nothing can have been."""
        if self.transaction is not None:
            return
        self.require_open()
        generation = self.generation
        try:
            current = self.files.identity(self._pointer_path)
        except OSError as error:
            raise from_system(error, self._pointer_path, writing=False) from error
        if current != generation.identity:
            self._switch()
            return
        size = self.files.size(generation.journal)
        # A short tail is looked at each time: it may have been cut and replaced by a line of the same length.
        if size != self.seen or 0 < size - self.position < _SHORT_TAIL:
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
        last = new.record.seq
        between: list[Commit] | None = None
        try:
            if new.pointer.store == self.store and last >= seq:
                between = self._between(old.number, new.number, last)
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
        with self.mutex:
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

    def newest_first(self, before: int | None = None) -> Iterator[Commit]:
        """All commits that have been applied (with a smaller number than `before`), newest first."""
        return self.journals.newest_first(self.generation.number, self.position, before)
