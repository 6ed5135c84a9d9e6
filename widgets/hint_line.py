"""One line of short hints side by side: as many as fit, each whole."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from widgets.frame import Frame, OwnLines
from widgets.safe_text import TONES, cut, one_line, width_of

Piece = tuple[str, str]
"""Text, and the tone it is shown in (a key of `widgets.safe_text.TONES`)."""

BETWEEN = "  "


class HintLine(OwnLines, Widget):
    """A line that is always there, so that nothing beneath it moves when it has something to say."""

    DEFAULT_CSS = """
    HintLine { height: 1; width: 100%; padding: 0 1; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._hints: tuple[tuple[Piece, ...], ...] = ()

    @property
    def text(self) -> str:
        """What it says, as one text."""
        return BETWEEN.join("".join(text for text, _tone in hint) for hint in self._hints)

    def show(self, hints: Sequence[Sequence[Piece]], frame: Frame | None = None) -> None:
        """Say `hints` from now on; the first is cut where it does not fit, others are left out.

        Args:
            frame: takes the line, instead of Textual.
        """
        wanted = tuple(tuple(hint) for hint in hints)
        if wanted == self._hints:
            return
        self._hints = wanted
        if frame is not None:
            frame.line(self, 0, self.render_line(0), self.content_size.width)
        else:
            self.refresh()
            self.flush()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        left = self.content_size.width
        segments: list[Segment] = []
        for number, hint in enumerate(self._hints if not y else ()):
            pieces = [(one_line(text), tone) for text, tone in hint]
            needed = sum(width_of(text) for text, _tone in pieces) + bool(number) * len(BETWEEN)
            if needed > left and number:
                break
            if number:
                segments.append(Segment(BETWEEN))
            for text, tone in pieces:
                shown = cut(text, left)
                left -= width_of(shown)
                segments.append(Segment(shown, TONES[tone]))
            left -= bool(number) * len(BETWEEN)
        return Strip(segments)
