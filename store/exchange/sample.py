"""What the columns of a file tell as a whole: how its dates and amounts are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from store.exchange import cells
from store.exchange.sheets import Row


class Sample:
    """The first rows of a table, and the way to all of them where these leave a doubt."""

    def __init__(self, rows: Sequence[Row], everything: Callable[[], Iterable[Row]]) -> None:
        """Args: everything reads the whole file anew."""
        self.rows = rows
        self._everything = everything

    def day_first(self, index: int) -> bool:
        """Whether dates such as 3/4/2022 in that column put the day first; one that can only be read so decides."""
        found = cells.day_order(_values(self.rows, index))
        if found is None:
            found = cells.day_order(_values(self._everything(), index))
        return bool(found)

    def decimal_comma(self, index: int) -> bool:
        """Whether amounts in that column are written as in 1.234,50."""
        return cells.decimal_comma(_values(self.rows, index))


def _values(rows: Iterable[Row], index: int) -> Iterator[str]:
    return (row.cells[index] for row in rows if len(row.cells) > index)
