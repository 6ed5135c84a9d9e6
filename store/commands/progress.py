"""How far long work is, on one line of standard error; nothing where that is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Tell(Protocol):
    """Takes how much is done of how much."""

    def __call__(self, done: int, total: int) -> None:
        """Tell it."""


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """A function to be told (done, total) now and then; the line it writes is gone at the end."""
    shown = ""

    def tell(done: int, total: int) -> None:
        nonlocal shown
        line = f"{what} {100 * done // max(total, 1)} %"
        if line != shown and sys.stderr.isatty():
            shown = line
            sys.stderr.write(f"\r{line}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
