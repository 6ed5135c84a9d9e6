"""The place F3: complaints and what else is open, by state."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _, ngettext
from screens import navigation, ticket_menu
from screens.list_screen import ListScreen
from store.phone_text import spoken
from store.records.kinds import OPEN_TICKET_STATES, Severity, TicketState
from store.records.labels import label
from store.records.ticket import Ticket
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell, CellLike
from widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from store.readers import TicketView

TABS: dict[str, tuple[TicketState, ...]] = {
    "open": OPEN_TICKET_STATES,
    **{state.value: (state,) for state in TicketState},
}
"""What each tab lists."""


class TicketsScreen(ListScreen["TicketView"]):
    """The tickets of one state, one's own or everybody's, the worst first."""

    SIGNS = "0123456789"
    CSS_PATH = "tickets.tcss"
    AUTO_FOCUS = "#tickets"
    ABOUT = N_(
        "Tickets, the worst and oldest first. Left and Right (or a digit) choose the state, Enter opens a ticket,"
        " Ctrl+O offers what can be done with it, Space changes between your own and everybody's."
        " Letters that you type go to the look-up."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "log", N_("Log"), id="house.log", tooltip=N_("Log a contact about the chosen ticket")),
        Binding("left", "tab(-1)", N_("Previous"), id="tabs.left", tooltip=N_("The tab before"), show=False),
        Binding("right", "tab(1)", N_("Next"), id="tabs.right", tooltip=N_("The next tab"), show=False),
        Binding("escape", "first", N_("First"), id="tickets.first", tooltip=N_("All open ones"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__(everybody=True)
        self._tabs = TabBar([(key, _tab_label(key)) for key in TABS], id="states")
        self._tabs.can_focus = False
        columns = (
            Column(width=8, title=_("ticket")),
            Column(width=13, title=_("state")),
            Column(width=8, title=_("severity"), needs=70),
            Column(width=10, title=_("type"), needs=90),
            Column(share=2, title=_("customer")),
            Column(share=3, title=_("subject")),
            Column(width=9, title=_("with"), needs=90),
            Column(width=6, title=_("age")),
        )
        self._rows: RowList[TicketView] = RowList(columns, key=self.key_of, cells=self._cells, id="tickets")

    def body(self) -> ComposeResult:
        """The states, the list, and more about the chosen ticket."""
        yield self._tabs
        yield PlainText("", id="tickets-count", tone="dim")
        yield self._rows
        yield PlainText("", id="tickets-more", tone="dim")

    @property
    def rows(self) -> RowList[TicketView]:
        """The list."""
        return self._rows

    def key_of(self, item: TicketView) -> Hashable:
        """Which ticket a row is."""
        return item.ticket.id

    def current_customer(self) -> int | None:
        """The customer of the chosen ticket."""
        chosen = self._rows.selected
        return chosen.customer.id if chosen else None

    async def fetch(self) -> Sequence[TicketView]:
        """The tickets of the present tab."""
        states, by = TABS[self._tabs.current], self.desk.shop.by
        assignee = None if self.everybody else by
        return await self.desk.call(lambda shop: shop.tickets.list(states=states, assignee=assignee))

    def shown(self) -> None:
        """Say how many there are, and what to press where there are none."""
        count = len(self._rows.items)
        whose = _("everybody") if self.everybody else self.desk.shop.by
        text = ngettext("{whose}: {count} ticket", "{whose}: {count} tickets", count)
        self.query_one("#tickets-count", PlainText).show(text.format(count=count, whose=whose))
        self._rows.explain(
            _("No ticket here. F2 finds the customer, F7 opens a ticket. Right shows the next state.")
            if self.everybody
            else _("No ticket of yours here. Space shows everybody's, Right the next state.")
        )
        self._say_more()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say more about the chosen ticket."""
        event.stop()
        self._say_more()

    def _say_more(self) -> None:
        chosen, text = self._rows.selected, ""
        if chosen:
            customer = chosen.customer
            phone = spoken(customer.shown_phones[0]) if customer.phones else ""
            kind = label(chosen.ticket.type)
            parts = [customer.number, customer.shown_name, phone, kind, *chosen.reasons]
            text = "  ".join(part for part in parts if part)
        self.query_one("#tickets-more", PlainText).show(text)

    def _cells(self, view: TicketView) -> tuple[CellLike, ...]:
        ticket, bad = view.ticket, view.ticket.severity in (Severity.SAFETY, Severity.HIGH)
        return (
            ticket.number,
            label(ticket.state),
            Cell(label(ticket.severity), "alert" if bad and ticket.is_open else ""),
            label(ticket.type),
            view.customer.call_as or view.customer.shown_name,
            ticket.subject,
            ticket.assignee,
            Cell(age(ticket, self.desk.shop.now()), right=True),
        )

    # Keys

    def on_key(self, event: events.Key) -> None:
        """A digit goes to the tab of that position."""
        self._tabs.on_key(event)

    async def on_tab_bar_changed(self, _event: TabBar.Changed) -> None:
        """List the tickets of the state."""
        await self.reload(keep=False)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: the ticket."""
        event.stop()
        view: Any = event.item
        navigation.open_screen(self.house, "ticket", view.ticket.id)

    def action_tab(self, by: int) -> None:
        """Show another state."""
        self._tabs.action_step(by)

    def action_first(self) -> None:
        """All open ones."""
        self._tabs.choose("open")

    def action_menu(self) -> None:
        """Offer what can be done with the chosen ticket."""
        if chosen := self._rows.selected:
            ticket_menu.offer(self, chosen.ticket, chosen.customer)

    def action_log(self) -> None:
        """Log a contact about the chosen ticket."""
        if chosen := self._rows.selected:
            navigation.open_screen(self.house, "log_contact", chosen.customer.id, ticket=chosen.ticket.id)
        else:
            self.tell(_("Nothing is chosen here."), "warn")


def _tab_label(key: str) -> str:
    return _("Open ones") if key == "open" else label(TicketState(key))


def age(ticket: Ticket, now: datetime) -> str:
    """How long it has been open, or was, in a few cells: "3 h", "12 d"."""
    opened = ticket.opened_at or ticket.created_at
    if opened is None:
        return ""
    seconds = ((ticket.closed_at or now) - opened).total_seconds()
    hours = int(seconds // 3600)
    if hours < 48:
        return _("{count} h").format(count=hours)
    return _("{count} d").format(count=hours // 24)
