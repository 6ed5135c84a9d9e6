"""What the columns of a file tell as a whole: how its dates and amounts are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from locales import _
from store.exchange import cells
from store.exchange.sheets import Row
from store.records.countries import day_comes_first


class Sample:
    """The first rows of a table, and the way to all of them where these leave a doubt."""

    def __init__(
        self, rows: Sequence[Row], everything: Callable[[], Iterable[Row]], country: str = "US"
    ) -> None:
        """Args: everything reads the whole file anew; country is the shop's."""
        self.rows = rows
        self._everything = everything
        self._country = country

    def date_order(self, indexes: Iterable[int]) -> DateOrder:
        """How dates such as 3/4/2022 in those columns are read: all alike, as one that can only be read so decides."""
        wanted = list(indexes)
        first = list(_all_values(self.rows, wanted))
        found = cells.day_order(first)
        if found is None and any(cells.is_doubtful(value) for value in first):
            found = cells.day_order(_all_values(self._everything(), wanted))
        return DateOrder(found, self._country)

    def decimal_comma(self, index: int) -> bool:
        """Whether amounts in that column are written as in 1.234,50."""
        return cells.decimal_comma(_values(self.rows, index))


class DateOrder:
    """Whether the dates of a file put the day first, and an example of one that could be read both ways.

    Attributes:
        day_first: what was decided, by dates that can only be read so, else as is usual in the shop's country.
    """

    def __init__(self, decided: bool | None, country: str) -> None:  # noqa: FBT001 - told or not told by the file
        """Args: decided is what the file tells, None where it does not."""
        self.day_first = day_comes_first(country) if decided is None else decided
        self._decided, self._country = decided is not None, country
        self._doubtful = ""

    def notice(self, text: str) -> None:
        """Keep the first date that could be read both ways."""
        if not self._doubtful and cells.is_doubtful(text):
            self._doubtful = text.strip()

    def sentence(self, today: date) -> str:
        """How such a date was read and why; nothing where there was none."""
        if not self._doubtful:
            return ""
        day = cells.read_in_order(self._doubtful, today, day_comes_first=self.day_first)
        if self._decided:
            text = _("{text} was read as {day}: other dates of the file show the order.")
            return text.format(text=self._doubtful, day=day)
        text = _("{text} was read as {day}, as is usual in the shop's country ({country}).")
        return text.format(text=self._doubtful, day=day, country=self._country)


def _all_values(rows: Iterable[Row], indexes: Sequence[int]) -> Iterator[str]:
    return (row.cells[index] for row in rows for index in indexes if len(row.cells) > index)


def _values(rows: Iterable[Row], index: int) -> Iterator[str]:
    return (row.cells[index] for row in rows if len(row.cells) > index)
