"""What `check` looks at beyond the generation in use.

The pointer to the letter, whether the journals follow on each other, what stands behind their last lines, the backups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from locales import _
from store.engine import journal, tails
from store.engine.check import Problem
from store.engine.files import READ, FileCalls
from store.engine.generation import (
    BACKUPS,
    CLOSED,
    POINTER,
    Pointer,
    generation_of,
    shop_path,
)
from store.engine.plain import pieces, record_of
from store.engine.salvage import Salvage
from store.engine.sealing import verify_copy, verify_seal
from store.engine.snapshot import FORMAT, StoreRecord
from store.errors import CrmError


@dataclass
class DeepReport:
    """What was found: problems, and notes of what looks like an unfinished write and was never confirmed."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check_deeply(files: FileCalls, folder: Path, known: list[Problem], first_action: int = 0) -> DeepReport:
    """Check the files of a shop.

    Args:
        known: what was found already; of those files nothing more is said.
        first_action: the oldest action that is kept, where older journals were removed on purpose.
    """
    work = _DeepCheck(files, folder, {problem.file for problem in known})
    pointer = work.pointer()
    work.journals(pointer, first_action)
    work.set_aside()
    work.backups(pointer)
    if pointer is not None:
        work.differing_records(shop_path(folder, pointer.generation), known)
    return work.report


