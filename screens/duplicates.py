"""Ctrl+G: customers who are probably in the file twice, the likeliest first, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _, ngettext
from screens import navigation
from screens.base import HouseScreen
from screens.merge import tell_apart
from screens.messages import ShopChanged
from store.errors import CrmError
from store.phone_text import spoken
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell, CellLike, one_line

if TYPE_CHECKING:
    from store.duplicates import DuplicatePair, DuplicateSearch
    from store.records.customer import Customer

MOST = 200
"""So many pairs are listed; more come when these are dealt with."""


class DuplicatesScreen(HouseScreen[None]):
    """The review list. The shop is searched in short steps, so that nobody has to wait for it meanwhile."""

    CSS = """
    #pairs-title { padding: 0 1; margin: 1 0; }
    #pairs { padding: 0 1; }
    #pair-detail { padding: 0 1; height: auto; max-height: 6; }
    """
    AUTO_FOCUS = "#pairs"
    BAR = (
        "list.open",
        "duplicates.not_same",
        "house.edit",
        "house.phone",
        "duplicates.back",
        "house.help",
        "house.more",
    )
    ABOUT = N_(
        "Pairs that are probably one customer: the score (90 and more: almost certainly), both, and why. Nobody is"
        " listed for the name alone. Enter puts the two side by side to merge them, Del remembers that they are two."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "delete",
            "not_same",
            N_("Two people"),
            id="duplicates.not_same",
            tooltip=N_("They are not the same; do not list them again"),
        ),
        Binding("escape", "back", N_("Back"), id="duplicates.back", tooltip=N_("Back to where you were")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._search: DuplicateSearch | None = None
        self._done = False
        columns = (Column(width=3), Column(share=3), Column(share=3), Column(share=4))
        self._rows: RowList[DuplicatePair] = RowList(
            columns, key=lambda pair: (pair.first.id, pair.second.id), cells=_cells, fitting=True, id="pairs"
        )

    def body(self) -> ComposeResult:
        """How far the search is, the pairs, and more about the chosen one."""
        yield PlainText(_("Looking for duplicates ..."), id="pairs-title", tone="bold")
        yield self._rows
        yield PlainText("", id="pair-detail", tone="dim")

    def on_mount(self) -> None:
        """Begin to search."""
        self.run_worker(self._look(), name="duplicates", exit_on_error=True)

    async def _look(self) -> None:
        """Search to the end, a step at a time."""
        try:
            search = await self.desk.call(lambda shop: shop.customers.duplicate_search())
            self._search = search
            while not await self.desk.call(lambda _shop: search.advance()):
                self.query_one("#pairs-title", PlainText).show(
                    _("Looking for duplicates: {count} of {total}").format(
                        count=search.looked_at, total=search.total
                    )
                )
            self._done = True
            await self._list()
        except CrmError as error:
            self.tell(error.message, "alert")

    async def _list(self) -> None:
        """Show the pairs as they stand now."""
        search = self._search
        if search is None or not self._done:
            return
        pairs = await self.desk.call(lambda _shop: search.pairs(MOST))
        if not self.is_mounted:
            return
        count = len(pairs)
        title = ngettext(
            "{count} pair is probably one customer", "{count} pairs are probably one customer each", count
        )
        if count == MOST:
            title = _("The likeliest {count} pairs; more come when these are dealt with")
        self.query_one("#pairs-title", PlainText).show(title.format(count=count) if count else "")
        self._rows.show(pairs, notice=_("Nobody seems to be in the file twice."))
        self._say_more()

    async def on_shop_changed(self, _message: ShopChanged) -> None:
        """Pairs that were dealt with go."""
        await self._list()

    def current_customer(self) -> int | None:
        """The first of the chosen pair."""
        pair = self._rows.selected
        return pair.first.id if pair else None

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say more about the chosen pair."""
        event.stop()
        self._say_more()

    def _say_more(self) -> None:
        pair = self._rows.selected
        lines = [_about(pair.first), _about(pair.second), _because(pair)] if pair else []
        self.query_one("#pair-detail", PlainText).show("\n".join(lines))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: both side by side."""
        event.stop()
        pair: Any = event.item
        navigation.open_screen(self.house, "merge", pair.first.id, pair.second.id, _because(pair))

    async def action_not_same(self) -> None:
        """Remember that the chosen two are two."""
        pair = self._rows.selected
        if pair is not None:
            await tell_apart(self, pair.first, pair.second)

    def action_back(self) -> None:
        """Back to where one was."""
        self.dismiss()


def _because(pair: DuplicatePair) -> str:
    return f"{pair.score}: " + _("; ").join(pair.reasons)


def _about(customer: Customer) -> str:
    numbers = " ".join(spoken(phone) for phone in customer.shown_phones[:2])
    parts = (customer.number, customer.shown_name, customer.call_as, numbers, customer.company)
    return "  ".join(one_line(part) for part in parts if part)


def _cells(pair: DuplicatePair) -> tuple[CellLike, ...]:
    return (
        Cell(str(pair.score), "bold" if pair.score >= 90 else "", right=True),
        f"{pair.first.number} {pair.first.shown_name}",
        f"{pair.second.number} {pair.second.shown_name}",
        Cell(_("; ").join(pair.reasons), "dim"),
    )
