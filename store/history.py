"""Who did what: the journal read as history, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from msgspec import Raw

from locales import _
from store.actions import action_title
from store.actions.undo import NOT_UNDOABLE
from store.engine import Change, Commit, Database
from store.engine.history import decoded, merged
from store.errors import NotFound, Refused
from store.records.base import BOOKKEEPING, decode
from store.records.customer import MERGED_SOURCE, Customer, named_customer

HANGING = ("interactions", "follow_ups", "tickets", "purchases")
"""Tables whose records belong to a customer."""

PASSED_OVER = NOT_UNDOABLE | {"interaction.ring", "interaction.take"}
"""What Ctrl+Z does not mean."""

SPARED = frozenset({"settings.set", "staff.add", "staff.edit", "demo.fill", "shop.restore"})
"""What set the shop up is not taken back by a key that one presses too often: only where it is chosen or named."""


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
    whose = None if customer is None else CustomerHistory(database, customer)
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
        if whose is not None and not whose.changes(commit):
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


class CustomerHistory:
    """Tells of each action what it did to a customer and to what hangs on them.

    To be asked newest first: a record that was deleted since, or that hangs on somebody else now, is known from there
    on.

    Args:
        customer: the id. What was done to files that were merged into theirs is told, too.
    """

    def __init__(self, database: Database, customer: int) -> None:
        self._ids = _was(database, customer)
        self._hanging = {
            (table, record_id)
            for table in HANGING
            for number in self._ids
            for record_id in database.ids(table, "customer", number)
        }
        self._signs = [
            sign % number
            for number in self._ids
            for sign in (b'["customers",%d,', b'"customer":%d,', b'"customer":%d}')
        ]

    def changes(self, commit: Commit) -> list[Change]:
        """What the action did to them; empty where it does not concern them.

        Raises:
            ShopDamaged: the journal it stands in is damaged or gone.
        """
        found = []
        for raw in commit.raw_changes(self._may_tell):
            table, record_id, before, after = raw
            if table == Customer.table:
                mine = record_id in self._ids
            elif table not in HANGING:
                mine = False
            elif not (mine := (table, record_id) in self._hanging) and self._is_named(before, after):
                change = decoded(raw)
                whole = change.after if change.before is None else change.before
                mine = (whole or {}).get("customer") in self._ids
                if mine:
                    self._hanging.add((table, record_id))
            if mine:
                found.append(decoded(raw))
        return merged(found)

    def _may_tell(self, line: bytes) -> bool:
        """Whether a line of the journal can be about them, told by its bytes: it is written without blanks."""
        if any(sign in line for sign in self._signs):
            return True
        # A record that is made says whose it is; one that is changed or deleted need not.
        return any((match[1].decode(), int(match[2])) in self._hanging for match in _CHANGED.finditer(line))

    def _is_named(self, *documents: Raw) -> bool:
        return any(sign in bytes(document) for document in documents for sign in self._signs)


_CHANGED = re.compile(rb'\["(%b)",(\d+),\{' % "|".join(HANGING).encode())
"""A change of a record that was there before."""


def _was(database: Database, customer: int) -> set[int]:
    """The ids under which the customer was kept: their own, and those of files that were merged into it."""
    raw = database.raw(Customer.table, customer)
    found = decode(Customer, customer, raw).external_ids if raw is not None else ()
    former = [named_customer(entry.value) for entry in found if entry.source == MERGED_SOURCE]
    return {customer, *(number for number in former if number is not None)}


def to_undo(database: Database, action: int | None, by: str, *, spare: bool) -> Commit:
    """The action that is meant: `action`, or the newest of `by` that still stands.

    Raises:
        NotFound: there is none.
        Refused: with `spare`: the newest set the shop up (`details["spared"]` is its number).
    """
    if action is not None:
        commit = database.commit(action)
        if commit is None:
            raise NotFound(_("There is no action {action}.").format(action=action), action=action)
        return commit
    commit = last_of(database, by)
    if commit is None:
        raise NotFound(_("There is nothing of yours to undo."), action=action)
    if spare and commit.kind in SPARED:
        raise Refused(
            _("Action {action} set the shop up; it is undone by its number only.").format(
                action=commit.action
            ),
            spared=commit.action,
        )
    return commit


def last_of(database: Database, by: str) -> Commit | None:
    """The newest action of `by` that still stands and can be undone.

    Undos themselves are passed over, and calls that came in or were taken: nobody meant to do those, whoever runs the
    telephone's command.
    """
    undone: set[int] = set()
    for commit in database.commits():
        if commit.action in undone:
            continue
        target = commit.meta.get("undoes")
        if target is not None:
            undone.add(target)
        elif commit.by == by and commit.kind not in PASSED_OVER:
            return commit
    return None
