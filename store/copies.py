"""Where copies of the shop were written at somebody's wish: backups, snapshots, exports; a line each in `copies.jsonl`.

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

NAME: Final = "copies.jsonl"


@dataclass(frozen=True)
class Copy:
    """A copy: `kind` is backup, snapshot or export; `at` is UTC ISO 8601."""

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


def forget(folder: Path, about: Callable[[bytes], bool]) -> None:
    """Drop the notes in whose text something stands that is to be forgotten."""
    lines = _lines(folder)
    kept = [line for line in lines if not about(line)]
    if kept == lines:
        return
    fresh = folder / f"{NAME}.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(b"".join(kept))
    fresh.replace(folder / NAME)


def _lines(folder: Path) -> list[bytes]:
    with contextlib.suppress(OSError):
        return (folder / NAME).read_bytes().splitlines(keepends=True)
    return []
