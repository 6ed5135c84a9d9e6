"""Saving what can be read of a damaged shop into a new one, and listing what cannot. The originals are only read.

The newest base that is sound to the last byte (the snapshot, or a backup with its checksum) is taken as it is, and the
journal lines behind it are applied. Where there is none, the journals are replayed from the first line there is, and a
damaged snapshot fills in what they do not tell. Each line of a journal has a checksum of its own, so damage costs the
line it is in; what follows is applied all the same, and told where it does not fit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from locales import _
from store.engine import codec, journal
from store.engine.diff import apply, same, unit_value
from store.engine.files import READ, FileCalls
from store.engine.generation import BACKUPS, CLOSED, POINTER, Pointer, generation_of, journal_path, shop_path
from store.engine.plain import pieces, read_store, record_of
from store.engine.rewrite import KEY
from store.engine.sealing import SEAL_TABLE, checksum, verify_copy
from store.engine.snapshot import StoreRecord
from store.errors import CrmError, ShopMissing

Key = tuple[str, int]
Documents = dict[Key, bytes]


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes that could not be read, or a line that could not be applied.

    Attributes:
        records: tables and ids of the records that they were about, as far as that can be told.
        recovered: whether all of these are in the new shop from elsewhere.
    """

    file: Path
    start: int
    end: int
    records: tuple[Key, ...]
    message: str
    recovered: bool = False


@dataclass
class Salvaged:
    """What was saved.

    Attributes:
        base: the file it was begun with; None where the journals were replayed from nothing.
        lost: what could not be read or applied.
        differing: records that a base which is not known to be sound has otherwise than the journals.
        notes: what is to be known besides.
        lines: how many journal lines were applied.
    """

    documents: Documents = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)
    base: Path | None = None
    lost: list[Lost] = field(default_factory=list)
    differing: list[Key] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: int = 0


@dataclass(slots=True)
class _Base:
    """A snapshot or a backup: up to which line it goes, and whether it is sound to the last byte."""

    path: Path
    seq: int
    sound: bool


