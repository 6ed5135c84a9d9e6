"""How this process takes memory from the system, and gives it back. Knows nothing of Textual."""

from __future__ import annotations

import sys
from typing import Final

ARENAS: Final = -8
MAPPED_FROM: Final = -3
TRIMMED_FROM: Final = -1
"""What `mallopt` of glibc (malloc.h) sets: heaps, bytes that are mapped by themselves, bytes left at the top."""

LARGE: Final = 1 << 16


def be_frugal() -> None:
    """Load and hold no more than is needed. To be called once, before there are threads and asyncio."""
    _one_heap()
    _without_tls()


def _one_heap() -> None:
    """Have one heap for all threads, and give large pieces back at once.

    Otherwise glibc keeps a heap for each thread, and what reading the shop and the modules took for a moment stays in
    the store thread's. Nothing happens where the C library is another one.
    """
    if sys.platform != "linux":
        return
    try:
        import _ctypes  # ctypes itself is ten times as large
    except ImportError:
        return
    try:
        program = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]  # which is what holds the C library
        mallopt = _ctypes.dlsym(program, "mallopt")
    except OSError:
        return
    for what, value in ((ARENAS, 1), (MAPPED_FROM, LARGE), (TRIMMED_FROM, LARGE)):
        _ctypes.call_function(mallopt, (what, value))


def _without_tls() -> None:
    """Import asyncio as in a Python without TLS, which it provides for: nothing here talks to a network."""
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # what makes importing it fail
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]
