"""Whose call it was, chosen from the file: with one answer the call is theirs, and the number too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from locales import N_, _
from screens import navigation
from screens.base import HouseDialog
from screens.lookup_hints import preparing
from screens.match_row import COLUMNS, match_cells
from screens.ring_ends import open_taken, put_away
from screens.ringing import AWAY
from store.errors import CrmError
from store.phone_text import spoken
from widgets.lines import PlainText
from widgets.lookup_box import LookupBox
from widgets.row_list import RowList

if TYPE_CHECKING:
    from screens.app import CrmApp
    from store.lookup.match import Match
    from store.rules.rings import RingView

LIMIT = 50
"""More are not read while somebody waits on the line."""

AGAIN = 0.2
"""Seconds between two looks whether the look-up is prepared."""


class WhoseCallDialog(HouseDialog[int | None]):
    """The look-up in a box: returns the id of the customer that is chosen, or `AWAY`.

    Args:
        question: what is asked.
        wanted: what to look for at first.
    """

    CSS = """
    WhoseCallDialog { align: center middle; background: transparent; }
    WhoseCallDialog #box { width: 76; max-width: 96%; height: auto; border: ascii ansi_default;
        background: ansi_default; padding: 0 1; }
    WhoseCallDialog #filter { margin: 0 0 1 0; }
    WhoseCallDialog #answers { height: 9; }
    """
    AUTO_FOCUS = "#filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "leave",
            N_("Back"),
            id="dialog.leave",
            tooltip=N_("Leave without an answer"),
            show=False,
        ),
        Binding(
            "ctrl+o",
            "put_away",
            N_("Nuisance"),
            id="ring.away",
            tooltip=N_("A nuisance call, no customer: put it away"),
            show=False,
        ),
    ]

    def __init__(self, question: str, wanted: str = "") -> None:
        super().__init__()
        self._question = question
        self._wanted = wanted
        self._rows: RowList[Match] = RowList(
            COLUMNS, key=lambda match: match.id, cells=match_cells, id="answers"
        )
        self._rows.can_focus = False

    def compose(self) -> ComposeResult:
        """The question, the look-up box, its answers."""
        with Vertical(id="box"):
            yield PlainText(self._question, id="question", tone="bold")
            yield LookupBox(self._search, self._rows, id="filter")
            yield self._rows
            yield PlainText(_("Enter: it is theirs. Ctrl+O: a nuisance call. Esc: back."), tone="dim")

    def on_mount(self) -> None:
        """Look for what is known already."""
        self.query_one("#filter", LookupBox).reset(self._wanted)
        self._search(self._wanted)

    def _search(self, text: str) -> None:
        if self.house.desk.is_preparing:
            self._rows.show([], keep=False, notice=preparing())
            self._rows.flush()
            self.set_timer(AGAIN, lambda: self._search(self.query_one("#filter", LookupBox).value))
            return
        lookup = self.house.desk.lookup
        found = (
            lookup.search(text, LIMIT, guesses=True).matches if text.strip() else lookup.everybody(0, LIMIT)
        )
        self._rows.show(found, keep=False)
        self._rows.flush()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Return who it is."""
        match: Any = event.item
        self.dismiss(match.id)

    def action_put_away(self) -> None:
        """It is nobody whom the shop wants in the file."""
        self.dismiss(AWAY)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


def ask_whose(app: CrmApp, view: RingView, wanted: str = "") -> None:
    """Ask which customer of the file calls; the call becomes theirs, and the number goes into their file."""
    if view.interaction.phone:
        question = _("Whose number is {number}? Enter puts it into their file.").format(
            number=spoken(view.interaction.phone)
        )
    else:
        question = _("The caller does not show their number. Who is it?")

    async def settle(customer: int | None) -> None:
        if customer == AWAY:
            await put_away(app, view)
        elif customer is not None:
            await give(app, view, customer)

    app.push_screen(WhoseCallDialog(question, wanted), settle)


async def give(app: CrmApp, view: RingView, customer: int) -> None:
    """Make the call the customer's, with its number in their file, and open their card; one action."""
    try:
        await app.desk.do(
            "interaction.assign", interaction=view.interaction.id, customer=customer, add_number=True
        )
    except CrmError as error:
        app.tell(error.message, "alert")
        return
    if (form := navigation.form_of_ring(app, view.interaction.id)) is not None:
        # It is nobody new.
        form.close_unsaved()
    open_taken(app, view, customer)
    if view.interaction.phone:
        app.tell(
            _("{number} is in the file of {name} now. Ctrl+Z takes it back.").format(
                number=spoken(view.interaction.phone), name=_named(app, customer)
            )
        )


def _named(app: CrmApp, customer: int) -> str:
    match = app.desk.lookup.get(customer)
    return "" if match is None else match.name or match.company or match.number