class _DeepCheck:
    def __init__(self, files: FileCalls, folder: Path, told: set[Path]) -> None:
        self._files = files
        self._folder = folder
        self._told = told
        self.report = DeepReport()

    def _problem(self, path: Path, byte: int, message: str) -> None:
        if path not in self._told:
            self.report.problems.append(Problem(path, byte, message))

    def _read(self, path: Path, size: int) -> bytes:
        descriptor = self._files.open(path, READ)
        try:
            return self._files.read_at(descriptor, size, 0)
        finally:
            self._files.close(descriptor)

    def pointer(self) -> Pointer | None:
        """The pointer must be what this program writes, to the letter."""
        path = self._folder / POINTER
        try:
            text = self._read(path, 4096)
            pointer = msgspec.json.decode(text, type=Pointer)
        except (OSError, ValueError, RecursionError):
            self._problem(path, 0, _("It is missing or cannot be read."))
            return None
        written = msgspec.json.encode(pointer) + b"\n"
        if text != written or pointer.format != FORMAT:
            pairs = zip(text, written, strict=False)
            place = next(
                (i for i, (one, other) in enumerate(pairs) if one != other), min(len(text), len(written))
            )
            self._problem(path, place if text != written else 0, _("This is not how the program writes it."))
        return pointer

    def journals(self, pointer: Pointer | None, first_action: int) -> None:
        """Each journal must follow on the one before, and hold nothing behind its last action."""
        current = pointer.generation if pointer is not None else -1
        found: list[tuple[int, Path]] = []
        for place in (self._folder / CLOSED, self._folder):
            if self._files.is_folder(place):
                for name in self._files.names(place):
                    number = generation_of(name)
                    if number is not None and name.startswith("journal"):
                        found.append((number, place / name))
        last: int | None = None
        for number, path in sorted(found):
            if number > current >= 0:
                continue
            descriptor = self._files.open(path, READ)
            try:
                last = self._journal(descriptor, path, last, first_action, is_current=number == current)
            finally:
                self._files.close(descriptor)

    def _journal(
        self, descriptor: int, path: Path, last: int | None, first_action: int, *, is_current: bool
    ) -> int | None:
        """Check one journal; returns the number of its last line, None where that cannot be told."""
        files = self._files
        text = files.read_at(descriptor, 4096, 0)
        header = journal.read_header(text[: text.find(b"\n") + 1])
        if header is None:
            self._problem(path, 0, _("Its first line is not sound."))
            return None
        end = len(journal.header_line(header))
        seq = header.first - 1
        size = files.size(descriptor)
        action = None
        try:
            for stretch in journal.committed(files, descriptor, end, size, header.first):
                action = stretch.closing.action if action is None else action
                end, seq = stretch.end, stretch.closing.seq
        except journal.BadLine:
            pass  # Judged below, with everything behind the last action.
        missing = header.first > 1 if last is None and not self._told else header.first - 1 != (last or 0)
        if last is None and first_action and action is not None and action <= first_action:
            missing = False
        if last is None and self._told:
            missing = False
        if missing:
            sentence = _("The journal before it is missing: lines {first} to {last}.")
            self._problem(path, 0, sentence.format(first=(last or 0) + 1, last=header.first - 1))
        if end < size:
            self._tail(descriptor, path, end, size, is_current=is_current)
        return seq

    def _tail(self, descriptor: int, path: Path, end: int, size: int, *, is_current: bool) -> None:
        """What stands behind the last action."""
        tail = self._files.read_at(descriptor, min(size - end, 1 << 20), end)
        whole = journal.is_sound(tail[:-1] + b"\n") and tail[-1:] not in (b"\n", b"\0")
        if whole or not is_current:
            self._problem(path, end, _("What stands from here on is no sound line."))
        elif path not in self._told:
            self.report.notes.append(Problem(path, end, self._unconfirmed(descriptor, end, size)))

    def _unconfirmed(self, descriptor: int, end: int, size: int) -> str:
        if tails.was_written_to_its_end(self._files, descriptor, end, size):
            sentence = _(
                "{count} bytes from here on are an action that is there to its end but not whole: the power failed "
                "before it was confirmed, or it was damaged since. It does not count; the next change sets it aside."
            )
        else:
            sentence = _(
                "{count} bytes from here on are of a change that was never confirmed; the next one sets them aside."
            )
        return sentence.format(count=size - end)

    def set_aside(self) -> None:
        """Name what was set aside."""
        for one in tails.all_set_aside(self._files, self._folder):
            if one.is_damaged:
                sentence = _(
                    "It holds an action that stood at byte {byte} of journal {number}, to its end but not whole."
                )
            else:
                sentence = _(
                    "It holds a change that stood at byte {byte} of journal {number} and was never confirmed."
                )
            message = sentence.format(byte=one.byte, number=one.generation)
            self.report.notes.append(Problem(one.path, 0, message))

    def backups(self, pointer: Pointer | None) -> None:
        """Backups of this shop must be as they were written."""
        folder = self._folder / BACKUPS
        if not self._files.is_folder(folder):
            return
        for name in self._files.names(folder):
            path = folder / name
            if not name.endswith(".json") or name.startswith("."):
                continue
            self.backup(path, pointer.store if pointer is not None else "")

    def backup(self, path: Path, store: str) -> None:
        """One of them. A plain file of stock TinyDB, as is kept when a shop is made of one, has no form to check."""
        try:
            record = self._record(path)
            if generation_of(path.name) is not None and record is None:
                return
            # A checksum that fits says that all is as it was written; without it, or to find the place, all is read.
            if record is None or not self._is_sealed(path):
                record = verify_copy(self._files, path).record
        except (CrmError, OSError) as error:
            details = error.details if isinstance(error, CrmError) else {}
            message = error.message if isinstance(error, CrmError) else str(error.strerror or error)
            byte = details.get("byte")
            self._problem(path, byte if isinstance(byte, int) else 0, message)
            return
        if store and record.store != store:
            self.report.notes.append(Problem(path, 0, _("It is a backup of another shop.")))

    def _is_sealed(self, path: Path) -> bool:
        try:
            return verify_seal(self._files, path)
        except CrmError:
            return False

    def _record(self, path: Path) -> StoreRecord | None:
        descriptor = self._files.open(path, READ)
        try:
            return record_of(self._files, descriptor)
        finally:
            self._files.close(descriptor)

    def differing_records(self, snapshot: Path, known: list[Problem]) -> None:
        """Where the snapshot is not as it was written: which records the journals have otherwise, and their place."""
        if snapshot not in {problem.file for problem in known}:
            return
        try:
            differing = set(Salvage(self._files, self._folder).read().differing)
            descriptor = self._files.open(snapshot, READ)
        except (CrmError, OSError):
            return  # What is wrong has been told; this would only have said more.
        try:
            for piece in pieces(self._files, descriptor):
                if piece.identifier is not None and (piece.table, piece.identifier) in differing:
                    sentence = _("{table} {id} is not what the journals say of it.")
                    message = sentence.format(table=piece.table, id=piece.identifier)
                    self.report.problems.append(Problem(snapshot, piece.place, message))
        finally:
            self._files.close(descriptor)


def check_copy(files: FileCalls, path: Path, store: str) -> DeepReport:
    """Check one backup that lies elsewhere."""
    work = _DeepCheck(files, path.parent, set())
    work.backup(path, store)
    return work.report
