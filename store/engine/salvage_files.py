"""Which files a damaged shop has, whose they are, and what a saving of it can begin with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from locales import _
from store.engine import journal
from store.engine.files import READ, FileCalls
from store.engine.generation import BACKUPS, CLOSED, POINTER, Pointer, generation_of
from store.engine.plain import read_store
from store.engine.sealing import checksum, verify_copy
from store.engine.snapshot import StoreRecord
from store.errors import CrmError, ShopMissing


@dataclass(slots=True)
class Base:
    """A snapshot or a backup: up to which line it goes, and whether it is sound to the last byte."""

    path: Path
    seq: int
    sound: bool


class ShopFiles:
    """The files of a shop that may be damaged; they are only read.

    Attributes:
        pointer: None where it cannot be read.
        journals: numbers and paths, in order.
        snapshots: likewise.
        store: the identity that most files agree on.
    """

    def __init__(self, files: FileCalls, folder: Path) -> None:
        """Args: folder is the damaged shop's.

        Raises:
            ShopMissing: nothing in it is a shop's.
        """
        self._files = files
        self._folder = folder
        self.pointer = self._read_pointer()
        self.journals = sorted(self._numbered((folder / CLOSED, folder), "journal"))
        self.snapshots = sorted(self._numbered((folder,), "shop"))
        self._backups = self._plain_files(folder / BACKUPS)
        if not (self.journals or self.snapshots or self._backups or POINTER in self._names(folder)):
            raise ShopMissing(_("There is no shop in {path}.").format(path=folder), file=str(folder))
        self.store = self._whose()

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

    def bytes_of(self, path: Path, size: int) -> bytes:
        """The first `size` bytes of a file; none where it cannot be read."""
        with contextlib.suppress(OSError):
            descriptor = self._files.open(path, READ)
            try:
                return self._files.read_at(descriptor, size, 0)
            finally:
                self._files.close(descriptor)
        return b""

    def _read_pointer(self) -> Pointer | None:
        try:
            return msgspec.json.decode(self.bytes_of(self._folder / POINTER, 4096), type=Pointer)
        except (ValueError, RecursionError):
            return None

    def header(self, path: Path) -> journal.Header | None:
        """The header of a journal; None where it is not sound."""
        text = self.bytes_of(path, 4096)
        return journal.read_header(text[: text.find(b"\n") + 1])

    def _record(self, path: Path) -> StoreRecord | None:
        text = self.bytes_of(path, 1 << 16)
        return read_store(text[: text.find(b"\n") + 1])

    def _whose(self) -> str:
        """The identity that most files agree on."""
        said: list[str] = [self.pointer.store] if self.pointer is not None else []
        said += [header.store for _n, path in self.journals if (header := self.header(path)) is not None]
        said += [record.store for _n, path in self.snapshots if (record := self._record(path)) is not None]
        said = said or [record.store for path in self._backups if (record := self._record(path)) is not None]
        return max(said, key=said.count, default="")

    def bases(self) -> list[Base]:
        """Snapshots, and backups as far as they are needed, newest first."""
        found = [self._snapshot_base(number, path) for number, path in self.snapshots]
        dated = [(record.seq, path) for path in self._backups if (record := self._record(path)) is not None]
        for seq, path in sorted(dated, reverse=True):
            record = self._record(path)
            if record is not None and record.store == self.store:
                base = Base(path, seq, self._is_sound_backup(path))
                found.append(base)
                if base.sound:
                    break
        return sorted(found, key=lambda base: (base.seq, base.sound), reverse=True)

    def _snapshot_base(self, number: int, path: Path) -> Base:
        record = self._record(path)
        seq = -1
        if record is not None and record.store == self.store:
            seq = record.seq
        else:
            for other, beside in self.journals:
                header = self.header(beside) if other == number else None
                seq = header.first - 1 if header is not None else seq
        pointer = self.pointer
        sound = False
        if pointer is not None and record is not None and pointer.generation == number:
            sound = self._checksum(path) == (pointer.snapshot_size, pointer.snapshot_crc)
        return Base(path, seq, sound)

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
