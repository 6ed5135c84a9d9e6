"""Everything the shop knows about one customer, gathered for the rules and the screens."""

from __future__ import annotations

from dataclasses import dataclass

from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import FollowUpState
from store.records.purchase import Purchase
from store.records.ticket import Ticket


@dataclass(frozen=True)
class CustomerFile:
    """One customer with what hangs on them.

    Attributes:
        tickets, follow_ups: all of them, newest first; open follow-ups by due date before the rest.
        interactions, purchases: the newest ones, newest first.
        purchase_total: net amount of all purchases in minor units.
    """

    customer: Customer
    tickets: tuple[Ticket, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    interaction_count: int = 0
    purchase_count: int = 0
    purchase_total: int = 0
    referrer: Customer | None = None

    @property
    def last_contact(self) -> Interaction | None:
        """The newest interaction; a call that rang and was not logged is none yet."""
        return next((entry for entry in self.interactions if not entry.is_ringing), None)

    @property
    def last_purchase(self) -> Purchase | None:
        """The newest purchase."""
        return self.purchases[0] if self.purchases else None

    @property
    def open_follow_ups(self) -> tuple[FollowUp, ...]:
        """Follow-ups still to be done, promises first, then by due date."""
        waiting = [entry for entry in self.follow_ups if entry.state is FollowUpState.OPEN]
        return tuple(sorted(waiting, key=lambda entry: (not entry.is_promise, entry.due, entry.id)))

    @property
    def open_tickets(self) -> tuple[Ticket, ...]:
        """Tickets in which the shop still owes something."""
        return tuple(ticket for ticket in self.tickets if ticket.is_open)
