"""A widget that passes on what is typed: a text that begins where one answers."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Offset
from textual.widget import Widget


class Onward(Widget):
    """What is typed here may be the beginning of a text that goes elsewhere.

    Attributes:
        onward: where one goes on. Called with "" when a key has answered, and with what is typed that is no answer,
            which then is the beginning of a text and not the first letter of an answer. None where nothing goes on.
    """

    onward: Callable[[str], None] | None = None

    @property
    def cursor_screen_offset(self) -> Offset | None:
        """Where an input method shows what is being composed: at the first answer."""
        return None if self.onward is None else self.content_region.offset + Offset(1, 0)
