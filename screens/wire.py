"""What comes from the terminal and what goes to it: keys in their order, frames as small as the line wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import COLOR_SYSTEMS
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from screens.lean_paint import LeanPaint
from screens.typed_ahead import KeyTaken, TypedAhead
from widgets.frame import Frame
from widgets.lookup_box import LookupBox

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.geometry import Offset

SHOWN: Final = "\x1b[?25h"
HIDDEN: Final = "\x1b[?25l"
"""The terminal's own cursor."""


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
        self._is_cursor_shown = False
        self.typed_ahead = TypedAhead(self)

    # What is sent

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send a frame, with the terminal's own cursor where one types; in lean mode only what changed of it.

        An input method shows beside the cursor what it offers, and terminals made with VTE (GNOME's, Xfce's) show what
        is being composed only where the cursor can be seen. So the house's text widgets draw no cursor of their own.
        """
        if (
            self._driver is None
            or not self._running
            or self._closed
            or self._batch_count
            or self.is_headless
            or not isinstance(renderable, LayoutUpdate | ChopsUpdate | Frame)
        ):
            super()._display(screen, renderable)
            return
        is_shown = self._place_cursor(screen)
        if self.lean:
            colors = COLOR_SYSTEMS[self.console.color_system or "standard"]
            changes = self.paint.changes(renderable, screen.outer_size, colors)
            if changes.text or self._is_cursor_moved:
                super()._display(screen, changes)
        else:
            super()._display(screen, renderable)
        if is_shown != self._is_cursor_shown:
            self._is_cursor_shown = is_shown
            self._driver.write(SHOWN if is_shown else HIDDEN)
            self._driver.flush()

    def _place_cursor(self, screen: Screen[Any]) -> bool:
        """Have the cursor stand where one types; whether one types anywhere.

        Asked with each frame: that place also moves when something above it grows, or a dialog goes.
        """
        offset: Offset | None = getattr(screen.focused, "cursor_screen_offset", None)
        if offset is not None:
            self.cursor_position = offset
        return offset is not None

    @property
    def _is_cursor_moved(self) -> bool:
        return self.cursor_position != self._previous_cursor_position

    def frame(self, screen: Screen[Any]) -> Frame | None:
        """A frame for what changes on `screen`; None where Textual must draw it: no terminal, or not in front."""
        return Frame() if not self.is_headless and screen is self.screen else None

    def send(self, frame: Frame) -> None:
        """Show what is in `frame`."""
        self._place_cursor(self.screen)
        if frame.pieces or self._is_cursor_moved:
            self._display(self.screen, frame)

    # What comes

    async def on_event(self, event: events.Event) -> None:
        """Take keys one after the other, and answer text for the look-up box at once."""
        if isinstance(event, events.Resize):
            self.paint.forget()
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self.typed_ahead.holds(event) and not self._is_looked_up(event):
            await super().on_event(event)
            self.typed_ahead.follow(event)

    async def on_key_taken(self, message: KeyTaken) -> None:
        """Take the keys behind that one."""
        await self.typed_ahead.taken(message)

    def _is_looked_up(self, key: events.Key | events.Paste) -> bool:
        """Whether `key` was text for the look-up box and is answered already; not where more keys wait."""
        box = self.focused
        if not isinstance(key, events.Key) or not key.is_printable or key.character is None:
            return False
        if self.message_queue_size:
            return False
        return isinstance(box, LookupBox) and box.screen is self.screen and box.type_now(key.character)
