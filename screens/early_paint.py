"""The first rows on the screen before Textual is imported, which takes most of a start.

What is drawn is what the look-up (`screens.customers`, its .tcss and the widgets in it) draws a moment later in the
same places, from rows that are proven current; where they are not, nothing is drawn. Keys typed meanwhile wait in the
terminal, which neither shows nor edits them from here on.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from locales import _
from screens.match_row import COLUMNS, everybody, match_cells
from store import first_rows
from widgets.cells import cut, runs_of, share_out, width_of

ALTERNATE: Final = "\x1b[?1049h"
"""Changes to the screen of full-screen programs, and clears it."""

_BACK: Final = "\x1b[?1049l\x1b[?25h"
_WIDE: Final = 100
_COUNT: Final = 22
_ABOVE: Final = 3
_BELOW: Final = 2


class EarlyPaint:
    """What was done to the terminal before the app took it over.

    Attributes:
        attributes: the terminal's own settings, to be restored at the end; None where they were not changed.
        painted: whether the alternate screen is already shown, with rows on it.
    """

    def __init__(self) -> None:
        self.attributes: list[Any] | None = None
        self.painted = False

    def take_over(self) -> bool:
        """Whether rows are on the screen; from now on that is the app's own business."""
        painted, self.painted = self.painted, False
        return painted


@contextmanager
def early_paint(folder: Path) -> Iterator[EarlyPaint]:
    """Make the terminal silent and show the first rows of the shop in `folder`; what was done is undone at the end."""
    done = EarlyPaint()
    output = sys.__stderr__
    if os.name != "posix" or sys.__stdin__ is None or output is None or not output.isatty():
        yield done
        return
    import termios

    keyboard = sys.__stdin__.fileno()
    done.attributes = termios.tcgetattr(keyboard)
    try:
        termios.tcsetattr(keyboard, termios.TCSANOW, _silent(done.attributes))
        found = first_rows.load(folder)
        if found is not None and found.rows:
            output.write(ALTERNATE + "\x1b[?25l" + _picture(found, *shutil.get_terminal_size()))
            output.flush()
            done.painted = True
        yield done
    finally:
        # Where the terminal is gone there is nothing to restore.
        with suppress(OSError, termios.error):
            if done.painted:
                output.write(_BACK)
                output.flush()
            termios.tcsetattr(keyboard, termios.TCSANOW, done.attributes)


def _silent(attributes: list[Any]) -> list[Any]:
    """`attributes` without echo, without editing of lines, and with Enter as it is typed."""
    import termios

    control, keys = 3, 0
    silent = list(attributes)
    silent[control] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    silent[keys] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    return silent


def _picture(found: first_rows.FirstRows, columns: int, lines: int) -> str:
    """The look-up with nothing asked: label, count and rows."""
    label = cut(_("Find"), columns - 2)
    count = cut(everybody(found.count), _COUNT)
    parts = [f"\x1b[2;2H{label}\x1b[2;{columns - _COUNT}H\x1b[2m{count}\x1b[0m"]
    width = (columns // 2 if columns >= _WIDE else columns) - 2
    widths = share_out(COLUMNS, width)
    for number, row in enumerate(found.rows[: max(0, lines - _ABOVE - _BELOW)]):
        text = "".join(run.text for run in runs_of(match_cells(row), widths))
        shown = f"\x1b[7m{text}\x1b[0m" if number == 0 else text.rstrip()
        parts.append(f"\x1b[{_ABOVE + 1 + number};2H{shown}")
    # The cursor, where one types.
    parts.append(f"\x1b[2;{3 + width_of(label)}H\x1b[?25h")
    return "".join(parts)
