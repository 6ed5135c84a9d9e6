"""The file of the index in memory: mapped where the system allows, so that its pages are the system's and shared.

What a search looked at stays mapped until it is let go; letting go costs nothing but a look into the system's own
memory at the next search.
"""

from __future__ import annotations

import mmap
import os
import sys
from pathlib import Path

_WORTH_MAPPING = 1 << 20
"""Bytes of a file below which it is read: who cuts a mapped file off ends every process that reads it."""


class MappedFile:
    """The bytes of a file.

    Attributes:
        data: to cut pieces out of and to look through.
        view: the same, to be read as numbers without a copy.
    """

    __slots__ = ("_descriptor", "_modified", "data", "view")

    def __init__(self, data: mmap.mmap | bytes, descriptor: int = -1, modified: int = 0) -> None:
        """Args: descriptor is the mapped file, ours from now on; modified is when it was written, in nanoseconds."""
        self.data = data
        self.view = memoryview(data)
        self._descriptor = descriptor
        self._modified = modified

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    @property
    def is_whole(self) -> bool:
        """Whether nobody has written over it or cut it off, which ends the process that looks at what is missing.

        Takes one to five microseconds.
        """
        if self._descriptor < 0:
            return True
        now = os.fstat(self._descriptor)
        return now.st_size >= len(self.data) and now.st_mtime_ns == self._modified

    def let_go(self) -> None:
        """Give back the memory in which pages of the file are; they come back one by one when they are read."""
        if isinstance(self.data, mmap.mmap) and sys.platform == "linux":
            self.data.madvise(mmap.MADV_DONTNEED)


def map_file(path: Path) -> MappedFile:
    """The file at `path`.

    Raises:
        OSError: it cannot be read.
        ValueError: it is empty.
    """
    if os.name != "posix":  # elsewhere a mapped file could not be replaced
        return MappedFile(path.read_bytes())
    if path.stat().st_size < _WORTH_MAPPING:
        return MappedFile(path.read_bytes())
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        modified = os.fstat(descriptor).st_mtime_ns
        return MappedFile(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ), descriptor, modified)
    except BaseException:
        os.close(descriptor)
        raise
