"""Days and times on the screens: as they stand in a field, and as they are read while one types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from locales import _
from store.errors import Refused
from store.rules.when import WEEKDAYS, parse_due, parse_moment

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


def due_reader(shop: Shop, empty: str = "") -> Callable[[str], str]:
    """What says how the text of a due is read; `empty` is said of an empty text."""

    def read(text: str) -> str:
        if not text.strip():
            return empty
        try:
            return "= " + spelled_out(parse_due(text, shop.now(), shop.settings.zone), shop)
        except Refused:
            return "?"

    return read


def moment_reader(shop: Shop, empty: str = "") -> Callable[[str], str]:
    """What says how the text of a time that is over is read."""

    def read(text: str) -> str:
        if not text.strip():
            return empty
        try:
            moment = parse_moment(text, shop.now(), shop.settings.zone)
        except Refused:
            return "?"
        return "= " + spelled_out(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), shop)

    return read
