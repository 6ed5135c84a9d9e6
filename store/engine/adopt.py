"""A new shop: in an empty folder, or from a stock TinyDB JSON file that lies there alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from locales import _
from store.engine import codec
from store.engine.drives import require_local
from store.engine.files import CREATE, READ, FileCalls
from store.engine.generation import (
    BACKUPS,
    CLOSED,
    COMPACTING,
    FORGETTING,
    LOCK,
    POINTER,
    create_generation,
    generation_of,
    journal_path,
    not_a_shop,
    shop_path,
)
from store.engine.lock import WriteLock
from store.engine.recovery import has_no_content
from store.engine.sealing import SEAL_TABLE
from store.engine.snapshot import FORMAT, STORE_TABLE, StoreRecord, write_whole
from store.engine.table_documents import LARGEST_ID
from store.engine.trouble import NotStorable, told
from store.errors import NoRights, ShopDamaged, ShopUnusable

OWN = frozenset(
    {
        LOCK,
        COMPACTING,
        FORGETTING,
        f"{POINTER}.tmp",
        CLOSED,
        BACKUPS,
        "cache",
        "drafts",
        "copies.jsonl",
        "erasing",
    }
)
"""Names in a shop's folder that hold no shop by themselves."""

_FIRST_SNAPSHOT = 4096
"""A new, empty shop's snapshot is smaller than this."""

