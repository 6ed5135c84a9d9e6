"""What an action returns: the records it makes, changes and takes away, with the bookkeeping done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from locales import _
from store.actions.view import View
from store.errors import Conflict, Refused
from store.records.base import Record, from_document, to_document
from store.records.field_words import field_label, unit_label
from store.records.merge import UnitConflict, three_way

R = TypeVar("R", bound=Record)
Document = dict[str, Any]


@dataclass(frozen=True)
class Ref:
    """A record, by table and id."""

    table: str
    id: int


@dataclass(frozen=True)
class Left:
    """A unit that an undo left alone because somebody changed it since, or the record that stands in its way."""

    table: str
    id: int
    unit: str
    reason: str


@dataclass
class Change:
    """A change under construction. The shop commits it as one journal transaction.

    Attributes:
        writes: the new document of each touched record, or None where it is taken away; later writes win.
        meta: facts for the journal (`undoes`, the file of an import).
    """

    view: View
    writes: dict[tuple[str, int], Document | None] = field(default_factory=dict)
    created: list[Ref] = field(default_factory=list)
    changed: list[Ref] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    report: Any = None

    def create(self, record: R) -> R:
        """Add a new record; returns it with its id and bookkeeping.

        Raises:
            Refused: a value breaks a rule.
        """
        view = self.view
        record = record.replace(
            created_at=view.now, created_by=view.by, updated_at=view.now, updated_by=view.by, rev=1
        )
        check(record)
        record_id = view.next_id(record.table)
        msgspec.structs.force_setattr(record, "id", record_id)
        self.writes[record.table, record_id] = to_document(record)
        self.created.append(Ref(record.table, record_id))
        return record

    def update(self, old: R, new: R) -> R:
        """Store `new` in place of `old`; nothing is written when they are equal.

        Raises:
            Refused: a value breaks a rule.
        """
        if new == old:
            return old
        new = new.replace(updated_at=self.view.now, updated_by=self.view.by, rev=old.rev + 1)
        check(new)
        document = self.view.document(old.table, old.id)
        known = set(new.__struct_fields__)
        # Fields that a newer version of the program may have written stay.
        kept = {name: value for name, value in document.items() if name not in known}
        self.writes[old.table, old.id] = {**to_document(new), **kept}
        self._touch(old)
        return new

    def amend(self, table: str, record_id: int, **fields: Any) -> Document:
        """Set fields of a stored document that no person is asked about (whose it is, say); returns the document.

        Its other values are not checked: an old record that breaks a rule is no reason to refuse this. A field at
        None is taken away.
        """
        document = dict(self.writes.get((table, record_id)) or self.view.document(table, record_id))
        for name, value in fields.items():
            if value is None:
                document.pop(name, None)
            else:
                document[name] = value
        rev = int(self.view.document(table, record_id).get("rev", 0)) + 1
        stamp = self.view.now.isoformat().replace("+00:00", "Z")
        self.writes[table, record_id] = {
            **document,
            "updated_at": stamp,
            "updated_by": self.view.by,
            "rev": max(rev, int(document.get("rev", 0))),
        }
        self._touch(Ref(table, record_id))
        return document

    def merge(self, current: R, base: Document | None, wanted: R) -> R:
        """Make to `current` the change that leads from `base` (what the person saw) to `wanted`.

        Without `base` the change is made to `current` as it stands.

        Raises:
            Conflict: somebody gave the same unit another value meanwhile.
            Refused: a value breaks a rule.
        """
        if base is None:
            return self.update(current, wanted)
        mine = to_document(wanted)
        merged, conflicts = three_way(base, mine, to_document(current))
        if conflicts:
            raise conflict_error(self.view, current, conflicts)
        return self.update(current, from_document(type(current), current.id, merged))

    def revise(self, made: R, new: R) -> R:
        """Replace a record that this same change has created."""
        check(new)
        self.writes[made.table, made.id] = to_document(new)
        return new

    def delete(self, record: Record) -> None:
        """Take the record away; its last state stays in the journal."""
        self.writes[record.table, record.id] = None
        self._touch(record)

    def _touch(self, record: Record | Ref) -> None:
        ref = Ref(record.table, record.id)
        if ref not in self.changed[-8:]:
            self.changed.append(ref)


def edited(
    view: View, kind: type[R], record_id: int, base: Document | None, rev: int | None, fields: dict[str, Any]
) -> Change:
    """The change that gives a record other values in `fields`, merged with what others did since it was read.

    Args:
        base: the document as the person saw it, or None.
        rev: or the version they saw; `base` is then worked out from the journal.

    Raises:
        NotFound: there is no such record, or no such version.
        Conflict: somebody gave the same unit another value meanwhile.
        Refused: a value breaks a rule.
    """
    change = Change(view)
    current = view.get(kind, record_id)
    if base is None and rev is not None:
        base = view.document_at(kind, record_id, rev)
    seen = current if base is None else from_document(kind, record_id, base)
    change.merge(current, base, seen.replace(**fields))
    return change


def check(record: Record) -> None:
    """Refuse a record whose values break a rule, naming each field.

    Raises:
        Refused: with `details["fields"]`.
    """
    problems = record.problems()
    if problems:
        parts = [
            _("{field}: {problem}").format(field=field_label(record.table, name), problem=sentence)
            for name, sentence in problems.items()
        ]
        raise Refused("; ".join(parts), fields=problems)


def conflict_error(view: View, record: Record, conflicts: list[UnitConflict]) -> Conflict:
    """The error that tells which units two people changed, with both values and who changed each."""
    authors = _authors(view, record, {entry.unit for entry in conflicts})
    sentences = [
        _("{unit}: {who} has it as {theirs}, you have {yours}").format(
            unit=unit_label(record.table, entry.unit, entry.theirs or entry.yours),
            who=authors.get(entry.unit) or "?",
            theirs=_shown(entry.theirs),
            yours=_shown(entry.yours),
        )
        for entry in conflicts
    ]
    return Conflict(
        _("Somebody changed the same thing meanwhile. {list}").format(list="; ".join(sentences)),
        table=record.table,
        id=record.id,
        rev=record.rev,
        by=authors.get(conflicts[0].unit, ""),
        conflicts=[
            {
                "unit": entry.unit,
                "by": authors.get(entry.unit, ""),
                "base": entry.base,
                "theirs": entry.theirs,
                "yours": entry.yours,
            }
            for entry in conflicts
        ],
    )


def _authors(view: View, record: Record, units: set[str]) -> dict[str, str]:
    """Who last changed each of `units` of the record, as the journal tells."""
    authors: dict[str, str] = {}
    for commit in view.database.commits():
        for change in commit.changes:
            if (change.table, change.id) == (record.table, record.id):
                for unit in units & {*(change.before or {}), *(change.after or {})}:
                    authors.setdefault(unit, commit.by)
                if change.before is None:
                    return authors
        if units <= authors.keys():
            break
    return authors


def _shown(value: Any) -> str:
    if value is None:
        return _("(nothing)")
    if isinstance(value, dict):
        return str(value.get("value", value))
    return f'"{value}"' if isinstance(value, str) else str(value)
