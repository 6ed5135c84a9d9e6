"""What can be read of a shop: customers, tickets, the agenda. Handed out by `store.shop.Shop`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from locales import _
from store.clock import Clock
from store.engine import Database
from store.errors import Ambiguous, NotFound
from store.lookup.index import LookupIndex
from store.lookup.match import match_json
from store.phone_text import extension_of
from store.records.base import Record, decode
from store.records.customer import Customer, named_customer
from store.records.field_words import table_label
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import FollowUpState, TicketState
from store.records.purchase import Purchase
from store.records.setting import Settings
from store.records.ticket import Ticket

if TYPE_CHECKING:
    from store.duplicates import DuplicatePair, DuplicateSearch
    from store.rules.agenda import Agenda, FollowUpView
    from store.rules.customer_file import CustomerFile

R = TypeVar("R", bound=Record)


class Records:
    """Typed reading of any table."""

    def __init__(self, database: Database) -> None:
        """Args: database is the shop's."""
        self._database = database

    def get(self, kind: type[R], record_id: int) -> R:
        """The record of that kind and id.

        Raises:
            NotFound: there is none.
        """
        raw = self._database.raw(kind.table, record_id)
        if raw is None:
            raise NotFound(
                _("There is no {what} {number}.").format(what=table_label(kind.table), number=record_id),
                table=kind.table,
                id=record_id,
            )
        return decode(kind, record_id, raw)

    def get_many(self, kind: type[R], ids: Iterable[int]) -> list[R]:
        """The records of those ids that exist, in the same order."""
        return [decode(kind, record_id, raw) for record_id, raw in self._database.raws(kind.table, ids)]

    def ids(self, kind: type[Record], field: str, value: object) -> Sequence[int]:
        """Ids of the records whose `field` is `value`, ascending."""
        return self._database.ids(kind.table, field, value)

    def of(self, kind: type[R], customer: int) -> list[R]:
        """All records of that kind that hang on a customer, oldest first."""
        return self.get_many(kind, self.ids(kind, "customer", customer))

    def all_ids(self, kind: type[Record]) -> list[int]:
        """The ids of all records of that kind, ascending."""
        return [record_id for record_id, _raw in self._database.all_raw(kind.table)]

    def every(self, kind: type[R]) -> list[R]:
        """All records of that kind, by id."""
        return [decode(kind, record_id, raw) for record_id, raw in self._database.all_raw(kind.table)]


@dataclass(frozen=True)
class Similar:
    """A customer who may be the one that is being entered, and why."""

    customer: Customer
    reason: str


class Customers:
    """Reading customers."""

    def __init__(self, records: Records, lookup: Callable[[], LookupIndex]) -> None:
        """Args: lookup returns the index, made on first use."""
        self._records = records
        self._lookup = lookup

    def get(self, customer_id: int) -> Customer:
        """The customer of that id.

        Raises:
            NotFound: there is none.
        """
        return self._records.get(Customer, customer_id)

    def standing(self, customer_id: int) -> Customer:
        """The customer of that id; of one that was merged, who it became.

        Raises:
            NotFound: there is none.
        """
        customer, seen = self.get(customer_id), {customer_id}
        while customer.merged_into is not None and customer.merged_into not in seen:
            seen.add(customer.merged_into)
            customer = self.get(customer.merged_into)
        return customer

    def duplicates(self, limit: int = 200) -> list[DuplicatePair]:
        """Customers who are probably the same, the likeliest pairs first. Reads everybody: seconds in a large shop."""
        search = self.duplicate_search()
        while not search.advance():
            pass
        return search.pairs(limit)

    def duplicate_search(self) -> DuplicateSearch:
        """The same in small steps, between which others can use the shop."""
        from store.duplicates import DuplicateSearch

        return DuplicateSearch(self._records)

    def resolve(self, text: str, *, follow: bool = True) -> Customer:
        """The one customer meant by "C000012", "id:12" or a query with one answer.

        Args:
            follow: the number of one that was merged means who it became.

        Raises:
            NotFound: nobody answers to it.
            Ambiguous: several do; `details["matches"]` lists the first of them.
        """
        wanted = named_customer(text)
        if wanted is not None:
            return self.standing(wanted) if follow else self.get(wanted)
        found = self._lookup().search(text, 20)
        if not found.matches:
            raise NotFound(_('Nobody is found for "{query}".').format(query=text), query=text)
        if len(found.matches) > 1:
            raise Ambiguous(
                _('"{query}" fits several customers: {list}.').format(
                    query=text,
                    list=", ".join(f"{match.number} {match.name}" for match in found.matches[:5]),
                ),
                query=text,
                matches=[match_json(match) for match in found.matches],
            )
        return self.get(found.matches[0].id)

    def file(self, customer_id: int, history: int = 200) -> CustomerFile:
        """A customer with what hangs on them; of interactions and purchases the newest `history`.

        Raises:
            NotFound: there is no such customer.
        """
        records = self._records
        customer = self.get(customer_id)
        interactions = sorted(records.of(Interaction, customer_id), key=_newest_first)
        purchases = sorted(records.of(Purchase, customer_id), key=_newest_first)
        tickets = records.of(Ticket, customer_id)[::-1]
        follow_ups = sorted(
            records.of(FollowUp, customer_id),
            key=lambda entry: (
                entry.state is not FollowUpState.OPEN,
                entry.due if _is_open(entry) else "",
                -entry.id,
            ),
        )
        from store.rules.customer_file import CustomerFile

        return CustomerFile(
            customer,
            tickets=tuple(tickets),
            follow_ups=tuple(follow_ups),
            interactions=tuple(interactions[:history]),
            purchases=tuple(purchases[:history]),
            interaction_count=len(interactions),
            purchase_count=len(purchases),
            purchase_total=sum(purchase.net for purchase in purchases),
            referrer=next(iter(records.get_many(Customer, [customer.referrer])), None)
            if customer.referrer
            else None,
        )

    def similar(
        self, *, name: str = "", phones: Iterable[str] = (), besides: int | None = None
    ) -> list[Similar]:
        """Customers known by one of these normalised telephone numbers, or by exactly this name."""
        found: dict[int, str] = {}
        for phone in phones:
            for match in self._lookup().search(phone, 20).matches:
                if phone and phone in {extension_of(known)[0] for known in match.phones}:
                    found.setdefault(match.id, _("has the number {phone}").format(phone=phone))
        if name.strip():
            for match in self._lookup().search(name, 20).matches:
                if match.name.casefold() == name.strip().casefold():
                    found.setdefault(match.id, _("has the same name"))
        found.pop(besides or 0, None)
        return [Similar(self.get(customer_id), reason) for customer_id, reason in found.items()]


