"""Textual's driver for Unix, made to leave when the terminal is gone and to be quick with Esc."""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from typing import Final

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from screens.hangup import leave

IDLE: Final = 0.1
"""Seconds between two looks at whether the app wants to end."""
PENDING: Final = 0.02
"""Seconds between two looks while an Esc may still turn out to begin a longer sequence."""


class HouseDriver(LinuxDriver):
    """Reads the terminal.

    Textual's own loop spins on a terminal that is gone while SIGHUP is ignored (`nohup`), and answers Esc
    only after its tenth of a second of waiting, whatever ESCDELAY says.
    """

    def run_input_thread(self) -> None:
        """Read keys until the app ends or the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        last_read = 0.0
        while not self.exit_event.is_set():
            pending = time.monotonic() - last_read < constants.ESCAPE_DELAY + IDLE
            ready, _write, _error = select.select([self.fileno], [], [], PENDING if pending else IDLE)
            if ready:
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:
                    data = b""
                if not data:
                    leave(self._app)
                    return
                last_read = time.monotonic()
                for message in parser.feed(decode(data)):
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
