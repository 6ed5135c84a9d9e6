"""Who did what: the journal read as history, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from store.actions import action_title
from store.actions.undo import NOT_UNDOABLE
from store.engine import Change, Commit, Database
from store.records.base import BOOKKEEPING, decode
from store.records.customer import MERGED_SOURCE, Customer, named_customer

HANGING = ("interactions", "follow_ups", "tickets", "purchases")
"""Tables whose records belong to a customer."""


@dataclass(frozen=True)
class HistoryChange:
    """One unit that an action changed. `field` is empty where a whole record was made or taken away."""

    table: str
    id: int
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class HistoryEntry:
    """One action, as people and programs read it."""

    action: int
    kind: str
    title: str
    by: str
    at: datetime
    origin: str
    undoes: int | None
    undone_by: int | None
    commit: Commit

    @property
    def changes(self) -> list[HistoryChange]:
        """What it changed, unit by unit, bookkeeping left out."""
        return [found for change in self.commit.changes for found in _units(change)]


def _units(change: Change) -> Iterator[HistoryChange]:
    if change.before is None or change.after is None:
        before = None if change.before is None else _content(change.before)
        after = None if change.after is None else _content(change.after)
        yield HistoryChange(change.table, change.id, "", before, after)
        return
    for unit in dict.fromkeys((*change.before, *change.after)):
        if unit not in BOOKKEEPING:
            yield HistoryChange(
                change.table, change.id, unit, change.before.get(unit), change.after.get(unit)
            )


def _content(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in BOOKKEEPING}


def entries(
    database: Database,
    *,
    customer: int | None = None,
    by: str | None = None,
    day: date | None = None,
    zone: tzinfo,
    limit: int = 100,
) -> list[HistoryEntry]:
    """The newest `limit` actions that fit, newest first; `day` is a day of the shop's zone."""
    found: list[HistoryEntry] = []
    undone: dict[int, int] = {}
    customers = _was(database, customer) if customer is not None else set()
    hanging = _hanging_on(database, customer) if customer is not None else set()
    for commit in database.commits():
        undoes = commit.meta.get("undoes")
        if undoes is not None and commit.action not in undone:
            undone[undoes] = commit.action
        at = datetime.fromisoformat(commit.at)
        local = at.astimezone(zone).date()
        if day is not None and local < day:
            break
        if (day is not None and local != day) or (by is not None and commit.by != by):
            continue
        if customer is not None and not _concerns(commit, customers, hanging):
            continue
        found.append(
            HistoryEntry(
                commit.action,
                commit.kind,
                action_title(commit.kind),
                commit.by,
                at,
                commit.origin,
                undoes,
                undone.get(commit.action),
                commit,
            )
        )
        if len(found) >= limit:
            break
    return found


def _was(database: Database, customer: int) -> set[int]:
    """The ids under which the customer was kept: their own, and those of files that were merged into it."""
    raw = database.raw(Customer.table, customer)
    found = decode(Customer, customer, raw).external_ids if raw is not None else ()
    former = [named_customer(entry.value) for entry in found if entry.source == MERGED_SOURCE]
    return {customer, *(number for number in former if number is not None)}


def _hanging_on(database: Database, customer: int) -> set[tuple[str, int]]:
    return {
        (table, record_id) for table in HANGING for record_id in database.ids(table, "customer", customer)
    }


def _concerns(commit: Commit, customers: set[int], hanging: set[tuple[str, int]]) -> bool:
    """Whether the action touched the customer or a record of theirs; notes records met on the way back in time."""
    concerns = False
    for change in commit.changes:
        whole = change.after or {} if change.before is None else change.before
        if change.table in HANGING and whole.get("customer") in customers:
            hanging.add((change.table, change.id))
        if (change.table == "customers" and change.id in customers) or (change.table, change.id) in hanging:
            concerns = True
    return concerns


def last_of(database: Database, by: str) -> Commit | None:
    """The newest action of `by` that still stands and can be undone.

    Undos themselves are passed over, and calls that came in: nobody did those, whoever runs the telephone's command.
    """
    undone: set[int] = set()
    for commit in database.commits():
        if commit.action in undone:
            continue
        target = commit.meta.get("undoes")
        if target is not None:
            undone.add(target)
        elif commit.by == by and commit.kind not in NOT_UNDOABLE and commit.kind != "interaction.ring":
            return commit
    return None
