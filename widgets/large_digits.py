"""Digits five lines high, drawn with reversed blanks only: every terminal and every font can show them."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from widgets.safe_text import TONES

SHAPES: Final = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", " # ", " # ", " # "),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "+": ("   ", " # ", "###", " # ", "   "),
    "-": ("   ", "   ", "###", "   ", "   "),
    " ": (" ", " ", " ", " ", " "),
}
"""Three by five points a digit; other signs are left out."""


class LargeDigits(Widget):
    """A telephone number, each point of a digit two cells wide where there is room for it."""

    DEFAULT_CSS = """
    LargeDigits { height: 5; width: 1fr; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.text = ""

    def show(self, text: str) -> None:
        """Show `text`."""
        self.text = text
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line `y` of the digits."""
        shapes = [SHAPES[sign] for sign in self.text if sign in SHAPES]
        if y >= 5 or not shapes:
            return Strip([], 0)
        points = " ".join(shape[y] for shape in shapes)
        wide = 2 if len(points) * 2 <= self.size.width else 1
        return Strip(
            [Segment(" " * wide, TONES["chosen" if point == "#" else ""]) for point in points]
        ).simplify()
