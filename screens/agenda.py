"""The place F4: what is to be done, by when it is due."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _, ngettext
from screens import follow_up_menu, ring_menu
from screens.list_screen import ListScreen
from store.phone_text import spoken
from store.rules.agenda import FollowUpView
from store.rules.when import show_due
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell, CellLike
from widgets.section_list import Heading, SectionList

if TYPE_CHECKING:
    from store.rules.agenda import Agenda

SECTIONS = (
    ("overdue", N_("Overdue")),
    ("today", N_("Today")),
    ("week", N_("The next seven days")),
    ("later", N_("After that")),
)
Row = FollowUpView | Heading


class AgendaScreen(ListScreen[Row]):
    """Open follow-ups in sections, one's own or everybody's."""

    CSS_PATH = "agenda.tcss"
    AUTO_FOCUS = "#agenda"
    ABOUT = N_(
        "What is to be done, the most urgent first. Enter on a line: done, put off, change, cancel, the customer's"
        " card; Enter twice is done. F8 logs the contact. Space changes between your own and everybody's."
        " What you type goes to the look-up."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "log", N_("Log"), id="house.log", tooltip=N_("Log the contact that the line is about")),
        Binding("escape", "stay", N_("First"), id="agenda.first", tooltip=N_("The first line"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._everybodys = 0
        self._rows: SectionList[Row] = SectionList(
            (Column(width=16), Column(width=7), Column(share=3), Column(share=2), Column(share=2, needs=100)),
            key=self.key_of,
            cells=self._cells,
            id="agenda",
        )

    def body(self) -> ComposeResult:
        """How much there is, the list, and more about the chosen line."""
        yield PlainText("", id="agenda-count", tone="dim")
        yield self._rows
        yield PlainText("", id="agenda-more", tone="dim")

    @property
    def rows(self) -> RowList[Row]:
        """The list."""
        return self._rows

    def key_of(self, item: Row) -> Hashable:
        """Which follow-up a row is; its section for a heading."""
        return item.text if isinstance(item, Heading) else item.key

    def current_customer(self) -> int | None:
        """The customer of the chosen line; None for a call of nobody."""
        chosen = self._rows.selected
        return (chosen.customer.id or None) if isinstance(chosen, FollowUpView) else None

    async def fetch(self) -> Sequence[Row]:
        """The sections, each under its heading."""
        agenda: Agenda = await self.desk.call(lambda shop: shop.agenda.list())
        self._everybodys = len(agenda.all)
        by = self.desk.shop.by
        rows: list[Row] = []
        for name, title in SECTIONS:
            section = [
                view for view in getattr(agenda, name) if self.everybody or view.follow_up.owner in (by, "")
            ]
            if section:
                rows += [Heading(f"{_(title)}  {len(section)}"), *section]
        return rows

    def shown(self) -> None:
        """Say how much there is, and what to press where there is nothing."""
        count = sum(isinstance(row, FollowUpView) for row in self._rows.items)
        whose = _("everybody") if self.everybody else self.desk.shop.by
        text = ngettext("{whose}: {count} follow-up", "{whose}: {count} follow-ups", count)
        self.query_one("#agenda-count", PlainText).show(text.format(count=count, whose=whose))
        nothing = ""
        if not count and self._everybodys:
            nothing = ngettext(
                "Nothing is waiting for you. Space shows everybody's: {count}.",
                "Nothing is waiting for you. Space shows everybody's: {count}.",
                self._everybodys,
            ).format(count=self._everybodys)
        elif not count:
            nothing = _("Nothing is planned. F2 finds a customer; F8 logs a contact and plans what follows.")
        self._rows.explain(nothing)
        self._say_more()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say more about the chosen line."""
        event.stop()
        self._say_more()

    def _say_more(self) -> None:
        chosen = self._rows.selected
        text = ""
        if isinstance(chosen, FollowUpView):
            customer = chosen.customer
            phone = spoken(customer.shown_phones[0]) if customer.phones else ""
            name = spoken(customer.shown_name)
            parts = [customer.number, name, phone if phone != name else "", *chosen.reasons]
            text = "  ".join(part for part in parts if part)
        self.query_one("#agenda-more", PlainText).show(text)

    def _cells(self, row: Row) -> tuple[CellLike, ...]:
        if isinstance(row, Heading):
            return ()
        entry, customer, shop = row.follow_up, row.customer, self.desk.shop
        due = show_due(entry.due, shop.settings.zone, shop.today())
        name = customer.call_as or customer.shown_name
        word = _("promise") if entry.is_promise else ""
        if row.ring is not None:
            word = _("to log") if row.ring.taken_by else _("missed")
        mark = Cell(word, "bold") if word else ""
        tone = "alert" if row.late else ""
        title = entry.title
        if row.ring is not None and (phone := row.ring.interaction.phone):
            title, name = title.replace(phone, spoken(phone)), spoken(name)
        return (Cell(due, tone), mark, title, name, Cell("  ".join(row.reasons), "dim"))

    # Keys

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: what to do with it."""
        event.stop()
        row: Any = event.item
        if isinstance(row, FollowUpView):
            if row.ring is not None:
                ring_menu.offer(self, row.ring)
            else:
                follow_up_menu.offer(self, row.follow_up, row.customer)

    def action_menu(self) -> None:
        """Offer what can be done with the chosen line."""
        self._rows.action_choose()

    def action_stay(self) -> None:
        """Esc: to the first line; there is nothing to go back to."""
        self._rows.action_move_to(0)

    def action_log(self) -> None:
        """Log the contact that the chosen line is about."""
        chosen = self._rows.selected
        if isinstance(chosen, FollowUpView):
            if chosen.ring is not None:
                ring_menu.log(self, chosen.ring)
            else:
                follow_up_menu.log(self, chosen.follow_up)
        else:
            self.tell(_("Nothing is chosen here."), "warn")
