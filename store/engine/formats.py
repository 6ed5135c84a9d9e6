"""Older formats of the files: what was written is copied aside, then brought up to what this program writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from store.engine.engine import Engine
from store.engine.files import CREATE, READ, FileCalls
from store.engine.generation import BACKUPS, POINTER, journal_path, shop_path
from store.engine.snapshot import FORMAT, write_whole
from store.engine.trouble import told

Step = Callable[[str, bytes], bytes]
"""Gives a document of the next format: takes the table's name and the document's JSON bytes."""

STEPS: dict[int, Step] = {}
"""From each older format to the next one. Format 1 is the first, so there is none yet."""


def upgrade_when_older(files: FileCalls, folder: Path, *, read_only: bool, lock_timeout: float) -> None:
    """Bring a shop of an older format up to this program's; one that is opened for reading stays as it is."""
    version = stated_format(files, folder)
    if version is None or version >= FORMAT or version not in STEPS or read_only:
        return
    engine = Engine(folder, files, lock_timeout=lock_timeout)
    try:
        with engine.exclusive():
            # Another process may have done it while we waited for the lock.
            version = stated_format(files, folder)
            if version is not None and version < FORMAT:
                keep_copy(files, folder, version, engine.generation.number)
                engine.rewrite(lambda table, raw: _through(version, table, raw))
    finally:
        engine.close()


def _through(version: int, table: str, raw: bytes) -> bytes:
    while version < FORMAT:
        raw = STEPS[version](table, raw)
        version += 1
    return raw


def stated_format(files: FileCalls, folder: Path) -> int | None:
    """The format that the pointer states; None where that cannot be read (the engine will say why)."""
    try:
        descriptor = files.open(folder / POINTER, READ)
    except OSError:
        return None
    try:
        stated = msgspec.json.decode(files.read_at(descriptor, 4096, 0))
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        files.close(descriptor)
    version = stated.get("format") if isinstance(stated, dict) else None
    return version if isinstance(version, int) else None


def keep_copy(files: FileCalls, folder: Path, version: int, generation: int) -> Path:
    """Copy pointer, snapshot and journal into a folder of their own under `backups/`; returns that folder."""
    target = folder / BACKUPS / f"format-{version}"
    with told(target, writing=True):
        files.make_folder(folder / BACKUPS)
        files.make_folder(target)
        for path in (folder / POINTER, shop_path(folder, generation), journal_path(folder, generation)):
            if path.name not in files.names(target):
                _copy(files, path, target / path.name)
        files.sync_folder(target)
        files.sync_folder(folder / BACKUPS)
    return target


def _copy(files: FileCalls, source: Path, target: Path) -> None:
    reading = files.open(source, READ)
    try:
        writing = files.open(target, CREATE)
        try:
            place = 0
            while block := files.read_at(reading, 1 << 20, place):
                write_whole(files, writing, block, place)
                place += len(block)
            files.sync(writing)
        finally:
            files.close(writing)
    finally:
        files.close(reading)
