"""The first rows of the whole list in a small side file, so that they can be shown before anything else is loaded.

The file names the shop's files it was made from, each with its length and a checksum of its end. Whoever finds them
so knows that nothing was committed since. It may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from store.engine import Database
    from store.lookup.index import LookupIndex
    from store.lookup.match import Mark

VERSION: Final = 2
"""Raise it when what is kept, or the order of the list, changes."""

ROWS: Final = 120
"""More lines than a terminal has."""

_END: Final = 4096


@dataclass(frozen=True)
class FirstRow:
    """One customer, with what a row of the list shows; the same names as in `store.lookup.match.Match`."""

    number: str
    name: str
    call_as: str
    company: str
    phones: tuple[str, ...]
    tags: tuple[str, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class FirstRows:
    """The beginning of the list, and how long the whole is."""

    rows: tuple[FirstRow, ...]
    count: int


def load(folder: Path) -> FirstRows | None:
    """What was kept of the shop in `folder`; None when something was committed since, or nothing is kept."""
    try:
        kept = json.loads(_path(folder).read_bytes())
        if kept["version"] != VERSION or any(_end_of(folder / name) != end for name, end in kept["of"]):
            return None
        rows = [
            FirstRow(number, name, call_as, company, tuple(phones), tuple(tags))
            for number, name, call_as, company, phones, tags in kept["rows"]
        ]
        return FirstRows(tuple(rows), kept["count"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(database: Database, index: LookupIndex) -> None:
    """Keep the first rows for the next start, where they are not kept and may be written.

    Args:
        database: the shop's, followed to where `index` is.
    """
    if not database.writable or load(database.folder) is not None:
        return
    # Only what speeds up the next start: a full disk must keep nobody from what they came for.
    with contextlib.suppress(OSError):
        made_from = _made_from(database)
        if made_from is None:
            return
        matches = index.everybody(0, ROWS)
        rows = [
            (match.number, match.name, match.call_as, match.company, match.phones, match.tags)
            for match in matches
        ]
        kept = {"version": VERSION, "of": made_from, "count": index.count, "rows": rows}
        _write(_path(database.folder), json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))


def _path(folder: Path) -> Path:
    return folder / "cache" / "first-rows.json"


def _made_from(database: Database) -> list[tuple[str, list[int]]] | None:
    """The files that say how the shop stands, as they are now; None where it has moved on from what was read."""
    from store.engine.generation import POINTER, journal_path

    journal = journal_path(database.folder, database.generation)
    found = [(path.name, _end_of(path)) for path in (database.folder / POINTER, journal)]
    pointer: dict[str, Any] = json.loads((database.folder / POINTER).read_bytes())
    current = pointer.get("generation") == database.generation
    return found if current and found[1][1][0] == database.journal_size else None


def _end_of(path: Path) -> list[int]:
    """The length of a file, and the checksum of its last bytes."""
    # What is no file in the place of one must not keep the start waiting.
    with open(
        path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
    ) as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _END))
        return [size, zlib.crc32(file.read())]


def _write(path: Path, data: bytes) -> None:
    """Replace the file whole; only its owner may read it."""
    made = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
