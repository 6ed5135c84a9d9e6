"""Days and times on the screens: as they stand in a field, and as they are read while one types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from locales import _
from store.errors import Refused
from store.rules.when import WEEKDAYS, is_past, parse_due, parse_moment

if TYPE_CHECKING:
    from store.shop import Shop


def due_text(due: str, shop: Shop) -> str:
    """A stored due as it stands in a field: "2026-12-01" or "2026-12-01 15:00", in the shop's zone."""
    if "T" not in due:
        return due
    return moment_text(datetime.fromisoformat(due), shop)


def moment_text(moment: datetime, shop: Shop) -> str:
    """A moment as it stands in a field, in the shop's zone."""
    return f"{moment.astimezone(shop.settings.zone):%Y-%m-%d %H:%M}"


def spelled_out(due: str, shop: Shop) -> str:
    """A stored due with its weekday: "2026-12-01 Tue 15:00"."""
    day, _blank, clock = due_text(due, shop).partition(" ")
    weekday = _(WEEKDAYS[date.fromisoformat(day).weekday()])
    return f"{day} {weekday} {clock}".rstrip()


def _due_of(text: str, shop: Shop) -> str:
    return parse_due(text, shop.now(), shop.settings.zone, day_first=shop.settings.day_first)


class PastDue:
    """Points once to a due that is over, such as 4/12 read in another order than it was meant."""

    def __init__(self) -> None:
        self._told = ""

    def ask(self, key: str, text: str, shop: Shop) -> None:
        """Refuse `text` of the field `key` the first time where it is over; saved again it is meant.

        Raises:
            Refused: it is over.
        """
        if not text.strip() or text == self._told:
            return
        try:
            due = _due_of(text, shop)
        except Refused:
            # The action says so, with the other fields.
            return
        if is_past(due, shop.now(), shop.settings.zone):
            self._told = text
            sentence = _("{day} is over. Saved again, it is kept.").format(day=spelled_out(due, shop))
            raise Refused(sentence, fields={key: sentence})


def due_reader(shop: Shop, empty: str = "") -> Callable[[str], str]:
    """What says how the text of a due is read; `empty` is said of an empty text."""

    def read(text: str) -> str:
        if not text.strip():
            return empty
        try:
            return "= " + spelled_out(_due_of(text, shop), shop)
        except Refused:
            return "?"

    return read


def moment_reader(shop: Shop, empty: str = "") -> Callable[[str], str]:
    """What says how the text of a time that is over is read."""

    def read(text: str) -> str:
        if not text.strip():
            return empty
        try:
            settings = shop.settings
            moment = parse_moment(text, shop.now(), settings.zone, day_first=settings.day_first)
        except Refused:
            return "?"
        return "= " + spelled_out(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), shop)

    return read
