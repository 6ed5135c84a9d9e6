"""F7: a new ticket, and the same fields to correct one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from textual.widget import Widget

from locales import N_, _
from screens.customer_form import CustomerForm
from store.errors import Refused
from store.records.base import to_document
from store.records.field_words import field_label
from store.records.kinds import Cause, Channel, Severity, TicketType
from store.records.labels import choices
from store.records.money import plain_amount
from store.records.offered import all_words, offered_words
from store.records.ticket import Ticket
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.fields import TextField
from widgets.text_box import TextBoxField

LINES = ("product", "order_no", "staff_involved", "assignee")


class TicketFields(CustomerForm[int]):
    """The fields of a ticket. The keys go to what happened at first."""

    CSS = "#field-subject { margin: 1 0 0 0; }"

    def fields(self) -> Iterable[Widget]:
        """How bad and of what kind, what happened, then whatever else is known."""
        yield ChoiceGridField("type", _label("type"), _words(TicketType), TicketType.COMPLAINT)
        yield ChoiceField("severity", _label("severity"), _words(Severity), Severity.NORMAL)
        yield TextBoxField("text", _("what happened"), str(self.subject.get("text", "")))
        yield TextField("subject", _label("subject"), placeholder=_("empty: the first line"))
        yield ChoiceGridField("causes", _label("causes"), _words(Cause), several=True)
        region = self.desk.shop.settings.region
        yield ChoiceGridField(
            "channel",
            _label("channel"),
            offered_words(Channel, region),
            Channel.PHONE,
            rarely=all_words(Channel),
        )
        for key in LINES:
            value = self.desk.shop.by if key == "assignee" else ""
            yield TextField(key, _label(key), value)

    async def ready(self) -> None:
        """Begin with what happened."""
        self.field("text").focus()


class NewTicketForm(TicketFields):
    """Open a ticket for a customer. Returns its id.

    Args:
        record: the id of the customer.
        subject: `interaction`: the contact in which it came up; `text`: what was noted already.
    """

    KIND = "new_ticket"
    BAR = ("form.save_f8", "form.leave", "house.phone", "house.help", "house.more")
    ABOUT = N_(
        "Type what happened, in the customer's words; F8 or Ctrl+S opens the ticket. Everything else can wait:"
        " the subject is the first line, unless you write one."
    )

    def what(self) -> str:
        """What the form does."""
        return _("Open a ticket")

    async def load(self) -> Mapping[str, str]:
        """Read the customer."""
        await self.load_customer(self.record or 0)
        return {}

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - it is new
        """Open it."""
        if not values["text"].strip() and not values["subject"].strip():
            raise Refused(_("What happened?"), fields={"text": _("a few words are enough")})
        given: dict[str, Any] = {key: value for key, value in values.items() if value.strip()}
        if interaction := self.subject.get("interaction"):
            given["interaction"] = interaction
        done = await self.desk.do("ticket.open", customer=self.record, **given)
        return done.one("tickets")

    def after(self, result: int) -> None:
        """Say its number."""
        self.house.opened_ticket = result
        number = Ticket(customer=0, subject="", id=result).number
        self.house.tell_done(_("{number} is open; F3 leads to its six steps.").format(number=number))


class TicketForm(TicketFields):
    """Change the fields of a ticket. Returns its id.

    Args:
        record: its id.
    """

    KIND = "ticket_edit"
    TABLE = "tickets"
    ABOUT = N_("Change what is known about the ticket. Ctrl+S or F8 saves, Esc leaves.")
    AMOUNTS = ("cost_goods", "cost_cash")

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._seen: Ticket | None = None

    def what(self) -> str:
        """What the form does."""
        number = self._seen.number if self._seen else ""
        return _("Change {number}").format(number=number)

    def fields(self) -> Iterable[Widget]:
        """The fields of a ticket, then what one knows once it is settled."""
        yield from super().fields()
        yield TextField("external_due", _label("external_due"), placeholder="2026-12-01")
        yield TextBoxField("root_cause", _label("root_cause"))
        yield TextBoxField("prevention", _label("prevention"))
        for key in (*self.AMOUNTS, "cost_minutes"):
            yield TextField(key, _label(key))

    async def load(self) -> Mapping[str, str]:
        """Read the ticket and its customer."""
        number = self.record or 0
        ticket = await self.desk.call(lambda shop: shop.tickets.get(number))
        await self.load_customer(ticket.customer)
        self._seen = ticket
        currency = self.desk.shop.settings.currency
        values = {key: str(getattr(ticket, key)) for key in (*LINES, "type", "severity", "channel")}
        values |= {key: str(getattr(ticket, key)) for key in ("subject", "text", "root_cause", "prevention")}
        values |= {key: plain_amount(getattr(ticket, key), currency) for key in self.AMOUNTS}
        return values | {
            "causes": ",".join(cause for cause in Cause if cause in ticket.causes),
            "external_due": ticket.external_due.isoformat() if ticket.external_due else "",
            "cost_minutes": str(ticket.cost_minutes),
        }

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        """Change it."""
        ticket = self._seen
        if ticket is None:
            raise Refused(_("The ticket has not been read yet."))
        changed: dict[str, Any] = {key: value for key, value in values.items() if value != base.get(key)}
        for key in (*self.AMOUNTS, "cost_minutes"):
            if key in changed and not changed[key].strip():
                changed[key] = 0
        if changed:
            await self.desk.do("ticket.edit", ticket=ticket.id, base=to_document(ticket), **changed)
        return ticket.id


def _label(key: str) -> str:
    return field_label("tickets", key)


def _words(kind: Any) -> list[tuple[str, str]]:
    return [(member.value, word) for member, word in choices(kind)]
