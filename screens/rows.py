"""The lines that the lists of a record are made of."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from widgets.safe_text import CellLike

if TYPE_CHECKING:
    from store.records.setting import Settings


@dataclass(frozen=True)
class Row:
    """One line of a tab.

    Attributes:
        key: which it is, within the tab.
        detail: its whole text, shown beneath the list when the line is chosen.
        what: what it stands for.
    """

    key: Hashable
    cells: tuple[CellLike, ...]
    detail: str = ""
    what: Any = None


def shown_time(moment: datetime | None, settings: Settings) -> str:
    """A time in the lists of a record: 11 cells."""
    return f"{moment.astimezone(settings.zone):%m-%d %H:%M}" if moment else ""
