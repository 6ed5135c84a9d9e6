"""Asks for one of several answers, or for yes or no."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from locales import N_, _
from screens.base import HouseDialog
from widgets.lines import PlainText
from widgets.lookup_box import LookupBox
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell, CellLike, one_line, width_of

Value = TypeVar("Value")

LONGEST: Final = 40
"""Cells that a label may take of a row where something is explained behind it."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """One answer.

    Attributes:
        value: what the dialog returns.
        label: what it says.
        hint: what stands behind it, dimmed: its key, or more about it.
        letter: a letter that chooses it at once.
        keys: names of other keys that do so.
        is_quiet: no digit chooses it.
    """

    value: Value
    label: str
    hint: str = ""
    letter: str = ""
    keys: tuple[str, ...] = ()
    is_quiet: bool = False


class ChooseDialog(HouseDialog[Value | None], Generic[Value]):
    """A list of answers: arrows and Enter, a digit or a letter.

    Args:
        question: what is asked; customer text in it is shown as it is.
        choices: the answers; `default` is the position of the one that is safe to choose by mistake.
        filtered: what is typed narrows the answers down (then digits and letters do not choose).
        numbered: the digit of its position chooses an answer.
        nothing: said in place of the question where no answer fits what is typed.
        typed: takes the first sign of a text that answers nothing, once the dialog has gone.

    Attributes:
        hands_on: it was left by typing, so that what is typed behind that is no answer either.
    """

    ABOUT = N_("The arrows and Enter choose, or the digit or letter of an answer. Esc goes back without one.")
    CSS_PATH = "choose.tcss"
    AUTO_FOCUS = "#filter, #answers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "leave",
            N_("Back"),
            id="dialog.leave",
            tooltip=N_("Leave without an answer"),
            show=False,
        ),
    ]

    def __init__(
        self,
        question: str,
        choices: Sequence[Choice[Value]],
        *,
        default: int = 0,
        filtered: bool = False,
        numbered: bool = True,
        nothing: str = "",
        typed: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__()
        self._typed = typed
        self.hands_on = False
        self._question = question
        self._nothing = nothing
        self._choices = list(choices)
        self._default = default
        self._filtered = filtered
        self._numbered = numbered
        hints = max((width_of(choice.hint) for choice in choices), default=0)
        labels = max((width_of(one_line(choice.label)) for choice in choices), default=0) + len("1 ")
        # Short hints (keys) stand at the right; long ones explain, and get what the labels leave.
        columns = (
            (Column(), Column(width=hints)) if hints <= 12 else (Column(width=min(labels, LONGEST)), Column())
        )
        self._rows: RowList[Choice[Value]] = RowList(
            columns,
            key=self._choices.index,
            cells=self._cells,
            id="answers",
        )

    def compose(self) -> ComposeResult:
        """The question above the answers."""
        with Vertical(id="box"):
            yield PlainText(self._question, id="question", tone="bold")
            if self._filtered:
                yield LookupBox(self._narrow, self._rows, id="filter")
            yield self._rows

    def on_mount(self) -> None:
        """Show the answers, the safe one chosen."""
        self._rows.can_focus = not self._filtered
        self._rows.styles.height = min(len(self._choices), 12)
        self._rows.show(self._choices)
        self._rows.action_move_to(self._default)

    def _cells(self, choice: Choice[Value]) -> tuple[CellLike, ...]:
        position = self._choices.index(choice) + 1
        digit = f"{position} " if self._has_digit(choice, position) else ""
        return (f"{digit}{choice.label}", Cell(choice.hint, "dim"))

    def _has_digit(self, choice: Choice[Value], position: int) -> bool:
        return self._numbered and not self._filtered and not choice.is_quiet and position < 10

    def _narrow(self, text: str) -> None:
        wanted = unicodedata.normalize("NFKC", text).casefold().split()
        fitting = [
            c for c in self._choices if all(word in f"{c.label} {c.hint}".casefold() for word in wanted)
        ]
        self._rows.show(fitting, keep=False)
        self.query_one("#question", PlainText).show(
            self._question if fitting or not self._nothing else self._nothing
        )

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Return the answer."""
        choice: Any = event.item
        self.dismiss(choice.value)

    async def on_key(self, event: events.Key) -> None:
        """A digit, a letter or the key of an answer takes it at once."""
        for choice in self._choices:
            if event.key in choice.keys:
                event.stop()
                self.dismiss(choice.value)
                return
        if self._filtered or not event.is_printable:
            return
        sign = unicodedata.normalize("NFKC", event.character or "").casefold()
        for position, choice in enumerate(self._choices, 1):
            if sign and sign in (choice.letter, str(position) if self._has_digit(choice, position) else None):
                event.stop()
                self.dismiss(choice.value)
                return
        if self._typed is not None and event.character:
            event.stop()
            self.hands_on = True
            self.dismiss(None)
            await self._typed(event.character)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


def confirm(question: str, yes: str, no: str = "") -> ChooseDialog[bool]:
    """A dialog that asks yes or no; "no" is chosen at first, so that Enter alone destroys nothing.

    Args:
        question: names the record it is about.
        yes: what happens on yes, as a verb: "Throw away".
        no: what happens on no; "Back" where not given.
    """
    return ChooseDialog(
        question,
        [
            Choice(value=False, label=no or _("Back"), hint="n", letter="n"),
            Choice(value=True, label=yes, hint="y", letter="y"),
        ],
    )
