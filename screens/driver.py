"""Textual's driver for Unix, made to leave when the terminal is gone and to be quick with Esc."""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from typing import Final

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from screens.early_paint import ALTERNATE, EarlyPaint
from screens.hangup import leave
from screens.late_keys import ESC, LateKeys

IDLE: Final = 0.1
"""Seconds between two looks at whether the app wants to end."""
PENDING: Final = 0.02
"""Seconds between two looks while an Esc may still turn out to begin a longer sequence."""


class HouseDriver(LinuxDriver):
    """Reads the terminal.

    Textual's own loop spins on a terminal that is gone while SIGHUP is ignored (`nohup`), and answers Esc
    only after its tenth of a second of waiting, whatever ESCDELAY says.

    Attributes:
        early: what was done to this terminal before.
    """

    early = EarlyPaint()

    def start_application_mode(self) -> None:
        """Take the terminal over, as it was before anything was painted on it."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self.early.attributes is not None:
            self.attrs_before = self.early.attributes

    def write(self, data: str) -> None:
        """Write to the terminal; rows that are already there are not cleared away for a blank screen."""
        if data != ALTERNATE or not self.early.take_over():
            super().write(data)

    def run_input_thread(self) -> None:
        """Read keys until the app ends or the terminal is gone."""
        parser = XTermParser(self._debug)
        late = LateKeys(constants.ESCAPE_DELAY)
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
                text = decode(data)
                # What was typed before the terminal was silent has a line end where Enter was.
                text = text.replace("\r\n", "\r").replace("\n", "\r")
                self._process(parser, late.take(text, last_read))
            is_escape, text = late.due(time.monotonic())
            if is_escape:
                self.process_message(events.Key("escape", ESC))
            self._process(parser, text)
            for message in parser.tick():
                self.process_message(message)

    def _process(self, parser: XTermParser, text: str) -> None:
        # An empty text would mean to the parser that the terminal is gone.
        for message in parser.feed(text) if text else ():
            self.process_message(message)


def driver_after(paint: EarlyPaint) -> type[HouseDriver]:
    """The driver for a terminal on which `paint` was done."""
    return type("HouseDriver", (HouseDriver,), {"early": paint})
