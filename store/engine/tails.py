"""What stands behind the last action of a journal and does not count: set aside before it is dropped, never lost.

Mostly it is what an interrupted write left, which was never confirmed. It may also be an action that was confirmed and
damaged since: bytes cannot tell a page that never reached the disk from one that was lost later. So all of it is
copied into the folder of closed journals, under a name that says what it is, and a person is told.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from locales import _
from store.engine import journal
from store.engine.files import CREATE, READ, FileCalls
from store.engine.generation import CLOSED, Generation
from store.engine.snapshot import write_whole
from store.engine.trouble import DENIED, FULL, from_system

UNCONFIRMED = "unconfirmed"
"""Begins the names of files with what was not written to its end."""

DAMAGED = "damaged"
"""Begins the names of files with what was written to its end and is not whole."""

_NAME = re.compile(rf"({UNCONFIRMED}|{DAMAGED})-(\d+)-(\d+)(?:-\d+)?\.jsonl")
_END = b"]}\n"
_NOTHING = b"\0\n"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file with the end of a journal that did not count.

    Attributes:
        generation: whose journal it was.
        byte: where it stood there.
        is_damaged: whether it was written to its end, so that it may have been confirmed.
    """

    path: Path
    generation: int
    byte: int
    is_damaged: bool


def was_written_to_its_end(files: FileCalls, descriptor: int, start: int, end: int) -> bool:
    """Whether the bytes [start, end), which hold no whole action, end as an action does and lack something before it.

    A killed process leaves the beginning of an action. Only a power cut before the action was confirmed, or damage
    after it was, leaves its end without its middle.
    """
    if end - start < len(_END) or files.read_at(descriptor, len(_END), end - len(_END)) != _END:
        return False
    return not all(
        journal.is_sound(line) for _offset, line in journal.split_lines(files, descriptor, start, end)
    )


def seen_on_opening(current: Generation, start: int, end: int) -> list[str]:
    """What a person is told who opens a shop whose journal goes on behind its last action, from `start` to `end`."""
    if end > start and was_written_to_its_end(current.files, current.journal, start, end):
        return [not_whole(current.journal_path, start)]
    return []


def keep(files: FileCalls, folder: Path, current: Generation, start: int, end: int) -> list[str]:
    """Copy what stands in the journal between its last action and byte `end`, which is to be dropped.

    Where it was not written to its end a disk without room, or a folder that may not be written, does not keep
    anybody from going on: it was never confirmed.

    Returns:
        What a person is to be told.

    Raises:
        ShopUnusable: it could not be copied; it must not be dropped.
    """
    is_damaged = was_written_to_its_end(files, current.journal, start, end)
    source = SetAside(current.journal_path, current.number, start, is_damaged)
    try:
        kept = _copy(files, folder, source, current.journal, end)
    except OSError as error:
        if is_damaged or error.errno not in FULL | DENIED:
            raise from_system(error, folder / CLOSED, writing=True) from error
        return []
    return [] if kept is None else [was_set_aside(kept, is_damaged=is_damaged)]


def _copy(files: FileCalls, folder: Path, source: SetAside, descriptor: int, end: int) -> Path | None:
    """Copy the bytes of a journal from `source.byte` to `end`; None where they are nothing but zeros."""
    start = source.byte
    if all(not block.strip(_NOTHING) for block in _blocks(files, descriptor, start, end)):
        return None
    closed = folder / CLOSED
    files.make_folder(closed)
    kind = DAMAGED if source.is_damaged else UNCONFIRMED
    for number in itertools.count(1):
        more = f"-{number}" if number > 1 else ""
        target = closed / f"{kind}-{source.generation}-{start}{more}.jsonl"
        if target.name not in files.names(closed):
            break
        if _is_same(files, target, descriptor, start, end):
            return target
    fresh = target.with_name(f"{target.name}.new")
    with contextlib.suppress(FileNotFoundError):
        files.unlink(fresh)
    try:
        copy = files.open(fresh, CREATE)
        try:
            place = 0
            for block in _blocks(files, descriptor, start, end):
                write_whole(files, copy, block, place)
                place += len(block)
            files.sync(copy)
        finally:
            files.close(copy)
        files.rename(fresh, target)
    except OSError:
        with contextlib.suppress(OSError):
            files.unlink(fresh)
        raise
    files.sync_folder(closed)
    files.sync_folder(folder)
    return target


def _blocks(files: FileCalls, descriptor: int, start: int, end: int) -> Iterator[bytes]:
    place = start
    while place < end:
        block = files.read_at(descriptor, min(journal.BLOCK, end - place), place)
        if not block:
            return
        yield block
        place += len(block)


def _is_same(files: FileCalls, path: Path, descriptor: int, start: int, end: int) -> bool:
    """Whether a file holds these bytes already: set aside by a process that died before it dropped them."""
    there = files.open(path, READ)
    try:
        size = files.size(there)
        if size != end - start:
            return False
        pairs = zip(_blocks(files, there, 0, size), _blocks(files, descriptor, start, end), strict=False)
        return all(one == other for one, other in pairs)
    finally:
        files.close(there)


def all_set_aside(files: FileCalls, folder: Path) -> list[SetAside]:
    """What was set aside in a shop, in the order of the journals."""
    closed = folder / CLOSED
    if not files.is_folder(closed):
        return []
    found = []
    for name in files.names(closed):
        match = _NAME.fullmatch(name)
        if match is not None:
            found.append(SetAside(closed / name, int(match[2]), int(match[3]), match[1] == DAMAGED))
    return sorted(found, key=lambda one: (one.generation, one.byte, one.path.name))


def was_set_aside(path: Path, *, is_damaged: bool) -> str:
    """What a person is told when it is done."""
    if is_damaged:
        sentence = _(
            "The last action of the journal was there to its end but not whole, so it does not count: the power "
            "failed before it was confirmed, or it was damaged since. What there is of it was set aside in {path}."
        )
    else:
        sentence = _("A change that was cut short before it was confirmed was set aside in {path}.")
    return sentence.format(path=path)


def not_whole(path: Path, byte: int) -> str:
    """What a person is told who opens a shop whose last action is there to its end and not whole."""
    sentence = _(
        "The last action of {path}, from byte {byte} on, is there to its end but not whole, so it does not count: "
        "the power failed before it was confirmed, or it was damaged since. The next change sets it aside."
    )
    return sentence.format(path=path, byte=byte)
