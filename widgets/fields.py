"""The fields of a form: a label, what a person types, and what is wrong with it beneath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from widgets.lines import BLANK
from widgets.safe_text import line_strip, wrap
from widgets.text_input import TextInput

LABEL_WIDTH: Final = 16
"""Cells of the label, with the gap behind it."""


class Field(Widget):
    """What every field has: a key, a label, a value, and a line beneath for what is wrong or worth knowing.

    Attributes:
        key: the name of the field in the action it fills.
        label: what stands before it, already translated.
    """

    DEFAULT_CSS = """
    Field { height: auto; width: 1fr; }
    Field > .editor { margin: 0 0 0 16; }
    """

    @dataclass
    class Changed(Message):
        """A person changed what the field holds."""

        field: Field

        @property
        def control(self) -> Field:
            """The field that changed."""
            return self.field

    def __init__(self, key: str, label: str, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id or f"field-{key}", classes=classes)
        self.key = key
        self.label = label
        self._note = ""
        self._tone = ""

    def compose(self) -> ComposeResult:
        """The editor; what stands around it is drawn by the field."""
        yield self.editor.add_class("editor", update=False)

    @property
    def editor(self) -> Widget:
        """The widget that takes the keys."""
        raise NotImplementedError

    @property
    def value(self) -> str:
        """What the field holds: the text, or the English key of a choice."""
        raise NotImplementedError

    @value.setter
    def value(self, value: str) -> None:
        raise NotImplementedError

    def error(self, text: str) -> None:
        """Say beneath the field what is wrong with it; "" takes it back."""
        self._say(text, "alert")

    def warn(self, text: str) -> None:
        """Say beneath the field what is worth knowing before saving; "" takes it back."""
        self._say(text, "warn")

    def hint(self, text: str) -> None:
        """Say beneath the field how it is understood; "" takes it back."""
        self._say(text, "bold")

    @property
    def note(self) -> str:
        """What stands beneath the field now."""
        return self._note

    def _say(self, text: str, tone: str) -> None:
        if (text, tone) != (self._note, self._tone):
            before = len(self._note_lines())
            self._note, self._tone = text, tone
            self.refresh(layout=len(self._note_lines()) != before)

    def _note_lines(self, width: int = 0) -> list[str]:
        """The note, wrapped for a field of `width` cells; as wide as it is now without."""
        room = (width or self.content_size.width) - LABEL_WIDTH
        return wrap(self._note, room) if self._note and room > 0 else []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines of the editor and of the note."""
        return super().get_content_height(container, viewport, width) + len(self._note_lines(width))

    def render_line(self, y: int) -> Strip:
        """The label, beside the first line of the editor, and the note beneath it."""
        if y == 0:
            return line_strip(wrap(self.label, LABEL_WIDTH - 1)[0], "")
        lines = self._note_lines()
        position = y - (self.content_size.height - len(lines))
        if position < 0:
            return BLANK
        return Strip([Segment(" " * LABEL_WIDTH), *line_strip(lines[position], self._tone)])

    def focus(self, scroll_visible: bool = True) -> Field:  # noqa: FBT001, FBT002 - Textual's signature
        """Give the keys to the editor."""
        self.editor.focus(scroll_visible)
        return self


class TextField(Field):
    """A field of one line of text."""

    def __init__(
        self,
        key: str,
        label: str,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(key, label, id=id, classes=classes)
        self._input = TextInput(value, placeholder=placeholder)

    @property
    def editor(self) -> TextInput:
        """The text input."""
        return self._input

    @property
    def value(self) -> str:
        """The text."""
        return self._input.value

    @value.setter
    def value(self, value: str) -> None:
        self._input.reset(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on that the field changed."""
        event.stop()
        self.post_message(self.Changed(self))
