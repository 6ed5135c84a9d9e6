"""A list of rows under headings: a heading is never the chosen row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from textual.strip import Strip

from widgets.frame import Frame
from widgets.row_list import RowList
from widgets.safe_text import cut, line_strip, one_line

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the rows of a section."""

    text: str


class SectionList(RowList[Item]):
    """A `RowList` whose items may be `Heading`s; Up, Down and a new list pass them over."""

    def show(
        self, items: Sequence[Item], *, keep: bool = True, notice: str = "", frame: Frame | None = None
    ) -> None:
        """Show `items`; where the chosen record is gone, the next row of the list is chosen."""
        super().show(items, keep=keep, notice=notice, frame=frame)
        if self._is_heading(self._index):
            self._choose(self._index)

    def _strips(self) -> list[Strip]:
        """All visible lines; a heading goes across the columns."""
        strips = super()._strips()
        first = self._top - self._titles
        for y in range(self._titles, len(strips) if self._items else 0):
            item = self._items[first + y]
            if isinstance(item, Heading):
                strips[y] = line_strip(cut(one_line(item.text), self.content_size.width), "bold")
        return strips

    def _is_heading(self, index: int) -> bool:
        return 0 <= index < len(self._items) and isinstance(self._items[index], Heading)

    def _choose(self, index: int) -> None:
        """Choose row `index`, or the nearest one beyond it that is no heading."""
        index = max(0, min(index, len(self._items) - 1))
        steps = (-1, 1) if index < self._index else (1, -1)
        for step in steps:
            wanted = index
            while self._is_heading(wanted):
                wanted += step
            if 0 <= wanted < len(self._items):
                super()._choose(wanted)
                break
        if self._index <= 1 and self._top:
            # The first heading comes into sight with the first row.
            self._top = 0
            self._repaint()
