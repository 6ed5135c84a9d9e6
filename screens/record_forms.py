"""The small forms of a ticket on its way: an offer, the end of the matter, what the customer thinks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from textual.widget import Widget

from locales import N_, _
from screens.customer_form import CustomerForm
from screens.dates import PastDue, due_reader
from store.records.field_words import field_label
from store.records.kinds import CustomerSays, ResolutionKind
from store.records.labels import choices
from store.records.ticket import Ticket
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.fields import TextField
from widgets.text_box import TextBoxField

CALL_BACK_AFTER = 3
"""Days after which one asks whether it is good now, unless the clerk says otherwise."""

SCORES = (
    ("1", N_("angry")),
    ("2", N_("unhappy")),
    ("3", N_("so-so")),
    ("4", N_("content")),
    ("5", N_("glad")),
)


class TicketMoveForm(CustomerForm[int]):
    """A form that does one thing with a ticket. Returns the id of the ticket.

    Args:
        record: the id of the ticket.

    Attributes:
        ticket: as it was read.
    """

    ticket: Ticket | None = None

    def title_text(self) -> str:
        """What it does, and with which ticket."""
        about = f"{self.ticket.number} {self.ticket.subject}" if self.ticket else ""
        return f"{super().title_text()}\n{about}"

    async def load(self) -> Mapping[str, str]:
        """Read the ticket and its customer."""
        number = self.record or 0
        self.ticket = await self.desk.call(lambda shop: shop.tickets.get(number))
        await self.load_customer(self.ticket.customer)
        return {}


class OfferForm(TicketMoveForm):
    """Offer the customer a way to make it good."""

    KIND = "ticket_offer"
    ABOUT = N_("What is offered, and what the customer says to it. Ctrl+S or F8 saves.")

    def what(self) -> str:
        """What the form does."""
        return _("An offer")

    def fields(self) -> Iterable[Widget]:
        """What, for how much, in which words, and the answer."""
        kinds = [(member.value, word) for member, word in choices(ResolutionKind)]
        yield ChoiceGridField("kind", _("offer"), kinds, ResolutionKind.APOLOGY)
        yield TextField("amount", _("amount"))
        yield TextBoxField("text", _("in words"))
        says = [(member.value, word) for member, word in choices(CustomerSays)]
        yield ChoiceField("customer_says", _("customer"), says, CustomerSays.PENDING)

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - it is new
        """Write it down."""
        given: dict[str, Any] = {key: value for key, value in values.items() if value.strip()}
        await self.desk.do("ticket.offer", ticket=self.record, **given)
        return self.record or 0


class ResolveForm(TicketMoveForm):
    """Say that the matter is settled, and plan the call that asks whether it is."""

    KIND = "ticket_resolve"
    ABOUT = N_("What was done, why it came about, and when to call back. Ctrl+S or F8 saves.")

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._past = PastDue()

    def what(self) -> str:
        """What the form does."""
        return _("Resolve")

    def fields(self) -> Iterable[Widget]:
        """What was done, why it came about, when to ask."""
        day = self.desk.shop.today() + timedelta(days=CALL_BACK_AFTER)
        yield TextBoxField("note", _("what was done"))
        yield DueField(
            "call_back",
            _("call back"),
            day.isoformat(),
            read=due_reader(self.desk.shop, _("(empty: no call)")),
        )
        yield TextBoxField("root_cause", field_label("tickets", "root_cause"))

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - all is new
        """Resolve it."""
        self._past.ask("call_back", values["call_back"], self.desk.shop)
        given: dict[str, Any] = {key: value for key, value in values.items() if value.strip()}
        await self.desk.do("ticket.resolve", ticket=self.record, **given)
        return self.record or 0


class CloseForm(TicketMoveForm):
    """Close a resolved ticket with what the customer thinks of it."""

    KIND = "ticket_close"
    ABOUT = N_("What the customer thinks of it now: a digit chooses. Ctrl+S or F8 saves.")

    def what(self) -> str:
        """What the form does."""
        return _("Close")

    def fields(self) -> Iterable[Widget]:
        """How satisfied the customer is, and a remark."""
        scores = [(key, _(word)) for key, word in SCORES]
        yield ChoiceGridField("satisfaction", field_label("tickets", "satisfaction"), scores, optional=True)
        yield TextBoxField("note", field_label("interactions", "text"))

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - all is new
        """Close it."""
        given: dict[str, Any] = {key: value for key, value in values.items() if value.strip()}
        await self.desk.do("ticket.close", ticket=self.record, **given)
        return self.record or 0
