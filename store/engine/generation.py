"""Generations: a snapshot and the journal after it, and the small file that says which of them counts.

A new generation is new files and then the pointer, replaced in one step; a file that a colleague
holds open is never written over.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from locales import _
from store.engine import journal
from store.engine.files import CREATE, READ, READ_WRITE, FileCalls, Identity
from store.engine.places import Places
from store.engine.snapshot import (
    FORMAT,
    Seal,
    StoreRecord,
    Tables,
    read_record,
    write_snapshot,
    write_whole,
)
from store.engine.trouble import DENIED, damaged, from_system, told
from store.errors import NewerFormat, ShopDamaged, ShopMissing, ShopUnusable

POINTER = "current"
LOCK = "lock"
COMPACTING = "compacting"
"""The lock of who compacts beside the work, see `store.engine.background`."""
FORGETTING = "forgetting"
"""The lock of who rewrites files of earlier days."""
CLOSED = "journals"
BACKUPS = "backups"
_NAME = re.compile(r"(shop|journal)-(\d+)\.jsonl?")
_ATTEMPTS = 50


class Pointer(msgspec.Struct, frozen=True):
    """What the pointer file says: the generation that counts, and the seal of its snapshot."""

    format: int
    generation: int
    store: str
    snapshot_size: int
    snapshot_crc: int


def shop_path(folder: Path, generation: int) -> Path:
    """The snapshot of a generation."""
    return folder / f"shop-{generation}.json"


def journal_path(folder: Path, generation: int) -> Path:
    """The journal of the generation that counts."""
    return folder / f"journal-{generation}.jsonl"


def closed_path(folder: Path, generation: int) -> Path:
    """The journal of an earlier generation."""
    return folder / CLOSED / f"journal-{generation}.jsonl"


def generation_of(name: str) -> int | None:
    """The generation that a file name belongs to; None for any other file."""
    found = _NAME.fullmatch(name)
    return int(found[2]) if found else None


@dataclass(slots=True)
class Generation:
    """The open files of one generation."""

    files: FileCalls
    folder: Path
    pointer: Pointer
    identity: Identity
    writable: bool
    record: StoreRecord
    start: int = 0
    descriptors: dict[str, int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Which generation it is."""
        return self.pointer.generation

    @property
    def snapshot(self) -> int:
        """The descriptor of the snapshot."""
        return self.descriptors["snapshot"]

    @property
    def journal(self) -> int:
        """The descriptor of the journal."""
        return self.descriptors["journal"]

    @property
    def snapshot_path(self) -> Path:
        """The snapshot's path."""
        return shop_path(self.folder, self.number)

    @property
    def journal_path(self) -> Path:
        """The journal's path, as long as this generation counts."""
        return journal_path(self.folder, self.number)

    def moved(self, path: Path) -> ShopUnusable:
        """What to say where another file bears the name of one that is open."""
        sentence = _(
            "{path} is not the file that was opened: another program moved or replaced it. Close the shop and open "
            "it again."
        )
        return ShopUnusable(sentence.format(path=path), file=str(path))

    def require_in_place(self) -> None:
        """See that the journal that is open still bears its name: otherwise others read and write another one.

        Raises:
            ShopUnusable: it does not, though its generation counts.
        """
        with contextlib.suppress(FileNotFoundError):
            if self.files.identity(self.journal_path) == self.files.identity_of(self.journal):
                return
        # Another process may have gone over to a new generation right now.
        with contextlib.suppress(FileNotFoundError):
            if self.files.identity(self.folder / POINTER) == self.identity:
                raise self.moved(self.journal_path)

    def release_snapshot(self) -> int:
        """The snapshot's descriptor, which is somebody else's to close from now on."""
        return self.descriptors.pop("snapshot")

    def close(self) -> None:
        """Let go of all files."""
        while self.descriptors:
            self.files.close(self.descriptors.popitem()[1])


def open_generation(files: FileCalls, folder: Path, *, writable: bool) -> Generation:
    """Open the generation that counts. It is opened for reading only where writing is not allowed.

    Raises:
        ShopMissing: there is no pointer.
        NewerFormat, ShopDamaged, NoRights: its files cannot be used.
    """
    for attempt in range(_ATTEMPTS):
        found = _open_pointer(files, folder, writable=writable)
        try:
            _open_files(found)
        except FileNotFoundError as error:
            found.close()
            # Another process may have replaced the generation between two of our steps: then look again.
            if files.identity(folder / POINTER) == found.identity or attempt == _ATTEMPTS - 1:
                sentence = _("The shop in {path} is incomplete: its file {name} is missing.")
                name = Path(str(error.filename)).name
                raise ShopDamaged(
                    sentence.format(path=folder, name=name), file=str(error.filename), byte=0
                ) from error
        except BaseException:
            found.close()
            raise
        else:
            return found
    raise AssertionError(folder)


