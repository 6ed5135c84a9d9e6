"""What the look-up shows while its index is being made beside the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from screens.lookup_hints import preparing

if TYPE_CHECKING:
    from screens.customers import CustomersScreen
    from store.lookup.match import Match
    from widgets.row_list import RowList

ASK_EVERY: Final = 0.05
"""Seconds between two looks whether the look-up is prepared."""

EVERYBODY: Final = 1000
"""How far one may browse without asking for anything."""


class LookupWaiting:
    """The waiting of `screen` for its look-up.

    Args:
        screen: where the box is.
        rows: the answers.
    """

    def __init__(self, screen: CustomersScreen, rows: RowList[Match]) -> None:
        self._screen = screen
        self._rows = rows
        self._timer: Timer | None = None

    @property
    def notice(self) -> str:
        """What stands in place of answers; nothing once they can be had."""
        return preparing() if self._screen.desk.is_preparing else ""

    def begin(self, query: str) -> Sequence[Match] | None:
        """What to list until `query` can be answered, which is done then; None where it can be answered now."""
        if not self._screen.desk.is_preparing:
            return None
        if self._timer is None:
            self._timer = self._screen.set_interval(ASK_EVERY, self._look)
        # Who is not among those dealt with lately may well be a customer: what is asked is not answered by halves.
        return () if query.strip() else self._screen.desk.lookup.everybody(0, EVERYBODY)

    def _look(self) -> None:
        if self._screen.desk.is_preparing or self._timer is None:
            return
        self._timer.stop()
        self._timer, rows = None, self._rows
        self._screen.search(
            self._screen.box.value, keep=bool(rows.items) and rows.selected is not rows.items[0]
        )
