"""Compaction beside the work: nobody waits for the new snapshot, the lock is held for moments only.

A process of its own writes the documents, as they are when it begins, into the snapshot of the next generation, while
everybody goes on writing to the present journal. What came meanwhile is copied to the beginning of the next journal;
the last of it, and the pointer, under the lock. Dying anywhere leaves files that do not count.

`python -m store.engine.compactor FOLDER` does it at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from locales import _
from store.engine import journal, recovery
from store.engine.files import CREATE, READ, FileCalls
from store.engine.generation import COMPACTING, FORGETTING, Pointer, journal_path, shop_path, write_pointer
from store.engine.hints import Hints
from store.engine.kept_indexes import KeptIndexes
from store.engine.lock import WriteLock
from store.engine.snapshot import FORMAT, Seal, StoreRecord, write_snapshot, write_whole
from store.engine.trouble import told
from store.errors import ShopUnusable

if TYPE_CHECKING:
    import subprocess

    from store.engine.engine import Engine
    from store.engine.places import Places

_UNFINISHED = re.compile(r"(shop|journal)-\d+\.jsonl?\.next")
"""Files that only the holder of the second lock makes and removes."""

_LITTLE = 1 << 16
"""Bytes of journal that may still be copied while others wait."""

_ROUNDS = 20

_MUCH = 2 << 20
"""Bytes of journal that came meanwhile beyond which the snapshot is made anew: everybody has to read them again."""

_ATTEMPTS = 4

_PATIENCE = 120.0
"""Seconds to wait for another process that rewrites files of earlier days."""

_START = re.compile(rb'\{"crc":"[0-9a-f]{8}",("seq":\d+,"action":\d+,)"start":\d+,')


class Helper:
    """Starts a process that compacts, at most one at a time."""

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        self._folder = folder
        self._lock_timeout = lock_timeout
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, engine: Engine) -> None:
        """Have the shop compacted, unless that is under way. Failing is noted with the engine."""
        import subprocess

        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self._process = None
            if status != 0:
                failed = ShopUnusable(_("The shop could not be compacted: {path}").format(path=self._folder))
                engine.compaction_failed(failed)
                return
        root = str(Path(__file__).resolve().parents[2])
        indexes = json.dumps({table: sorted(fields) for table, fields in engine.indexes.items()})
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        try:
            # Detached: it goes on when the terminal is closed.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "store.engine.compactor", str(self._folder), indexes],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            engine.compaction_failed(error)


def sweep(files: FileCalls, folder: Path) -> None:
    """Remove what a compaction left that died. One that lives sees by itself that it was overtaken."""
    names = [name for name in files.names(folder) if _UNFINISHED.fullmatch(name)]
    guard = WriteLock(files, folder / COMPACTING, 0.0)
    if not names:
        return
    try:
        if guard.try_acquire():
            for name in names:
                files.unlink(folder / name)
            guard.release()
    finally:
        guard.close()


def compact_beside(engine: Engine) -> bool:
    """Compact the shop that `engine` has open; whether that was done. The engine is used by nobody else.

    Raises:
        ShopUnusable: it could not be done; the shop is as it was.
    """
    files, folder = engine.files, engine.folder
    guard = WriteLock(files, folder / COMPACTING, 0.0)
    if not guard.try_acquire():
        guard.close()
        return False
    try:
        with told(folder, writing=True):
            for attempt in range(_ATTEMPTS):
                begun = engine.position
                if _Compaction(engine).run(last=attempt == _ATTEMPTS - 1):
                    return True
                if engine.position - begun <= _MUCH:
                    break
        return False
    finally:
        guard.release()
        guard.close()


def renew(engine: Engine, seq: int) -> None:
    """Go over to a generation whose snapshot holds line `seq`, while everybody works, or else under the lock.

    Raises:
        ShopUnusable: it could not be done; the shop is as it was.
    """
    for _attempt in range(_ATTEMPTS):
        engine.catch_up()
        if engine.generation.record.seq >= seq:
            return
        indexes = {table: sorted(fields) for table, fields in engine.indexes.items()}
        timeout = engine.lock.timeout
        worker = type(engine)(engine.folder, engine.files, indexes=indexes, lock_timeout=timeout)
        try:
            done = compact_beside(worker)
        finally:
            worker.close()
        if not done:
            # Another process is at it, and what it began with may be older than that line.
            break
    engine.catch_up()
    if engine.generation.record.seq < seq:
        engine.compact()


@contextlib.contextmanager
def alone_with_the_past(files: FileCalls, folder: Path) -> Iterator[None]:
    """Be the only one who rewrites files of earlier days, while everybody else works as ever.

    Raises:
        ShopBusy: another process does, for too long.
    """
    guard = WriteLock(files, folder / FORGETTING, _PATIENCE)
    guard.acquire()
    try:
        yield
    finally:
        guard.release()
        guard.close()


class _Compaction:
    """One compaction, step by step."""

    def __init__(self, engine: Engine) -> None:
        engine.catch_up()
        self.engine = engine
        self.files = engine.files
        self.folder = engine.folder
        self.old = engine.generation.number
        self.new = self.old + 1
        self.record = StoreRecord(
            FORMAT, self.new, engine.store, engine.seq, engine.action, engine.documents.all_next_ids()
        )
        self.indexes = KeptIndexes(engine)

    def run(self, *, last: bool) -> bool:
        """All of it; False when another process was quicker, or (unless this is the `last` attempt) wrote too much."""
        self._sweep()
        self.engine.reader.require_sound(self.engine.documents.places())
        snapshot = self._unfinished(shop_path(self.folder, self.new))
        seal, places = write_snapshot(
            self.files, snapshot, self.record, self.indexes.tables(self.engine.documents.dump())
        )
        with contextlib.ExitStack() as stack:
            try:
                tail = _Tail(self.files, self.engine, self._unfinished(journal_path(self.folder, self.new)))
            except FileNotFoundError:
                return self._give_up()
            stack.callback(tail.close)
            if tail.has_much() and not last:
                return self._give_up()
            with self.engine.exclusive():
                if self.engine.generation.number != self.old:
                    return self._give_up()
                # What lies there was left by a compaction that died here.
                self.files.rename(snapshot, shop_path(self.folder, self.new))
            self._keep_hints(seal, places)
            if tail.has_much() and not last:
                return self._give_up()
            tail.copy_most()
            with self.engine.exclusive():
                if self.engine.generation.number != self.old:
                    return self._give_up()
                tail.finish()
                self.files.rename(tail.path, journal_path(self.folder, self.new))
                self.files.sync_folder(self.folder)
                write_pointer(self.files, self.folder, self.record, seal)
                recovery.sweep(self.files, self.folder, self.new)
        return True

    def _unfinished(self, path: Path) -> Path:
        return path.with_name(path.name + ".next")

    def _sweep(self) -> None:
        """Remove what a compaction left that died."""
        for name in self.files.names(self.folder):
            if _UNFINISHED.fullmatch(name):
                self.files.unlink(self.folder / name)

    def _give_up(self) -> bool:
        """Another generation was made meanwhile."""
        self._sweep()
        return False

    def _keep_hints(self, seal: Seal, places: dict[str, Places]) -> None:
        """Write the side files of the new generation before it counts, so that nobody has to read its snapshot."""
        pointer = Pointer(FORMAT, self.new, self.record.store, seal.size, seal.crc)
        descriptor = self.files.open(shop_path(self.folder, self.new), READ)
        try:
            hints = Hints(self.files, self.folder, pointer, self.files.stamp(descriptor), writable=True)
        finally:
            self.files.close(descriptor)
        hints.save_places(places)
        self.indexes.save(hints, places)
        hints.wait()


class _Tail:
    """The journal of the new generation: its header, and what was committed after the new snapshot was begun."""

    def __init__(self, files: FileCalls, engine: Engine, path: Path) -> None:
        generation = engine.generation
        self.path = path
        self._files = files
        self._engine = engine
        self._number = generation.number
        # Opened anew: the engine closes its own when it goes over to another generation.
        self._source = files.open(generation.journal_path, READ)
        self._target = files.open(path, CREATE)
        self._begun = self._position = engine.position
        self._seq = engine.seq
        header = journal.Header(FORMAT, engine.store, generation.number + 1, engine.seq + 1)
        line = journal.header_line(header)
        write_whole(files, self._target, line, 0)
        self._end = len(line)

    def close(self) -> None:
        """Let go of the files."""
        for descriptor in (self._source, self._target):
            if descriptor >= 0:
                self._files.close(descriptor)
        self._source = self._target = -1

    def has_much(self) -> bool:
        """Whether so much was written meanwhile that a new attempt is better. Takes it in, before the lock is taken."""
        self._engine.catch_up()
        return self._engine.position - self._begun > _MUCH

    def copy_most(self) -> None:
        """Copy until hardly anything is left. Without the lock: only what is committed is believed."""
        for _round in range(_ROUNDS):
            self._engine.catch_up()
            if self._engine.generation.number != self._number:
                return
            if self._engine.position - self._position <= _LITTLE:
                break
            self._copy(self._engine.position)
        self._files.sync(self._target)

    def finish(self) -> None:
        """Copy the rest. Under the lock, having seen everything.

        Raises:
            ShopUnusable: the journal cannot be read as it was read before.
        """
        self._copy(self._engine.position)
        if self._seq != self._engine.seq:
            raise ShopUnusable(_("The shop could not be compacted: {path}").format(path=self.path))
        self._files.sync(self._target)
        self.close()

    def _copy(self, end: int) -> None:
        """Append the actions of [position, end), which are committed."""
        begin = self._end
        for _offset, text in journal.split_lines(self._files, self._source, self._position, end):
            head = journal.read_head(text)
            if head is None or head.seq != self._seq + 1:
                return
            line = text
            if head.start >= 0:
                # A bulk action stands elsewhere now.
                found = _START.match(text)
                if found is None:
                    return
                line = journal.seal(b'%b"start":%d,%b' % (found[1], begin, text[found.end() : -1]))
            write_whole(self._files, self._target, line, self._end)
            self._end += len(line)
            self._seq += 1
            self._position += len(text)
            if not head.more:
                begin = self._end