def _open_pointer(files: FileCalls, folder: Path, *, writable: bool) -> Generation:
    path = folder / POINTER
    try:
        descriptor = files.open(path, READ)
    except (FileNotFoundError, NotADirectoryError):
        raise ShopMissing(_("There is no shop in {path}.").format(path=folder), file=str(folder)) from None
    except OSError as error:
        raise from_system(error, path, writing=False) from error
    try:
        text = files.read_at(descriptor, 4096, 0)
        try:
            stated = msgspec.json.decode(text, type=dict[str, object])
            version = stated.get("format")
            if isinstance(version, int) and version > FORMAT:
                raise _newer(path, version)
            pointer = msgspec.convert(stated, Pointer)
        except (ValueError, RecursionError):
            raise damaged(path, 0, _("this is not how the program writes it.")) from None
        identity = files.identity_of(descriptor)
    except BaseException:
        files.close(descriptor)
        raise
    found = Generation(files, folder, pointer, identity, writable, StoreRecord(0, 0, "", 0, 0, {}))
    if files.replaces_open_files:
        # Held open, so that its inode is not given to the next pointer, which would then look like this one.
        found.descriptors["pointer"] = descriptor
    else:
        files.close(descriptor)
    return found


def _newer(path: Path, version: int) -> NewerFormat:
    sentence = _(
        "{path} was written by a newer version of this program (format {found}, this one knows {known})."
    )
    return NewerFormat(
        sentence.format(path=path, found=version, known=FORMAT), file=str(path), format=version
    )


def _open_files(found: Generation) -> None:
    """Open snapshot and journal and see that they belong together."""
    files, pointer = found.files, found.pointer
    try:
        found.descriptors["journal"] = files.open(found.journal_path, READ_WRITE if found.writable else READ)
    except OSError as error:
        if not found.writable or error.errno not in DENIED:
            _raise_told(error, found.journal_path)
        found.writable = False
        with told_unless_missing(found.journal_path):
            found.descriptors["journal"] = files.open(found.journal_path, READ)
    with told_unless_missing(found.snapshot_path):
        found.descriptors["snapshot"] = files.open(found.snapshot_path, READ)
    with told(found.journal_path):
        text = files.read_at(found.journal, 4096, 0)
    line = text[: text.find(b"\n") + 1]
    header = journal.read_header(line)
    if header is None:
        raise damaged(found.journal_path, 0, _("its first line is not sound."))
    if header.format > FORMAT:
        raise _newer(found.journal_path, header.format)
    found.start = len(line)
    found.record = read_record(files, found.snapshot, found.snapshot_path)
    whose = {(pointer.store, pointer.generation), (header.store, header.generation)}
    whose.add((found.record.store, found.record.generation))
    if len(whose) != 1 or header.first != found.record.seq + 1:
        sentence = _("The files in {path} do not belong together: {names}. Nothing was changed.")
        names = f"{POINTER}, {found.snapshot_path.name}, {found.journal_path.name}"
        raise ShopDamaged(
            sentence.format(path=found.folder, names=names), file=str(found.journal_path), byte=0
        )


@contextlib.contextmanager
def told_unless_missing(path: Path) -> Iterator[None]:
    """Turn an `OSError` into a sentence, but let a missing file be seen as one."""
    try:
        yield
    except OSError as error:
        _raise_told(error, path)


def _raise_told(error: OSError, path: Path) -> None:
    if isinstance(error, FileNotFoundError):
        raise error
    raise from_system(error, path, writing=False) from error


def create_generation(
    files: FileCalls, folder: Path, record: StoreRecord, tables: Tables
) -> tuple[Pointer, dict[str, Places]]:
    """Make the files of a new generation and let the pointer name it. Called under the lock.

    Raises:
        OSError: as the system says; unless the pointer was replaced already, the old generation still counts.
    """
    snapshot_path = shop_path(folder, record.generation)
    new_journal = journal_path(folder, record.generation)
    for path in (snapshot_path, new_journal):
        with contextlib.suppress(FileNotFoundError):
            files.unlink(path)
    header = journal.Header(record.format, record.store, record.generation, record.seq + 1)
    _write_new(files, new_journal, journal.header_line(header))
    # The journal's name must be there before the snapshot's: a snapshot that lies alone is somebody's own file.
    files.sync_folder(folder)
    seal, places = write_snapshot(files, snapshot_path, record, tables)
    files.sync_folder(folder)
    pointer = write_pointer(files, folder, record, seal)
    return pointer, places


class UnsureError(OSError):
    """The pointer was replaced, but the disk did not confirm its name: a power cut may bring back the old one."""


def write_pointer(files: FileCalls, folder: Path, record: StoreRecord, seal: Seal) -> Pointer:
    """Replace the pointer in one step; from then on the record's generation counts.

    Raises:
        UnsureError: it was replaced, for now.
        OSError: it was not.
    """
    pointer = Pointer(record.format, record.generation, record.store, seal.size, seal.crc)
    temporary = folder / f"{POINTER}.tmp"
    with contextlib.suppress(FileNotFoundError):
        files.unlink(temporary)
    _write_new(files, temporary, msgspec.json.encode(pointer) + b"\n")
    files.rename(temporary, folder / POINTER)
    try:
        files.sync_folder(folder)
    except OSError as error:
        raise UnsureError(error.errno, error.strerror, str(folder)) from error
    return pointer


def _write_new(files: FileCalls, path: Path, data: bytes) -> None:
    """Make a file with these bytes, on the disk when this returns."""
    descriptor = files.open(path, CREATE)
    try:
        write_whole(files, descriptor, data, 0)
        files.sync(descriptor)
    finally:
        files.close(descriptor)


def not_a_shop(folder: Path) -> ShopUnusable:
    """The folder holds other things than a shop."""
    sentence = _("{path} is no shop and is not empty either; name another folder.")
    return ShopUnusable(sentence.format(path=folder), file=str(folder))
