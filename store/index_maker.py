"""The process that makes the look-up index, or brings the kept one up to date: `python -m store.index_maker FOLDER`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from store.engine import open_database
from store.engine.files import system_files
from store.engine.lock import WriteLock
from store.errors import CrmError
from store.finding import INDEXES, Finding

_NICE = 5
"""Who types comes first where there is one processor."""

MAKING = "making-lookup"
"""Locked in `cache/` by who makes the index: several who start at once have it made once."""

_PATIENCE = 60.0
"""Seconds to wait for another who makes it."""


def main(arguments: list[str]) -> int:
    """Keep the index of the shop in the folder that is named. 0: it is in the cache, up to date; 1: it is not."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICE)
    try:
        with open_database(arguments[0], create=False, indexes=INDEXES) as database, _alone(database.folder):
            finding = Finding(database)
            finding.index.count  # noqa: B018 - read or made on first use
            return 0 if finding.save() else 1
    except (CrmError, OSError):
        return 1


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who makes the index; waits for another, who may have made it by then."""
    path = folder / "cache" / MAKING
    path.parent.mkdir(mode=0o700, exist_ok=True)
    lock = WriteLock(system_files(), path, _PATIENCE)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
        lock.close()


if __name__ == "__main__":
    # It ends in a moment; millions of small objects are made meanwhile, and none of them is garbage.
    gc.disable()
    sys.exit(main(sys.argv[1:]))
