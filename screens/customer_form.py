"""What the forms about one customer share: whose they are, said above the fields."""

from __future__ import annotations

from typing import Generic, TypeVar

from locales import _
from screens.form import FormScreen
from screens.wording import labelled
from store.phone_text import spoken
from store.records.customer import Customer
from widgets.safe_text import cut, one_line

Result = TypeVar("Result")

LONGEST = 36
"""Cells of a name in a title; the whole name stands in the file."""


class CustomerForm(FormScreen[Result], Generic[Result]):
    """A form about one customer.

    Attributes:
        customer: whom it is about; set by `load`.
    """

    customer: Customer | None = None

    def what(self) -> str:
        """What the form does, in a few words."""
        raise NotImplementedError

    def title_text(self) -> str:
        """What it does and for whom."""
        return labelled(self.what(), who(self.customer)) if self.customer else self.what()

    def current_customer(self) -> int | None:
        """The customer it is about."""
        return self.customer.id if self.customer else None

    async def load_customer(self, customer_id: int) -> None:
        """Read whom the form is about.

        Raises:
            store.errors.NotFound: there is no such customer.
        """
        self.customer = await self.desk.call(lambda shop: shop.customers.get(customer_id))


def who(customer: Customer) -> str:
    """The customer in one line: name, form of address, first number, number of the file."""
    parts = [cut(one_line(customer.shown_name), LONGEST)]
    if customer.call_as and customer.call_as != customer.shown_name:
        parts.append(_('say "{name}"').format(name=cut(one_line(customer.call_as), LONGEST)))
    if customer.phones:
        parts.append(spoken(customer.shown_phones[0]))
    return "  ".join([*parts, customer.number])
