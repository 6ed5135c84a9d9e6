"""Saving what can be read of a damaged shop into a new one, and listing what cannot. The originals are only read.

The newest base that is sound to the last byte (the snapshot, or a backup with its checksum) is taken as it is, and the
journal lines behind it are applied. Where there is none, the journals are replayed from the first line there is, and a
damaged snapshot fills in what they do not tell. Each line of a journal has a checksum of its own, so damage costs the
line it is in; what follows is applied all the same, and told where it does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from locales import _
from store.engine import codec, journal, tails
from store.engine.diff import apply, same, unit_value
from store.engine.files import READ, FileCalls
from store.engine.generation import POINTER, journal_path, shop_path
from store.engine.plain import pieces, record_of
from store.engine.rewrite import KEY
from store.engine.salvage_files import Base, ShopFiles
from store.engine.sealing import SEAL_TABLE

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


@dataclass(frozen=True, slots=True)
class Unsure:
    """A record with a later value although what stood there before is lost: what lay between is not known."""

    table: str
    id: int
    units: tuple[str, ...]
    file: Path
    byte: int


@dataclass
class Salvaged:
    """What was saved.

    Attributes:
        base: the file it was begun with; None where the journals were replayed from nothing.
        lost: what could not be read or applied.
        differing: records that a base which is not known to be sound has otherwise than the journals.
        notes: what is to be known besides.
        unsure: records of which a later value was taken though the one before is lost.
        lines: how many journal lines were applied.
        actions: how many actions of the history came over.
    """

    documents: Documents = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)
    base: Path | None = None
    lost: list[Lost] = field(default_factory=list)
    differing: list[Key] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    lines: int = 0
    actions: int = 0


class Salvage:
    """Reads one damaged shop."""

    def __init__(self, files: FileCalls, folder: Path) -> None:
        """Args: folder is the damaged shop's.

        Raises:
            ShopMissing: nothing in it is a shop's.
        """
        self._files = files
        self._folder = folder
        self._shop = ShopFiles(files, folder)
        self._in_doubt = False
        self._found = Salvaged()

    # Reading

    def read(self) -> Salvaged:
        """All that can be read."""
        found = self._found
        bases = self._shop.bases()
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
        self._list_set_aside()
        self._settle()
        return found

    def _begins_at_first(self) -> bool:
        header = self._shop.header(self._shop.journals[0][1]) if self._shop.journals else None
        return header is not None and header.first == 1

    def _journals_behind(self, seq: int) -> list[Path]:
        """The journals in which lines behind `seq` may stand."""
        firsts = [(path, self._shop.header(path)) for _number, path in self._shop.journals]
        found = []
        for place, (path, _header) in enumerate(firsts):
            behind = [header.first for _path, header in firsts[place + 1 :] if header is not None]
            if not behind or behind[0] > seq + 1:
                found.append(path)
        return found

    def _documents(self, base: Base) -> Documents:
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

    def _fill_in(self, base: Base) -> None:
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

    def _read_journal(self, path: Path, position: int, waiting: list[Base]) -> int:
        """Apply what stands in a journal behind line `position`; returns the last line known."""
        header = self._shop.header(path)
        if header is not None and header.store != self._shop.store:
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
            other = tuple(unit for unit in old if not same(unit_value(document, unit), old[unit]))
            if self._in_doubt and other:
                self._found.unsure.append(Unsure(*key, other, path, offset))
            documents[key] = codec.encode(apply(document, old, codec.decode(after)))
        return True

    # The end

    def _look_for_what_is_named(self) -> None:
        """List the pointer where it cannot be read, and the files that it names and that are not there."""
        path = self._folder / POINTER
        if self._shop.pointer is None:
            size = len(self._shop.bytes_of(path, 4096))
            self._lose(path, 0, size, (), _("it is missing or cannot be read; the other files say as much"))
            return
        for kind, numbered in ((shop_path, self._shop.snapshots), (journal_path, self._shop.journals)):
            if self._shop.pointer.generation not in [number for number, _path in numbered]:
                self._lose(
                    kind(self._folder, self._shop.pointer.generation), 0, 0, (), _("the file is missing")
                )

    def _list_set_aside(self) -> None:
        """List what was set aside: its records have got other numbers since, or their numbers to others."""
        for one in tails.all_set_aside(self._files, self._folder):
            text = self._shop.bytes_of(one.path, 1 << 30)
            about = tuple((_plain(found[1]), int(found[2])) for found in KEY.finditer(text))
            message = _("the end of this action was never confirmed")
            if one.is_damaged:
                message = _("this action is there to its end but not whole, and was set aside")
            self._lose(one.path, 0, len(text), about, message)

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
