"""Who changed what in a customer's file, read from the journal a slice at a time, so that nobody has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from locales import _
from screens.rows import Row
from store.actions import action_title
from store.history import CustomerHistory
from store.records.base import BOOKKEEPING
from store.records.field_words import unit_label
from store.records.value_words import value_words
from widgets.safe_text import Cell

if TYPE_CHECKING:
    from store.engine import Change, Commit
    from store.records.setting import Settings
    from store.shop import Shop

SLICE: Final = 0.1
"""Seconds that the store thread reads before it serves others again."""

LARGE: Final = 1 << 20
"""Bytes in the journal from which on an action (an import, say) is known by its time only."""

LIMIT: Final = 100
"""Actions that are listed."""

TOLD: Final = 20
"""Units of one action that are told."""


class ChangeReader:
    """Reads the newest actions that touched a customer or what hangs on them.

    Args:
        customer: the id.

    Attributes:
        rows: what was found so far, the newest first.
        done: nothing more is to be read.
    """

    def __init__(self, customer: int) -> None:
        self.rows: list[Row] = []
        self.done = False
        self._customer = customer
        self._before: int | None = None
        self._whose: CustomerHistory | None = None
        self._stamps: set[datetime] = set()
        self._undone: set[int] = set()

    def read(self, shop: Shop) -> None:
        """Read on for a moment. To be called on the store thread.

        Raises:
            store.errors.CrmError: the customer is gone, or a journal cannot be read.
        """
        whose = self._whose or self._gather(shop)
        until = time.monotonic() + SLICE
        for commit in shop.database.commits(before=self._before):
            self._before = commit.action
            self._look_at(commit, whose, shop)
            if len(self.rows) >= LIMIT:
                break
            if time.monotonic() > until:
                return
        self.done = True

    def _gather(self, shop: Shop) -> CustomerHistory:
        """Which records are the customer's, and when they were written."""
        file = shop.customers.file(self._customer, history=10_000)
        records = (file.customer, *file.tickets, *file.follow_ups, *file.interactions, *file.purchases)
        for record in records:
            self._stamps |= {moment for moment in (record.created_at, record.updated_at) if moment}
        self._whose = CustomerHistory(shop.database, self._customer)
        return self._whose

    def _look_at(self, commit: Commit, whose: CustomerHistory, shop: Shop) -> None:
        undoes = commit.meta.get("undoes")
        if undoes is not None and commit.action not in self._undone:
            self._undone.add(undoes)
        at = datetime.fromisoformat(commit.at)
        _generation, start, end = commit.place
        if end - start >= LARGE:
            if at not in self._stamps:
                return
            text = _("with many others")
        else:
            mine = whose.changes(commit)
            if not mine:
                return
            text = "; ".join([told for change in mine for told in _told(change, shop.settings)][:TOLD])
        title = action_title(commit.kind)
        tone = ""
        if commit.action in self._undone:
            title, tone = _("{title} (taken back)").format(title=title), "dim"
        when = f"{at.astimezone(shop.settings.zone):%Y-%m-%d %H:%M}"
        cells = (Cell(when, "dim"), commit.by, Cell(title, tone), Cell(text, tone))
        self.rows.append(Row(commit.action, cells, text))


def _told(change: Change, settings: Settings) -> Iterator[str]:
    """What an action changed in a record, unit by unit: "company: (nothing) -> Wang & Co."."""
    before, after = change.before, change.after
    if before is None or after is None:
        return
    for unit in dict.fromkeys((*before, *after)):
        if unit not in BOOKKEEPING:
            what = unit_label(change.table, unit, after.get(unit) or before.get(unit))
            old, new = (value_words(change.table, unit, side.get(unit), settings) for side in (before, after))
            if old != new:
                yield f"{what}: {old} -> {new}"
