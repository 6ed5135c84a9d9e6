"""Taking an action back: a new action that writes what was before, where nobody changed it since.

Undoing an undo is doing it again. What was changed since stays and is listed.
"""

from __future__ import annotations

from typing import Any

from locales import _
from store.actions.change import Change, Left, Ref
from store.actions.view import View
from store.engine import Change as Recorded
from store.engine import Commit
from store.engine.diff import ABSENT, apply, unit_value
from store.errors import Refused
from store.records.base import BOOKKEEPING
from store.records.field_words import table_label
from store.records.merge import SETS, merge_sets

Document = dict[str, Any]

NOT_UNDOABLE = frozenset({"customer.erase", "shop.backup", "shop.compact"})

REFERENCES = {
    "customers": (
        ("interactions", "customer"),
        ("follow_ups", "customer"),
        ("tickets", "customer"),
        ("purchases", "customer"),
    )
}
"""Records that hang on others: taking the owner away would leave them on nobody."""


def undo_commit(view: View, commit: Commit) -> Change:
    """The change that takes `commit` back, with what it has to leave in `left`.

    Raises:
        Refused: it cannot be undone, or nothing of it is left to undo.
    """
    if commit.kind in NOT_UNDOABLE:
        raise Refused(_("Action {action} cannot be undone.").format(action=commit.action))
    change = Change(view)
    change.meta["undoes"] = commit.action
    made = {(entry.table, entry.id) for entry in commit.changes if entry.before is None}
    # Backwards, so that what hangs on a record goes before the record.
    for recorded in reversed(commit.changes):
        _undo_record(change, recorded, made)
    if not change.writes:
        raise Refused(
            _("Nothing of action {action} is left to undo.").format(action=commit.action),
            left=[entry.__dict__ for entry in change.left],
        )
    return change


def _undo_record(change: Change, recorded: Recorded, made: set[tuple[str, int]]) -> None:
    key = (recorded.table, recorded.id)
    current = change.writes[key] if key in change.writes else change.view.document(*key) or None
    if recorded.before is None:
        _undo_insert(change, recorded, current, made)
    elif recorded.after is None:
        if current is None:
            _write(change, recorded, recorded.before)
        else:
            _leave(change, recorded, "", _("it exists again"))
    elif current is None:
        _leave(change, recorded, "", _("it was deleted since"))
    else:
        _undo_update(change, recorded, current)


def _undo_insert(
    change: Change, recorded: Recorded, current: Document | None, made: set[tuple[str, int]]
) -> None:
    if current is None:
        return
    if _content(current) != _content(recorded.after or {}):
        _leave(change, recorded, "", _("it was changed since"))
        return
    for table, field in REFERENCES.get(recorded.table, ()):
        for other in change.view.database.ids(table, field, recorded.id):
            if (table, other) not in made and change.writes.get((table, other), ()) is not None:
                _leave(change, recorded, "", _("a {what} hangs on it").format(what=table_label(table)))
                return
    _write(change, recorded, None)


def _undo_update(change: Change, recorded: Recorded, current: Document) -> None:
    before, after = recorded.before or {}, recorded.after or {}
    document = current
    for unit in dict.fromkeys((*before, *after)):
        if unit in BOOKKEEPING:
            continue
        # A unit that an action filled, or emptied, is absent on the other side.
        old, new, now = before.get(unit, ABSENT), after.get(unit, ABSENT), unit_value(current, unit)
        if unit in SETS:
            words = merge_sets(_words(new), _words(old), _words(now))
            document = apply(document, {unit: now}, {unit: words} if words else {})
        elif now == new:
            document = apply(document, {unit: now}, {unit: old} if unit in before else {})
        elif now != old:
            _leave(change, recorded, unit, _("it was changed since"))
    if document != current:
        _write(change, recorded, document)


def _words(value: Any) -> list[Any]:
    return [] if value is ABSENT or value is None else list(value)


def _write(change: Change, recorded: Recorded, document: Document | None) -> None:
    view = change.view
    if document is not None and recorded.table in TYPED:
        stored = view.document(recorded.table, recorded.id)
        rev = max(
            int(stored.get("rev", 0)), int((recorded.after or {}).get("rev", 0)), int(document.get("rev", 0))
        )
        stamp = view.now.isoformat().replace("+00:00", "Z")
        document = {**document, "updated_at": stamp, "updated_by": view.by, "rev": rev + 1}
    change.writes[recorded.table, recorded.id] = document
    ref = Ref(recorded.table, recorded.id)
    if ref not in change.changed[-8:]:
        change.changed.append(ref)


TYPED = frozenset({"customers", "interactions", "follow_ups", "tickets", "purchases", "staff", "settings"})
"""Tables whose documents carry bookkeeping; others are raw TinyDB tables and are written back as they were."""


def _leave(change: Change, recorded: Recorded, unit: str, reason: str) -> None:
    change.left.append(Left(recorded.table, recorded.id, unit, reason))


def _content(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in BOOKKEEPING}
