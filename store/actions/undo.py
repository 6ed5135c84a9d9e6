"""Taking an action back: a new action that writes what was before, where nobody changed it since.

Undoing an undo is doing it again. What was changed since stays and is listed.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from locales import _
from store.actions.change import Change, Left, Ref
from store.actions.merging import HANGING, move_hanging
from store.actions.view import View
from store.engine import Change as Recorded
from store.engine import Commit
from store.engine.diff import ABSENT, apply, unit_value
from store.errors import Refused
from store.records.base import BOOKKEEPING
from store.records.customer import Customer, customer_number, standing
from store.records.field_words import table_label
from store.records.merge import SETS, merge_sets

Document = dict[str, Any]

NOT_UNDOABLE = frozenset({"customer.erase", "shop.backup", "shop.compact", "shop.forget"})

REFERENCES = {"customers": tuple((table, "customer") for table in HANGING)}
"""Records that hang on others: taking the owner away would leave them on nobody."""

TYPED = frozenset({"customers", "interactions", "follow_ups", "tickets", "purchases", "staff", "settings"})
"""Tables whose documents carry bookkeeping; others are raw TinyDB tables and are written back as they were."""


def undo_commit(view: View, commit: Commit) -> Change:
    """The change that takes `commit` back, with what it has to leave in `left`.

    Raises:
        Refused: it cannot be undone, or nothing of it is left to undo.
    """
    if commit.kind in NOT_UNDOABLE:
        raise Refused(_("Action {action} cannot be undone.").format(action=commit.action))
    undoing = _Undoing(view, commit)
    # Backwards, so that what hangs on a record goes before the record.
    for recorded in reversed(commit.changes):
        undoing.take_back(recorded)
    undoing.settle_merges()
    undoing.settle_owners()
    if not undoing.change.writes:
        raise Refused(
            _("Nothing of action {action} is left to undo.").format(action=commit.action),
            left=[entry.__dict__ for entry in undoing.change.left],
        )
    return undoing.change


class _Undoing:
    """An undo under way."""

    def __init__(self, view: View, commit: Commit) -> None:
        self.view = view
        self.change = Change(view)
        self.change.meta["undoes"] = commit.action
        self._made = {(entry.table, entry.id) for entry in commit.changes if entry.before is None}

    def take_back(self, recorded: Recorded) -> None:
        """Take back what was done to one record."""
        current = self._document(recorded.table, recorded.id) or None
        if recorded.before is None:
            self._undo_insert(recorded, current)
        elif recorded.after is None:
            if current is None:
                self._write(recorded, recorded.before)
            else:
                self._leave(recorded, "", _("it exists again"))
        elif current is None:
            self._leave(recorded, "", _("it was deleted since"))
        else:
            self._undo_update(recorded, current)

    def _undo_insert(self, recorded: Recorded, current: Document | None) -> None:
        if current is None:
            return
        if not self._is_unchanged(recorded, current):
            self._leave(recorded, "", _("it was changed since"))
            return
        for table, field in REFERENCES.get(recorded.table, ()):
            for other in self.view.database.ids(table, field, recorded.id):
                # What was given to it by the same action has been taken from it by now.
                hangs = self._document(table, other).get(field) == recorded.id
                if (table, other) not in self._made and hangs:
                    self._leave(recorded, "", _("a {what} hangs on it").format(what=table_label(table)))
                    return
        if recorded.table == Customer.table and recorded.id in self._merged_into:
            self._leave(recorded, "", _("another customer was merged into it"))
            return
        self._write(recorded, None)

    def _is_unchanged(self, recorded: Recorded, current: Document) -> bool:
        """Whether the record is as it was made; that its customer was merged since does not count."""
        made, now = _content(recorded.after or {}), _content(current)
        if recorded.table in HANGING and made.get("customer") != now.get("customer"):
            made["customer"] = standing(made.get("customer", 0), self._document)
        return made == now

    def _undo_update(self, recorded: Recorded, current: Document) -> None:
        before, after = recorded.before or {}, recorded.after or {}
        document = current
        for unit in dict.fromkeys((*before, *after)):
            if unit in BOOKKEEPING:
                continue
            # A unit that an action filled, or emptied, is absent on the other side.
            old, new, now = before.get(unit, ABSENT), after.get(unit, ABSENT), unit_value(current, unit)
            if unit == "status" and not _is_same_merge(before, after, current):
                self._leave(recorded, unit, _("it was changed since"))
            elif unit in SETS:
                words = merge_sets(_words(new), _words(old), _words(now))
                document = apply(document, {unit: now}, {unit: words} if words else {})
            elif now == new:
                document = apply(document, {unit: now}, {unit: old} if unit in before else {})
            elif now != old:
                self._leave(recorded, unit, _("it was changed since"))
        if document != current:
            self._write(recorded, document)

    # Customers that are one, or two again

    def settle_merges(self) -> None:
        """See that a merge taken back, or made again, leaves every customer whole.

        Raises:
            Refused: the customer that the other was, or is to be, merged into has been merged itself since.
        """
        for (table, identity), document in list(self.change.writes.items()):
            if table != Customer.table or document is None:
                continue
            was = self.view.document(table, identity).get("merged_into")
            into = document.get("merged_into")
            if was == into:
                continue
            for other in (was, into):
                self._require_whole(other)
            if into is not None:
                # What came to this customer since it was a customer of its own goes over with the rest.
                move_hanging(self.change, identity, into)

    def _require_whole(self, customer: int | None) -> None:
        document = self._document(Customer.table, customer) if customer is not None else None
        if document is None:
            return
        became = document.get("merged_into")
        if became is not None and customer is not None:
            raise Refused(
                _("{number} has itself been merged into {other} since; take that back first.").format(
                    number=customer_number(customer), other=customer_number(became)
                ),
                customer=customer,
                merged_into=became,
            )

    def settle_owners(self) -> None:
        """What comes back hangs on a customer who is there: on whom the old owner was merged into since."""
        for (table, identity), document in list(self.change.writes.items()):
            owner = document.get("customer") if document is not None and table in HANGING else None
            if document is None or not owner:
                continue
            now = standing(owner, self._document)
            if not self._document(Customer.table, now):
                del self.change.writes[table, identity]
                self.change.left.append(Left(table, identity, "", _("its customer is no longer there")))
            elif now != owner:
                self.change.writes[table, identity] = {**document, "customer": now}

    @cached_property
    def _merged_into(self) -> frozenset[int]:
        """The customers that others were merged into; read once, however many customers are taken back."""
        found = set()
        for identity, raw in self.view.database.all_raw(Customer.table):
            if b'"merged_into"' in raw:
                found.add(self._document(Customer.table, identity).get("merged_into"))
        return frozenset(one for one in found if one is not None)

    # Writing

    def _document(self, table: str, identity: int) -> Document:
        """The document as it will be; empty when there is none."""
        key = (table, identity)
        return (self.change.writes[key] or {}) if key in self.change.writes else self.view.document(*key)

    def _write(self, recorded: Recorded, document: Document | None) -> None:
        view = self.view
        if document is not None and recorded.table in TYPED:
            stored = view.document(recorded.table, recorded.id)
            rev = max(
                int(stored.get("rev", 0)),
                int((recorded.after or {}).get("rev", 0)),
                int(document.get("rev", 0)),
            )
            stamp = view.now.isoformat().replace("+00:00", "Z")
            document = {**document, "updated_at": stamp, "updated_by": view.by, "rev": rev + 1}
        self.change.writes[recorded.table, recorded.id] = document
        ref = Ref(recorded.table, recorded.id)
        if ref not in self.change.changed[-8:]:
            self.change.changed.append(ref)

    def _leave(self, recorded: Recorded, unit: str, reason: str) -> None:
        self.change.left.append(Left(recorded.table, recorded.id, unit, reason))


def _is_same_merge(before: Document, after: Document, current: Document) -> bool:
    """Whether who is merged into whom is as the action left it: `status` goes only together with `merged_into`."""
    if "merged_into" not in before and "merged_into" not in after:
        return True
    return bool(current.get("merged_into") == after.get("merged_into"))


def _words(value: Any) -> list[Any]:
    return [] if value is ABSENT or value is None else list(value)


def _content(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in BOOKKEEPING}