Adopted = dict[str, dict[int, bytes]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder without a pointer holds."""

    generations: list[int] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """Whether a new, empty shop may be made here."""
        return not self.candidates and not self.strangers and not self.generations


def look(files: FileCalls, folder: Path) -> Found:
    """What is in a folder that has no pointer.

    Raises:
        NoRights: it cannot be looked into.
    """
    with told(folder):
        names = files.names(folder)
    journals = {generation_of(name) for name in names if name.startswith("journal")} - {None}
    found = Found()
    for name in names:
        number = generation_of(name)
        if number is not None and number in journals:
            if number not in found.generations:
                found.generations.append(number)
        elif name.endswith(".json"):
            found.candidates.append(name)
        elif name not in OWN:
            found.strangers.append(name)
    return found


def lone_file(files: FileCalls, folder: Path) -> str | None:
    """The name of the one TinyDB file in a folder that holds nothing else, as far as its name tells."""
    found = look(files, folder) if files.is_folder(folder) else Found()
    if found.generations or found.strangers or len(found.candidates) != 1:
        return None
    return found.candidates[0]


def make_shop(files: FileCalls, folder: Path, lock_timeout: float) -> None:
    """Make a shop in `folder`, which has no pointer, unless another process just did.

    Raises:
        ShopUnusable: the folder holds something else, or something that cannot be adopted.
        NoRights, NoRoom: it cannot be written.
    """
    if files.is_folder(folder):
        # Looked at before the lock is made: a folder of other things is left as it is.
        try:
            _plan(files, folder)
        except ShopUnusable:
            # What looked like half a shop may have been one in the making, which is whole by now.
            if POINTER not in files.names(folder):
                raise
    with told(folder, writing=True):
        files.make_folder(folder)
    require_local(files, folder)
    lock = WriteLock(files, folder / LOCK, lock_timeout)
    lock.acquire()
    try:
        with told(folder, writing=True):
            if POINTER not in files.names(folder):
                _make(files, folder)
    finally:
        lock.release()
        lock.close()


def _plan(files: FileCalls, folder: Path) -> str | None:
    """The file to adopt, or None for an empty shop.

    Raises:
        ShopUnusable: neither can be done.
    """
    found = look(files, folder)
    _require_no_loss(files, folder, found)
    if found.strangers or len(found.candidates) > 1:
        raise not_a_shop(folder)
    return found.candidates[0] if found.candidates else None


def require_no_loss(files: FileCalls, folder: Path) -> None:
    """See that a folder without a pointer holds nothing of a shop that is to be read.

    Raises:
        ShopDamaged: it is a shop that has lost its pointer.
        NoRights: it cannot be looked into.
    """
    if files.is_folder(folder):
        _require_no_loss(files, folder, look(files, folder))


def _require_no_loss(files: FileCalls, folder: Path, found: Found) -> None:
    for number in found.generations:
        # A first start that was cut short leaves an empty generation (or one made from the file that still lies
        # here); anything more is a shop that has lost its pointer.
        snapshot = shop_path(folder, number)
        if not has_no_content(files, journal_path(folder, number)) or (
            not found.candidates and _size(files, snapshot) >= _FIRST_SNAPSHOT
        ):
            sentence = _("The shop in {path} is incomplete: its file {name} is missing.")
            raise ShopDamaged(sentence.format(path=folder, name=POINTER), file=str(folder / POINTER), byte=0)


def holds_nothing(files: FileCalls, folder: Path) -> bool:
    """Whether a folder is empty, but for what a first start that was cut short may have left.

    Raises:
        NoRights: it cannot be looked into.
    """
    with told(folder):
        if any(files.is_folder(folder / name) for name in files.names(folder)):
            return False
    try:
        return _plan(files, folder) is None
    except NoRights:
        raise
    except ShopUnusable:
        return False


def _size(files: FileCalls, path: Path) -> int:
    try:
        descriptor = files.open(path, READ)
    except FileNotFoundError:
        return 0
    try:
        return files.size(descriptor)
    finally:
        files.close(descriptor)


def _make(files: FileCalls, folder: Path) -> None:
    name = _plan(files, folder)
    tables: Adopted = {}
    next_ids: dict[str, int] = {}
    generation = 1
    if name is not None:
        text = read_whole(files, folder / name)
        tables, next_ids = read_stock(text, folder / name)
        number = generation_of(name)
        if number is not None:
            # Its name is one of ours: keep a copy where nothing is ever swept, and begin behind it.
            _keep_copy(files, folder, name, text)
            generation = number + 1
    import secrets

    record = StoreRecord(FORMAT, generation, secrets.token_hex(16), 0, 0, next_ids)
    create_generation(files, folder, record, _ascending(tables))
    if name is None:
        files.sync_folder(folder.parent)


def _ascending(tables: Adopted) -> Iterable[tuple[str, Iterable[tuple[int, bytes]]]]:
    return [(name, sorted(documents.items())) for name, documents in tables.items()]


def read_whole(files: FileCalls, path: Path) -> bytes:
    """All bytes of a file."""
    descriptor = files.open(path, READ)
    try:
        pieces: list[bytes] = []
        place = 0
        while piece := files.read_at(descriptor, 1 << 20, place):
            pieces.append(piece)
            place += len(piece)
        return b"".join(pieces)
    finally:
        files.close(descriptor)


def _keep_copy(files: FileCalls, folder: Path, name: str, text: bytes) -> None:
    backups = folder / BACKUPS
    files.make_folder(backups)
    if name in files.names(backups):
        return
    descriptor = files.open(backups / name, CREATE)
    try:
        write_whole(files, descriptor, text, 0)
        files.sync(descriptor)
    finally:
        files.close(descriptor)
    files.sync_folder(backups)


def read_stock(text: bytes, path: Path) -> tuple[Adopted, dict[str, int]]:
    """Tables, documents and ids of a stock TinyDB file, and the next ids where it is a snapshot of ours.

    Raises:
        ShopUnusable: it is not what TinyDB writes, or holds what cannot be stored here.
    """
    try:
        content = codec.decode(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        byte = getattr(error, "pos", 0) if isinstance(error, json.JSONDecodeError) else 0
        raise _not_stock(path, byte) from error
    if not isinstance(content, dict):
        raise _not_stock(path, 0)
    record = content.pop(STORE_TABLE, None)
    content.pop(SEAL_TABLE, None)
    tables: Adopted = {}
    for name, documents in content.items():
        if not isinstance(documents, dict):
            raise _not_stock(path, 0)
        tables[name] = {_identifier(key, path): _document(item, path) for key, item in documents.items()}
    next_ids: dict[str, int] = {}
    if isinstance(record, dict):
        stated = record.get("1", {}).get("next_ids", {}) if isinstance(record.get("1"), dict) else {}
        next_ids = {name: value for name, value in stated.items() if isinstance(value, int)}
    return tables, next_ids


def _identifier(key: str, path: Path) -> int:
    digits = key.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or abs(int(key)) >= LARGEST_ID or str(int(key)) != key:
        raise _not_stock(path, 0)
    return int(key)


def _document(item: Any, path: Path) -> bytes:
    if not isinstance(item, dict):
        raise _not_stock(path, 0)
    try:
        return codec.encode_document(item)
    except NotStorable as error:
        sentence = _("{path} cannot be taken over: {reason}")
        raise ShopUnusable(sentence.format(path=path, reason=error.message), file=str(path)) from error


def _not_stock(path: Path, byte: int) -> ShopUnusable:
    sentence = _("{path} is no TinyDB file, so no shop can be made of it.")
    return ShopUnusable(sentence.format(path=path), file=str(path), byte=byte)
