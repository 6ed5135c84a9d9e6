"""A field of a day or a time as a person writes it, with what it is read as beside it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal

from widgets.fields import TextField
from widgets.lines import PlainText


class DueField(TextField):
    """A labelled line for "tomorrow 3pm", "+3d", "明天15点".

    Args:
        read: given the text, says what it is read as, in the person's language; "" where there is nothing to say.
    """

    DEFAULT_CSS = """
    DueField TextInput { width: 18; }
    DueField .reading { width: 1fr; height: 1; padding: 0 0 0 1; }
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
        self._reading = PlainText("", classes="reading", tone="dim")

    def compose(self) -> ComposeResult:
        """The label, the editor, the reading and the note."""
        with Horizontal():
            yield PlainText(self.label, classes="label")
            yield self.editor
            yield self._reading
        yield self._note

    @property
    def reading(self) -> str:
        """What the text is read as now."""
        return self._reading.text

    def read_again(self) -> None:
        """Say what the text is read as, now that something else has changed."""
        self._reading.show(self._read(self.value))

    def on_mount(self) -> None:
        """Say what it is read as at first."""
        self.read_again()

    def on_input_changed(self) -> None:  # type: ignore[override]
        """Say what it is read as while it is being typed."""
        self.read_again()
