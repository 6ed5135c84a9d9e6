"""What comes from the terminal and what goes to it: keys in their order, frames as small as the line wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import COLOR_SYSTEMS
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from screens.lean_paint import LeanPaint
from widgets.frame import Frame
from widgets.lookup_box import LookupBox

if TYPE_CHECKING:
    from rich.console import RenderableType


class WireApp(App[int], inherit_bindings=False):
    """An app that may be at the other end of a slow line.

    Args:
        driver_class: the driver of the terminal; Textual's own where None.
        lean: the line is slow.
    """

    def __init__(self, *, driver_class: type[Driver] | None, lean: bool) -> None:
        super().__init__(ansi_color=True, driver_class=driver_class)
        self.lean = lean
        self.paint = LeanPaint()

    # What is sent

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send a frame, with the terminal's own cursor where one types; in lean mode only what changed of it."""
        self.cursor_position = getattr(screen.focused, "cursor_screen_offset", self.cursor_position)
        if (
            self.lean
            and self._running
            and not (self._closed or self._batch_count or self.is_headless)
            and isinstance(renderable, LayoutUpdate | ChopsUpdate | Frame)
        ):
            colors = COLOR_SYSTEMS[self.console.color_system or "standard"]
            changes = self.paint.changes(renderable, screen.outer_size, colors)
            if changes.text or self.cursor_position != self._previous_cursor_position:
                super()._display(screen, changes)
        else:
            super()._display(screen, renderable)

    def frame(self, screen: Screen[Any]) -> Frame | None:
        """A frame for what changes on `screen`; None where Textual must draw it: no terminal, or not in front."""
        return Frame() if not self.is_headless and screen is self.screen else None

    def send(self, frame: Frame) -> None:
        """Show what is in `frame`."""
        if frame.pieces:
            self._display(self.screen, frame)

    # What comes

    async def on_event(self, event: events.Event) -> None:
        """Answer text for the look-up box at once."""
        if isinstance(event, events.Resize):
            self.paint.forget()
        if not (isinstance(event, events.Key) and self._is_looked_up(event)):
            await super().on_event(event)

    def _is_looked_up(self, key: events.Key) -> bool:
        """Whether `key` was text for the look-up box and is answered already; not where more keys wait."""
        box = self.focused
        if not key.is_printable or key.character is None or key.is_forwarded or self.message_queue_size:
            return False
        return isinstance(box, LookupBox) and box.screen is self.screen and box.type_now(key.character)
