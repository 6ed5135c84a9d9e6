"""The history of a damaged shop, carried over into the new one as far as its journals can be read.

All actions that are whole go into one closed journal, in their order, each with its number; only the lines are counted
anew. What could not be read is missing there, as it is in the list of what is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.engine import journal
from store.engine.files import CREATE, READ, FileCalls
from store.engine.generation import CLOSED, closed_path
from store.engine.salvage_files import ShopFiles
from store.engine.snapshot import FORMAT, write_whole

_NUMBERS = re.compile(rb'"seq":\d+,"action":(\d+),(?:"start":\d+,)?')


@dataclass(slots=True)
class Carried:
    """What was carried over.

    Attributes:
        actions: how many.
        first: the number of the oldest; 0 without any.
        last: the number of the newest.
        seq: the number of the last line in the new journal.
        is_whole: whether it begins with the first action there was and lacks none.
    """

    actions: int = 0
    first: int = 0
    last: int = 0
    seq: int = 0
    is_whole: bool = True


def carry_history(files: FileCalls, source: Path, target: Path, store: str) -> Carried:
    """Write the closed journal of generation 1 of the new shop in `target`, whose identity is to be `store`.

    Raises:
        OSError: as the system says.
    """
    files.make_folder(target / CLOSED)
    path = closed_path(target, 1)
    descriptor = files.open(path, CREATE)
    try:
        writer = _Writer(files, descriptor, journal.header_line(journal.Header(FORMAT, store, 1, 1)))
        for lines in _actions(files, ShopFiles(files, source)):
            writer.add(lines)
        writer.flush()
        files.sync(descriptor)
    finally:
        files.close(descriptor)
    files.sync_folder(target / CLOSED)
    return writer.carried


def _actions(files: FileCalls, shop: ShopFiles) -> Iterator[list[tuple[bytes, journal.LineHead]]]:
    """The whole actions of all journals, each once, as their lines."""
    position = 0
    firsts = [(path, shop.header(path)) for _number, path in shop.journals]
    for place, (path, header) in enumerate(firsts):
        if header is not None and header.store != shop.store:
            continue
        # What stands in the next one too is read there.
        end = min((one.first for _path, one in firsts[place + 1 :] if one is not None), default=1 << 62)
        group: list[tuple[bytes, journal.LineHead]] = []
        for text, head in _sound_lines(files, path):
            if not position < head.seq < end:
                continue
            if group and group[0][1].action != head.action:
                group = []
            position = head.seq
            group.append((text, head))
            if not head.more:
                yield group
                group = []


def _sound_lines(files: FileCalls, path: Path) -> Iterator[tuple[bytes, journal.LineHead]]:
    descriptor = files.open(path, READ)
    try:
        for _offset, text in journal.split_lines(files, descriptor, 0, files.size(descriptor)):
            line = journal.read_line(text)
            if line is not None and line.seq:
                yield text, journal.LineHead(line.seq, line.action, line.more, line.start)
    finally:
        files.close(descriptor)


class _Writer:
    """Lines of the new journal."""

    def __init__(self, files: FileCalls, descriptor: int, header: bytes) -> None:
        self.carried = Carried()
        self._files = files
        self._descriptor = descriptor
        self._waiting = [header]
        self._end = len(header)
        self._written = 0
        self._read = 0

    def add(self, lines: list[tuple[bytes, journal.LineHead]]) -> None:
        """One action."""
        carried, begin = self.carried, self._end
        found = [(_NUMBERS.match(text, len(b'{"crc":"01234567",')), text, head) for text, head in lines]
        if any(match is None for match, _text, _head in found) or lines[-1][1].action <= carried.last:
            carried.is_whole = False
            return
        for match, text, head in found:
            if match is None:
                continue
            carried.seq += 1
            start = b'"start":%d,' % begin if head.start >= 0 else b""
            body = b'"seq":%d,"action":%d,%b%b' % (carried.seq, head.action, start, text[match.end() : -1])
            line = journal.seal(body)
            self._waiting.append(line)
            self._end += len(line)
            carried.is_whole = carried.is_whole and head.seq == self._read + 1
            self._read = head.seq
        carried.first = carried.first or lines[-1][1].action
        carried.last = lines[-1][1].action
        carried.actions += 1
        if self._end - self._written > journal.BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        data = b"".join(self._waiting)
        write_whole(self._files, self._descriptor, data, self._written)
        self._written += len(data)
        self._waiting.clear()
