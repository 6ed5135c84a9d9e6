"""A list of rows that repaints only what changed, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from locales import N_
from widgets.cells import Cell, CellLike, Column, share_fitting, share_out
from widgets.frame import Frame, OwnLines
from widgets.safe_text import line_strip, row_strip, wrap

__all__ = ["Column", "RowList"]

Item = TypeVar("Item")

EMPTY = Strip([], 0)
MEASURED = 200
"""So many rows are looked at for how wide their columns have to be."""
MARGIN = "  "
"""Left and right of what stands where nothing is listed."""


class RowList(OwnLines, Widget, Generic[Item], can_focus=True):
    """Rows of plain-text cells with one chosen row.

    Rows are drawn from items of any kind: `key` tells which record an item is (the chosen record stays
    chosen when the items are replaced), `cells` how it looks. Only visible items are ever drawn, and only
    lines that differ are sent.
    """

    DEFAULT_CSS = """
    RowList { height: 1fr; width: 1fr; background: ansi_default; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("Up"), id="list.up", tooltip=N_("The row above"), show=False),
        Binding("down", "move(1)", N_("Down"), id="list.down", tooltip=N_("The row below"), show=False),
        Binding(
            "pageup", "page(-1)", N_("Page up"), id="list.page_up", tooltip=N_("One page up"), show=False
        ),
        Binding(
            "pagedown",
            "page(1)",
            N_("Page down"),
            id="list.page_down",
            tooltip=N_("One page down"),
            show=False,
        ),
        Binding("home", "move_to(0)", N_("First"), id="list.first", tooltip=N_("The first row"), show=False),
        Binding("end", "move_to(-1)", N_("Last"), id="list.last", tooltip=N_("The last row"), show=False),
        Binding("enter", "choose", N_("Open"), id="list.open", tooltip=N_("Open the chosen row"), show=False),
    ]

    @dataclass
    class About(Message):
        """Something happened to the row of `item`."""

        rows: RowList[Any]
        item: Any

        @property
        def control(self) -> RowList[Any]:
            """The list it happened in."""
            return self.rows

    class Highlighted(About):
        """Another row is chosen, or the chosen one was replaced; `item` is None when the list is empty."""

    class Chosen(About):
        """A person pressed Enter on it."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        key: Callable[[Item], Hashable],
        cells: Callable[[Item], tuple[CellLike, ...]],
        fitting: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._fitting = fitting
        self.columns = tuple(columns)
        self._key = key
        self._cells = cells
        self._items: Sequence[Item] = ()
        self._notice = ""
        self._index = 0
        self._top = 0
        self._widths: tuple[int, ...] = ()
        self._painted: list[Strip] = []
        self._titles = any(column.title for column in columns)

    @property
    def items(self) -> Sequence[Item]:
        """What is listed, in order."""
        return self._items

    @property
    def index(self) -> int:
        """The position of the chosen row, from 0."""
        return self._index

    @property
    def selected(self) -> Item | None:
        """The item of the chosen row, None when the list is empty."""
        return self._items[self._index] if self._items else None

    def show(
        self, items: Sequence[Item], *, keep: bool = True, notice: str = "", frame: Frame | None = None
    ) -> None:
        """Show `items` instead of the present ones.

        Args:
            items: in the order to show; only visible ones are looked at.
            keep: keep the record that is chosen chosen where it is still listed; else choose the first row.
            notice: what stands there where nothing is listed: why, and which key comes next.
            frame: takes the lines that changed, instead of Textual.
        """
        before = self.selected
        self._notice = notice
        self._items = items
        self._index = self._find(before) if keep and before is not None else 0
        if not keep:
            self._top = 0
        if self._fitting:
            self._widths = self._shared()
        self._scroll()
        self._repaint(frame)
        self.post_message(self.Highlighted(self, self.selected))

    def explain(self, notice: str) -> None:
        """Have `notice` stand there as long as nothing is listed."""
        if notice != self._notice:
            self._notice = notice
            self._repaint()

    def _find(self, wanted: Item) -> int:
        """Where the record of `wanted` is now; where it is gone, the nearest position."""
        key = self._key(wanted)
        for position, item in enumerate(self._items):
            if self._key(item) == key:
                return position
        return max(0, min(self._index, len(self._items) - 1))

    def action_move(self, by: int) -> None:
        """Choose the row `by` rows further down."""
        self._choose(self._index + by)

    def action_page(self, by: int) -> None:
        """Choose the row `by` pages down."""
        self._choose(self._index + by * max(1, self._rows_visible - 1))

    def action_move_to(self, index: int) -> None:
        """Choose row `index`; -1 is the last one."""
        self._choose(index if index >= 0 else len(self._items) - 1)

    def action_choose(self) -> None:
        """Say that the chosen row was opened."""
        if (item := self.selected) is not None:
            self.post_message(self.Chosen(self, item))

    def choose_key(self, key: Hashable) -> bool:
        """Choose the row of the record `key`; False where it is not listed."""
        for position, item in enumerate(self._items):
            if self._key(item) == key:
                self._choose(position)
                return True
        return False

    def _choose(self, index: int) -> None:
        index = max(0, min(index, len(self._items) - 1))
        if index == self._index:
            return
        self._index = index
        self._scroll()
        self._repaint()
        self.post_message(self.Highlighted(self, self.selected))

    @property
    def _rows_visible(self) -> int:
        return max(0, self.content_size.height - self._titles)

    def _scroll(self) -> None:
        """Bring the chosen row into sight, moving no more than needed."""
        rows = max(1, self._rows_visible)
        self._top = max(0, min(self._top, len(self._items) - rows))
        self._top = min(self._top, self._index)
        self._top = max(self._top, self._index - rows + 1)

    def _strips(self) -> list[Strip]:
        """All visible lines as they should be now."""
        strips: list[Strip] = []
        if self._titles:
            titles = tuple(Cell(column.title, "dim") for column in self.columns)
            strips.append(row_strip(titles, self._widths, chosen=False))
        if not self._items and self._notice:
            lines = wrap(self._notice, max(1, self.content_size.width - 2 * len(MARGIN)))
            strips += [EMPTY, *(line_strip(MARGIN + line) for line in lines)]
        for position in range(self._top, min(self._top + self._rows_visible, len(self._items))):
            cells = self._cells(self._items[position])
            strips.append(row_strip(cells, self._widths, chosen=position == self._index))
        return strips

    def _repaint(self, frame: Frame | None = None) -> None:
        """Send the lines that differ from what is on the screen, each no further than its last used cell."""
        if not self.content_size.height:
            return
        old, new = self._painted, self._strips()
        self._painted = new
        regions = []
        for y in range(max(len(old), len(new))):
            before = old[y] if y < len(old) else EMPTY
            after = new[y] if y < len(new) else EMPTY
            if before is after or before == after:
                continue
            width = max(before.cell_length, after.cell_length)
            if frame is not None:
                frame.line(self, y, after, width)
            regions.append(Region(0, y, width, 1))
        if regions and frame is None:
            self.refresh(*regions)

    def _shared(self) -> tuple[int, ...]:
        """The widths of the columns; where they fit the texts, as far as those of the first rows tell."""
        if not self._fitting:
            return share_out(self.columns, self.content_size.width)
        rows = map(self._cells, self._items[:MEASURED])
        return share_fitting(self.columns, rows, self.content_size.width)

    def render_line(self, y: int) -> Strip:
        """The line `y` of the list."""
        return self._painted[y] if y < len(self._painted) else EMPTY

    def on_resize(self, _event: events.Resize) -> None:
        """Share the new width out among the columns."""
        self._widths = self._shared()
        self._scroll()
        self._painted = self._strips()
        self.refresh()
