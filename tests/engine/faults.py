"""File calls that count, fail or stop, for the engine's tests."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from store.engine import Database, FileCalls, open_database

Hook = Callable[[str, "WatchedFiles"], None]

CHANGING = ("open", "write_at", "sync", "sync_folder", "truncate", "rename", "unlink", "make_folder")


class WatchedFiles(FileCalls):
    """Tells a hook of each call before it is made; the hook may raise."""

    def __init__(self, hook: Hook | None = None) -> None:
        self.hook = hook
        self.calls: list[str] = []
        self.paths: dict[int, str] = {}

    def _tell(self, name: str, path: str) -> None:
        self.calls.append(f"{name} {path}")
        if self.hook is not None:
            self.hook(f"{name} {path}", self)

    def open(self, path: Path, flags: int) -> int:
        self._tell("open", path.name)
        descriptor = super().open(path, flags)
        self.paths[descriptor] = path.name
        return descriptor

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        self._tell("write", self.paths[descriptor])
        return super().write_at(descriptor, data, offset)

    def sync(self, descriptor: int) -> None:
        self._tell("sync", self.paths[descriptor])
        super().sync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        self._tell("sync_folder", folder.name)
        super().sync_folder(folder)

    def truncate(self, descriptor: int, size: int) -> None:
        self._tell("truncate", self.paths[descriptor])
        super().truncate(descriptor, size)

    def rename(self, source: Path, target: Path) -> None:
        self._tell("rename", target.name)
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        self._tell("unlink", path.name)
        super().unlink(path)

    def make_folder(self, path: Path) -> None:
        self._tell("make_folder", path.name)
        super().make_folder(path)

    def lock(self, descriptor: int) -> bool:
        self._tell("lock", self.paths[descriptor])
        return super().lock(descriptor)

    def unlock(self, descriptor: int) -> None:
        self._tell("unlock", self.paths[descriptor])
        super().unlock(descriptor)

    def changing(self) -> list[str]:
        """The calls so far that change something, without the lock's."""
        reading = ("lock ", "unlock ", "open ")
        return [call for call in self.calls if not call.startswith(reading)]


class QuickFiles(FileCalls):
    """Does not wait for the disk: for looking at what a test has left."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


class FailOnce:
    """A hook that lets the n-th call of some kind fail, counted from 0."""

    def __init__(self, start: str, number: int, code: int = errno.ENOSPC, *, for_ever: bool = False) -> None:
        self.start = start
        self.left = number
        self.code = code
        self.for_ever = for_ever
        self.failed = False

    def __call__(self, call: str, files: WatchedFiles) -> None:
        if not call.startswith(self.start) or (self.failed and not self.for_ever):
            return
        if self.left > 0:
            self.left -= 1
            return
        self.failed = True
        raise OSError(self.code, os.strerror(self.code))


def content(database: Database) -> dict[str, dict[int, object]]:
    """All tables with their documents."""
    return {
        name: {document.doc_id: dict(document) for document in database.table(name)}
        for name in database.tables()
    }


def reopened(folder: Path) -> dict[str, dict[int, object]]:
    """What a fresh process sees, reading only."""
    with open_database(folder, create=False, read_only=True, files=QuickFiles()) as database:
        assert database.check().problems == []
        return content(database)
