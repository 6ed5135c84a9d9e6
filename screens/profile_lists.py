"""What hangs on a customer, as the lines of the profile's lists: everything by time, and each kind by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from locales import _
from screens.rows import Row
from store.records.field_words import table_label
from store.records.kinds import FollowUpState
from store.records.labels import label
from store.records.money import show_amount
from store.rules.when import show_due
from widgets.row_list import Column
from widgets.safe_text import Cell

if TYPE_CHECKING:
    from store.records.follow_up import FollowUp
    from store.records.interaction import Interaction
    from store.records.purchase import Purchase
    from store.records.setting import Settings
    from store.records.ticket import Ticket
    from store.rules.customer_file import CustomerFile
    from store.shop import Shop

COLUMNS: dict[str, tuple[Column, ...]] = {
    "timeline": (Column(width=16), Column(width=12), Column(), Column(width=8)),
    "purchases": (
        Column(width=16),
        Column(width=11),
        Column(width=10),
        Column(share=2),
        Column(width=8, needs=90),
    ),
    "tickets": (Column(width=8), Column(width=13), Column(width=10), Column(share=2), Column(width=8)),
    "follow_ups": (Column(width=16), Column(width=9), Column(width=7), Column(share=2), Column(width=8)),
    "changes": (Column(width=16), Column(width=8), Column(width=20), Column(share=2)),
}
"""The lists by tab."""


def record_rows(file: CustomerFile, shop: Shop) -> dict[str, list[Row]]:
    """The rows of every list but the history of changes."""
    settings = shop.settings
    return {
        "timeline": _timeline(file, settings),
        "purchases": [_purchase(entry, settings) for entry in file.purchases],
        "tickets": [_ticket(entry) for entry in file.tickets],
        "follow_ups": [_follow_up(entry, shop) for entry in file.follow_ups],
    }


def _time(moment: datetime, settings: Settings) -> str:
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}"


def _timeline(file: CustomerFile, settings: Settings) -> list[Row]:
    """Everything that happened, the newest first."""
    found = sorted(_events(file, settings), key=lambda event: event[0], reverse=True)
    return [
        Row(
            (what.table, what.id, kind),
            (Cell(_time(moment, settings), "dim"), kind, " ".join(text.split()), Cell(by, "dim")),
            text,
            what,
        )
        for moment, kind, text, by, what in found
    ]


def _events(file: CustomerFile, settings: Settings) -> Iterator[tuple[datetime, str, str, str, Any]]:
    """(when, what it was, in which words, by whom, the record)."""
    for entry in file.interactions:
        yield entry.at, label(entry.type), _contact_text(entry), entry.staff, entry
    for purchase in file.purchases:
        yield (
            purchase.at,
            table_label("purchases"),
            _purchase_text(purchase, settings),
            purchase.staff,
            purchase,
        )
    for ticket in file.tickets:
        if ticket.opened_at:
            yield (
                ticket.opened_at,
                table_label("tickets"),
                f"{ticket.number} {ticket.subject}",
                ticket.created_by,
                ticket,
            )
        if ticket.closed_at:
            text = f"{ticket.number} {label(ticket.state)}"
            yield ticket.closed_at, label(ticket.state), text, ticket.updated_by, ticket
    for follow_up in file.follow_ups:
        if follow_up.done_at:
            text = "  ".join(filter(None, (follow_up.title, follow_up.result)))
            yield follow_up.done_at, label(follow_up.state), text, follow_up.updated_by, follow_up
    created = file.customer.created_at
    if created is not None:
        yield created, _("file made"), file.customer.number, file.customer.created_by, file.customer


def _contact_text(entry: Interaction) -> str:
    rang = _("rang, nothing logged") if entry.is_ringing else ""
    parts = [rang, label(entry.outcome) if entry.outcome else "", entry.spoke_with, entry.text]
    return "  ".join(part for part in parts if part)


def _purchase_text(entry: Purchase, settings: Settings) -> str:
    items = _(", ").join(
        f"{item.name} x{item.quantity}" if item.quantity != 1 else item.name for item in entry.items
    )
    parts = [show_amount(entry.total, settings.currency), items, entry.note, entry.order_no]
    return "  ".join(part for part in parts if part)


def _purchase(entry: Purchase, settings: Settings) -> Row:
    returned = _("returned {money}").format(money=show_amount(entry.returned_amount, settings.currency))
    what = "  ".join(
        filter(
            None,
            (
                _(", ").join(item.name for item in entry.items),
                entry.note,
                returned if entry.returned_amount else "",
            ),
        )
    )
    cells = (
        Cell(_time(entry.at, settings), "dim"),
        Cell(show_amount(entry.total, settings.currency), right=True),
        entry.order_no,
        what,
        label(entry.channel),
    )
    return Row(entry.id, cells, f"{_purchase_text(entry, settings)}  {label(entry.channel)}", entry)


def _ticket(entry: Ticket) -> Row:
    cells = (entry.number, label(entry.state), label(entry.type), entry.subject, entry.assignee)
    return Row(entry.id, cells, entry.text, entry)


def _follow_up(entry: FollowUp, shop: Shop) -> Row:
    due = show_due(entry.due, shop.settings.zone, shop.today())
    waiting = entry.state is FollowUpState.OPEN
    late = waiting and entry.due_at(shop.settings.zone) < shop.now()
    detail = "  ".join(filter(None, (entry.promised_text, entry.result, entry.cancel_reason)))
    cells = (
        Cell(due, "alert" if late else "" if waiting else "dim"),
        label(entry.state),
        Cell(_("promise"), "bold") if entry.is_promise else "",
        Cell(entry.title, "" if waiting else "dim"),
        entry.owner,
    )
    return Row(entry.id, cells, detail, entry)


def nothing_listed(tab: str) -> str:
    """What an empty list says: which key comes next."""
    return {
        "timeline": _("Nothing has happened yet. F8 logs a contact."),
        "purchases": _("No purchase yet. Insert, or Ctrl+O, enters one."),
        "tickets": _("No ticket. F7 opens one."),
        "follow_ups": _("Nothing is planned. Insert, or Ctrl+O, plans a follow-up."),
        "changes": _("No change is known."),
    }[tab]


def record_name(what: Any, settings: Settings) -> str:
    """What a record is called when one asks whether to delete it."""
    if what.table == "purchases":
        return f"{_time(what.at, settings)}  {_purchase_text(what, settings)}"
    return f"{_time(what.at, settings)}  {label(what.type)}  {_contact_text(what)}"
