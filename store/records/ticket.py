"""The ticket: a complaint (or another request) from its first word to the call back, along the six steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from locales import _
from store.records import checks
from store.records.base import Item, Record
from store.records.kinds import (
    OPEN_TICKET_STATES,
    Cause,
    Channel,
    CustomerSays,
    ResolutionKind,
    Severity,
    TicketState,
    TicketType,
)


class StepDone(Item, frozen=True, kw_only=True, omit_defaults=True):
    """One of the six steps, done. Its key is the step."""

    at: datetime
    by: str = ""


class Answer(Item, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer answered. Its key is the question."""

    text: str = ""


class Resolution(Item, frozen=True, kw_only=True, omit_defaults=True):
    """An offer to make it good. `amount` is in minor units of the shop's currency."""

    kind: ResolutionKind = ResolutionKind.APOLOGY
    amount: int = 0
    text: str = ""
    offered_at: datetime | None = None
    offered_by: str = ""
    approved_by: str = ""
    customer_says: CustomerSays = CustomerSays.PENDING
    executed_at: datetime | None = None


class TicketNote(Item, frozen=True, kw_only=True, omit_defaults=True):
    """A remark on the way."""

    at: datetime
    by: str = ""
    text: str = ""


class Ticket(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket.

    Deadlines are computed from it; `external_due` is one that somebody else has set (12315, a platform).
    """

    table: ClassVar[str] = "tickets"

    customer: int
    subject: str
    type: TicketType = TicketType.COMPLAINT
    channel: Channel = Channel.PHONE
    severity: Severity = Severity.NORMAL
    state: TicketState = msgspec.field(default_factory=lambda: TicketState.NEW)
    """Made by a factory so that it is always in the document, where the index of states finds it."""
    text: str = ""
    causes: tuple[Cause, ...] = ()
    steps: tuple[StepDone, ...] = ()
    answers: tuple[Answer, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    notes: tuple[TicketNote, ...] = ()
    assignee: str = ""
    product: str = ""
    order_no: str = ""
    purchase: int | None = None
    interaction: int | None = None
    staff_involved: str = ""
    external_due: date | None = None
    opened_at: datetime | None = None
    working_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    void_reason: str = ""
    root_cause: str = ""
    prevention: str = ""
    satisfaction: int | None = None
    customer_accepts: bool | None = None
    cost_goods: int = 0
    cost_cash: int = 0
    cost_minutes: int = 0

    @property
    def number(self) -> str:
        """The number a person reads out: T000045."""
        return ticket_number(self.id)

    @property
    def is_open(self) -> bool:
        """Whether the shop still owes the customer something."""
        return self.state in OPEN_TICKET_STATES

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        found = checks.gather(
            subject=checks.required(self.subject, checks.NAME_LENGTH),
            text=checks.line(self.text, checks.TEXT_LENGTH),
            assignee=checks.line(self.assignee, checks.NAME_LENGTH),
            product=checks.line(self.product),
            order_no=checks.line(self.order_no),
            satisfaction=None if self.satisfaction is None else checks.between(self.satisfaction, 1, 5),
        )
        if self.state is TicketState.VOID and not self.void_reason.strip():
            found["void_reason"] = _("say why it is void")
        if any(offer.amount < 0 for offer in self.resolutions):
            found["resolutions"] = _("an amount cannot be negative")
        return found


def ticket_number(ticket_id: int) -> str:
    """T000045 for id 45."""
    return f"T{ticket_id:06d}"
