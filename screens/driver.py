"""Textual's driver for Unix, made to leave when the terminal is gone and to be quick with Esc."""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from screens.early_paint import ALTERNATE, EarlyPaint
from screens.hangup import leave
from screens.late_keys import ESC, PASTE, LateKeys

if TYPE_CHECKING:
    from screens.app import CrmApp

FOCUS_REPORTS: Final = "\x1b[?1004h"
"""Asks the terminal to say when its window comes to the front, and when no longer."""
IDLE: Final = 0.1
"""Seconds between two looks at whether the app wants to end."""
AT_ONCE: Final = 4096
"""Characters that a terminal takes without making anybody wait."""
FRAME_BEGINS: Final = "\x1b[?2026h"
FRAME_ENDS: Final = "\x1b[?2026l"


class Output:
    """The terminal as Textual's writing thread sees it, with a way past that thread when it has nothing to write.

    Attributes:
        queued: how many texts the thread was given.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.queued = self._taken = self._written = 0

    def write(self, text: str) -> None:
        """Take one text of the thread."""
        self._taken += 1
        self._file.write(text)

    def flush(self) -> None:
        """Send what was taken."""
        taken = self._taken
        self._file.flush()
        self._written = taken

    def fileno(self) -> int:
        """The terminal."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is one."""
        return self._file.isatty()

    def write_now(self, text: str) -> bool:
        """Write `text` from this thread; False where the thread is still writing, or the terminal takes nothing now."""
        if self._written != self.queued:
            return False
        descriptor = self._file.fileno()
        poller = select.poll()
        poller.register(descriptor, select.POLLOUT)
        if not poller.poll(0):
            return False
        data = text.encode(errors="replace")
        # A terminal that is gone is noticed where keys are read.
        with suppress(OSError):
            while data:
                data = data[os.write(descriptor, data) :]
        return True


class HouseDriver(LinuxDriver):
    """Reads the terminal.

    Textual's own loop spins on a terminal that is gone while SIGHUP is ignored (`nohup`), and answers Esc
    only after its tenth of a second of waiting, whatever ESCDELAY says.

    Attributes:
        early: what was done to this terminal before.
    """

    early = EarlyPaint()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._output = Output(cast("TextIO", self._file))
        self._frame: list[str] = []

    def start_application_mode(self) -> None:
        """Take the terminal over, as it was before anything was painted on it."""
        self._file = self._output  # type: ignore[assignment]
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self.early.attributes is not None:
            self.attrs_before = self.early.attributes

    def write(self, data: str) -> None:
        """Write to the terminal; rows that are already there are not cleared away for a blank screen.

        A frame goes out at once and whole: Textual's writing thread would wait until nothing else is to be done.
        """
        if data == FOCUS_REPORTS and cast("CrmApp", self._app).lean:
            # Each look at another window would send the place where one types anew.
            return
        if data == ALTERNATE and self.early.take_over():
            return
        if self._frame or data == FRAME_BEGINS:
            self._frame.append(data)
            if data != FRAME_ENDS:
                return
            data = "".join(self._frame)
            self._frame.clear()
        if len(data) > AT_ONCE or not self._output.write_now(data):
            self._output.queued += 1
            super().write(data)

    def send_message(self, message: Message) -> None:
        """Put `message` into the app's queue; Textual would make a task of each key first."""
        self._loop.call_soon_threadsafe(self._app.post_message, message)

    def run_input_thread(self) -> None:
        """Read keys until the app ends or the terminal is gone."""
        parser = XTermParser(self._debug)
        late = LateKeys(constants.ESCAPE_DELAY)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            wait = late.wait(time.monotonic())
            ready, _write, _error = select.select([self.fileno], [], [], IDLE if wait is None else wait)
            text = ""
            if ready:
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:
                    data = b""
                if not data:
                    leave(self._app)
                    return
                # What was typed before the terminal was silent has a line end where Enter was.
                text = decode(data).replace("\r\n", "\r").replace("\n", "\r")
            for part in late.take(text, time.monotonic()):
                self._pass_on(parser, part)

    def _pass_on(self, parser: XTermParser, part: str) -> None:
        """Tell the app of what `LateKeys` is certain of."""
        if part == ESC:
            self.process_message(events.Key("escape", ESC))
        elif part.startswith(PASTE):
            self.process_message(events.Paste(part.removeprefix(PASTE).replace("\x00", "")))
        else:
            for message in parser.feed(part):
                self.process_message(message)


def driver_after(paint: EarlyPaint) -> type[HouseDriver]:
    """The driver for a terminal on which `paint` was done."""
    return type("HouseDriver", (HouseDriver,), {"early": paint})
