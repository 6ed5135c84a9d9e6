"""The one seam for all file calls of the engine: nothing else here opens, writes or renames a file.

Tests count, refuse and break these calls one by one; Windows and macOS differ only here.
Errors are the system's own `OSError`; `store.engine.trouble` turns them into sentences.
"""

from __future__ import annotations

import errno
import mmap
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

if sys.platform != "win32":
    import fcntl

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Changes nothing for a file; opening a pipe would wait until somebody writes to it."""

READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
READ_WRITE = os.O_RDWR | getattr(os, "O_BINARY", 0)
CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""The three ways in which the engine opens a file."""

Result = TypeVar("Result")

Identity = tuple[int, int]
"""Device and inode: what tells whether a path still names the file that is held open."""

Stamp = tuple[int, int, int, int]
"""Inode, size, and the moments (ns) of the last change of content and of anything: differs when a file was changed."""


class NotAFileError(OSError):
    """What bears the name is a folder, a pipe or a device."""


class FileCalls:
    """File calls as POSIX gives them. Sizes and offsets are bytes; new files are 0600, new folders 0700.

    Attributes:
        replaces_open_files: whether a file can be replaced while somebody has it open.
    """

    replaces_open_files = True

    tells_lock_owner = sys.platform == "linux"
    """Whether the system itself knows who holds a lock, so that nobody has to write it down."""

    takes_turns = True
    """Whether a file that is read and written may be locked as well without anybody being kept from it."""

    worth_mapping = 1 << 20
    """Bytes of a file below which it is read rather than mapped."""

    def open(self, path: Path, flags: int) -> int:
        """Open `path`; a file made by this call belongs to its owner alone, whatever the umask.

        Raises:
            NotAFileError: it is no file.
            OSError: as the system says.
        """
        try:
            descriptor = os.open(path, flags | _AT_ONCE, 0o600)
        except IsADirectoryError as error:
            raise NotAFileError(error.errno, error.strerror, str(path)) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise NotAFileError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if flags & os.O_CREAT:
            self._own(descriptor)
        return descriptor

    def _own(self, descriptor: int) -> None:
        """Set 0600 where the file has other rights (a umask can only have taken some away)."""
        if os.fstat(descriptor).st_mode & 0o777 != 0o600:
            os.fchmod(descriptor, 0o600)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        """At most `size` bytes from `offset`; fewer only at the end of the file."""
        return os.pread(descriptor, size, offset)

    def mapped(self, descriptor: int) -> mmap.mmap | bytes:
        """All of a file that is replaced and never changed, in the system's memory where that saves much.

        Who cuts a mapped file off ends every process that reads it; a small one is not worth that.

        Raises:
            ValueError: it is empty.
        """
        size = os.fstat(descriptor).st_size
        if size < self.worth_mapping:
            return os.pread(descriptor, size, 0)
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """Write at `offset`; returns how many bytes were taken."""
        return os.pwrite(descriptor, data, offset)

    def sync(self, descriptor: int) -> None:
        """Return when the file's bytes are on the disk."""
        os.fsync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Return when the names in `folder` are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to `size` bytes."""
        os.ftruncate(descriptor, size)

    def rename(self, source: Path, target: Path) -> None:
        """Give `source` the name `target`, replacing what had it."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def size(self, descriptor: int) -> int:
        """How long an open file is. Its place is of no use to anybody: all reading and writing says where."""
        return os.lseek(descriptor, 0, os.SEEK_END)

    def identity(self, path: str | Path) -> Identity:
        """Which file `path` names now."""
        found = os.stat(path)  # noqa: PTH116 - quicker than Path.stat, and this runs on each look
        return found.st_dev, found.st_ino

    def identity_and_size(self, path: str | Path) -> tuple[Identity, int]:
        """Which file `path` names now, and how long it is."""
        found = os.stat(path)  # noqa: PTH116 - as above
        return (found.st_dev, found.st_ino), found.st_size

    def identity_of(self, descriptor: int) -> Identity:
        """Which file is held open. While it is held its inode cannot be given to another file."""
        found = os.fstat(descriptor)
        return found.st_dev, found.st_ino

    def stamp(self, descriptor: int) -> Stamp:
        """What differs when an open file is another one than before, or was changed."""
        found = os.fstat(descriptor)
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns

    def names(self, folder: Path) -> list[str]:
        """The names in `folder`, sorted."""
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are wanted, not paths

    def is_folder(self, path: Path) -> bool:
        """Whether `path` is a folder that can be seen."""
        return path.is_dir()

    def make_folder(self, path: Path) -> None:
        """Make `path` (and what is missing above it) for its owner alone."""
        if path.is_dir():
            return
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)

    def lock(self, descriptor: int) -> bool:
        """Take the lock of that open file if it is free; says whether it was."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                return False
            raise
        return True

    def unlock(self, descriptor: int) -> None:
        """Give the lock back."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def lock_owner(self, descriptor: int) -> int | None:
        """The process that holds the lock of that open file, where the system tells (Linux)."""
        try:
            table = Path("/proc/locks").read_text(encoding="ascii")
        except OSError:
            return None
        inode = os.fstat(descriptor).st_ino
        for line in table.splitlines():
            words = line.split()
            if (
                len(words) > 5
                and words[1] == "FLOCK"
                and words[5].endswith(f":{inode}")
                and int(words[4]) > 0
            ):
                return int(words[4])
        return None

    def file_system(self, folder: Path) -> str:
        """The kind of file system that `folder` lies on, where the system tells (Linux); "" otherwise."""
        try:
            device = os.stat(folder).st_dev  # noqa: PTH116 - of a path that may be anything
            text = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        wanted = f"{os.major(device)}:{os.minor(device)}"
        for line in text.splitlines():
            words = line.split(" ")
            if len(words) > 4 and words[2] == wanted and "-" in words:
                return words[words.index("-") + 1]
        return ""

    def is_system_disk(self, folder: Path) -> bool:
        """Whether `folder` lies where the system itself does, which is this machine's own whatever its kind."""
        try:
            return os.stat(folder).st_dev == os.stat("/").st_dev  # noqa: PTH116 - as above
        except OSError:
            return False


