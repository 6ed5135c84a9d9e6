"""A disk that may lose power: what was not synced is kept, lost, cut, zeroed or reordered, as POSIX allows.

Every call goes through to a real folder, so the engine works as always; beside that the model notes what is durable.
`crashes` then lays out the folders that a power cut at this moment may leave.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.engine import FileCalls


@dataclass
class Inode:
    """A file: its bytes on the disk, and what was done to it since, in order."""

    durable: bytes = b""
    pending: list[tuple[int, bytes] | int] = field(default_factory=list)

    def now(self) -> bytes:
        """The bytes as a reader sees them."""
        return applied(self.durable, self.pending)


def applied(start: bytes, steps: list[tuple[int, bytes] | int]) -> bytes:
    """Bytes after writes (offset, data) and truncations (size)."""
    content = bytearray(start)
    for step in steps:
        if isinstance(step, int):
            del content[step:]
            continue
        offset, data = step
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data
    return bytes(content)


Disk = dict[str, bytes]
"""What a disk holds: contents by name."""

NameStep = tuple[str, str, str]
"""link NAME, unlink NAME, or rename FROM TO, within one folder tree."""


class ModelFiles(FileCalls):
    """File calls that keep a model of the disk. `sloppy` leaves out one kind of sync, to see that it is missed."""

    def __init__(self, root: Path, sloppy: str = "") -> None:
        self.root = root
        self.sloppy = sloppy
        self.inodes: dict[int, Inode] = {}
        self.open_files: dict[int, int] = {}
        self.durable_names: dict[str, int] = {}
        self.names_now: dict[str, int] = {}
        self.name_steps: list[tuple[str, str, str, int]] = []
        self.next = 0
        self.on_call: Callable[[], None] = lambda: None
        self.fail: Callable[[str, Any], None] | None = None
        self.lock_files: dict[int, str] = {}
        self.locked: set[int] = set()

    def take_in(self, state: Disk) -> None:
        """The disk holds these files already."""
        for name, content in state.items():
            self.next += 1
            self.inodes[self.next] = Inode(content)
            self.durable_names[name] = self.names_now[name] = self.next

    def name(self, path: Path) -> str:
        return str(path.relative_to(self.root))

    def open(self, path: Path, flags: int) -> int:
        self.on_call()
        new = bool(flags & os.O_CREAT) and not path.exists()
        descriptor = super().open(path, flags)
        if new:
            self.next += 1
            self.inodes[self.next] = Inode()
            self._step("link", self.name(path), "", self.next)
        self.open_files[descriptor] = self.names_now[self.name(path)]
        self.lock_files[descriptor] = path.name
        return descriptor

    def lock(self, descriptor: int) -> bool:
        got = super().lock(descriptor)
        if got and self.lock_files[descriptor] == "lock":
            self.locked.add(descriptor)
        return got

    def unlock(self, descriptor: int) -> None:
        self.locked.discard(descriptor)
        super().unlock(descriptor)

    def _step(self, kind: str, name: str, target: str, inode: int) -> None:
        self.name_steps.append((kind, name, target, inode))
        step(self.names_now, kind, name, target, inode)

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        self.on_call()
        self.inodes[self.open_files[descriptor]].pending.append((offset, bytes(data)))
        return super().write_at(descriptor, data, offset)

    def truncate(self, descriptor: int, size: int) -> None:
        self.on_call()
        self.inodes[self.open_files[descriptor]].pending.append(size)
        super().truncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        self.on_call()
        number = self.open_files[descriptor]
        if self.fail is not None:
            # A sync that failed makes nothing durable; what the system then does with the pages is anybody's guess.
            self.fail(f"sync {self.lock_files[descriptor]}", self)
        if self.sloppy == "files" or (self.sloppy == "snapshots" and self._is_snapshot(number)):
            return
        inode = self.inodes[number]
        inode.durable = inode.now()
        inode.pending.clear()

    def _is_snapshot(self, number: int) -> bool:
        return any(
            name.rpartition("/")[2].startswith("shop-")
            for name, inode in self.names_now.items()
            if inode == number
        )

    def sync_folder(self, folder: Path) -> None:
        self.on_call()
        if self.sloppy == "folders" or not folder.is_relative_to(self.root):
            return
        prefix = "" if folder == self.root else f"{self.name(folder)}/"
        kept: list[tuple[str, str, str, int]] = []
        for kind, name, target, inode in self.name_steps:
            here = [part for part in (name, target) if part and parent(part) == prefix]
            if here:
                step(self.durable_names, kind, name, target, inode)
            else:
                kept.append((kind, name, target, inode))
        self.name_steps = kept

    def rename(self, source: Path, target: Path) -> None:
        self.on_call()
        super().rename(source, target)
        self._step("rename", self.name(source), self.name(target), self.names_now[self.name(source)])

    def unlink(self, path: Path) -> None:
        self.on_call()
        super().unlink(path)
        self._step("unlink", self.name(path), "", 0)

    def crashes(self, chance: random.Random, count: int) -> Iterator[Disk]:
        """`count` of the states that a power cut may leave, as file contents by name."""
        for number in range(count):
            names = dict(self.durable_names)
            # Names reach the disk in order of their making in one state, one by one at random in another.
            ordered = number % 2 == 0
            kept = chance.randint(0, len(self.name_steps))
            for place, one in enumerate(self.name_steps):
                if (place < kept) if ordered else chance.random() < 0.5:
                    step(names, *one)
            yield {name: self._survives(chance, self.inodes[inode]) for name, inode in names.items()}

    def _survives(self, chance: random.Random, inode: Inode) -> bytes:
        """The bytes of one file after the cut."""
        if not inode.pending:
            return inode.durable
        kind = chance.choice(("lost", "kept", "first", "cut", "zeros", "pages", "garbage"))
        if kind == "lost":
            return inode.durable
        now = inode.now()
        if kind == "kept":
            return now
        if kind == "first":
            return applied(inode.durable, inode.pending[: chance.randint(0, len(inode.pending))])
        start = common(inode.durable, now)
        place = chance.randint(start, len(now))
        if kind == "cut":
            return now[:place]
        if kind == "zeros":
            return now[:place] + bytes(len(now) - place)
        if kind == "garbage":
            # Drives garble whole sectors. (One garbled byte at the end of a line cannot be told from damage.)
            place = max(start, place // 512 * 512)
            return (
                now[:place]
                + chance.randbytes(min(len(now) - place, 64))
                + bytes(max(0, len(now) - place - 64))
            )
        content = bytearray(now)
        for page in range(start // 512, len(now) // 512 + 1):
            if chance.random() < 0.5:
                begin = max(start, page * 512)
                end = min(len(now), page * 512 + 512)
                content[begin:end] = bytes(max(0, end - begin))
        return bytes(content)


def common(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same in both."""
    length = min(len(one), len(other))
    return next((place for place in range(length) if one[place] != other[place]), length)


def parent(name: str) -> str:
    """The folder of a name, with its slash."""
    return name.rpartition("/")[0] + "/" if "/" in name else ""


def step(names: dict[str, int], kind: str, name: str, target: str, inode: int) -> None:
    """Do one change of names, as far as it still makes sense."""
    if kind == "link":
        names[name] = inode
    elif kind == "unlink":
        names.pop(name, None)
    else:
        names.pop(name, None)
        names[target] = inode


def lay_out(folder: Path, files: Disk) -> None:
    """Make a folder with these files."""
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
