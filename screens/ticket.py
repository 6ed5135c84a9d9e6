"""One ticket: the six steps with what to say, the nine questions, the offers, and what happened on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _
from screens import navigation, ticket_menu, ticket_rows
from screens.acting import act, ask_and_act
from screens.base import HouseScreen
from screens.choose import Choice, ChooseDialog
from screens.customer_form import who
from screens.messages import ShopChanged
from screens.rows import Row
from store.errors import CrmError, NotFound
from store.records.interaction import Interaction
from store.records.kinds import CustomerSays, Question
from store.records.labels import choices, label
from store.rules.ticket_script import hint, old_or_new, script
from widgets.fields import TextField
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.script_view import ScriptView
from widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from store.readers import TicketView
    from store.records.ticket import Ticket
    from store.rules.customer_file import CustomerFile
    from store.shop import Shop

TABS = {
    "steps": (N_("Steps"), (Column(width=3), Column(share=1), Column(share=1))),
    "answers": (N_("Questions"), (Column(width=26), Column(share=1))),
    "offers": (
        N_("Offers"),
        (Column(width=11), Column(width=12), Column(width=10), Column(width=16), Column(width=11), Column()),
    ),
    "history": (N_("History"), (Column(width=11), Column(width=8), Column(width=12), Column())),
    "fields": (N_("Fields"), (Column(width=20), Column())),
}


class TicketScreen(HouseScreen[None]):
    """One ticket.

    Args:
        ticket: its id.
    """

    CSS_PATH = "ticket.tcss"
    BAR = (
        "list.open",
        "record.menu",
        "house.log",
        "house.edit",
        "house.phone",
        "ticket.back",
        "house.help",
        "house.more",
    )
    ABOUT = N_(
        "Go through the six steps; beneath them stands what to do, what to say and what not to say. Enter ticks a"
        " step, answers a question, or says what became of an offer. Left and Right (or a digit) change the tab."
        " Ctrl+O offers what can be done: note, offer, resolve, close, void. F8 logs a contact about the ticket."
    )
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - Textual types it as is
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "menu",
            N_("Actions"),
            id="record.menu",
            tooltip=N_("Everything that can be done with it"),
        ),
        Binding("f6", "edit", N_("Edit"), id="house.edit", tooltip=N_("Change the fields of the ticket")),
        Binding("f8", "log", N_("Log"), id="house.log", tooltip=N_("Log a contact about the ticket")),
        Binding(
            "space", "enter", N_("Tick"), id="ticket.tick", tooltip=N_("Tick the chosen step"), show=False
        ),
        Binding("left", "tab(-1)", N_("Previous"), id="tabs.left", tooltip=N_("The tab before"), show=False),
        Binding("right", "tab(1)", N_("Next"), id="tabs.right", tooltip=N_("The next tab"), show=False),
        Binding("escape", "back", N_("Back"), id="ticket.back", tooltip=N_("Back to where you were")),
    ]

    def __init__(self, ticket: int) -> None:
        super().__init__()
        self._ticket = ticket
        self._view: TicketView | None = None
        self._tabs = TabBar([(key, _(title)) for key, (title, _columns) in TABS.items()], id="ticket-tabs")
        self._tabs.can_focus = False
        self._lists: dict[str, RowList[Row]] = {
            key: RowList(columns, key=lambda row: row.key, cells=lambda row: row.cells, id=f"rows-{key}")
            for key, (_title, columns) in TABS.items()
        }

    def body(self) -> ComposeResult:
        """Which ticket, whose, how it stands; then the tabs."""
        yield PlainText("", id="ticket-title", tone="bold")
        yield PlainText("", id="ticket-who")
        yield PlainText("", id="ticket-state", tone="dim")
        yield self._tabs
        for rows in self._lists.values():
            rows.display = False
            yield rows
        yield ScriptView(id="script")
        yield PlainText("", id="ticket-detail")

    async def on_mount(self) -> None:  # type: ignore[override]
        """Read the ticket."""
        await self._fetch()
        waiting = [at for at, row in enumerate(self._lists["steps"].items) if row.cells[0] == "[ ]"]
        self._lists["steps"].action_move_to(waiting[0] if waiting else 0)
        self._show_tab()

    @property
    def tab(self) -> str:
        """Which tab is shown."""
        return self._tabs.current

    def current_customer(self) -> int | None:
        """The customer of the ticket."""
        return self._view.customer.id if self._view else None

    async def on_shop_changed(self, _message: ShopChanged) -> None:
        """Follow what anybody changes."""
        await self._fetch()

    async def _fetch(self) -> None:
        def read(shop: Shop) -> tuple[TicketView, list[Interaction], CustomerFile]:
            from store.readers import TicketView
            from store.rules.card import ticket_reasons

            ticket = shop.tickets.get(self._ticket)
            file = shop.customers.file(ticket.customer)
            contacts = [
                entry
                for entry in shop.records.of(Interaction, ticket.customer)
                if entry.ticket == ticket.id or entry.id == ticket.interaction
            ]
            reasons = ticket_reasons(ticket, shop.now(), shop.settings)
            return TicketView(ticket, file.customer, reasons), contacts, file

        try:
            view, contacts, file = await self.desk.call(read)
        except NotFound as error:
            # Its opening was taken back: nothing is left to show here.
            said = self.status.text
            self.dismiss()
            self.house.tell(said or error.message, "warn")
            return
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        self._view, self._old_new = view, old_or_new(file)
        ticket, settings = view.ticket, self.desk.shop.settings
        self.query_one("#ticket-title", PlainText).show(
            f"{ticket.number}  {label(ticket.type)}  {label(ticket.state)}  {ticket.subject}"
        )
        self.query_one("#ticket-who", PlainText).show(who(view.customer))
        self.query_one("#ticket-state", PlainText).show("  ".join(view.reasons))
        self._lists["steps"].show(ticket_rows.step_rows(ticket, settings))
        self._lists["answers"].show(ticket_rows.answer_rows(ticket))
        self._lists["offers"].show(ticket_rows.offer_rows(ticket, settings))
        self._lists["history"].show(ticket_rows.history_rows(ticket, contacts, settings))
        self._lists["fields"].show(ticket_rows.field_rows(ticket, settings))
        self._say_more()

    # Tabs

    def _show_tab(self) -> None:
        for key, rows in self._lists.items():
            rows.display = key == self.tab
        self.query_one("#script").display = self.tab == "steps"
        self.query_one("#ticket-detail").display = self.tab != "steps"
        self._lists[self.tab].focus()
        self._say_more()

    def _say_more(self) -> None:
        """Beneath the list: the script of the step, or the whole text of the line."""
        row = self._lists[self.tab].selected
        if self.tab == "offers":
            self._lists["offers"].explain(_("Nothing is offered yet. Ctrl+O, then a: offer something."))
        if row is not None and self.tab == "steps":
            found = script(row.what)
            self.query_one("#script", ScriptView).show(
                [(_("Do"), "", found.do), (_("Say"), "+ ", found.say), (_("Don't"), "- ", found.avoid)]
            )
        detail = row.detail if row else ""
        if row is not None and isinstance(row.what, Question):
            detail = f"{hint(row.what)}\n{detail}".strip()
        self.query_one("#ticket-detail", PlainText).show(detail)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say more about the chosen line."""
        event.stop()
        if event.rows is self._lists[self.tab] and self.is_mounted:
            self._say_more()

    def on_tab_bar_changed(self, _event: TabBar.Changed) -> None:
        """Show the tab."""
        self._show_tab()

    def on_key(self, event: events.Key) -> None:
        """A digit goes to the tab of that position."""
        self._tabs.on_key(event)

    def action_tab(self, by: int) -> None:
        """Show another tab."""
        self._tabs.action_step(by)

    # Doing

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: tick the step, answer the question, say what became of the offer."""
        event.stop()
        row: Any = event.item
        if self._view is None:
            return
        ticket = self._view.ticket
        if self.tab == "steps":
            await self._tick(ticket, row)
        elif self.tab == "answers":
            self._answer(ticket, row)
        elif self.tab == "offers":
            self._settle_offer(ticket, row)
        elif isinstance(row.what, Interaction):
            navigation.open_screen(self.house, "interaction", row.what.id)
        elif self.tab == "fields":
            self.action_edit()

    async def _tick(self, ticket: Ticket, row: Row) -> None:
        done = all(entry.key != row.what for entry in ticket.steps)
        said = _("Step done: {step}.") if done else _("Step not done: {step}.")
        if await act(
            self, said.format(step=label(row.what)), "ticket.step", ticket=ticket.id, step=row.what, done=done
        ):
            self._lists["steps"].action_move(1 if done else 0)

    def _answer(self, ticket: Ticket, row: Row) -> None:
        before = row.detail or (self._old_new if row.what is Question.OLD_NEW else "")
        field = TextField("text", _("answer"), before, placeholder=hint(row.what))
        said = _("Answer noted.")
        ask_and_act(self, label(row.what), field, said, "ticket.answer", ticket=ticket.id, question=row.what)

    def _settle_offer(self, ticket: Ticket, row: Row) -> None:
        offered = row.what
        answers: list[Choice[tuple[CustomerSays, bool]]] = [
            Choice((says, False), word)
            for says, word in choices(CustomerSays)
            if isinstance(says, CustomerSays) and says is not CustomerSays.PENDING
        ]
        answers.append(Choice((CustomerSays.ACCEPT, True), _("accepted and carried out")))

        async def settle(answer: tuple[CustomerSays, bool] | None) -> None:
            if answer:
                says, executed = answer
                await act(
                    self,
                    _("Answer noted."),
                    "ticket.offer_answer",
                    ticket=ticket.id,
                    resolution=offered.key,
                    customer_says=says,
                    executed=executed,
                )

        question = _("What does the customer say to: {offer}?").format(
            offer=f"{label(offered.kind)} {offered.text}".strip()
        )
        self.app.push_screen(ChooseDialog(question, answers), settle)

    def action_enter(self) -> None:
        """Space does what Enter does."""
        self._lists[self.tab].action_choose()

    def action_menu(self) -> None:
        """Offer what can be done with the ticket."""
        if self._view:
            ticket_menu.offer(self, self._view.ticket, self._view.customer, opened=True)

    def action_edit(self) -> None:
        """Change the fields of the ticket."""
        navigation.open_screen(self.house, "ticket_edit", self._ticket)

    def action_log(self) -> None:
        """Log a contact about the ticket."""
        if self._view:
            navigation.open_screen(self.house, "log_contact", self._view.customer.id, ticket=self._ticket)

    def action_back(self) -> None:
        """Back to where one was."""
        self.dismiss()