class MacFileCalls(FileCalls):
    """macOS: `fsync` leaves the bytes in the drive's own memory, F_FULLFSYNC does not."""

    def sync(self, descriptor: int) -> None:
        """Return when the file's bytes are on the disk."""
        full_sync = getattr(fcntl, "F_FULLFSYNC", 51)
        try:
            fcntl.fcntl(descriptor, full_sync)
        except OSError as error:
            # A network folder does not know the call; its own fsync is all there is.
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise
            os.fsync(descriptor)


def _patiently(call: Callable[[], Result]) -> Result:
    """What `call` returns, trying again for a second while another process has the file for itself."""
    pause = 0.01
    while True:
        try:
            return call()
        except PermissionError as error:
            # 5: access denied, 32: sharing violation, 33: lock violation.
            if getattr(error, "winerror", None) not in (5, 32, 33) or pause > 0.4:
                raise
            time.sleep(pause)
            pause *= 2


class WindowsFileCalls(FileCalls):
    """Windows, written by its documentation and never run: no pread, no flock, no syncing of folders."""

    replaces_open_files = False

    takes_turns = False

    LOCK_BYTE = 1 << 30
    """Far behind the lock file's text, so that others may still read who holds it."""

    def _own(self, descriptor: int) -> None:
        """Rights follow the folder there."""

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        """At most `size` bytes from `offset`."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size)

    def mapped(self, descriptor: int) -> mmap.mmap | bytes:
        """All of a file, read: while it is mapped it could not be replaced."""
        return self.read_at(descriptor, self.size(descriptor), 0)

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """Write at `offset`; returns how many bytes were taken."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)

    def open(self, path: Path, flags: int) -> int:
        """Open `path`, trying again while a scanner or an indexer has it for itself."""
        return _patiently(lambda: super(WindowsFileCalls, self).open(path, flags))

    def sync_folder(self, folder: Path) -> None:
        """The system keeps names durable by itself."""

    def rename(self, source: Path, target: Path) -> None:
        """Give `source` the name `target`, trying again while somebody reads the pointer at that moment."""
        _patiently(lambda: super(WindowsFileCalls, self).rename(source, target))

    def unlink(self, path: Path) -> None:
        """Remove a file, trying again while somebody has it."""
        _patiently(lambda: super(WindowsFileCalls, self).unlink(path))

    def file_system(self, folder: Path) -> str:
        """The word "network" for a drive of another machine; nothing for all others."""
        import ctypes

        root = folder.resolve().anchor
        if root.startswith("\\\\"):
            return "network"
        windows = getattr(ctypes, "windll", None)
        remote = 4
        return "network" if windows is not None and windows.kernel32.GetDriveTypeW(root) == remote else ""

    def lock(self, descriptor: int) -> bool:
        """Take the lock of that open file if it is free; says whether it was."""
        import msvcrt

        os.lseek(descriptor, self.LOCK_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def unlock(self, descriptor: int) -> None:
        """Give the lock back."""
        import msvcrt

        os.lseek(descriptor, self.LOCK_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

    def lock_owner(self, descriptor: int) -> int | None:  # noqa: ARG002
        """Not told by this system."""
        return None


def system_files() -> FileCalls:
    """The file calls of the machine this runs on."""
    if sys.platform == "win32":
        return WindowsFileCalls()
    if sys.platform == "darwin":
        return MacFileCalls()
    return FileCalls()
