"""The fields of a form: a label, what a person types, and what is wrong with it beneath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from locales import N_
from store.text import visible
from widgets.lines import PlainText
from widgets.safe_text import width_of


class Field(Widget):
    """What every field has: a key, a label, a value, and a line beneath for what is wrong or worth knowing.

    Attributes:
        key: the name of the field in the action it fills.
        label: what stands before it, already translated.
    """

    DEFAULT_CSS = """
    Field { height: auto; width: 1fr; }
    Field > Horizontal { height: auto; width: 1fr; }
    Field .label { width: 16; height: 1; padding: 0 1 0 0; }
    Field .note { padding: 0 0 0 16; display: none; }
    Field .note.-shown { display: block; }
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
        self._note = PlainText("", classes="note")

    def compose(self) -> ComposeResult:
        """The label, the editor and the note."""
        with Horizontal():
            yield PlainText(self.label, classes="label")
            yield self.editor
        yield self._note

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
        return self._note.text

    def _say(self, text: str, tone: str) -> None:
        self._note.show(text, tone)
        self._note.set_class(bool(text), "-shown")

    def focus(self, scroll_visible: bool = True) -> Field:  # noqa: FBT001, FBT002 - Textual's signature
        """Give the keys to the editor."""
        self.editor.focus(scroll_visible)
        return self


UNDERLINED: Final = Style(underline=True)


class TextInput(Input, inherit_bindings=False):
    """One line of text: no blinking, a paste of several lines is joined, Ctrl+Z takes typing back."""

    DEFAULT_CSS = """
    TextInput, TextInput:focus { border: none; height: 1; padding: 0; width: 1fr; background: ansi_default; }
    TextInput:ansi > .input--cursor { background: ansi_default; color: ansi_default; text-style: reverse; }
    TextInput:ansi > .input--selection { background: ansi_default; color: ansi_default; text-style: reverse; }
    TextInput:ansi > .input--placeholder { color: ansi_default; text-style: dim; }
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

    @property
    def _value(self) -> Text:
        """What is drawn: control characters as visible signs."""
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        """The cell of a character, as it is drawn."""
        return width_of(visible(self.value[:position]))

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the cursor block stands: an input method shows there what is being composed.

        Textual's own is one cell further right at the end of the text.
        """
        left, top, _width, _height = self.content_region
        return Offset(left + self._position_to_cell(self.cursor_position) - self.scroll_offset.x, top)

    def render_line(self, y: int) -> Strip:
        """The one line, underlined to its end: that is where one types."""
        return super().render_line(y).apply_style(UNDERLINED)

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


class DateField(TextField):
    """A field of a date, with or without a time, as a person writes it."""
