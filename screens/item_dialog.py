"""A box with the few fields of one item: a contact point, a date, a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from locales import N_, _
from screens.base import HouseDialog
from screens.choose import confirm
from store.errors import Refused
from widgets.fields import Field
from widgets.item_list import ItemDict
from widgets.lines import PlainText

Make = Callable[[Mapping[str, str]], ItemDict]


class ItemDialog(HouseDialog[ItemDict]):
    """Asks for one item. Returns it, or None when it is left; nothing is saved yet.

    Args:
        question: what is asked for, and of whom.
        fields: of the item, filled.
        make: the item of what was typed; raises `store.errors.Refused` with `details["fields"]`.
        focus: the key of the field where typing begins.
        text: what was typed of it already.
    """

    ABOUT = N_(
        "Ctrl+S takes what was typed over into the file, which is saved with Ctrl+S as well. Esc goes back."
    )
    CSS_PATH = "item_dialog.tcss"
    AUTO_FOCUS = ".-first *"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f8", "keep", N_("Keep"), id="item.keep", tooltip=N_("Take it over into the file")),
        Binding("escape", "leave", N_("Back"), id="dialog.leave", tooltip=N_("Leave without an answer")),
        Binding(
            "up", "app.focus_previous", N_("Up"), id="form.up", tooltip=N_("The field above"), show=False
        ),
        Binding(
            "down,enter",
            "app.focus_next",
            N_("Down"),
            id="form.down",
            tooltip=N_("The field below"),
            show=False,
        ),
    ]

    def __init__(
        self, question: str, fields: Sequence[Field], make: Make, focus: str, text: str = ""
    ) -> None:
        super().__init__()
        self._text = text
        self._question = question
        self._fields = list(fields)
        self._make = make
        self._focus = focus
        self._first = next(field for field in self._fields if field.key == focus)
        self._first.add_class("-first")
        self._before = self._values()

    def compose(self) -> ComposeResult:
        """The question, the fields, the keys."""
        with Vertical(id="box"):
            yield PlainText(self._question, id="question", tone="bold")
            yield from self._fields
            yield PlainText(_("Ctrl+S takes it over, Esc goes back."), id="item-keys", tone="dim")

    def on_mount(self) -> None:
        """Go on with what was typed already."""
        if self._text:
            self._first.value = self._text

    def _values(self) -> dict[str, str]:
        return {field.key: field.value for field in self._fields}

    def on_field_changed(self, event: Field.Changed) -> None:
        """Take back what was said about the field."""
        event.field.error("")

    def action_keep(self) -> None:
        """Return the item, or say what is wrong with it."""
        try:
            item = self._make(self._values())
        except Refused as refusal:
            wrong: Mapping[str, str] = refusal.details.get("fields") or {self._focus: refusal.message}
            for field in self._fields:
                field.error(str(wrong.get(field.key, "")))
        else:
            self.dismiss(item)

    def action_leave(self) -> None:
        """Leave; asks when something was typed."""
        if self._values() == self._before:
            self.dismiss(None)
            return

        def settle(answer: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
            if answer:
                self.dismiss(None)

        self.app.push_screen(confirm(_("Not taken over yet."), _("Throw away what was typed")), settle)