def _newest_first(entry: Interaction | Purchase) -> tuple[float, int]:
    return (-entry.at.timestamp(), -entry.id)


def _is_open(entry: FollowUp) -> bool:
    return entry.state is FollowUpState.OPEN


@dataclass(frozen=True)
class TicketView:
    """A ticket with its customer, and why it stands where it stands."""

    ticket: Ticket
    customer: Customer
    reasons: tuple[str, ...]


class AgendaReader:
    """Reading the agenda."""

    def __init__(
        self,
        records: Records,
        now: Clock,
        settings: Callable[[], Settings],
        missed: Callable[[datetime], Sequence[FollowUpView]],
    ) -> None:
        """Args: missed gives the calls that nobody took, as of a moment."""
        self._records = records
        self._now = now
        self._settings = settings
        self._missed = missed

    def list(self, day: date | None = None, owner: str | None = None) -> Agenda:
        """Open follow-ups, as they stand now, or as they stood at the start of `day`."""
        from store.rules.agenda import build_agenda

        settings = self._settings()
        now = self._now() if day is None else datetime.combine(day, datetime.min.time(), settings.zone)
        ids = self._records.ids(FollowUp, "state", FollowUpState.OPEN.value)
        chosen = [
            entry for entry in self._records.get_many(FollowUp, ids) if owner is None or entry.owner == owner
        ]
        pairs = [(entry, self._records.get(Customer, entry.customer)) for entry in chosen]
        return build_agenda(pairs, now, settings, self._missed(now) if owner is None else ())

    def get(self, follow_up_id: int) -> FollowUp:
        """The follow-up of that id.

        Raises:
            NotFound: there is none.
        """
        return self._records.get(FollowUp, follow_up_id)


class Tickets:
    """Reading tickets."""

    def __init__(self, records: Records, reasons: Callable[[Ticket], tuple[str, ...]]) -> None:
        """Args: reasons explains a ticket at this moment."""
        self._records = records
        self._reasons = reasons

    def get(self, ticket_id: int) -> Ticket:
        """The ticket of that id.

        Raises:
            NotFound: there is none.
        """
        return self._records.get(Ticket, ticket_id)

    def list(
        self,
        states: Iterable[TicketState] | None = None,
        assignee: str | None = None,
        customer: int | None = None,
    ) -> list[TicketView]:
        """Tickets in those states (all without), the worst and oldest first."""
        wanted = tuple(TicketState) if states is None else tuple(states)
        if customer is not None:
            tickets = self._records.of(Ticket, customer)
        else:
            ids = [found for state in wanted for found in self._records.ids(Ticket, "state", state.value)]
            tickets = self._records.get_many(Ticket, ids)
        chosen = [
            ticket
            for ticket in tickets
            if ticket.state in wanted and (assignee is None or ticket.assignee == assignee)
        ]
        chosen.sort(key=_worst_first)
        return [
            TicketView(ticket, self._records.get(Customer, ticket.customer), self._reasons(ticket))
            for ticket in chosen
        ]


_STATE_ORDER = list(TicketState)
_SEVERITY_ORDER = ["safety", "high", "normal", "low"]


def _worst_first(ticket: Ticket) -> tuple[int, str, int, int]:
    due = ticket.external_due.isoformat() if ticket.external_due and ticket.is_open else "9999"
    state = 0 if ticket.state in (TicketState.NEW, TicketState.WORKING) else _STATE_ORDER.index(ticket.state)
    newest = ticket.id if ticket.is_open else -ticket.id
    return (state, due, _SEVERITY_ORDER.index(ticket.severity.value), newest)
