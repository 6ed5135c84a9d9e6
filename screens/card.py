"""The call card on a screen of its own, for windows too narrow to have it beside the list."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_
from screens import navigation
from screens.base import HouseScreen
from screens.card_entries import card_entries, explained
from screens.messages import ShopChanged
from store.errors import CrmError, NotFound
from widgets.card_view import CardView


class CardScreen(HouseScreen[None]):
    """What to know about one customer before speaking.

    Args:
        customer: the id.

    Attributes:
        asked_at: since when it is shown.
    """

    AUTO_FOCUS = "#card-lines"
    BAR = (
        "house.log",
        "house.edit",
        "house.ticket",
        "house.phone",
        "record.menu",
        "card.back",
        "house.help",
        "house.more",
    )
    CSS = "#card-lines { padding: 0 1; margin: 1 0 0 0; }"
    ABOUT = N_(
        "What to know before you speak. Up and Down choose a line, Enter opens what it is about; Down goes through"
        " what a line stands for (+2). ? shows why each line is there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Back"), id="card.back", tooltip=N_("Back to the list")),
        Binding(
            "ctrl+o",
            "menu",
            N_("Actions"),
            id="record.menu",
            tooltip=N_("Everything that can be done with it"),
        ),
    ]

    def __init__(self, customer: int) -> None:
        super().__init__()
        self._customer = customer

    def body(self) -> ComposeResult:
        """The lines."""
        yield CardView(id="card-lines")

    async def on_mount(self) -> None:  # type: ignore[override]
        """Fetch the card."""
        self.asked_at = self.desk.shop.now()
        await self._fetch()

    async def _fetch(self) -> None:
        try:
            card = await self.desk.call(lambda shop: shop.card(self._customer))
        except NotFound as error:
            # Taken back, or taken away by a colleague: nothing is left to show here.
            said = self.status.text
            self.dismiss()
            self.house.tell(said or error.message, "warn")
            return
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        # Of one that was merged meanwhile this is the card of who it became.
        self._customer = card.customer.id
        self.query_one(CardView).show(card_entries(card), keep=True)

    def current_customer(self) -> int | None:
        """The customer of the card."""
        return self._customer

    def explained(self) -> str:
        """The reasons of the lines, the hidden ones too."""
        return explained(self.query_one(CardView))

    async def on_shop_changed(self, _message: ShopChanged) -> None:
        """Follow what anybody changes."""
        await self._fetch()

    def on_card_view_chosen(self, event: CardView.Chosen) -> None:
        """Open what the line is about."""
        target: Any = event.target
        navigation.open_record(self.house, target, customer=self._customer)

    async def action_menu(self) -> None:
        """Offer what can be done with the customer."""
        from screens.profile_records import offer

        try:
            customer = await self.desk.call(lambda shop: shop.customers.get(self._customer))
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        offer(self, customer, other="profile")

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss()

    def on_key(self, event: events.Key) -> None:
        """What is typed in the place of customers is a new question: back to the list, with it in the box."""
        from screens.customers import CustomersScreen

        below, *between = self.house.screen_stack[:-1]
        if event.character in ("?", "？"):
            # A key of the card, also where the input method is on.
            return
        if event.is_printable and event.character and isinstance(below, CustomersScreen) and not between:
            event.stop()
            self.dismiss()
            below.begin_anew()
            below.box.put(event.character)
