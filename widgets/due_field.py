"""A field of a day or a time as a person writes it, with what it is read as beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.strip import Strip

from widgets.fields import LABEL_WIDTH, TextField
from widgets.safe_text import cut, line_strip, one_line

EDITOR_WIDTH: Final = 18
"""Cells of the text input."""


class DueField(TextField):
    """A labelled line for "tomorrow 3pm", "+3d", "明天15点".

    Args:
        read: given the text, says what it is read as, in the person's language; "" where there is nothing to say.
    """

    def __init__(
        self,
        key: str,
        label: str,
        value: str = "",
        *,
        read: Callable[[str], str],
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(key, label, value, id=id)
        self._read = read
        self._reading = ""
        self.editor.styles.width = EDITOR_WIDTH

    @property
    def reading(self) -> str:
        """What the text is read as now."""
        return self._reading

    def read_again(self) -> None:
        """Say what the text is read as, now that something else has changed."""
        reading = self._read(self.value)
        if reading != self._reading:
            self._reading = reading
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """What the text is read as, behind the editor."""
        strip = super().render_line(y)
        if y:
            return strip
        start = LABEL_WIDTH + EDITOR_WIDTH + 1
        reading = cut(one_line(self._reading), max(0, self.content_size.width - start))
        return Strip.join([strip.adjust_cell_length(start), line_strip(reading, "dim")])

    def on_mount(self) -> None:
        """Say what it is read as at first."""
        self.read_again()

    def on_input_changed(self) -> None:  # type: ignore[override]
        """Say what it is read as while it is being typed."""
        self.read_again()
