"""A real terminal for tests and measurements: runs a program in a pseudo-terminal and reads its screen (POSIX only)."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

ROOT = Path(__file__).parents[1]

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "esc": "\x1b",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+s": "\x13",
    "ctrl+z": "\x1a",
}

_QUERY = re.compile(rb"\x1b\[\?2026\$p")
_CUT = re.compile(rb"\x1b(?:\[[0-9;?<>=$ ]*|\][^\x07\x1b]*|[PX^_][^\x1b]*)?\Z")
_UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class Sight:
    """What a program shows in a terminal of `columns` x `rows` cells; subclasses say where its output comes from.

    Attributes:
        output: every byte the program has written since `mark`.
        last: the moment (perf_counter) of the last byte.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = b""
        self.output = b""
        self.last = time.perf_counter()

    def pump(self, seconds: float) -> bool:
        """Read what comes within `seconds`; whether anything came."""
        raise NotImplementedError

    def alive(self) -> bool:
        """Whether the program still runs."""
        raise NotImplementedError

    def mark(self) -> None:
        """Forget the output so far, to count what follows."""
        self.pump(0)
        self.output = b""

    def show(self, data: bytes) -> None:
        """Let the screen take what the program wrote."""
        self.last = time.perf_counter()
        self.output += data
        data = self._rest + data
        cut = _CUT.search(data)
        self._rest = data[cut.start() :] if cut else b""
        data = data[: cut.start()] if cut else data
        self._stream.feed(self._decoder.decode(_UNKNOWN.sub(b"", data)))

    @property
    def text(self) -> str:
        """The screen, a line a row, trailing blanks cut. Wide characters stand once."""
        return "\n".join(
            "".join(self.screen.buffer[row][column].data for column in range(self.columns)).rstrip()
            for row in range(self.rows)
        )

    def wait_for(self, wanted: str, timeout: float = 20.0) -> float:
        """Wait until the screen shows a match of the regular expression; returns the moment of the last byte.

        Raises:
            AssertionError: it did not, in time; the message shows the screen.
        """
        pattern = re.compile(wanted, re.MULTILINE)
        limit = time.perf_counter() + timeout
        while not pattern.search(self.text):
            if time.perf_counter() > limit or (not self.pump(0.2) and not self.alive()):
                raise AssertionError(f"no {wanted!r} on the screen:\n{self.text}")
        return self.last

    def settle(self, quiet: float = 0.1) -> None:
        """Read until nothing has come for `quiet` seconds."""
        while self.pump(quiet):
            pass


class Terminal(Sight):
    """A program in a pseudo-terminal of `columns` x `rows` cells."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(columns, rows)
        self.started = self.last
        self.status: int | None = None
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "",
            **(env or {}),
        }
        for name in ("COLUMNS", "LINES", "CRM_TUI_LANG", "SSH_TTY", "SSH_CONNECTION"):
            if name not in (env or {}):
                environment.pop(name, None)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            try:
                # Whoever started the tests may ignore them, as nohup does; a terminal starts its program with them.
                for ignored in (signal.SIGHUP, signal.SIGINT):
                    signal.signal(ignored, signal.SIG_DFL)
                os.chdir(ROOT)
                os.execvpe(str(arguments[0]), [str(part) for part in arguments], environment)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self.fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, *keys: str) -> float:
        """Press keys by name ("f8", "enter"), or type text; returns the moment."""
        return self.send_bytes("".join(KEYS.get(key, key) for key in keys).encode())

    def send_bytes(self, data: bytes) -> float:
        """Send bytes as they are; returns the moment."""
        moment = time.perf_counter()
        while data:
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self.fd, data) :]
        return moment

    def pump(self, seconds: float) -> bool:
        """Read what comes within `seconds`; whether anything came."""
        # Not `select`, which knows only the first 1024 descriptors; a long test run may have more open.
        poller = select.poll()
        poller.register(self.fd, select.POLLIN | select.POLLHUP | select.POLLERR)
        if not poller.poll(seconds * 1000):
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            return False
        for _found in _QUERY.finditer(data):
            os.write(self.fd, b"\x1b[?2026;2$y")
        self.show(data)
        return True

    def alive(self) -> bool:
        """Whether the program still runs."""
        if self.status is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is None

    def wait_exit(self, timeout: float = 10.0) -> int:
        """The exit status, once the program has ended.

        Raises:
            AssertionError: it did not end in time.
        """
        limit = time.perf_counter() + timeout
        while self.alive():
            assert time.perf_counter() < limit, f"still running:\n{self.text}"
            with contextlib.suppress(OSError, ValueError):
                self.pump(0.05)
        assert self.status is not None
        return self.status

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self.fd)
        self.fd = -1

    def close(self) -> None:
        """End the program and free the terminal."""
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.fd >= 0:
            os.close(self.fd)


def app(*arguments: str | Path) -> list[str | Path]:
    """The command that starts the program from the checkout."""
    return [sys.executable, ROOT / "crm_tui.py", *arguments]
