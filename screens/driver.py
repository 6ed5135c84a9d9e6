"""Textual's driver for Unix, made to leave when the terminal is gone and to be quick with Esc."""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Final, cast

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from screens.early_paint import ALTERNATE, EarlyPaint
from screens.hangup import leave
from screens.late_keys import ESC, PASTE, LateKeys

if TYPE_CHECKING:
    from screens.app import CrmApp

FOCUS_REPORTS: Final = "\x1b[?1004h"
"""Asks the terminal to say when its window comes to the front, and when no longer."""
IDLE: Final = 0.1
"""Seconds between two looks at whether the app wants to end."""


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
        if data == FOCUS_REPORTS and cast("CrmApp", self._app).lean:
            # Each look at another window would send the place where one types anew.
            return
        if data != ALTERNATE or not self.early.take_over():
            super().write(data)

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
