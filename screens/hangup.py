"""The end that nobody asked for: the terminal is gone, or the system wants the process to end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from textual.app import App

    from screens.app import CrmApp

GRACE: Final = 1.5
"""Seconds that a proper end may take: a dead terminal can block every write."""


def watch_signals(app: CrmApp) -> None:
    """Let signals that end keep the drafts and end the app; an ignored one (SIGHUP under `nohup`) stays ignored.

    The key Ctrl+C sends no SIGINT while the app has the terminal; only somebody else does.
    """
    loop = asyncio.get_running_loop()
    for name in ("SIGHUP", "SIGTERM", "SIGINT"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN and os.name == "posix":
            loop.add_signal_handler(number, end, app, 128 + number)


def leave(app: App[Any]) -> None:
    """End the app because its terminal is gone. May be called from any thread."""
    force_later(129)
    loop = cast("CrmApp", app).loop
    if loop is not None:
        loop.call_soon_threadsafe(end, cast("CrmApp", app), 129)


def end(app: CrmApp, status: int) -> None:
    """Keep every draft, then end with `status`, by force if need be."""
    force_later(status)
    app.keep_drafts()
    app.exit(status, return_code=status)


def force_later(status: int) -> None:
    """End the process after `GRACE` seconds if it has not ended by itself.

    Everything that was acknowledged is on the disk by then, and the system lets go of the locks.
    """
    timer = threading.Timer(GRACE, os._exit, [status])
    timer.daemon = True
    timer.start()
