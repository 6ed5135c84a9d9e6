"""What was done: each action as a commit, with its changes read from the journals when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from locales import _
from store.engine import codec, journal
from store.engine.diff import apply, diff
from store.engine.files import READ, FileCalls
from store.engine.generation import Generation, closed_path, journal_path, told_unless_missing
from store.engine.journal import Line, RawChange, snapshot_text
from store.engine.trouble import damaged
from store.errors import ShopDamaged

_NEAR = 1 << 13
"""Bytes within which looking line by line is quick enough."""

_LINE_START = re.compile(rb'\{"crc":"[0-9a-f]{8}","seq":(\d+),"action":(\d+)[,}]')
_SEQ, _ACTION = 1, 2


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did to one document.

    Attributes:
        table: the table.
        id: the document's id.
        before: None when the action made the document; the whole document when it deleted it; otherwise the
            units (see `store.engine.diff`) that changed, as they were. A unit missing here was absent.
        after: None when the action deleted the document; the whole document when it made it; otherwise the
            units that changed, as they became. A unit missing here is absent since.
    """

    table: str
    id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(slots=True)
class Commit:
    """One action: who did what, when and from where.

    Attributes:
        action: its number, counted from 1 over the whole life of the shop.
        seq: the number of its last journal line.
        kind: the action's name; `raw` for a write through the plain TinyDB API.
        by: who.
        at: when, UTC, ISO 8601 with a Z.
        origin: from where (a screen, a command, a file).
        meta: what else the action noted about itself.
        tables: tables it made (true) or dropped (false).
    """

    action: int
    seq: int
    kind: str
    by: str
    at: str
    origin: str
    meta: dict[str, Any]
    tables: dict[str, bool]
    place: tuple[int, int, int] = field(repr=False)
    """Generation, first and last byte of its lines."""
    journals: Journals = field(repr=False, compare=False)
    _changes: list[Change] | None = field(default=None, repr=False, compare=False)

    @property
    def changes(self) -> list[Change]:
        """Each document that the action touched, once. Read from the journal at the first question.

        Raises:
            ShopDamaged: the journal it stands in is damaged or gone.
        """
        if self._changes is None:
            lines = self.journals.lines(*self.place)
            try:
                found = [decoded(change) for line in lines for change in line.changes]
                self._changes = found if len(lines) == 1 else merged(found)
            except (ValueError, TypeError, AttributeError, RecursionError):
                raise self.journals.not_understood(*self.place) from None
        return self._changes

    def raw_changes(self, fits: Callable[[bytes], bool]) -> Iterator[RawChange]:
        """The changes as they are written, of those lines to whose bytes `fits` says yes.

        For finding a few among many: reading a line as bytes costs a fiftieth of decoding its documents. A bulk action
        may come back to a document. `decoded` makes a change of one.

        Raises:
            ShopDamaged: the journal it stands in is damaged or gone.
        """
        for line in self.journals.lines(*self.place, fits):
            yield from line.changes


def decoded(change: RawChange) -> Change:
    """A change with its documents read."""
    table, identifier, before, after = change
    return Change(table, identifier, _document(before), _document(after))


def merged(changes: list[Change]) -> list[Change]:
    """The changes of a bulk action with each document once, though it may have come back to some of them."""
    found: dict[tuple[str, int], Change | None] = {}
    for change in changes:
        key = (change.table, change.id)
        earlier = found.get(key)
        found[key] = change if earlier is None else _both(earlier, change)
    return [change for change in found.values() if change is not None]


def _both(one: Change, other: Change) -> Change | None:
    """Two changes of one document in a row as one; None when they cancel each other out."""
    before, after = one.before, other.after
    if one.before is None:
        if other.after is not None and other.before is not None:
            after = apply(one.after or {}, other.before, other.after)
        return None if after is None else Change(one.table, one.id, None, after)
    if one.after is not None and other.after is None:
        # Changed, then deleted: the whole document as it was before both.
        before = apply(other.before or {}, one.after, one.before)
    elif one.after is not None and other.before is not None and other.after is not None:
        units = {**other.before, **other.after}
        before = {
            **{unit: value for unit, value in other.before.items() if unit not in one.after},
            **one.before,
        }
        after = {**{unit: value for unit, value in one.after.items() if unit not in units}, **other.after}
    elif one.after is None and other.after is not None:
        before, after = diff(one.before, other.after)
        if not before and not after:
            return None
    return Change(one.table, one.id, before, after)


