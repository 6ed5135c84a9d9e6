"""One line of text that a person types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import Input

from locales import N_
from store.text import visible
from widgets.safe_text import width_of

UNDERLINED: Final = Style(underline=True)
SELECTED: Final = Style(underline=True, reverse=True)
PLACEHOLDER: Final = Style(underline=True, dim=True)


class TextInput(Input, inherit_bindings=False):
    """One line of text: no blinking, a paste of several lines is joined, Ctrl+Z takes typing back."""

    DEFAULT_CSS = """
    TextInput, TextInput:focus { border: none; height: 1; padding: 0; width: 1fr; background: ansi_default; }
    """

    # Textual's own, without alt+letter and shift+letter chords that terminals swallow or turn into text.
    BINDINGS: ClassVar[list[BindingType]] = [
        *(b for b in Input.BINDINGS if isinstance(b, Binding) and b.key not in ("enter", "ctrl+shift+a")),
        Binding(
            "ctrl+z",
            "take_back",
            N_("Undo typing"),
            id="text.undo",
            tooltip=N_("Take back the last typing"),
            show=False,
        ),
    ]

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        # Before Textual's own: it sets the value, which is watched.
        self._earlier: list[str] = []
        self._before = value
        super().__init__(value, placeholder, id=id, classes=classes, select_on_focus=False, compact=True)
        self.cursor_blink = False

    @classmethod
    def _get_component_classes(cls) -> frozenset[str]:  # type: ignore[override]  # there it has a cache
        """None: for each part of each input Textual would match all rules again, half the time a form takes to open."""
        return frozenset()

    @property
    def content_width(self) -> int:
        """At least as wide as the field: Textual would lay out the whole screen anew with each key that is typed."""
        return max(width_of(visible(self.value)) + 1, self.content_size.width)

    def _position_to_cell(self, position: int) -> int:
        """The cell of a character, as it is drawn."""
        return width_of(visible(self.value[:position]))

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the cursor stands: an input method shows there what is being composed.

        Textual's own is one cell further right at the end of the text.
        """
        left, top, _width, _height = self.content_region
        return Offset(left + self._position_to_cell(self.cursor_position) - self.scroll_offset.x, top)

    def render_line(self, y: int) -> Strip:
        """The one line, underlined to its end: that is where one types."""
        width = self.content_size.width
        if y or not width:
            return Strip.blank(width)
        start = self.scroll_offset.x
        line = Strip([Segment(text, style) for text, style in self._pieces() if text])
        return line.extend_cell_length(start + width, UNDERLINED).crop(start, start + width)

    def _pieces(self) -> Iterator[tuple[str, Style]]:
        """What is drawn, cut where the looks change: drawing it through Rich takes as long as a search.

        The terminal's own cursor stands in it, none that is drawn.
        """
        if not self.value:
            yield self.placeholder, PLACEHOLDER
            return
        start, end = sorted(self.selection) if self.has_focus else (0, 0)
        yield visible(self.value[:start]), UNDERLINED
        yield visible(self.value[start:end]), SELECTED
        yield visible(self.value[end:]), UNDERLINED

    def watch_value(self, value: str) -> None:
        """Remember what the text was, so that it can be taken back."""
        if value != self._before:
            self._earlier.append(self._before)
            self._before = value
            del self._earlier[:-100]

    def reset(self, value: str) -> None:
        """Hold `value` as if it had always been there."""
        self._before = value
        self._earlier.clear()
        self.value = value
        self.cursor_position = len(value)

    def action_take_back(self) -> None:
        """Bring the text back to what it was before the last change."""
        if self._earlier:
            self._before = self.value = self._earlier.pop()
            self.cursor_position = len(self.value)

    def _on_paste(self, event: events.Paste) -> None:
        """Join the lines of a paste; Textual would keep the first and drop the rest without a word."""
        text = " ".join(line.strip() for line in event.text.splitlines() if line.strip())
        self.replace(text, *self.selection)
        event.stop()
        event.prevent_default()
