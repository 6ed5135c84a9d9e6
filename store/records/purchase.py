"""The purchase: what a customer bought, when and for how much."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from locales import _
from store.records import checks
from store.records.base import Item, Record
from store.records.kinds import Channel


class PurchaseItem(Item, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a purchase. `price` is for one piece, in minor units."""

    name: str = ""
    quantity: int = 1
    price: int = 0


class Purchase(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A purchase. Amounts are integers of the smallest unit of the shop's currency.

    `source` and `source_row` tell an imported row from one that merely looks like it.
    """

    table: ClassVar[str] = "purchases"

    customer: int
    at: datetime
    total: int
    order_no: str = ""
    items: tuple[PurchaseItem, ...] = ()
    returned_amount: int = 0
    channel: Channel = Channel.STORE
    staff: str = ""
    note: str = ""
    feedback: int | None = None
    source: str = ""
    source_row: int = 0

    @property
    def net(self) -> int:
        """What was paid and not given back, in minor units."""
        return self.total - self.returned_amount

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        found = checks.gather(
            order_no=checks.line(self.order_no),
            note=checks.line(self.note, checks.TEXT_LENGTH),
            items=next((bad for item in self.items if (bad := checks.required(item.name))), None),
            feedback=None if self.feedback is None else checks.between(self.feedback, 1, 5),
        )
        if self.total < 0:
            found["total"] = _("cannot be negative; a return is entered as a returned amount")
        elif not 0 <= self.returned_amount <= self.total:
            found["returned_amount"] = _("must be between {lowest} and {highest}").format(
                lowest=0, highest=self.total
            )
        return found