def _document(raw: Any) -> dict[str, Any] | None:
    text = snapshot_text(raw)
    if text is None:
        return None
    document = codec.decode(text)
    if type(document) is not dict:
        raise ValueError(type(document).__name__)
    return document


class Journals:
    """The journals of a shop, current and closed, for reading what was done."""

    def __init__(self, files: FileCalls, folder: Path) -> None:
        self._files = files
        self._folder = folder
        self._store = ""
        self._current: Generation | None = None
        self._opened: tuple[int, int, int, Path, int] | None = None

    def use(self, generation: Generation) -> None:
        """From now on `generation` counts; its journal is read through its own descriptor."""
        self._current = generation
        self._store = generation.pointer.store
        self.close()

    def close(self) -> None:
        """Let go of the closed journal that was read last."""
        if self._opened is not None:
            self._files.close(self._opened[1])
            self._opened = None

    def _open(self, generation: int) -> tuple[int, int, Path, int] | None:
        """Descriptor, first byte after the header, path and first seq of a journal; None when there is none."""
        current = self._current
        if current is not None and current.number == generation:
            return current.journal, current.start, current.journal_path, current.record.seq + 1
        if self._opened is not None and self._opened[0] == generation:
            return self._opened[1:]
        # A compaction that was cut short leaves the journal where it was; one that runs now moves it meanwhile.
        closed = closed_path(self._folder, generation)
        for path in (closed, journal_path(self._folder, generation), closed):
            try:
                with told_unless_missing(path):
                    descriptor = self._files.open(path, READ)
            except FileNotFoundError:
                continue
            text = self._files.read_at(descriptor, 4096, 0)
            start = text.find(b"\n") + 1
            header = journal.read_header(text[:start])
            if header is None:
                self._files.close(descriptor)
                raise damaged(path, 0, _("its first line is not sound."))
            if header.store != self._store or header.generation != generation:
                self._files.close(descriptor)
                continue
            self.close()
            self._opened = (generation, descriptor, start, path, header.first)
            return self._opened[1:]
        return None

    def lines(
        self, generation: int, start: int, end: int, fits: Callable[[bytes], bool] | None = None
    ) -> list[Line]:
        """The lines of one action; only those to whose bytes `fits` says yes.

        Raises:
            ShopDamaged: they are not there any more as they were written.
        """
        found = self._open(generation)
        path = journal_path(self._folder, generation)
        if found is None:
            raise damaged(path, start, _("it is missing."))
        lines = []
        for offset, text in journal.split_lines(self._files, found[0], start, end):
            if fits is not None and not fits(text) and journal.is_sound(text):
                continue
            line = journal.read_line(text)
            if line is None:
                raise damaged(found[2], offset, _("the checksum of this line is wrong."))
            lines.append(line)
        return lines

    def commit(self, line: Line, generation: int, start: int, end: int) -> Commit:
        """The commit that a committing line tells of.

        Raises:
            ShopDamaged: it tells none.
        """
        try:
            meta = codec.decode(line.meta)
        except ValueError:
            meta = None
        if type(meta) is not dict:
            raise self.not_understood(generation, start)
        return Commit(
            line.action, line.seq, line.kind, line.by, line.at, line.origin, meta, line.tables,
            (generation, start, end), self,
        )  # fmt: skip

    def not_understood(self, generation: int, start: int, _end: int = 0) -> ShopDamaged:
        """What to say of an action whose lines are sound and say nothing that makes sense."""
        found = self._open(generation)
        path = journal_path(self._folder, generation) if found is None else found[2]
        return damaged(path, start, _("what this line says cannot be understood."))

    def newest_first(self, generation: int, end: int | None, before: int | None = None) -> Iterator[Commit]:
        """All commits from byte `end` of a generation's journal back to the first there is.

        Without `end`, from the end of that (closed) journal. With `before`, only actions with a smaller number; what
        lies behind them is not read.
        """
        first: int | None = None
        while generation >= 1:
            found = self._open(generation)
            if found is None:
                return
            if end is None:
                end = self._committed_end(found[0], found[1])
            if first is not None:
                # The journal after it begins with what came while its snapshot was written.
                end = self._end_before(found[0], found[1], end, first, _SEQ)
                self._require_to(found, end, first - 1)
            first = found[3]
            if before is not None:
                end = self._end_before(found[0], found[1], end, before, _ACTION)
            yield from self._backwards(generation, end)
            generation -= 1
            end = None

    def between(
        self, generations: tuple[int, int], lines: tuple[int, int], action: int
    ) -> list[Commit] | None:
        """The commits behind line `lines[0]` (and `action`) up to line `lines[1]` in the generations between two.

        None where their journals are not there.
        """
        if lines[0] == lines[1]:
            return []
        found: list[Commit] = []
        for commit in self.newest_first(generations[1] - 1, None):
            if commit.place[0] <= generations[0] or commit.action <= action:
                break
            if commit.seq <= lines[1]:
                found.append(commit)
        found.reverse()
        return found if found and found[-1].seq == lines[1] else None

    def _require_to(self, journal_read: tuple[int, int, Path, int], end: int, last: int) -> None:
        """See that a closed journal goes up to line `last`.

        Raises:
            ShopDamaged: what stands at its end cannot be read, or is gone.
        """
        descriptor, start, path, first = journal_read
        line = next(journal.lines_backwards(self._files, descriptor, start, end), None)
        number = first - 1 if line is None else self._number_at(descriptor, line[0], _SEQ)
        if number < last:
            raise damaged(path, end, _("the checksum of this line is wrong."))

    def _backwards(self, generation: int, end: int) -> Iterator[Commit]:
        """The commits of one journal, last one first."""
        while True:
            # Opened anew each time: between two commits the caller may have read another journal.
            found = self._open(generation)
            if found is None or end <= found[1]:
                return
            descriptor, begin, path, _first = found
            bulk = False
            for offset, text in journal.lines_backwards(self._files, descriptor, begin, end):
                line = journal.read_line(text)
                if line is None:
                    raise damaged(path, offset, _("the checksum of this line is wrong."))
                bulk = line.start >= 0
                start = line.start if bulk else offset
                yield self.commit(line, generation, start, offset + len(text))
                end = start
                if bulk or self._moved(generation, descriptor):
                    break

    def _end_before(self, descriptor: int, start: int, end: int, number: int, which: int) -> int:
        """Where the first line begins whose seq or action is `number` or more; `end` when there is none."""
        limit = end
        if start >= end or self._number_at(descriptor, start, which) >= number:
            return start
        while limit - start > _NEAR:
            middle = (start + limit) // 2
            line = self._line_after(descriptor, middle, limit)
            if line >= limit:
                limit = middle
            elif self._number_at(descriptor, line, which) < number:
                start = line
            else:
                end = limit = line
        while start < end and self._number_at(descriptor, start, which) < number:
            start = self._line_after(descriptor, start, end)
        return start

    def _line_after(self, descriptor: int, place: int, end: int) -> int:
        """Where the first line behind `place` begins; `end` when there is none before it."""
        while place < end:
            block = self._files.read_at(descriptor, min(_NEAR, end - place), place)
            found = block.find(b"\n")
            if found >= 0:
                return place + found + 1
            if not block:
                break
            place += len(block)
        return end

    def _number_at(self, descriptor: int, offset: int, which: int) -> int:
        """The seq or action of the line at `offset`, without reading all of it."""
        found = _LINE_START.match(self._files.read_at(descriptor, 96, offset))
        return int(found[which]) if found else 0

    def _moved(self, generation: int, descriptor: int) -> bool:
        """Whether the journal being read has been closed or opened anew under our hands."""
        current = self._current
        if current is not None and current.number == generation:
            return current.journal != descriptor
        return self._opened is None or self._opened[:2] != (generation, descriptor)

    def _committed_end(self, descriptor: int, start: int) -> int:
        """The end of a closed journal, which holds committed lines alone, but for what a crash left."""
        size = self._files.size(descriptor)
        if size <= start or self._files.read_at(descriptor, 1, size - 1) == b"\n":
            last = next(journal.lines_backwards(self._files, descriptor, start, size), None)
            if last is None:
                return start
            head = journal.read_head(last[1])
            if head is not None and not head.more:
                return size
        end = start
        try:
            for stretch in journal.committed(self._files, descriptor, start, size, self._first(descriptor)):
                end = stretch.end
        except journal.BadLine:
            pass  # `check` reports it; what stands before it is still history.
        return end

    def _first(self, descriptor: int) -> int:
        header = journal.read_header(self._files.read_at(descriptor, 4096, 0).split(b"\n")[0] + b"\n")
        return 0 if header is None else header.first
