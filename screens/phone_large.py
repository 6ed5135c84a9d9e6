"""F9: the telephone number, large enough to read from the other side of the counter, and in the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from locales import N_, _
from screens.base import HouseDialog
from screens.messages import ShopChanged
from store.phone_text import spoken
from store.records.labels import label
from widgets.large_digits import LargeDigits
from widgets.lines import PlainText

if TYPE_CHECKING:
    from store.records.customer import ContactPoint, Customer
    from store.shop import Shop


class PhoneLargeDialog(HouseDialog[None]):
    """One number of the customer at a time; each is copied to the terminal's clipboard (OSC 52) as it is shown.

    Args:
        customer: the id.
    """

    ABOUT = N_("The number that is shown is copied too. Up and Down show the others, Enter or Esc goes back.")
    CSS_PATH = "phone_large.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,right,space,f9", "turn(1)", N_("Next"), id="phone.next", tooltip=N_("The next number")),
        Binding("up,left", "turn(-1)", N_("Previous"), id="phone.previous", tooltip=N_("The number before")),
        Binding("escape,enter", "leave", N_("Back"), id="phone.leave", tooltip=N_("Back to where you were")),
    ]

    def __init__(self, customer: int) -> None:
        super().__init__()
        self._customer_id = customer
        self._points: list[ContactPoint] = []
        self._index = 0

    def compose(self) -> ComposeResult:
        """Whose number, the number, what can be done."""
        with Vertical(id="phone-box"):
            yield PlainText("", id="phone-whose", tone="bold")
            yield LargeDigits(id="phone-digits")
            yield PlainText("", id="phone-about")

    async def on_mount(self) -> None:
        """Fetch the numbers."""

        def read(shop: Shop) -> Customer:
            return shop.customers.get(self._customer_id)

        customer = await self.house.desk.call(read)
        self._points = list(customer.phone_points)
        self.query_one("#phone-whose", PlainText).show(
            f"{customer.number}  {customer.shown_name}  {customer.call_as}"
        )
        self._show()

    def _show(self) -> None:
        about = self.query_one("#phone-about", PlainText)
        if not self._points:
            about.show(_("There is no telephone number in the file. F6 adds one."))
            return
        point = self._points[self._index]
        number = spoken(point.normalized or point.value)
        self.query_one(LargeDigits).show(number)
        if point.invalid_since is None:
            self.app.copy_to_clipboard(number.replace(" ", ""))
        parts = [
            spoken(point.shown_number),
            label(point.type),
            label(point.label),
            point.note,
        ]
        copied = (
            _("Copied to the clipboard, if the terminal allows it.")
            if point.invalid_since is None
            else _("No longer valid; not copied.")
        )
        text = "  ".join(part for part in parts if part) + "\n" + copied
        if len(self._points) > 1:
            text += "\n" + _("{number} of {count}: Up and Down show the others.").format(
                number=self._index + 1, count=len(self._points)
            )
        about.show(text)

    def action_turn(self, by: int) -> None:
        """Show another number."""
        if self._points:
            self._index = (self._index + by) % len(self._points)
            self._show()

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def on_shop_changed(self, _message: ShopChanged) -> None:
        """What is shown was copied: it stays as it is."""
