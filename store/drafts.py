"""What was typed into forms and not saved yet: one small file each, private to its owner."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """One unsaved form.

    Attributes:
        kind: which form it is ("customer.edit").
        key: tells it from other drafts of that kind.
        data: what the form kept: JSON-able.
        saved_at: seconds since the epoch, as the file system has it.
    """

    kind: str
    key: str
    data: Mapping[str, Any]
    saved_at: float


class Drafts:
    """The drafts of one shop, in its folder `drafts/` (0700, files 0600).

    A draft is a convenience: a file that cannot be read is not offered, and is left where it is.

    Args:
        folder: the folder of the shop.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "drafts"

    def save(self, kind: str, key: str, data: Mapping[str, Any]) -> None:
        """Keep `data` as the draft (`kind`, `key`), in place of an earlier one.

        Raises:
            OSError: it could not be written; an earlier one is still whole.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(kind, key)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        text = json.dumps({"format": FORMAT, "kind": kind, "key": key, "data": data}, ensure_ascii=False)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise

    def list(self) -> list[Draft]:
        """All drafts that can be read, the newest first."""
        found = [_read(path) for path in self._folder.glob("*.json")]
        return sorted((draft for draft in found if draft is not None), key=lambda draft: -draft.saved_at)

    def remove(self, kind: str, key: str) -> None:
        """Forget the draft (`kind`, `key`); nothing happens where there is none."""
        self._path(kind, key).unlink(missing_ok=True)

    def _path(self, kind: str, key: str) -> Path:
        return self._folder / (re.sub(r"[^A-Za-z0-9.-]+", "_", f"{kind}--{key}") + ".json")


def _read(path: Path) -> Draft | None:
    """The draft in `path`, None where it is no whole draft of a format known here."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != FORMAT or not isinstance(held["data"], dict):
            return None
        return Draft(str(held["kind"]), str(held["key"]), held["data"], path.stat().st_mtime)
    except (OSError, ValueError, KeyError, TypeError):
        return None
