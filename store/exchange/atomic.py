"""Files that appear whole or not at all, for nobody else to read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def write_atomically(target: Path) -> Iterator[BinaryIO]:
    """A file to write into; on leaving it replaces `target` in one step, readable by its owner only.

    Raises:
        OSError: it cannot be written; a file of that name is as it was.
    """
    temporary = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
