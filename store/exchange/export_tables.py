"""The tables of an export: headers and rows of text, such as a person reads and our own import understands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from locales import _, pgettext
from store.records import money
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.labels import label
from store.records.purchase import Purchase
from store.records.setting import Settings
from store.records.ticket import Ticket

Cell = str | Decimal
"""Text, or an amount that a spreadsheet may add up."""


@dataclass(frozen=True)
class Table:
    """One table of an export. `rows` is read once."""

    name: str
    headers: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


class Owner:
    """The columns that say whose a record is: our number, name, first telephone number, numbers elsewhere."""

    def __init__(self, find: Callable[[int], Customer], sources: Iterable[str]) -> None:
        """Args: sources are the other systems that have a column each."""
        self._find = find
        self._sources = tuple(sources)

    @property
    def headers(self) -> tuple[str, ...]:
        """What the columns are called."""
        return (
            pgettext("column", "customer number"),
            pgettext("column", "customer"),
            pgettext("column", "phone"),
            *map(id_header, self._sources),
        )

    def cells(self, customer_id: int) -> tuple[str, ...]:
        """The columns for that customer."""
        customer = self._find(customer_id)
        phone = next((point.value for point in customer.phone_points), "")
        ids = (
            next((entry.value for entry in customer.external_ids if entry.source == source), "")
            for source in self._sources
        )
        return (customer.number, customer.name, phone, *ids)

    def nobody(self, phone: str) -> tuple[str, ...]:
        """The columns for a caller who is nobody's customer."""
        return ("", "", phone, *("" for _source in self._sources))


def id_header(source: str) -> str:
    """The header of a column of numbers in another system."""
    return pgettext("column", "id ({source})").format(source=source)


def local_time(moment: datetime | None, settings: Settings) -> str:
    """A time in the shop's zone, as fine as it is."""
    if moment is None:
        return ""
    local = moment.astimezone(settings.zone).replace(tzinfo=None)
    return local.isoformat(sep=" ")


def amount(minor: int, settings: Settings) -> Decimal:
    """An amount without symbol."""
    return Decimal(money.plain_amount(minor, settings.currency))


def purchases_table(purchases: Iterable[Purchase], owner: Owner, settings: Settings) -> Table:
    """One row a purchase; several items are named in one cell."""
    headers = (
        *owner.headers,
        pgettext("column", "time"),
        pgettext("column", "total"),
        pgettext("column", "order number"),
        pgettext("column", "product"),
        pgettext("column", "quantity"),
        pgettext("column", "unit price"),
        pgettext("column", "returned amount"),
        pgettext("column", "channel"),
        pgettext("column", "staff"),
        pgettext("column", "note"),
        pgettext("column", "rating"),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for purchase in purchases:
            items = purchase.items
            single = items[0] if len(items) == 1 else None
            yield (
                *owner.cells(purchase.customer),
                local_time(purchase.at, settings),
                amount(purchase.total, settings),
                purchase.order_no,
                single.name if single else "; ".join(f"{item.name} ×{item.quantity}" for item in items),
                str(single.quantity) if single else "",
                amount(single.price, settings) if single else "",
                amount(purchase.returned_amount, settings) if purchase.returned_amount else "",
                label(purchase.channel),
                purchase.staff,
                purchase.note,
                str(purchase.feedback or ""),
            )

    return Table("purchases", headers, rows())


def tickets_table(tickets: Iterable[Ticket], owner: Owner, settings: Settings) -> Table:
    """One row a ticket."""
    headers = (
        pgettext("column", "ticket number"),
        *owner.headers,
        pgettext("column", "subject"),
        pgettext("column", "type"),
        pgettext("column", "opened"),
        pgettext("column", "state"),
        pgettext("column", "severity"),
        pgettext("column", "channel"),
        pgettext("column", "text"),
        pgettext("column", "product"),
        pgettext("column", "order number"),
        pgettext("column", "assignee"),
        pgettext("column", "resolved"),
        pgettext("column", "closed"),
        pgettext("column", "satisfaction"),
        pgettext("column", "resolution"),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for ticket in tickets:
            yield (
                ticket.number,
                *owner.cells(ticket.customer),
                ticket.subject,
                label(ticket.type),
                local_time(ticket.opened_at, settings),
                label(ticket.state),
                label(ticket.severity),
                label(ticket.channel),
                ticket.text,
                ticket.product,
                ticket.order_no,
                ticket.assignee,
                local_time(ticket.resolved_at, settings),
                local_time(ticket.closed_at, settings),
                str(ticket.satisfaction or ""),
                "\n".join(note.text for note in ticket.notes),
            )

    return Table("tickets", headers, rows())


def agenda_table(follow_ups: Iterable[FollowUp], owner: Owner, settings: Settings) -> Table:
    """One row a follow-up."""
    headers = (
        pgettext("column", "due"),
        *owner.headers,
        pgettext("column", "what to do"),
        pgettext("column", "type"),
        pgettext("column", "owner"),
        pgettext("column", "priority"),
        pgettext("column", "words promised"),
        pgettext("column", "state"),
        pgettext("column", "result"),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for entry in follow_ups:
            due = entry.due if entry.all_day else local_time(datetime.fromisoformat(entry.due), settings)
            promised = entry.promised_text or (_("promise") if entry.is_promise else "")
            yield (
                due,
                *owner.cells(entry.customer),
                entry.title,
                label(entry.kind),
                entry.owner,
                label(entry.priority),
                promised,
                label(entry.state),
                entry.result or entry.cancel_reason,
            )

    return Table("agenda", headers, rows())


def interactions_table(interactions: Iterable[Interaction], owner: Owner, settings: Settings) -> Table:
    """One row a logged contact."""
    headers = (
        *owner.headers,
        pgettext("column", "time"),
        pgettext("column", "direction"),
        pgettext("column", "type"),
        pgettext("column", "staff"),
        pgettext("column", "outcome"),
        pgettext("column", "note"),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for entry in interactions:
            yield (
                *(owner.cells(entry.customer) if entry.customer else owner.nobody(entry.phone)),
                local_time(entry.at, settings),
                label(entry.direction),
                label(entry.type),
                entry.staff,
                label(entry.outcome) if entry.outcome else "",
                entry.text,
            )

    return Table("interactions", headers, rows())
