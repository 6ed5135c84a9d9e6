"""The lines of every screen: plain text, the places, the status, the keys, the count beside the look-up."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from widgets.frame import Frame, OwnLines
from widgets.safe_text import TONES, cut, fit, line_strip, one_line, width_of, wrap

BLANK: Final = Strip([], 0)


class PlainText(Widget):
    """Text that is never markup, wrapped by cells, as high as it needs to be.

    Args:
        text: what to say, in a person's words or the program's; line ends are kept.
        tone: a key of `widgets.safe_text.TONES`.
    """

    DEFAULT_CSS = """
    PlainText { height: auto; width: 1fr; }
    """

    def __init__(
        self,
        text: str = "",
        *,
        tone: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._text = text
        self.tone = tone

    @property
    def text(self) -> str:
        """What it says now."""
        return self._text

    def show(self, text: str, tone: str | None = None) -> None:
        """Say `text` from now on."""
        if text == self._text and tone in (None, self.tone):
            return
        height = self._height(self.content_size.width)
        self._text = text
        self.tone = self.tone if tone is None else tone
        self.refresh(layout=self._height(self.content_size.width) != height)

    def _height(self, width: int) -> int:
        return len(wrap(self._text, width)) if width else 1

    def get_content_width(self, container: object, viewport: object) -> int:  # noqa: ARG002 - Textual's signature
        """The number of cells that the longest line takes."""
        return max((width_of(one_line(line)) for line in self._text.splitlines()), default=0)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """The number of lines at `width` cells."""
        return self._height(width)

    def render_line(self, y: int) -> Strip:
        """The line `y` of the wrapped text."""
        lines = wrap(self._text, self.content_size.width or 1)
        return line_strip(lines[y], self.tone) if y < len(lines) else BLANK


class CountLine(OwnLines, Widget):
    """A few words of a list, in one line at its side: how many there are."""

    DEFAULT_CSS = """
    CountLine { height: 1; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.text = ""

    def show(self, text: str, frame: Frame | None = None) -> None:
        """Say `text` from now on; `frame` takes it instead of Textual."""
        if text == self.text:
            return
        self.text = text
        if frame is not None:
            frame.line(self, 0, self.render_line(0), self.size.width)
        else:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        return BLANK if y else line_strip(cut(one_line(self.text), self.size.width), "dim")


OLD: Final = 60.0
"""Seconds after which the next key clears what a status line says."""


class StatusLine(Widget):
    """One line that says what just happened. Routine success belongs here, never into a pop-up."""

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 100%; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.text = ""
        self.tone = ""
        self._told = 0.0

    def fade(self) -> None:
        """Clear the line where what it says has been read long ago; an alert stays."""
        if self.text and self.tone != "alert" and monotonic() - self._told > OLD:
            self.tell("")

    def tell(self, text: str, tone: str = "") -> None:
        """Show `text`; "" clears the line. `tone` "warn" and "alert" stand out."""
        self._told = monotonic()
        if (text, tone) != (self.text, self.tone):
            self.text, self.tone = text, tone
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        return (
            BLANK if y or not self.text else line_strip(cut(one_line(self.text), self.size.width), self.tone)
        )


class KeyBar(Widget):
    """The keys that work here, on the last line: as many as fit, in the order given.

    F1 is among them where it is given at all: it tells of those that do not fit.
    """

    DEFAULT_CSS = """
    KeyBar { height: 1; width: 100%; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.entries: tuple[tuple[str, str], ...] = ()

    def show(self, entries: Sequence[tuple[str, str]]) -> None:
        """Show `entries`: (key, what it does), both already translated."""
        if tuple(entries) != self.entries:
            self.entries = tuple(entries)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        if y:
            return BLANK
        segments: list[Segment] = []
        for key, label in self._fitting():
            if segments:
                segments.append(Segment(" "))
            segments += [Segment(key, TONES["chosen"]), Segment(f" {label}")]
        return Strip(segments)

    def _fitting(self) -> list[tuple[str, str]]:
        fitting = list(self.entries)
        while sum(width_of(key) + width_of(label) + 2 for key, label in fitting) - 1 > self.size.width:
            at = next((at for at in range(len(fitting) - 1, 0, -1) if fitting[at][0] != "F1"), 0)
            del fitting[at]
        return fitting


class PlaceBar(Widget):
    """The first line: which shop this is, the places with the present one marked, who is working."""

    DEFAULT_CSS = """
    PlaceBar { height: 1; width: 100%; }
    """

    BESIDE_CALL: Final = len("  Ctrl+R ")
    """Cells of the line of a call that its words do not get."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._shown: tuple[tuple[tuple[str, str], ...], str, str, str, str] = ((), "", "", "", "")

    def show(
        self, places: Sequence[tuple[str, str]], current: str, shop: str, who: str, call: str = ""
    ) -> None:
        """Show `places` as (key, name), the one of key `current` marked, then the shop and the person.

        While the telephone rings the line says `call` instead, with the key that opens the caller.
        """
        shown = (tuple(places), current, shop, who, call)
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        if y:
            return BLANK
        places, current, shop, who, call = self._shown
        if call:
            return self._call_strip(call)
        segments: list[Segment] = []
        for key, name in places:
            segments.append(Segment(f" {key} {name} ", TONES["chosen"] if key == current else TONES[""]))
        used = sum(width_of(segment.text) for segment in segments)
        right = cut(one_line(f"{shop}  {who}".strip()), max(0, self.size.width - used - 2))
        segments.append(Segment(" " * (self.size.width - used - width_of(right))))
        segments.append(Segment(right, TONES["dim"]))
        return Strip(segments)

    def _call_strip(self, call: str) -> Strip:
        """The line of a call, across the whole width."""
        key = " Ctrl+R "
        words = fit(" " + one_line(call), max(0, self.size.width - self.BESIDE_CALL + 1))
        return Strip([Segment(words, TONES["chosen"] + TONES["bold"]), Segment(key, TONES["bold"])])
