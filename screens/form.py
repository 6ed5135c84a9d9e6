"""What every form has: fields, checks beside them, drafts, and care for what others change meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, ClassVar, Generic, Self, TypeVar

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from locales import _
from screens.base import HouseScreen
from screens.choose import Choice, ChooseDialog
from screens.house_keys import FORM_BINDINGS
from screens.messages import ShopChanged
from screens.unsaved import ask_about, set_aside, take_up
from store.errors import Conflict, CrmError, Refused
from widgets.fields import Field
from widgets.form_body import FormBody
from widgets.lines import PlainText

Result = TypeVar("Result")

_numbers = count(1)


class FormScreen(HouseScreen[Result], Generic[Result]):
    """A form over one record, or for a new one. It closes only when what it does is durable.

    A subclass says what it is with `KIND`, `title_text`, `fields`, `load` and `save`, and opens like any
    screen.

    Attributes:
        KIND: its name in `screens.navigation.SCREENS`; drafts are kept under it.
        TABLE: the table of the record it edits, "" for a form that only makes new records.
        record: the id of that record, None for a new one.
        subject: further arguments it was opened with, JSON-able; a draft keeps them.
    """

    KIND: ClassVar[str] = ""
    TABLE: ClassVar[str] = ""
    BAR: ClassVar[tuple[str, ...]] = ("form.save", "form.leave", "house.help", "house.more")

    BINDINGS = FORM_BINDINGS

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__()
        self.record = record
        self.subject = subject
        self.draft_key = f"{record or 'new'}-{os.getpid()}-{next(_numbers)}"
        self._base: dict[str, str] = {}
        self._draft: Mapping[str, Any] | None = None
        self._pause: Timer | None = None
        self._saving = False
        self._contested: dict[str, str] = {}

    @classmethod
    def from_draft(cls, key: str, data: Mapping[str, Any]) -> Self:
        """The form as it was when the draft was kept."""
        form = cls(data.get("record"), **data.get("subject", {}))
        form.draft_key = key
        form._draft = data
        return form

    # What a subclass says

    def title_text(self) -> str:
        """What stands above the fields; names the record."""
        raise NotImplementedError

    def fields(self) -> Iterable[Widget]:
        """The fields, with whatever stands between them."""
        raise NotImplementedError

    async def load(self) -> Mapping[str, str]:
        """Read the record, keep it as what `save` starts from, and return its values by field key.

        Called again whenever somebody else changed the record. Fields not named start as composed.
        """
        return {}

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> Result:
        """Do it, and return what the form was opened for.

        Args:
            values: what the fields hold.
            base: what they held when the form was filled; only what differs was changed by this person.

        Raises:
            store.errors.Refused: with `details["fields"]`: shown beside the fields.
            store.errors.Conflict: somebody changed the same thing meanwhile: the person is asked.
        """
        raise NotImplementedError

    # What every form does

    def body(self) -> ComposeResult:
        """The title and the fields."""
        yield PlainText(self.title_text(), id="form-title", tone="bold")
        with FormBody(id="form-fields"):
            yield from self.fields()

    async def on_mount(self) -> None:  # type: ignore[override]
        """Fill the fields, then with what a draft had kept."""
        try:
            values = await self.load()
        except CrmError as error:
            self.dismiss(None)
            self.house.tell(error.message, "alert")
            return
        for field in self.query(Field):
            if field.key in values:
                field.value = values[field.key]
        self._base = self.values()
        self.query_one("#form-title", PlainText).show(self.title_text())
        if (draft := self._draft or take_up(self)) is not None:
            await self._resume(draft)
        await self.ready()

    async def _resume(self, draft: Mapping[str, Any]) -> None:
        """Go on from a draft as if the form had been open since: what others changed meanwhile is taken over."""
        for field in self.query(Field):
            field.value = draft["values"].get(field.key, field.value)
        self._base |= draft.get("base", {})
        await self._take_over(_("somebody"))

    async def ready(self) -> None:
        """Called once the fields hold what they start with."""

    def values(self) -> dict[str, str]:
        """What the fields hold now, by key."""
        return {field.key: field.value for field in self.query(Field)}

    def field(self, key: str) -> Field:
        """The field `key`."""
        return next(field for field in self.query(Field) if field.key == key)

    @property
    def dirty(self) -> bool:
        """Whether anything differs from what the form started with."""
        return self.values() != self._base

    def hint(self, field: Field) -> str:  # noqa: ARG002 - for those who override it
        """How what `field` holds is understood, to be said beneath it while one types; mostly nothing."""
        return ""

    def on_field_changed(self, event: Field.Changed) -> None:
        """Take back what was said about the field, and keep a draft once typing pauses."""
        event.field.hint(self.hint(event.field))
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(1.0, self.keep_draft)

    def keep_draft(self) -> bool:
        """Keep what is typed now as a draft; nothing when nothing was typed. False where it could not be kept."""
        if self.is_mounted and self.dirty and not self._saving:
            typed = {key: value for key, value in self.values().items() if value != self._base.get(key)}
            data = {
                "record": self.record,
                "subject": self.subject,
                "values": typed,
                "base": {key: self._base.get(key, "") for key in typed},
                "title": self.title_text(),
            }
            data |= {"by": self.desk.shop.by, "process": os.getpid()}
            try:
                self.house.drafts.save(self.KIND, self.draft_key, data)
            except OSError as error:
                self.tell(
                    _("The draft could not be kept: {error}").format(error=error.strerror or error), "alert"
                )
                return False
        return True

    async def action_save(self) -> None:
        """Save; close when it is durable. What a colleague changed too is asked first."""
        if self._saving:
            return
        if self._contested:
            self._ask_whose(next(iter(self._contested)))
            return
        if self.TABLE and not self.dirty:  # nothing is committed: Ctrl+Z would take back something else
            self.close_unsaved()
            self.house.tell(_("Nothing was changed."))
            return
        self._saving = True
        try:
            result = await self.save(self.values(), self._base)
        except Refused as refusal:
            self._show_refusal(refusal)
        except Conflict as conflict:
            await self._take_over(str(conflict.details.get("by", "")))
            self.tell(conflict.message, "alert")
        except CrmError as error:
            self.tell(error.message, "alert")
        else:
            self._close(result)
            self.after(result)
        finally:
            self._saving = False

    def after(self, result: Result) -> None:  # noqa: ARG002 - for those who override it
        """Called when the form has been saved and has gone; says so on the status line of what is beneath."""
        self.house.tell_done(_("Saved."))

    def _close(self, result: Result | None) -> None:
        self.house.drafts.remove(self.KIND, self.draft_key)
        self.close_kept(result)

    def close_kept(self, result: Result | None = None) -> None:
        """Close; a draft that was kept stays."""
        if self._pause is not None:
            self._pause.stop()
        self.dismiss(result)

    def close_unsaved(self) -> None:
        """Close without saving or asking; nothing of it is kept."""
        self._close(None)

    def action_nothing_to_undo(self) -> None:
        """Ctrl+Z where nothing is typed: what was saved before is no business of a form."""
        self.tell(_("Ctrl+Z takes typing back in the field where it was typed."))

    def _show_refusal(self, refusal: Refused) -> None:
        """Say beside each field what is wrong with it, and go to the first."""
        wrong: Mapping[str, str] = refusal.details.get("fields", {})
        told = [field for field in self.query(Field) if field.key in wrong]
        for field in told:
            field.error(str(wrong[field.key]))
        if told:
            told[0].focus()
        self.tell(refusal.message, "alert")

    def _ask_whose(self, key: str) -> None:
        """Ask whose value of the field `key` stands; then go on saving."""
        field, who = self.field(key), self._contested[key]
        question = _("{field}: {who} changed this while you were typing.").format(field=field.label, who=who)
        choices = [
            Choice("", _("Back to the form")),
            Choice("mine", _("Keep mine"), field.value),
            Choice("theirs", _("Take theirs"), self._base.get(key, "")),
        ]

        async def settle(answer: str | None) -> None:
            if not answer:
                return
            del self._contested[key]
            if answer == "theirs":
                field.value = self._base.get(key, "")
            field.warn("")
            await self.action_save()

        self.app.push_screen(ChooseDialog(question, choices), settle)

    async def on_shop_changed(self, message: ShopChanged) -> None:
        """Take over what others changed in the record."""
        if self.TABLE and self.record and not self._saving:
            for commit in message.touches(self.TABLE, self.record):
                try:
                    await self._take_over(commit.by)
                except CrmError as error:
                    # Deleted by a colleague, say: what is typed stays to be read.
                    self.tell(error.message, "alert")

    async def _take_over(self, who: str) -> None:
        """Show the values of `who` where nothing was typed; elsewhere keep what was typed, and say so."""
        fresh, changed = await self.load(), []
        for field in self.query(Field):
            before = self._base.get(field.key, "")
            if fresh.get(field.key, before) == before:
                continue
            changed.append(field.label)
            self._base[field.key] = fresh[field.key]
            if field.value == before:
                field.value = fresh[field.key]
            elif field.value == fresh[field.key]:
                self._contested.pop(field.key, None)
            else:
                self._contested[field.key] = who
                field.warn(_("{who} changed this to: {value}").format(who=who, value=fresh[field.key]))
        if changed and who != self.desk.shop.by:
            self.tell(_("{who} changed: {fields}").format(who=who, fields=", ".join(changed)), "warn")

    async def leave_the_place(self) -> str:
        """Not while it saves; what was typed is kept as a draft."""
        if self._late is not None:
            return await super().leave_the_place()
        return "" if self._saving else set_aside(self)

    async def action_leave(self) -> None:
        """Leave; asks when something was typed."""
        if self.dirty:
            ask_about(self)
        else:
            self.close_unsaved()
