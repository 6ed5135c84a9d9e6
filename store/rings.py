"""Reading the calls that rang and of which nothing has been logged. Handed out by `store.shop.Shop`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from store.lookup.callers import known, needles, read_caller
from store.lookup.index import LookupIndex
from store.readers import Records
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import FollowUpState
from store.records.setting import Settings
from store.records.ticket import Ticket
from store.rules.rings import (
    RingView,
    by_caller,
    missed_follow_up,
    missed_reasons,
    newest_of,
    stand_in,
)

if TYPE_CHECKING:
    from store.rules.agenda import FollowUpView

MOST = 200
"""So many customers whose numbers look like a caller's are looked at."""


class Rings:
    """Calls that rang."""

    def __init__(
        self,
        records: Records,
        lookup: Callable[[], LookupIndex],
        now: Callable[[], datetime],
        settings: Callable[[], Settings],
    ) -> None:
        """Args: records, look-up, clock and settings of the shop."""
        self._records = records
        self._lookup = lookup
        self._now = now
        self._settings = settings

    def get(self, interaction: int) -> RingView:
        """The call of that id, with who may be calling.

        Raises:
            NotFound: there is no such interaction.
        """
        return self._view(self._records.get(Interaction, interaction))

    def open(self) -> list[RingView]:
        """Those of which nothing has been logged: the newest of each caller, newest first."""
        return [self._view(ring, times) for ring, times in by_caller(self._rings())]

    def showing(self) -> list[RingView]:
        """Those that stand on the screens at this moment."""
        now = self._now()
        return [view for view in self.open() if view.shows(now)]

    def of(self, customer: int) -> RingView | None:
        """The ring that a contact with this customer, logged now, completes."""
        return newest_of(self.open(), customer, self._now())

    def missed_by(self, customer: int, now: datetime) -> list[RingView]:
        """Calls of that customer which nobody logged while they showed."""
        views = [
            self._view(ring, times) for ring, times in by_caller(self._rings()) if ring.customer == customer
        ]
        return [view for view in views if view.is_missed(now)]

    def missed(self, now: datetime) -> list[FollowUpView]:
        """What the agenda says of those that nobody logged while they showed."""
        from store.rules.agenda import FollowUpView

        settings = self._settings()
        found = []
        for view in self.open():
            if view.is_missed(now):
                entry = missed_follow_up(view, settings)
                late = entry.due_at(settings.zone) < now
                found.append(FollowUpView(entry, stand_in(view), missed_reasons(view, settings), late, view))
        return found

    def _rings(self) -> list[Interaction]:
        return self._records.get_many(Interaction, self._records.ids(Interaction, "ringing", 1))

    def _view(self, ring: Interaction, times: int = 1) -> RingView:
        records = self._records
        if not ring.customer:
            return RingView(ring, None, tuple(self._candidates(ring.phone)), times=times)
        customer = next(iter(records.get_many(Customer, [ring.customer])), None)
        promises = sum(
            entry.is_promise and entry.state is FollowUpState.OPEN
            for entry in records.of(FollowUp, ring.customer)
        )
        tickets = sum(ticket.is_open for ticket in records.of(Ticket, ring.customer))
        return RingView(ring, customer, promises=promises, tickets=tickets, times=times)

    def _candidates(self, phone: str) -> list[Customer]:
        """Who may be calling with that number, as the shop knows its customers now."""
        caller = read_caller(phone, self._settings().region)
        if caller.withheld:
            return []
        lookup = self._lookup()
        ids = {
            match.id
            for text in (caller.number, *needles(caller))
            for match in lookup.search(text, MOST).matches
        }
        return [customer for customer, _how in known(caller, self._records.get_many(Customer, sorted(ids)))]
