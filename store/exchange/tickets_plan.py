"""What a row of tickets does to the shop.

A ticket is made, or known again by customer, time, subject and being the n-th such row of the file. Known tickets are
left as they are: their life goes on here.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from locales import _
from store.actions.interactions import first_line
from store.actions.view import View
from store.errors import Refused
from store.exchange.batch import Batch
from store.exchange.owners import OwnerDraft, Owners
from store.exchange.report import ImportReport
from store.exchange.ticket_rows import TicketDraft
from store.records import checks
from store.records.kinds import TicketState, TicketType
from store.records.labels import label
from store.records.ticket import Ticket, TicketNote

Alike = tuple[int, datetime | None, str]


class TicketPlan:
    """Takes the rows of a table of tickets, one after the other, under the write lock."""

    def __init__(self, view: View, report: ImportReport, policy: str) -> None:
        """Args: policy is new, update or both; report is filled in."""
        self._view = view
        self._report = report
        self._policy = policy
        self._owners = Owners(view, report.source)
        self._batch = Batch(view, Ticket)
        self._stored: dict[int, Counter[Alike]] = {}
        self._seen: Counter[Alike] = Counter()

    def take(self, draft: TicketDraft) -> None:
        """Do what the row asks for and count it."""
        if draft.problem:
            self._report.refuse(draft.line, draft.problem, draft.cells)
            return
        try:
            self._make(draft)
        except Refused as error:
            self._report.refuse(draft.line, error.message, draft.cells)

    def _make(self, draft: TicketDraft) -> None:
        customer = self._owners.find(draft.owner or OwnerDraft())
        ticket = self._ticket(customer.id, draft)
        alike = (customer.id, draft.at, ticket.subject)
        self._seen[alike] += 1
        if self._seen[alike] <= self._of(customer.id)[alike]:
            self._report.unchanged += 1
            return
        if self._policy == "update":
            raise Refused(_("this ticket is not here, and only known ones are updated"))
        self._batch.create(ticket)
        self._report.new += 1

    def finish(self) -> None:
        """Nothing is left to do."""

    def _of(self, customer: int) -> Counter[Alike]:
        """The customer's tickets before the import; one that came without a time is known without it."""
        if customer not in self._stored:
            view = self._view
            found: Counter[Alike] = Counter()
            for ticket_id in list(view.ids(Ticket, "customer", customer)):
                ticket = view.get(Ticket, ticket_id)
                found[customer, ticket.opened_at, ticket.subject] += 1
                if ticket.opened_at == ticket.created_at:
                    found[customer, None, ticket.subject] += 1
            self._stored[customer] = found
        return self._stored[customer]

    def _ticket(self, customer: int, draft: TicketDraft) -> Ticket:
        """The ticket of the row, its times in the order of its state."""
        kind = draft.type or TicketType.COMPLAINT
        opened = draft.at or self._view.now
        answered = draft.resolved or draft.closed
        state = draft.state or (TicketState.NEW if answered is None else TicketState.RESOLVED)
        times: dict[str, Any] = {}
        if state is not TicketState.NEW:
            times["working_at"] = opened
        if state in (TicketState.RESOLVED, TicketState.CLOSED):
            times["resolved_at"] = answered or opened
        if state in (TicketState.CLOSED, TicketState.VOID):
            times["closed_at"] = draft.closed or answered or opened
        if state is TicketState.VOID:
            times["void_reason"] = draft.resolution or _("void in the file it was imported from")
        optional: dict[str, Any] = {"severity": draft.severity, "channel": draft.channel}
        notes: tuple[TicketNote, ...] = ()
        if draft.resolution:
            notes = (TicketNote(key="n1", at=answered or opened, by="", text=draft.resolution),)
        subject = draft.subject or first_line(draft.text) or label(kind)
        return Ticket(
            customer=customer,
            subject=subject[: checks.NAME_LENGTH],
            text=draft.text if len(subject) <= checks.NAME_LENGTH else f"{subject}\n{draft.text}".strip(),
            type=kind,
            state=state,
            opened_at=opened,
            product=draft.product,
            order_no=draft.order_no,
            assignee=draft.assignee,
            satisfaction=draft.satisfaction,
            notes=notes,
            **times,
            **{name: value for name, value in optional.items() if value is not None},
        )
