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

    __slots__ = ("data", "view")

    def __init__(self, data: mmap.mmap | bytes) -> None:
        self.data = data
        self.view = memoryview(data)

    @property
    def is_whole(self) -> bool:
        """Whether nobody has cut it off: looking at what is missing then ends the process. Takes half a microsecond."""
        data = self.data
        return not isinstance(data, mmap.mmap) or data.size() >= len(data)

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
    with path.open("rb") as file:
        return MappedFile(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
