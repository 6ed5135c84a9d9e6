"""Erasing a customer from the file: the number is typed again, then what was done and what was not reached is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from locales import N_, _
from screens.ask import AskDialog
from screens.base import HouseDialog
from store.records.customer import Customer
from widgets.fields import TextField
from widgets.lines import PlainText

if TYPE_CHECKING:
    from typing import ClassVar

    from screens.base import HouseScreen
    from store.erasing import Erasure


class ErasedDialog(HouseDialog[None]):
    """What came of it."""

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", N_("Back"), id="erased.leave", tooltip=N_("Back to where you were")),
    ]

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The sentences."""
        with Vertical(id="box"), VerticalScroll():
            for line in self._lines:
                yield PlainText(line)
            yield PlainText(_("Enter or Esc goes back."), id="ask-keys", tone="dim")

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(None)


def erase(screen: HouseScreen[Any], customer: Customer) -> None:
    """Ask for the number, erase, leave the file, and say what came of it."""
    reports: list[Erasure] = []

    async def submit(number: str) -> None:
        done = await screen.desk.do("customer.erase", customer=customer.id, number=number)
        reports.append(done.report)

    def settle(erased: Any) -> None:
        if erased and reports:
            from store.erasing import sentences

            lines = list(sentences(reports[0]))
            house = screen.house
            screen.dismiss(None)
            # What is beneath is drawn first; a dialog that came at once would stand on a blank screen.
            house.call_after_refresh(house.push_screen, ErasedDialog(lines))

    question = _("Erase {name} for good? Nothing takes it back. Type {number} to do it.").format(
        name=customer.shown_name, number=customer.number
    )
    field = TextField("number", _("customer number"))
    screen.app.push_screen(
        AskDialog(question, field, submit, _("Enter erases for good, Esc goes back.")), settle
    )
