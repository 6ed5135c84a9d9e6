"""The look-up box: what is typed is searched at once, and the answer is painted in the same frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input
from textual.widgets.input import Selection

from locales import N_
from store.text import visible
from widgets.frame import Frame, OwnLines
from widgets.row_list import RowList
from widgets.safe_text import width_of
from widgets.text_input import TextInput


class LookupBox(OwnLines, TextInput, inherit_bindings=False):
    """A text input that searches while one types and steers the list of answers beneath it.

    A message to the screen and a second frame would cost five times the time of the search itself, so the
    box calls `search` directly. Keys that arrive together (a burst, a paste) are searched once; Up, Down and
    Enter first see to it that the answers belong to what was typed.

    Args:
        search: given the text, puts the answers into `rows`.
        rows: the list that Up, Down, Page Up, Page Down and Enter steer while the keys go to this box.
        complete: given text and cursor, the place (start, end) of what was begun there and what may stand in it; None
            where there is nothing to complete.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(b for b in Input.BINDINGS if isinstance(b, Binding) and b.key not in ("enter", "ctrl+shift+a")),
        Binding("up", "row(-1)", N_("Up"), id="lookup.up", tooltip=N_("The row above"), show=False),
        Binding("down", "row(1)", N_("Down"), id="lookup.down", tooltip=N_("The row below"), show=False),
        Binding(
            "pageup", "page(-1)", N_("Page up"), id="lookup.page_up", tooltip=N_("One page up"), show=False
        ),
        Binding(
            "pagedown",
            "page(1)",
            N_("Page down"),
            id="lookup.page_down",
            tooltip=N_("One page down"),
            show=False,
        ),
        Binding("enter", "open", N_("Open"), id="lookup.open", tooltip=N_("Open the chosen row"), show=False),
        Binding(
            "tab",
            "complete",
            N_("Complete"),
            id="lookup.complete",
            tooltip=N_("Take the first completion; Right at the end of the text does so too"),
            show=False,
        ),
    ]

    class NothingToOpen(Message):
        """A person pressed Enter where nothing was found."""

    def __init__(
        self,
        search: Callable[[str], None],
        rows: RowList[Any],
        *,
        complete: Callable[[str, int], tuple[int, int, str] | None] = lambda _text, _cursor: None,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        # Before Textual's own, which draws the value that it sets.
        self._search = search
        self._complete = complete
        self._rows = rows
        self._waiting = False
        self._is_typing = self._is_drawn = False
        self._drawn = Strip([]), 0
        super().__init__(placeholder=placeholder, id=id)

    def watch_value(self, value: str) -> None:
        """Search once the keys that are already here have been taken."""
        super().watch_value(value)
        if not self._waiting and self.is_mounted:
            self._waiting = True
            if not self._is_typing:
                self.call_later(self.catch_up)

    def type_now(self, text: str) -> bool:
        """Put `text` in and show the answers before this returns; False where other keys wait that were typed before.

        Through its queues Textual takes as long for a key as the search does.
        """
        if self.message_queue_size or not self.is_mounted:
            return False
        self._is_typing = True
        try:
            if not self._put_where_it_fits(text):
                self.put(text)
        finally:
            self._is_typing = False
        self.catch_up()
        return True

    def _put_where_it_fits(self, text: str) -> bool:
        """Put `text` in without Textual's watchers, where the line need not scroll; False where it must.

        They lay out, scroll and tell others that the text changed, which takes half as long as the search.
        """
        start, end = sorted(self.selection)
        value = self.value[:start] + text + self.value[end:]
        if self.scroll_offset.x or width_of(visible(value)) + 1 > self.content_size.width:
            return False
        self.set_reactive(Input.value, value)
        self.set_reactive(Input.selection, Selection.cursor(start + len(text)))
        self.app.clear_selection()
        self.app.cursor_position = self.cursor_screen_offset
        self.watch_value(value)
        return True

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Have Textual draw the box, unless it is about to be drawn with its answers."""
        if self._waiting or self._is_typing:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_line(self, y: int) -> Strip:
        """The line, remembered as what is on the screen."""
        line = super().render_line(y)
        end = self._position_to_cell(len(self.value)) + 1 - self.scroll_offset.x
        self._drawn = line, min(end, line.cell_length)
        return line

    def draw(self, frame: Frame) -> None:
        """Put what changed of the box into `frame`."""
        before, before_end = self._drawn
        after = self.render_line(0)
        self._is_drawn = True
        if before == after:
            return
        pairs = enumerate(zip(before.text, after.text, strict=False))
        differs = next((at for at, (old, new) in pairs if old != new), 0)
        # The sign before was under the cursor, or was chosen, and looks different now.
        start = width_of(after.text[: max(0, differs - 1)])
        end = max(before_end, self._drawn[1])
        frame.line(self, 0, after.crop(start, end), 0, start)

    def catch_up(self) -> None:
        """See to it that the answers belong to what the box holds."""
        if self._waiting:
            self._waiting = self._is_drawn = False
            self._search(self.value)
            if not self._is_drawn:
                self.refresh()
                self.flush()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell nobody else: the answers are there already."""
        event.stop()

    def put(self, text: str) -> None:
        """Put `text` in at the cursor, as if it had been typed here."""
        self.replace(text, *self.selection)

    def action_row(self, by: int) -> None:
        """Choose another row."""
        self.catch_up()
        self._rows.action_move(by)

    def action_page(self, by: int) -> None:
        """Choose a row one page away."""
        self.catch_up()
        self._rows.action_page(by)

    def action_complete(self) -> None:
        """Take the first completion; where there is none, on to what comes next on the screen."""
        if not self._take_completion():
            self.screen.focus_next()

    def action_cursor_right(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """One character to the right; behind the last one there, take the first completion."""
        if select or self.cursor_position < len(self.value) or not self._take_completion():
            super().action_cursor_right(select)

    def _take_completion(self) -> bool:
        found = self._complete(self.value, self.cursor_position)
        if found is not None:
            start, end, text = found
            self.replace(text, start, end)
            self.cursor_position = start + len(text)
        return found is not None

    def action_open(self) -> None:
        """Open the chosen row."""
        self.catch_up()
        if self._rows.items:
            self._rows.action_choose()
        else:
            self.post_message(self.NothingToOpen())

    def on_key(self, event: events.Key) -> None:
        """Home and End move in the text; with nothing typed, in the list."""
        if not self.value and event.key in ("home", "end"):
            event.stop()
            event.prevent_default()
            self._rows.action_move_to(0 if event.key == "home" else -1)
