"""The process that compacts a shop beside the work: `python -m store.engine.compactor FOLDER [INDEXES]`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path

from store.engine.background import compact_beside
from store.engine.engine import Engine
from store.engine.files import system_files
from store.errors import CrmError

_LINGER = 2.0
"""Seconds for which the old snapshot is held open at the end."""

_PATIENCE = 120.0
"""Seconds to wait for the lock: a large import may hold it."""


def main(arguments: list[str]) -> int:
    """Compact the shop in the folder that is named. 0: done, or not needed; 1: it could not be done."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)
    try:
        indexes = json.loads(arguments[1]) if len(arguments) > 1 else {}
        engine = Engine(Path(arguments[0]), system_files(), indexes=indexes, lock_timeout=_PATIENCE)
        try:
            # The last one to close a file that was removed waits until its room is free: that shall be us, so the
            # old snapshot is held until everybody else has gone over to the new one.
            reader = engine.reader
            done = compact_beside(engine)
            if done:
                time.sleep(_LINGER)
            reader.close()
        finally:
            engine.close()
    except (CrmError, OSError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
