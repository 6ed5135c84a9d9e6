"""A process of our own that works beside this one: what it needs of memory and time is not taken from the screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


class Beside:
    """Runs a module of ours in another process, at most one at a time.

    Args:
        module: what is run, as `python -m` names it. It returns 0 when it did what it is for.
        arguments: what it is told.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether one was started of which nobody has asked yet how it ended."""
        return self._process is not None

    def start(self) -> bool:
        """Start it; whether it is at work now, which it may have been before."""
        if self._process is not None:
            return True
        import subprocess

        root = str(Path(__file__).resolve().parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        try:
            # Detached: when the terminal is closed it goes on, and the next start finds what it made.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                self._command,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return False
        return True

    def ended(self, timeout: float | None = 0) -> bool | None:
        """Whether it did what it is for; None while it is at work, or where none is. Asked once for each.

        Args:
            timeout: seconds to wait for it; None: until it ends.
        """
        if self._process is None:
            return None
        import subprocess

        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        self._process = None
        return status == 0

    def stop(self) -> None:
        """End it at once, whatever it is at."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
