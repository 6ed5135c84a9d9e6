"""Lines that go to the terminal in one piece, past Textual's own composing of the screen.

For a key of the look-up Textual takes longer to find out what changed, to compose it and to hand it through its queues
than the search takes. The widgets of the look-up know their changed lines themselves. What they put into a frame is
what Textual would draw of them later, when it has another reason to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from textual._compositor import CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    _Mixin = Widget
else:
    # Textual takes styles and keys from the first base class that is a widget, which is to be the other one.
    _Mixin = object

ERASE: Final = "\x1b[{}X"
"""Blanks so many cells from the cursor on, without moving it."""


class Frame(CompositorUpdate):
    """What changes with one key.

    Attributes:
        pieces: what is drawn: line and column on the screen, a strip, and how many blank cells follow it.
    """

    def __init__(self) -> None:
        self.pieces: list[tuple[int, int, Strip, int]] = []

    def line(self, widget: Widget, y: int, strip: Strip, width: int, start: int = 0) -> None:
        """Draw `strip` on line `y` of `widget` from cell `start` on, and blanks after it up to `width` cells in all."""
        region = widget.content_region
        self.pieces.append((region.y + y, region.x + start, strip, max(0, width - strip.cell_length)))

    def render_segments(self, console: Console) -> str:
        """The frame as the terminal gets it."""
        return "".join(
            f"\x1b[{y + 1};{x + 1}H{strip.render(console)}{ERASE.format(blank) if blank else ''}"
            for y, x, strip, blank in self.pieces
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The same for Rich, which never asks."""
        yield Segment(self.render_segments(console))


class OwnLines(_Mixin):
    """A widget without border whose lines Textual must not keep: they may have changed in a `Frame`."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in `crop`, as they are now, with the padding around them."""
        gutter, height, width = self.gutter, self.content_size.height, self.outer_size.width
        lines = []
        for y in range(crop.y - gutter.top, crop.bottom - gutter.top):
            line = self.render_line(y) if 0 <= y < height else Strip([], 0)
            if gutter.left:
                line = Strip.join([Strip.blank(gutter.left), line])
            lines.append(line.adjust_cell_length(width).crop(crop.x, crop.right))
        return lines

    def flush(self) -> None:
        """Hand what changed to Textual now, for the same frame as the text that was just typed.

        Otherwise the widget would do so in its own turn, after the screen has painted the text alone.
        """
        self._check_refresh()
