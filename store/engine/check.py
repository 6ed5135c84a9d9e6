"""Reading everything once and telling what is wrong, without changing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from locales import _
from store.engine import codec, journal, plain, recovery
from store.engine.files import READ, FileCalls
from store.engine.generation import CLOSED, POINTER, generation_of, open_generation
from store.engine.snapshot import Seal, documents_of, scan_snapshot
from store.engine.table_documents import LARGEST_ID
from store.errors import CrmError, ShopDamaged


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, and a sentence that tells what."""

    file: Path
    byte: int
    message: str


@dataclass(slots=True)
class CheckReport:
    """What a check read, and what it found.

    Attributes:
        problems: empty when all is well.
        documents: how many documents of the snapshot were read.
        lines: how many journal lines were read, closed journals included.
        actions: how many actions these lines make up.
    """

    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    lines: int = 0
    actions: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check_shop(files: FileCalls, folder: Path) -> CheckReport:
    """Check the current generation and all closed journals of a shop."""
    report = CheckReport()
    try:
        generation = open_generation(files, folder, writable=False)
    except CrmError as error:
        report.problems.append(_problem(error, folder / POINTER))
        return report
    try:
        pointer = generation.pointer
        stated = Seal(pointer.snapshot_size, pointer.snapshot_crc)
        _check_snapshot(files, generation.snapshot, generation.snapshot_path, stated, report)
        _check_journal(files, generation.journal, generation.journal_path, pointer.store, report)
    finally:
        generation.close()
    for path in _closed(files, folder):
        descriptor = files.open(path, READ)
        try:
            _check_journal(files, descriptor, path, pointer.store, report)
        finally:
            files.close(descriptor)
    return report


def _closed(files: FileCalls, folder: Path) -> Iterator[Path]:
    """The closed journals, oldest first."""
    closed = folder / CLOSED
    if files.is_folder(closed):
        numbered = [(generation_of(name), name) for name in files.names(closed)]
        for _number, name in sorted((number, name) for number, name in numbered if number is not None):
            yield closed / name


def _check_snapshot(files: FileCalls, descriptor: int, path: Path, stated: Seal, report: CheckReport) -> None:
    """Every document of a snapshot must be JSON, and the whole as it was written."""
    try:
        _record, tables, seal = scan_snapshot(files, descriptor, path)
        if seal != stated:
            place = min(seal.size, stated.size)
            report.problems.append(Problem(path, place, _("Another program changed it.")))
        for places in tables.values():
            documents = documents_of(files, descriptor, places, path)
            for (_id, place, _length), (_identifier, raw) in zip(places, documents, strict=True):
                report.documents += 1
                try:
                    codec.decode(raw)
                except ValueError:
                    report.problems.append(Problem(path, place, _("This record cannot be read.")))
    except ShopDamaged as error:
        report.problems.append(_problem(error, path))


def _check_journal(files: FileCalls, descriptor: int, path: Path, store: str, report: CheckReport) -> None:
    """Every line must be sound and follow the one before."""
    header = journal.read_header(files.read_at(descriptor, 4096, 0).split(b"\n")[0] + b"\n")
    if header is None:
        report.problems.append(Problem(path, 0, _("Its first line is not sound.")))
        return
    if header.store != store:
        report.problems.append(Problem(path, 0, _("It belongs to another shop.")))
        return
    start = len(journal.header_line(header))
    size = files.size(descriptor)
    action = None
    try:
        for stretch in journal.committed(files, descriptor, start, size, header.first):
            report.lines += len(stretch.lines)
            report.actions += 1
            action = stretch.closing.action
            if not _makes_sense(stretch):
                message = _("What this line says cannot be understood.")
                report.problems.append(Problem(path, stretch.start, message))
    except journal.BadLine as bad:
        try:
            after = action + 1 if action is not None else _first_action(files, descriptor, start)
            recovery.judge_tail(files, descriptor, path, bad.offset, size, after)
        except ShopDamaged as error:
            report.problems.append(_problem(error, path))


def _makes_sense(stretch: journal.Stretch) -> bool:
    """Whether the lines of an action, whose checksums are right, say what happened to documents."""
    try:
        for line in stretch.lines:
            for _table, identifier, before, after in line.changes:
                parts = [journal.snapshot_text(raw) for raw in (before, after)]
                sound = all(part is None or plain.is_document(part) for part in parts)
                if not sound or abs(identifier) >= LARGEST_ID:
                    return False
        return type(codec.decode(stretch.closing.meta)) is dict
    except ValueError:
        return False


def _first_action(files: FileCalls, descriptor: int, start: int) -> int:
    """The number of the first action of a journal, when its first line can be read."""
    size = files.size(descriptor)
    _offset, line = next(journal.split_lines(files, descriptor, start, size))
    head = journal.read_head(line)
    return head.action if head is not None else -1


def _problem(error: CrmError, path: Path) -> Problem:
    file, byte = error.details.get("file"), error.details.get("byte")
    return Problem(Path(str(file)) if file else path, byte if isinstance(byte, int) else 0, error.message)
