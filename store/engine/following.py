"""Following: what is open, and applying what was committed since the last look. Reading takes no lock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from locales import _
from store.engine import codec, journal, recovery, tails
from store.engine.diff import apply
from store.engine.documents import Documents
from store.engine.drives import require_local
from store.engine.files import FileCalls
from store.engine.generation import POINTER, Generation, open_generation
from store.engine.hints import Hints
from store.engine.history import Commit, Journals
from store.engine.journal import BadLine, Line, Stretch, snapshot_text
from store.engine.places import Places
from store.engine.reader import SnapshotReader
from store.engine.snapshot import Seal, scan_snapshot
from store.engine.transaction import Transaction
from store.engine.trouble import DENIED, NotStorable, damaged, from_system, told
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
        notices: sentences for whoever works here, each to be told once.
        unsure: whether the disk failed to confirm the name of the generation that counts.
    """

    hints: Hints
    reader: SnapshotReader

    def __init__(self, folder: Path, files: FileCalls, *, read_only: bool) -> None:
        self.folder = folder
        self.files = files
        self.read_only = read_only
        self.reloads = 0
        self.notices: list[str] = []
        self.closed = False
        self.transaction: Transaction | None = None
        self.unsure = False
        self._pointer_path = folder / POINTER
        self._pointer_name = str(self._pointer_path)
        self.mutex = threading.RLock()
        self._waiting: list[Commit] = []
        self._forgotten_from: int | None = None
        self._broken: BaseException | None = None
        self._reloading = False
        self._earlier: tuple[int, Documents] | None = None
        if not read_only:
            require_local(files, folder)
        generation = open_generation(files, folder, writable=not read_only)
        self.journals = Journals(files, folder)
        try:
            self._load(generation)
        except BaseException:
            generation.close()
            if hasattr(self, "generation"):
                # Doubt about the journal may have opened everything a second time.
                self.generation.close()
                self.reader.close()
            self.journals.close()
            raise
        self.notices += tails.seen_on_opening(self.generation, self.position, self.seen)
        self._waiting.clear()
        self._forgotten_from = None

    def _load(self, generation: Generation, earlier: tuple[int, Documents] | None = None) -> None:
        """Take in a generation from the beginning; when its snapshot cannot be read, nothing has changed here.

        `earlier` are the documents as they were up to that line, when they hold all that the snapshot holds.
        """
        hints = self._hints(generation)
        places = hints.load_places()
        if places is None:
            places = self._scan(generation)
            hints.save_places(places)
        self._use(generation, places, hints, None if earlier is None else earlier[1])
        if generation.writable:
            # Whoever made it may have died before its name was on the disk. Done now rather than at the first change,
            # which says so if this fails.
            try:
                self.writer.sync_names()
            except OSError as error:
                self.unsure = self.unsure or error.errno not in DENIED
        self._earlier = earlier
        try:
            self._read_new()
        except BaseException as error:
            self._broken = error
            raise
        finally:
            self._earlier = None

    def _hints(self, generation: Generation) -> Hints:
        """The side files of a generation."""
        with told(generation.snapshot_path):
            stamp = self.files.stamp(generation.snapshot)
        return Hints(self.files, self.folder, generation.pointer, stamp, writable=generation.writable)

    def _scan(self, generation: Generation) -> dict[str, Places]:
        """Read the whole snapshot to see that it is sound and where each document stands."""
        with told(generation.snapshot_path):
            _record, places, seal = scan_snapshot(self.files, generation.snapshot, generation.snapshot_path)
        pointer = generation.pointer
        if (seal.size, seal.crc) != (pointer.snapshot_size, pointer.snapshot_crc):
            place = min(seal.size, pointer.snapshot_size)
            raise damaged(generation.snapshot_path, place, _("another program changed it."))
        return places

    def _use(
        self,
        generation: Generation,
        places: dict[str, Places],
        hints: Hints,
        earlier: Documents | None = None,
    ) -> None:
        """Begin with a snapshot; its journal has still to be read."""
        record = generation.record
        self.generation = generation
        if hasattr(self, "hints"):
            self.hints.close()
        self.hints = hints
        hints.distrusted = self._read_places
        seal = Seal(generation.pointer.snapshot_size, generation.pointer.snapshot_crc)
        path = generation.snapshot_path
        self.reader = SnapshotReader(self.files, generation.release_snapshot(), path, hints.stamp, seal)
        self.documents = Documents(self.reader, places, record.next_ids, hints)
        if earlier is not None:
            self.documents.inherit(earlier)
        self.seq = record.seq
        self.action = record.action
        self.position = generation.start
        self.seen = generation.start
        self.writer = JournalWriter(generation)
        self.journals.use(generation)

    def _read_places(self) -> None:
        """Find out from the snapshot itself where its documents stand."""
        path = self.reader.path
        with told(path):
            _record, places, _seal = scan_snapshot(self.files, self.reader.descriptor, path)
        self.reader.require_sound(places.values())
        self.documents.replace_places(places)

    @property
    def store(self) -> str:
        """The random name given to this shop when it was made."""
        return self.generation.pointer.store

    def close(self) -> None:
        """Let go of all files."""
        with self.mutex:
            if not self.closed:
                self.closed = True
                self.hints.wait()
                self.hints.close()
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
        if self.closed or self._broken is not None:
            self.require_open()
        if self.transaction is not None:
            return
        generation = self.generation
        try:
            current = self.files.identity(self._pointer_name)
        except OSError as error:
            raise from_system(error, self._pointer_path, writing=False) from error
        if current != generation.identity:
            self._switch()
            return
        size = self.files.size(generation.journal)
        # A short tail is looked at each time: it may have been cut and replaced by a line of the same length.
        if size != self.position and (size != self.seen or size - self.position < _SHORT_TAIL):
            self._read_new()

    def _read_new(self) -> None:
        """Apply the committed lines behind our position."""
        generation = self.generation
        size = self.files.size(generation.journal)
        if size < self.position:
            self._doubt(size, size)
            return
        try:
            for stretch in self.new_stretches(size):
                self._apply_or_tell(stretch)
            self.seen = size
        except BadLine as error:
            self._doubt(error.offset, size)

    def new_stretches(self, size: int) -> Iterator[Stretch]:
        """What was committed behind our position, up to byte `size`."""
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
            (old if self.generation is new else new).close()
            raise
        finally:
            self._reloading = False
        old.close()
        self._broken = None
        self.reloads += 1
        self._waiting.clear()
        self._forgotten_from = None

    def _switch(self) -> None:
        """Another process made a new generation: finish the old one, then go over to it.

        Its snapshot may be older than what we have seen: its journal then begins with what came since.
        """
        old = self.generation
        self._read_new()
        if self.generation is not old:
            return
        waiting, forgotten = self._waiting, self._forgotten_from
        seq, action, documents = self.seq, self.action, self.documents
        new = open_generation(self.files, self.folder, writable=not self.read_only)
        if new.pointer.store != self.store:
            new.close()
            sentence = _("There is another shop in {path} now. Close this one and open it again.")
            raise ShopUnusable(sentence.format(path=self.folder), file=str(self.folder))
        follows = new.number > old.number
        passed_by = new.record.seq > seq
        between: list[Commit] | None = []
        try:
            if follows and passed_by:
                between = self.journals.between((old.number, new.number), (seq, new.record.seq), action)
            self._waiting, self._forgotten_from = [], None
            self._load(new, (seq, documents) if follows and not passed_by else None)
        except BaseException:
            if self.generation is not new:
                self._waiting, self._forgotten_from = waiting, forgotten
                new.close()
            raise
        old.close()
        documents.let_go()
        if not follows or between is None or self.seq < seq:
            self.reloads += 1
            self._waiting, self._forgotten_from = [], None
            return
        self._waiting = waiting + between + self._waiting
        if forgotten is not None or self._forgotten_from is not None:
            self._waiting, self._forgotten_from = [], forgotten or action + 1

    def _apply_or_tell(self, stretch: Stretch) -> None:
        """Bring the documents up to one committed action; where it makes no sense, nothing is read any more.

        Raises:
            ShopDamaged: names the file and where the action begins.
        """
        try:
            self.take_in(stretch)
        except (
            ShopDamaged,
            NotStorable,
            ValueError,
            TypeError,
            AttributeError,
            LookupError,
            RecursionError,
        ) as error:
            if not isinstance(error, ShopDamaged):
                path = self.generation.journal_path
                error = damaged(path, stretch.start, _("what this line says cannot be understood."))
            # Some of it may have been applied.
            self._broken = error
            raise error from error.__cause__

    def take_in(self, stretch: Stretch) -> None:
        """Bring the documents up to one committed action."""
        closing = stretch.closing
        earlier = self._earlier
        known = earlier is not None and closing.seq <= earlier[0]
        for line in stretch.lines:
            if known and earlier is not None:
                # Seen already in the generation before: the documents need not be worked out again.
                for name, identifier, _before, _after in line.changes:
                    self.documents.take_over(earlier[1], name, identifier)
            else:
                self._apply_line(line)
        for name, kept in closing.tables.items():
            if kept:
                self.documents.make_table(name)
            else:
                self.documents.drop_table(name)
        self.seq = closing.seq
        self.action = closing.action
        self.position = stretch.end
        if known:
            return
        self.keep(self.journals.commit(closing, self.generation.number, stretch.start, stretch.end))

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
            elif new is not None and new[:1] != b"{":
                raise ValueError(identifier)
            table.put(identifier, new)

    def keep(self, commit: Commit) -> None:
        """Keep a commit for the next `follow`."""
        if self._forgotten_from is not None:
            return
        if self._waiting and commit.action <= self._waiting[-1].action:
            return  # Kept already, before an interrupt.
        if len(self._waiting) >= WAITING_LIMIT:
            self._forgotten_from = self._waiting[0].action
            self._waiting.clear()
            return
        self._waiting.append(commit)

    def follow(self) -> list[Commit]:
        """What was committed, by anybody, since the last call, oldest first.

        Raises:
            ShopDamaged: also where another program wrote into the snapshot that is open.
        """
        with self.mutex:
            self.catch_up()
            self.hints.renewed()
            self.reader.require_unchanged(self.documents.places)
            with told(self.folder):
                self.generation.require_in_place()
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
