"""Where copies of what is in the shop were written at somebody's wish: a line each in `copies.jsonl`.

Backups, snapshots, exports, and the rows that an import refused.

Erasing a customer needs to know; nothing else reads it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from store.engine.files import FileCalls
from store.engine.rewrite import write_anew

NAME: Final = "copies.jsonl"


@dataclass(frozen=True)
class Copy:
    """A copy: `kind` is backup, snapshot, export or refused (rows of an import); `at` is UTC ISO 8601."""

    path: str
    kind: str
    at: str


def note(folder: Path, path: Path, kind: str, at: datetime) -> None:
    """Remember that a copy was written; where the shop may not be written, nobody is kept from the copy."""
    line = json.dumps(asdict(Copy(str(path), kind, at.isoformat()[:19] + "Z")), ensure_ascii=False) + "\n"
    with contextlib.suppress(OSError):
        handle = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(line.encode("utf-8", "surrogateescape"))


def noted(folder: Path) -> list[Copy]:
    """The copies that were noted, each path once, the newest note of it."""
    found: dict[str, Copy] = {}
    for line in _lines(folder):
        with contextlib.suppress(ValueError, TypeError):
            copy = Copy(**json.loads(line))
            found[copy.path] = copy
    return list(found.values())


def forget(files: FileCalls, folder: Path, about: Callable[[bytes], bool]) -> None:
    """Drop the notes in whose text something stands that is to be forgotten.

    Raises:
        OSError: as the system says.
    """
    lines = _lines(folder)
    kept = [line for line in lines if not about(line)]
    if kept != lines:
        write_anew(files, folder / NAME, b"".join(kept))


def _lines(folder: Path) -> list[bytes]:
    with contextlib.suppress(OSError):
        return (folder / NAME).read_bytes().splitlines(keepends=True)
    return []
