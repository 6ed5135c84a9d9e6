"""What to do, to say and not to say, in three short lists."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from widgets.safe_text import fit, line_strip, width_of, wrap

Part = tuple[str, str, Sequence[str]]
"""A heading, the sign before each of its lines, the lines."""


class ScriptView(Widget):
    """Parts of a script, each under its heading, wrapped to the width."""

    DEFAULT_CSS = """
    ScriptView { height: auto; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.parts: tuple[Part, ...] = ()

    def show(self, parts: Sequence[Part]) -> None:
        """Show `parts` from now on."""
        if tuple(parts) != self.parts:
            self.parts = tuple(parts)
            self.refresh(layout=True)

    def _lines(self, width: int) -> list[tuple[str, str]]:
        """What is drawn line by line, with its tone."""
        lines: list[tuple[str, str]] = []
        indent = max((width_of(heading) for heading, _sign, _lines in self.parts), default=0) + 1
        for heading, sign, texts in self.parts:
            before = heading
            for text in texts:
                pieces = wrap(text, max(4, width - indent - width_of(sign)))
                for number, piece in enumerate(pieces):
                    lead = sign if number == 0 else " " * width_of(sign)
                    lines.append((fit(before, indent) + lead + piece, ""))
                    before = ""
        return lines

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """The number of lines at `width` cells."""
        return len(self._lines(width)) if width else 1

    def render_line(self, y: int) -> Strip:
        """The line `y` of the script."""
        lines = self._lines(self.content_size.width or 1)
        return line_strip(*lines[y]) if y < len(lines) else Strip([], 0)
