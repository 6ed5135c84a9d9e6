"""Asks for one line or one text, and does something with it before it closes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from locales import N_, _
from screens.base import HouseDialog
from store.errors import CrmError, Refused
from widgets.fields import Field
from widgets.lines import PlainText


class AskDialog(HouseDialog[bool]):
    """One question with one field. It closes when `submit` has gone well; else says why not, and keeps what was typed.

    Args:
        question: names the record it is about.
        field: where the answer is typed.
        submit: does what is to be done with the answer; raises `store.errors.CrmError` with the reason why not.
        keys: which keys do what, where it is more than saving.
    """

    ABOUT = N_("Type the answer; Enter or Ctrl+S takes it, Esc goes back and changes nothing.")
    CSS_PATH = "ask.tcss"
    AUTO_FOCUS = "Field *"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", N_("OK"), id="ask.enter", tooltip=N_("Take what was typed"), show=False),
        Binding("ctrl+s,f8", "submit", N_("Save"), id="ask.save", tooltip=N_("Take what was typed")),
        Binding("escape", "leave", N_("Back"), id="dialog.leave", tooltip=N_("Leave without an answer")),
    ]

    def __init__(
        self, question: str, field: Field, submit: Callable[[str], Awaitable[object]], keys: str = ""
    ) -> None:
        super().__init__()
        self._keys_line = keys or _("Enter saves, Esc goes back.")
        self._question = question
        self._field = field
        self._submit = submit
        self._busy = False

    def compose(self) -> ComposeResult:
        """The question, the field, the keys."""
        with Vertical(id="box"):
            yield PlainText(self._question, id="question", tone="bold")
            yield self._field
            yield PlainText(self._keys_line, id="ask-keys", tone="dim")

    def on_field_changed(self, event: Field.Changed) -> None:
        """Take back what was said about it."""
        event.field.error("")

    async def action_submit(self) -> None:
        """Hand the answer over."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._submit(self._field.value)
        except Refused as refusal:
            reasons = refusal.details.get("fields") or {"": refusal.message}
            self._field.error("; ".join(str(reason) for reason in reasons.values()))
        except CrmError as error:
            self._field.error(error.message)
        else:
            self.dismiss(True)  # noqa: FBT003 - the dialog's answer
        finally:
            self._busy = False

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
