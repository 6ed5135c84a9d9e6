"""The program in an xterm: what it shows, what reaches it, and where on the screen of the desktop its cursor stands."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.desktop.desktop import Desktop, Place, end, until
from tests.terminal import ROOT, Sight


class Xterm(Sight):
    """A program in a window of a desktop, of 80 x 24 cells.

    `script` (of util-linux) stands between the two, keeps both ways in files and changes nothing.

    Args:
        desktop: where the window is.
        arguments: the program and what it is given.
    """

    def __init__(self, desktop: Desktop, arguments: Sequence[str | Path]) -> None:
        super().__init__(80, 24)
        self.desktop = desktop
        self._shown, self._reached, self._told = (desktop.folder / name for name in ("out", "in", "pid"))
        self._read = self._since = 0
        program = shlex.join(map(str, arguments))
        command = f"echo $$ > {self._told}; cd {shlex.quote(str(ROOT))}; exec {program}"
        self._window = desktop.start(
            *("xterm", "-fa", "Monospace", "-fs", "10", "-geometry", "80x24+60+60", "-class", "Tried", "-e"),
            *("script", "-q", "-f", "-I", self._reached, "-O", self._shown, "-c", command),
        )
        self._number = ""

    def __enter__(self) -> Self:
        try:
            self._number = until(lambda: self.desktop.window("Tried"), "window")
            self.desktop.ask("xdotool", "windowfocus", "--sync", self._number)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program and its window."""
        with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
            os.kill(int(self._told.read_text(encoding="ascii")), signal.SIGKILL)
            self._window.wait(5)  # it ends behind its program, and has `script` end before itself
        end(self._window)

    def pump(self, seconds: float) -> bool:
        """Read what comes within `seconds`; whether anything came."""
        limit = time.monotonic() + seconds
        while not (data := self._new()):
            if time.monotonic() >= limit:
                return False
            time.sleep(0.005)
        self.show(data)
        return True

    def _new(self) -> bytes:
        """What the program wrote since the last look, without the line that `script` puts in front."""
        with contextlib.suppress(FileNotFoundError), self._shown.open("rb") as file:
            if not self._read:
                first = file.readline()
                self._read = len(first) if first.endswith(b"\n") else 0
            file.seek(self._read)
            data = file.read() if self._read else b""
            self._read += len(data)
            return data
        return b""

    def alive(self) -> bool:
        """Whether the program still runs."""
        return self._window.poll() is None

    def wait_answered(self) -> None:
        """Wait until what xterm answers has reached the program, after it showed what it asks at its start."""
        asked = self.output.count(b"$p")
        until(lambda: self._reached.read_bytes().count(b"$y") >= asked, f"{asked} answers of xterm")

    def mark(self) -> None:
        """Forget what was shown and what reached the program so far."""
        super().mark()
        self._since = self._reached.stat().st_size

    @property
    def reached(self) -> str:
        """What reached the program since `mark`."""
        return self._reached.read_bytes()[self._since :].decode("utf-8", "replace")

    def wait_behind(self, wanted: str) -> None:
        """Wait until `wanted` is what stands on its line before the cursor, blanks in a row counted as one."""

        def stands_before() -> bool:
            self.pump(0)
            cursor = self.screen.cursor
            line = "".join(self.screen.buffer[cursor.y][x].data for x in range(cursor.x))
            return not cursor.hidden and " ".join(line.split()) == wanted

        try:
            until(stands_before, f"{wanted!r} before the cursor")
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{self.text}") from None

    @property
    def cursor(self) -> Place:
        """Where the cell under the program's cursor is on the screen of the desktop."""
        cursor = self.screen.cursor
        assert not cursor.hidden, self.text
        window = self.desktop.place(self._number)
        assert window is not None
        hints = self.desktop.ask("xprop", "-id", self._number, "WM_NORMAL_HINTS")
        (width, height), (extra_width, extra_height) = (
            map(int, re.findall(rf"{what}: (\d+) by (\d+)", hints)[0])
            for what in ("resize increment", "base size")
        )
        left, top = window.x + extra_width // 2, window.y + extra_height // 2
        return Place(left + cursor.x * width, top + cursor.y * height, width, height)
