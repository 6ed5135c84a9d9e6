"""A field of several lines."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import TextArea

from store.text import visible
from widgets.fields import Field
from widgets.lines import BLANK
from widgets.safe_text import line_strip, wrap

TAKEN_BACK = ("f6", "f7", "ctrl+shift+k")
"""Keys that Textual's TextArea claims and that mean something else in this house (F6 edit, F7 new ticket)."""


PART_STYLES: Final = {
    # The terminal's own cursor stands there.
    "text-area--cursor": Style.null(),
    "text-area--selection": Style(reverse=True),
}
"""How the parts of a text box look; the others as the text."""


class TextBox(TextArea, inherit_bindings=False):
    """Several lines of text: Tab leaves it, F-keys stay the house's, Ctrl+Z takes typing back.

    Attributes:
        invitation: what may be written here, said dimly in the box while it is empty.
    """

    DEFAULT_CSS = """
    TextBox, TextBox:focus { border: none; padding: 0; width: 1fr; height: 4; background: ansi_default; }
    TextBox { text-style: underline; }
    TextBox:focus { text-style: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        b for b in TextArea.BINDINGS if isinstance(b, Binding) and b.key not in TAKEN_BACK
    ]

    def __init__(self, value: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(
            value,
            id=id,
            classes=classes,
            tab_behavior="focus",
            show_line_numbers=False,
            soft_wrap=True,
            compact=True,
        )
        self.invitation = ""
        self.cursor_blink = False
        self.highlight_cursor_line = False
        self.show_horizontal_scrollbar = False

    @classmethod
    def _get_component_classes(cls) -> frozenset[str]:  # type: ignore[override]  # there it has a cache
        """None, as in `TextInput`."""
        return frozenset()

    def get_component_rich_style(
        self, *names: str, partial: bool = False, default: Style | None = None
    ) -> Style:
        """The style of a part."""
        del partial, default
        return PART_STYLES.get(names[0], Style.null())

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """One line up; on the first line, to the field above."""
        if self.cursor_at_first_line and not select:
            self.screen.focus_previous()
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """One line down; on the last line, to the field below."""
        if self.cursor_at_last_line and not select:
            self.screen.focus_next()
        else:
            super().action_cursor_down(select)

    def put(self, text: str) -> None:
        """Put `text` in at the cursor, as if it had been typed here."""
        self.replace(text, *self.selection)

    def render_line(self, y: int) -> Strip:
        """A line of the text, or of the invitation to write one."""
        if self.text or not self.invitation:
            return super().render_line(y)
        lines = wrap(self.invitation, self.content_size.width or 1)
        if y >= len(lines):
            return BLANK
        if y == 0 and self.has_focus:
            return Strip(
                [
                    Segment(lines[0][:1], PART_STYLES["text-area--cursor"]),
                    *line_strip(lines[0][1:], "dim"),
                ]
            )
        return line_strip(lines[y], "dim")

    def get_line(self, line_index: int) -> Text:
        """One line as it is drawn: control characters as visible signs."""
        return Text(visible(self.document.get_line(line_index)), end="", no_wrap=True)


class TextBoxField(Field):
    """A labelled box of several lines."""

    def __init__(
        self,
        key: str,
        label: str,
        value: str = "",
        *,
        invitation: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(key, label, id=id, classes=classes)
        self._box = TextBox(value)
        self._box.invitation = invitation

    @property
    def editor(self) -> TextBox:
        """The text box."""
        return self._box

    @property
    def value(self) -> str:
        """The text; lines end in newlines."""
        return self._box.text

    @value.setter
    def value(self, value: str) -> None:
        if value != self._box.text:
            self._box.load_text(value)
            # Whoever goes on writing writes on behind it.
            self._box.move_cursor(self._box.document.end)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Pass on that the field changed."""
        event.stop()
        self.post_message(self.Changed(self))
