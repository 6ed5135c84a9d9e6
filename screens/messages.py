"""Facts that travel between the app and its screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from store.engine import Commit


@dataclass
class ShopChanged(Message):
    """Somebody (also this very person) committed something.

    Attributes:
        commits: oldest first.
        missed: it was committed while the screen was not in front.
    """

    commits: list[Commit]
    missed: bool = False

    def touches(self, table: str, record: int) -> list[Commit]:
        """Those of the commits that changed this record."""
        return [c for c in self.commits if any(ch.table == table and ch.id == record for ch in c.changes)]
