"""The open snapshot, from which documents are read by offset, and which others may write over meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from locales import _
from store.engine.files import FileCalls, Stamp
from store.engine.places import Places
from store.engine.snapshot import Seal, blocks_of, documents_of, is_object, require_sealed
from store.engine.trouble import damaged
from store.errors import ShopDamaged


class SnapshotReader:
    """The open snapshot file, from which documents are read by offset.

    It stays open as long as anybody reads from it, even if a newer generation counts by then.
    """

    def __init__(self, files: FileCalls, descriptor: int, path: Path, stamp: Stamp, seal: Seal) -> None:
        """Args: stamp and seal are the file's as it was when it was found to be sound."""
        self.files = files
        self.descriptor = descriptor
        self.path = path
        self._seal = seal
        self._known = stamp[1:3]
        self._wrong: ShopDamaged | None = None

    def require_unchanged(self, places: Callable[[], Iterable[Places]]) -> None:
        """See that nobody has written into the file since it was opened: at the price of one look, while nobody has.

        Raises:
            ShopDamaged: somebody has, and it is not what it was.
        """
        now = self.files.stamp(self.descriptor)[1:3]
        if now != self._known:
            self._known = now
            self._wrong = None
            try:
                self.require_sound(places())
            except ShopDamaged as error:
                self._wrong = error
        if self._wrong is not None:
            raise self._wrong

    def require_sound(self, places: Iterable[Places]) -> None:
        """Read the whole file to see that it is what was written. Damage must not go on into copies of it.

        Raises:
            ShopDamaged: it is not; names the byte where that can be told.
        """
        require_sealed(self.files, self.descriptor, self.path, self._seal, places)

    def close(self) -> None:
        """Let go of the file."""
        if self.descriptor >= 0:
            self.files.close(self.descriptor)
            self.descriptor = -1

    def __del__(self) -> None:
        self.close()

    def document(self, identifier: int, offset: int, length: int) -> bytes:
        """The bytes of one document, which stands there under that id.

        Raises:
            ShopDamaged: it does not: another program cut the file or wrote over it.
        """
        key = b'"%d":' % identifier
        if length < 2 or offset < len(key):
            raise damaged(self.path, max(0, offset), _("another program changed it."))
        line = self.files.read_at(self.descriptor, len(key) + length, offset - len(key))
        raw = line[len(key) :]
        if len(raw) != length or not line.startswith(key) or not is_object(raw):
            raise damaged(self.path, offset, _("another program changed it."))
        return raw

    def line(self, identifier: int, offset: int, length: int) -> bytes | None:
        """What stands as a document on a line of that length, comma and line break counted; None when another id does.

        It is proved by nobody yet that this is the JSON of a document: for who decodes it now, and on any doubt asks
        for `document`, which says what is wrong.
        """
        if offset < 0 or length < 2:
            return None
        key = b'"%d":' % identifier
        line = self.files.read_at(self.descriptor, length, offset)
        if len(line) != length or not line.startswith(key):
            return None
        return line[len(key) : -2]

    def lines(self, lines: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, bytes | None]]:
        """Ids with what `line` gives for each."""
        read_at, descriptor = self.files.read_at, self.descriptor
        for identifier, offset, length in lines:
            if offset < 0 or length < 2:
                yield identifier, None
                continue
            key = b'"%d":' % identifier
            line = read_at(descriptor, length, offset)
            sound = len(line) == length and line.startswith(key)
            yield identifier, line[len(key) : -2] if sound else None

    def documents(self, places: Places) -> Iterator[tuple[int, bytes]]:
        """All documents of a table, ascending."""
        return documents_of(self.files, self.descriptor, places, self.path)

    def blocks(self, places: Places) -> Iterator[bytes]:
        """The lines of a table, many at a time."""
        return blocks_of(self.files, self.descriptor, places, self.path)