class Salvage:
    """Reads one damaged shop."""

    def __init__(self, files: FileCalls, folder: Path) -> None:
        """Args: folder is the damaged shop's.

        Raises:
            ShopMissing: nothing in it is a shop's.
        """
        self._files = files
        self._folder = folder
        self._pointer = self._read_pointer()
        self._journals = sorted(self._numbered((folder / CLOSED, folder), "journal"))
        self._snapshots = sorted(self._numbered((folder,), "shop"))
        self._backups = self._plain_files(folder / BACKUPS)
        if not (self._journals or self._snapshots or self._backups or POINTER in self._names(folder)):
            raise ShopMissing(_("There is no shop in {path}.").format(path=folder), file=str(folder))
        self._store = self._whose()
        self._in_doubt = False
        self._found = Salvaged()

    # Which files there are, and whose

    def _names(self, folder: Path) -> list[str]:
        return self._files.names(folder) if self._files.is_folder(folder) else []

    def _numbered(self, folders: tuple[Path, ...], kind: str) -> Iterator[tuple[int, Path]]:
        for folder in folders:
            for name in self._names(folder):
                number = generation_of(name)
                if number is not None and name.startswith(kind):
                    yield number, folder / name

    def _plain_files(self, folder: Path) -> list[Path]:
        return [folder / name for name in self._names(folder) if name.endswith(".json") and name[0] != "."]

    def _bytes(self, path: Path, size: int) -> bytes:
        with contextlib.suppress(OSError):
            descriptor = self._files.open(path, READ)
            try:
                return self._files.read_at(descriptor, size, 0)
            finally:
                self._files.close(descriptor)
        return b""

    def _read_pointer(self) -> Pointer | None:
        try:
            return msgspec.json.decode(self._bytes(self._folder / POINTER, 4096), type=Pointer)
        except (ValueError, RecursionError):
            return None

    def _header(self, path: Path) -> journal.Header | None:
        text = self._bytes(path, 4096)
        return journal.read_header(text[: text.find(b"\n") + 1])

    def _record(self, path: Path) -> StoreRecord | None:
        text = self._bytes(path, 1 << 16)
        return read_store(text[: text.find(b"\n") + 1])

    def _whose(self) -> str:
        """The identity that most files agree on."""
        said: list[str] = [self._pointer.store] if self._pointer is not None else []
        said += [header.store for _n, path in self._journals if (header := self._header(path)) is not None]
        said += [record.store for _n, path in self._snapshots if (record := self._record(path)) is not None]
        said = said or [record.store for path in self._backups if (record := self._record(path)) is not None]
        return max(said, key=said.count, default="")

    # The bases

    def _bases(self) -> list[_Base]:
        """Snapshots, and backups as far as they are needed, newest first."""
        found = [self._snapshot_base(number, path) for number, path in self._snapshots]
        dated = [(record.seq, path) for path in self._backups if (record := self._record(path)) is not None]
        for seq, path in sorted(dated, reverse=True):
            record = self._record(path)
            if record is not None and record.store == self._store:
                base = _Base(path, seq, self._is_sound_backup(path))
                found.append(base)
                if base.sound:
                    break
        return sorted(found, key=lambda base: (base.seq, base.sound), reverse=True)

    def _snapshot_base(self, number: int, path: Path) -> _Base:
        record = self._record(path)
        seq = -1
        if record is not None and record.store == self._store:
            seq = record.seq
        else:
            for other, beside in self._journals:
                header = self._header(beside) if other == number else None
                seq = header.first - 1 if header is not None else seq
        pointer = self._pointer
        sound = False
        if pointer is not None and record is not None and pointer.generation == number:
            sound = self._checksum(path) == (pointer.snapshot_size, pointer.snapshot_crc)
        return _Base(path, seq, sound)

    def _checksum(self, path: Path) -> tuple[int, int]:
        descriptor = self._files.open(path, READ)
        try:
            size = self._files.size(descriptor)
            return size, checksum(self._files, descriptor, size)
        finally:
            self._files.close(descriptor)

    def _is_sound_backup(self, path: Path) -> bool:
        try:
            return verify_copy(self._files, path).sealed
        except (CrmError, OSError):
            return False

    # Reading

    def read(self) -> Salvaged:
        """All that can be read."""
        found = self._found
        bases = self._bases()
        start = next((base for base in bases if base.sound), None)
        earliest = 0 if start is None else start.seq
        waiting = [base for base in bases if not base.sound and base.seq >= earliest]
        undated = [base for base in bases if base.seq < 0]
        if start is not None:
            found.base = start.path
            found.documents = self._documents(start)
        position = start.seq if start is not None else 0
        if start is None and not self._begins_at_first():
            self._in_doubt = True
        for path in self._journals_behind(position):
            position = self._read_journal(path, position, waiting)
        for base in (*reversed(waiting), *undated):
            self._fill_in(base)
        self._look_for_what_is_named()
        self._settle()
        return found

    def _begins_at_first(self) -> bool:
        header = self._header(self._journals[0][1]) if self._journals else None
        return header is not None and header.first == 1

    def _journals_behind(self, seq: int) -> list[Path]:
        """The journals in which lines behind `seq` may stand."""
        firsts = [(path, self._header(path)) for _number, path in self._journals]
        found = []
        for place, (path, _header) in enumerate(firsts):
            behind = [header.first for _path, header in firsts[place + 1 :] if header is not None]
            if not behind or behind[0] > seq + 1:
                found.append(path)
        return found

    def _documents(self, base: _Base) -> Documents:
        """The documents of a base; what cannot be read of it is listed."""
        found: Documents = {}
        descriptor = self._files.open(base.path, READ)
        try:
            record = record_of(self._files, descriptor)
            if record is not None:
                self._found.next_ids = {
                    name: max(number, self._found.next_ids.get(name, 1))
                    for name, number in record.next_ids.items()
                } | {
                    name: number
                    for name, number in self._found.next_ids.items()
                    if name not in record.next_ids
                }
            ended = False
            for piece in pieces(self._files, descriptor):
                ended = piece.kind == "end"
                if piece.kind == "document" and piece.identifier is not None and piece.table != SEAL_TABLE:
                    found[piece.table, piece.identifier] = piece.raw
                elif piece.kind == "bad" and piece.table != SEAL_TABLE:
                    about = ((piece.table, piece.identifier),) if piece.identifier is not None else ()
                    self._lose(base.path, piece.offset, piece.end, about, _("this cannot be read"))
            size = self._files.size(descriptor)
            if not ended:
                self._lose(base.path, size, size, (), _("the file ends too early"))
        finally:
            self._files.close(descriptor)
        return found

    def _lose(self, path: Path, start: int, end: int, records: tuple[Key, ...], message: str) -> None:
        self._found.lost.append(Lost(path, start, end, tuple(dict.fromkeys(records)), message))

    def _fill_in(self, base: _Base) -> None:
        """Take from a base that is not known to be sound what the journals do not tell."""
        documents = self._found.documents
        before = len(self._found.lost)
        found = self._documents(base)
        self._found.notes.append(
            _("{file} was used, though it is not known to be sound.").format(file=base.path)
        )
        whole = len(self._found.lost) == before
        if whole and (self._in_doubt or not documents):
            documents.clear()
            documents.update(found)
            self._in_doubt = False
            return
        for key, raw in found.items():
            if key not in documents or self._in_doubt:
                documents[key] = raw
            elif documents[key] != raw:
                self._found.differing.append(key)
                sentence = _("{table} {id} is taken from the journals; {file} has it otherwise.")
                self._found.notes.append(sentence.format(table=key[0], id=key[1], file=base.path))

    # Journals

    def _read_journal(self, path: Path, position: int, waiting: list[_Base]) -> int:
        """Apply what stands in a journal behind line `position`; returns the last line known."""
        header = self._header(path)
        if header is not None and header.store != self._store:
            self._found.notes.append(_("{file} belongs to another shop and was left out.").format(file=path))
            return position
        group: list[tuple[int, bytes, journal.Line]] = []
        for offset, text, line in self._lines(path, position, headed=header is not None):
            while waiting and waiting[-1].seq < line.seq:
                position = max(position, waiting[-1].seq)
                self._fill_in(waiting.pop())
            if line.seq != position + 1:
                self._gap(path, offset, position, line.seq)
            position = line.seq
            group.append((offset, text, line))
            if not line.more:
                self._apply(path, group)
                group = []
        if group:
            start, end = group[0][0], group[-1][0] + len(group[-1][1])
            self._lose(path, start, end, (), _("the end of this action was never confirmed"))
        return position

    def _lines(self, path: Path, position: int, *, headed: bool) -> Iterator[tuple[int, bytes, journal.Line]]:
        """The sound lines of a journal behind line `position`; the others are listed."""
        descriptor = self._files.open(path, READ)
        try:
            size = self._files.size(descriptor)
            if size == 0:
                self._lose(path, 0, 0, (), _("the file is empty"))
            for offset, text in journal.split_lines(self._files, descriptor, 0, size):
                line = journal.read_line(text)
                if line is not None and line.seq > position:
                    yield offset, text, line
                elif line is None and (offset > 0 or not headed):
                    self._unsound(path, offset, text)
        finally:
            self._files.close(descriptor)

    def _unsound(self, path: Path, offset: int, text: bytes) -> None:
        about = tuple((_plain(found[1]), int(found[2])) for found in KEY.finditer(text))
        self._lose(path, offset, offset + len(text), about, _("the checksum of this line is wrong"))
        self._in_doubt = True

    def _gap(self, path: Path, offset: int, before: int, after: int) -> None:
        if not any(lost.file == path and lost.end == offset for lost in self._found.lost):
            sentence = _("lines {first} to {last} are missing before it")
            self._lose(path, offset, offset, (), sentence.format(first=before + 1, last=after - 1))
        self._in_doubt = True

    def _apply(self, path: Path, group: list[tuple[int, bytes, journal.Line]]) -> None:
        """Bring the documents up to one action."""
        for offset, text, line in group:
            self._found.lines += 1
            unknown: list[Key] = []
            for table, identifier, raw_before, raw_after in line.changes:
                if not self._change((table, identifier), bytes(raw_before), bytes(raw_after), path, offset):
                    unknown.append((table, identifier))
            if unknown:
                message = _("it changes records of which nothing else is left")
                self._lose(path, offset, offset + len(text), tuple(unknown), message)
        for name, kept in group[-1][2].tables.items():
            if not kept:
                for key in [key for key in self._found.documents if key[0] == name]:
                    del self._found.documents[key]

    def _change(self, key: Key, before: bytes, after: bytes, path: Path, offset: int) -> bool:
        """Apply one change; False where the record that it changes is not known."""
        documents = self._found.documents
        self._found.next_ids[key[0]] = max(self._found.next_ids.get(key[0], 1), key[1] + 1)
        if after == b"null":
            documents.pop(key, None)
        elif before == b"null":
            documents[key] = after
        elif key not in documents:
            return False
        else:
            document, old = codec.decode(documents[key]), codec.decode(before)
            if self._in_doubt and not all(same(unit_value(document, unit), old[unit]) for unit in old):
                sentence = _(
                    "{table} {id}: what stood there before is lost, the later value was taken ({file}, byte {byte})."
                )
                self._found.notes.append(sentence.format(table=key[0], id=key[1], file=path, byte=offset))
            documents[key] = codec.encode(apply(document, old, codec.decode(after)))
        return True

    # The end

    def _look_for_what_is_named(self) -> None:
        """List the pointer where it cannot be read, and the files that it names and that are not there."""
        path = self._folder / POINTER
        if self._pointer is None:
            size = len(self._bytes(path, 4096))
            self._lose(path, 0, size, (), _("it is missing or cannot be read; the other files say as much"))
            return
        for kind, numbered in ((shop_path, self._snapshots), (journal_path, self._journals)):
            if self._pointer.generation not in [number for number, _path in numbered]:
                self._lose(kind(self._folder, self._pointer.generation), 0, 0, (), _("the file is missing"))

    def _settle(self) -> None:
        """See which of the records that were lost somewhere are there from elsewhere."""
        documents = self._found.documents
        self._found.lost = [
            Lost(
                lost.file, lost.start, lost.end, lost.records, lost.message,
                # What the pointer says the other files say as well.
                all(key in documents for key in lost.records)
                and (bool(lost.records) or (lost.file.name == POINTER and bool(documents))),
            )
            for lost in self._found.lost
        ]  # fmt: skip


def _plain(table: bytes) -> str:
    return table.decode("utf-8", "replace")
