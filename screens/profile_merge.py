"""Two people in one file: what the other did is taken over, unit by unit, and what is typed is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from locales import _
from screens.choose import Choice, ChooseDialog
from screens.customer_form import CustomerForm
from screens.profile_fields import document_of, values_of
from store.actions.likely import Likely
from store.engine.diff import apply, diff, split_unit
from store.records.base import BOOKKEEPING
from store.records.field_words import unit_label
from store.records.merge import UnitConflict, three_way
from store.records.value_words import value_words
from widgets.fields import Field
from widgets.lines import PlainText

if TYPE_CHECKING:
    from screens.app import CrmApp

Document = dict[str, Any]

UNTYPED = ("status", "merged_into", "not_same")
"""What is changed by an action of its own and stands in the title."""


class MergingForm(CustomerForm[int]):
    """The form of a customer's file. A unit is a field, or one contact point, date, fact.

    Attributes:
        seen: the stored document that the fields were filled from.
        likely: who is probably the same customer, as the last save told.
    """

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self.seen: Document = {}
        self._conflicts: dict[str, tuple[str, UnitConflict]] = {}
        self.likely: tuple[Likely, ...] = ()

    def after(self, result: int) -> None:
        """Say that it is saved, and who is probably the same customer."""
        super().after(result)
        if self.likely:
            told_likely(self.house, self.likely)

    async def _take_over(self, who: str) -> None:
        """Merge what `who` did into the fields; where both changed one unit, keep what is typed and say so."""
        before, typed = self.seen, self.values()
        if self._base != values_of(before):
            # A draft: it started from what its own base says.
            before = document_of(self._base, before)
        mine = document_of(typed, before)
        fresh = dict(await self.load())
        theirs = self.seen
        merged, conflicts = three_way(before, mine, theirs)
        for conflict in conflicts:
            merged = _with(merged, conflict.unit, conflict.theirs, conflict.yours)
        self._base = {**self._base, **fresh}
        self._fill(values_of(merged))
        for conflict in conflicts:
            self._conflicts[conflict.unit] = (who, conflict)
            self._contested[conflict.unit] = who
            self._field_of(conflict.unit).warn(
                _("{who} changed this to: {value}").format(who=who, value=_shown(conflict, conflict.theirs))
            )
        self.query_one("#form-title", PlainText).show(self.title_text())
        changed = _units_between(before, theirs)
        if changed and who != self.desk.shop.by:
            told = [unit_label("customers", unit, value) for unit, value in changed.items()]
            self.tell(
                _("{who} changed: {fields}").format(who=who, fields=", ".join(dict.fromkeys(told))), "warn"
            )

    def _fill(self, values: dict[str, str]) -> None:
        for field in self.query(Field):
            if field.key in values and field.value != values[field.key]:
                field.value = values[field.key]

    def _field_of(self, unit: str) -> Field:
        return self.field(split_unit(unit)[0])

    def _ask_whose(self, key: str) -> None:
        """Ask whose value of the unit `key` stands; then go on saving."""
        who, conflict = self._conflicts[key]
        name = unit_label("customers", key, conflict.theirs or conflict.yours)
        question = _("{field}: {who} changed this while you were typing.").format(field=name, who=who)
        choices = [
            Choice("", _("Back to the form")),
            Choice("mine", _("Keep mine"), _shown(conflict, conflict.yours)),
            Choice("theirs", _("Take theirs"), _shown(conflict, conflict.theirs)),
        ]

        async def settle(answer: str | None) -> None:
            if not answer:
                return
            del self._contested[key]
            del self._conflicts[key]
            if answer == "theirs":
                mine = document_of(self.values(), self.seen)
                self._fill(values_of(_with(mine, key, conflict.yours, conflict.theirs)))
            self._field_of(key).warn("")
            await self.action_save()

        self.app.push_screen(ChooseDialog(question, choices), settle)


def told_likely(house: CrmApp, likely: Sequence[Likely]) -> None:
    """Say that it is saved, and who is probably the same customer."""
    names = _("; ").join(entry.sentence() for entry in likely[:2])
    house.tell(_("Saved. Probably the same: {list}. Ctrl+G lists them.").format(list=names), "warn")


def _shown(conflict: UnitConflict, value: Any) -> str:
    return value_words("customers", conflict.unit, value)


def _with(document: Document, unit: str, old: Any, new: Any) -> Document:
    """`document` with `unit` at `new`; None is absent."""
    before = {} if old is None else {unit: old}
    after = {} if new is None else {unit: new}
    return apply(document, before, after)


def _units_between(before: Document, theirs: Document) -> dict[str, Any]:
    """The units of the form that differ, each with a value that tells what it is."""
    old, new = diff(_content(before), _content(theirs))
    return {unit: new.get(unit, old.get(unit)) for unit in (*old, *new) if unit not in UNTYPED}


def _content(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in BOOKKEEPING and name != "id"}
